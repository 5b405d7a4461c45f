"""C408: who answers at random earns little.

The check states the part of a question's marks that somebody earns on average who knows nothing and picks from what is
offered: one option of a choice, the most profitable number of ticks, any choice for each prompt, any order. Numbers,
typed texts and essays earn nothing that way. A question of which more than half can be had so is pointed out: offer
more options, ask for a reason, or give it few marks.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.checks import CHECKS, Check
from markscheme.bank.numbers import plain
from markscheme.bank.problems import Problem
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Response, Variant

MOST = Fraction(1, 2)


@CHECKS.register("guessing")
class Guessing(Check):
    """Works out what a random guesser earns."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.seen = 0
        self.earned = Fraction(0)

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - what is offered is enough
        """Add up what guesses earn."""
        self.seen += 1
        self.earned += guessed(variant)

    @property
    def share(self) -> Fraction:
        """The part of the marks that guesses earn, over all variants."""
        return self.earned / self.seen if self.seen else Fraction(0)

    def statements(self) -> Iterator[str]:
        """Say what a guesser earns, where that is anything."""
        if self.earned:
            marks = self.question.spec.marks
            earned = float(self.share) * float(marks)
            yield f"a random guesser earns {earned:.2g} of {plain(marks)} marks ({float(self.share):.0%})"

    def cautions(self) -> Iterator[Problem]:
        """Point out what a guesser earns too much at."""
        if self.share > MOST:
            message = f"a random guesser earns {float(self.share):.0%} of the marks"
            yield Problem(place=self.question.spec.place, code="C408", message=message, hint="offer more options")


def guessed(variant: Variant) -> Fraction:
    """Return the part of a variant's marks that a random guesser earns on average."""
    total = sum((response.marks for response in variant.responses), Fraction(0))
    return sum((_share(response) * response.marks for response in variant.responses), Fraction(0)) / total


def _share(response: Response) -> Fraction:
    match response:
        case NumericResponse() | TextResponse() | EssayResponse():
            return Fraction(0)
        case ChoiceResponse(options=options):
            return max(sum((option.credit for option in options), Fraction(0)) / len(options), Fraction(0))
        case SelectionResponse(options=options):
            return of_ticks(len(options), sum(option.right for option in options))
        case MatchResponse(choices=choices):
            return Fraction(1, len(choices))
        case OrderResponse(items=items):
            return Fraction(1, len(items))  # a random order has one item in its place, on average
        case _:
            assert_never(response)


@lru_cache(maxsize=256)
def of_ticks(count: int, right: int) -> Fraction:
    """Return the most that random ticks earn on average, of so many options of which so many are right.

    Each right tick earns a share and each wrong one costs a share; nobody earns less than nothing.

    Examples
    --------
    >>> of_ticks(2, 1), of_ticks(4, 4), of_ticks(5, 2)
    (Fraction(1, 2), Fraction(1, 1), Fraction(1, 5))
    """
    every = ((_of_ticks(count, right, ticked), ticked) for ticked in range(1, count + 1))
    return max(every)[0]


def _of_ticks(count: int, right: int, ticked: int) -> Fraction:
    hits = range(max(0, ticked - (count - right)), min(ticked, right) + 1)
    ways = (comb(right, hit) * comb(count - right, ticked - hit) * max(2 * hit - ticked, 0) for hit in hits)
    return Fraction(sum(ways), comb(count, ticked) * right)
