"""Verification: what a file says is compared with what the bank says now.

`recorded/reexported.xml` is what Moodle 4.5.6 exported after an import of `recorded/reexported-bank`, two variants of
each question; `recorded/reexported-twice.xml` is the same of two questions that the imported file held twice.
"""

import re
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from markscheme.bank.banks import read_bank
from markscheme.bank.codes import CODES
from markscheme.bank.problems import BankError
from markscheme.bank.sampling import Sampler
from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.differences import differences
from markscheme.exporters.export import Order, export_stream
from markscheme.exporters.format import Fact, Options
from markscheme.exporters.rebuilding import Rebuilder, find_id
from markscheme.exporters.verification import Verification, read_file

RECORDED = Path(__file__).parent / "recorded"
FOLDER = RECORDED / "reexported-bank"
BANK = read_bank(FOLDER)
MOODLE = FORMATS.get("moodle")
REEXPORTED = (RECORDED / "reexported.xml").read_text(encoding="utf-8")


def verify(text: str | bytes, bank=BANK) -> tuple[list, str]:
    verification = Verification(bank, MOODLE, "q.xml")
    data = text if isinstance(text, bytes) else text.encode()
    return list(verification.problems(data, lambda _question: None)), verification.summary()


def codes(problems: list) -> list[str]:
    return [problem.code for problem in problems]


def exported(bank, count: int) -> str:
    pieces = []
    export_stream(
        Order(bank=bank, form=MOODLE, seed=bank.spec.seed, count=count, options=Options()), pieces.append, print
    )
    return b"".join(pieces).decode()


def block(text: str, variant: str) -> str:
    """Return the question of a variant as it stands in a file."""
    every = re.findall(r"<question .*?</question>", text, re.DOTALL)
    found = [one for one in every if f"<idnumber>{variant}</idnumber>" in one]
    assert len(found) == 1
    return found[0]


def edited(variant: str, old: str, new: str, text: str = REEXPORTED) -> str:
    """Return a file in which one place of one question is another."""
    before = block(text, variant)
    assert old in before, before
    return text.replace(before, before.replace(old, new, 1))


@pytest.fixture
def bank_folder(tmp_path):
    """Make a copy of the bank, to be changed."""
    return shutil.copytree(FOLDER, tmp_path / "bank")


def change(folder: Path, question: str, old: str, new: str):
    path = folder / "t" / f"{question}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read_bank(folder)


def test_what_we_export_agrees():
    assert verify(exported(BANK, 4)) == ([], "33 items: 33 agree")


def test_what_moodle_exported_again_agrees():
    assert verify(REEXPORTED) == ([], "17 items: 17 agree")


def test_recording_has_every_kind_of_question_and_a_picture_in_each_place():
    kinds = set(re.findall(r'<question type="(\w+)"', REEXPORTED))
    assert kinds >= {"numerical", "multichoice", "truefalse", "shortanswer", "matching", "ordering", "essay", "cloze"}
    for place in ("questiontext", "feedback", "graderinfo", "generalfeedback", "answer"):
        assert re.search(rf"<{place}\b(?:(?!</{place}>).)*<file ", REEXPORTED, re.DOTALL), place


def test_copies_without_id_number_are_known_by_their_name():
    text = (RECORDED / "reexported-twice.xml").read_text(encoding="utf-8")
    copies = [one for one in re.findall(r"<question .*?</question>", text, re.DOTALL) if "<defaultgrade>" in one]
    assert sum("<idnumber></idnumber>" in one for one in copies) == 4
    problems, summary = verify(text)
    assert codes(problems) == ["X905"] * 4
    assert {problem.variant for problem in problems} == {"number.7.1", "number.7.2", "truth.7.1", "truth.7.2"}
    assert summary == "8 items: 8 agree; 4 twice"
    for one in copies:
        if "<idnumber></idnumber>" not in one:
            text = text.replace(one, "")
    assert verify(text) == ([], "4 items: 4 agree")


