"""Validation: every variant asked for is drawn, solved, written, read back and graded, in every format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markscheme.bank.checks import CHECKS
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import Sampler, in_target
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import roundtrip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from markscheme.bank.banks import Bank
    from markscheme.bank.bias import Bias
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant
    from markscheme.exporters.export import Progress

_UNLIKELY = 1e-4

MOST_PROBLEMS = 20
"""A question is given up after so many problems: the rest would say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What validation says of a question.

    Attributes
    ----------
    variants
        How many variants were checked.
    proved
        How many of them earned in every format what the author said.
    space
        How many points the question's parameters have, or None if that is not known.
    problems
        What is wrong; empty where all is well.
    cautions
        What an author should look at, and is no problem yet.
    statements
        What is worth knowing.
    """

    question: str
    variants: int
    proved: int
    space: int | None
    problems: tuple[Problem, ...]
    cautions: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What is looked at beside each variant by itself.

    Attributes
    ----------
    bias
        Sees every variant, if it is wanted, and has findings on the whole bank at the end.
    formats
        The names of the formats that must hold every question; empty for all that can.
    """

    bias: Bias | None = None
    formats: Collection[str] = ()


def validate(bank: Bank, seed: int, count: int, progress: Progress, extent: Extent = Extent()) -> Iterator[Verdict]:
    """Yield a verdict on each question of a bank.

    Parameters
    ----------
    seed
        The seed of the draws.
    count
        How many variants of each question, an original included.
    progress
        Is told of every variant.
    extent
        What else is looked at.
    """
    for question in bank.questions:
        yield _verdict(question, seed, count, progress, extent)


def _verdict(question: Question, seed: int, count: int, progress: Progress, extent: Extent) -> Verdict:
    problems: list[Problem] = []
    checks = [make(question) for _, make in CHECKS.items()]
    seen = proved = 0
    sampler = Sampler(question, seed)
    values = _Values(question)
    formats = _Formats(question, extent.formats)
    try:
        for solved, variant in sampler.solved(count):
            seen += 1
            values.see(solved)
            if extent.bias is not None:
                extent.bias.see(question, variant)
            for check in checks:
                check.see(variant)
            known = len(problems)
            problems += formats.problems(solved, variant)
            proved += len(problems) == known
            progress(question.id)
            if len(problems) > MOST_PROBLEMS:
                break
    except BankError as error:
        problems += error.problems
    else:
        problems += (problem for check in checks for problem in check.problems())
    return Verdict(
        question=question.id,
        variants=seen,
        proved=proved,
        space=question.space(),
        problems=BankError(_merged(problems)).problems,
        cautions=(*formats.refused(), *_undecided(sampler), *values.missing()),
        statements=tuple(statement for check in checks for statement in check.statements()),
    )


def _undecided(sampler: Sampler) -> Iterator[str]:
    for reason, times in sampler.passed.most_common():
        if "too close to decide" in reason:
            yield f"{times} of {sampler.tried} draws were passed over: {reason}"


class _Formats:
    """Puts variants through formats.

    A format that cannot hold a question is a problem only where it was named, or where none can: nobody can write every
    question so that all platforms hold it, and most banks are for one of them.
    """

    def __init__(self, question: Question, named: Collection[str]) -> None:
        self.question = question
        self.named = bool(named)
        self.formats = [form for name, form in FORMATS.items() if name in named or not named]
        self._refused: dict[str, str] = {}
        self._is_unheld = False

    def problems(self, solved: Solved, variant: Variant) -> list[Problem]:
        worded: dict[str, Variant] = {}
        found: list[Problem] = []
        refused: list[Problem] = []
        for form in self.formats:
            target = form.target
            if target.name not in worded:
                worded[target.name] = in_target(target, solved, variant)
            slips = list(roundtrip(worded[target.name], form, self.question.place_of))
            is_refused = bool(slips) and slips[0].code == "X710"
            if is_refused:
                self._refused.setdefault(form.name, slips[0].message)
            (refused if is_refused and not self.named else found).extend(slips)
        is_held = len({problem.message.partition(":")[0] for problem in refused}) < len(self.formats)
        self._is_unheld |= not is_held
        return found if is_held else [*found, *refused]

    def refused(self) -> Iterator[str]:
        """Yield which formats cannot hold the question."""
        if not (self.named or self._is_unheld):
            yield from (f"refused by {message}" for message in self._refused.values())


class _Values:
    """Looks for listed values of parameters that no variant has."""

    def __init__(self, question: Question) -> None:
        self.listed = {name: {repr(value) for value in rule.listed()} for name, rule in question.parameters}
        self.met: dict[str, set[str]] = {name: set() for name in self.listed}
        self.seen = 0

    def see(self, solved: Solved) -> None:
        self.seen += solved.draw > 0
        for name in self.listed:
            self.met[name].add(repr(solved.values[name]))

    def missing(self) -> Iterator[str]:
        for name, listed in self.listed.items():
            for value in sorted(listed - self.met[name]):
                if (1 - 1 / len(listed)) ** self.seen < _UNLIKELY:
                    yield f"no variant has {name} = {value}, which the rule lists: every draw of it is passed over"


def _merged(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield each problem once, with the first variant that has it and the number of others."""
    variants: dict[Problem, list[str]] = {}
    for problem in problems:
        variants.setdefault(replace(problem, variant=""), []).append(problem.variant)
    for problem, (first, *others) in variants.items():
        more = f" and {len(others)} more" if others else ""
        yield replace(problem, variant=first + more)
