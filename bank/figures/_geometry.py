"""Points, lines and curves of graphs: plain arithmetic in CSS pixels."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Places: TypeAlias = tuple[Point, ...]

STEPS = 24
"""Into how many straight lines a curve is divided."""
NARROW = math.radians(24)


def arc(a: Point, b: Point, bend: float) -> Places:
    """Return points of a quadratic Bézier curve whose middle is pulled aside by half of `bend` times its length.

    Examples
    --------
    >>> arc((0, 0), (0, 100), 0.2)[STEPS // 2]
    (-10.0, 50.0)
    """
    middle = ((a[0] + b[0]) / 2 - bend * (b[1] - a[1]), (a[1] + b[1]) / 2 + bend * (b[0] - a[0]))
    points = []
    for i in range(STEPS + 1):
        t = i / STEPS
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
        points.append(tuple(sum(w * p[axis] for w, p in zip(weights, (a, middle, b), strict=True)) for axis in (0, 1)))
    return tuple(points)  # type: ignore[arg-type]


def lines_of(path: Places) -> list[tuple[Point, Point]]:
    """Return the straight lines of a path."""
    return list(pairwise(path))


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether the inner parts of two lines cross."""
    if a in (c, d) or b in (c, d):
        return False
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def crossings(path: Places, other: Places) -> int:
    """Count how often two paths cross.

    Examples
    --------
    >>> crossings(arc((0, 0), (90, 90), 0.1), arc((0, 50), (90, 50), 0))
    1
    """
    one, two = np.array(path), np.array(other)
    return int(np.sum(_apart(one, two) & _apart(two, one).T))


def _apart(path: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each line of a path, and each line between points, whether the latter's ends lie on different sides."""
    start, along = path[:-1, None], np.diff(path, axis=0)[:, None]
    offset = points[None] - start
    side = along[..., 0] * offset[..., 1] - along[..., 1] * offset[..., 0]
    return np.asarray(side[:, :-1] * side[:, 1:] < 0)


def narrow(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether two lines leave a common end in almost the same direction."""
    for end, one in ((a, b), (b, a)):
        for other_end, other in ((c, d), (d, c)):
            if end == other_end and one != other:
                turn = math.atan2(one[1] - end[1], one[0] - end[0]) - math.atan2(other[1] - end[1], other[0] - end[0])
                return abs(math.remainder(turn, 2 * math.pi)) < NARROW
    return False


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def distance(point: Point, a: Point, b: Point) -> float:
    """Return how far a point lies from the line between two others."""
    along = (b[0] - a[0], b[1] - a[1])
    part = ((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
    part = min(max(part, 0), 1)
    return math.dist(point, (a[0] + part * along[0], a[1] + part * along[1]))
