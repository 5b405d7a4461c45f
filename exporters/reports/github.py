"""``github``: workflow commands, which GitHub shows as annotations at the lines that they name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from markscheme.bank.console import count, inert
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import cut, line, of_student, said
from markscheme.exporters.results import BANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.problems import Place, Problem
    from markscheme.exporters.results import Caution, Results, Run
    from markscheme.exporters.validation import Verdict


class Annotations:
    """One command a finding, as many as GitHub shows."""

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

_MOST = 10
"""GitHub shows so many annotations of each level from one step, and of a job's steps fifty."""

_LONGEST = 4_000
"""GitHub cuts a message after 4,096 characters."""

_NAMED = 20
"""So many questions are named of which problems are not shown."""


class _Told(NamedTuple):
    """An annotation."""

    question: str
    place: Place
    title: str
    text: str


def _commands(results: Results) -> Iterator[str]:
    run = results.run
    yield from _level("error", [_problem(question, problem, results) for question, problem in results.every()], run)
    cautions = list(results.cautions())
    warnings = [_caution(caution, run) for caution in cautions if not caution.is_note]
    yield from _level("warning", warnings, run)
    yield from _level("notice", [_caution(caution, run) for caution in cautions if caution.is_note], run)


def _problem(question: str, problem: Problem, results: Results) -> _Told:
    variant = f" [{problem.variant}]" if problem.variant else ""
    again = f"To look at it: {line(results.run.command(problem, question))}"
    seen = of_student(results.seen(question, problem), _LONGEST // 2)
    return _Told(question, problem.place, f"{problem.code}{variant}", _text(said(problem), again, *seen))


def _caution(caution: Caution, run: Run) -> _Told:
    question, problem, _ = caution
    title = f"{problem.code} {question or 'over the whole bank'}: look at this"
    again = f"To look at it: {line(run.command(problem, question))}"
    return _Told(question, problem.place, title, _text(line(caution.said(run)), again))


def _text(first: str, *more: str) -> str:
    return cut("\n".join((cut(first, _LONGEST // 4), *more)), _LONGEST)


def _level(level: str, every: Sequence[_Told], run: Run) -> Iterator[str]:
    """Yield the commands of a level: where they are too many, one a question first, and at last what is left out."""
    if len(every) <= _MOST:
        shown, left_out = list(every), []
    else:
        first = {told.question: told for told in reversed(every)}
        in_turn = [*reversed(first.values()), *(told for told in every if told is not first[told.question])]
        shown, left_out = in_turn[: _MOST - 1], in_turn[_MOST - 1 :]
    yield from (_command(level, run, told) for told in shown)
    if left_out:
        questions = Counter(told.question or BANK for told in left_out)
        where = [f"{question} ({many})" for question, many in questions.most_common(_NAMED)]
        rest = len(questions) - len(where)
        more = f" and {count(rest, 'more question')}" if rest else ""
        text = line(f"in {', '.join(where)}{more}: the step's log and the other reports have them all")
        title = f"{len(left_out)} more, which GitHub would not show"
        yield f"::{level} title={_property(title)}::{_data(cut(text, _LONGEST))}"


def _command(level: str, run: Run, told: _Told) -> str:
    where = [("file", run.path(told.place))]
    if told.place.line:
        where += [("line", str(told.place.line)), ("col", str(told.place.column))]
    properties = ",".join(f"{name}={_property(value)}" for name, value in (*where, ("title", told.title)))
    return f"::{level} {properties}::{_data(told.text)}"


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
