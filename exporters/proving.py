"""What is kept of a question's variants while it is validated: formats, listed values, findings that are meant."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from markscheme.bank.likeness import LIKENESS
from markscheme.bank.sampling import in_target
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import roundtrip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from markscheme.bank.checks import Check
    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant

_UNLIKELY = 1e-4


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


class FormatsAtWork:
    """Puts variants through formats.

    A format that cannot hold a question is a problem only where it was named, or where none can: nobody can write every
    question so that all platforms hold it, and most banks are for one of them.
    """

    def __init__(self, question: Question, named: Collection[str]) -> None:
        self.question = question
        self.named = bool(named)
        self.formats = [form for name, form in FORMATS.items() if name in named or not named]
        self._refused: dict[str, str] = {}
        self._is_unheld = False

    def problems(
        self, solved: Solved, variant: Variant, checks: Iterable[Check], in_turn: int | None
    ) -> Iterator[Problem]:
        """Yield what goes wrong in all formats, or in the one whose turn it is.

        The checks look at the variant in each of their targets once.
        """
        formats = self.formats if in_turn is None else [self.formats[in_turn % len(self.formats)]]
        worded: dict[str, Variant] = {}
        refused: dict[str, list[Problem]] = {}
        for form in formats:
            target = form.target
            if target.name not in worded:
                worded[target.name] = in_target(target, solved, variant)
                for check in checks:
                    check.see_in(target, worded[target.name])
            slips = list(found_by(f"format {form.name}", roundtrip(worded[target.name], form, self.question.place_of)))
            if slips and slips[0].code == "X710":
                self._refused.setdefault(form.name, slips[0].message)
                refused[form.name] = slips
            else:
                yield from slips
        is_held = len(refused) < len(formats) or in_turn is not None
        self._is_unheld |= not is_held
        if self.named or not is_held:
            for slips in refused.values():
                yield from slips

    def refused(self) -> Iterator[str]:
        """Yield which formats cannot hold the question."""
        if not (self.named or self._is_unheld):
            yield from (f"refused by {message}" for message in self._refused.values())


class ListedValues:
    """Looks for listed values of parameters that no variant has."""

    def __init__(self, question: Question) -> None:
        self.listed = {name: {repr(value) for value in rule.listed()} for name, rule in question.parameters}
        self.met: dict[str, set[str]] = {name: set() for name in self.listed}
        self.seen = 0

    def see(self, solved: Solved) -> None:
        """Keep the values of a draw."""
        self.seen += solved.draw > 0
        for name in self.listed:
            self.met[name].add(repr(solved.values[name]))

    def missing(self) -> Iterator[str]:
        """Yield, after the last draw, which values never occurred, if that is no chance."""
        for name, listed in self.listed.items():
            for value in sorted(listed - self.met[name]):
                if (1 - 1 / len(listed)) ** self.seen < _UNLIKELY:
                    yield f"no variant has {name} = {value}, which the rule lists: every draw of it is passed over"


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

    def not_found(self) -> Iterator[str]:
        """Yield, after the last problem, what is said to be intended and was never found."""
        for code in self.missing:
            if code != LIKENESS:
                yield f"{code} is said to be intended, and is not found: take it out"
