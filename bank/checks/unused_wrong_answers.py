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
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.checks import CHECKS, Check
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import Sampler
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
    from markscheme.bank.variants import Variant

_ENOUGH = 300
_SEED = 0
_UNLIKELY = 1e-6
"""An option that is drawn from several may be absent by chance; so rarely, it is no chance."""


@CHECKS.register("unused-wrong-answers")
class UnusedWrongAnswers(Check):
    """Counts in how many variants each mistake and option was of use."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.foreseen = [(slot, wrong) for slot, answer in question.answers for wrong in answer.wrong_answers()]
        self.used: Counter[tuple[str, str]] = Counter()
        self.right: Counter[tuple[str, str]] = Counter()
        self.seen = 0

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - what is shown is enough
        """Count what the variant uses."""
        self.seen += 1
        for slot, name, is_right in _used(variant):
            self.used[slot, name] += 1
            self.right[slot, name] += is_right

    def statements(self) -> Iterator[str]:
        """Say in how many variants each was of use."""
        slots: dict[str, list[str]] = {}
        for slot, wrong in self.foreseen:
            used = self.used[slot, wrong.name]
            if not used or self.right[slot, wrong.name] < used:  # one that is always right is no wrong answer
                slots.setdefault(slot, []).append(f"{wrong.name} {used}")
        for slot, counts in slots.items():
            yield f"'{slot}', wrong answers of use in so many of {self.seen} variants: {', '.join(counts)}"

    def problems(self) -> Iterator[Problem]:
        """Report what was of no use."""
        missing = [(slot, wrong) for slot, wrong in self.foreseen if not self.used[slot, wrong.name]]
        looked_at = self.seen
        for variant in self._more() if missing else ():
            looked_at += 1
            used = {(slot, name) for slot, name, _ in _used(variant)}
            missing = [(slot, wrong) for slot, wrong in missing if (slot, wrong.name) not in used]
            if not missing:
                return
        for slot, wrong in missing:
            if (1 - wrong.chance) ** looked_at < _UNLIKELY:
                more = f", nor in {looked_at - self.seen} others" if looked_at > self.seen else ""
                message = f"'{wrong.name}' in '{slot}' is of use in none of {self.seen} variants{more}"
                hint = "it always equals the key or something listed before it, or its condition never holds"
                yield Problem(place=wrong.place, code="C401", message=message, hint=hint)

    def _more(self) -> Iterator[Variant]:
        """Yield further variants, as many as there are up to enough."""
        with suppress(BankError):
            yield from Sampler(self.question, _SEED).variants(max(_ENOUGH - self.seen, 1))


def _used(variant: Variant) -> Iterator[tuple[str, str, bool]]:
    """Yield slot and name of every mistake and option that is of use in a variant, and whether it is right."""
    for response in variant.responses:
        match response:
            case NumericResponse(entries=entries, mistakes=mistakes):
                recognised = {index for entry in entries for index, _ in entry.mistakes}
                found = (mistakes[index] for index in sorted(recognised))
                yield from ((response.slot, mistake.name, False) for mistake in found if mistake is not None)
            case TextResponse(mistakes=wrong):
                yield from ((response.slot, mistake.name, False) for mistake in wrong)
            case MatchResponse() | OrderResponse() | EssayResponse():
                pass  # they name no wrong answers
            case ChoiceResponse(options=options) | SelectionResponse(options=options):
                yield from ((response.slot, option.name, option.right) for option in options)
            case _:
                assert_never(response)
