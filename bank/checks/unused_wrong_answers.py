"""C401: every mistake and every option is of use in some variant.

A recognised mistake is of use in a variant if some entry tells it from the key and from the mistakes listed before it.
An option is of use if it is shown. One that is of use in no variant looked at is an error: its `when` never holds, it
always equals something else, or its value has another shape than the key. The check also states in how many variants
each mistake was of use.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markscheme.bank.answers._numeric import NumericSpec
from markscheme.bank.answers.choice import ChoiceSpec
from markscheme.bank.checks import CHECKS
from markscheme.bank.problems import Problem
from markscheme.bank.variants import ChoiceResponse, NumericResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant

_UNLIKELY = 1e-6
"""An option that is drawn from several may be absent by chance; so rarely, it is no chance."""


@CHECKS.register("unused-wrong-answers")
class UnusedWrongAnswers:
    """Counts in how many variants each mistake and option was of use."""

    def __init__(self, question: Question) -> None:
        self.named = list(_named(question))
        self.used: Counter[tuple[str, str]] = Counter()
        self.seen = 0

    def see(self, variant: Variant) -> None:
        """Count what the variant uses."""
        self.seen += 1
        for response in variant.responses:
            if isinstance(response, NumericResponse):
                recognised = {index for entry in response.entries for index, _ in entry.mistakes}
                mistakes = (response.mistakes[index] for index in sorted(recognised))
                names = [mistake.name for mistake in mistakes if mistake is not None]
            else:
                names = _shown(response)
            self.used.update((response.slot, name) for name in names)

    def statements(self) -> Iterator[str]:
        """Say in how many variants each was of use."""
        counts = [f"{name} {self.used[slot, name]}" for slot, name, _, _ in self.named]
        if counts:
            yield f"wrong answers of use in so many of {self.seen} variants: {', '.join(counts)}"

    def problems(self) -> Iterator[Problem]:
        """Report what was of no use."""
        for slot, name, place, chance in self.named:
            if not self.used[slot, name] and (1 - chance) ** self.seen < _UNLIKELY:
                message = f"'{name}' in '{slot}' is of use in none of {self.seen} variants"
                hint = "it always equals the key or something listed before it, or its condition never holds"
                yield Problem(place=place, code="C401", message=message, hint=hint)


def _shown(response: ChoiceResponse) -> list[str]:
    return [option.name for option in response.options]


def _named(question: Question) -> Iterator[tuple[str, str, Place, float]]:
    """Yield slot, name and place of every mistake and option, and the chance that a variant shows it."""
    for keyed in question.spec.answers:
        answer = keyed.value
        if isinstance(answer, NumericSpec):
            for mistake in answer.mistakes:
                yield keyed.name, mistake.label, mistake.place, 1.0
        elif isinstance(answer, ChoiceSpec):
            wrong = len(answer.options) - 1
            chance = 1.0 if answer.show is None else (answer.show - 1) / wrong
            for index, option in enumerate(answer.options):
                yield keyed.name, option.label(index), option.place, chance
