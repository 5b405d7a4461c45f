"""C401: every mistake and every option is of use in some variant.

A recognised mistake is of use in a variant if some entry tells it from the key and from the mistakes listed before it.
An option is of use if it is shown. What none of the validated variants uses is looked for in more draws, as many as
make 300 variants; one that is of use in none of all these is an error: its `when` never holds, it always equals
something else, or its value has another shape than the key. The check also states in how many of the validated variants
each was of use.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from markscheme.bank.answers._numeric import NumericSpec
from markscheme.bank.answers.choice import ChoiceSpec
from markscheme.bank.checks import CHECKS
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import Sampler
from markscheme.bank.variants import NumericResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant

_ENOUGH = 300
_SEED = 0
_UNLIKELY = 1e-6
"""An option that is drawn from several may be absent by chance; so rarely, it is no chance."""


@CHECKS.register("unused-wrong-answers")
class UnusedWrongAnswers:
    """Counts in how many variants each mistake and option was of use."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.named = list(_named(question))
        self.used: Counter[tuple[str, str]] = Counter()
        self.seen = 0

    def see(self, variant: Variant) -> None:
        """Count what the variant uses."""
        self.seen += 1
        self.used.update(_used(variant))

    def statements(self) -> Iterator[str]:
        """Say in how many variants each was of use."""
        counts = [f"{name} {self.used[slot, name]}" for slot, name, _, _ in self.named]
        if counts:
            yield f"wrong answers of use in so many of {self.seen} variants: {', '.join(counts)}"

    def problems(self) -> Iterator[Problem]:
        """Report what was of no use."""
        missing = [named for named in self.named if not self.used[named[0], named[1]]]
        looked_at = self.seen
        for variant in self._more() if missing else ():
            looked_at += 1
            used = set(_used(variant))
            missing = [named for named in missing if (named[0], named[1]) not in used]
            if not missing:
                return
        for slot, name, place, chance in missing:
            if (1 - chance) ** looked_at < _UNLIKELY:
                more = f", nor in {looked_at - self.seen} others" if looked_at > self.seen else ""
                message = f"'{name}' in '{slot}' is of use in none of {self.seen} variants{more}"
                hint = "it always equals the key or something listed before it, or its condition never holds"
                yield Problem(place=place, code="C401", message=message, hint=hint)

    def _more(self) -> Iterator[Variant]:
        """Yield further variants, as many as there are up to enough."""
        with suppress(BankError):
            yield from Sampler(self.question, _SEED).variants(max(_ENOUGH - self.seen, 1))


def _used(variant: Variant) -> Iterator[tuple[str, str]]:
    """Yield slot and name of every mistake and option that is of use in a variant."""
    for response in variant.responses:
        if isinstance(response, NumericResponse):
            recognised = {index for entry in response.entries for index, _ in entry.mistakes}
            mistakes = (response.mistakes[index] for index in sorted(recognised))
            yield from ((response.slot, mistake.name) for mistake in mistakes if mistake is not None)
        else:
            yield from ((response.slot, option.name) for option in response.options)


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
