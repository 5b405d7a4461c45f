"""``number``: one number to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._numeric import CompiledNumeric, NumericSpec, compile_numeric
from markscheme.bank.spec import Skeleton

if TYPE_CHECKING:
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler


@ANSWERS.register("number")
@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSpec(NumericSpec):
    """One number to type."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="What is ${{ n }} + 1$? [[answer]]\n",
        answer="""\
value: n + 1                 # an expression over parameters and named values
# decimals: 2                # a value that is no integer says how precise it must be
mistakes:                    # recognised, and answered with their own feedback
  - name: one less
    value: n - 1
    feedback: You took one away.
""",
        feedback="One more than ${{ n }}$ is ${{ n + 1 }}$.",
    )

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledNumeric:
        """Return the compiled answer."""
        return compile_numeric(self, slot, marks, compiler, is_block=False)
