"""The answer types in Moodle XML: what is written, what is refused, and that all of it comes back and is graded."""

import re
from pathlib import Path

import pytest
from lxml import etree

from markscheme.bank.banks import read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import exported, roundtrip
from markscheme.exporters.submissions import submissions

MOODLE = FORMATS.get("moodle")
BANK = read_bank(Path(__file__).parent.parent / "types")
QUESTIONS = {question.id: question for question in BANK.questions}
KINDS = {
    "divisors": "multichoice",
    "everything": "cloze",
    "menu": "cloze",
    "pairs": "matching",
    "pick": "multichoice",
    "pool": "multichoice",
    "single": "numerical",
    "steps": "ordering",
    "sums": "cloze",
    "talk": "essay",
    "truth": "truefalse",
    "words": "shortanswer",
}


def variants(name: str, count: int = 12):
    return list(Sampler(QUESTIONS[name], 3).variants(count, MOODLE.target))


def written(name: str, draw: int = 0) -> etree._Element:
    return etree.fromstring(exported([variants(name)[draw]], MOODLE)).findall("question")[-1]


def test_every_type_has_a_question():
    assert sorted(QUESTIONS) == sorted(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_every_type_is_the_question_type_that_moodle_has_for_it(name):
    assert written(name).get("type") == KINDS[name]


@pytest.mark.parametrize("name", KINDS)
def test_every_type_comes_back_and_is_graded_as_its_author_said(name):
    for variant in variants(name):
        assert [str(problem) for problem in roundtrip(variant, MOODLE, QUESTIONS[name].place_of)] == []


@pytest.mark.parametrize("name", KINDS)
def test_every_type_makes_right_and_wrong_submissions(name):
    for variant in variants(name):
        made = list(submissions(variant))
        earned = [one.fraction for one in made]
        assert made[0].fraction == (None if name == "talk" else 1)
        assert (0 in earned) is (name not in ("everything", "menu"))  # there the other slots are right
        if name in ("pairs", "steps", "everything", "sums"):
            assert any(0 < one < 1 for one in earned)


def test_golden_file_of_all_types(golden):
    shown = [variant for name in sorted(KINDS) for variant in variants(name, 2)]
    golden("moodle/types.xml", exported(shown, MOODLE).decode())


def test_figures_are_files_of_the_element_that_shows_them(make_bank):
    text = (
        "id: q\ntitle: T\ntopics: [t]\nparameters:\n  a: {one_of: [0.1, 0.2]}\nmarks: 2\n"
        "figures: {c: \"activation_curve('leaky_relu', a)\"}\nstem: '![](c) is [[y]]'\nanswers:\n"
        "  y: {type: number, value: a, tolerance: 0.01, mistakes: [{value: 3, feedback: 'No: ![](c)'}]}\n"
        "feedback: 'See ![](c)'\n"
    )
    question = read_bank(make_bank({"q": text})).questions[0]
    for variant in Sampler(question, 1).variants(2):
        assert [str(problem) for problem in roundtrip(variant, MOODLE, question.place_of)] == []
        item = etree.fromstring(exported([variant], MOODLE)).findall("question")[-1]
        for path in ("questiontext", "generalfeedback", "answer/feedback"):
            name = item.find(f"{path}/file").get("name")
            assert name == variant.stem.pictures[0].name
            assert f"@@PLUGINFILE@@/{name}" in item.findtext(f"{path}/text")


def test_ticks_that_are_wrong_cost_marks():
    fractions = [float(answer.get("fraction")) for answer in written("divisors").iter("answer")]
    assert written("divisors").findtext("single") == "false"
    assert sum(one for one in fractions if one > 0) == pytest.approx(100, abs=0.001)
    assert min(fractions) < 0


def test_stars_of_a_typed_text_stand_for_themselves():
    stars = [one for one in variants("words", 12) if "blue*" in one.responses[0].accepted]
    answers = [a.findtext("text") for a in etree.fromstring(exported(stars, MOODLE)).iter("answer")]
    assert answers[:2] == [r"blue\*", r"the blue\*"]


def test_further_choices_of_a_match_have_no_prompt():
    prompts = [one.findtext("text") for one in written("pairs").iter("subquestion")]
    assert prompts.count("") == len(prompts) - 3 == 2


def test_items_stand_in_the_right_order_whatever_is_shown_first():
    item = written("steps")
    n = int(re.search(r"\d+", item.find("answer").findtext("text"))[0])
    texts = [answer.findtext("text") for answer in item.iter("answer")]
    assert [str(number) in text for number, text in zip((n, n + 1, n + 2, 3 * n + 9), texts, strict=True)] == [True] * 4
    assert item.findtext("shownumcorrect") == "1"


def test_marker_reads_the_model_answer_and_the_rubric_and_the_student_the_model_answer_alone():
    item = written("talk")
    assert "Because \\(x^2 &lt; y\\)" in item.findtext("graderinfo/text")
    assert "<td>2</td>" in item.findtext("graderinfo/text")
    assert "Because \\(x^2 &lt; y\\)" in item.findtext("generalfeedback/text")
    assert "says more" not in item.findtext("generalfeedback/text")


def bank_of(make_bank, stem: str, answers: str):
    text = (
        f"id: q\ntitle: T\ntopics: [t]\nparameters:\n  n: {{integers: [1, 90]}}\nmarks: 4\nstem: '{stem}'\n"
        f"answers:\n{answers}feedback: F.\n"
    )
    return read_bank(make_bank({"q": text})).questions[0]


ESSAY = "  e:\n    type: essay\n    model: M.\n    rubric: [{points: %s, text: R.}]\n"


def test_essay_beside_other_answers_is_refused_at_its_slot(make_bank):
    question = bank_of(make_bank, "{{ n }} [[y]] [[e]]", "  y: {type: number, value: n}\n" + ESSAY % 2)
    variant = next(Sampler(question, 1).variants(1))
    problems = list(roundtrip(variant, MOODLE, question.place_of))
    assert [(one.code, one.place.line) for one in problems] == [("X710", 10)]
    assert "essay" in problems[0].message


def test_text_behind_an_essay_is_refused(make_bank):
    question = bank_of(make_bank, "{{ n }} [[e]] more", ESSAY % 4)
    variant = next(Sampler(question, 1).variants(1))
    assert ["at the end" in one.message for one in roundtrip(variant, MOODLE, question.place_of)] == [True]


@pytest.mark.parametrize(
    "answer",
    [
        "{type: choices, options: [{text: a, right: true}, {text: b}]}",
        "{type: true_false, value: true}",
        "{type: match, pairs: [{prompt: a, choice: b}, {prompt: c, choice: d}]}",
        "{type: order, items: [a, b, c]}",
    ],
)
def test_answer_amid_the_text_is_a_field_of_a_cloze_text(make_bank, answer):
    question = bank_of(make_bank, "{{ n }} [[y]] and more", f"  y: {answer}\n")
    for variant in Sampler(question, 1).variants(3):
        assert b'type="cloze"' in exported([variant], MOODLE)
        assert [str(problem) for problem in roundtrip(variant, MOODLE, question.place_of)] == []


def test_pictures_beside_the_fields_of_a_table_are_kept(make_bank):
    text = (
        "id: q\ntitle: T\ntopics: [t]\nparameters:\n  a: {one_of: [0.1, 0.2]}\nmarks: 2\n"
        "figures: {c: \"activation_curve('leaky_relu', a)\", d: \"activation_curve('relu')\"}\n"
        "stem: 'x [[m]] [[o]]'\nanswers:\n"
        "  m: {type: match, pairs: [{prompt: 'A ![](c)', choice: leaky}, {prompt: 'B ![](d)', choice: plain}]}\n"
        "  o: {type: order, items: ['one ![](c)', 'two ![](d)']}\nfeedback: F\n"
    )
    question = read_bank(make_bank({"q": text})).questions[0]
    for variant in Sampler(question, 1).variants(2):
        assert [str(problem) for problem in roundtrip(variant, MOODLE, question.place_of)] == []
        item = etree.fromstring(exported([variant], MOODLE)).findall("question")[-1]
        assert len(item.findall("questiontext/file")) == 2
