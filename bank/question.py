"""Questions: compiled once, solved for any draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markscheme.bank.compiling import evaluate
from markscheme.bank.draws import Source
from markscheme.bank.guards import arithmetic
from markscheme.bank.problems import BankError, fail
from markscheme.bank.text.text import condition, one_room
from markscheme.bank.values import PassedOver, Value
from markscheme.bank.variants import Variant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from markscheme.bank.compiling import CompiledAnswer, SolvedAnswer
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.parameters import Rule
    from markscheme.bank.problems import Place
    from markscheme.bank.spec import QuestionSpec
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text

_MOST_POINTS = 10**18


@dataclass(frozen=True, slots=True)
class Step:
    """A named value to compute, or (with an empty name) a requirement to meet."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, compiled once.

    Attributes
    ----------
    spec
        What the author wrote.
    steps
        Values and requirements in the order in which they are worked out: each requirement as early as it can be.
    answers
        The slots in the order of the stem.
    folder
        Where its picture files are.
    """

    spec: QuestionSpec
    bank_id: str
    parameters: tuple[tuple[str, Rule], ...]
    steps: tuple[Step, ...]
    checks: tuple[Expression, ...]
    answers: tuple[tuple[str, CompiledAnswer], ...]
    stem: Text
    feedback: Text
    pinned: Mapping[str, Value] | None
    folder: Path | None = None

    @property
    def id(self) -> str:
        """The question's id."""
        return self.spec.id

    @property
    def size(self) -> int:
        """How many operations, names and numbers its values, requirements and checks have."""
        return sum(step.expression.size for step in self.steps) + sum(check.size for check in self.checks)

    def place_of(self, slot: str) -> Place:
        """Return where a slot is named under the answers; the question's own place for none."""
        return next((keyed.place for keyed in self.spec.answers if keyed.name == slot), self.spec.place)

    def variant_id(self, seed: int, draw: int) -> str:
        """Return the id of a draw, the same in every format."""
        return f"{self.id}.{seed}.{draw}" if draw else f"{self.id}.original"

    def space(self) -> int | None:
        """Return how many points the parameters have, or None if that is not known or beyond counting."""
        total = 1
        for size in (*(rule.size() for _, rule in self.parameters), *(a.choices() for _, a in self.answers)):
            if size is None:
                return None
            total *= size
        return total if total <= _MOST_POINTS else None

    @property
    def is_single(self) -> bool:
        """Whether nothing is drawn, so that there is one variant."""
        return self.space() == 1

    def solve(self, source: Source, seed: int, number: int) -> Solved:
        """Solve one draw.

        Parameters
        ----------
        source
            The question's random words under the seed.
        number
            The number of the draw; 0 is the original.

        Raises
        ------
        PassedOver
            If the draw breaks a requirement or makes no sound question.
        BankError
            If something cannot be computed, or a check fails; every problem names the variant.
        """
        try:
            with arithmetic(), one_room():
                return self._solve(source.draw(number), self.variant_id(seed, number), number)
        except BankError as error:
            raise _named(error, self.variant_id(seed, number)) from None

    def _solve(self, draw: Draw, variant_id: str, number: int) -> Solved:
        original = number == 0 and self.pinned is not None
        values = dict(self.pinned or {}) if original else self.parameter_values(draw)
        for step in self.steps:
            if step.name:
                values[step.name] = evaluate(step.expression, values)
            elif not condition(step.expression, values):
                raise PassedOver(f"'require: {step.expression.words}' does not hold")
        for check in self.checks:
            if not condition(check, values):
                raise fail(check.place, "E520", f"the check '{check.words}' does not hold")
        answers = tuple(answer.solve(values, draw, original=number == 0) for _, answer in self.answers)
        return Solved(question=self, id=variant_id, draw=number, values=values, answers=answers)

    def parameter_values(self, draw: Draw) -> dict[str, Value]:
        """Return the values of the parameters in a draw other than the original."""
        values: dict[str, Value] = {}
        for name, rule in self.parameters:
            values[name] = rule.draw(name, draw, values)
        return values

    def source(self, seed: int) -> Source:
        """Return the question's random words under a seed."""
        return Source(self.bank_id, seed, self.id)


def _named(error: BankError, variant: str) -> BankError:
    return BankError(problem if problem.variant else replace(problem, variant=variant) for problem in error.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A draw with all its values, before it is worded."""

    question: Question
    id: str
    draw: int
    values: Mapping[str, Value]
    answers: tuple[SolvedAnswer, ...]

    def word(self, target: Target) -> Variant:
        """Return the variant in a target's markup, without its fingerprint.

        Raises
        ------
        PassedOver
            If a comparison in a text is too close to decide.
        BankError
            If a text cannot be filled.
        """
        try:
            with arithmetic(), one_room():
                return self._word(target)
        except BankError as error:
            raise _named(error, self.id) from None

    def _word(self, target: Target) -> Variant:
        question, spec = self.question, self.question.spec
        return Variant(
            id=self.id,
            bank=question.bank_id,
            question=spec.id,
            title=spec.title.text.strip(),
            topics=spec.topics,
            draw=self.draw,
            marks=spec.marks,
            penalty=spec.penalty,
            stem=question.stem.fill_stem(target, self.values),
            responses=tuple(answer.lower(target) for answer in self.answers),
            feedback=question.feedback.fill(target, self.values),
        )
