"""Reports: which ones a user wants, and where each goes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from markscheme.bank.problems import BankError, nearest
from markscheme.bank.schema import Slips
from markscheme.exporters.output import added_to, check_name, whole_file
from markscheme.exporters.reports import REPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from markscheme.exporters.reports import Report
    from markscheme.exporters.results import Results
    from markscheme.exporters.validation import Verdict

STANDARD_OUTPUT = "-"
STANDARD_ERROR = "standard error"
_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable that names the file of a step's summary on GitHub, to which every command of the step may add."""


class WrongReportError(ValueError):
    """Raised for a report that cannot be made; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A report, and where it goes: the path of a file, `STANDARD_OUTPUT` or `STANDARD_ERROR`.

    Attributes
    ----------
    asked
        Whether the user asked for it; the usual one leaves it to the command line to say why a bank cannot be read.
    adds
        Whether it is added to what the file holds already.
    """

    report: Report
    to: str
    asked: bool = True
    adds: bool = False


class Say(Protocol):
    """Says a part of a report."""

    def __call__(self, wanted: Wanted, text: str, /) -> object:
        """Say it where the report goes, which is no file."""


def wanted_reports(given: Sequence[str], environment: Mapping[str, str]) -> tuple[Wanted, ...]:
    """Return the reports that a user wants: what was asked for, text where nothing goes to standard output.

    A kind that appears with a variable of the environment comes by itself, on standard error: a runner reads that too.
    What goes to the file of a step's summary is added to it.

    Parameters
    ----------
    given
        Each ``KIND`` or ``KIND=FILE``; ``-`` is standard output, which is where a kind alone goes.

    Raises
    ------
    WrongReportError
        If there is no such kind, or two reports go to one place.

    Examples
    --------
    >>> [(one.to, one.report.title) for one in wanted_reports(["junit=out/tests.xml"], {})]
    [('-', 'a line for each question and problem'), ('out/tests.xml', 'tests for continuous integration')]
    """
    wanted: list[Wanted] = []
    summary = os.path.realpath(environment[_SUMMARY]) if environment.get(_SUMMARY) else ""
    for word in given:
        kind, _, to = word.partition("=")
        report = REPORTS.get(kind)
        if report is None:
            hint = nearest(kind, REPORTS.names()) or "known are " + ", ".join(REPORTS.names())
            raise WrongReportError(f"there is no kind of report '{kind}' ({hint})")
        if word.endswith("="):
            raise WrongReportError(f"'{word}' names no file")
        to = to or STANDARD_OUTPUT
        wanted.append(Wanted(report=report, to=to, adds=to != STANDARD_OUTPUT and os.path.realpath(to) == summary))
    places = [one.to for one in wanted]
    files = [to if to == STANDARD_OUTPUT else os.path.normcase(os.path.realpath(to)) for to in places]
    twice = next((to for place, to in enumerate(places) if files[place] in files[:place]), None)
    if twice is not None:
        where = "standard output" if twice == STANDARD_OUTPUT else f"'{twice}'"
        raise WrongReportError(f"two reports cannot both go to {where}: name a file, as in junit=tests.xml")
    usual = next((report for _, report in REPORTS.items() if report.for_people), None)
    if usual is not None and STANDARD_OUTPUT not in places:
        wanted.insert(0, Wanted(report=usual, to=STANDARD_OUTPUT, asked=False))
    chosen = {id(one.report) for one in wanted}
    wanted += [
        Wanted(report=report, to=STANDARD_ERROR)
        for _, report in REPORTS.items()
        if environment.get(report.appears_with) and id(report) not in chosen
    ]
    return tuple(wanted)


class Reporting:
    """Writes reports while results come in; whatever ends the work, they are written.

    Parameters
    ----------
    wanted
        The reports.
    results
        Is filled while the work goes on.
    say
        Says what goes to no file.
    """

    def __init__(self, wanted: Sequence[Wanted], results: Results, say: Say) -> None:
        self.wanted = wanted
        self.results = results
        self.say = say
        self.parts: dict[str, list[str]] = {one.to: [] for one in wanted}

    def __enter__(self) -> Reporting:
        for one in self.wanted:
            if not _is_stream(one) and not one.adds:  # better now than after minutes of work
                check_name(Path(one.to), one.report.suffixes, "report of this kind", Path())
        return self

    def add(self, verdict: Verdict) -> None:
        """Take a verdict, and say what can be said of it at once."""
        self.results.verdicts.append(verdict)
        for one in self.wanted:
            text = one.report.verdict(verdict, self.results.run)
            if text and _is_stream(one):
                self.say(one, text)
            elif text:
                self.parts[one.to].append(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, BankError):
            self.results.problems += error.problems
        self.results.complete = error is None or isinstance(error, BankError)
        slips = Slips()
        for one in self.wanted:
            if not _is_stream(one):
                with slips.gather():
                    self._write(one)
        for one in self.wanted:
            if _is_stream(one) and (error is None or (one.asked and not isinstance(error, BrokenPipeError))):
                self.say(one, one.report.end(self.results))
        if error is None or isinstance(error, BankError):
            slips.raise_any()

    def _write(self, one: Wanted) -> None:
        path = Path(one.to)
        timeless = replace(self.results, seconds=None)  # a file is the same whenever it is written
        text = "".join((*self.parts[one.to], one.report.end(timeless)))
        if not one.adds:
            check_name(path, one.report.suffixes, "report of this kind", Path())
        with added_to(path) if one.adds else whole_file(path) as stream:
            stream.write(text.encode(errors="backslashreplace"))


def _is_stream(one: Wanted) -> bool:
    return one.to in (STANDARD_OUTPUT, STANDARD_ERROR)
