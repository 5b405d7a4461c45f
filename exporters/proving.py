"""What is kept of a question's variants while it is validated: formats, and findings that are meant."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from markscheme.bank.likeness import LIKENESS
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import in_target
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import Roundtrip
from markscheme.exporters.submissions import Made

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from markscheme.bank.checks import Check
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant

_TOGETHER = 25
"""So many variants share a file: more spare hardly any time, and take memory."""

_NEW_OBJECTS = 50_000
"""Python looks for rubbish whenever so many objects were made; by default it is 700, which takes a tenth of time."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Let Python look for rubbish less often: a variant leaves little, as values do not change and have no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _NEW_OBJECTS) if before[0] else 0, *before[1:])
    gc.freeze()  # what is here already will be here afterwards, and need not be looked at again and again
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def found_by(part: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems with the part of the validation that found them."""
    return (replace(problem, check=problem.check or part) for problem in problems)


class Drawn(NamedTuple):
    """A variant with the draw that it was made of, and its turn if it passes through one format only."""

    solved: Solved
    variant: Variant
    in_turn: int | None


_Worded: TypeAlias = "dict[str, Variant]"
"""A variant as each of its formats takes it, by the names of the formats."""


class FormatsAtWork:
    """Puts variants through formats.

    A format that cannot hold a question is a problem only where it was named, or where none can: nobody can write every
    question so that all platforms hold it, and most banks are for one of them.
    """

    def __init__(self, question: Question, named: Collection[str]) -> None:
        self.question = question
        self.named = bool(named)
        self.formats = [form for name, form in FORMATS.items() if name in named or not named]
        self._refused: dict[str, Problem] = {}
        self._is_unheld = False

    def proofs(self, drawn: Iterable[Drawn], checks: Collection[Check]) -> Iterator[list[Problem]]:
        """Yield, for each variant, what goes wrong in its formats; so many pass through a format together.

        The checks look at each variant in each of its formats' targets once.
        """
        worded: list[_Worded] = []
        try:
            for one in drawn:
                worded.append(self._worded(one, checks))
                if len(worded) == _TOGETHER:
                    together, worded = worded, []
                    yield from self._proved(together)
        except BankError:
            yield from self._proved(worded)  # what was drawn before the error is looked at
            raise
        yield from self._proved(worded)

    def _worded(self, drawn: Drawn, checks: Collection[Check]) -> _Worded:
        """Return the variant in the target of each format that it must pass through."""
        formats = self.formats if drawn.in_turn is None else [self.formats[drawn.in_turn % len(self.formats)]]
        targets: dict[str, Variant] = {}
        for form in formats:
            target = form.target
            if target.name not in targets:
                targets[target.name] = in_target(target, drawn.solved, drawn.variant)
                for check in checks:
                    check.see_in(target, targets[target.name])
        return {form.name: targets[form.target.name] for form in formats}

    def _proved(self, together: Sequence[_Worded]) -> Iterator[list[Problem]]:
        found: list[dict[str, list[Problem]]] = [{} for _ in together]
        made = Made()
        for form in self.formats:
            at = [number for number, worded in enumerate(together) if form.name in worded]
            road = Roundtrip(form, self.question.place_of, made)
            slips = road.problems([together[number][form.name] for number in at])
            for number, problems in zip(at, slips, strict=True):
                found[number][form.name] = list(found_by(f"format {form.name}", problems))
        for by_format in found:
            yield self._told(by_format)

    def _told(self, by_format: Mapping[str, list[Problem]]) -> list[Problem]:
        """Return a variant's problems, without refusals where these are none."""
        refused = {name: slips for name, slips in by_format.items() if slips and slips[0].code == "X710"}
        for name, slips in refused.items():
            self._refused.setdefault(name, slips[0])
        is_held = len(refused) < len(by_format) or len(by_format) < len(self.formats)
        self._is_unheld |= not is_held
        told = [problem for name, slips in by_format.items() if name not in refused for problem in slips]
        if self.named or not is_held:
            told += (problem for slips in refused.values() for problem in slips)
        return told

    @property
    def refused_parts(self) -> frozenset[str]:
        """The parts of the validation that could not be carried out, as the format holds not all variants."""
        return frozenset(f"format {name}" for name in self._refused)

    def refused(self) -> Iterator[Problem]:
        """Yield which formats cannot hold the question."""
        if not (self.named or self._is_unheld):
            yield from (replace(slip, message=f"refused by {slip.message}") for slip in self._refused.values())


class Intended:
    """The findings that an author means to be so."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.missing = {one.check: one for one in question.spec.intended}
        self.codes = frozenset(self.missing)

    def holds(self, problem: Problem) -> bool:
        """Return whether a problem is meant to be so."""
        self.missing.pop(problem.code, None)
        return problem.code in self.codes

    def not_found(self) -> Iterator[Problem]:
        """Yield, after the last problem, what is said to be intended and was never found."""
        for code, spec in self.missing.items():
            if code != LIKENESS:
                message = f"{code} is said to be intended, and is not found"
                yield Problem(place=spec.place, code="C414", message=message, hint="take it out")
