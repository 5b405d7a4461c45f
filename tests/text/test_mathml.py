"""MathML: well-formed, the same characters as another converter's, and every hole filled with one element."""

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latex2mathml.symbols_parser import convert_symbol
from lxml import etree

from markscheme.bank.maths import Number, Power, Product, Quotient, Sum, Symbol
from markscheme.bank.text.mathml import MATHML
from markscheme.bank.text.mathml_formula import formula
from markscheme.bank.text.mathml_symbols import FONTS, in_font
from markscheme.bank.text.tex import ARGUMENTS, ENVIRONMENTS, MACROS, SYMBOL_MACROS, check_tex

ARITY = {"msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mfrac": 2, "mroot": 2}
LEAVES = {"mi", "mn", "mo", "mtext", "mspace"}
SIZES = {"big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr"}


def parse(markup):
    return etree.fromstring(f"<math>{markup}</math>")


def assert_sound(root):
    for node in root.iter():
        if node.tag in ARITY:
            assert len(node) == ARITY[node.tag], etree.tostring(node)
        if node.tag in LEAVES:
            assert len(node) == 0
            assert (node.text or "") or node.tag == "mspace"
        else:
            assert not (node.text or "").strip(), etree.tostring(node)
        assert not (node.tail or "").strip()


def example(macro):
    if macro in ("left", "right"):
        return r"\left( x \right)"
    if macro in ("begin", "end"):
        return r"\begin{matrix} x \end{matrix}"
    if macro in SIZES:
        return f"\\{macro}( x"
    return f"\\{macro} " + "{x}" * ARGUMENTS.get(macro, 0)


@pytest.mark.parametrize("macro", sorted(MACROS | (SYMBOL_MACROS - {"\\"})))
def test_every_macro_that_texts_may_use_is_sound_and_leaves_no_macro_behind(macro):
    content = f"a {example(macro)} b"
    assert check_tex(content) is None
    root = parse(formula(content))
    assert_sound(root)
    text = "".join(root.itertext())
    assert text.startswith("a")
    assert text.endswith("b")
    assert "\\" not in text or macro == "backslash"


# Where Unicode has two characters for one meaning, or the other converter has a combining one for what stands above.
OTHERWISE = {"ast", "bar", "cdot", "ddot", "dot", "hat", "overline", "overrightarrow", "perp", "quad", "setminus",
             "sim", "sqrt", "tilde", "underline", "vec", "widehat", "widetilde"}  # fmt: skip


@pytest.mark.parametrize("macro", sorted(m for m in MACROS - OTHERWISE if convert_symbol(f"\\{m}")))
def test_symbol_is_the_one_that_another_converter_knows(macro):
    shown = "".join(parse(formula(f"\\{macro}" + "{x}" * ARGUMENTS.get(macro, 0))).itertext())
    assert shown.replace("x", "") == chr(int(convert_symbol(f"\\{macro}"), 16))


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_environment_has_its_rows_and_cells(name):
    columns = "{l|r}" if name == "array" else ""
    root = parse(formula(f"\\begin{{{name}}}{columns} a & -b \\\\ & \\frac{{c}}{{d}} \\\\ \\end{{{name}}}"))
    assert_sound(root)
    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("mtr")]
    assert rows == [["a", "−b"], ["", "cd"]]


@pytest.mark.parametrize("font", sorted(FONTS))
def test_letter_in_a_font_is_that_letter(font):
    for letter in "AZazBCEFHILMRegoh":
        assert unicodedata.normalize("NFKC", in_font(letter, font)) == letter
        assert font == "\\mathrm" or in_font(letter, font) != letter


def test_word_in_a_font_is_one_name():
    assert formula(r"\mathrm{ReLU}") == "<mi>ReLU</mi>"
    assert formula(r"\mathrm{d}x") == '<mi mathvariant="normal">d</mi><mi>x</mi>'
    assert formula(r"\operatorname{arg max}") == "<mi>argmax</mi>"


@pytest.mark.parametrize(
    ("content", "forms"),
    [
        ("-x", ["prefix"]), ("a-x", [None]), ("a=-x", [None, "prefix"]), (r"\frac{-1}{2}-x", ["prefix", None]),
        (r"a \quad -b", [None]), (r"(-a)-b", [None, "prefix", None, None]), ("x_1-2", [None]), ("e^{-x}", ["prefix"]),
        (r"\left(a\right)-b", [None, None, None]), (r"a,-b", [None, "prefix"]), ("x!-1", ["postfix", None]),
    ],
)  # fmt: skip
def test_sign_is_told_from_an_operator_by_its_form(content, forms):
    assert [node.get("form") for node in parse(formula(content)).iter("mo")] == forms


