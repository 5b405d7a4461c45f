"""Published variants of a question drawn again by their ids, and why one of them is none any more."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from markscheme.bank.problems import BankError
from markscheme.bank.sampling import furthest
from markscheme.bank.values import PassedOver

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from markscheme.bank.question import Question, Solved

_OTHER_DRAWS = 1_000
_OTHER_DRAWS_PER_VARIANT = 10
_DRAWS_IN_VAIN = 10_000
"""So many draws are followed beyond those that the variants there are may have taken."""


class NoVariantError(Exception):
    """Raised for a draw that is no variant any more; says why."""


@contextmanager
def no_variant() -> Iterator[None]:
    """Turn what a draw raises that is no sound question into a reason.

    Raises
    ------
    NoVariantError
        In its place.
    """
    try:
        yield
    except PassedOver as reason:
        raise NoVariantError(f"the draw is passed over: {reason}") from None
    except BankError as error:
        first = error.problems[0]
        raise NoVariantError(f"it cannot be worked out: {first.place}: {first.code} {first.message}") from None


def redraw(question: Question, seed: int, draw: int) -> Solved:
    """Return a draw, solved.

    Raises
    ------
    NoVariantError
        If it is no variant any more.
    """
    skipped = next((skip for skip in question.spec.skip if skip.draw == draw), None)
    if skipped is not None:
        raise NoVariantError(f"the spec skips the draw: {' '.join(skipped.reason.text.split())}")
    if draw == 0 and question.pinned is None:
        raise NoVariantError("the question has no original")
    with no_variant():
        return question.solve(question.source(seed), seed, draw)


def followed(question: Question, seeds: Mapping[int, Collection[int]], asked: int = 0) -> dict[int, int]:
    """Return up to which draw each seed is followed, those left out that would take too long.

    To know which variants an export has, every draw of its seed must be solved up to the highest one that is named. Who
    names thousands of seeds, or a draw in the millions, made no export: beside the seed that has most, others are
    followed as far as they come cheap.

    Parameters
    ----------
    seeds
        The draws that are named, by their seeds.
    asked
        How many variants were asked for, if that is known; otherwise as many as there are draws.
    """
    if not seeds:
        return {}
    first, *others = sorted(seeds, key=lambda seed: -len(seeds[seed]))
    last = _reach(question, seeds[first], asked)
    found = {first: last} if last <= furthest(question, len(seeds[first])) + _DRAWS_IN_VAIN else {}
    room = _OTHER_DRAWS + _OTHER_DRAWS_PER_VARIANT * sum(len(seeds[seed]) for seed in others)
    for seed in others:
        last = _reach(question, seeds[seed], asked)
        room -= last
        if room >= 0:
            found[seed] = last
    return found


def _reach(question: Question, draws: Collection[int], asked: int) -> int:
    """Return the highest of some draws that an export of so many variants may reach; 0 if there is none."""
    bound = furthest(question, max(asked, len(draws)))
    return max((draw for draw in draws if draw <= bound), default=0)