# Variant, what stands in Moodle's file, what a teacher makes of it, and how the report says so.
EDITS = {
    "key": ("number.7.1", "<text>47.625</text>", "<text>47.635</text>", "the key is 47.635, not 47.625"),
    "tolerance": (
        "number.7.1",
        "<tolerance>0.005</tolerance>",
        "<tolerance>0.01</tolerance>",
        "the accepted distance of the key is 0.01, not 0.005",
    ),
    "mistake": ("number.7.1", "<text>190</text>", "<text>191</text>", "the value of mistake 1 is 191, not 190"),
    "credit of a mistake": (
        "number.7.1",
        '<answer fraction="50"',
        '<answer fraction="25"',
        "the credit of mistake 1 is 25 %, not 50 %",
    ),
    "feedback of a mistake": (
        "number.7.1",
        "<em>twice</em>",
        "<em>thrice</em>",
        "the feedback of mistake 1 is 'That is thrice .', not 'That is twice .'",
    ),
    "mark": ("number.7.1", "2.0000000", "3.0000000", "the mark is 3, not 2"),
    "penalty": ("number.7.1", "<penalty>0.3333333", "<penalty>0.5000000", "the penalty is 0.5, not 0.3333333"),
    "stem": ("number.7.1", "<p>Half of", "<p>Third of", "the stem is 'Third of"),
    "worked solution": ("number.7.1", "It is 47.5", "It is 47.6", "the worked solution is 'It is 47.6"),
    "name": ("number.7.1", "<text>Number number", "<text>Numbers number", "the name is 'Numbers number.7.1'"),
    "hint": (
        "number.7.1",
        "<tags>",
        '<hint format="html"><text>Halve it.</text></hint><tags>',
        "the number of the hints is 1, not 0 (new: 'Halve it.')",
    ),
    "unit": (
        "number.7.1",
        "<tags>",
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units><tags>",
        "the number of the units is 1, not 0 (new: 'm')",
    ),
    "picture bytes": ("number.7.1", 'base64">iVBORw0KGgoA', 'base64">iVBORw0KGgoB', "of the stem is 'SHA-256 "),
    "picture gone": (
        "number.7.1",
        '<img src="@@PLUGINFILE@@',
        '<img src="http://x',
        "the source of picture 1 of the stem",
    ),
    "alternative text": ("number.7.1", 'alt="A dot"', 'alt="A cat"', "the alternative text of picture 1 of the stem"),
    "option text": ("one.7.1", "- 1\\)", "- 2\\)", "the text of option 1 is '\\(61 - 2\\)', not '\\(61 - 1\\)'"),
    "option credit": ("one.7.1", 'fraction="25"', 'fraction="20"', "the credit of option 2 is 20 %, not 25 %"),
    "option feedback": ("one.7.1", "<p>Yes", "<p>No", "the feedback of option 3 is 'No & so it is.', not 'Yes"),
    "feedback picture": (
        "one.7.1",
        '<file name="1204',
        '<file name="1304',
        "the file '1204962669f1.png' of the feedback",
    ),
    "shuffling": ("one.7.1", "<shuffleanswers>false", "<shuffleanswers>true", "the shuffling is 1, not 0"),
    "combined feedback": (
        "one.7.1",
        '<correctfeedback format="html">\n      <text>',
        '<correctfeedback format="html">\n      <text>Well done',
        "the feedback of any right answer is 'Well done', not empty",
    ),
    "several": ("several.7.1", "<single>false", "<single>true", "the choice of one option only is 1, not 0"),
    "truth": (
        "truth.7.1",
        '<answer fraction="100"',
        '<answer fraction="0"',
        "the credit of option 1 is 0 %, not 100 %",
    ),
    "truth feedback": ("truth.7.1", "You said true.", "Really?", "the feedback of option 1 is 'Really?'"),
    "accepted text": ("word.7.1", "<text>the ", "<text>a ", "the text of answer 2 is 'a "),
    "text credit": ("word.7.1", 'fraction="50"', 'fraction="0"', "the credit of answer 3 is 0 %, not 50 %"),
    "capitals": ("word.7.1", "<usecase>0", "<usecase>1", "the difference of capitals is 1, not 0"),
    "pair key": ("pairs.7.1", "<text>22.5<", "<text>23<", "the choice of pair 1 is 23, not 22.5"),
    "pair prompt": ("pairs.7.1", "<strong>half</strong>", "<strong>third</strong>", "is 'third of"),
    "distractor": (
        "pairs.7.1",
        "<text>none :-) (n)<",
        "<text>none<",
        "the choice of pair 4 is 'none', not 'none :-) (n)'",
    ),
    "item": ("steps.7.1", "<strong>bold</strong>", "thin", "the text of item 2 is 'thin"),
    "grading of an order": ("steps.7.1", "ABSOLUTE_POSITION", "RELATIVE_NEXT_EXCLUDE_LAST", "the grading of the order"),
    "marker's information": ("talk.7.1", "<td>2</td>", "<td>3</td>", "the marker's information is"),
    "template": ("talk.7.1", "<p>Because</p>", "<p>As</p>", "the template is 'As', not 'Because'"),
    "box": ("talk.7.1", "lines>8<", "lines>10<", "the height of the box in lines is 10, not 8"),
    "field key": ("many.original", ":NM:=24:", ":NM:=25:", "the key of field 1 is 25, not 24"),
    "field distance": (
        "many.original",
        ":NM:=24:0",
        ":NM:=24:1",
        "the accepted distance of the key of field 1 is 1, not 0",
    ),
    "field weight": ("many.original", "{12:NM:=24", "{13:NM:=24", "the weight of field 1 is 13, not 12"),
    "field feedback": ("many.original", "#ev", "#even", "'even', not 'ev'"),
    "field option": ("many.original", "it is not", "it is", "is 'it is', not 'it is not'"),
    "field text": ("many.original", "prime\\*", "primes", "the text of answer 2 of field 3 is 'primes'"),
    "field kind": ("many.original", ":SA:", ":SAC:", "the difference of capitals of field 3 is 1, not 0"),
    "struck out": (
        "number.7.1",
        "<em>twice</em>",
        "<s>twice</s>",
        "the feedback of mistake 1 is 'That is ‹struck› twice ‹/struck› .', not 'That is twice .'",
    ),
    "raised": ("number.7.1", "<em>twice</em>", "<sup>twice</sup>", "is 'That is ‹sup› twice ‹/sup› .'"),
    "hidden": ("number.7.1", "<em>", "<em style='display: none'>", "is 'That is ‹hidden› twice .'"),
    "struck out by a style": ("number.7.1", "<em>", '<em style="text-decoration: LINE-THROUGH;">', "‹struck›"),
    "link": (
        "number.7.1",
        "<em>twice</em>",
        '<a href="http://a.org">twice</a>',
        "the number of the links of the feedback of mistake 1 is 1, not 0 (new: 'http://a.org')",
    ),
    "struck out in a field": ("many.original", "#ev", "#<del>ev</del>", "'‹struck› ev ‹/struck›', not 'ev'"),
    "field prompt": ("many.original", "&amp; so", "&amp; on", "the stem is"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edit_in_the_lms_is_found(edit):
    variant, old, new, said = EDITS[edit]
    text = edited(variant, old, new)
    (problem,), summary = verify(text)
    assert problem.code == "X902"
    assert problem.variant == variant
    assert said in problem.message
    line = text[: text.index(block(text, variant))].count("\n") + 1
    assert (problem.place.line, problem.place.column) == (line, 3)
    assert summary == "17 items: 16 agree, 1 edited in the LMS"


# What a teacher's browser or Moodle may change without changing anything that counts.
SAME = {
    "markup": ("number.7.1", "<p>Half of", '<p dir="ltr" style="text-align: left;">Half  of\n'),
    "entities": ("number.7.1", "\\(a &lt; b\\)", "\\(a&nbsp;&#60;&#32;b\\)"),
    "entities in a menu": ("pairs.7.1", "<text>none :-) (n)<", "<text>none :-&amp;#41; (n)<"),
    "decimals": ("number.7.1", "<text>47.625</text>", "<text>47.6250</text>"),
    "power": ("number.7.1", "<tolerance>0.005</tolerance>", "<tolerance>5.0E-3</tolerance>"),
    "hidden": ("number.7.1", "<hidden>0", "<hidden>1"),
    "tag": ("number.7.1", "<tag><text>t</text>", "<tag><text>exam 2031</text>"),
    "order of tags": ("number.7.1", "<tags>", "<tags><tag><text>first</text></tag>"),
    "empty feedback": ("one.7.1", '<correctfeedback format="html">\n      <text></text>\n    </correctfeedback>', ""),
    "bold": ("number.7.1", "<em>twice</em>", "<strong>twice</strong>"),
    "second file of a name": (
        "number.7.1",
        "</file>",
        '</file><file name="b559442a0d86.png" path="/" encoding="base64">iVBOR</file>',
    ),
    "wrapped base64": ("number.7.1", 'base64">iVBORw0KGgoA', 'base64">\niVBORw0K\nGgoA'),
    "quotes": ("number.7.1", '<img src="@@PLUGINFILE@@/b559442a0d86.png" alt="A dot"/>',
               "<img class='x' alt='A dot' src='@@PLUGINFILE@@/b559442a0d86.png?time=1'>"),
}  # fmt: skip


@pytest.mark.parametrize("change", SAME)
def test_what_only_looks_different_agrees(change):
    assert verify(edited(*SAME[change])) == ([], "17 items: 17 agree")


def swapped(text: str, pattern: str) -> str:
    """Return a text in which the first two matches have changed places."""
    first, second = list(re.finditer(pattern, text, re.DOTALL))[:2]
    assert first[0] != second[0]
    return text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[second.end() :]


@pytest.mark.parametrize(
    ("variant", "pattern", "said"),
    [
        ("one.7.1", r"<answer .*?</answer>", "the order of the options is"),
        ("steps.7.1", r"<answer .*?</answer>", "the order of the items is"),
        ("pairs.7.1", r"<subquestion .*?</subquestion>", "the order of the pairs is"),
        ("many.original", r"%-?50%[^~]*(?=~)", "the order of the options of field 4 is"),
    ],
)
def test_another_order_is_one_difference(variant, pattern, said):
    before = block(REEXPORTED, variant)
    (problem,), _ = verify(REEXPORTED.replace(before, swapped(before, pattern)))
    assert problem.code == "X902"
    assert said in problem.message
    assert ";" not in problem.message


def test_option_that_is_gone_is_one_difference():
    before = block(REEXPORTED, "one.7.1")
    option = re.search(r"<answer fraction=\"25\".*?</answer>", before, re.DOTALL)[0]
    (problem,), _ = verify(REEXPORTED.replace(before, before.replace(option, "")))
    assert problem.message == "edited in the LMS: the number of the options is 2, not 3 (gone: 'None')"


def test_many_differences_are_counted():
    text = edited("one.7.1", "<p>See.", "<p>Look.")
    for fraction in ("0", "25", "100"):
        text = edited("one.7.1", f'fraction="{fraction}" format', 'fraction="50" format', text)
    (problem,), _ = verify(text)
    assert problem.message.count("credit") == 2
    assert problem.message.endswith("; and 1 more")


def test_older_spec_is_told_from_an_edit(bank_folder):
    bank = change(bank_folder, "number", "decimals: 2", "decimals: 3")
    problems, summary = verify(REEXPORTED, bank)
    assert codes(problems) == ["X903", "X903"]
    assert "the accepted distance of the key is 0.005, not 0.0005" in problems[0].message
    assert summary == "17 items: 15 agree, 2 made by an older spec"
    both = edited("one.7.1", "<p>See.", "<p>Look.")
    assert Counter(codes(verify(both, bank)[0])) == {"X903": 2, "X902": 1}


def test_change_of_the_spec_that_changes_nothing_agrees(bank_folder):
    bank = change(bank_folder, "number", "Half of", "Half  of")
    assert verify(REEXPORTED, bank)[0] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stem:", "require: [n == 0]\nstem:", "passed over: 'require: n == 0' does not hold"),
        ("stem:", "check: [n == 0]\nstem:", "E520"),
        ("stem:", "skip: [{draw: 1, reason: too easy}]\nstem:", "skips the draw: too easy"),
    ],
)
def test_draw_that_is_no_variant_any_more_says_why(bank_folder, old, new, said):
    problems, _ = verify(REEXPORTED, change(bank_folder, "number", old, new))
    first = next(problem for problem in problems if problem.variant == "number.7.1")
    assert first.code == "X903"
    assert said in first.message


