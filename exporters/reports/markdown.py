"""``markdown``: a summary as GitHub and GitLab show it, such as that of a job."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markscheme.bank.console import count
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import in_markup, line, of_student, said
from markscheme.exporters.results import BANK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Problem
    from markscheme.exporters.results import Results, Run
    from markscheme.exporters.validation import Verdict

_MOST = 100
"""So many problems are shown; GitHub drops a summary of more than 1 MiB."""

_MARKS = re.compile(r"([\\`*_\[\]<>|$~&@:#!]|(?<=www)\.)", re.IGNORECASE)
"""What may begin mark-up within a line: emphasis, links, tags, cells, formulas, mentions, emojis and bare addresses."""


class Markdown:
    """A table of questions, and the problems."""

    title = "a summary in Markdown"
    suffixes: tuple[str, ...] = (".md",)
    for_people = False
    appears_with = ""

    def verdict(self, verdict: Verdict, run: Run) -> str:  # noqa: ARG002 - the form of a report
        """Return nothing: the sum stands first."""
        return ""

    def end(self, results: Results) -> str:
        """Return the document."""
        return "\n".join(_lines(results)) + "\n"


REPORTS.add("markdown", Markdown())


def escaped(text: str) -> str:
    r"""Return text as a part of a line of Markdown in which nothing is a mark.

    Examples
    --------
    >>> print(escaped("[a](http://b) | <img> $x$"))
    \[a\](http\://b) \| \<img\> \$x\$
    """
    return _MARKS.sub(r"\\\1", line(text))


def _lines(results: Results) -> Iterator[str]:
    sound = results.complete and not results.wrong
    yield f"## {'✅' if sound else '❌'} {escaped(results.title or results.run.bank or 'A bank')}"
    yield ""
    yield f"{escaped(results.summary())}."
    yield ""
    yield from _table(results)
    every = list(results.every())
    for question, problem in every[:_MOST]:
        yield from _problem(question, problem, results)
    if every[_MOST:]:
        yield f"And {count(len(every) - _MOST, 'problem')} more."
    yield from _cautions(results)


def _table(results: Results) -> Iterator[str]:
    rows = [(verdict, len(verdict.problems)) for verdict in results.verdicts]
    if not rows:
        return
    yield f"<details{' open' if len(rows) <= 20 else ''}><summary>{count(len(rows), 'question')}</summary>"
    yield ""
    yield "| | question | variants | proved | problems |"
    yield "|---|---|--:|--:|--:|"
    for verdict, wrong in rows:
        mark = "❌" if wrong else "✅"
        looked_at = verdict.coverage.removesuffix("s").removesuffix(" variant")
        yield f"| {mark} | {escaped(verdict.question)} | {looked_at} | {verdict.proved} | {wrong} |"
    yield ""
    yield "</details>"
    yield ""


def _problem(question: str, problem: Problem, results: Results) -> Iterator[str]:
    place = problem.place
    where = results.run.path(place) + (f":{place.line}:{place.column}" if place.line else "")
    variant = f" in {escaped(problem.variant)}" if problem.variant else ""
    yield f"**{problem.code}** {escaped(question or BANK)}, {escaped(where)}{variant}: {escaped(said(problem))}"
    yield ""
    shown = [*of_student(results.seen(question, problem)), f"$ {line(results.run.command(problem, question))}"]
    # Within <pre>, nothing but a tag has a meaning, and no tag is left.
    yield f"<pre>{in_markup(html.escape(chr(10).join(shown)))}</pre>"
    yield ""


def _cautions(results: Results) -> Iterator[str]:
    cautions = [(verdict.question, caution) for verdict in results.verdicts for caution in verdict.cautions]
    cautions += [("over the whole bank", sentence) for sentence in results.suspicious]
    if cautions:
        yield "Look at this:"
        yield ""
        yield from (f"- {escaped(which)}: {escaped(caution)}" for which, caution in cautions)
