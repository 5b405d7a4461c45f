"""Checks of a question's variants: one module a check; the module's docstring is the check's manual page.

A check is a class that is made for a question, sees each of its variants, and says at the end what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from markscheme.bank.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant


class Check(Protocol):
    """A check at work on one question."""

    def see(self, variant: Variant) -> None:
        """Look at a variant, its texts in the reference target."""

    def statements(self) -> Iterator[str]:
        """Yield, after the last variant, what is worth knowing and no problem."""

    def problems(self) -> Iterator[Problem]:
        """Yield, after the last variant, what is wrong."""


CHECKS: Registry[Callable[[Question], Check]] = Registry("check", "markscheme.bank.checks")
