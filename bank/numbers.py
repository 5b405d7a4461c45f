"""Numbers: how they are rounded, accepted and worded, for every format.

Computed floats are rounded to 12 significant digits first, so that machines which differ in the last bits of a
float agree on every digit that is shown or accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
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
        if not (self.half or other.half):
            return self.key == other.key
        return self.key == other.key or abs(self.key - other.key) < self.half + other.half

    @property
    def low(self) -> Decimal:
        """The smallest accepted number."""
        return _WIDE.subtract(self.key, self.half)

    @property
    def high(self) -> Decimal:
        """The largest accepted number."""
        return _WIDE.add(self.key, self.half)


_ZERO = Decimal(0)
_WIDE = Context(prec=700, rounding=ROUND_HALF_EVEN)
"""Room for the largest float with digits after the point, and for the smallest."""


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


@lru_cache(maxsize=4096, typed=True)
def exactly(value: float) -> Accepted:
    """Return a number for which nothing else is accepted."""
    return Accepted(decimal(value), _ZERO)


def round_half_even(value: float, digits: int) -> Decimal:
    """Return a number rounded to so many digits after the point, ties to even.

    Examples
    --------
    >>> round_half_even(2.675, 2), round_half_even(250, -2)
    (Decimal('2.68'), Decimal('2E+2'))
    """
    return Decimal(str(value)).quantize(_step(-digits), ROUND_HALF_EVEN, _WIDE)


def _step(exponent: int) -> Decimal:
    return Decimal((0, (1,), exponent))


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
    if isinstance(precision, Exact):
        if type(value) is not int:
            raise ValueError("a float needs 'decimals', 'significant' or 'tolerance'")
        return exactly(value)
    exact = decimal(value)
    match precision:
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
    step = _step(exponent)
    key = exact.quantize(step, ROUND_HALF_EVEN, _WIDE)
    if key != exact and key != exact.quantize(step, ROUND_HALF_UP, _WIDE):
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
            return f"within {_percent(relative)} % or {plain(absolute)}, whichever is larger"
        case Tolerance(_, relative) if relative:
            return f"within {_percent(relative)} %"
        case Tolerance(absolute, _):
            return f"within {plain(absolute)}"
        case _:
            assert_never(precision)


def _percent(part: Decimal) -> str:
    return plain((part * 100).normalize())


def plain(number: Decimal) -> str:
    """Write a decimal without an exponent and without a sign on zero.

    Examples
    --------
    >>> plain(Decimal("1E-7")), plain(Decimal("-0.0"))
    ('0.0000001', '0')
    """
    return format(number, "f") if number else "0"


def word(value: float | Decimal, spec: str = "") -> str:
    """Write a number, without a sign on zero.

    Parameters
    ----------
    value
        An int, a decimal, or a float that is first rounded to 12 significant digits.
    spec
        One of Python's format specifications that match `FORMAT`; empty writes the shortest decimal. Ties go to
        the even digit, and ``d`` rounds to a whole number.

    Examples
    --------
    >>> word(-0.0004, ".3f"), word(0.1 + 0.2), word(12345.678, ".2e")
    ('0.000', '0.3', '1.23e+04')
    """
    if type(value) is int and not spec:
        return str(value)
    exact = value if isinstance(value, Decimal) else decimal(value)
    text = _unsigned(abs(exact), spec.removeprefix("+"))
    if not any(digit in text.partition("e")[0] for digit in "123456789"):
        return text
    return ("-" if exact < 0 else "+" if spec.startswith("+") else "") + text


def _unsigned(number: Decimal, spec: str) -> str:
    if not spec:
        return plain(number)
    digits = int(spec[1:-1]) if len(spec) > 1 else 6
    match spec[-1]:
        case "d":
            return plain(number.quantize(_step(0), ROUND_HALF_EVEN, _WIDE))
        case "f":
            return _fixed(number, digits)
        case "e":
            return _scientific(number, digits)
        case _:
            return _general(number, max(digits, 1))


def _fixed(number: Decimal, digits: int) -> str:
    return format(number.quantize(_step(-digits), ROUND_HALF_EVEN, _WIDE), "f")


def _scientific(number: Decimal, digits: int) -> str:
    number = number or _step(-digits) * 0  # a zero of its own would keep its exponent
    mantissa, _, exponent = format(number, f".{digits}e").partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"  # as for floats: at least two digits


def _general(number: Decimal, digits: int) -> str:
    """Write so many significant digits without the zeros at the end, as ``g`` does for floats."""
    if not number:
        return "0"
    rounded = number.quantize(_step(number.adjusted() + 1 - digits), ROUND_HALF_EVEN, _WIDE).normalize(_WIDE)
    if -4 <= rounded.adjusted() < digits:
        return plain(rounded)
    return _scientific(rounded, len(rounded.as_tuple().digits) - 1)
