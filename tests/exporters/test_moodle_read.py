"""Moodle XML as Moodle takes it: small files whose import was recorded, and each note by itself."""

import base64
import json
import time
from pathlib import Path

import pytest

from markscheme.bank.problems import BankError
from markscheme.exporters.moodle.numbers import parse_tolerance
from markscheme.exporters.moodle.read import read
from markscheme.exporters.moodle.texts import file_digest
from markscheme.exporters.moodle.xmlize import MAX_DEPTH

CASES = json.loads((Path(__file__).parent / "recorded" / "imports.json").read_text(encoding="utf-8"))["files"]
# Files that we refuse outright, whatever Moodle makes of them.
UNREADABLE = {
    "no quiz": "X701",
    "not closed": "X701",  # Moodle imports it
    "cut": "X701",
    "bare ampersand": "X701",  # Moodle keeps part of it
    "undeclared entity": "X701",
    "control character": "X701",
    "doctype entity": "X702",  # Moodle expands it
    "empty": "X701",
}
READABLE = [case for case in CASES if case["case"] not in UNREADABLE]


def items_of(case):
    return list(read(case["xml"].encode(), "case.xml"))


def kept(items):
    broken = any(note.startswith("Moodle breaks off") for item in items for note in item.notes)
    return [] if broken else [item for item in items if item.imported]


def question(kind="numerical", name="q", text="x", inside='<answer fraction="100"><text>1</text></answer>', top=""):
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>{top}'
        f"<questiontext><text><![CDATA[{text}]]></text></questiontext>{inside}</question>"
    )


def one(xml, **more):
    (item,) = read(f"<quiz>{xml}</quiz>".encode(), "case.xml", **more)
    return item


def code_of(data):
    with pytest.raises(BankError) as caught:
        list(read(data, "case.xml"))
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case["case"])
def test_the_same_questions_are_kept(case):
    assert [item.name for item in kept(items_of(case))] == [held["name"] for held in case["held"]]


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case["case"])
def test_a_question_is_kept_as_moodle_kept_it(case):
    for item, held in zip(kept(items_of(case)), case["held"], strict=True):
        text = "" if held["text"] == "0" else held["text"]  # a text that is lost is stored as PHP's false
        assert (item.kind, list(item.category), item.text) == (held["kind"], held["category"], text)
        assert (item.marks, item.penalty) == (held["marks"], held["penalty"])
        assert (item.general_feedback, sorted(item.tags)) == (held["feedback"], held["tags"])
        if held["idnumber"]:
            assert item.id == held["idnumber"]


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case["case"])
def test_fields_and_files_are_kept_as_moodle_kept_them(case):
    areas = {"the question text": "questiontext", "the general feedback": "generalfeedback"}
    for item, held in zip(kept(items_of(case)), case["held"], strict=True):
        files = [[areas[element], name] for element, name, _ in item.files]
        assert sorted(files) == sorted(file[:2] for file in held["files"])
        if held["kind"] in ("numerical", "multichoice"):
            (field,), (recorded,) = item.fields, held["fields"]
            rows = field.answers if held["kind"] == "numerical" else field.options
            assert [list(row[-2:]) for row in rows] == [row[-2:] for row in recorded[2]]
            if held["kind"] == "numerical":
                assert [parse_tolerance(row[1]) for row in rows] == [parse_tolerance(row[1]) for row in recorded[2]]


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case["case"])
def test_nothing_is_lost_without_a_note(case):
    items = items_of(case)
    if len(case["held"]) < len(items) or case["with_stop_on_error"] < len(case["held"]):
        assert any("Moodle" in note for item in items for note in item.notes)


