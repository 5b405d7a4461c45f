"""Numbers: what is accepted and how numbers are written, against exact fractions and Python's own formatting."""

from __future__ import annotations

import itertools
import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from markscheme.bank.numbers import (
    FORMAT,
    Accepted,
    Decimals,
    Exact,
    Significant,
    Tolerance,
    accept,
    decimal,
    plain,
    round_half_even,
    word,
    wording,
)

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(-(2**53), 2**53)
ORDINARY = st.decimals(-1000, 1000, places=6).map(float)


def shown(value: float) -> Fraction:
    """Round to 12 significant digits, ties to even in the float's exact value."""
    exact = Fraction(value)
    if not exact:
        return exact
    unit = Fraction(10) ** (magnitude(exact) - 11)
    return round(exact / unit) * unit


def magnitude(value: Fraction) -> int:
    power = math.floor(math.log10(abs(value.numerator)) - math.log10(value.denominator)) - 1
    while abs(value) >= Fraction(10) ** (power + 1):
        power += 1
    return power


def reference(value: float, step: Fraction) -> tuple[Fraction, Fraction]:
    exact = Fraction(value) if type(value) is int else shown(value)
    low = math.floor(exact / step)
    rest = exact / step - low
    half_up = low + (rest >= Fraction(1, 2)) if exact >= 0 else low + (rest > Fraction(1, 2))
    half_even = low + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2))
    return (half_even * step if half_even == half_up else exact), step / 2


def as_fractions(accepted: Accepted) -> tuple[Fraction, Fraction]:
    return Fraction(accepted.key), Fraction(accepted.half)


@given(st.one_of(FLOATS, WHOLE, ORDINARY), st.integers(0, 9))
@example(0.125, 2)
@example(0.375, 2)
@example(-0.125, 2)
@example(-0.375, 2)
@example(2.5, 0)
@example(3.5, 0)
@example(-0.0, 3)
@example(0.0004, 3)
@example(-0.0004, 3)
@example(1e300, 9)
@example(5e-324, 9)
@example(2**53, 9)
def test_decimals_accept_half_a_step_around_the_rounded_value(value, digits):
    assert as_fractions(accept(value, Decimals(digits))) == reference(value, Fraction(1, 10**digits))


@given(st.one_of(FLOATS, WHOLE, ORDINARY).filter(bool), st.integers(1, 9))
@example(9.996, 3)
@example(-9.996, 3)
@example(0.09996, 3)
@example(99950, 3)
@example(99.95, 3)
@example(1000.0, 1)
@example(5e-324, 9)
@example(1.7976931348623157e308, 9)
def test_significant_digits_are_counted_before_rounding(value, digits):
    exact = Fraction(value) if type(value) is int else shown(value)
    step = Fraction(10) ** (magnitude(exact) + 1 - digits)
    assert as_fractions(accept(value, Significant(digits))) == reference(value, step)


@given(ORDINARY, st.decimals("0.0001", 5, places=4), st.decimals(0, 1, places=3))
def test_tolerance_is_the_larger_of_absolute_and_relative(value, absolute, relative):
    key, half = as_fractions(accept(value, Tolerance(absolute, relative)))
    assert key == shown(value)
    assert half == max(Fraction(absolute), abs(key) * Fraction(relative))


@given(WHOLE)
def test_integer_accepts_itself_only(value):
    assert accept(value, Exact()) == Accepted(Decimal(value), Decimal(0))


def test_float_without_a_precision_is_refused():
    with pytest.raises(ValueError, match="a float needs"):
        accept(2.0, Exact())


@pytest.mark.parametrize("zero", [0, 0.0, -0.0])
def test_zero_has_no_significant_digits(zero):
    with pytest.raises(ValueError, match="zero has no significant digits"):
        accept(zero, Significant(3))


PRECISIONS = st.one_of(
    st.integers(0, 9).map(Decimals), st.integers(1, 9).map(Significant), st.just(Tolerance(Decimal("0.01")))
)
SPECS = [
    "",
    *(
        f"{sign}{digits}{kind}"
        for sign, digits, kind in itertools.product(
            ["", "+"], ["", *(f".{n}" for n in (0, 1, 2, 3, 5, 9, 20, 99))], "efg"
        )
    ),
    "d",
    "+d",
]


def test_specs_of_these_tests_are_those_that_a_hole_may_use():
    assert all(FORMAT.fullmatch(spec) for spec in SPECS if spec)


@given(st.decimals(-1000, 1000, places=8).filter(bool), st.integers(-6, 6), PRECISIONS, st.sampled_from(SPECS))
def test_noise_in_the_15th_digit_changes_neither_key_nor_wording(number, power, precision, spec):
    value = float(number.scaleb(power))
    if len(f"{number:f}".replace(".", "").strip("-0")) > 11:
        return
    for noisy in (value * (1 + 3e-15), value * (1 - 3e-15), math.nextafter(value, 9), math.nextafter(value, -9)):
        assert accept(noisy, precision) == accept(value, precision)
        assert word(noisy, spec) == word(value, spec)


