"""``true_false``: a statement in the stem, to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.compiling import AnswerParts
from markscheme.bank.schema import entry
from markscheme.bank.spec import EXPRESSION, TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.text.text import condition
from markscheme.bank.variants import ChoiceResponse, Option, RichText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value
    from markscheme.bank.yaml_reader import Scalar


@ANSWERS.register("true_false")
@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalseSpec(AnswerSpec):
    """True or false."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="The number ${{ n }}$ is even. [[answer]]\n",
        answer="""\
value: n % 2 == 0            # whether what the stem says is true
if_true: Look at its last digit.
if_false: Look at its last digit.
""",
        feedback="${{ n }}$ divided by $2$ leaves ${{ n % 2 }}$.",
    )

    value: Scalar = entry(EXPRESSION, "Whether what the stem says is true: true, false or an expression.")
    if_true: tuple[BlockSpec, ...] = entry(TEXT, "What a student who answers 'true' is told.", default=())
    if_false: tuple[BlockSpec, ...] = entry(TEXT, "What a student who answers 'false' is told.", default=())

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledTrueFalse:
        """Return the compiled answer."""
        feedback = tuple(compiler.text(blocks) if blocks else None for blocks in (self.if_true, self.if_false))
        return CompiledTrueFalse(slot=slot, marks=marks, value=compiler.condition(self.value), feedback=feedback)


@dataclass(slots=True, kw_only=True)
class CompiledTrueFalse(AnswerParts):
    """True or false, compiled."""

    value: Expression | None
    feedback: tuple[Text | None, ...]

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedTrueFalse:  # noqa: ARG002
        """Return which it is."""
        return SolvedTrueFalse(self, values, self.value is not None and condition(self.value, values))


@dataclass(frozen=True, slots=True)
class SolvedTrueFalse:
    """True or false, solved."""

    compiled: CompiledTrueFalse
    values: Mapping[str, Value]
    truth: bool

    def lower(self, target: Target) -> ChoiceResponse:
        """Return the response, its texts in a target's markup."""
        options = (
            Option(
                name=word.lower(),
                text=RichText(markup=word),
                right=truth is self.truth,
                credit=Fraction(truth is self.truth),
                feedback=None if feedback is None else feedback.fill(target, self.values),
            )
            for word, truth, feedback in zip(("True", "False"), (True, False), self.compiled.feedback, strict=True)
        )
        return ChoiceResponse(
            slot=self.compiled.slot, marks=self.compiled.marks, options=tuple(options), layout="truth"
        )
