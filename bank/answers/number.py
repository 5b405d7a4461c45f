"""``number``: one number to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._numeric import CompiledNumeric, NumericSpec, compile_numeric

if TYPE_CHECKING:
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler


@ANSWERS.register("number")
@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSpec(NumericSpec):
    """One number to type."""

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledNumeric:
        """Return the compiled answer."""
        return compile_numeric(self, slot, marks, compiler, is_block=False)