def test_original_that_the_spec_has_no_more(bank_folder):
    bank = change(bank_folder, "many", "original: {n: 12}", "")
    (problem,), _ = verify(REEXPORTED, bank)
    assert (problem.code, problem.variant) == ("X903", "many.original")
    assert "has no original" in problem.message


def test_draw_that_looks_like_an_earlier_one_is_no_variant(bank_folder):
    # The sampler passes over draws that repeat an earlier look; such a draw is found here by hand.
    bank = read_bank(bank_folder)
    question = next(one for one in bank.questions if one.id == "word")
    source = question.source(7)
    looks = [question.solve(source, 7, draw).values["w"] for draw in range(1, 60)]
    repeated = next(draw for draw in range(2, 60) if looks[draw - 1] in looks[: draw - 1])
    later = next(draw for draw in range(repeated, 60) if looks[draw - 1] not in looks[: draw - 1])
    text = exported(bank, 5)
    number = Sampler(question, 7)
    variants = [variant.draw for variant in number.variants(5)]
    assert repeated not in variants
    assert later in variants
    # An item of the repeated draw, made from that of the first draw with the same look.
    same = looks.index(looks[repeated - 1]) + 1
    item = block(text, f"word.7.{same}")
    forged = item.replace(f"word.7.{same}", f"word.7.{repeated}")
    problems, summary = verify(text.replace(item, item + forged), bank)
    (problem,) = problems
    assert problem.code == "X903"
    assert problem.variant == f"word.7.{repeated}"
    assert "1 made by an older spec" in summary


