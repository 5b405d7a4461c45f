"""``junit``: JUnit XML, which most continuous integration shows as tests: one a question and check."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import in_markup, line, of_student, said
from markscheme.exporters.results import BANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.results import Case, Caution, Results, Run
    from markscheme.exporters.validation import Verdict

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class JUnit:
    """A suite for each question, and one for the bank."""

    title = "tests for continuous integration"
    suffixes: tuple[str, ...] = (".xml",)
    for_people = False
    appears_with = ""

    def verdict(self, verdict: Verdict, run: Run) -> str:  # noqa: ARG002 - the form of a report
        """Return nothing: the counts stand first."""
        return ""

    def end(self, results: Results) -> str:
        """Return the document."""
        root = ET.Element("testsuites", {"name": "markscheme"})
        suites = [_suite(root, BANK, list(results.of_bank()), results)]
        suites += [
            _suite(root, verdict.question, list(results.of_question(verdict)), results) for verdict in results.verdicts
        ]
        if not results.complete:
            case = ET.SubElement(suites[0], "testcase", {"classname": _class(results, BANK), "name": "end"})
            ET.SubElement(case, "error", {"message": "the validation did not come to its end", "type": "incomplete"})
            _count(suites[0], "tests", "errors")
        for name in ("tests", "failures", "errors", "skipped"):
            root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
        ET.indent(root)
        return f"{_HEAD}{in_markup(ET.tostring(root, encoding='unicode'))}\n"


REPORTS.add("junit", JUnit())


def _count(suite: ET.Element, *names: str) -> None:
    for name in names:
        suite.set(name, str(int(suite.get(name, "0")) + 1))


def _class(results: Results, name: str) -> str:
    return line(f"{results.id or 'markscheme'}.{name}")


def _suite(root: ET.Element, name: str, cases: Sequence[Case], results: Results) -> ET.Element:
    counts = {
        "tests": len(cases),
        "failures": sum(case.status == "failed" for case in cases),
        "errors": 0,
        "skipped": sum(case.status == "left out" for case in cases),
    }
    suite = ET.SubElement(root, "testsuite", {"name": name, **{what: str(many) for what, many in counts.items()}})
    for case in cases:
        _case(suite, name, case, results)
    return suite


def _case(suite: ET.Element, name: str, case: Case, results: Results) -> None:
    place = case.problems[0].place if case.problems else case.place
    where = {} if place is None else {"file": line(results.run.path(place)), "line": str(max(place.line, 1))}
    written = ET.SubElement(suite, "testcase", {"classname": _class(results, name), "name": case.check, **where})
    if case.status == "left out":
        ET.SubElement(written, "skipped", {"message": "not carried to its end: see the other problems"})
    if case.problems:
        first, others = case.problems[0], len(case.problems) - 1
        more = f" (and {others} more)" if others else ""
        failure = ET.SubElement(written, "failure", {"message": said(first) + more, "type": first.code})
        failure.text = "\n\n".join(_text(case, results))
    if case.cautions:
        ET.SubElement(written, "system-out").text = "\n".join(_look(caution, results.run) for caution in case.cautions)


def _look(caution: Caution, run: Run) -> str:
    problem = caution.problem
    return line(f"look at this: {run.where(problem.place)}: {problem.code} {caution.said(run)}")


def _text(case: Case, results: Results) -> list[str]:
    """Return what is said of each problem."""
    return [
        "\n".join(
            (
                line(str(problem)),
                *of_student(results.seen(case.question, problem)),
                f"To look at it: {line(results.run.command(problem, case.question))}",
            )
        )
        for problem in case.problems
    ]
