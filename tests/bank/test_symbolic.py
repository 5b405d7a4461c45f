"""Symbolic options: what is printed has the value of what is proved.

The oracle reads the LaTeX as a student would and evaluates it with fractions; Python evaluates the expression.
"""

from __future__ import annotations

import ast
import math
import re
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from markscheme.bank.maths import Applied, Matrix, Node, Number, Power, Product, Quotient, Row, Sum, Symbol, tex
from markscheme.bank.symbolic import NotMathematics, as_formula

TOKEN = re.compile(
    r"\\mathrm\{\w+\}|\\left\\\w+|\\right\\\w+|\\left|\\right|\\[a-z]+|\d+(?:\.\d+)?|[A-Za-z]|[-+^_{}()|,]"
)


class Reader:
    """Reads printed LaTeX: sums, products (with or without a dot), fractions, powers, floors and functions."""

    def __init__(self, latex: str, values: dict[str, Fraction]) -> None:
        self.tokens = TOKEN.findall(latex)
        assert "".join(self.tokens) == latex.replace(" ", ""), latex
        self.values = values

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, expected: str = "") -> str:
        token = self.tokens.pop(0)
        assert token == expected or not expected, (token, expected)
        return token

    def read(self) -> Fraction:
        value = self.sum()
        assert not self.tokens, self.tokens
        return value

    def sum(self) -> Fraction:
        negative = self.peek() == "-" and bool(self.take())
        total = -self.product() if negative else self.product()
        while self.peek() in ("+", "-"):
            sign = self.take()
            assert self.peek() not in ("+", "-"), "two signs in a row"
            total = total + self.product() if sign == "+" else total - self.product()
        return total

    def product(self) -> Fraction:
        total = self.power()
        while self.peek() and self.peek() not in (
            "+",
            "-",
            "}",
            ")",
            ",",
            "\\right\\rfloor",
            "\\right\\rceil",
            "\\right",
        ):
            dotted = self.peek() == "\\cdot" and bool(self.take())
            assert dotted or not self.peek()[0].isdigit(), "a number after something without a dot"
            total *= self.power()
        return total

    def power(self) -> Fraction:
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take()
        exponent = self.braced()
        assert exponent.denominator == 1
        assert self.peek() != "^", "a double superscript"
        return base ** int(exponent)

    def braced(self) -> Fraction:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def atom(self) -> Fraction:
        token = self.take()
        if token[0].isdigit():
            assert self.peek() != "\\frac", "a mixed number"
            return Fraction(token)
        if token == "\\frac":
            return self.braced() / self.braced()
        if token in ("(", "\\left\\lfloor", "\\left\\lceil", "\\left"):
            if token == "\\left":
                token = self.take()
            value = self.sum()
            while self.peek() in ("\\right",):
                self.take()
            close = self.take()
            assert close in (")", "\\right\\rfloor", "\\right\\rceil", "|")
            rounding = {"\\left\\lfloor": math.floor, "\\left\\lceil": math.ceil, "|": abs}
            return Fraction(rounding[token](value)) if token in rounding else value
        if self.peek() == "_":
            self.take()
            self.take("{")
            while self.peek() != "}":
                token += self.take()
            self.take()
        return self.values[token]


POINT = {"M": 23, "m": 4, "alpha": 7, "W_h": -5, "ab": 11, "p": 2, "d": 3, "z": 0, "q": -2, "h": 0.5}
PRINTED = {"M": "M", "m": "m", "alpha": "\\alpha", "W_h": "Wh", "ab": "\\mathrm{ab}"}
PARAMETERS = {name: POINT[name] for name in ("p", "d", "z", "q", "h")}


def exact(tree: ast.expr) -> Fraction:
    """Evaluate an expression with fractions."""
    match tree:
        case ast.Constant(value=value):
            return Fraction(str(value))
        case ast.Name(id=name):
            return Fraction(str(POINT[name]))
        case ast.UnaryOp(operand=operand):
            return -exact(operand)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return Fraction({"floor": math.floor, "ceil": math.ceil, "abs": abs}[name](exact(argument)))
        case ast.BinOp(left=left, op=op, right=right):
            one, two = exact(left), exact(right)
            match op:
                case ast.Add():
                    return one + two
                case ast.Sub():
                    return one - two
                case ast.Mult():
                    return one * two
                case ast.Div():
                    return one / two
                case ast.FloorDiv():
                    return Fraction(math.floor(one / two))
                case _:
                    assume(two.denominator == 1 and abs(two) <= 6 and abs(one) < 10**6)
                    return one ** int(two)
    raise AssertionError(ast.dump(tree))


def value_of(node: Node, values: dict[str, Fraction]) -> Fraction:
    """Evaluate a tree of mathematics with fractions."""
    match node:
        case Number(value):
            return Fraction(str(value))
        case Symbol(name):
            return values[name]
        case Sum(terms):
            return sum((value_of(term, values) for term in terms), Fraction(0))
        case Product(factors):
            return math.prod((value_of(factor, values) for factor in factors), start=Fraction(1))
        case Quotient(one, two):
            return value_of(one, values) / value_of(two, values)
        case Power(one, two):
            return value_of(one, values) ** int(value_of(two, values))
        case Applied(name, (argument,)):
            return Fraction({"floor": math.floor, "ceil": math.ceil, "abs": abs}[name](value_of(argument, values)))
    raise AssertionError(node)


def formula(source: str) -> Node:
    return as_formula(ast.parse(source, mode="eval").body, PARAMETERS)


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "*", "/", "//"]), inner),
        st.builds("(-{})".format, inner),
        st.builds("({} ** {})".format, inner, st.sampled_from(["0", "1", "2", "3", "p", "(-1)", "q", "(p + 1)"])),
        st.builds("{}({})".format, st.sampled_from(["floor", "ceil", "abs"]), inner),
    )


