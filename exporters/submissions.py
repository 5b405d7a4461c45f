"""Submissions: what a student may hand in, and what it must earn by the author's word.

Each response makes its own right, wrong and malformed answers. The marks expected here follow from the variant
alone, in exact arithmetic; an LMS's rules are no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.variants import ChoiceResponse, Entry, NumericResponse, Response, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Answer: TypeAlias = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An answer to every field of a question.

    Attributes
    ----------
    label
        What it is, for reports.
    answers
        One for each field: a text for a number, an index for a choice, None for nothing.
    fraction
        The part of the marks that it must earn.
    feedback
        The markup that the student must read at each field; None where that does not matter.
    """

    label: str
    answers: tuple[Answer, ...]
    fraction: Fraction
    feedback: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """An answer to one response."""

    label: str
    answers: tuple[Answer, ...]
    shares: tuple[Fraction, ...]
    feedback: tuple[str | None, ...]


def submissions(variant: Variant) -> Iterator[Submission]:
    """Yield what students may hand in: the key, and for each response whatever else there is, the rest being right."""
    keys = [next(_parts(response)) for response in variant.responses]
    yield _joined("the key", keys, variant)
    for index, response in enumerate(variant.responses):
        parts = _parts(response)
        next(parts)
        for part in parts:
            label = f"{part.label} in '{response.slot}'"
            yield _joined(label, [*keys[:index], part, *keys[index + 1 :]], variant)


def _joined(label: str, parts: Sequence[_Part], variant: Variant) -> Submission:
    earned = Fraction(0)
    for part, response in zip(parts, variant.responses, strict=True):
        earned += response.marks * sum(part.shares) / len(part.shares)
    total = sum(response.marks for response in variant.responses)
    return Submission(
        label=label,
        answers=tuple(answer for part in parts for answer in part.answers),
        fraction=earned / total,
        feedback=tuple(feedback for part in parts for feedback in part.feedback),
    )


def _parts(response: Response) -> Iterator[_Part]:
    """Yield answers to one response, the right one first."""
    match response:
        case NumericResponse():
            yield from _numeric(response)
        case ChoiceResponse():
            yield from _choice(response)
        case _:
            assert_never(response)


def _numeric(response: NumericResponse) -> Iterator[_Part]:
    accepted = [entry.accepted for entry in response.entries]
    yield _typed("the key", [number.key for number in accepted], response)
    yield _typed("the lower end of the interval", [number.low for number in accepted], response)
    yield _typed("the upper end of the interval", [number.high for number in accepted], response)
    steps = [number.half / 10 if number.half else Decimal(1) for number in accepted]
    below = [number.low - step for number, step in zip(accepted, steps, strict=True)]
    above = [number.high + step for number, step in zip(accepted, steps, strict=True)]
    yield _typed("just below the interval", below, response)
    yield _typed("just above the interval", above, response)
    for mistake in response.mistakes:
        if mistake is not None:
            yield _typed(f"the mistake '{mistake.name}'", [number.key for number in mistake.entries], response)
    count = len(response.entries)
    for label, text in (("words", "abc"), ("a sign alone", "-"), ("nothing", None)):
        yield _Part(label, (text,) * count, (Fraction(0),) * count, ("",) * count)


def _typed(label: str, numbers: Sequence[Decimal], response: NumericResponse) -> _Part:
    judged = [_judged(number, entry, response) for number, entry in zip(numbers, response.entries, strict=True)]
    return _Part(
        label, tuple(plain(n) for n in numbers), tuple(share for share, _ in judged), tuple(said for _, said in judged)
    )


def _judged(number: Decimal, entry: Entry, response: NumericResponse) -> tuple[Fraction, str]:
    """Return what a number earns at an entry, and what the student reads: the first interval that holds it decides."""
    if entry.accepted.low <= number <= entry.accepted.high:
        return Fraction(1), ""
    for index, wrong in entry.mistakes:
        mistake = response.mistakes[index]
        if mistake is not None and wrong.low <= number <= wrong.high:
            return mistake.credit, mistake.feedback.markup
    return Fraction(0), ""


def _choice(response: ChoiceResponse) -> Iterator[_Part]:
    ordered = sorted(enumerate(response.options), key=lambda pair: not pair[1].right)
    for index, option in ordered:
        said = option.feedback.markup if option.feedback is not None else ""
        yield _Part(f"the option '{option.name}'", (index,), (option.credit,), (said,))
    yield _Part("nothing", (None,), (Fraction(0),), ("",))
