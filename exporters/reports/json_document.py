"""``json``: everything, for programs; `SCHEMA` says what stands where, and `markscheme schema --report` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markscheme import __version__
from markscheme.bank.codes import CODES
from markscheme.exporters import FORMATS
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports._words import in_json, safe
from markscheme.exporters.validation import first_variant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markscheme.bank.bias import Finding
    from markscheme.bank.problems import Place, Problem
    from markscheme.bank.seen import Seen
    from markscheme.exporters.results import Case, Results, Run
    from markscheme.exporters.validation import Verdict

VERSION: Final = 2
"""Counts up when a key changes its meaning or goes; new keys may come at any time."""


class JsonDocument:
    """One object."""

    title = "everything, for programs"
    suffixes: tuple[str, ...] = (".json",)
    for_people = False
    appears_with = ""

    def verdict(self, verdict: Verdict, run: Run) -> str:  # noqa: ARG002 - the form of a report
        """Return nothing: the sum stands first."""
        return ""

    def end(self, results: Results) -> str:
        """Return the document."""
        return in_json(_cleaned(_document(results)))


REPORTS.add("json", JsonDocument())


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of such reports."""
    return SCHEMA


def _cleaned(value: Any) -> Any:
    """Return a value whose texts hold nothing that steers a terminal."""
    match value:
        case str():
            return safe(value)
        case dict():
            return {key: _cleaned(one) for key, one in value.items()}
        case list():
            return [_cleaned(one) for one in value]
        case _:
            return value


def _document(results: Results) -> dict[str, Any]:
    return {
        "format": "markscheme-report",
        "version": VERSION,
        "markscheme": __version__,
        "complete": results.complete,
        "bank": {"id": results.id, "title": results.title} if results.id else None,
        "seed": results.seed,
        "variants": results.run.variants,
        "formats": list(FORMATS.names()),
        "summary": {
            "questions": len(results.verdicts),
            "variants": results.checked,
            "proved": results.proved,
            "problems": results.wrong,
            "cautions": sum(1 for _ in results.cautions()),
        },
        "problems": [_problem("", problem, results) for problem in results.problems],
        "questions": [_question(verdict, results) for verdict in results.verdicts],
        "findings": [_finding(finding, results) for finding in results.findings],
    }


def _question(verdict: Verdict, results: Results) -> dict[str, Any]:
    return {
        "id": verdict.question,
        "file": results.run.path(verdict.place),
        "variants": verdict.variants,
        "proved": verdict.proved,
        "space": verdict.space,
        "coverage": verdict.coverage,
        "checks": [_case(case) for case in results.of_question(verdict)],
        "problems": [_problem(verdict.question, problem, results) for problem in verdict.problems],
        "cautions": [_caution(caution, results) for caution in verdict.cautions],
        "statements": list(verdict.statements),
    }


def _case(case: Case) -> dict[str, str]:
    return {"name": case.check, "status": case.status}


def _problem(question: str, problem: Problem, results: Results) -> dict[str, Any]:
    others = problem.variant.removeprefix(first_variant(problem)).split()
    return {
        **_caution(problem, results),
        "other_variants": int(others[1]) if len(others) > 1 else 0,
        "seen": _seen(results.seen(question, problem)),
        "command": results.run.command(problem, question),
    }


def _caution(caution: Problem, results: Results) -> dict[str, Any]:
    return {
        **_place(caution.place, results),
        "code": caution.code,
        "meaning": CODES.get(caution.code, ""),
        "message": caution.message,
        "hint": caution.hint,
        "check": caution.check or None,
        "variant": first_variant(caution) or None,
    }


def _finding(finding: Finding, results: Results) -> dict[str, Any]:
    return {
        "text": finding.sentence,
        "caution": finding.suspicious,
        "code": finding.code or None,
        "places": [_place(place, results) for place in finding.places],
    }


def _place(place: Place, results: Results) -> dict[str, Any]:
    return {"file": results.run.path(place), "line": place.line or None, "column": place.column or None}


def _seen(seen: Seen | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    answers = [{"slot": one.slot, "key": one.key, "options": list(one.options)} for one in seen.answers]
    return {"drawn": seen.drawn, "stem": seen.stem, "answers": answers}


def _object(**keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(keys), "required": list(keys)}


def _list(items: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), "description": description}


