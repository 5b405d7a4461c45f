"""C412: every value that a parameter lists occurs in some variant.

A value that a requirement never lets through, or that makes a mistake equal the key, only seems to widen the question.
Reported is what is no chance: with so many variants, a value that could be drawn would have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.checks import CHECKS, Check
from markscheme.bank.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant

_UNLIKELY = 1e-4


@CHECKS.register("listed-values")
class ListedValues(Check):
    """Looks for listed values of parameters that no variant has."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        every = {name: {repr(value) for value in rule.listed()} for name, rule in question.parameters}
        self.listed = {name: values for name, values in every.items() if values}
        self.met: dict[str, set[str]] = {name: set() for name in self.listed}
        self.seen = 0

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - the values are enough
        """Keep the values of a draw."""
        self.seen += solved.draw > 0
        for name in self.listed:
            self.met[name].add(repr(solved.values[name]))

    def cautions(self) -> Iterator[Problem]:
        """Point out, after the last variant, values that never occurred, if that is no chance."""
        for name, listed in self.listed.items():
            for value in sorted(listed - self.met[name]):
                if (1 - 1 / len(listed)) ** self.seen < _UNLIKELY:
                    message = f"no variant has {name} = {value}, which the rule lists: every draw of it is passed over"
                    yield Problem(place=self._place(name), code="C412", message=message)

    def _place(self, name: str) -> Place:
        spec = self.question.spec
        return next((keyed.place for keyed in spec.parameters if keyed.name == name), spec.place)
