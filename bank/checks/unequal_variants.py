"""C410: the variants of a question are alike in difficulty.

The check states, for each slot of numbers, from what to what its answers range, how many digits they have and how many
numbers are to be typed. Variants are pointed out of which one asks for five digits more than another, for a number a
hundred thousand times as large, or for four times as many numbers: narrow the parameters, or add a requirement.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from markscheme.bank.checks import CHECKS, Check
from markscheme.bank.numbers import Accepted, plain
from markscheme.bank.problems import Problem
from markscheme.bank.variants import NumericResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant

MOST_DIGITS = 5
MOST_TIMES = 100_000
MOST_ENTRIES = 4
_WIDE = Context(prec=700)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a variant asks for in a slot: how many numbers, how many digits the longest has, the largest."""

    entries: int
    digits: int
    largest: Decimal
    variant: str


class _Range:
    """The least and the greatest of the answers that were seen, by some measure; of equal ones the first."""

    def __init__(self, measure: Callable[[_Answer], Decimal | int], first: _Answer) -> None:
        self.measure = measure
        self.easy = self.hard = first

    def see(self, answer: _Answer) -> None:
        if self.measure(answer) < self.measure(self.easy):
            self.easy = answer
        if self.measure(answer) > self.measure(self.hard):
            self.hard = answer


class _Ranges:
    """How far the answers of a slot lie apart: no more is kept of very many."""

    def __init__(self, first: _Answer) -> None:
        self.digits = _Range(lambda one: one.digits, first)
        self.entries = _Range(lambda one: one.entries, first)
        self.sizes = _Range(lambda one: one.largest, first)
        self.least: _Answer | None = None
        """The least that is not zero."""

    def see(self, answer: _Answer) -> None:
        for one in (self.digits, self.entries, self.sizes):
            one.see(answer)
        if answer.largest and (self.least is None or answer.largest < self.least.largest):
            self.least = answer


@CHECKS.register("unequal-variants")
class UnequalVariants(Check):
    """Compares the sizes of answers."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.answers: dict[str, _Ranges] = {}

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - the keys are enough
        """Measure the keys."""
        for response in variant.responses:
            if isinstance(response, NumericResponse):
                accepted = [entry.accepted for entry in response.entries]
                answer = _Answer(
                    entries=len(accepted),
                    digits=max(map(digits, accepted)),
                    largest=max(abs(number.key) for number in accepted),
                    variant=variant.id,
                )
                if response.slot not in self.answers:
                    self.answers[response.slot] = _Ranges(answer)
                self.answers[response.slot].see(answer)

    def statements(self) -> Iterator[str]:
        """Say how large the answers are."""
        for slot, answers in self.answers.items():
            least, largest = answers.sizes.easy.largest, answers.sizes.hard.largest
            lengths = _said(answers.digits.easy.digits, answers.digits.hard.digits, "digit")
            fewest, count = answers.entries.easy.entries, answers.entries.hard.entries
            several = f"{_said(fewest, count, 'number')} of at most " if count > 1 else ""
            most = plain(least) if least == largest else f"{plain(least)} to {plain(largest)}"
            yield f"'{slot}', size of the answers: {several}{most} ({lengths})"

    def cautions(self) -> Iterator[Problem]:
        """Point out answers that are much larger than others."""
        for slot, answers in self.answers.items():
            slip = _spread(answers)
            if slip:
                place = self.question.place_of(slot)
                hint = "narrow the parameters, or add a requirement"
                yield Problem(place=place, code="C410", message=f"'{slot}' is not equally hard: {slip}", hint=hint)


def _spread(answers: _Ranges) -> str:
    """Return how far variants lie apart, in words; empty if they are alike."""
    easy, hard = answers.digits.easy, answers.digits.hard
    if hard.digits - easy.digits >= MOST_DIGITS:
        return f"{easy.digits} digits in {easy.variant}, {hard.digits} in {hard.variant}"
    easy, hard = answers.entries.easy, answers.entries.hard
    if hard.entries >= MOST_ENTRIES * easy.entries:
        return f"{easy.entries} numbers in {easy.variant}, {hard.entries} in {hard.variant}"
    least, hard = answers.least, answers.sizes.hard
    if least is not None and hard.largest >= MOST_TIMES * least.largest:
        return f"{plain(least.largest)} in {least.variant}, {plain(hard.largest)} in {hard.variant}"
    return ""


def digits(number: Accepted) -> int:
    """Return how many digits there are to type for a number to be accepted, without zeros in front.

    Examples
    --------
    >>> from decimal import Decimal
    >>> digits(Accepted(Decimal(-1200), Decimal(0))), digits(Accepted(Decimal("0.0251234"), Decimal("0.0005")))
    (4, 2)
    """
    key = number.key
    if number.half:
        key = key.quantize(Decimal(1).scaleb(number.half.adjusted() + 1), context=_WIDE)
    return max(len(plain(abs(key)).replace(".", "").lstrip("0")), 1)


def _said(least: int, most: int, what: str) -> str:
    return f"{least if least == most else f'{least} to {most}'} {what}{'s' * (most > 1)}"
