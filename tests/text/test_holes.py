"""Holes in formulas: parentheses and braces where mathematics needs them."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.maths import Number, Power, Product, Quotient, Sum, Symbol

GUARDED = [
    "1 + @", "x - @", r"2 \cdot @", r"a \times @", r"b \div @", "a/@", "2@", "x@", "(a)@", "x_{1}@", r"\alpha @",
    r"\frac{1}{2} @", r"\pm @", "@^2", "@^{n}", "2 @^2", r"\left( a \right) @", r"\left( x \right)^2 @", r"x^2 \, @",
    "-@", "= -@", "[1] @", "3! @", "f' @", r"\log @", r"\sum_{i=1}^n @", r"\begin{matrix} a \end{matrix} @", "2 {@}",
    "@!", r"\mathrm{ReLU} @", r"\rfloor @", r"\max_i @", "{@}^2", r"\operatorname{f} @", r"e^{-@}", "a * @",
]  # fmt: skip
BARE = [
    "@", "= @", "(@)", "(@, @)", "[@]", "{@}", "x = @", "a, @", r"\left( @ \right)", "|@|", r"\left| @ \right|",
    "e^{@}", "x_{@}", r"\frac{@}{@}", r"\sqrt{@}", r"\begin{pmatrix} @ & @ \\ @ & @ \end{pmatrix}",
    r"\begin{array}{cc} @ & @ \end{array}", r"a \leq @", r"x \in \{@, @\}", r"x \to @", r"\approx @", "a = b = @",
    r"x \quad @", r"\text{and } @", "f(x, @)", "@ + 1", r"@ \cdot 2", "@x", "@, @", r"\overset{!}{=} @",
    r"\lfloor @ \rfloor", "a : @", "a < @", r"\displaystyle @", r"\sum_{i = @}^{@} i",
]  # fmt: skip


@pytest.mark.parametrize("formula", GUARDED)
def test_negative_number_is_put_in_parentheses(maths, formula):
    assert maths(formula.replace("@", "{{ a }}"), a=-3) == formula.replace("@", "(-3)")


@pytest.mark.parametrize("formula", BARE)
def test_negative_number_stands_without_parentheses(maths, formula):
    written = maths(formula.replace("@", "{{ a }}"), a=-3)
    assert written.count("(-3)") == formula.count("(@)")
    assert written.count("-3") == formula.count("@")


@pytest.mark.parametrize("formula", [f for f in GUARDED if not re.search(r"\d[ {]*@", f)])
def test_positive_number_stands_without_parentheses(maths, formula):
    assert maths(formula.replace("@", "{{ a }}"), a=3) == formula.replace("@", "3")


def test_digits_never_run_together(maths):
    assert maths("3{{ a }}", a=4) == "3(4)"
    assert maths("{{ a }}{{ a }}", a=4) == "4(4)"
    assert maths("0.{{ a }}", a=4) == "0.4"
    assert maths("3{{ x }}", x=Symbol("x")) == "3x"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\frac{{{ a }}}{b}", r"\frac{-3}{b}"),
        ("x^{{{ n }}}", "x^{12}"),
        ("x_{{ n }}", "x_{12}"),
        ("x^{{ a }}", "x^{-3}"),
        (r"\frac{{ n }}{{ a }}", r"\frac{12}{-3}"),
        (r"\sqrt{{ n }}", r"\sqrt{12}"),
        (r"\sqrt[{{ n }}]{{ a }}", r"\sqrt[12]{-3}"),
        (r"x_{{ n }}^{{ n }}", "x_{12}^{12}"),
    ],
)
def test_hole_that_is_an_argument_is_in_braces(maths, formula, expected):
    assert maths(formula, a=-3, n=12) == expected


SUM = Sum((Number(3), Number(4)))


@pytest.mark.parametrize(
    ("formula", "value", "expected"),
    [
        ("2 {{ v }}", SUM, "2 (3 + 4)"),
        (r"2 \cdot {{ v }}", SUM, r"2 \cdot (3 + 4)"),
        ("1 - {{ v }}", SUM, "1 - (3 + 4)"),
        ("1 + {{ v }}", SUM, "1 + 3 + 4"),
        ("{{ v }}^2", SUM, "(3 + 4)^2"),
        (r"{{ v }} \cdot 2", SUM, r"(3 + 4) \cdot 2"),
        ("{{ v }} x", SUM, "(3 + 4) x"),
        ("= {{ v }} =", SUM, "= 3 + 4 ="),
        ("{{ v }}^2", Quotient(Number(1), Number(2)), r"\left( \frac{1}{2} \right)^2"),
        ("{{ v }}^2", Power(Symbol("x"), Number(2)), "(x^{2})^2"),
        ("a/{{ v }}", Product((Number(3), Symbol("x"))), "a/(3x)"),
        ("1 + {{ v }}", Sum((Number(-1), Symbol("x"))), "1 + (-1 + x)"),
        ("1 - {{ v:.1f }}", Product((Number(-1.5), Symbol("x"))), "1 - (-1.5x)"),
    ],
)
def test_mathematics_is_put_in_parentheses_where_it_needs_them(maths, formula, value, expected):
    assert maths(formula, v=value) == expected


def test_sign_that_is_asked_for_is_the_operator(filled):
    assert filled("$3 X {{ b:+d }}$", b=-2) == "<p>\\(3 X -2\\)</p>"
    assert filled("$3 X {{ b:+d }}$", b=2) == "<p>\\(3 X +2\\)</p>"
    assert filled("$3 - {{ b:+d }}$", b=2) == "<p>\\(3 - (+2)\\)</p>"


def test_written_power_of_ten_is_put_in_parentheses_before_a_power(maths):
    assert maths("{{ v:.1e }}^2", v=15000.0) == r"(1.5 \times 10^{4})^2"
    assert maths("{{ v:.1e }} x", v=15000.0) == r"1.5 \times 10^{4} x"
    assert maths("2 + {{ v:+.1f }}", v=1.5) == "2 + (+1.5)"


def test_arrays_are_matrices(maths):
    assert maths("{{ x }}", x=np.array([[1, -2], [3, 4]])) == r"\begin{pmatrix} 1 &amp; -2 \\ 3 &amp; 4 \end{pmatrix}"
    assert maths("2 {{ x:.1f }}", x=np.array([0.25, -0.04])) == r"2 \begin{pmatrix} 0.2 &amp; 0.0 \end{pmatrix}"


SHAPES = [
    "@ + @", "@ - @ + @", "(@ - @)(@ + @)", "@ * @ - @", "2@ - 3@", "@^2 + @^2", "-@ - (-@)", "@(@) + @", "2 @ @",
    "(@)^2(@)",
]  # fmt: skip


@given(st.sampled_from(SHAPES), st.lists(st.integers(-9, 9), min_size=4, max_size=4))
def test_filled_formula_has_the_value_of_its_formula(maths, shape, numbers):
    """The oracle is Python: names in the place of holes, with every product written out."""
    names = iter("abcd")
    spaced = re.sub("@", lambda _: "{{ " + next(names) + " }}", shape)
    values = dict(zip("abcd", numbers, strict=True))
    written = maths(spaced, **values)
    assert not re.search(r"[-+*] *[-+]", written.replace("(", "#"))
    meant = re.sub(r"\{\{ (\w) \}\}", r"(\1)", spaced)
    assert value(written) == eval(python(meant), {}, values)


def python(formula: str) -> str:
    return re.sub(r"(?<=[\w)]) *(?=\()", "*", formula.replace("^", "**"))


def value(formula: str) -> int:
    return eval(python(formula))
