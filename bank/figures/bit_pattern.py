"""Patterns of zeros and ones: rows of squares, filled where 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.figures import FIGURES, FigureKind
from markscheme.bank.figures._words import repeat

if TYPE_CHECKING:
    from markscheme.bank.figures._canvas import Canvas
    from markscheme.bank.values import Value

LONGEST = 32
MARGIN, LABEL, GAP = 8, 26, 12
FILLED = 0.25


def check(first: Value, second: Value = None) -> tuple[Value, ...]:
    """Check one pattern, or two of the same length."""
    patterns = tuple(
        _pattern(value, which) for value, which in ((first, "first"), (second, "second")) if value is not None
    )
    lengths = [len(pattern) for pattern in patterns]
    if len(set(lengths)) > 1:
        raise ValueError(f"the two patterns must be of the same length, not of {lengths[0]} and {lengths[1]} digits")
    return patterns


def _pattern(value: Value, which: str) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        raise ValueError(f"the {which} pattern must be a vector of 0 and 1, not {repeat(value)}")
    for digit in value:
        if digit not in (0, 1):
            raise ValueError(f"the {which} pattern must hold only 0 and 1, not {repeat(digit)}")
    if not 1 <= len(value) <= LONGEST:
        raise ValueError(f"the {which} pattern must have from 1 to {LONGEST} digits, not {len(value)}")
    return value


def _side(pattern: tuple[int, ...]) -> int:
    return 32 if len(pattern) <= 16 else 20


def size(*patterns: tuple[int, ...]) -> tuple[int, int]:
    """Return width and height."""
    side = _side(patterns[0])
    rows = len(patterns)
    return 2 * MARGIN + LABEL + side * len(patterns[0]), 2 * MARGIN + side * rows + GAP * (rows - 1)


def describe(*patterns: tuple[int, ...]) -> str:
    """Spell the digits of each row."""
    length = len(patterns[0])
    rows = "Two rows" if len(patterns) == 2 else "A row"
    squares = f"{length} square{'s' * (length > 1)}, filled where 1 and empty where 0."
    digits = [f"{label}: {' '.join(map(str, pattern))}." for label, pattern in zip("AB", patterns, strict=False)]
    return " ".join([f"{rows} of {squares}", *digits])


def draw(*patterns: tuple[int, ...]) -> bytes:
    """Draw the rows, each behind its letter."""
    from markscheme.bank.figures._canvas import paint  # noqa: PLC0415 - only to draw

    def painter(canvas: Canvas) -> None:
        for row, (label, pattern) in enumerate(zip("AB", patterns, strict=False)):
            _draw_row(canvas, MARGIN + row * (_side(pattern) + GAP), label, pattern)

    return paint(size(*patterns), painter)


def _draw_row(canvas: Canvas, top: int, label: str, pattern: tuple[int, ...]) -> None:
    side = _side(pattern)
    middle, letters = top + side / 2, 15 if side > 24 else 12
    canvas.words((MARGIN, middle), label, size=16, align="left")
    for i, digit in enumerate(pattern):
        left = MARGIN + LABEL + i * side
        corners = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
        canvas.polygon(corners, fill=FILLED if digit else 1, edge=0)
        # Without outlines of their own, neighbouring filled squares would be one bar.
        if digit:
            inner = [(x + (1.5 if x == left else -1.5), y + (1.5 if y == top else -1.5)) for x, y in corners]
            canvas.line([*inner, inner[0]], weight=1, shade=1)
        canvas.words((left + side / 2, middle), str(digit), size=letters, shade=1 if digit else 0)


FIGURES.add("bit_pattern", FigureKind(check=check, size=size, describe=describe, draw=draw))
