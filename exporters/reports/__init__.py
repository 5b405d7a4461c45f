"""Kinds of reports: one module a kind, each writing the results of a validation in a form of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from markscheme.bank.registry import Registry

if TYPE_CHECKING:
    from markscheme.exporters.results import Results, Run
    from markscheme.exporters.validation import Verdict


class Report(Protocol):
    """A kind of report: text in three parts, the same for the same results.

    Attributes
    ----------
    title
        What it is for, in a few words.
    suffixes
        With what the names of such files end.
    for_people
        Whether it is read in a terminal, line by line as it comes.
    appears_with
        The variable of the environment with which it comes by itself; empty for most.
    """

    title: str
    suffixes: tuple[str, ...]
    for_people: bool
    appears_with: str

    def verdict(self, verdict: Verdict, run: Run) -> str:
        """Return what is said of a question as soon as it is known; empty where all is said at the end."""

    def end(self, results: Results) -> str:
        """Return what is said at the end, whether the validation was completed or not."""


REPORTS: Registry[Report] = Registry("kind of report", "markscheme.exporters.reports")
