"""``matrix``: a vector or matrix of numbers to type, each entry in a field of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._numeric import CompiledNumeric, NumericSpec, compile_numeric
from markscheme.bank.spec import Skeleton

if TYPE_CHECKING:
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler


@ANSWERS.register("matrix")
@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSpec(NumericSpec):
    """A vector or matrix of numbers to type."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Double each of ${{ n }}$ and ${{ n + 1 }}$. [[answer]]\n",
        answer="""\
value: array(2 * n, 2 * n + 2)   # a vector; rows in parentheses make a matrix
mistakes:
  - name: added two
    value: array(n + 2, n + 3)
    when: n != 2                 # the mistake exists only where this is true
    feedback: You added two.
""",
        feedback="Twice ${{ n }}$ is ${{ 2 * n }}$, and twice ${{ n + 1 }}$ is ${{ 2 * n + 2 }}$.",
        marks=2,
    )

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledNumeric:
        """Return the compiled answer."""
        return compile_numeric(self, slot, marks, compiler, is_block=True)
