"""Checks of a question's variants: one module a check; the module's docstring is the check's manual page.

A check is a class that is made for a question, sees each of its variants, and says at the end what is wrong, what an
author should look at, and what is worth knowing. What an author means to be so is left out, if the question says it
under ``intended``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markscheme.bank.problems import Problem
from markscheme.bank.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant


class Check:
    """A check at work on one question; what a check does not override does nothing."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def see(self, variant: Variant, solved: Solved) -> None:
        """Look at a variant, its texts in the reference target, and at the values that it was made of."""

    def see_in(self, target: Target, variant: Variant) -> None:
        """Look at the variant that was seen last, its texts in another target that a format uses."""

    def statements(self) -> Iterator[str]:
        """Yield, after the last variant, what is worth knowing and no problem."""
        yield from ()

    def cautions(self) -> Iterator[Problem]:
        """Yield, after the last variant, what an author should look at, and is no problem yet."""
        yield from ()

    def problems(self) -> Iterator[Problem]:
        """Yield, after the last variant, what is wrong."""
        yield from ()


@dataclass(slots=True)
class _Found:
    """A finding: its message, the first and the last variant that has it, and how many others than the first do."""

    message: str
    first: str
    last: str
    others: int = 0


@dataclass(slots=True)
class Findings:
    """What a check finds in variant after variant: each thing is told once, with the first variant that has it.

    What is found in one variant is added before the next is looked at; of very many no more is kept than their number.
    """

    code: str
    hint: str = ""
    _found: dict[tuple[Place, str], _Found] = field(default_factory=dict)

    def add(self, place: Place, what: str, message: str, variant: str = "") -> None:
        """Keep a finding.

        Parameters
        ----------
        what
            What the finding has in common with the same one in other variants, whose messages may differ.
        variant
            The variant's id; empty where the finding is about all of them.
        """
        found = self._found.setdefault((place, what), _Found(message, variant, variant))
        if variant != found.last:
            found.last = variant
            found.others += 1

    def problems(self) -> Iterator[Problem]:
        """Yield each finding once."""
        for (place, _), found in self._found.items():
            more = f" and {found.others} more" if found.others else ""
            variant = found.first + more
            yield Problem(place=place, code=self.code, message=found.message, hint=self.hint, variant=variant)


CHECKS: Registry[Callable[[Question], Check]] = Registry("check", "markscheme.bank.checks")
