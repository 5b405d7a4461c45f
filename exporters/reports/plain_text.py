"""``text``: a line for each question and each problem, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.console import inert
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import in_short, safe
from markscheme.exporters.validation import first_variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markscheme.exporters.results import Results, Run
    from markscheme.exporters.validation import Verdict


class PlainText:
    """Lines of text."""

    title = "a line for each question and problem"
    suffixes: tuple[str, ...] = (".txt", ".log")
    for_people = True
    appears_with = ""

    def verdict(self, verdict: Verdict, run: Run) -> str:
        """Return the lines on a question."""
        return _lines(_of(verdict, run))

    def end(self, results: Results) -> str:
        """Return what is found over the whole bank, and the sum."""
        return _lines(_sum(results))


REPORTS.add("text", PlainText())


def _lines(lines: Iterable[str]) -> str:
    return inert("".join(f"{safe(' '.join(one.splitlines()))}\n" for one in lines))


def _of(verdict: Verdict, run: Run) -> Iterator[str]:
    mark = "FAILED" if verdict.problems else "ok"
    yield f"{mark:6} {verdict.question}: {verdict.coverage}"
    for problem in verdict.problems:
        yield str(problem)
        yield from (f"       {one}" for one in in_short(verdict.seen.get(first_variant(problem))))
        yield f"       to look at it: {run.command(problem, verdict.question)}"
    yield from (f"       look at this: {caution}" for caution in verdict.cautions)
    if verdict.variants and run.verbose:
        yield from (f"       {statement}" for statement in verdict.statements)


def _sum(results: Results) -> Iterator[str]:
    yield from map(str, results.problems)
    commands = dict.fromkeys(results.run.command(problem, "") for problem in results.problems)
    yield from (f"       to look at it: {command}" for command in commands)
    for finding in results.findings:
        if finding.suspicious or results.run.verbose:
            places = f" ({', '.join(map(str, finding.places))})" if finding.places else ""
            mark = "look at this: " if finding.suspicious else ""
            code = f"{finding.code} " if finding.suspicious else ""
            yield f"{mark}over the whole bank, {code}{finding.sentence.removeprefix(code)}{places}"
    slowest = list(results.slowest()) if results.seconds is not None else []
    if slowest:
        yield f"slowest questions: {', '.join(slowest)}"
    time = "" if results.seconds is None else f", {results.seconds:.1f} s"
    yield results.summary() + time