@given(st.one_of(FLOATS, WHOLE, ORDINARY), st.sampled_from(SPECS))
@example(-0.0, "")
@example(-0.0, "+.2e")
@example(-0.0004, ".3f")
@example(-0.0004, "+.3f")
@example(0.0004, "+.3f")
@example(-0.4, "d")
def test_zero_has_no_sign(value, spec):
    text = word(value, spec)
    assert text == text.strip()
    if re.fullmatch(r"[+-]?[0.]+(e.*)?", text):
        assert text[0] == "0"


# Digits that are exact in both binary and decimal, so that Python's own formatting is right too.
EIGHTHS = st.integers(-(10**7), 10**7).map(lambda n: n / 8)


@given(st.one_of(EIGHTHS, WHOLE.filter(lambda n: abs(n) < 10**11)), st.sampled_from([s for s in SPECS if s]))
@example(100000.0, "g")
@example(1e6, "g")
@example(123456.5, "g")
@example(999999.5, "g")
@example(9.5, ".0e")
@example(0.0, "g")
def test_formats_write_what_python_writes(value, spec):
    expected = format(round(value) if spec.endswith("d") else value, spec)
    if not re.search(r"[1-9]", expected.partition("e")[0]):
        expected = expected.lstrip("+-")
    assert word(value, spec) == expected


@pytest.mark.parametrize(
    ("value", "spec", "expected"),
    [
        (1e-5, ".2g", "1e-05"),
        (1e-4, ".2g", "0.0001"),
        (0.1, ".20g", "0.1"),
        (0.1, ".20f", "0.10000000000000000000"),
        (2.675, ".2f", "2.68"),
        (2.665, ".2f", "2.66"),
        (0.1 + 0.2, "", "0.3"),
        (1e-7, "", "0.0000001"),
        (1e22, "", "10000000000000000000000"),
        (2.7, "d", "3"),
        (2.5, "d", "2"),
        (2.9999999999999996, "d", "3"),
        (-3, "+d", "-3"),
        (3, "+d", "+3"),
        (3, ".2f", "3.00"),
        (9.996, ".2e", "1.00e+01"),
        (1e-300, ".1e", "1.0e-300"),
        (Decimal("-2.50"), "", "-2.50"),
        (Decimal("-0.00"), "", "0"),
        (Decimal("2.345"), ".2f", "2.34"),
    ],
)
def test_number_is_written_as(value, spec, expected):
    assert word(value, spec) == expected


@given(FLOATS)
def test_decimal_is_the_float_to_12_significant_digits(value):
    assert Fraction(decimal(value)) == shown(value)


@given(WHOLE)
def test_decimal_of_an_integer_is_exact(value):
    assert decimal(value) == value
    assert word(value) == str(value)


@given(st.decimals(-(10**20), 10**20, allow_nan=False))
def test_plain_writes_no_exponent_and_loses_nothing(number):
    text = plain(number)
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text)
    assert Decimal(text) == number


@given(ORDINARY, st.integers(-3, 8))
def test_rounding_half_to_even_looks_at_the_decimal(value, digits):
    step = Fraction(10) ** -digits
    assert Fraction(round_half_even(value, digits)) == round(Fraction(repr(value)) / step) * step


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (Exact(), ""),
        (Decimals(0), "to the nearest whole number"),
        (Decimals(1), "to 1 decimal place"),
        (Decimals(3), "to 3 decimal places"),
        (Significant(1), "to 1 significant figure"),
        (Significant(2), "to 2 significant figures"),
        (Tolerance(Decimal("0.05")), "within 0.05"),
        (Tolerance(Decimal("1E-7")), "within 0.0000001"),
        (Tolerance(Decimal(0), Decimal("0.05")), "within 5 %"),
        (Tolerance(Decimal(0), Decimal("0.025")), "within 2.5 %"),
        (Tolerance(Decimal(0), Decimal(1)), "within 100 %"),
        (Tolerance(Decimal("0.1"), Decimal("0.1")), "within 10 % or 0.1, whichever is larger"),
    ],
)
def test_precision_is_told_in_words(precision, expected):
    assert wording(precision) == expected


@given(st.one_of(FLOATS, ORDINARY), PRECISIONS)
def test_ends_of_what_is_accepted_lie_half_a_step_from_the_key(value, precision):
    if not value:
        return
    accepted = accept(value, precision)
    assert Fraction(accepted.low) + Fraction(accepted.half) == Fraction(accepted.key)
    assert Fraction(accepted.high) - Fraction(accepted.half) == Fraction(accepted.key)


def test_answers_that_share_an_end_only_do_not_meet():
    one, two = Accepted(Decimal("0.1"), Decimal("0.05")), Accepted(Decimal("0.2"), Decimal("0.05"))
    assert not one.meets(two)
    assert one.meets(Accepted(Decimal("0.19"), Decimal("0.05")))
    assert Accepted(Decimal(2), Decimal(0)).meets(Accepted(Decimal(2), Decimal(0)))
    assert not Accepted(Decimal(2), Decimal(0)).meets(Accepted(Decimal(3), Decimal(0)))
