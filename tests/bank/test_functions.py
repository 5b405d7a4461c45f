"""Functions of the expression language, against Python's own arithmetic and numpy."""

from __future__ import annotations

import inspect
import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.expressions import EvaluationError, Scope, compile_expression
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.guards import Borderline
from markscheme.bank.maths import tex
from markscheme.bank.problems import Place
from markscheme.bank.values import freeze


def call(source: str, **values: object) -> object:
    scope = Scope(values=frozenset(values), functions=FUNCTIONS)
    expression = compile_expression(source, lambda i: Place("q.yaml", 1, 1 + i), scope)
    value = expression.evaluate({name: freeze(value) for name, value in values.items()})
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("floor(2.5)", 2),
        ("ceil(array(2.5, -2.5))", [3, -2]),
        ("sign(-2)", -1),
        ("sign(array(-2.5, 0.0, 3.0))", [-1, 0, 1]),
        ("float(3)", 3.0),
        ("abs(-3)", 3),
        ("abs(array(-3, 2))", [3, 2]),
        ("round(2.5)", 2),
        ("round(0.15, 1)", 0.2),
        ("round(0.25, 1)", 0.2),
        ("round(2.675, 2)", 2.68),
        ("round(1250, -2)", 1200),
        ("round(array(0.15, 0.25), 1)", [0.2, 0.2]),
        ("round(array(0.5, 1.5))", [0, 2]),
        ("round(1e300, 3)", 1e300),
        ("sum(1, 2.5)", 3.5),
        ("sum(array((1, 2), (3, 4)))", 10),
        ("prod(2, 3, 4)", 24),
        ("mean(1, 2)", 1.5),
        ("median(3, 1, 2)", 2.0),
        ("min(3, 1.5)", 1.5),
        ("max(array(3, 7))", 7),
        ("any(array(0, 0))", False),
        ("all(array(1, 2) > 0)", True),
        ("count(array(1, 0, 2))", 2),
        ("variance(array(1, 2, 3, 4))", 1.25),
        ("variance(array(1, 2, 3, 4), 1)", 5 / 3),
        ("zeros(2, 3)", [[0, 0, 0], [0, 0, 0]]),
        ("range(3)", (0, 1, 2)),
        ("range(2, 5)", (2, 3, 4)),
        ("sort(array(3, 1, 2))", [1, 2, 3]),
        ("shape(zeros(2, 3))", (2, 3)),
        ("rows(zeros(2, 3))", 2),
        ("columns(zeros(2, 3))", 3),
        ("length('text')", 4),
        ("length(zeros(5, 2))", 5),
        ("equal(array(1, 2), array(1, 2))", True),
        ("equal(array(1, 2), array(1, 3))", False),
        ("equal(array(1, 2), array(1, 2, 3))", False),
        ("equal(array(0.1, 5.0), array(0.3, 5.0))", False),
        ("transpose(array((1, 2), (3, 4)))", [[1, 3], [2, 4]]),
        ("flip_rows(array((1, 2), (3, 4)))", [[3, 4], [1, 2]]),
        ("flip_columns(array((1, 2), (3, 4)))", [[2, 1], [4, 3]]),
        ("rot180(array((1, 2), (3, 4)))", [[4, 3], [2, 1]]),
        ("diagonal(array((1, 2), (3, 4)))", [1, 4]),
        ("flatten(array((1, 2), (3, 4)))", [1, 2, 3, 4]),
        ("gcd(12, -18)", 6),
        ("comb(5, 2)", 10),
        ("factorial(5)", 120),
        ("moduli(array((3.0, 4.0), (0.0, -2.0)))", [5.0, 2.0]),
    ],
)
def test_function_has_the_value(source, expected):
    value = call(source)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize("name", ["exp", "log", "log2", "log10", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"])
def test_elementwise_function_agrees_with_pythons_own(name):
    own = getattr(math, name)
    numbers = [0.25, 0.5, 1.0, 2.5]
    assert call(f"{name}(x)", x=np.array(numbers)) == pytest.approx([own(number) for number in numbers], rel=1e-14)
    assert call(f"{name}(2)") == pytest.approx(own(2), rel=1e-14)


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize(
    ("function", "computed"),
    [
        ("floor(x)", (0.1 + 0.7) * 10),
        ("ceil(x)", (0.1 + 0.2) * 10),
        ("sign(x)", 0.1 + 0.2 - 0.3),
        ("round(x, 1)", 0.1 + 0.05),
        ("round(x)", 2.4999999999999996),
        ("count(array(x, 1))", 0.1 + 0.2 - 0.3),
        ("equal(array(x, 1), array(0.3, 1))", 0.1 + 0.2),
    ],
)
def test_step_that_another_machine_may_take_otherwise_is_not_taken(function, computed, shape):
    if "array" in function and shape:
        return
    with pytest.raises(Borderline):
        call(function, x=np.full(shape, computed) if shape else computed)


@given(st.one_of(st.floats(-1e9, 1e9), st.integers(-(10**6), 10**6).map(lambda n: n / 100)))
def test_rounding_to_whole_numbers_is_that_of_the_decimal_or_passed_over(x):
    exact = Fraction(repr(x))
    for name, expected in (("floor", math.floor(exact)), ("ceil", math.ceil(exact)), ("round", round(exact))):
        for value in (x, np.array([x])):
            try:
                found = call(f"{name}(x)", x=value)
            except Borderline:
                steps = exact if name != "round" else exact + Fraction(1, 2)
                assert 0 < abs(steps - round(steps)) < Fraction(1, 10**8) + abs(exact) / 10**11
            else:
                assert found == (expected if value is x else [expected])


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=20))
def test_reductions_of_integers_are_exact(numbers):
    x = np.array(numbers)
    assert call("sum(x)", x=x) == sum(numbers)
    assert call("min(x)", x=x) == min(numbers)
    assert call("max(x)", x=x) == max(numbers)
    assert call("mean(x)", x=x) == float(Fraction(sum(numbers), len(numbers)))
    assert call("median(x)", x=x) == statistics.median(numbers)
    assert call("variance(x)", x=x) == pytest.approx(float(statistics.pvariance(map(Fraction, numbers))), abs=1e-9)
    try:
        assert call("prod(x)", x=x) == math.prod(numbers)
    except EvaluationError:
        assert abs(math.prod(numbers)) > 2**53


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sum_of_products(array(2, -3), array(-1, 4))", r"2 \cdot (-1) + (-3) \cdot 4"),
        ("product_of(3, -4, 5)", r"3 \cdot (-4) \cdot 5"),
        ("product_of(2, product_of(3, 4))", r"2 \cdot 3 \cdot 4"),
        ("sum_of(3, -4, product_of(2, -5))", r"3 - 4 + 2 \cdot (-5)"),
        ("items(array(3, -4))", r"3,\, -4"),
        ("complex_numbers(array((1, 2), (3, 0), (0, -1)))", r"1 + 2i,\, 3,\, 0 - i"),
        ("complex_numbers(array((2.0, 1e-16), (2.0, -1e-16)))", r"2,\, 2"),
        ("sum_of((1, 2), array(1, 2))", r"(1,\, 2) + \begin{pmatrix} 1 & 2 \end{pmatrix}"),
    ],
)
def test_mathematics_is_written_out(source, expected):
    assert tex(call(source)) == expected  # type: ignore[arg-type]


def test_every_function_has_a_sentence_and_a_fixed_signature():
    for name, function in FUNCTIONS.items():
        assert function.__doc__
        assert function.__doc__.startswith(("Return ", "Round ")), name
        assert inspect.signature(function).parameters
        assert not any(p.kind is p.VAR_KEYWORD for p in inspect.signature(function).parameters.values())
        assert type(function) is type(call), f"{name} is not a function of our own"
