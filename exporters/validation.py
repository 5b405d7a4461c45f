"""Validation: every variant asked for is drawn, solved, written, read back and graded, in every format."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from markscheme.bank import console
from markscheme.bank.checks import CHECKS
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import Sampler, first_variants
from markscheme.bank.seen import draw_of, seen
from markscheme.bank.whole import WholeBank
from markscheme.exporters.locked import LOCK, lock_problems
from markscheme.exporters.proving import Drawn, FormatsAtWork, Intended, found_by, rarely_collected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from markscheme.bank.banks import Bank
    from markscheme.bank.coverage import Estimate
    from markscheme.bank.lock import Lock
    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question
    from markscheme.bank.seen import Seen
    from markscheme.exporters.export import Progress

_MOST_DIGITS = 5
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

LOOKED_AT_WHOLE = 500
"""Of a question whose parameters have no more points than these, all variants are looked at if there are samples."""

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
    exported
        How many of the variants an export writes; the others are further draws.
    is_whole
        Whether the variants are all that there are.
    estimate
        How many variants there are, judged by those that were looked at; None if that cannot be told.
    seconds
        The time that a processor worked on the question.
    """

    question: str
    variants: int
    proved: int
    space: int | None
    problems: tuple[Problem, ...]
    cautions: tuple[Problem, ...]
    statements: tuple[str, ...]
    place: Place
    checks: Mapping[str, bool]
    seen: Mapping[str, Seen]
    exported: int = 0
    is_whole: bool = False
    estimate: Estimate | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def coverage(self) -> str:
        """How many variants were looked at, of how many there are."""
        if self.is_whole:
            return f"{self.variants:,} of {console.count(self.variants, 'variant')}"
        if self.estimate is None or not self.variants:
            return console.count(self.variants, "variant")
        number, said = self.estimate.number, "at least" if self.estimate.is_least else "about"
        if _in_few_digits(number) < self.variants:
            return f"{self.variants:,} of at least {console.count(self.variants, 'variant')}"
        return f"{self.variants:,} of {said} {about(number)} variants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is found out about a question by itself: the verdict, and its part in what is said of the whole bank."""

    verdict: Verdict
    whole: WholeBank = field(default_factory=WholeBank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a bank is to be validated.

    Attributes
    ----------
    seed
        The seed of the draws.
    count
        How many variants of each question an export writes, an original included; all of them are looked at.
    samples
        How many variants are looked at in all, if there are so many; of a question with a small space all are. Those
        that no export writes pass through one format each, in turn. With 0 there are no others.
    formats
        The names of the formats that must hold every question; empty for all that can.
    workers
        How many processes share the questions; the verdicts are the same, and in the same order.
    lock
        What is published, if that is to be looked after.
    """

    seed: int
    count: int
    samples: int = 0
    formats: tuple[str, ...] = ()
    workers: int = 1
    lock: Lock | None = None

    def wanted(self, question: Question) -> int:
        """Return how many variants to look at: those that an export writes, further samples, all of a small space."""
        space = question.space() or 0
        return max(self.count, self.samples, space if self.samples and space <= LOOKED_AT_WHOLE else 0)

    def expected(self, question: Question) -> int:
        """Return how many there may be of these, for a word on how far the work is."""
        space = question.space()
        wanted = self.wanted(question)
        return wanted if space is None else min(wanted, space + (question.pinned is not None))


def verdicts(bank: Bank, plan: Plan, progress: Progress, whole: WholeBank | None = None) -> Iterator[Verdict]:
    """Yield a verdict on each question of a bank.

    Parameters
    ----------
    progress
        Is told of every variant.
    whole
        Sees every variant, if it is wanted, and has findings on the whole bank at the end.
    """
    for judgement in _judgements(bank, plan, progress):
        if whole is not None:
            whole.add(judgement.whole)
        yield judgement.verdict


def _judgements(bank: Bank, plan: Plan, progress: Progress) -> Iterator[Judgement]:
    if plan.workers > 1 and len(bank.questions) > 1:
        from markscheme.exporters.sharing import shared  # noqa: PLC0415 - it needs `judge`

        yield from shared(bank, plan, progress)
        return
    for question in bank.questions:
        yield judge(question, plan, progress)


def look_beside(questions: Iterable[Question], seed: int, whole: WholeBank) -> None:
    """Let questions that are not validated be what others are compared with; one without a variant is left out."""
    for solved, variant in first_variants(questions, seed):
        whole.see_beside(solved.question, variant)


def judge(question: Question, plan: Plan, progress: Progress) -> Judgement:
    """Validate a question; the arguments are those of `verdicts`."""
    with rarely_collected():
        return _judge(question, plan, progress)


def _judge(question: Question, plan: Plan, progress: Progress) -> Judgement:
    started = time.process_time()
    checks = {f"check {name}": make(question) for name, make in CHECKS.items()}
    whole = WholeBank()
    looked_at = proved = 0
    sampler = Sampler(question, plan.seed)
    formats = FormatsAtWork(question, plan.formats)
    parts = dict.fromkeys((VARIANTS, *checks, *(f"format {form.name}" for form in formats.formats)), False)
    intended = Intended(question)
    problems = _Problems()
    failures: dict[tuple[Place, str], Problem] = {}

    def add(found: Iterable[Problem]) -> None:
        problems.add(problem for problem in found if not intended.holds(problem))

    def failed(error: BankError) -> None:
        for problem in found_by(VARIANTS, error.problems):
            first = failures.setdefault((problem.place, problem.code), problem)  # another draw says it with its numbers
            add([replace(first, variant=problem.variant)])

    def drawn() -> Iterator[Drawn]:
        every = sampler.solved(plan.wanted(question), plan.count, failed)
        for number, (solved, variant) in enumerate(every, 1):
            whole.see(question, variant)
            for check in checks.values():
                check.see(variant, solved)
            yield Drawn(solved, variant, None if number <= plan.count else number)

    try:
        for found in formats.proofs(drawn(), checks.values()):
            looked_at += 1
            add(found)
            proved += not found
            progress(question.id)
            if len(problems) > MOST_PROBLEMS:
                break
        else:
            parts = {part: part not in formats.refused_parts for part in parts}
    except BankError as error:
        add(found_by(VARIANTS, error.problems))
    for name, check in checks.items():
        add(found_by(name, check.problems()))
    is_complete = looked_at == sampler.found and not sampler.failed
    if plan.lock is not None:
        add(lock_problems(question, plan.lock))
        parts[LOCK] = True
    merged = BankError(problems.merged()).problems
    pointed_out = (found_by(name, check.cautions()) for name, check in checks.items())
    cautions = [one for found in pointed_out for one in found if not intended.holds(one)]
    verdict = Verdict(
        question=question.id,
        variants=looked_at + sampler.failed,
        proved=proved,
        space=question.space(),
        problems=merged,
        cautions=(
            *_merged(cautions),
            *formats.refused(),
            *found_by(VARIANTS, (*_undecided(sampler), *intended.not_found())),
        ),
        statements=tuple(statement for check in checks.values() for statement in check.statements()),
        place=question.spec.place,
        checks=parts,
        seen=dict(_seen(question, plan.seed, merged)),
        exported=min(looked_at, plan.count),
        is_whole=sampler.is_whole and is_complete,
        estimate=sampler.estimate() if is_complete else None,
        seconds=time.process_time() - started,
    )
    return Judgement(verdict=verdict, whole=whole)


def published_elsewhere(lock: Lock, bank: Bank, validated: Iterable[Question]) -> Iterator[Problem]:
    """Yield what became of the published variants of those questions of a bank that are not validated."""
    known = {question.id for question in validated}
    for question in bank.questions:
        if question.id not in known:
            yield from _merged(lock_problems(question, lock))


def about(number: float) -> str:
    """Write a large number in a few digits.

    Examples
    --------
    >>> about(412.3), about(12_345), about(3_141_592.0)
    ('410', '12,000', '3·10⁶')
    """
    rounded = _in_few_digits(number)
    if rounded >= 10**_MOST_DIGITS:
        mantissa, power = f"{rounded:.0e}".split("e")
        return f"{mantissa}·10{str(int(power)).translate(_RAISED)}"
    return f"{rounded:,.0f}"


def _in_few_digits(number: float) -> float:
    """Return a number as it is written: to two digits, or to one where it is large."""
    return float(f"{number:.{0 if number >= 10**_MOST_DIGITS else 1}e}") if number >= 1 else round(number)


def _seen(question: Question, seed: int, problems: Iterable[Problem]) -> Iterator[tuple[str, Seen]]:
    """Yield what a student sees of each variant that problems name first."""
    for name in dict.fromkeys(first_variant(problem) for problem in problems):
        found = draw_of(name, question, seed)
        if found is not None:
            yield name, seen(question, question.source(found[0]), *found)


def first_variant(problem: Problem) -> str:
    """Return the id of the first variant that a problem concerns; empty where it concerns none.

    Examples
    --------
    >>> from markscheme.bank.problems import Place
    >>> first_variant(Problem(place=Place("a.yaml"), code="X713", message="no", variant="sum.7.1 and 3 more"))
    'sum.7.1'
    """
    return problem.variant.partition(" ")[0]


def _undecided(sampler: Sampler) -> Iterator[Problem]:
    for reason, times in sampler.passed.most_common():
        if "too close to decide" in reason:
            message = f"{times} of {sampler.tried} draws were passed over: {reason}"
            yield Problem(place=sampler.question.spec.place, code="C413", message=message)


def _merged(problems: Iterable[Problem]) -> Iterator[Problem]:
    together = _Problems()
    together.add(problems)
    return together.merged()


class _Problems:
    """Problems, of which the same one in several variants counts once."""

    def __init__(self) -> None:
        self._found: dict[Problem, tuple[str, dict[str, None]]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep problems."""
        for problem in problems:
            same = replace(problem, variant="", check="")
            self._found.setdefault(same, (problem.check, {}))[1][problem.variant] = None

    def merged(self) -> Iterator[Problem]:
        """Yield each once, with the part that found it first, its first variant and the number of others."""
        for problem, (check, variants) in self._found.items():
            first, *others = variants
            more = f" and {len(others)} more" if others else ""
            yield replace(problem, variant=first + more, check=check)
