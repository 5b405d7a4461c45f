"""Sampling: the first draws of a question that make sound and different variants."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from markscheme.bank.compiling import identity
from markscheme.bank.coverage import Estimate, estimated
from markscheme.bank.fingerprint import appearance, content
from markscheme.bank.problems import BankError, fail
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.values import PassedOver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markscheme.bank.draws import Source
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant

ENUMERATED = 10_000
"""Where the parameters have no more points than these, each is looked at once, and the search ends with the last."""

_MORE_DRAWS = 10
"""So many draws are tried for each variant that need not be found."""

_MANY = 3
"""At how many more points than these a variant was met makes no difference."""

_VAIN_WORK = 1_000_000
"""So many operations are spent on finding a first variant: what can never be met must not take hours."""


_DRAWS_PER_POINT = 60
"""After so many draws a point, each point was met but for a chance of exp(-60)."""


def furthest(question: Question, count: int, least: int | None = None) -> int:
    """Return the last draw that may be looked at to find `count` variants, of which `least` must be found.

    Of a small space only points that were not met before are solved, so its many draws are cheap.
    """
    least = count if least is None else min(least, count)
    return _DRAWS_PER_POINT * _small(question) or 1_000 + 100 * least + _MORE_DRAWS * (count - least)


def _small(question: Question) -> int:
    """Return how many points the parameters have, if these are few; else 0."""
    space = question.space()
    return space if space is not None and space <= ENUMERATED else 0


def in_target(target: Target, solved: Solved, worded: Variant) -> Variant:
    """Return a variant in a target's markup, given the one in the reference target; both have one fingerprint."""
    if target.name == REFERENCE.name:
        return worded
    return replace(solved.word(target), fingerprint=worded.fingerprint)


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
    found
        How many variants were found.
    passed
        Why draws were passed over, and how many for each reason.
    is_whole
        Whether every point of the parameters was met, so that the variants found are all that there are.
    """

    def __init__(self, question: Question, seed: int) -> None:
        self.question = question
        self.seed = seed
        self.source: Source = question.source(seed)
        self.tried = self.found = self.failed = 0
        self.is_whole = False
        self._small = _small(question)
        self._points: set[object] = set()
        self._first: dict[bytes, int] = {}
        self._again: dict[bytes, set[object]] = {}
        self.passed: Counter[str] = Counter()

    def variants(self, count: int, target: Target = REFERENCE) -> Iterator[Variant]:
        """Yield `count` variants in the order of their draws; an original comes first and counts as one.

        Where nothing is drawn there is one variant, whatever the count.

        Raises
        ------
        BankError
            If the question cannot be solved, or fewer variants exist than are asked for and the spec does not say why.
        """
        for solved, worded in self.solved(count):
            yield in_target(target, solved, worded)

    def solved(
        self, count: int, least: int | None = None, failed: Callable[[BankError], object] | None = None
    ) -> Iterator[tuple[Solved, Variant]]:
        """Yield solved draws, each with its variant in the reference target; raises what `variants` does.

        Parameters
        ----------
        least
            How many must be found, if that is less than `count`.
        failed
            Takes the error of a draw that cannot be solved, which then counts as a variant, and others follow; without
            it there are no others.
        """
        if count < 1:
            return
        least = count if least is None else min(least, count)
        for one in self._different(furthest(self.question, count, least), failed):
            if one is not None:
                yield one
            if self.found + self.failed == count:
                whole = self.question.is_single or len(self._points) == self._small > 0
                self.is_whole = whole and one is not None
                return
        if (
            self.failed
            or self.found >= least
            or (self.found and (self.question.is_single or self.question.spec.few_variants is not None))
        ):
            return  # these are all that there are
        raise self._too_few(self.found, least)

    def upto(self, last: int, failed: Callable[[BankError], object] | None = None) -> Iterator[tuple[Solved, Variant]]:
        """Yield as `solved` does the variants up to a draw: those of every export that reaches as far.

        Raises
        ------
        BankError
            If the question cannot be solved, and `failed` does not take that.
        """
        return (one for one in self._different(last, failed) if one is not None)

    def _different(
        self, last: int, failed: Callable[[BankError], object] | None
    ) -> Iterator[tuple[Solved, Variant] | None]:
        """Yield each variant up to a draw that looks like no earlier one; None for a draw that cannot be solved."""
        seen = self._first = {}
        self._again = {}
        for number in self._numbers(last):
            try:
                sound = self._sound(number)
            except BankError as error:
                if failed is None:
                    raise
                failed(error)
                self.failed += 1
                yield None
                continue
            if sound is None:
                continue
            solved, variant = sound
            look = appearance(variant)
            if look in seen:
                self.passed["it looks like an earlier draw"] += 1
                self._meet_again(look, number)
                continue
            seen[look] = number
            self.found = len(seen)
            yield solved, replace(variant, fingerprint=content(variant))

    def _numbers(self, last: int) -> Iterator[int]:
        """Yield the numbers of draws up to one, or until there is no hope of more variants."""
        if self.question.pinned is not None:
            yield 0
        skipped = {skip.draw for skip in self.question.spec.skip}
        small, points = self._small, self._points
        hopeless = max(_VAIN_WORK // max(self.question.size, 1), 100)
        for number in range(1, 1 + last):
            if not self.found and (len(points) if small else number) > (hopeless if small else min(hopeless, 1_000)):
                return
            self.tried = number
            if small:
                point = self._point(number)
                if point in points:
                    continue
                points.add(point)
            if number not in skipped:
                yield number
            if len(points) == small > 0:
                self.is_whole = True
                return

    def _sound(self, number: int) -> tuple[Solved, Variant] | None:
        """Return a draw solved and worded, or None where it makes no sound question."""
        try:
            solved = self.question.solve(self.source, self.seed, number)
            return solved, solved.word(REFERENCE)
        except PassedOver as reason:
            if number == 0:
                message = f"the original is no sound question: {reason}"
                hint = "an original must keep the question's own requirements"
                place, variant = self.question.spec.keys["original"], self.question.variant_id(self.seed, 0)
                raise fail(place, "E521", message, hint, variant) from None
            self.passed[str(reason)] += 1
            return None

    def _point(self, number: int) -> object:
        """Return what tells the parameters of a draw from those of others; 0 is the original's."""
        pinned = self.question.pinned if number == 0 else None
        values = self.question.parameter_values(self.source.draw(number)) if pinned is None else pinned
        return identity(tuple(values[name] for name, _ in self.question.parameters))

    def _meet_again(self, look: bytes, number: int) -> None:
        """Keep that a variant was met at another point; that there are more than two is all that counts."""
        first = self._first[look]
        points = self._again.setdefault(look, {self._point(first)})
        if len(points) < _MANY:
            points.add(self._point(number))

    def estimate(self) -> Estimate | None:
        """Return how many variants there are, judged by the draws so far; None where that cannot be told.

        An original is a variant, and no draw; but it counts where a draw at another point looks like it.
        """
        space = self.question.space()
        if space is None or not self.tried or not self.found:
            return None
        points = len(self._points) if self._small else -space * math.expm1(self.tried * math.log1p(-1 / space))
        met = Counter(len(self._again.get(look, (first,) if first else ())) for look, first in self._first.items())
        drawn = estimated((met[1], met[2], met[_MANY]), points, space)
        return replace(drawn, number=max(drawn.number, self.found))

    def _too_few(self, found: int, count: int) -> BankError:
        message = (
            f"{found} distinct variant{'s' * (found != 1)} found in {self.tried:,} draw{'s' * (self.tried != 1)}; "
            f"{count:,} {'is' if count == 1 else 'are'} asked for"
        )
        space = self.question.space()
        hints = [f"the parameters have {space:,} point{'s' * (space != 1)} in all"] if space else []
        hints += [f"{times:,} passed over: {reason}" for reason, times in self.passed.most_common(3)]
        return fail(self.question.spec.place, "E522", message, "; ".join(hints) or "ask for fewer")


def first_variants(questions: Iterable[Question], seed: int) -> Iterator[tuple[Solved, Variant]]:
    """Yield the first variant of each question with its draw, without questions that have none."""
    for question in questions:
        with suppress(BankError):
            yield from Sampler(question, seed).solved(1)
