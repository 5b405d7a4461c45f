"""Wording that the figure kinds share: numbers, and arguments as messages repeat them."""

from __future__ import annotations

from markscheme.bank.numbers import word
from markscheme.bank.yaml_text import shown


def repeat(value: object) -> str:
    """Return an argument as a message repeats it, cut short where it is long.

    Examples
    --------
    >>> repeat("step"), repeat((1, 2))
    ("'step'", '(1, 2)')
    """
    # A long text is cut before its quotes are added, so that it keeps both.
    return f"'{shown(value)}'" if isinstance(value, str) else shown(repr(value))


def number(value: float, minus: str = "-") -> str:
    """Write a number.

    Parameters
    ----------
    minus
        The sign before a negative one: words take a hyphen, pictures the sign itself.

    Examples
    --------
    >>> number(-0.8), number(-4, "−")
    ('-0.8', '−4')
    """
    return word(value).replace("-", minus)


def point(x: float, y: float, minus: str = "-") -> str:
    """Write the coordinates of a point.

    Examples
    --------
    >>> point(-4, -0.8)
    '(-4, -0.8)'
    """
    return f"({number(x, minus)}, {number(y, minus)})"


def series(parts: list[str], nothing: str = "") -> str:
    """Join parts as a sentence lists them.

    Examples
    --------
    >>> series(["a", "b", "c"])
    'a, b and c'
    """
    if not parts:
        return nothing
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]