def test_variant_that_is_missing_is_named():
    text = exported(BANK, 5)
    draws = [variant.draw for variant in Sampler(next(q for q in BANK.questions if q.id == "number"), 7).variants(5)]
    for draw in draws[1:3]:
        text = text.replace(block(text, f"number.7.{draw}"), "")
    text = text.replace(block(text, "many.original"), "")
    problems, summary = verify(text)
    assert codes(problems) == ["X904", "X904"]
    assert {problem.message for problem in problems} == {
        f"missing: number.7.{draws[1]}, number.7.{draws[2]}",
        "missing: many.original",
    }
    assert summary.endswith("; 3 missing")


def test_last_variants_of_a_question_are_not_missed():
    text = exported(BANK, 5)
    last = list(Sampler(next(q for q in BANK.questions if q.id == "number"), 7).variants(5))[-1]
    assert verify(text.replace(block(text, last.id), ""))[0] == []


def test_variant_of_a_sparse_question_is_missed_however_far_it_is(make_bank):
    spec = """
id: sparse
title: Twice a rare number
topics: [t]
marks: 2
parameters: {n: {integers: [1, 9000]}}
require: [n % 900 == 1]
stem: What is $2 \\cdot {{ n }}$? [[twice]]
answers: {twice: {type: number, value: 2 * n}}
feedback: It is {{ 2 * n }}.
"""
    bank = read_bank(make_bank({"sparse": spec.lstrip()}))
    draws = [variant.draw for variant in Sampler(bank.questions[0], 7).variants(10)]
    far = next(draw for draw in draws if draw > 2_500)
    text = exported(bank, 10)
    assert verify(text, bank) == ([], "10 items: 10 agree")
    (problem,), summary = verify(text.replace(block(text, f"sparse.7.{far}"), ""), bank)
    assert problem.message == f"missing: sparse.7.{far}"
    assert summary == "9 items: 9 agree; 1 missing"