def test_limits_stand_above_and_below_sums_but_beside_other_symbols():
    tags = lambda content: [node.tag for node in parse(formula(content)).iter() if node.tag in ARITY]  # noqa: E731
    assert tags(r"\sum_{i=1}^n x_i^2") == ["munderover", "msubsup"]
    assert tags(r"\max_i x") == ["munder"]
    assert tags(r"\left( \max_i x \right)^2") == ["msup", "munder"]
    assert tags(r"\int_0^1") == ["msubsup"]
    assert tags(r"\underbrace{a}_{n}") == ["munder", "munder"]
    assert tags("f'_2") == ["msubsup"]


def test_units_and_words_are_letters_and_spaces():
    assert "".join(parse(formula("3in + 2 cm")).itertext()) == "3in+2cm"
    assert parse(formula(r"\text{ if <x> & y }")).findtext("mtext") == "\u00a0if\u00a0<x>\u00a0&\u00a0y\u00a0"


def written(filled, source, **values):
    return etree.fromstring(f"<div>{filled(source, target=MATHML, **values)}</div>")


def local(node):
    return etree.QName(node).localname


PLACES = [
    "@", "x + @", "x_@", "x^@", r"\frac{@}{@}", r"\sqrt[@]{@}", r"\hat{@}", r"\begin{pmatrix} @ & @ \end{pmatrix}",
    r"\sum_{i = @}^{@} i", r"\mathbf{@}", r"\overset{@}{=}", "@^{@^{@}}", r"\left( @ \right)_@",
]  # fmt: skip


@given(st.sampled_from(PLACES), st.integers(0, 2**53))
def test_number_comes_back_as_exactly_one_element_wherever_it_stands(filled, place, number):
    root = written(filled, f"${place.replace('@', '{{ n }}')}$", n=number)
    assert [node.text for node in root.iter("{*}mn")] == [str(number)] * place.count("@")


@given(st.sampled_from(PLACES), st.integers(-999, -1))
def test_negative_number_is_a_minus_and_a_number_and_keeps_every_element_whole(filled, place, number):
    root = written(filled, f"${place.replace('@', '{{ n }}')}$", n=number)
    assert [node.text for node in root.iter("{*}mn")] == [str(-number)] * place.count("@")
    assert "".join(root.itertext()).count("−") == place.count("@")
    for node in root.iter():
        if local(node) in ARITY:
            assert len(node) == ARITY[local(node)]


HALF = Quotient(Number(1), Number(2))


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("2 - {{ v }}", -3, "2−(−3)"),
        ("3X {{ v:+d }}", -2, "3X−2"),
        ("3X {{ v:+d }}", 2, "3X+2"),
        ("3 - {{ v:+d }}", 2, "3−(+2)"),
        ("{{ v:.1e }}^2", 15000.0, "(1.5×104)2"),
        ("{{ v }}^2", HALF, "(12)2"),
        ("2 {{ v }}", Sum((Symbol("x"), Number(-4))), "2(x−4)"),
        ("{{ v }}", Product((Number(-3), Symbol("alpha"))), "−3α"),
        ("{{ v }}", Power(Symbol("W_h"), Number(2)), "Wh2"),
        ("{{ v }}", "if a < b", "if\u00a0a\u00a0<\u00a0b"),
        ("0.{{ v }}", 5, "0.5"),
        ("{{ v }}", np.array([[1, -2], [3, 4]]), "(1−234)"),
        ("{{ v:.1f }}", np.array([0.25, -0.04]), "(0.20.0)"),
    ],
)
def test_value_is_shown_with_the_parentheses_that_it_needs(filled, source, value, text):
    root = written(filled, f"${source}$", v=value)
    assert "".join(root.itertext()) == text
    for node in root.iter():
        if local(node) in ARITY:
            assert len(node) == ARITY[local(node)]


NASTY = st.text(alphabet="<>&\"'{}#$\\`ab1 \t", max_size=30) | st.sampled_from(["</p><script>", "]]>", "<!--", "&lt;"])


@given(NASTY)
def test_filled_text_is_text_and_nothing_else(filled, value):
    root = written(filled, "a{{ s }}b", s=value)
    assert "".join(root.itertext()) == f"a{value}b"
    assert [local(node) for node in root.iter()] == ["div", "p"]


def test_formula_without_holes_says_in_latex_what_it_is_and_no_text_has_a_style(filled):
    source = "$a < b$\n\n$$x$$\n\n| a |\n|--:|\n| 1 |\n\n[[y]]"
    markup = filled(source, target=MATHML, slots=("y",), blocks=("y",))
    formulas = list(etree.fromstring(f"<div>{markup}</div>").iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert [node.get("alttext") for node in formulas] == ["a < b", "x"]
    assert [node.get("display") for node in formulas] == [None, "block"]
    assert "style" not in markup
    assert 'class="align-right"' in markup
    assert re.search(r'<div class="block">\s*\[\[y\]\]', markup)