LEAVES = st.sampled_from([*POINT, *POINT, "0", "1", "2", "3", "1.5", "(-1)", "0.25", "10"])
SOURCES = st.recursive(LEAVES, grow, max_leaves=10)


def proves_what_it_shows(source: str) -> None:
    tree = ast.parse(source, mode="eval").body
    try:
        expected = exact(tree)
    except ZeroDivisionError:
        assume(False)
    node = formula(source)
    assert value_of(node, {name: Fraction(str(value)) for name, value in POINT.items()}) == expected
    latex = tex(node)
    assert Reader(latex, {PRINTED[name]: Fraction(POINT[name]) for name in PRINTED}).read() == expected, latex
    assert not re.search(r"\+ -|- -|(?<![\d.\\_{])1(?=[A-Za-z(\\])(?!\\right| ?\\cdot)", latex), latex


@given(SOURCES)
@settings(max_examples=400, deadline=None)
@example("-(M + m)*p*alpha")
@example("2*(1/M)*(1/p)")
@example("3*(p/d)")
@example("(q**2)*M*(q**3)")
@example("W_h*m*ab*ab*alpha")
@example("((M/m)**2)**2")
@example("(-M)**2 - (-(M**2))")
@example("0.5*M*2 + 0*m")
@example("M**1*1 - m/1 - z")
@example("M*((-1)*m - 2)*(-(alpha + 1))")
@example("abs(-M)*floor(M/m)*2")
def test_printed_latex_has_the_value_of_the_expression(source):
    proves_what_it_shows(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("-(M + m)*alpha", r"(-M - m) \alpha"),
        ("(M - m)**2", "(M - m)^{2}"),
        ("M - (m - alpha)", r"M - m + \alpha"),
        ("M/(m*alpha)", r"\frac{M}{m \alpha}"),
        ("2*(3*M)", "6M"),
        ("2*(M + m)", "2M + 2m"),
        ("1*M", "M"),
        ("-1*M", "-M"),
        ("M*(-1) + 1*m", "-M + m"),
        ("M + -3", "M - 3"),
        ("M - -3", "M + 3"),
        ("M - M", "0"),
        ("M*z + m", "m"),
        ("1.5*M*2", "3M"),
        ("0.1*M + h", "0.1M + 0.5"),
        ("M**p", "M^{2}"),
        ("(2*M)**2", "(2M)^{2}"),
        ("(M/m)**2", r"\left( \frac{M}{m} \right)^{2}"),
        ("(-2)**M", "(-2)^{M}"),
        ("-2**M", "-2^{M}"),
        ("3*2**M", r"3 \cdot 2^{M}"),
        ("2*(M/m)", r"2 \cdot \frac{M}{m}"),
        ("M/m*alpha", r"\frac{M}{m} \alpha"),
        ("M*ab", r"M \cdot \mathrm{ab}"),
        ("2*ab*M", r"2\mathrm{ab} \cdot M"),
        ("W_h*m", r"W_{h} \cdot m"),
        ("(M - 1)//1 + 1", "M"),
        ("(M - 1)//p + 1", r"\left\lfloor \frac{M - 1}{2} \right\rfloor + 1"),
        ("ceil(M/1)", "M"),
        ("+M", "M"),
        ("M, m", r"(M,\, m)"),
        ("sqrt(M)*m", r"\sqrt{M} m"),
        ("exp(M)*m", r"\exp(M) \cdot m"),
        ("atan(M) + log2(m)", r"\arctan(M) + \log_{2}(m)"),
        ("relu(M)", r"\operatorname{relu}(M)"),
        ("max(M, m)", r"\max(M, m)"),
    ],
)
def test_formula_is_printed_as(source, expected):
    assert tex(formula(source)) == expected


@pytest.mark.parametrize("source", ["M*(a*b)", "2*a*M*b", "M/a - b/2", "a//b"])
def test_drawn_parameters_appear_as_numbers_without_signs_in_a_row(source):
    for a in range(-3, 4):
        for b in (-2, -1, 1, 2):
            latex = tex(as_formula(ast.parse(f"m + {source} - a*M", mode="eval").body, {"a": a, "b": b}))
            assert not re.search(r"[+-] [+-]|\(\)|\b1M|\b0M", latex), latex


def test_rounding_a_symbol_that_is_no_whole_number_is_kept():
    tree = ast.parse("floor(x + 1)", mode="eval").body
    assert tex(as_formula(tree, {}, fractional={"x"})) == r"\left\lfloor x + 1 \right\rfloor"
    assert tex(as_formula(tree, {})) == "x + 1"


def test_computed_parameter_is_shown_without_its_noise():
    assert tex(as_formula(ast.parse("r*M", mode="eval").body, {"r": 0.1 + 0.2})) == "0.3M"


@pytest.mark.parametrize(
    "source",
    ["M if m else 1", "M < m", "M and m", "M[0]", "'text'", "True", "M + True", "M % 2", "M @ m", "not M", "text"],
)
def test_what_has_no_form_is_refused(source):
    with pytest.raises(NotMathematics):
        as_formula(ast.parse(source, mode="eval").body, {"text": "words"})


@pytest.mark.parametrize("source", ["conv_output_size(M, 3)", "round(M, digits=2)"])
def test_call_that_would_be_shown_wrongly_is_refused(source):
    with pytest.raises(NotMathematics):
        formula(source)


def test_matrix_has_no_part_in_formulas_but_is_mathematics():
    assert Matrix(((Number(1), Symbol("x")),)).parts == (Number(1), Symbol("x"))
    assert Row((Number(1),)).parts == (Number(1),)