def test_question_that_the_bank_has_no_more(bank_folder):
    (bank_folder / "t" / "talk.yaml").unlink()
    (problem,), summary = verify(REEXPORTED, read_bank(bank_folder))
    assert (problem.code, problem.variant) == ("X901", "talk.7.1")
    assert "the bank 'all' has no question 'talk'" in problem.message
    assert summary == "17 items: 16 agree, 1 not known"


def test_item_with_our_tag_and_no_id_is_not_known():
    text = REEXPORTED.replace("<text>Talk talk.7.1</text>", "<text>Talk</text>").replace(">talk.7.1<", "><")
    (problem,), _ = verify(text)
    assert (problem.code, problem.variant) == ("X901", "")
    assert "'Talk'" in problem.message


def test_items_of_others_are_counted_and_no_problem():
    other = '<question type="essay"><name><text>What I did in summer 1.2</text></name></question>'
    assert verify(REEXPORTED.replace("<quiz>", f"<quiz>{other * 2}")) == ([], "17 items: 17 agree; 2 not ours")


def test_variant_that_stands_twice_is_reported_at_the_second_one():
    item = block(REEXPORTED, "talk.7.1")
    text = REEXPORTED.replace(item, f"{item}\n{item.replace('Talk talk.7.1', 'Talk talk.7.1 (copy)')}")
    problems, summary = verify(text)
    second = text[: text.rindex('<question type="essay"')].count("\n") + 1
    assert [(problem.code, problem.place.line) for problem in problems] == [("X905", second), ("X902", second)]
    assert summary == "18 items: 17 agree, 1 edited in the LMS; 1 twice"


