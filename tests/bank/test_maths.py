"""Mathematics as trees: signs, parentheses and dots, whatever the numbers are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from markscheme.bank.maths import (
    Applied,
    Matrix,
    Number,
    Power,
    Product,
    Quotient,
    Row,
    Sum,
    Symbol,
    Words,
    has_float,
    tex,
)

X, Y = Symbol("x"), Symbol("y")


def n(value: float) -> Number:
    return Number(value)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (n(-3), "-3"),
        (Number(Decimal("-0.00")), "0"),
        (Sum((n(1), n(-3))), "1 - 3"),
        (Sum((n(-1), X)), "-1 + x"),
        (Sum((X, Product((n(-1), Y)))), "x - y"),
        (Sum((X, Product((n(1), Y)))), "x + y"),
        (Sum((n(1), Product((n(-3), n(4))))), r"1 + (-3) \cdot 4"),
        (Sum((n(1), Product((n(-3),)))), "1 - 3"),
        (Sum((n(1), Product((n(-3), n(-4), X)))), r"1 - 3 \cdot (-4)x"),
        (Sum((n(1), Sum((n(-2), n(3))))), "1 - 2 + 3"),
        (Product((n(2), n(-3))), r"2 \cdot (-3)"),
        (Product((n(2), Product((n(3), X)))), r"2 \cdot 3x"),
        (Product((n(2), Product((n(3), n(4))))), r"2 \cdot 3 \cdot 4"),
        (Product((X, Product((n(-2), Y)))), "x (-2y)"),
        (Product((Sum((X, Y)), Sum((X, n(-1))))), "(x + y) (x - 1)"),
        (Product((n(-1), Sum((X, Y)))), "-(x + y)"),
        (Product((n(2), Power(n(-3), n(2)))), r"2 \cdot (-3)^{2}"),
        (Product((n(-1), n(4))), r"-1 \cdot 4"),
        (Product((n(2), Quotient(n(1), n(2)))), r"2 \cdot \frac{1}{2}"),
        (Product((n(2), Symbol("alpha"))), r"2\alpha"),
        (Product((Symbol("W_h"), X)), r"W_{h} \cdot x"),
        (Product((X, Symbol("loss"))), r"x \cdot \mathrm{loss}"),
        (Product((n(2), Row((X, Y), brackets=False))), r"2(x,\, y)"),
        (Power(Sum((X, Y)), n(2)), "(x + y)^{2}"),
        (Power(n(-3), n(2)), "(-3)^{2}"),
        (Power(Power(X, n(2)), n(3)), "(x^{2})^{3}"),
        (Power(Product((n(2), X)), n(3)), "(2x)^{3}"),
        (Power(Applied("sin", (X,)), n(2)), r"(\sin(x))^{2}"),
        (Power(X, Sum((Y, n(-1)))), "x^{y - 1}"),
        (Quotient(n(-1), X), r"\frac{-1}{x}"),
        (Applied("abs", (n(-2),)), r"\left| -2 \right|"),
        (Symbol("W_h_t"), "W_{h, t}"),
        (Symbol("theta_x"), r"\theta_{x}"),
        (Symbol("x_alpha"), r"x_{\alpha}"),
        (Symbol("a__b"), "a_{b}"),
        (Symbol("x_"), "x"),
        (Symbol("loss_max"), r"\mathrm{loss}_{\mathrm{max}}"),
        (Words("rows"), r"\text{rows}"),
        (Row((n(1), X)), r"(1,\, x)"),
        (Matrix(((n(1), n(-2)), (X, Y))), r"\begin{pmatrix} 1 & -2 \\ x & y \end{pmatrix}"),
    ],
)
def test_tree_is_written_as(node, expected):
    assert tex(node) == expected


@pytest.mark.parametrize(
    ("node", "spec", "expected"),
    [
        (n(-0.0004), ".3f", "0.000"),
        (Sum((n(1.5), n(-0.0004))), ".2f", "1.50 + 0.00"),
        (Sum((n(1.5), n(-2.5))), "+.1f", "1.5 - 2.5"),
        (Product((n(1.5), n(2.5))), "+.1f", r"1.5 \cdot 2.5"),
        (n(1.5), "+.1f", "+1.5"),
        (Row((n(1.5), n(-1.5))), "+.1f", r"(+1.5,\, -1.5)"),
        (n(12345.678), ".2e", r"1.23 \times 10^{4}"),
        (n(1e-7), ".2g", r"1 \times 10^{-7}"),
        (Power(n(12345.678), n(2)), ".0e", r"(1 \times 10^{4})^{2 \times 10^{0}}"),
        (Product((n(0.9999999999999999), X)), ".2f", "x"),
        (Product((n(-1.0000000000000002), X)), ".2f", "-x"),
    ],
)
def test_floats_take_the_format_of_the_hole(node, spec, expected):
    assert tex(node, spec) == expected


def test_only_computed_floats_need_a_format():
    assert has_float(Sum((X, Product((n(2), n(0.5))))))
    assert has_float(Matrix(((n(1), n(1.0)),)))
    assert has_float(Applied("exp", (Quotient(n(1.0), X),)))
    assert not has_float(Power(Number(Decimal("0.5")), Row((n(1), X))))
    assert not has_float(Words("1.5"))


def test_parts_are_the_pieces_a_node_is_made_of():
    assert Quotient(X, Y).parts == (X, Y)
    assert Applied("max", (X, Y)).parts == (X, Y)
    assert Matrix(((X,), (Y,))).parts == (X, Y)
    assert X.parts == ()
