"""HTML: whatever is text stays text, and every output is well-formed."""

import re

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from markscheme.bank.problems import BankError
from markscheme.bank.text.html import Html

NASTY = st.text(alphabet="<>&\"'{}~#@_$\\()[]:%=*`!|+-.ab1 \t", max_size=30) | st.sampled_from(
    [
        "@@PLUGINFILE@@/x", "_____", r"\(x\)", r"\[x\]", "$$x$$", "{1:SA:=x}", "{#1}", "<b>", "&lt;", "&#x41;", "]]>",
        "<script>alert(1)</script>", '" onload="x', "[[y]]", "{{ a }}", "![a](b)", "<!--", "\\begin{a}",
    ]
)  # fmt: skip
FORBIDDEN = (r"\(", r"\)", r"\[", r"\]", "$$", "\\begin")


def parse(markup: str):
    return etree.fromstring(f"<div>{markup}</div>")


def texts(element):
    """Yield the text nodes outside attributes."""
    for node in element.iter():
        yield node.text or ""
        yield node.tail or ""


def assert_harmless(markup: str) -> None:
    """Require that neither MathJax nor Moodle finds anything in a markup."""
    for attribute in ("@@PLUGINFILE@@", "_____", "{", "}", "~", "#}"):
        assert attribute not in markup
    assert re.sub(r"&#?\w+;", "", markup).count("#") == 0
    for text in texts(parse(markup)):
        assert not [mark for mark in FORBIDDEN if mark in text]
    for attribute in re.findall(r'"[^"]*"', markup):
        assert "$" not in attribute
        assert "\\" not in attribute


@given(NASTY)
def test_filled_text_is_text_and_nothing_else(filled, value):
    markup = filled("a{{ s }}b", s=value)
    tree = lxml.html.fromstring(f"<div>{markup}</div>")
    assert tree.text_content() == f"a{value}b"
    assert {node.tag for node in tree.iter()} <= {"div", "p", "span"}
    assert not [node.attrib for node in tree.iter() if node.attrib]
    assert_harmless(markup)


@given(NASTY, NASTY)
def test_two_values_beside_one_another_make_no_markup(filled, one, two):
    markup = filled("{{ s }}{{ t }}\\\\{{ s }}", s=one, t=two)
    assert lxml.html.fromstring(f"<div>{markup}</div>").text_content() == f"{one}{two}\\{one}"
    assert_harmless(markup)


@given(NASTY)
def test_literal_code_is_text_and_nothing_else(filled, value):
    if "{{" in value or "[[y]]" in value or not value.strip():
        return
    markup = filled("~~~\n" + value.replace("\t", " ") + "\n~~~")
    assert lxml.html.fromstring(f"<div>{markup}</div>").text_content() == value.replace("\t", " ") + "\n"
    assert_harmless(markup)


@settings(max_examples=300)
@given(st.text(alphabet="<>&\"'{}~#@_$\\()[]:%=*`!|+-.ab1 \n>", max_size=40) | NASTY)
def test_literal_markdown_is_well_formed_and_holds_only_markdowns_elements(filled, text):
    try:
        markup = filled("x " + text.replace("\t", " ") + "\n.")
    except BankError:
        return
    tree = parse(markup)
    known = [
        "div",
        "p",
        "span",
        "em",
        "strong",
        "code",
        "pre",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "br",
        "hr",
        "h1",
        "h2",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
    assert {node.tag for node in tree.iter()} <= set(known)
    assert {name for node in tree.iter() for name in node.attrib} <= {"href", "title", "start"}
    plain = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "", markup, flags=re.DOTALL)
    for mark in ("@@PLUGINFILE@@", "_____", "{", "$$"):
        assert mark not in plain


@given(NASTY)
def test_value_in_an_attribute_stays_in_it(filled, value):
    markup = filled('[t](http://x "a{{ s }}b")', s=value)
    (link,) = parse(markup).iter("a")
    # A parser reads a tab in an attribute as a space.
    assert dict(link.attrib) == {"href": "http://x", "title": f"a{value}b".replace("\t", " ")}
    assert_harmless(markup)