@pytest.mark.parametrize("tag", ["", "ms:", "ms:123", "ms:zzzzzzzzzzzzzzzz"])
def test_item_without_a_readable_tag_agrees_if_its_content_does(tag):
    bare = re.sub(r"ms:[0-9a-f]{16}", tag, REEXPORTED)
    assert verify(bare) == ([], "17 items: 17 agree")
    (problem,), summary = verify(edited("number.7.1", "<text>190</text>", "<text>191</text>", bare))
    assert (problem.code, problem.variant) == ("X906", "number.7.1")
    assert "the value of mistake 1 is 191, not 190" in problem.message
    assert summary == "17 items: 16 agree, 1 of unknown age"


def test_two_tags_that_disagree_tell_nothing():
    text = edited("number.7.1", "<text>190</text>", "<text>191</text>")
    text = edited("number.7.1", "<tags>", "<tags><tag><text>ms:0123456789abcdef</text></tag>", text)
    assert codes(verify(text)[0]) == ["X906"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (REEXPORTED.encode()[:5000], "X701"),
        (b"<quiz><question></quiz>", "X701"),
        (b"", "X701"),
        (b"<html></html>", "X701"),
        (b"\xff\xfe<quiz/>", "X701"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><quiz/>", "X702"),
        (b"<quiz>" + b"<a>" * 99, "X702"),
    ],
)
def test_file_that_cannot_be_read_says_why(data, code):
    with pytest.raises(BankError) as caught:
        verify(data)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    ("variant", "code"),
    [
        ("word.7.1000000000000", "X903"),
        ("word.7." + "9" * 5000, "X901"),
        ("word." + "9" * 200 + ".1", "X901"),
        ("word.9007199254740993.1", "X901"),
        ("word.7.0", "X901"),
        ("word.7.01", "X901"),
        ("nothing.7.1", "X901"),
        ("word.original", "X903"),
    ],
)
def test_hostile_ids_are_refused_quickly(variant, code):
    started = time.perf_counter()
    item = block(REEXPORTED, "word.7.1").replace("<text>Word word.7.1<", "<text>Word<")
    problems, _ = verify(f"<quiz>{item.replace('<idnumber>word.7.1', f'<idnumber>{variant}')}</quiz>")
    assert codes(problems)[0] == code
    assert time.perf_counter() - started < 3


