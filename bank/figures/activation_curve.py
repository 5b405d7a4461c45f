"""The curve of an activation function, which the student is to recognise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from markscheme.bank.figures import FIGURES, FigureKind
from markscheme.bank.figures._words import number, point, repeat, series

if TYPE_CHECKING:
    from collections.abc import Callable

    from markscheme.bank.figures._canvas import Canvas, Point
    from markscheme.bank.values import Value

LARGEST_LIMIT = 10
LEFT, TOP, SIDE, BELOW = 38, 30, 368, 30
"""The plot's place and side, and what is left for the numbers below it."""
BEYOND = 0.6  # how far the curve goes on behind the last whole number

_WITH_SLOPE, _WITH_LIMIT = "leaky_relu", "hard_tanh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point of the curve that is shown with its coordinates.

    Attributes
    ----------
    offset
        Where the words stand, in CSS pixels from the point.
    """

    x: float
    y: float
    offset: Point
    align: Literal["left", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Straight pieces.

    Attributes
    ----------
    pieces
        From left to right: where one begins and ends (minus and plus infinity for the outer ones), slope, intercept
        and the words for where it holds.
    jump
        Where the curve jumps: x, the value it has not, and the value it has.
    """

    pieces: tuple[tuple[float, float, float, float, str], ...]
    marks: tuple[Mark, ...]
    reach: int = 4
    jump: tuple[float, float, float] | None = None

    @property
    def edge(self) -> float:
        """How far the plot goes on all four sides."""
        return self.reach + BEYOND


def _bent_at_zero(slope: float, right: float, mark: Mark) -> Curve:
    pieces = ((-math.inf, 0, slope, 0, "x < 0"), (0, math.inf, right, 0, "x >= 0"))
    return Curve(pieces=pieces, marks=(mark, Mark(x=4, y=4, offset=(-9, -4), align="right")))


def _relu(_: float) -> Curve:
    return _bent_at_zero(0, 1, Mark(x=-4, y=0, offset=(2, -15), align="left"))


def _leaky_relu(slope: float) -> Curve:
    return _bent_at_zero(slope, 1, Mark(x=-4, y=round(-4 * slope, 6), offset=(7, 15), align="left"))


def _abs(_: float) -> Curve:
    return _bent_at_zero(-1, 1, Mark(x=-4, y=4, offset=(9, -4), align="left"))


def _hard_tanh(limit: float) -> Curve:
    ends = number(limit)
    pieces = (
        (-math.inf, -limit, 0, -limit, f"x < -{ends}"),
        (-limit, limit, 1, 0, f"-{ends} <= x <= {ends}"),
        (limit, math.inf, 0, limit, f"x > {ends}"),
    )
    if limit < 2.5:  # words on the outer side, where there is room for them
        low = Mark(x=-limit, y=-limit, offset=(-2, 15), align="right")
        high = Mark(x=limit, y=limit, offset=(2, -15), align="left")
    else:
        low = Mark(x=-limit, y=-limit, offset=(9, 4), align="left")
        high = Mark(x=limit, y=limit, offset=(-9, -4), align="right")
    return Curve(pieces=pieces, marks=(low, high), reach=max(4, math.ceil(limit) + 1))


def _step(_: float) -> Curve:
    pieces = ((-math.inf, 0, 0, 0, "x < 0"), (0, math.inf, 0, 1, "x >= 0"))
    return Curve(pieces=pieces, marks=(Mark(x=0, y=1, offset=(-9, -4), align="right"),), jump=(0, 0, 1))


CURVES: dict[str, Callable[[float], Curve]] = {
    "abs": _abs,
    "hard_tanh": _hard_tanh,
    "leaky_relu": _leaky_relu,
    "relu": _relu,
    "step": _step,
}


def check(name: Value, parameter: Value = None) -> tuple[Value, ...]:
    """Check a name and, where it needs one, its slope or limit; of the others the second argument is dropped."""
    if not isinstance(name, str) or name not in CURVES:
        near = get_close_matches(str(name)[:30], CURVES, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(CURVES)}"
        raise ValueError(f"there is no activation curve {repeat(name)} ({hint})")
    if name == _WITH_SLOPE:
        return name, _parameter(parameter, f"the slope of '{name}'", 1, 2)
    if name == _WITH_LIMIT:
        return name, _parameter(parameter, f"the limit of '{name}'", LARGEST_LIMIT, 1)
    return (name,)


def _parameter(value: Value, what: str, largest: int, decimals: int) -> float:
    if value is None:
        raise ValueError(f"{what} is missing")
    if not isinstance(value, (int, float)) or not (0 < value < largest or 1 < value == largest):
        bound = f"at most {largest}" if largest > 1 else "below 1"
        raise ValueError(f"{what} must be above 0 and {bound}, not {repeat(value)}")
    if value != round(value, decimals):
        most = f"{decimals} decimal{'s' * (decimals > 1)}"
        raise ValueError(f"{what} must have at most {most} to be read off a curve, not {repeat(value)}")
    return value


