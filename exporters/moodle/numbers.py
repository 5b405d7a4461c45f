"""Read numbers as Moodle 4.5 reads them (locale en: point for decimals, comma for thousands).

Nothing here is shared with the writer. The rules were recorded from Moodle 4.5.6 on PHP 8.2, not derived from what we
write; `tests/exporters/moodle_numbers.json` holds the recording.

Examples
--------
>>> parse_typed("1,234.5"), parse_typed("3,14"), parse_typed("1.5×10^5"), parse_typed("5 m"), parse_typed("−3")
(1234.5, 314.0, 150000.0, 5.0, None)
>>> store("3.141592653589793")
'3.1415926535898'
>>> accepts(2.5, 2.0, 0.5), accepts(2.501, 2.0, 0.5)
(True, False)
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from types import MappingProxyType

BLANKS = " \t\n\r\0\v"
"""What PHP trims: a no-break space or a form feed stays, and makes a number unreadable."""

# A student's power of ten: 1.5e5, 1.5x10^5, 1.5*10**5, 1.5×10^5; a capital X or braces are not taken.
_POWER = re.compile(r"(?:[eE]|[x*×]10(?:\^|\*\*))(?=[+-]?[0-9])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?")
_PHP_NUMBER = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_PHP_INTEGERS = range(-(2**63), 2**63)

# Moodle computes this from PHP's `precision`, 14 unless a site's php.ini says otherwise.
_DIGITS = 14
_SLACK = 10.0**-_DIGITS

# A file repeats its numbers: most tolerances are the same, and an answer is read once more for each try at it.
_REMEMBERED = 1024
_LONGEST_REMEMBERED = 100

_PERCENTS = (
    ("100", 1.0),
    ("90", 0.9),
    ("83.33333", 0.8333333),
    ("80", 0.8),
    ("75", 0.75),
    ("70", 0.7),
    ("66.66667", 0.6666667),
    ("60", 0.6),
    ("50", 0.5),
    ("40", 0.4),
    ("33.33333", 0.3333333),
    ("30", 0.3),
    ("25", 0.25),
    ("20", 0.2),
    ("16.66667", 0.1666667),
    ("14.28571", 0.1428571),
    ("12.5", 0.125),
    ("11.11111", 0.1111111),
    ("10", 0.1),
    ("5", 0.05),
)
FRACTIONS = MappingProxyType(
    dict(_PERCENTS) | {"0": 0.0} | {f"-{percent}": -fraction for percent, fraction in _PERCENTS}
)
"""The percentages that Moodle takes for an answer, as a file should spell them, and the fraction it stores."""


def _bare(text: str) -> str:
    return _POWER.sub("e", text.strip(BLANKS).replace(" ", "")).replace(",", "")


def _leading_number(text: str) -> str | None:
    """Return the number at the start of a typed text, spelled for `float`; what follows it is dropped."""
    found = _NUMBER.match(_bare(text))
    return found[0] if found else None


def parse_typed(text: str) -> float | None:
    """Return the number that Moodle reads in what a student typed, or None where it reads none.

    Spaces and commas vanish wherever they stand, so `3,14` is 314; what follows the number is dropped, so `1/2` is 1
    and `5 m` is 5. Moodle warns about a comma or a rest (and asks again where feedback is immediate), but grades
    the number it read. A number too large is infinite, and within no tolerance.

    Parameters
    ----------
    text
        The typed text, as it left the browser.

    Returns
    -------
    float or None
        The value; None for an empty text and for one that does not start with a number.

    Examples
    --------
    >>> parse_typed(" 1 000.5 "), parse_typed("1e400"), parse_typed("abc")
    (1000.5, inf, None)
    """
    number = _leading_number(text)
    return None if number is None else float(number)


def is_number(text: str) -> bool:
    """Tell whether a text is a number to its end, as Moodle asks of the answers in a cloze text.

    Examples
    --------
    >>> is_number("1.5x10^5"), is_number("5 m"), is_number("")
    (True, False, False)
    """
    return _NUMBER.fullmatch(_bare(text)) is not None


def store(text: str) -> str | None:
    """Return how Moodle stores an answer or a tolerance of a file: 14 significant digits, spelled PHP's way.

    Parameters
    ----------
    text
        The number in the file, or `*`.

    Returns
    -------
    str or None
        The stored text; None where Moodle reads no number (its database then refuses the whole question).

    Examples
    --------
    >>> store("1,5"), store("0.00001"), store("9007199254740993"), store("1e400"), store("*"), store("x")
    ('15', '1.0E-5', '9007199254740993', 'INF', '*', None)
    """
    return _store(text) if len(text) <= _LONGEST_REMEMBERED else _store.__wrapped__(text)


@lru_cache(maxsize=_REMEMBERED)
def _store(text: str) -> str | None:
    if text.strip(BLANKS) == "*":
        return "*"
    number = _leading_number(text)
    if number is None:
        return None
    # A whole number that fits PHP's 64-bit integer is never rounded.
    if _INTEGER.fullmatch(number) and len(number) < 100 and int(number) in _PHP_INTEGERS:
        return str(int(number))
    value = float(number)
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return _spell(value) if value else "0"


def _spell(value: float) -> str:
    digits, mark, power = f"{value:.{_DIGITS}g}".partition("e")
    return f"{digits if '.' in digits else digits + '.0'}E{int(power):+d}" if mark else digits


def parse_stored(text: str) -> float | None:
    """Return the value that Moodle grades with, for an answer or a tolerance of a file.

    Parameters
    ----------
    text
        The number in the file.

    Returns
    -------
    float or None
        The value after rounding to 14 significant digits; None for `*`, for what is no number, and for one too large
        (a stored `INF` cannot be graded with).

    Examples
    --------
    >>> parse_stored("3.14"), parse_stored("0.30000000000000004"), parse_stored("1e400"), parse_stored("*")
    (3.14, 0.3, None, None)
    """
    return _value(store(text))


@lru_cache(maxsize=_REMEMBERED)
def _value(stored: str | None) -> float | None:
    return None if stored is None or stored == "*" or stored.endswith("INF") else float(stored)


def parse_tolerance(text: str) -> float:
    """Return the tolerance that Moodle grades with: without a sign, and 0 where it can read none.

    Examples
    --------
    >>> parse_tolerance("0.005"), parse_tolerance("-0.5"), parse_tolerance("5%"), parse_tolerance("abc")
    (0.005, 0.5, 5.0, 0.0)
    """
    return abs(parse_stored(text) or 0.0)


def interval(answer: float, tolerance: float) -> tuple[float, float]:
    """Return the least and the largest value that Moodle takes for an answer with an absolute ("nominal") tolerance.

    The interval is closed, and wider than written by 1e-14 of the larger of answer and tolerance.

    Parameters
    ----------
    answer, tolerance
        What is stored: see `parse_stored` and `parse_tolerance`.

    Examples
    --------
    >>> least, most = interval(0.3, 0.0)
    >>> least <= 0.1 + 0.2 <= most, interval(1.0, 0.5) == (0.5 - 1e-14, 1.5 + 1e-14)
    (True, True)
    """
    reach = tolerance + _SLACK * max(abs(tolerance), abs(answer), _SLACK)
    return answer - reach, answer + reach


def accepts(value: float, answer: float, tolerance: float) -> bool:
    """Tell whether Moodle takes a value for an answer: see `interval`."""
    least, most = interval(answer, tolerance)
    return least <= value <= most


def matches_fraction(value: float) -> float | None:
    """Return the fraction of Moodle's list that a fraction of a file (1 for 100 %) is taken for, or None.

    Examples
    --------
    >>> matches_fraction(1 / 3), matches_fraction(0.33333), matches_fraction(0.3333), matches_fraction(0.15)
    (0.3333333, 0.3333333, None, None)
    """
    return next((fraction for fraction in FRACTIONS.values() if abs(value - fraction) < 0.00001), None)


def php_number(text: str) -> float | None:
    """Return what PHP calculates with for an attribute or element such as `fraction`, None where it gives up.

    PHP takes the number at the start of a text ("50%" is 50, with a warning) and throws where there is none.

    Examples
    --------
    >>> php_number("33.33333"), php_number("50%"), php_number("2,5"), php_number("abc"), php_number("")
    (33.33333, 50.0, 2.0, None, None)
    """
    found = _PHP_NUMBER.match(text)
    return float(found[1]) if found else None
