"""LaTeX: every macro against latex2mathml, every slip at its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latex2mathml.converter import convert
from lxml import etree

from markscheme.bank.text.layout import in_line, layout
from markscheme.bank.text.tex import (
    ARGUMENTS,
    BIG_DELIMITERS,
    DELIMITERS,
    ENVIRONMENTS,
    MACROS,
    SYMBOL_MACROS,
    check_tex,
    tokens,
)

BIG = {"big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr"}


def use(macro: str) -> str:
    if macro in ("left", "right"):
        return r"x \left( y \right) z"
    if macro in ("begin", "end"):
        return r"\begin{matrix} a & b \end{matrix}"
    return f"x \\{macro}" + ("(" if macro in BIG else "{ab}" * ARGUMENTS.get(macro, 0)) + " y"


def mathml(formula: str) -> str:
    """Return the text of the MathML, which must be well-formed."""
    return "".join(etree.fromstring(convert(formula)).itertext())


@pytest.mark.parametrize("macro", sorted(MACROS))
def test_macro_passes_the_check_and_converts_to_mathml(macro):
    assert check_tex(use(macro)) is None
    text = mathml(use(macro))
    assert macro in ("backslash",) or "\\" not in text


@pytest.mark.parametrize("symbol", sorted(SYMBOL_MACROS - {"\\"}))
def test_symbol_macro_converts_to_mathml(symbol):
    assert check_tex(f"a \\{symbol} b") is None
    assert "\\" not in mathml(f"a \\{symbol} b")


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_environment_converts_to_mathml(name):
    columns = "{cc}" if name == "array" else ""
    formula = rf"\begin{{{name}}}{columns} a & b \\ c & d \end{{{name}}}"
    assert check_tex(formula) is None
    assert re.sub(r"\W", "", mathml(formula)) == "abcd"


@pytest.mark.parametrize("delimiter", sorted(DELIMITERS))
def test_delimiter_converts_to_mathml(delimiter):
    formula = rf"\left{delimiter} x \right{delimiter}"
    assert check_tex(formula) is None
    assert "\\" not in mathml(formula)


@pytest.mark.parametrize("delimiter", sorted(BIG_DELIMITERS))
def test_big_delimiter_converts_to_mathml(delimiter):
    assert check_tex(rf"\bigl{delimiter} x") is None
    assert "\\" not in mathml(rf"\bigl{delimiter} x")


SLIPS = [
    (r"a + \lamda", 4, "did you mean 'lambda'"),
    (r"\ce{H2O}", 0, "not a macro"),
    (r"\def\x{y}", 0, "not a macro"),
    (r"\href{a}{b}", 0, "not a macro"),
    (r"\(a\)", 0, "not a macro"),
    (r"\frac{a}{b", 8, "is not closed"),
    (r"a}", 1, "closes nothing"),
    (r"\left( a", 0, "is not closed"),
    (r"a \right)", 2, "closes nothing"),
    (r"{ \left( } \right)", 9, "closes nothing"),
    (r"\left a \right)", 0, "not a delimiter"),
    (r"\left", 0, "needs a delimiter"),
    (r"\big\lfloor x", 0, "not a delimiter"),
    (r"a & b", 2, "outside an environment"),
    (r"a \\ b", 2, "outside an environment"),
    (r"\begin{matrix} {a & b} \end{matrix}", 18, "outside an environment"),
    (r"\begin{align} a \end{align}", 0, "not an environment"),
    (r"\begin pmatrix} a", 0, "needs the name"),
    (r"\begin{pmatrix} a \end{bmatrix}", 18, "closes nothing"),
    (r"\begin{pmatrix} a", 0, "is not closed"),
    (r"\begin{array} a & b \end{array}", 0, "lacks an argument"),
    (r"\begin{array}{xy} a \end{array}", 13, "no list of columns"),
    (r"\begin{matrix} a \\[1ex] b \end{matrix}", 17, "would be a distance"),
    (r"50% of x", 2, r"write \%"),
    (r"a # b", 2, r"write \#"),
    (r"a $ b", 2, r"write \$"),
    (r"a @ b", 2, "cannot stand"),
    (r"\frac{1}", 0, "lacks an argument"),
    (r"{x^}", 2, "lacks an argument"),
    (r"x_", 1, "lacks an argument"),
    (r"\sqrt[3]", 0, "lacks an argument"),
    (r"x_1_2", 3, "a second '_'"),
    (r"x_\hat 1_2", 8, "a second '_'"),
    (r"x^2^3", 3, "a second '^'"),
    (r"x^2'", 3, "second superscript"),
    (r"x^12", 2, "only the '1' of '12'"),
    (r"\frac12", 5, "only the '1' of '12'"),
    (r"\sqrt\frac{1}{2}", 5, "needs braces"),
    (r"\text{a \alpha}", 8, "inside \\text"),
    (r"\text{a<b}", 7, "inside \\text"),
    (r"\text a", 0, "lacks an argument"),
    (r"\operatorname{\alpha}", 14, "inside \\operatorname"),
    (r"\operatorname{a-b}", 15, "the name of an operator"),
    (r"\text{50%}", 8, "inside \\text"),
    ("a \\", 2, "not a macro"),
    ("{" * 30 + "}" * 30, 20, "within one another"),
]


@pytest.mark.parametrize(("formula", "offset", "words"), SLIPS)
def test_slip_is_found_at_its_offset(formula, offset, words):
    slip = check_tex(formula)
    assert slip is not None
    assert slip.offset == offset
    assert words in f"{slip.message} {slip.hint}"


FINE = [
    r"x_1^2", r"x^2_1", r"{x_1}_2", r"f'(x)", r"x''", r"f'^2", r"{}^2 x", r"\frac 1 2", r"\frac{a}b", r"\sqrt[3]{x}",
    r"\sqrt{[}", r"x_\text{in}", r"W^\mathrm{T}", r"W^\top", r"\left. x \right|_0", r"\left\{ x \right\}", r"(0, 1]",
    r"\text{if } x < 0", r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{else} \end{cases}", r"a~b", r"|x|",
    r"50\,\%", r"\begin{matrix} (a) \\ (b) \end{matrix}", r"\underbrace{x}_{n}", r"\lim_{x \to 0} f",
    r"\sum_{i=1}^n x_i", r"x \rightarrow y", r"\operatorname{arg max}", r"\left\lfloor \frac{a}{b} \right\rfloor",
    r"\hat x + \hat{y}", r"\log_2 n", r"\bigcup_i A_i",
]  # fmt: skip


@pytest.mark.parametrize("formula", FINE)
def test_sound_formula_passes_and_converts(formula):
    assert check_tex(formula) is None
    assert "\\" not in mathml(formula)


PARTS = st.sampled_from([
    *"abx123.+-=(){}[]_^&'|, ~<>", "\\\\", *("\\" + m for m in sorted(MACROS)), "\\text{in }", "\\{", "\\}", "\\,",
    "\\left(", "\\right)", "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{array}{cc}", "\\end{array}", "{a}", "{b}",
    "\\frac{a}{b}", "\ue000",
])  # fmt: skip


@given(st.text() | st.lists(PARTS).map("".join))
def test_check_never_raises_and_tokens_lose_nothing(formula):
    slip = check_tex(formula)
    assert slip is None or 0 <= slip.offset <= len(formula)
    assert "".join(token for _, token in tokens(formula)) == formula


@settings(max_examples=400)
@given(st.lists(PARTS, max_size=12).map(" ".join))
def test_whatever_passes_the_check_can_be_converted_and_laid_out(formula):
    if check_tex(formula) is None and formula.strip():
        mathml(formula)
        assert in_line(formula).isprintable() or "\ue000" in formula
        assert len({len(line) for line in layout(formula).lines}) == 1
