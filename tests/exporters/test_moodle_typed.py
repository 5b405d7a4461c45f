"""True or false, short text, pairs, order, essay and several options: the model against what a real Moodle did."""

import json
from pathlib import Path

import pytest

from markscheme.exporters.moodle.fields import ChoiceField, EssayField, PairField, PlaceField, TextField
from markscheme.exporters.moodle.grade import grade
from markscheme.exporters.moodle.read import Item, read
from markscheme.exporters.moodle.reading import menu_reading, plain_reading
from markscheme.exporters.moodle.texts import file_digest
from markscheme.exporters.roundtrip import words

FOLDER = Path(__file__).parent / "recorded"
CASES = json.loads((FOLDER / "typed.json").read_text(encoding="utf-8"))["files"]
MENUS = json.loads((FOLDER / "menus.json").read_text(encoding="utf-8"))
HELD = [case for case in CASES if case["held"]]
# Where Moodle shows some of the items only, or grades by something else than places, there is nothing to compare.
NOT_MODELLED = "is not modelled"
AREAS = {"graderinfo": "graderinfo", "subquestion": "subquestion", "answer": "answer"}


def items_of(case):
    return list(read(case["xml"].encode(), "case.xml"))


def item_of(case):
    return items_of(case)[0]


def modelled(case):
    return not any(NOT_MODELLED in note for note in item_of(case).notes)


MODELLED = [case for case in HELD if modelled(case)]
GRADES = [(case, got) for case in MODELLED for got in case["held"][0]["grades"]]


def field_as_recorded(field):
    match field:
        case ChoiceField():
            return ["choice", field.weight, [list(row) for row in field.options], field.single, field.shuffle]
        case TextField():
            return ["text", field.weight, [list(row) for row in field.answers], field.case]
        case PairField():
            return ["pair", field.label, list(field.choices), field.key]
        case PlaceField():
            return ["place", field.label, field.places, field.key]
        case EssayField():
            return ["essay", field.lines, field.template, field.required, field.format]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_same_questions_are_kept(case):
    item, rest = items_of(case)
    assert item.imported == bool(case["held"])
    assert rest.imported == case["rest_is_kept"]


@pytest.mark.parametrize("case", MODELLED, ids=lambda case: case["case"])
def test_a_question_is_held_as_moodle_held_it(case):
    item, (held,) = item_of(case), case["held"]
    assert (item.kind, item.text, item.marks, item.penalty) == tuple(
        held[name] for name in ("kind", "text", "marks", "penalty")
    )
    assert [field_as_recorded(field) for field in item.fields] == held["fields"]
    assert item.marker == held.get("marker", "")
    assert [[AREAS[element.split()[0]], name] for element, name, _ in item.files if "feedback" not in element] == [
        file for file in held["files"] if file[0] != "answerfeedback"
    ]


@pytest.mark.parametrize("case", HELD, ids=lambda case: case["case"])
def test_an_order_is_modelled_where_moodle_asks_for_all_items_in_their_places(case):
    (held,) = case["held"]
    if held["kind"] == "ordering" and held["fields"]:
        options = held["options"]
        shows_all = options["select"] == 0 or options["count"] >= len(held["fields"])
        assert modelled(case) == (shows_all and options["grading"] in (0, -1))
    else:
        assert modelled(case)