@pytest.mark.parametrize(("name", "code"), UNREADABLE.items(), ids=UNREADABLE)
def test_an_unreadable_file_has_its_code(name, code):
    (case,) = (case for case in CASES if case["case"] == name)
    assert code_of(case["xml"].encode()) == [code]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<quiz>\xe9</quiz>", "X701"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><quiz/>', "X701"),
        ("<quiz/>".encode("utf-16"), "X701"),
        (b"<html><quiz/></html>", "X701"),
        (b"<quiz/><quiz/>", "X701"),
        (b"<quiz>" + b"<a>" * MAX_DEPTH, "X702"),
        (b'<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd"><quiz/>', "X702"),
        (b"<!DOCTYPE quiz [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><quiz>&b;</quiz>", "X702"),
    ],
)
def test_a_bad_file_has_its_code(data, code):
    assert code_of(data) == [code]


def test_a_bad_file_is_placed():
    with pytest.raises(BankError) as caught:
        list(read(b"<quiz>\n <question>\n  a & b\n</question></quiz>", "bank.xml"))
    assert str(caught.value).startswith("bank.xml:3:6: X701 the XML is not well-formed")


def test_a_path_is_read_and_named(tmp_path):
    path = tmp_path / "bank.xml"
    path.write_bytes(f"<quiz>{question()}</quiz>".encode())
    assert [item.name for item in read(path)] == ["q"]
    path.write_bytes(b"<quiz>")
    with pytest.raises(BankError, match=r"^bank\.xml:1:7: X701"):
        list(read(path))


def test_a_file_too_large_is_refused_before_it_is_parsed(monkeypatch, tmp_path):
    monkeypatch.setattr("markscheme.exporters.moodle.blocks.MAX_BYTES", 10)
    assert code_of(b"<quiz></quiz>") == ["X702"]
    (tmp_path / "big.xml").write_bytes(b"<quiz></quiz>")
    with pytest.raises(BankError, match="X702"):
        list(read(tmp_path / "big.xml"))


@pytest.mark.parametrize(
    ("name", "idnumber", "found"),
    [
        ("Convolution conv2d-output.7.12", "", "conv2d-output.7.12"),
        ("Paper conv.original", "", "conv.original"),
        ("Paper conv.7", "", ""),
        ("Conv.7.1", "", ""),
        ("conv.7.1 extra", "", ""),
        ("conv.7.1", "other", "other"),
        ("", "", ""),
    ],
)
def test_an_item_is_known_by_its_idnumber_or_the_last_word_of_its_name(name, idnumber, found):
    assert one(question(name=name, top=f"<idnumber>{idnumber}</idnumber>")).id == found


def test_a_sound_question_has_no_notes():
    assert one(question(top="<penalty>0</penalty><tags><tag><text>a</text></tag></tags>")).notes == ()


@pytest.mark.parametrize(
    ("xml", "note"),
    [
        (question(text='<img src="@@PLUGINFILE@@/a.png">'), "shows 'a.png', but has no such file"),
        (question(name="&lt;b&gt;x&lt;/b&gt;"), "loses its tags"),
        (question(name="x" * 256), "is cut to 251"),
        (question(top="<penalty>33</penalty>"), "not between 0 and 1"),
        (question(inside='<answer fraction="50"><text>1</text></answer>'), "no answer is worth 100 %"),
        (question(inside='<answer fraction="100"><text>1,5</text></answer>'), "is stored as 15"),
        (question(inside='<answer fraction="99"><text>1</text></answer>'), "not in Moodle's list"),
        (question("cloze", text="{1:NM:=1} {1.5:NM:=2}", inside=""), "leaves it as text"),
        (question("cloze", text='{1:MCV:=<img src="@@PLUGINFILE@@/a">~b}', inside=""), "outside of fields only"),
        (question("calculated", inside=""), "are not modelled"),
        (question("nosuch", inside=""), "knows no type"),
    ],
)
def test_what_moodle_changes_is_noted(xml, note):
    assert any(note in found for found in one(xml).notes)


OPTIONS = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'