def _text(description: str, *, null: bool = False) -> dict[str, Any]:
    return {"type": ["string", "null"] if null else "string", "description": description}


def _number(description: str, *, null: bool = False) -> dict[str, Any]:
    return {"type": ["integer", "null"] if null else "integer", "minimum": 0, "description": description}


_SEEN: Final = _object(
    drawn=_text("The drawn parameters, in one line."),
    stem=_text("What is asked, with [[slot]] where an answer goes; empty where the draw cannot be solved or worded."),
    answers=_list(
        _object(
            slot=_text("The name of the slot."),
            key=_text("What is right; empty where a person marks it."),
            options=_list({"type": "string"}, "What there is to choose from, as it is shown."),
        ),
        "The slots of the question.",
    ),
)
_PLACE: Final[dict[str, Any]] = {
    "file": _text("The file, from the folder in which the command ran, or the root of the checkout."),
    "line": _number("The line, from 1; null where the whole file is meant.", null=True),
    "column": _number("The column, from 1.", null=True),
}
_PROBLEM: Final = _object(
    **_PLACE,
    code=_text("The code of the problem; `markscheme explain` says more on it."),
    meaning=_text("What the code stands for."),
    message=_text("What is wrong."),
    hint=_text("What to do about it; may be empty."),
    check=_text("The part of the validation that found it; null where it was found before.", null=True),
    variant=_text("The id of the first variant that it concerns; null where it concerns the file.", null=True),
    other_variants=_number("How many more variants it concerns."),
    seen={"anyOf": [_SEEN, {"type": "null"}], "description": "What a student sees of the variant."},
    command=_text("The command that reproduces it."),
)
_CAUTION: Final = _object(
    **_PLACE,
    code=_text("Its code; `markscheme explain` says more on it."),
    meaning=_text("What the code stands for."),
    message=_text("What there is to look at."),
    hint=_text("What to do about it; may be empty."),
    check=_text("The part of the validation that points it out.", null=True),
    variant=_text("The id of the first variant that it concerns; null where it concerns all.", null=True),
)
_QUESTION: Final = _object(
    id=_text("The question's id."),
    file=_text("Its file."),
    variants=_number("How many variants were looked at."),
    proved=_number("How many of them are sound in every format."),
    space=_number("How many points its parameters have, if that is known.", null=True),
    coverage=_text("How many variants were checked, of how many there are."),
    checks=_list(
        _object(
            name=_text("The part of the validation: variants, check NAME, format NAME."),
            status={"enum": ["passed", "failed", "left out"], "description": "How it ended."},
        ),
        "The parts of the validation.",
    ),
    problems=_list(_PROBLEM, "What is wrong with the question."),
    cautions=_list(_CAUTION, "What an author should look at, and is no problem yet."),
    statements=_list({"type": "string"}, "What is worth knowing."),
)
SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A report of markscheme validate",
    **_object(
        format={"const": "markscheme-report", "description": "What this is."},
        version={"const": VERSION, "description": "Counts up when a key changes its meaning or goes."},
        markscheme=_text("The version of markscheme."),
        complete={"type": "boolean", "description": "Whether the validation came to its end."},
        bank={
            "anyOf": [_object(id=_text("Its id."), title=_text("Its title.")), {"type": "null"}],
            "description": "The bank; null where it could not be read.",
        },
        seed=_number("The seed of the draws.", null=True),
        variants=_number("How many variants of each question were asked for."),
        formats=_list({"type": "string"}, "The formats that each variant passed through."),
        summary={
            **_object(
                questions=_number("Questions that were looked at."),
                variants=_number("Variants that were looked at."),
                proved=_number("Variants that are sound in every format."),
                problems=_number("Problems."),
                cautions=_number("Cautions, which are no problems."),
            ),
            "description": "The sums.",
        },
        problems=_list(_PROBLEM, "What is wrong with the bank as a whole, such as files that cannot be read."),
        questions=_list(_QUESTION, "The questions, in the order of their files."),
        findings=_list(
            _object(
                text=_text("What was found."),
                caution={"type": "boolean", "description": "Whether an author should look at it."},
                code=_text("Its code; null where it never is a caution.", null=True),
                places=_list(_object(**_PLACE), "The questions or slots that it is about; empty for the whole bank."),
            ),
            "What was found over the whole bank.",
        ),
    ),
}
