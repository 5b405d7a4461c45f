"""``essay``: a text that a person marks, with a model answer and a rubric."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.compiling import AnswerParts
from markscheme.bank.problems import Place, fail
from markscheme.bank.schema import Integer, ListOf, Real, SectionOf, Slips, entry
from markscheme.bank.spec import TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.variants import Criterion, EssayResponse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSpec:
    """A line of a rubric."""

    points: Decimal = entry(Real("0.25", "1000"), "The marks for it.")
    text: tuple[BlockSpec, ...] = entry(TEXT, "What the marker looks for.")
    place: Place


@ANSWERS.register("essay")
@dataclass(frozen=True, slots=True, kw_only=True)
class EssaySpec(AnswerSpec):
    """A text that a person marks."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Why is ${{ n }} + 1$ more than ${{ n }}$? [[answer]]\n",
        answer="""\
lines: 8                     # how tall the box is
model: Adding a positive number makes more.   # for the marker, and the end of the worked solution
rubric:                      # the points add up to the marks
  - points: 1
    text: says that $1$ is positive
  - points: 1
    text: says that adding it makes more
""",
        marks=2,
    )

    model: tuple[BlockSpec, ...] = entry(TEXT, "The model answer: for the marker, and the end of the worked solution.")
    rubric: tuple[CriterionSpec, ...] = entry(
        ListOf(SectionOf(CriterionSpec, "a criterion"), 1, 40), "What points are given for; they add up to the marks."
    )
    lines: int = entry(Integer(1, 60), "How many lines tall the box is.", default=15)
    template: tuple[BlockSpec, ...] = entry(TEXT, "What stands in the box at first.", default=())

    @property
    def solution(self) -> tuple[BlockSpec, ...]:
        """The model answer, which a student reads after the attempt."""
        return self.model

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledEssay:
        """Return the compiled answer."""
        slips = Slips()
        rubric: list[tuple[Decimal, Text]] = []
        for criterion in self.rubric:
            with slips.gather():
                rubric.append((criterion.points, compiler.text(criterion.text)))
        total = sum(Fraction(criterion.points) for criterion in self.rubric)
        if total != marks:
            message = f"the points of the rubric add up to {float(total):g}, the marks are {float(marks):g}"
            slips.add(fail(self.keys["rubric"], "E510", message, "change the points, or the marks"))
        slips.raise_any()
        template = compiler.text(self.template) if self.template else None
        return CompiledEssay(
            slot=slot,
            marks=marks,
            lines=self.lines,
            model=compiler.text(self.model),
            rubric=tuple(rubric),
            template=template,
        )


@dataclass(slots=True, kw_only=True)
class CompiledEssay(AnswerParts):
    """An essay, compiled."""

    lines: int
    model: Text
    rubric: tuple[tuple[Decimal, Text], ...]
    template: Text | None

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedEssay:  # noqa: ARG002
        """Return the essay with its values."""
        return SolvedEssay(self, values)


@dataclass(frozen=True, slots=True)
class SolvedEssay:
    """An essay with its values."""

    compiled: CompiledEssay
    values: Mapping[str, Value]

    def lower(self, target: Target) -> EssayResponse:
        """Return the response, its texts in a target's markup."""
        essay, values = self.compiled, self.values
        return EssayResponse(
            slot=essay.slot,
            marks=essay.marks,
            lines=essay.lines,
            model=essay.model.fill(target, values),
            rubric=tuple(Criterion(points=points, text=text.fill(target, values)) for points, text in essay.rubric),
            template=None if essay.template is None else essay.template.fill(target, values),
        )
