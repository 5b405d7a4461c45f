"""The whole model against questions that a real Moodle imported and graded."""

import json
from pathlib import Path

import pytest

from markscheme.exporters.moodle.fields import ChoiceField, NumericField, TextField
from markscheme.exporters.moodle.grade import Grade, grade
from markscheme.exporters.moodle.numbers import parse_tolerance, store
from markscheme.exporters.moodle.read import Item, read

FOLDER = Path(__file__).parent / "recorded"
RECORDED = json.loads((FOLDER / "graded.json").read_text(encoding="utf-8"))["questions"]
ITEMS = {item.name: item for item in read((FOLDER / "graded.xml").read_bytes(), "graded.xml")}
GRADES = [(case["held"]["name"], got) for case in RECORDED for got in case["grades"]]


def field_as_recorded(field):
    match field:
        case NumericField():
            rows = [[store(value), parse_tolerance(tolerance), *rest] for value, tolerance, *rest in field.answers]
            return ["numeric", field.weight, rows]
        case ChoiceField():
            return ["choice", field.weight, [list(row) for row in field.options], field.single, field.shuffle]
        case TextField():
            return ["text", field.weight, [list(row) for row in field.answers], field.case]


def with_plain_tolerances(recorded):
    if recorded[0] != "numeric":
        return recorded
    return [*recorded[:2], [[value, parse_tolerance(given), *rest] for value, given, *rest in recorded[2]]]


@pytest.mark.parametrize("held", [case["held"] for case in RECORDED], ids=lambda held: held["name"])
def test_a_question_is_held_as_moodle_held_it(held):
    item = ITEMS[held["name"]]
    assert (item.kind, list(item.category), item.text) == (held["kind"], held["category"], held["text"])
    assert (item.marks, item.penalty) == (held["marks"], held["penalty"])
    assert [field_as_recorded(f) for f in item.fields] == [with_plain_tolerances(f) for f in held["fields"]]


def test_the_same_questions_are_refused():
    assert {name for name, item in ITEMS.items() if item.imported} == {case["held"]["name"] for case in RECORDED}


@pytest.mark.parametrize(("name", "moodle"), GRADES, ids=[f"{name}-{got['answers']}" for name, got in GRADES])
def test_answers_earn_what_moodle_gave(name, moodle):
    ours = grade(ITEMS[name], moodle["answers"])
    assert ours.fraction == pytest.approx(moodle["fraction"] or 0, abs=2e-9)
    assert ours.marks == pytest.approx(moodle["marks"] or 0, abs=2e-8)
    # The recording joins the feedback of several options without a space; Moodle shows each beside its option.
    assert [said.replace(" ", "") for _, said in ours.fields] == [said.replace(" ", "") for _, said in moodle["fields"]]
    assert [fraction for fraction, _ in ours.fields] == pytest.approx([got for got, _ in moodle["fields"]], abs=2e-9)


def item_of(*fields, **more):
    return Item(id="", kind="cloze", name="", fields=fields, marks=sum(field.weight for field in fields), **more)


def test_the_first_matching_answer_decides():
    loose, tight = ("3", "1", 0.5, "loose"), ("3", "0", 1.0, "tight")
    assert grade(item_of(NumericField(answers=(tight, loose))), ["3"]).fields == ((1.0, "tight"),)
    assert grade(item_of(NumericField(answers=(loose, tight))), ["3"]).fields == ((0.5, "loose"),)


def test_a_star_takes_any_number_but_no_text():
    field = NumericField(answers=(("*", "0", 0.5, "any"),))
    assert grade(item_of(field), ["1e400"]).fraction == 0.5
    assert grade(item_of(field), ["abc"]) == Grade(0.0, 0.0, ((0.0, ""),))


def test_a_number_never_costs_marks_and_an_option_does():
    number = NumericField(answers=(("1", "0", -0.5, "sign"),))
    option = ChoiceField(options=(("a", 1.0, ""), ("b", -0.5, "no")))
    assert grade(item_of(number), ["1"]).fields == ((0.0, "sign"),)
    assert grade(item_of(option), [1]).fraction == -0.5


def test_weights_share_the_marks():
    fields = [NumericField(answers=(("1", "0", 1.0, ""),), weight=weight) for weight in (3, 2, 0)]
    assert grade(item_of(*fields), ["1", "0", "0"]).marks == 3
    assert grade(item_of(*fields), [None, "1", "1"]).fraction == pytest.approx(0.4)


def test_a_refused_question_earns_nothing():
    field = NumericField(answers=(("1", "0", 1.0, ""),))
    assert grade(item_of(field, imported=False), ["1"]).marks == 0


@pytest.mark.parametrize("answers", [[], ["1", "2"], [1], [[0]]])
def test_answers_that_do_not_fit_are_an_error(answers):
    with pytest.raises(ValueError, match=r"answers for|a text is due"):
        grade(item_of(NumericField(answers=(("1", "0", 1.0, ""),))), answers)


@pytest.mark.parametrize("answer", ["c", 2, -1, [0, 1]])
def test_an_option_that_is_not_there_is_an_error(answer):
    with pytest.raises(ValueError, match=r"index is due|are chosen"):
        grade(item_of(ChoiceField(options=(("a", 1.0, ""), ("b", 0.0, "")))), [answer])
