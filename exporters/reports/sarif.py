"""``sarif``: SARIF 2.1.0 (OASIS, 2020), which code scanning takes."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from markscheme import __version__
from markscheme.bank.codes import CODES, explanation
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import in_json, line, of_student, safe
from markscheme.exporters.results import Caution
from markscheme.exporters.validation import first_variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.problems import Place
    from markscheme.exporters.results import Results, Run
    from markscheme.exporters.validation import Verdict

_LINK = re.compile(r"(\\*)\](?=\()")
"""Where the text of a link would end."""

_MEASURED = re.compile(r"(?<![\w'.-])[0-9][0-9.,e+-]*%?")
"""A number that is no part of a name."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class Sarif:
    """One run of one tool, its rules the codes of problems."""

    title = "findings for code scanning"
    suffixes: tuple[str, ...] = (".sarif", ".json")
    for_people = False
    appears_with = ""

    def verdict(self, verdict: Verdict, run: Run) -> str:  # noqa: ARG002 - the form of a report
        """Return nothing: the rules stand first."""
        return ""

    def end(self, results: Results) -> str:
        """Return the document."""
        document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(results)]}
        return in_json(document)


REPORTS.add("sarif", Sarif())


class _Told(NamedTuple):
    """A problem or caution, and how grave it is."""

    level: str
    caution: Caution


def _told(results: Results) -> Iterator[_Told]:
    for question, problem in results.every():
        yield _Told("error", Caution(question, problem))
    for caution in results.cautions():
        yield _Told("note" if caution.is_note else "warning", caution)


def _run(results: Results) -> dict[str, Any]:
    every = list(_told(results))
    levels = {told.caution.problem.code: told.level for told in reversed(every)}  # the gravest comes first
    codes = sorted(levels)
    prints = _fingerprints(every, results)
    rules = [_rule(code, levels[code]) for code in codes]
    return {
        "tool": {"driver": {"name": "markscheme", "version": __version__, "rules": rules}},
        "automationDetails": {"id": f"markscheme/{results.id or 'bank'}/"},
        "invocations": [{"executionSuccessful": results.complete}],
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                **_result(told, results),
                "ruleIndex": codes.index(told.caution.problem.code),
                # Lines move; what is wrong with which question does not. The hash of the line is left to the uploader,
                # which has the files and says so where a report's own differs.
                "partialFingerprints": {"markscheme/v1": fingerprint},
            }
            for told, fingerprint in zip(every, prints, strict=True)
        ],
    }


def _rule(code: str, level: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": level}}
    if code in CODES:
        text = explanation(code)
        rule["shortDescription"] = {"text": CODES[code]}
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(told: _Told, results: Results) -> dict[str, Any]:
    run = results.run
    question, problem, also = told.caution
    command = line(run.command(problem, question))
    more = [*of_student(results.seen(question, problem)), f"To look at it: {command}"]
    properties = {"question": question, "variant": first_variant(problem), "check": problem.check, "command": command}
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": told.level,
        "message": {"text": plain("\n".join((line(told.caution.said(run)), *more)))},
        "locations": [{"physicalLocation": _physical(problem.place, run)}],
        "properties": {name: line(value) for name, value in properties.items() if value},
    }
    if also:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place, run)} for number, place in enumerate(also, 1)
        ]
    return result


def _physical(place: Place, run: Run) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": _location(safe(run.path(place)))}
    if place.line:
        where["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    return where


def plain(text: str) -> str:
    r"""Return text as a message in which nothing is a placeholder (§3.11.5) or a link (§3.11.6).

    Examples
    --------
    >>> print(plain(r"the set {0} and [a](http://b), but [[y]] and \frac as they are"))
    the set {{0}} and [a\](http://b), but [[y]] and \frac as they are
    """
    text = text.replace("{", "{{").replace("}", "}}")
    return _LINK.sub(lambda found: f"{found[1] * 2}\\]", text)


def _fingerprints(every: Sequence[_Told], results: Results) -> Iterator[str]:
    """Yield what tells each problem from the others, whatever line it is at; of equal ones, which one it is."""
    times: Counter[tuple[str, ...]] = Counter()
    for level, (question, problem, _) in every:
        # What a caution measures moves with every change of the question.
        message = problem.message if level == "error" else _MEASURED.sub("#", problem.message)
        parts = (question or results.run.path(problem.place), problem.code, problem.check, message)
        again = (str(times[parts]),) if times[parts] else ()
        times[parts] += 1
        yield sha256("\0".join((*parts, *again)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _location(path: str) -> dict[str, str]:
    """Return where a file is: from the root of the source, or an address of its own."""
    if PureWindowsPath(path).drive:
        return {"uri": PureWindowsPath(path).as_uri()}
    if path.startswith("/"):
        return {"uri": PurePosixPath(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}
