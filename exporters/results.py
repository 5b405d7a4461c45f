"""The results of a validation, as reports see them."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from markscheme.bank.problems import Place, Problem
from markscheme.exporters.validation import VARIANTS, first_variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markscheme.bank.bias import Finding
    from markscheme.bank.seen import Seen
    from markscheme.exporters.validation import Verdict

_SLOWEST = 3
_LONG = 2
_WORTH_SAYING = 0.5

SAMPLES = 50
"""So many variants of a question are looked at where nobody says how many."""

_OF_SOLVING = re.compile(r"E(?!52[123])[35][0-9]{2}")
"""The codes of what goes wrong in a single draw; the others of these need several, or the original."""

READ = "read"
"""The part of a validation that reads the bank."""

WHOLE = "whole bank"
"""The part of a validation that compares the questions of the bank."""

BANK = "bank"
"""What reports call a part that concerns no single question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was to be validated.

    Attributes
    ----------
    bank
        How the user named the bank; empty where it was found.
    options
        Further options that the user gave, such as ``--allow-code``, for the commands that reproduce a problem.
    variants, samples, seed, formats, only, changed
        How many variants of each question an export writes, how many are looked at, and what else the user gave: the
        seed, formats that must hold all, which questions, since which revision.
    root
        The folder that a reader of the report sees; files below it are named from there.
    verbose
        Whether to say what is worth knowing and no problem.
    """

    bank: str = ""
    options: tuple[str, ...] = ()
    variants: int = 10
    samples: int = SAMPLES
    seed: int | None = None
    formats: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    changed: str | None = None
    root: str = ""
    verbose: bool = False

    def command(self, problem: Problem, question: str) -> str:
        """Return the command that shows a problem again: ``show`` where solving alone meets it, else ``validate``."""
        name = first_variant(problem)
        bank = [self.bank] if self.bank else []
        if name.startswith(f"{question}.") and problem.check == VARIANTS and _OF_SOLVING.fullmatch(problem.code):
            allowed = [option for option in self.options if option == "--allow-code"]
            return shlex.join(["markscheme", "show", name, *bank, *allowed])
        chosen = ["--only", question] if question else self._of("--only", self.only)
        since = ["--changed", self.changed] if self.changed and not question else []
        return shlex.join(["markscheme", "validate", *bank, *chosen, *since, *self._plan(), *self.options])

    def _plan(self) -> Iterator[str]:
        yield from ("-n", str(self.variants))
        if self.samples != SAMPLES:
            yield from ("--samples", str(self.samples))
        if self.seed is not None:
            yield from ("--seed", str(self.seed))
        yield from self._of("--format", self.formats)

    def _of(self, option: str, values: Iterable[str]) -> list[str]:
        return [word for value in values for word in (option, value)]

    def path(self, place: Place) -> str:
        """Return the path of a file from the root; an absolute one if it lies elsewhere.

        Examples
        --------
        >>> from markscheme.bank.problems import Place
        >>> Run(root="/repo").path(Place("/repo/bank/a.yaml")), Run(root="/repo").path(Place("/tmp/a.yaml"))
        ('bank/a.yaml', '/tmp/a.yaml')
        """
        path = Path(os.path.abspath(place.file))  # noqa: PTH100 - what a link leads to has another name
        root = Path(os.path.abspath(self.root or "."))  # noqa: PTH100
        return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()

    def where(self, place: Place) -> str:
        """Return the path of a file from the root, with line and column where there are any."""
        return self.path(place) + (f":{place.line}:{place.column}" if place.line else "")


class Caution(NamedTuple):
    """What an author should look at, and is no problem yet.

    Attributes
    ----------
    question
        The question's id; empty where it concerns the whole bank, or several questions.
    also
        Further places that it is about.
    """

    question: str
    problem: Problem
    also: tuple[Place, ...] = ()

    @property
    def is_note(self) -> bool:
        """Whether there is nothing to mend, as where one platform of several cannot hold a question."""
        return self.problem.code == "X710"

    def said(self, run: Run) -> str:
        """Return what there is to look at, with what to do about it and all places but the first."""
        hint = f" ({self.problem.hint})" if self.problem.hint else ""
        also = f"; see also {', '.join(map(run.where, self.also))}" if self.also else ""
        return self.problem.message + hint + also


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, or with an empty id the bank, looked at in one way."""

    question: str
    check: str
    place: Place | None
    problems: tuple[Problem, ...]
    status: Literal["passed", "failed", "left out"]
    cautions: tuple[Caution, ...] = ()