def test_hostile_draw_makes_no_variants_missing():
    item = block(REEXPORTED, "number.7.1")
    forged = item.replace("number.7.1", "number.7.1000000000000")
    started = time.perf_counter()
    problems, summary = verify(REEXPORTED.replace(item, item + forged))
    assert "missing" not in summary
    assert codes(problems) == ["X903"]
    assert time.perf_counter() - started < 3


def test_control_characters_are_spelled_out():
    text = edited("talk.7.1", "<text>Talk talk.7.1", "<text>Talk \u009b31m\u202e talk.7.1")
    for problem in verify(text)[0]:
        assert str(problem).isprintable()
    text = REEXPORTED.replace("<text>Talk talk.7.1</text>", "<text>\u009b\u202e</text>").replace(">talk.7.1<", "><")
    (problem,), _ = verify(text)
    assert str(problem).isprintable()


@pytest.mark.parametrize(
    ("number", "name", "found"),
    [
        ("sum.7.1", "Sum sum.7.2", "sum.7.1"),
        ("", "Sum sum.7.2", "sum.7.2"),
        ("sum.7.1_2", "Sum sum.7.2", "sum.7.2"),
        ("", "Sum sum.7.2 (copy)", "sum.7.2"),
        ("", "Version v.1.2 sum.original", "sum.original"),
        ("", "x-sum.7.2.3 a.b", ""),
        ("", "Sum.7.2", ""),
        ("", "", ""),
    ],
)
def test_id_is_found_in_number_or_name(number, name, found):
    assert find_id(number, name) == found


def test_differences_of_long_texts_are_shown_where_they_begin():
    wanted = [Fact(("stem",), "a" * 200 + " right " + "b" * 200)]
    (said,) = differences([Fact(("stem",), "a" * 200 + " wrong " + "b" * 200)], wanted)
    assert "aa wrong bb" in said
    assert "aa right bb" in said
    assert len(said) < 200


def test_first_file_of_a_name_counts():
    junk = '<file name="b559442a0d86.png" path="/" encoding="base64">iVBOR</file>'
    text = edited("number.7.1", '<file name="b559442a0d86.png"', f'{junk}<file name="b559442a0d86.png"')
    (problem,), _ = verify(text)
    assert (problem.code, problem.variant) == ("X902", "number.7.1")
    assert "the file 'b559442a0d86.png' of the stem is 'SHA-256 " in problem.message


def test_changed_link_is_a_difference():
    read = [
        next(iter(MOODLE.read(LINK.format(to).encode(), "q.xml"))).facts() for to in ("http://a.org", "http://b.org")
    ]
    (said,) = differences(*read)
    assert said == "the target of link 1 of the stem is 'http://a.org', not 'http://b.org'"


LINK = (
    '<quiz><question type="essay"><questiontext><text><![CDATA[<a class="x" href="{}">here</a>]]></text></questiontext>'
    "</question></quiz>"
)


@pytest.mark.parametrize("before", ["\n\n", "\ufeff\r\n \n"])
def test_places_count_the_lines_before_the_content(before):
    content = REEXPORTED[REEXPORTED.index("<quiz>") :]
    (problem,), _ = verify(before + edited("number.7.1", "<text>190</text>", "<text>191</text>", content))
    line = content[: content.index('<question type="numerical"')].count("\n") + 1
    assert (problem.place.line, problem.place.column) == (line + 2, 3)


