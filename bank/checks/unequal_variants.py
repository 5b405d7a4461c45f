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
    from collections.abc import Iterator, Sequence

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


@CHECKS.register("unequal-variants")
class UnequalVariants(Check):
    """Compares the sizes of answers."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.answers: dict[str, list[_Answer]] = {}

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - the keys are enough
        """Measure the keys."""
        for response in variant.responses:
            if isinstance(response, NumericResponse):
                accepted = [entry.accepted for entry in response.entries]
                self.answers.setdefault(response.slot, []).append(
                    _Answer(
                        entries=len(accepted),
                        digits=max(map(digits, accepted)),
                        largest=max(abs(number.key) for number in accepted),
                        variant=variant.id,
                    )
                )

    def statements(self) -> Iterator[str]:
        """Say how large the answers are."""
        for slot, answers in self.answers.items():
            sizes = sorted(answer.largest for answer in answers)
            lengths = _range([answer.digits for answer in answers], "digit")
            counts = [answer.entries for answer in answers]
            several = f"{_range(counts, 'number')} of at most " if max(counts) > 1 else ""
            most = plain(sizes[0]) if sizes[0] == sizes[-1] else f"{plain(sizes[0])} to {plain(sizes[-1])}"
            yield f"'{slot}', size of the answers: {several}{most} ({lengths})"

    def cautions(self) -> Iterator[Problem]:
        """Point out answers that are much larger than others."""
        for slot, answers in self.answers.items():
            slip = _spread(answers)
            if slip:
                place = self.question.place_of(slot)
                hint = "narrow the parameters, or add a requirement"
                yield Problem(place=place, code="C410", message=f"'{slot}' is not equally hard: {slip}", hint=hint)


def _spread(answers: Sequence[_Answer]) -> str:
    """Return how far variants lie apart, in words; empty if they are alike."""
    easy, hard = min(answers, key=lambda one: one.digits), max(answers, key=lambda one: one.digits)
    if hard.digits - easy.digits >= MOST_DIGITS:
        return f"{easy.digits} digits in {easy.variant}, {hard.digits} in {hard.variant}"
    easy, hard = min(answers, key=lambda one: one.entries), max(answers, key=lambda one: one.entries)
    if hard.entries >= MOST_ENTRIES * easy.entries:
        return f"{easy.entries} numbers in {easy.variant}, {hard.entries} in {hard.variant}"
    sized = [answer for answer in answers if answer.largest]
    if sized:
        easy, hard = min(sized, key=lambda one: one.largest), max(sized, key=lambda one: one.largest)
        if hard.largest >= MOST_TIMES * easy.largest:
            return f"{plain(easy.largest)} in {easy.variant}, {plain(hard.largest)} in {hard.variant}"
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


def _range(numbers: Sequence[int], what: str) -> str:
    least, most = min(numbers), max(numbers)
    return f"{least if least == most else f'{least} to {most}'} {what}{'s' * (most > 1)}"