@dataclass(slots=True, kw_only=True)
class Results:
    """What is known so far.

    Attributes
    ----------
    id, title, seed
        Those of the bank; empty and None where it could not be read.
    place
        Where the bank is.
    problems
        What is wrong with the bank as a whole.
    findings
        What was found over the whole bank, and may be no problem.
    complete
        Whether the validation came to its end.
    unchanged
        How many questions were left out, where only those are looked at that changed.
    seconds
        How long it took, where a person is told.
    """

    run: Run
    id: str = ""
    title: str = ""
    seed: int | None = None
    place: Place | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = False
    unchanged: int | None = None
    seconds: float | None = None
    _by_question: dict[str, Verdict] = field(default_factory=dict, init=False, repr=False, compare=False)

    def every(self) -> Iterator[tuple[str, Problem]]:
        """Yield all problems, each with the id of its question; those of the bank come first."""
        yield from (("", problem) for problem in self.problems)
        for verdict in self.verdicts:
            yield from ((verdict.question, problem) for problem in verdict.problems)

    def cautions(self) -> Iterator[Caution]:
        """Yield all that an author should look at; what concerns the bank comes last."""
        for verdict in self.verdicts:
            yield from (Caution(verdict.question, caution) for caution in verdict.cautions)
        yield from self.of_whole()

    def of_whole(self) -> Iterator[Caution]:
        """Yield what an author should look at over the whole bank."""
        bank = self.place or Place(self.run.bank or "bank.yaml")
        for finding in self.findings:
            if finding.suspicious:
                place, *also = finding.places or (bank,)
                message = finding.sentence.removeprefix(f"{finding.code} ")
                yield Caution("", Problem(place=place, code=finding.code, message=message, check=WHOLE), tuple(also))

    def seen(self, question: str, problem: Problem) -> Seen | None:
        """Return what a student sees of the variant that a problem names first."""
        if len(self._by_question) != len(self.verdicts):  # they came in meanwhile
            self._by_question = {verdict.question: verdict for verdict in self.verdicts}
        verdict = self._by_question.get(question)
        return None if verdict is None else verdict.seen.get(first_variant(problem))

    def of_bank(self) -> Iterator[Case]:
        """Yield what was looked at over the whole bank; reading is always among it."""
        parts = dict.fromkeys((READ, *(problem.check or READ for problem in self.problems)))
        for part in parts:
            found = tuple(problem for problem in self.problems if (problem.check or READ) == part)
            yield Case(
                question="", check=part, place=None, problems=found, status="failed" if found else "passed"
            )  # fmt: skip
        if self.findings:
            yield Case(
                question="", check=WHOLE, place=None, problems=(), status="passed", cautions=tuple(self.of_whole())
            )  # fmt: skip

    def of_question(self, verdict: Verdict) -> Iterator[Case]:
        """Yield each part of a question's validation."""
        named = dict.fromkeys(problem.check for problem in (*verdict.problems, *verdict.cautions))
        for part, done in {**dict.fromkeys(named, True), **verdict.checks}.items():
            found = tuple(problem for problem in verdict.problems if problem.check == part)
            status: Literal["passed", "failed", "left out"] = "failed" if found else "passed" if done else "left out"
            yield Case(
                question=verdict.question,
                check=part,
                place=verdict.place,
                problems=found,
                status=status,
                cautions=tuple(Caution(verdict.question, one) for one in verdict.cautions if one.check == part),
            )

    @property
    def checked(self) -> int:
        """How many variants were looked at."""
        return sum(verdict.variants for verdict in self.verdicts)

    @property
    def proved(self) -> int:
        """How many variants were found sound."""
        return sum(verdict.proved for verdict in self.verdicts)

    @property
    def wrong(self) -> int:
        """How many problems there are."""
        return len(self.problems) + sum(len(verdict.problems) for verdict in self.verdicts)

    def slowest(self) -> Iterator[str]:
        """Yield the questions that took longest, where there are several and these took longer than most."""
        usual = median([one.seconds for one in self.verdicts] or [0.0])
        for one in sorted(self.verdicts, key=lambda one: -one.seconds)[:_SLOWEST]:
            if one.variants and one.seconds > _LONG * usual and one.seconds >= _WORTH_SAYING:
                each = one.seconds * 1000 / one.variants
                yield f"{one.question} {one.seconds:.1f} s ({each:.0f} ms a variant)"

    def summary(self) -> str:
        """Say in a line how it went."""
        from markscheme.bank.console import count  # noqa: PLC0415 - the command line's

        some = count(self.checked, "variant")
        result = f"{some} proved" if self.proved == self.checked else f"{some} checked, {self.proved} proved"
        left = "" if self.unchanged is None else f" ({count(self.unchanged, 'question')} did not change)"
        rest = "" if self.complete else "; the validation did not come to its end"
        return f"{result}{left}, {count(self.wrong, 'problem')}{rest}"
