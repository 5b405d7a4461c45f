"""``github``: workflow commands, which GitHub shows as annotations at the lines that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.console import inert
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import line, of_student, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Place
    from markscheme.exporters.results import Results, Run
    from markscheme.exporters.validation import Verdict


class Annotations:
    """One command a finding."""

    title = "annotations of a GitHub workflow"
    suffixes: tuple[str, ...] = (".txt",)
    for_people = False
    appears_with = "GITHUB_ACTIONS"

    def verdict(self, verdict: Verdict, run: Run) -> str:  # noqa: ARG002 - the form of a report
        """Return nothing: all is said at the end."""
        return ""

    def end(self, results: Results) -> str:
        """Return the commands."""
        return "".join(f"{command}\n" for command in _commands(results))


REPORTS.add("github", Annotations())


def _commands(results: Results) -> Iterator[str]:
    run = results.run
    for question, problem in results.every():
        variant = f" [{problem.variant}]" if problem.variant else ""
        seen = of_student(results.seen(question, problem))
        text = "\n".join((said(problem), *seen, f"To look at it: {line(run.command(problem, question))}"))
        yield _command("error", run, problem.place, f"{problem.code}{variant}", text)
    for verdict in results.verdicts:
        for caution in verdict.cautions:
            yield _command("notice", run, verdict.place, f"{verdict.question}: look at this", line(caution))
    for sentence in results.suspicious:
        yield f"::notice title=look at this::{_data(line(f'over the whole bank, {sentence}'))}"


def _command(level: str, run: Run, place: Place, title: str, text: str) -> str:
    where = [("file", run.path(place))]
    if place.line:
        where += [("line", str(place.line)), ("col", str(place.column))]
    properties = ",".join(f"{name}={_property(value)}" for name, value in (*where, ("title", title)))
    return f"::{level} {properties}::{_data(text)}"


def _data(text: str) -> str:
    r"""Return text as the message of a command, which ends with the line.

    Examples
    --------
    >>> _data("100 %\n::error::x")
    '100 %25%0A::error::x'
    """
    return inert(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    """Return text as the value of a property, which ends with a comma or a colon."""
    return _data(line(text)).replace(":", "%3A").replace(",", "%2C")