@pytest.mark.parametrize(("case", "moodle"), GRADES, ids=[f"{case['case']}-{got['answers']}" for case, got in GRADES])
def test_answers_earn_what_moodle_gave(case, moodle):
    ours = grade(item_of(case), moodle["answers"])
    if moodle.get("state") == "needsgrading":
        assert (ours.fraction, ours.marks, ours.fields) == (None, None, ((None, ""),))
        return
    assert ours.fraction == pytest.approx(moodle["fraction"] or 0, abs=2e-9)
    assert ours.marks == pytest.approx(moodle["marks"] or 0, abs=2e-8)
    # The recording joins the feedback of several options without a space; Moodle shows each beside its option.
    assert [said.replace(" ", "") for _, said in ours.fields] == [said.replace(" ", "") for _, said in moodle["fields"]]
    assert [share for share, _ in ours.fields] == pytest.approx([got or 0 for got, _ in moodle["fields"]], abs=2e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_nothing_is_lost_without_a_note(case):
    item = item_of(case)
    if not (case["held"] and case["rest_is_kept"] and case["with_stop_on_error"] == 2):
        assert any("Moodle" in note for note in item.notes)


@pytest.mark.parametrize(("written", "seen"), MENUS["cloze"], ids=[written for written, _ in MENUS["cloze"]])
def test_a_dropdown_of_a_cloze_text_reads_as_in_the_browser_or_is_noted(written, seen):
    text = f"<![CDATA[<p>{{1:MC:~={written}~zz}}</p>]]>"
    xml = f"<quiz><question type='cloze'><questiontext><text>{text}</text></questiontext></question></quiz>"
    (item,) = read(xml.encode(), "case.xml")
    notes = [note for note in item.notes if "no name" not in note]
    if not notes:
        assert plain_reading(item.fields[0].options[0][0]) == seen


@pytest.mark.parametrize("menu", MENUS["matching"], ids=["raw", "escaped", "entities"])
def test_the_menu_of_a_matching_question_reads_as_in_the_browser(menu):
    assert sorted(map(menu_reading, menu["choices"])) == menu["read"]


def one(kind, inside):
    xml = f'<quiz><question type="{kind}"><name><text>q</text></name>{inside}</question></quiz>'
    (item,) = read(xml.encode(), "case.xml")
    return item


def answers(*given):
    return "".join(f'<answer fraction="{share}"><text><![CDATA[{text}]]></text></answer>' for text, share in given)


def pairs(*given):
    return "".join(
        f"<subquestion><text>{stem}</text><answer><text><![CDATA[{choice}]]></text></answer></subquestion>"
        for stem, choice in given
    )


ORDER = "<selecttype>ALL</selecttype><gradingtype>ABSOLUTE_POSITION</gradingtype><shownumcorrect>1</shownumcorrect>"
SEVERAL = "<single>false</single>"
SOUND = [
    ("truefalse", answers(("true", 100), ("false", 0))),
    ("shortanswer", answers(("Paris", 100), ("<b>", 100), ("*", 0))),
    ("matching", pairs(("a", "x &amp; y"), ("b", "&lt;b&gt;"), ("", "z"), ("c", "&#92;(x&#92;)"))),
    ("ordering", ORDER + answers(("a", 1), ("b", 2))),
    ("essay", "<graderinfo><text>g</text></graderinfo>"),
    ("multichoice", SEVERAL + answers(("a", 50), ("b", 50), ("c", -50))),
    ("multichoice", SEVERAL + answers(("a", 50), ("b", 50))),
]


@pytest.mark.parametrize(("kind", "inside"), SOUND)
def test_a_sound_question_has_no_notes(kind, inside):
    assert one(kind, inside).notes == ()


@pytest.mark.parametrize(
    ("kind", "inside", "note"),
    [
        ("truefalse", answers(("True", 100), ("false", 0)), "neither 'true' nor 'false'"),
        ("truefalse", answers(("true", 50), ("false", 50)), "Moodle takes 'true' for right"),
        ("shortanswer", answers(("*", 100)), "whatever is typed"),
        ("shortanswer", answers(("a", 100), ("b", -50)), "'b' costs marks"),
        ("shortanswer", answers(("a", 100), ("", 50)), "can never be given"),
        ("shortanswer", answers(("a", 50)), "loses all after it: no answer is worth 100 %"),
        ("matching", pairs(("a", "<b>x</b>"), ("b", "y")), "loses its tags and reads 'x'"),
        ("matching", pairs(("a", r"\(x\)"), ("b", "y")), "maths is not set"),
        ("matching", pairs(("a", "x"), ("b", "<b>x</b>")), "read the same"),
        ("matching", pairs(("a", "<i></i>"), ("b", "y")), "reads as nothing"),
        ("matching", pairs(("a", "x"), ("", "")), "blank and dropped"),
        ("matching", pairs(("", "x")), "breaks every attempt"),
        ("matching", pairs(("a", "")), "keeps the question and loses all after it"),
        ("ordering", ORDER + answers(("a", 1)), "keeps the question and loses all after it"),
        ("ordering", ORDER + answers(("a", 1), ("b", 2), ("a", 3)), "full marks cannot be had"),
        ("ordering", ORDER + answers(("a", 1), ("<p> </p>", 2), ("b", 3)), "blank items are dropped"),
        ("ordering", ORDER + answers(("<img style='vertical-align:top'>", 1), ("b", 2)), "becomes text-top"),
        ("ordering", ORDER.replace("shownumcorrect", "x") + answers(("a", 1), ("b", 2)), "needs <shownumcorrect>"),
        ("essay", "<responseformat>noinline</responseformat>", "no box"),
        ("essay", "<responseformat>html</responseformat>", "breaks every attempt"),
        (
            "essay",
            "<responseformat>plain</responseformat><responsetemplate><text>&lt;p></text></responsetemplate>",
            "shows its tags",
        ),
        ("essay", "<responsetemplate><text>a</text><file name='a'/></responsetemplate>", "files of responsetemplate"),
        ("multichoice", SEVERAL + answers(("a", 50), ("b", 50), ("c", 0)), "ticking every option"),
        ("multichoice", SEVERAL + answers(("a", 50), ("b", 40), ("c", -100)), "add up to 90 %"),
    ],
)
def test_what_moodle_changes_is_noted(kind, inside, note):
    assert any(note in found for found in one(kind, inside).notes)


def test_an_option_may_be_chosen_by_what_a_student_reads():
    options = (("<p>a&nbsp;&lt;  b</p>", 1.0, ""), ("c", 0.0, "no"))
    item = Item(id="", kind="multichoice", name="", fields=(ChoiceField(options=options),))
    assert grade(item, ["a\xa0< b"]).fraction == 1
    assert grade(item, [" c "]).fields == ((0.0, "no"),)
    with pytest.raises(ValueError, match="no option reads 'd'"):
        grade(item, ["d"])


PLACES = tuple(PlaceField(label=label, places=3, key=key) for key, label in enumerate("abc", 1))


@pytest.mark.parametrize("places", [["1", "2", None], ["1", "1", "2"], ["0", "1", "2"], ["1", "2", "4"], [None] * 3])
def test_places_that_are_not_each_taken_once_are_an_error(places):
    with pytest.raises(ValueError, match="must be taken once"):
        grade(Item(id="", kind="ordering", name="", fields=PLACES), places)


@pytest.mark.parametrize(
    ("field", "answer", "message"),
    [
        (PairField(label="a", choices=("x", "y"), key="x"), "z", "not among the choices"),
        (PairField(label="a", choices=("x", "y"), key="x"), 0, "a text is due"),
        (EssayField(lines=5), 1, "a text is due"),
        (ChoiceField(options=(("a", 1.0, ""), ("b", 0.0, ""))), [0, 1], "one option's index is due"),
    ],
)
def test_an_answer_of_another_kind_is_an_error(field, answer, message):
    with pytest.raises(ValueError, match=message):
        grade(Item(id="", kind="", name="", fields=(field,)), [answer])


def essay(inner: str) -> bytes:
    return f'<quiz><question type="essay"><name><text>n</text></name>{inner}</question></quiz>'.encode()


@pytest.mark.parametrize("digits", ["9" * 5000, "9999999999", "-99999999999"])
def test_number_that_no_column_holds_ends_the_import(digits):
    (item,) = read(essay(f"<responsefieldlines>{digits}</responsefieldlines>"), "q.xml")
    assert not item.imported
    assert "Moodle refuses the question and loses all after it: responsefieldlines is too large" in item.notes


@pytest.mark.parametrize(("digits", "lines"), [("0" * 5000 + "7", 7), (" -3 ", -3), ("+12", 12), ("000", 0)])
def test_zeros_before_a_number_do_not_count(digits, lines):
    (item,) = read(essay(f"<responsefieldlines>{digits}</responsefieldlines>"), "q.xml")
    assert item.fields[0].lines == lines


def test_letters_that_are_no_base64_are_skipped():
    shown = '<text>@@PLUGINFILE@@/a.png</text><file name="a.png" encoding="base64">aG–k</file>'
    (item,) = read(essay(f"<graderinfo>{shown}</graderinfo>"), "q.xml")
    assert item.files == (("graderinfo", "a.png", file_digest(b"hi")),)
    assert any("not clean base64" in note for note in item.notes)


@pytest.mark.parametrize(
    ("entity", "shown"),
    [
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#1114112;", "\ufffd"),
        ("&#x110000;", "\ufffd"),
    ],
)
def test_entity_reads_as_in_a_browser_however_long_it_is(entity, shown):
    (item,) = read(essay(f"<generalfeedback><text><![CDATA[a{entity}b]]></text></generalfeedback>"), "q.xml")
    assert words(item.general_feedback) == f"a{shown}b"
