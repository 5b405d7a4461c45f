"""``markdown``: a summary as GitHub and GitLab show it, such as that of a job."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markscheme.bank.console import count
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import cut, in_markup, line, of_student, said
from markscheme.exporters.results import BANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markscheme.bank.problems import Problem
    from markscheme.exporters.results import Caution, Results, Run
    from markscheme.exporters.validation import Verdict

_BYTES = 900_000
"""GitHub drops a summary of more than 1 MiB whole, and others may add to it."""

_TABLE, _LIST = 250_000, 150_000
"""So many of these bytes may be of the table, and of what an author should look at."""

_MOST = 100
"""So many problems are shown."""

_SEEN = (16_000, 1_500, 400, 0)
"""So much is told of what a student sees, where there is less and less room."""

_LONGEST = 2_000

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
        return _document(results)


REPORTS.add("markdown", Markdown())


def escaped(text: str) -> str:
    r"""Return text as a part of a line of Markdown in which nothing is a mark.

    Examples
    --------
    >>> print(escaped("[a](http://b) | <img> $x$"))
    \[a\](http\://b) \| \<img\> \$x\$
    """
    return _MARKS.sub(r"\\\1", line(text))


def _document(results: Results) -> str:
    head = _text(_head(results))
    table = _text(_table(results))
    cautions = _text(_cautions(results))
    return head + table + _problems(results, _BYTES - _size(head + table + cautions)) + cautions


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{one}\n" for one in lines)


def _size(text: str) -> int:
    return len(text.encode(errors="backslashreplace"))


def _within(texts: Iterable[str], most: int) -> list[str]:
    """Return the first texts, as many as there is room for."""
    taken = []
    for text in texts:
        most -= _size(text) + 1
        if most < 0:
            break
        taken.append(text)
    return taken


def _head(results: Results) -> Iterator[str]:
    sound = results.complete and not results.wrong
    title = cut(results.title or results.run.bank or "A bank", _LONGEST)
    yield f"## {'✅' if sound else '❌'} {escaped(title)}"
    yield ""
    yield f"{escaped(results.summary())}."
    yield ""


def _problems(results: Results, room: int) -> str:
    """Return the problems: with all that a student sees, with less of it, or only the first of them."""
    every = list(results.every())
    first = every[:_MOST]
    room -= _LONGEST  # for the last line
    shown: list[str] = []
    for most in _SEEN:
        shown = _within((_text(_problem(question, problem, results, most)) for question, problem in first), room)
        if len(shown) == len(first):
            break
    left_out = len(every) - len(shown)
    return "".join(shown) + (f"And {count(left_out, 'problem')} more.\n\n" if left_out else "")


def _table(results: Results) -> Iterator[str]:
    rows = results.verdicts
    if not rows:
        return
    yield f"<details{' open' if len(rows) <= 20 else ''}><summary>{count(len(rows), 'question')}</summary>"
    yield ""
    yield "| | question | variants | proved | problems |"
    yield "|---|---|--:|--:|--:|"
    shown = _within((_row(verdict) for verdict in sorted(results.verdicts, key=lambda one: not one.problems)), _TABLE)
    shown = shown if len(shown) < len(rows) else [_row(verdict) for verdict in results.verdicts]
    yield from shown
    if len(shown) < len(rows):
        yield f"| | and {count(len(rows) - len(shown), 'question')} more | | | |"
    yield ""
    yield "</details>"
    yield ""


def _row(verdict: Verdict) -> str:
    wrong = len(verdict.problems)
    looked_at = verdict.coverage.removesuffix("s").removesuffix(" variant")
    mark = "❌" if wrong else "✅"
    return f"| {mark} | {escaped(cut(verdict.question, _LONGEST))} | {looked_at} | {verdict.proved} | {wrong} |"


def _problem(question: str, problem: Problem, results: Results, most: int) -> Iterator[str]:
    where = results.run.where(problem.place)
    variant = f" in {escaped(problem.variant)}" if problem.variant else ""
    wrong = escaped(cut(said(problem), _LONGEST))
    yield f"**{problem.code}** {escaped(question or BANK)}, {escaped(where)}{variant}: {wrong}"
    yield ""
    shown = [*of_student(results.seen(question, problem), most), f"$ {line(results.run.command(problem, question))}"]
    # Within <pre>, nothing but a tag has a meaning, and no tag is left.
    yield f"<pre>{in_markup(html.escape(chr(10).join(shown)))}</pre>"
    yield ""


def _cautions(results: Results) -> Iterator[str]:
    cautions = list(results.cautions())
    if not cautions:
        return
    yield "Look at this:"
    yield ""
    shown = _within((_caution(caution, results.run) for caution in cautions), _LIST)
    yield from shown
    if len(shown) < len(cautions):
        yield f"- and {len(cautions) - len(shown)} more"


def _caution(caution: Caution, run: Run) -> str:
    which = caution.question or "over the whole bank"
    return (
        f"- **{caution.problem.code}** {escaped(which)}, {escaped(run.where(caution.problem.place))}: "
        f"{escaped(cut(caution.said(run), _LONGEST))}"
    )
