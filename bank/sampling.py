"""Sampling: the first draws of a question that make sound and different variants."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from markscheme.bank.fingerprint import appearance, content
from markscheme.bank.problems import BankError, fail
from markscheme.bank.text.html import Html
from markscheme.bank.values import PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.draws import Source
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant

REFERENCE = Html()
"""The target in which variants are told apart, whatever they are exported to."""

SMALL_SPACE = 10_000


class Sampler:
    """Draws the variants of a question.

    Parameters
    ----------
    question
        The question.
    seed
        The seed of its draws.

    Attributes
    ----------
    tried
        How many draws were looked at.
    passed
        Why draws were passed over, and how many for each reason.
    """

    def __init__(self, question: Question, seed: int) -> None:
        self.question = question
        self.seed = seed
        self.source: Source = question.source(seed)
        self.tried = 0
        self.passed: Counter[str] = Counter()

    def variants(self, count: int, target: Target = REFERENCE) -> Iterator[Variant]:
        """Yield `count` variants in the order of their draws; an original comes first and counts as one.

        Raises
        ------
        BankError
            If the question cannot be solved, or fewer variants exist than are asked for.
        """
        for solved, worded in self.solved(count):
            yield (
                worded
                if target.name == REFERENCE.name
                else replace(solved.word(target), fingerprint=worded.fingerprint)
            )

    def solved(self, count: int) -> Iterator[tuple[Solved, Variant]]:
        """Yield solved draws, each with its variant in the reference target."""
        seen: set[bytes] = set()
        found = 0
        for number in self._numbers(count):
            if found == count:
                return
            solved = self._solve(number)
            if solved is None:
                continue
            variant = solved.word(REFERENCE)
            look = appearance(variant)
            if look in seen:
                self.passed["it looks like an earlier draw"] += 1
                continue
            seen.add(look)
            found += 1
            yield solved, replace(variant, fingerprint=content(variant))
        if found < count:
            raise self._too_few(found, count)

    def _numbers(self, count: int) -> Iterator[int]:
        """Yield the numbers of draws until there is no hope of more variants."""
        if self.question.pinned is not None:
            yield 0
        skipped = {skip.draw for skip in self.question.spec.skip}
        space = self.question.space()
        small = space is not None and space <= SMALL_SPACE
        points: set[str] = set()
        for number in range(1, 60 * SMALL_SPACE if small else 1_001 + 100 * count):
            self.tried = number
            if number not in skipped:
                yield number
            if small:
                points.add(self._point(number))
                if len(points) == space:
                    return

    def _solve(self, number: int) -> Solved | None:
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                return self.question.solve(self.source, self.seed, number)
        except PassedOver as reason:
            if number == 0:
                place = self.question.spec.original[0].place
                hint = "an original must keep the question's own requirements"
                raise fail(place, "E521", f"the original is no sound question: {reason}", hint) from None
            self.passed[str(reason)] += 1
            return None

    def _point(self, number: int) -> str:
        """Return what tells the parameters of a draw from those of others."""
        return repr(self.question.parameter_values(self.source.draw(number)))

    def _too_few(self, found: int, count: int) -> BankError:
        reasons = "; ".join(f"{reason}: {times}" for reason, times in self.passed.most_common(3))
        message = f"{found} distinct variants found in {self.tried:,} draws; {count} are asked for"
        hint = f"passed over: {reasons}" if reasons else "ask for fewer, or widen the parameters"
        return fail(self.question.spec.place, "E522", message, hint)
