"""Values: what is allowed, and that nothing else gets through."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.maths import Number, Product
from markscheme.bank.values import (
    DEEPEST_VALUE,
    LARGEST_ARRAY,
    LARGEST_INTEGER,
    MOST_PARTS,
    ValueRefused,
    describe,
    freeze,
)


@pytest.mark.parametrize("value", [0, -3, LARGEST_INTEGER, -LARGEST_INTEGER, 0.0, 1e308, 5e-324, True, "text", "", ()])
def test_plain_value_is_returned_as_it_is(value):
    assert freeze(value) is value or freeze(value) == value
    assert type(freeze(value)) is type(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int8(3), 3),
        (np.uint64(3), 3),
        (np.float32(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(3), 3),
        (np.array(0.5, dtype=np.longdouble), 0.5),
        ([1, [2.5, "a"]], (1, (2.5, "a"))),
        ((np.int64(1), np.array([2])[0]), (1, 2)),
    ],
)
def test_numpy_scalar_and_list_become_plain(value, expected):
    assert freeze(value) == expected
    assert type(freeze(value)) is type(expected)


@pytest.mark.parametrize(
    "value",
    [
        LARGEST_INTEGER + 1,
        -LARGEST_INTEGER - 1,
        10**400,
        math.inf,
        -math.inf,
        math.nan,
        np.float64(math.nan),
        np.longdouble("1e4000"),
        1j,
        np.complex128(1),
        None,
        b"bytes",
        {1: 2},
        {1},
        object(),
        np.datetime64("2020-01-01"),
        "a" * 10_001,
        "a\x00b",
        "\ud800",
        "\u2028",
        (1,) * (LARGEST_ARRAY + 1),
        (1, (2, math.inf)),
        np.zeros(LARGEST_ARRAY + 1),
        np.array([1.0, math.nan]),
        np.array([2**53 + 1]),
        np.array([2**64 - 1], dtype=np.uint64),
        np.array([-(2**63)]),
        np.array([1j]),
        np.array(["a"]),
        np.array([None]),
        np.array([1], dtype="m8[s]"),
        np.zeros(2, dtype=[("x", int)]),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_other_value_is_refused_in_a_sentence(value):
    with pytest.raises(ValueRefused) as caught:
        freeze(value)
    assert 10 < len(str(caught.value)) < 150


@pytest.mark.parametrize(
    "kind", [np.int8, np.uint16, np.int64, np.float16, np.float32, np.float64, np.longdouble, np.bool_, ">f8", ">i4"]
)
def test_array_becomes_read_only_of_one_of_three_kinds(kind):
    frozen = freeze(np.ones((2, 3), dtype=kind))
    assert isinstance(frozen, np.ndarray)
    assert frozen.dtype in (np.int64, np.float64, np.bool_)
    assert frozen.dtype.isnative
    with pytest.raises(ValueError, match="read-only"):
        frozen[0, 0] = 2
    assert (frozen == 1).all()


def test_array_of_a_class_of_its_own_becomes_a_plain_one():
    assert type(freeze(np.ma.masked_array([1, 2]))) is np.ndarray


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_finite_array_is_let_through_even_if_its_sum_is_not_finite(numbers):
    assert np.array_equal(freeze(np.array(numbers)), numbers)  # type: ignore[arg-type]


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=8))
def test_integers_within_the_bound_are_let_through(numbers):
    assert freeze(np.array(numbers)).tolist() == numbers  # type: ignore[attr-defined]


def test_value_that_refers_to_itself_many_times_is_refused_at_once():
    value: object = (1, 2)
    for _ in range(64):
        value = (value, value)
    with pytest.raises(ValueRefused):
        freeze(value)
    node = Number(1)
    for _ in range(64):
        node = Product((node, node))  # type: ignore[assignment]
    with pytest.raises(ValueRefused):
        freeze(node)


def test_nesting_and_parts_are_bounded():
    value: object = 1
    for _ in range(DEEPEST_VALUE):
        value = (value,)
    assert freeze(value) == value
    with pytest.raises(ValueRefused, match="nested deeper than 20"):
        freeze((value,))
    with pytest.raises(ValueRefused, match=f"more than {MOST_PARTS} parts"):
        freeze((np.zeros(1024),) * 5)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true or false"),
        (1, "an integer"),
        (1.5, "a number"),
        ("a", "a text"),
        ((1,), "a tuple"),
        (np.zeros((2, 3)), "an array of shape 2×3"),
        (np.zeros(4), "an array of shape 4"),
    ],
)
def test_type_is_named_in_the_authors_words(value, words):
    assert describe(value) == words
