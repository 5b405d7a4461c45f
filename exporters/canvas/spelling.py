"""Spell numbers for blanks, which Canvas compares letter by letter.

What is accepted is an interval; what can be listed is the numbers on a grid within it, each in the ways in which
people write it. The grid is that of the digits which are asked for.

Examples
--------
>>> from markscheme.bank.numbers import Accepted
>>> spellings(Accepted(Decimal("-0.5"), Decimal("0.05")), -1)
('-0.5', '−0.5', '-.5', '−.5')
>>> grid(Accepted(Decimal("-0.5"), Decimal("0.05"))), grid(Accepted(Decimal("2.5"), Decimal("0.02")))
(-1, -2)
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markscheme.bank.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.numbers import Accepted

MOST_SPELLINGS: Final = 60
_WIDE = Context(prec=700)
_MINUS: Final = "\N{MINUS SIGN}"


def grid(accepted: Accepted) -> int:
    """Return the power of ten whose multiples are to be typed.

    Half a step around the key stands for rounding to that step. Another distance is met by numbers whose digits end
    where the distance begins.
    """
    if not accepted.half:
        return min(int(accepted.key.normalize(_WIDE).as_tuple().exponent), 0)
    half = accepted.half.normalize(_WIDE)
    return half.adjusted() + (half.as_tuple().digits == (5,))


def numbers(accepted: Accepted, exponent: int) -> range:
    """Return the accepted multiples of a power of ten, in units of it."""
    low = accepted.low.scaleb(-exponent, _WIDE).to_integral_value(ROUND_CEILING)
    high = accepted.high.scaleb(-exponent, _WIDE).to_integral_value(ROUND_FLOOR)
    return range(int(low), int(high) + 1)


@lru_cache(maxsize=4096)
def spellings(accepted: Accepted, exponent: int) -> tuple[str, ...] | None:
    """Return all ways to write the accepted multiples of a power of ten; None for more than 60.

    The first is the one nearest to the key, as most people write it.
    """
    units = numbers(accepted, exponent)
    if len(units) > MOST_SPELLINGS:
        return None
    nearest = sorted(units, key=lambda unit: (abs(Decimal(unit).scaleb(exponent, _WIDE) - accepted.key), unit))
    found = tuple(dict.fromkeys(text for unit in nearest for text in _written(unit, exponent)))
    return found if len(found) <= MOST_SPELLINGS else None


def _written(unit: int, exponent: int) -> Iterator[str]:
    """Yield the ways to write a multiple of a power of ten."""
    digits = plain(Decimal(abs(unit)).scaleb(exponent, _WIDE))
    if not unit and exponent < 0:
        digits = "0." + "0" * -exponent
    signs = ("-", _MINUS) if unit < 0 else ("", "+") if unit else ("", "+", "-", _MINUS)
    for shortened in _shortened(digits):
        yield from (sign + shortened for sign in signs)


def _shortened(digits: str) -> Iterator[str]:
    """Yield digits with ever fewer zeros at the end, without the zero before the point, with commas."""
    whole, point, part = digits.partition(".")
    parts = [part]
    while parts[-1].endswith("0"):
        parts.append(parts[-1][:-1])
    for kept in parts if point else [""]:
        tail = f".{kept}" if kept else ""
        yield whole + tail
        if whole == "0" and kept:
            yield tail
        if len(whole) > 3:
            yield f"{int(whole):,}{tail}"
