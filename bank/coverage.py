"""Coverage: how many variants a question has, judged by the draws that were looked at.

Points of the parameters are drawn; some make no sound question, and several may make the same variant. What the part of
the points that was not looked at holds is estimated from how many variants were met at one point and how many at two,
by Chao and Lin's formula for draws without replacement (2012, Biometrics 68, equation 5). Where no variant was met
twice this is the share of sound points times their number, and where all points were looked at it is a count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how many variants there are, or how many at least."""

    number: float
    is_least: bool = False


def estimated(met: tuple[int, int, int], points: float, space: int) -> Estimate:
    """Return how many variants there are; where they have many points each, a bound.

    Parameters
    ----------
    met
        How many variants were met at one point, at two, and at more.
    points
        How many different points were looked at, sound or not.
    space
        How many points there are.

    Examples
    --------
    >>> estimated((10, 0, 0), 9000, 9000)
    Estimate(number=10, is_least=False)
    >>> estimated((40, 0, 0), 50, 1_000_000)
    Estimate(number=800000.0, is_least=False)
    >>> estimated((250, 125, 0), 500, 1_000)
    Estimate(number=500.0, is_least=False)
    >>> estimated((48, 1, 0), 50, 1_000_000)
    Estimate(number=279.3..., is_least=True)
    """
    found = sum(met)
    once, twice, _ = met
    if points >= space or not once:
        return Estimate(found)
    left = points / (space - points) * once
    # Most depends on the variants that were met again. They are more than an even spread would bring, if some variants
    # have more points than others, and they are a count of chance events: three standard deviations are allowed for.
    again = found - once
    is_least = 2 * again > left
    most = again + 3 * math.sqrt(again) + 1 if is_least else twice
    number = found + once**2 / (2 * most + left)
    return Estimate(min(number, float(space)), is_least)
