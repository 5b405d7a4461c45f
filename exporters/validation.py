"""Validation: every variant asked for is drawn, solved, written, read back and graded, in every format."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from markscheme.bank.bias import Bias
from markscheme.bank.checks import CHECKS
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import Sampler, in_target
from markscheme.bank.seen import draw_of, seen
from markscheme.exporters import FORMATS
from markscheme.exporters.locked import LOCK, lock_problems
from markscheme.exporters.roundtrip import roundtrip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from markscheme.bank.banks import Bank
    from markscheme.bank.lock import Lock
    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.seen import Seen
    from markscheme.exporters.export import Progress

_UNLIKELY = 1e-4

VARIANTS = "variants"
"""The part of a validation that draws, solves and words variants."""

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
    place
        Where the question begins.
    checks
        The parts of the validation, and whether each was carried to its end; problems name theirs.
    seen
        What a student sees of the variants that problems name, by their ids.
    """

    question: str
    variants: int
    proved: int
    space: int | None
    problems: tuple[Problem, ...]
    cautions: tuple[str, ...]
    statements: tuple[str, ...]
    place: Place
    checks: Mapping[str, bool]
    seen: Mapping[str, Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is found out about a question by itself: the verdict, and its part in what is said of the whole bank."""

    verdict: Verdict
    bias: Bias = field(default_factory=Bias)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a bank is to be validated.

    Attributes
    ----------
    seed
        The seed of the draws.
    count
        How many variants of each question, an original included.
    workers
        How many processes share the questions; the verdicts are the same, and in the same order.
    lock
        What is published, if that is to be looked after.
    """

    seed: int
    count: int
    workers: int = 1
    lock: Lock | None = None


def validate(bank: Bank, seed: int, count: int, progress: Progress, bias: Bias | None = None) -> Iterator[Verdict]:
    """Yield a verdict on each question of a bank.

    Parameters
    ----------
    seed
        The seed of the draws.
    count
        How many variants of each question, an original included.
    progress
        Is told of every variant.
    bias
        Sees every variant, if it is wanted, and has findings on the whole bank at the end.
    """
    yield from verdicts(bank, Plan(seed=seed, count=count), progress, bias)


def verdicts(bank: Bank, plan: Plan, progress: Progress, bias: Bias | None = None) -> Iterator[Verdict]:
    """Yield a verdict on each question of a bank, as `validate` does."""
    for judgement in _judgements(bank, plan, progress):
        if bias is not None:
            bias.add(judgement.bias)
        yield judgement.verdict


def _judgements(bank: Bank, plan: Plan, progress: Progress) -> Iterator[Judgement]:
    if plan.workers > 1 and len(bank.questions) > 1:
        from markscheme.exporters.sharing import shared  # noqa: PLC0415 - it needs `judge`

        yield from shared(bank, plan, progress)
        return
    for question in bank.questions:
        yield judge(question, plan, progress)


def judge(question: Question, plan: Plan, progress: Progress) -> Judgement:
    """Validate a question; the arguments are those of `verdicts`."""
    problems: list[Problem] = []
    checks = {f"check {name}": make(question) for name, make in CHECKS.items()}
    parts = dict.fromkeys((VARIANTS, *checks, *(f"format {name}" for name in FORMATS.names())), False)
    bias = Bias()
    looked_at = proved = 0
    sampler = Sampler(question, plan.seed)
    values = _Values(question)
    try:
        for solved, variant in sampler.solved(plan.count):
            looked_at += 1
            values.see(solved)
            bias.see(question, variant)
            for check in checks.values():
                check.see(variant)
            known = len(problems)
            for name, form in FORMATS.items():
                found = roundtrip(in_target(form.target, solved, variant), form, question.place_of)
                problems += _found_by(f"format {name}", found)
            proved += len(problems) == known
            progress(question.id)
            if len(problems) > MOST_PROBLEMS:
                break
        else:
            parts = dict.fromkeys(parts, True)
    except BankError as error:
        problems += _found_by(VARIANTS, error.problems)
    else:
        for name, check in checks.items():
            problems += _found_by(name, check.problems())
    if plan.lock is not None:
        problems += lock_problems(question, plan.lock.of_question(question.id))
        parts[LOCK] = True
    merged = BankError(_merged(problems)).problems
    verdict = Verdict(
        question=question.id,
        variants=looked_at,
        proved=proved,
        space=question.space(),
        problems=merged,
        cautions=(*_undecided(sampler), *values.missing()),
        statements=tuple(statement for check in checks.values() for statement in check.statements()),
        place=question.spec.place,
        checks=parts,
        seen=dict(_seen(question, plan.seed, merged)),
    )
    return Judgement(verdict=verdict, bias=bias)


def _found_by(part: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems with the part of the validation that found them."""
    return (replace(problem, check=problem.check or part) for problem in problems)


def _seen(question: Question, seed: int, problems: Iterable[Problem]) -> Iterator[tuple[str, Seen]]:
    """Yield what a student sees of each variant that problems name first."""
    source = question.source(seed)
    for name in dict.fromkeys(first_variant(problem) for problem in problems):
        draw = draw_of(name, question, seed)
        if draw is not None:
            yield name, seen(question, source, seed, draw)


def first_variant(problem: Problem) -> str:
    """Return the id of the first variant that a problem concerns; empty where it concerns none.

    Examples
    --------
    >>> from markscheme.bank.problems import Place
    >>> first_variant(Problem(place=Place("a.yaml"), code="X713", message="no", variant="sum.7.1 and 3 more"))
    'sum.7.1'
    """
    return problem.variant.partition(" ")[0]


def _undecided(sampler: Sampler) -> Iterator[str]:
    for reason, times in sampler.passed.most_common():
        if "too close to decide" in reason:
            yield f"{times} of {sampler.tried} draws were passed over: {reason}"


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
    """Yield each problem once, with the part that found it first, its first variant and the number of others."""
    found: dict[Problem, tuple[str, dict[str, None]]] = {}
    for problem in problems:
        found.setdefault(replace(problem, variant="", check=""), (problem.check, {}))[1][problem.variant] = None
    for problem, (check, variants) in found.items():
        first, *others = variants
        more = f" and {len(others)} more" if others else ""
        yield replace(problem, variant=first + more, check=check)
