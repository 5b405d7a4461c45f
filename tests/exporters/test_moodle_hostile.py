"""Moodle XML that means harm: files that want memory, time, other files or the network, and texts that want time.

Where a pattern was replaced by something that takes no longer than the text is long, the pattern is the oracle.
"""

import os
import re
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.problems import BankError
from markscheme.exporters.moodle import order_kinds, remarks
from markscheme.exporters.moodle.blocks import Blocks
from markscheme.exporters.moodle.cloze import split_cloze
from markscheme.exporters.moodle.facts import facts
from markscheme.exporters.moodle.read import read
from markscheme.exporters.moodle.xmlize import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_FILES,
    MAX_QUESTIONS,
    MAX_TEXT,
    MAX_TOKEN,
)
from markscheme.exporters.roundtrip import words

START = "<quiz><question type='essay'>"
END = "</question></quiz>"


def problem_of(data):
    with pytest.raises(BankError) as caught:
        list(read(data if isinstance(data, bytes) else data.encode(), "q.xml"))
    (problem,) = caught.value.problems
    assert str(problem).isprintable()
    assert len(str(problem)) < 200
    return problem


def essay(text, more=""):
    return f"{START}<questiontext><text><![CDATA[{text}]]></text>{more}</questiontext>{END}"


LONG = 2 * MAX_TOKEN
LIMITS = {
    "depth": ("<quiz>\n" + "<a>" * MAX_DEPTH, "nested more than 32 deep", (2, 3 * MAX_DEPTH - 2)),
    "elements": (
        f"{START}\n" + "<a/>" * (MAX_ELEMENTS + 1) + END,
        "more than 10,000 elements",
        (2, 4 * MAX_ELEMENTS - 3),
    ),
    "attributes": (
        "<quiz>\n<a " + " ".join(f"a{i}=''" for i in range(MAX_ATTRIBUTES + 1)) + "/></quiz>",
        "more than 64 attributes",
        (2, 1),
    ),
    "attribute": (f"<quiz>\n<a b='{'x' * LONG}'/></quiz>", "larger than 1 MiB", (2, 1)),
    "many attributes": (
        "<quiz>\n<a " + " ".join(f"a{i}=''" for i in range(LONG // 8)) + "/></quiz>",
        "larger than 1 MiB",
        (2, 1),
    ),
    "name": (f"<quiz>\n<{'x' * LONG}/></quiz>", "larger than 1 MiB", (2, 1)),
    "comment": (f"<quiz>\n<!--{'x' * LONG}--></quiz>", "larger than 1 MiB", (2, 1)),
    "instruction": (f"<quiz>\n<?x {'x' * LONG}?></quiz>", "larger than 1 MiB", (2, 1)),
    "number of a character": (f"{START}\n<text>&#{'0' * LONG}65;</text>{END}", "larger than 1 MiB", (2, 7)),
    "declaration": (f"<?xml version='1.0' encoding='{'x' * LONG}'?><quiz/>", "larger than 1 MiB", (1, 1)),
    "text": (essay("\n" + "x" * (MAX_TEXT + 1)), "more than 8 MiB of text", None),
    "file": (
        f"{START}<questiontext><file name='a'>{'AAAA' * (MAX_FILES // 4 + 1)}</file></questiontext>{END}",
        "64 MiB of files",
        None,
    ),
    "document type": ("<!DOCTYPE quiz SYSTEM 'file:///etc/passwd'><quiz/>", "document type declaration (quiz)", None),
    "long document type": (f"<!DOCTYPE {'q' * 9999} []><quiz/>", f"declaration ({'q' * 40}…)", None),
    "billion laughs": (
        "<!DOCTYPE quiz [<!ENTITY a 'aaaaaaaaaa'>"
        + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
        + "]><quiz>&j;</quiz>",
        "document type declaration",
        None,
    ),
    "quadratic blow-up": (
        f"<!DOCTYPE quiz [<!ENTITY a '{'a' * 99999}'>]><quiz>{'&a;' * 9999}</quiz>",
        "document type",
        None,
    ),
    "parameter entity": (
        "<!DOCTYPE quiz [<!ENTITY % a SYSTEM 'http://127.0.0.1:9/'> %a;]><quiz/>",
        "document type declaration",
        None,
    ),
}


@pytest.mark.parametrize("what", LIMITS)
def test_what_a_file_may_hold_is_bounded(what):
    data, said, place = LIMITS[what]
    problem = problem_of(data)
    assert problem.code == "X702"
    assert said in problem.message
    if place:
        assert (problem.place.line, problem.place.column) == place


def test_number_of_questions_is_bounded(monkeypatch):
    monkeypatch.setattr("markscheme.exporters.moodle.xmlize.MAX_QUESTIONS", 3)
    assert MAX_QUESTIONS >= 500_000
    assert len(list(read(b"<quiz>" + b"<question/>" * 3 + b"</quiz>", "q.xml"))) == 3
    problem = problem_of("<quiz>\n" + "<question/>" * 4 + "</quiz>")
    assert (problem.code, problem.place.line, problem.place.column) == ("X702", 2, 34)


@pytest.mark.parametrize(
    ("most", "data"),
    [
        ("elements", f"{START}{'<a/>' * (MAX_ELEMENTS - 1)}{END}"),
        ("attributes", "<quiz><question " + " ".join(f"a{i}=''" for i in range(MAX_ATTRIBUTES)) + "/></quiz>"),
        ("text", essay("x" * MAX_TEXT)),
        ("depth", START + "<a>" * (MAX_DEPTH - 2) + "</a>" * (MAX_DEPTH - 2) + END),
    ],
)
def test_as_much_as_is_allowed_is_read(most, data):
    assert len(list(read(data.encode(), "q.xml"))) == 1


REFUSED = {
    "undeclared entity": essay("a").replace("<![CDATA[a]]>", "&nbsp;"),
    "lone surrogate": essay("a").replace("<![CDATA[a]]>", "&#xD800;"),
    "number of no character": essay("a").replace("<![CDATA[a]]>", f"&#{'9' * 5000};"),
    "null": essay("a\0b"),
    "control character": essay("a\x08b"),
    "bytes of a surrogate": essay("a-b").encode().replace(b"-", b"\xed\xa0\x80"),
    "overlong": essay("a-b").encode().replace(b"-", b"\xc0\xbc"),
    "UTF-7": b"<?xml version='1.0' encoding='UTF-7'?>" + essay("+ADw-").encode(),
    "UTF-16": essay("a").encode("utf-16"),
    "UTF-16 without a mark": essay("a").encode("utf-16-le"),
    "UTF-32": essay("a").encode("utf-32"),
    "EBCDIC": essay("a").encode("cp500"),
    "mark in the middle": b"<quiz>\xff\xfe</quiz>",
    "same attribute twice": "<quiz><question type='a' type='b'/></quiz>",
    "prefix of two roots": "<quiz/><quiz/>",
    "nothing": b"",
    "nulls only": b"\0" * 300_000,
    "marks only": b"\xef\xbb\xbf" * 2,
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_xml_is_refused(what):
    assert problem_of(REFUSED[what]).code == "X701"


@pytest.mark.parametrize("end", range(len(essay("a–b")) - 1))
def test_file_that_is_cut_anywhere_is_refused(end):
    whole = essay("a–b").encode()
    assert problem_of(whole[: len(whole) * end // len(essay("a–b"))]).code == "X701"


@pytest.mark.parametrize(
    "lure",
    [
        '<xi:include href="{}" parse="text" xmlns:xi="http://www.w3.org/2001/XInclude"/>',
        '<?xml-stylesheet type="text/xsl" href="{}"?>',
        '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{}"/>',
        '<file name="a" path="/" encoding="base64" src="{}"/>',
    ],
)
def test_nothing_outside_of_the_file_is_opened(lure, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # whoever opens it waits for ever
    text = essay("seen", lure.format(pipe))
    (item,) = read(text.encode(), "q.xml")
    assert item.text == "seen"


@pytest.mark.parametrize("before", ["", "\ufeff", "\n", "\r\n \r\n", " \t", "\ufeff\n\n  ", "\n" * 70_000 + " "])
def test_places_count_what_stands_before_the_content(before):
    bad = f"{before}<quiz>\n <question>&nbsp;</question></quiz>"
    lines = re.split(r"\r\n|\r|\n", before.removeprefix("\ufeff"))
    problem = problem_of(bad)
    assert (problem.place.line, problem.place.column) == (len(lines) + 1, 12)
    (item,) = read(f"{before}<quiz><question type='essay'/></quiz>".encode(), "q.xml")
    assert item.node.place == (len(lines), len(lines[-1]) + 7)


@pytest.mark.parametrize("behind", ["\n", "\0", " \0\n\v", "\n" * 200_000, "\0" * 9999])
def test_blanks_behind_the_content_do_not_matter(behind):
    assert len(list(read(f"{essay('a')}{behind}".encode(), "q.xml"))) == 1


@pytest.mark.parametrize("size", [2, 3, 5, 64, 1000])
def test_size_of_the_blocks_does_not_matter(size, monkeypatch):
    inside = "é &amp; &#x1F642; <!-- x --> ]] <![CDATA[ a ]]> &lt;b&gt;\r\n<a/> 𝔸 &#00000000065;"
    before, after = " \n<quiz><question type='essay' a='&lt;'><questiontext>", "</questiontext></question></quiz>\0\n"
    text = f"{before}<text>{inside}</text>{after}"
    (whole,) = read(text.encode(), "q.xml")
    monkeypatch.setattr("markscheme.exporters.moodle.blocks._BLOCK", size)
    (item,) = read(text.encode(), "q.xml")
    assert item.node.place == whole.node.place == (2, 7)
    assert item.node.children["questiontext"][0].first("text").text == (
        whole.node.children["questiontext"][0].first("text").text
    )


def test_blocks_together_are_the_file():
    data = "é𝔸\n".encode() * 50_000
    assert b"".join(Blocks(data)) == data.lstrip()


def peak(source):
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(source))
    except BankError:
        count = 0
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return count, most


def test_file_of_many_questions_is_read_in_little_memory(tmp_path):
    path = tmp_path / "many.xml"
    one = essay("x" * 3000).removeprefix("<quiz>").removesuffix("</quiz>")
    path.write_text(f"<quiz>{one * 4000}</quiz>", encoding="utf-8")
    count, most = peak(path)
    assert count == 4000
    assert most < 2 * 2**20 < path.stat().st_size / 5


@pytest.mark.parametrize(
    "unit", ["<a/>", "<a b='c'>d</a>", "\n" + "a" * 79, "&amp;", "x<!---->", "<![CDATA[x]]>", "<?a?>"]
)
def test_question_of_two_megabytes_takes_little_memory(unit, tmp_path):
    path = tmp_path / "one.xml"
    path.write_text(f"{START}<text>{unit * (2 * 2**20 // len(unit))}</text>{END}", encoding="utf-8")
    assert peak(path)[1] < 32 * 2**20  # 117 MiB where nothing bounds the elements


# Kind of question, what repeats, and a text around it: each took minutes, or hours, where it went wrong.
REPEATED = {
    "source that is not there": ("essay", "<a src ", "{}"),
    "tag that is not closed": ("essay", "<", "a {}"),
    "quote that is not closed": ("essay", "<a ", "{}'"),
    "row that is not closed": ("cloze", "<tr ", "{}{{1:SA:=a}}"),
    "spaces in a paragraph": ("ordering", " ", "<p>{}"),
    "breaks in a paragraph": ("ordering", "<br>", "<p>{}</p>"),
    "open breaks in a paragraph": ("ordering", "<br", "<p>{}x</p>"),
    "picture that is not closed": ("ordering", "<img", "{}"),
    "alignments": ("ordering", "vertical-align:", "<img {}"),
    "open listings": ("essay", "<pre ", ":){}"),
    "spans": ("essay", '<span class="nolink', ":){}"),
    "braces": ("essay", "{<", "\\(a\\){}"),
    "formulas": ("essay", "\\(", ":){}"),
    "dollars": ("essay", "$$ \\[", ":){}$$"),
    "links": ("essay", "@@PLUGINFILE@@/", "{}"),
    "spaces of a field": ("cloze", " ", "{{{}"),
    "beginnings of fields": ("cloze", "{1:SA:a", "{}\\}}"),
    "feedback without an end": ("cloze", "#", "{{1:SA:=a{}\\}}"),
    "empty alternatives": ("cloze", "~", "{{1:MC:{}}}"),
    "fields": ("cloze", "{1:SA:=a}", "{} @@PLUGINFILE@@/a"),
    "fields to be searched": ("cloze", "{1:SA:=a\n}", "{}"),
    "digits of a number": ("cloze", "1", "{{1:NM:={}x}}"),
    "digits of an entity": ("cloze", "9", "{{1:SA:=&#{};}}"),
    "digits of a place": ("cloze", "9", "{{1:SA:=a}} {{#{}}}"),
    "entities": ("essay", "&#9999999999;", "{}"),
    "stars": ("shortanswer", "*a", "{}"),
}


def question_of(kind, text):
    """Return a question that has a text in each of its places."""
    shown = f"<text><![CDATA[{text}]]></text>"
    answers = f"<answer fraction='100'>{shown}<feedback>{shown}</feedback></answer><answer>{shown}</answer>"
    return (
        f"<quiz><question type='{kind}'><name>{shown}</name><questiontext>{shown}</questiontext>"
        f"<generalfeedback>{shown}</generalfeedback>{answers}<shownumcorrect>1</shownumcorrect><tags><tag>{shown}</tag></tags>{END}"
    )


@pytest.mark.parametrize("what", REPEATED)
def test_text_of_200_kilobytes_is_read_soon(what):
    kind, unit, whole = REPEATED[what]
    data = question_of(kind, whole.format(unit * (200_000 // len(unit)))).encode()
    started = time.process_time()
    for item in read(data, "q.xml"):
        assert item.imported is not None
        assert list(facts(item))
    assert time.process_time() - started < 20  # a second at the most where this was measured


def some(*pieces):
    return st.lists(st.sampled_from(pieces), max_size=14).map("".join)


@given(some("\\(", "\\)", "\\[", "\\]", "$$", "$", "\\", "a", "\n"))
def test_formulas_are_found_as_by_the_filter(text):
    pattern = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$", re.DOTALL)
    assert list(remarks.maths(text)) == [found.span() for found in pattern.finditer(text)]


@given(some("<pre", " ", "b", "</pre>", "</PRE>", '<span a class="nolink x">', "<span>", ">", "</span>", "\n"))
def test_spared_parts_are_found_as_by_the_filter(text):
    pattern = re.compile(r"<pre\b.*?</pre>|<span[^>]+class=\"nolink[^\"]*\".*?</span>", re.DOTALL | re.IGNORECASE)
    assert list(remarks._spared(text)) == [found.span() for found in pattern.finditer(text)]


@given(some("{", "}", "<", ">", "a"))
def test_braces_around_tags_are_found_as_by_the_filter(text):
    found = re.search(r"\{[^}]*[<>][^}]*\}", text)
    assert remarks._braced_tag(text) == (found[0] if found else "")


@given(some("<p>", "</p>", "<br>", "<br />", "<br", " ", "\n", "a", ">"))
def test_lone_paragraph_is_unwrapped_as_by_moodle(text):
    pattern = re.compile(r"\A\s*<p>\s*(.*?)(?:\s*<br\s*/?>)*\s*</p>\s*\Z")
    if text.count("<p>") == 1:
        assert order_kinds._unwrapped(text).strip() == pattern.sub(r"\1", text).strip()


@given(some("<img", " ", "vertical-align:", "top", ">", "a", "\n", "-"))
def test_pictures_are_aligned_as_by_moodle(text):
    pattern = re.compile(r"(<img[^>]*)\bvertical-align:\s*[a-zA-Z0-9_-]+([^>]*>)")
    *tags, rest = text.split(">")
    ours = "".join(f"{order_kinds._realigned(tag)}>" for tag in tags) + rest
    assert ours == pattern.sub(r"\1vertical-align:text-top\2", text)


@given(some("<", ">", "a", " ", "&lt;", "&#60;", "&#0000065;", "\n"))
def test_words_are_what_stands_outside_of_tags(text):
    from html import unescape

    assert words(text) == " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


@pytest.mark.parametrize("number", ["9" * 5000, "1114112", "0", "55296", "128"])
def test_entity_of_no_character_stays_in_a_field(number):
    # Seen in Moodle 4.5.6.
    assert split_cloze(f"{{1:SA:=&#{number};}}").fields[0].answers == ((f"&#{number};", 1.0, ""),)


def test_zeros_before_the_number_of_a_character_do_not_count():
    assert split_cloze(f"{{1:SA:=&#{'0' * 5000}65;}}").fields[0].answers == (("A", 1.0, ""),)


def test_place_of_thousands_of_digits_names_no_field():
    (note,) = split_cloze(f"{{1:SA:=a}} {{#{'9' * 5000}}}").notes
    assert note.endswith("in the text names no field")
    assert len(note) < 100


def test_text_worth_more_than_everything_ends_the_import():
    # Seen in Moodle 4.5.6: a number may be worth more, a text breaks off.
    over, after = (
        essay("").replace("essay", "cloze").replace("<![CDATA[]]>", text) for text in ("{1:SA:%200%a~=b}", "{1:SA:=a}")
    )
    joined = over.removesuffix("</quiz>") + after.removeprefix("<quiz>")
    assert [item.imported for item in read(joined.encode(), "q.xml")] == [False, False]
    number = joined.replace(":SA:%200%a~=b", ":NM:%200%1~=2")
    assert [item.imported for item in read(number.encode(), "q.xml")] == [True, True]


def test_choices_that_are_the_same_number_are_different_choices():
    # Seen in Moodle 4.5.6, which compares them as texts.
    choices = ("1.0", "1.00", "1e0", "1", "01", "0x1")
    pairs = "".join(
        f"<subquestion><text>{i}</text><answer><text>{c}</text></answer></subquestion>" for i, c in enumerate(choices)
    )
    (item,) = read(f"<quiz><question type='matching'>{pairs}{END}".encode(), "q.xml")
    assert item.fields[0].choices == choices
    assert [field.key for field in item.fields] == list(choices)