@pytest.mark.parametrize("code", ["X901", "X904", "X905", "X906"])
def test_no_message_is_longer_than_a_few_lines(code):
    item = block(REEXPORTED, "number.7.1")
    huge = "\u202e" * 5000
    texts = {
        "X901": item.replace("number.7.1", "number." + "9" * 5000 + ".1"),
        "X906": re.sub(r"<text>[^<]{3,}</text>|<!\[CDATA\[.*?\]\]>", f"<text>{huge}</text>", item).replace(
            'name="', f'name="{huge}'
        ),
        "X904": item.replace("number.7.1", "number.7.90"),
        "X905": item.replace("number.7.1", "x." + "1" * 5000 + ".1") * 2,
    }
    problems, _ = verify(f"<quiz>{texts[code]}</quiz>")
    assert code in codes(problems)
    for problem in problems:
        assert len(str(problem)) < 600
        assert str(problem).isprintable()


def test_original_is_missed_once_however_many_seeds_there_are():
    item = block(exported(BANK, 4), "many.original")
    seeds = "".join(item.replace("many.original", f"many.{seed}.1") for seed in range(1, 6))
    problems, _ = verify(f"<quiz>{seeds}</quiz>")
    assert sum("many.original" in problem.message for problem in problems) == 1


def test_seeds_that_no_export_would_mix_are_not_followed_for_ever(monkeypatch):
    walked = []
    expected = Rebuilder.expected
    monkeypatch.setattr(
        Rebuilder,
        "expected",
        lambda self, name, seed, highest: walked.append(highest) or expected(self, name, seed, highest),
    )
    item = block(REEXPORTED, "number.7.1")
    far = "".join(item.replace("number.7.1", f"number.{seed}.1000") for seed in range(100, 400))
    problems, _ = verify(REEXPORTED.replace("</quiz>", far + "</quiz>"))
    (problem,) = (problem for problem in problems if problem.code == "X907")
    assert problem.message == "missing variants were not looked for under 296 seeds of 'number'"
    assert sum(walked) < 1_000 + 10 * 300 + 2_000
    assert codes(verify(REEXPORTED)[0]) == []


def test_file_is_read_by_its_path_as_by_its_content(tmp_path):
    path = tmp_path / "q.xml"
    path.write_text(REEXPORTED, encoding="utf-8")
    verification = Verification(BANK, MOODLE, "q.xml")
    assert list(verification.problems(read_file(path), lambda _question: None)) == []
    assert verification.summary() == "17 items: 17 agree"
    with pytest.raises(OSError, match="nothing"):
        read_file(tmp_path / "nothing.xml")


def test_every_code_is_declared():
    assert {f"X90{number}" for number in range(1, 7)} <= CODES.keys()


def run(*arguments: str):
    return CliRunner().invoke(main, ["verify", *arguments])


def test_command_reports_places_and_counts(tmp_path):
    file = tmp_path / "q.xml"
    file.write_text(edited("number.7.1", "<text>190</text>", "<text>191</text>"), encoding="utf-8")
    result = run(str(file), "--bank", str(FOLDER))
    line = REEXPORTED[: REEXPORTED.index('<question type="numerical"')].count("\n") + 1
    assert result.exit_code == 1
    assert f"{file}:{line}:3: X902 edited in the LMS: the value of mistake 1 is 191, not 190" in result.stdout
    assert "[number.7.1]" in result.stdout
    assert result.stdout.splitlines()[-1] == "17 items: 16 agree, 1 edited in the LMS"


def test_command_ends_well_where_all_agree():
    result = run(str(RECORDED / "reexported.xml"), "-b", str(FOLDER))
    assert (result.exit_code, result.stdout) == (0, "17 items: 17 agree\n")


def test_command_refuses_what_it_cannot_use(tmp_path):
    other = tmp_path / "q.txt"
    other.write_text(REEXPORTED, encoding="utf-8")
    assert run(str(tmp_path / "none.xml")).exit_code == 2
    assert run(str(tmp_path)).exit_code == 2
    assert "name the format" in run(str(other), "-b", str(FOLDER)).stderr
    assert run(str(other), "-b", str(FOLDER), "-f", "mooodle").exit_code == 2
    assert run(str(other), "-b", str(FOLDER), "-f", "moodle").exit_code == 0
    assert run(str(other), "-b", str(tmp_path / "nowhere"), "-f", "moodle").exit_code == 1