@pytest.mark.parametrize(
    "text",
    [
        "a _____ b",
        "<p>_____</p>",
        "_____",
        r"<p>\(x\) = _____ \(\mathrm{m}\)</p>",
        '<p class="a">1 < 2 _____<br></p>',
        "_____ ____ x_y",
        "____",
        "&#95;" * 6,
    ],
)
def test_one_run_of_five_underscores_in_running_text_is_the_place_of_the_box(text):
    assert one(question(text=text)).notes == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("_____ and _____", "2 runs of five or more underscores"),
        ('_____ <a href="a_____b">c</a>', "2 runs of five or more underscores"),
        ("______", "6 underscores in a row"),
        ("a" + "_" * 11, "11 underscores in a row"),
        ('<a href="a_____b">c</a>', "inside a tag"),
        ("<img title='1 > 0 _____'>", "inside a tag"),
        ("<!-- > _____ -->", "inside a tag"),
        (r"\(x_____\)", "inside maths"),
        (r"\[x\] \[_____\]", "inside maths"),
        ("$$_____$$", "inside maths"),
    ],
)
@pytest.mark.parametrize("kind", ["numerical", "shortanswer"])
def test_underscores_that_misplace_the_box_are_noted(text, note, kind):
    found = [each for each in one(question(kind, text=text)).notes if "not modelled" not in each]
    assert len(found) == 1
    assert note in found[0]


def test_underscores_are_plain_text_where_there_is_no_box():
    text = "_____ and ______"
    assert one(question("multichoice", text=text, inside=OPTIONS)).notes == ()
    assert one(question("cloze", text=text + "{1:NM:=1}", inside="")).notes == ()


@pytest.mark.parametrize(
    "text",
    [
        r"\(\left\{ x \right.\)</p><p>\(\frac{a}{b}\)",
        r"{ <b>1</b>, 2 } and \(x\)",
    ],
)
def test_tags_after_a_brace_become_text_where_there_is_maths(text):
    assert any("as text" in note for note in one(question(text=text)).notes)
    assert one(question(text=text.replace(r"\{", r"\lbrace").replace("{ ", "&#123; "))).notes == ()


def test_a_field_after_an_open_brace_is_lost_where_there_is_maths():
    text = r"\(\left\{ x \right.\) {1:NM:=1} \(\frac{1}{2}\)"
    assert any("as text" in note for note in one(question("cloze", text=text, inside="")).notes)


@pytest.mark.parametrize("text", ["O(n) time", "f(y)", "state (h)", "3:(2)", '<img alt="O(n)">', "<code>O(n)</code>"])
def test_emoticons_are_noted_wherever_moodle_draws_them(text):
    assert any("shows a picture" in note for note in one(question(text=text)).notes)


@pytest.mark.parametrize("text", [r"\(O(n)\)", "$$f(y)$$", "<pre>O(n)</pre>", "O(&#110;)", "O(n log n)", "(x)"])
def test_emoticons_are_spared_where_moodle_spares_them(text):
    assert one(question(text=text)).notes == ()


def test_files_are_told_apart_by_content():
    def picture(content):
        return f'<file name="a.png" path="/" encoding="base64">\n{base64.b64encode(content).decode()}\n</file>'

    feedback = '<generalfeedback><text>&lt;img src="@@PLUGINFILE@@/a.png"></text>{}</generalfeedback>'
    items = [one(question(top=feedback.format(picture(content)))) for content in (b"one", b"two")]
    assert [item.files for item in items] == [
        (("the general feedback", "a.png", file_digest(content)),) for content in (b"one", b"two")
    ]
    assert all(item.notes == () for item in items)


def test_a_cloze_is_worth_its_weights():
    item = one(question("cloze", text="{3:NM:=1} {:NM:=2}", top="<defaultgrade>9</defaultgrade>", inside=""))
    assert (item.marks, item.text) == (4, "{#1} {#2}")


def test_items_come_one_by_one():
    stream = read(f"<quiz>{question() * 2000}<".encode(), "case.xml")
    assert next(stream).name == "q"


def test_reading_is_fast():
    data = f"<quiz>{question(text='<p>How much?</p>' * 20) * 2000}</quiz>".encode()
    began = time.perf_counter()
    assert sum(1 for _ in read(data)) == 2000
    assert time.perf_counter() - began < 2  # 1 ms each, some 20 times what it takes