@pytest.fixture
def picture(tmp_path):
    (tmp_path / "a.png").write_bytes(b"png")
    return tmp_path


def test_alternative_text_holds_quotes_dollars_maths_and_holes(filled, picture):
    markup = filled('![a "b" <c> \\\\( \\$ $x_1$ *d* {{ s }}](a.png "t$")', folder=picture, s="$'\\(")
    (image,) = parse(markup).iter("img")
    assert image.attrib["alt"] == 'a "b" <c> \\( $ x_1 d $\'\\('
    assert image.attrib["title"] == "t$"
    assert image.attrib["src"].startswith("picture:")
    assert_harmless(markup)


def test_slot_in_an_alternative_text_is_refused(filled, picture):
    with pytest.raises(BankError, match="2:9: E408 the slot 'y' is lost here"):
        filled("![see [[y]]](a.png)", slots=("y",), folder=picture)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x"])
def test_link_to_a_script_is_refused(filled, address):
    with pytest.raises(BankError, match="E422 the link leads to '"):
        filled(f"[x]({address})")


@pytest.mark.parametrize("address", ["notes.html", "/notes", "#end", "//example.org", "file:///x", "https://", ""])
def test_link_to_no_address_on_the_web_is_refused(filled, address):
    with pytest.raises(BankError, match="E422"):
        filled(f"[x]({address})")


@pytest.mark.parametrize(
    "address", ["http://x/@@PLUGINFILE@@/a", 'http://x/"onclick="b', "http://x/{1:SA:=x}", "http://x/$$"]
)
def test_address_is_written_so_that_moodle_finds_nothing_in_it(filled, address):
    markup = filled(f"[x](<{address}>)")
    (link,) = parse(markup).iter("a")
    assert list(link.attrib) == ["href"]
    assert_harmless(markup)


WELL_FORMED = [
    "a  \nb\\\nc", "---", "- a\n- b", "- a\n\n- b", "1. a\n   - b\n     - c\n2. d", "3. x\n4. y",
    "> a\n> - b\n>\n> c", "| a | b | c |\n|:--|:-:|--:|\n| `x` | **y** | $z$ |\n| | <b> | & |", "# a\n\nb\n===",
    "- > a\n  >\n  > b\n- c", "- a\n\n      code\n- b", "<b>raw</b> &amp; &copy; &nbsp;", "***a** b*",
    "[a *b*](<http://c d>)", "$$a$$\n\n- $$b$$\n",
]  # fmt: skip


@pytest.mark.parametrize("text", WELL_FORMED)
def test_output_is_well_formed_xml(filled, text):
    parse(filled(text))


def test_table_keeps_its_alignment_in_a_style(filled):
    markup = filled("| a | b |\n|:-:|--:|\n| c | d |")
    assert [cell.attrib["style"] for cell in parse(markup).iter("th", "td")] == [
        "text-align:center",
        "text-align:right",
    ] * 2
    assert parse(markup)[0].attrib == {"border": "1", "cellpadding": "4", "style": "border-collapse:collapse"}


def test_items_of_a_tight_list_hold_no_paragraphs_and_those_of_a_loose_one_do(filled):
    assert filled("- a\n- b") == "<ul>\n<li>a\n</li>\n<li>b\n</li>\n</ul>"
    assert filled("- a\n\n- b") == "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>"
    assert filled("3. a") == '<ol start="3">\n<li>a\n</li>\n</ol>'


def test_what_no_xml_file_can_hold_is_replaced():
    assert Html().escape("a\x00b\x1bc\x85d\ud800e\uffff") == "a�b�c�d�e�"


def test_line_of_a_matrix_never_begins_a_formula_for_moodle(maths):
    formula = maths(r"\begin{matrix} a \\(b) \\{{ t }} \end{matrix}", t=(1, 2))
    assert r"\\(" not in formula
    assert maths(r"\left\{ a \right\} \{b\}") == r"\left\lbrace  a \right\rbrace  \lbrace b\rbrace "