def _curve(name: str, parameter: float = 0) -> Curve:
    return CURVES[name](parameter)


def size(name: str, parameter: float = 0) -> tuple[int, int]:  # noqa: ARG001 - every curve has the same
    """Return width and height."""
    return LEFT + SIDE + 28, TOP + SIDE + BELOW


def describe(name: str, parameter: float = 0) -> str:
    """Tell the straight pieces and some points; the name is what the student is to find."""
    curve = _curve(name, parameter)
    pieces = [f"f(x) = {_line(slope, start)} for {where}" for _, _, slope, start, where in curve.pieces]
    reach = curve.reach
    ends = [(x, _value(curve, x)) for x in (-reach, 0, reach)]
    through = sorted({*ends, *((mark.x, mark.y) for mark in curve.marks)})
    jump = ""
    if curve.jump:
        x, before, after = curve.jump
        dots = f"an empty dot at {point(x, before)} and a full one at {point(x, after)}"
        jump = f"; it jumps at x = {number(x)}, with {dots}"
    points = ", ".join(point(*pair) for pair in through)
    return f"Graph of f(x) for x from -{reach} to {reach}: {series(pieces)}{jump}; through {points}."


def _line(slope: float, start: float) -> str:
    if slope == 0:
        return number(start)
    sign = "-" if slope < 0 else ""
    return f"{sign}x" if abs(slope) == 1 else f"{number(slope)} x"


def _value(curve: Curve, x: float) -> float:
    # The last piece that reaches x: where two meet at a jump, the right one is closed.
    slope, start = next((a, b) for low, _, a, b, _ in reversed(curve.pieces) if low <= x)
    return round(slope * x + start, 6)


def draw(name: str, parameter: float = 0) -> bytes:
    """Draw grid, axes and curve."""
    from markscheme.bank.figures._canvas import paint  # noqa: PLC0415 - only to draw

    curve = _curve(name, parameter)

    def painter(canvas: Canvas) -> None:
        _draw_grid(canvas, curve)
        _draw_axes(canvas, curve)
        _draw_curve(canvas, curve)

    return paint(size(name, parameter), painter)


def _place(curve: Curve, x: float, y: float) -> Point:
    unit = SIDE / (2 * curve.edge)
    return LEFT + (x + curve.edge) * unit, TOP + (curve.edge - y) * unit


def _draw_grid(canvas: Canvas, curve: Curve) -> None:
    edge, every = curve.edge, 1 if curve.reach <= 6 else 2
    for i in range(-curve.reach, curve.reach + 1):
        canvas.line([_place(curve, i, -edge), _place(curve, i, edge)], weight=1, shade=0.8)
        canvas.line([_place(curve, -edge, i), _place(curve, edge, i)], weight=1, shade=0.8)
    for i in range(-curve.reach, curve.reach + 1):
        if i % every == 0:
            x, y = _place(curve, i, i)
            canvas.words((x, TOP + SIDE + 12), number(i, "−"), size=13)
            canvas.words((LEFT - 8, y), number(i, "−"), size=13, align="right")


def _draw_axes(canvas: Canvas, curve: Curve) -> None:
    x, y = _place(curve, 0, 0)
    right, top = LEFT + SIDE, TOP
    canvas.line([(LEFT, y), (right + 2, y)], weight=1.25, shade=0.3)
    canvas.line([(x, TOP + SIDE), (x, top - 2)], weight=1.25, shade=0.3)
    canvas.polygon([(right + 8, y), (right, y - 4), (right, y + 4)], fill=0.3, weight=0)
    canvas.polygon([(x, top - 8), (x - 4, top), (x + 4, top)], fill=0.3, weight=0)
    canvas.words((right + 18, y), "$x$", size=15)
    canvas.words((x, top - 19), "$f(x)$", size=15)


def _draw_curve(canvas: Canvas, curve: Curve) -> None:
    for low, high, slope, start, _ in curve.pieces:
        ends = [max(low, -curve.edge), min(high, curve.edge)]
        canvas.line([_place(curve, x, slope * x + start) for x in ends], weight=3)
    if curve.jump:
        x, before, _ = curve.jump
        canvas.circle(_place(curve, x, before), 5, fill=1, weight=2)
    for mark in curve.marks:
        x, y = _place(curve, mark.x, mark.y)
        canvas.circle((x, y), 5 if curve.jump else 4, fill=0, weight=2 if curve.jump else 1)
        place = x + mark.offset[0], y + mark.offset[1]
        canvas.label(place, point(mark.x, mark.y, "−"), mark.align)


FIGURES.add("activation_curve", FigureKind(check=check, size=size, describe=describe, draw=draw))
