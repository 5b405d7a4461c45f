"""Numbers: how they are rounded, accepted and worded, for every format.

Computed floats are rounded to 12 significant digits first, so that machines which differ in the last bits of a
float agree on every digit that is shown or accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import assert_never

FORMAT = re.compile(r"\+?(\.\d{1,2})?[efg]|\+?d")
"""The format specifications that a hole may use: a part of Python's own."""


@dataclass(frozen=True, slots=True)
class Exact:
    """An integer: only the value itself is right."""


@dataclass(frozen=True, slots=True)
class Decimals:
    """A number to be given to so many digits after the point."""

    digits: int


@dataclass(frozen=True, slots=True)
class Significant:
    """A number to be given to so many significant digits."""

    digits: int


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A number to be given within a distance: absolute, or relative with an absolute floor."""

    absolute: Decimal
    relative: Decimal = Decimal(0)


Precision = Exact | Decimals | Significant | Tolerance


@dataclass(frozen=True, slots=True)
class Accepted:
    """A number and the answers accepted for it: from ``key - half`` to ``key + half``, both ends included."""

    key: Decimal
    half: Decimal

    def meets(self, other: Accepted) -> bool:
        """Return whether the two share more than an end."""
        return self.key == other.key or abs(self.key - other.key) < self.half + other.half

    @property
    def low(self) -> Decimal:
        """The smallest accepted number."""
        return self.key - self.half

    @property
    def high(self) -> Decimal:
        """The largest accepted number."""
        return self.key + self.half


_ZERO = Decimal(0)


def decimal(value: float) -> Decimal:
    """Return an integer exactly, or a float rounded to 12 significant digits.

    Examples
    --------
    >>> decimal(0.1 + 0.2)
    Decimal('0.3')
    """
    if type(value) is int:
        return Decimal(value)
    rounded = Decimal(f"{value:.11e}")
    return rounded.normalize() if rounded else _ZERO


def accept(value: float, precision: Precision) -> Accepted:
    """Return what is accepted for a computed value.

    Parameters
    ----------
    value
        The computed value, an int or a finite float.
    precision
        How precisely it is asked for.

    Returns
    -------
    Accepted
        The key is the value rounded to the asked step (the value itself where rounding half up and half to even
        differ), with half a step on either side.

    Raises
    ------
    ValueError
        If significant digits are asked of zero, or a whole number is asked of a float.

    Examples
    --------
    >>> accept(-1.84042, Decimals(2))
    Accepted(key=Decimal('-1.84'), half=Decimal('0.005'))
    >>> accept(0.125, Decimals(2))
    Accepted(key=Decimal('0.125'), half=Decimal('0.005'))
    """
    exact = decimal(value)
    match precision:
        case Exact():
            if type(value) is not int:
                raise ValueError("a float needs 'decimals', 'significant' or 'tolerance'")
            return Accepted(exact, _ZERO)
        case Decimals(digits):
            return _on_grid(exact, -digits)
        case Significant(digits):
            if not exact:
                raise ValueError("zero has no significant digits: ask for 'decimals' or a 'tolerance'")
            return _on_grid(exact, exact.adjusted() + 1 - digits)
        case Tolerance(absolute, relative):
            return Accepted(exact, max(absolute, abs(exact) * relative).normalize())
        case _:
            assert_never(precision)


def _on_grid(exact: Decimal, exponent: int) -> Accepted:
    step = Decimal((0, (1,), exponent))
    key = exact.quantize(step, ROUND_HALF_EVEN)
    if key != exact and key != exact.quantize(step, ROUND_HALF_UP):
        key = exact
    return Accepted(key if key else _ZERO, step * 5 / 10)


def wording(precision: Precision) -> str:
    """Return the sentence that tells a student the precision; empty for a whole number.

    Examples
    --------
    >>> wording(Decimals(3))
    'to 3 decimal places'
    """
    match precision:
        case Exact():
            return ""
        case Decimals(0):
            return "to the nearest whole number"
        case Decimals(digits):
            return f"to {digits} decimal place{'s' * (digits > 1)}"
        case Significant(digits):
            return f"to {digits} significant figure{'s' * (digits > 1)}"
        case Tolerance(absolute, relative) if relative and absolute:
            return f"within {plain(relative * 100)} % or {plain(absolute)}, whichever is larger"
        case Tolerance(_, relative) if relative:
            return f"within {plain(relative * 100)} %"
        case Tolerance(absolute, _):
            return f"within {plain(absolute)}"
        case _:
            assert_never(precision)


def plain(number: Decimal) -> str:
    """Write a decimal without an exponent and without a sign on zero.

    Examples
    --------
    >>> plain(Decimal("1E-7")), plain(Decimal("-0.0"))
    ('0.0000001', '0')
    """
    return format(number, "f") if number else "0"


def word(value: float, spec: str = "") -> str:
    """Write a number, without a sign on zero.

    Parameters
    ----------
    value
        An int, or a float that is first rounded to 12 significant digits.
    spec
        One of Python's format specifications that match `FORMAT`; empty writes the shortest decimal.

    Examples
    --------
    >>> word(-0.0004, ".3f"), word(0.1 + 0.2), word(12345.678, ".2e")
    ('0.000', '0.3', '1.23e+04')
    """
    if type(value) is int and not spec:
        return str(value)
    text = format(decimal(value), spec or "f") if spec != "d" else format(int(decimal(value)), "d")
    if text.startswith("-") and not any(digit in text.partition("e")[0] for digit in "123456789"):
        return text[1:]
    return text
