"""Answer types: one module a type; each says what an author may write and lowers it to a response.

A module registers a section of the spec, a subclass of `markscheme.bank.spec.AnswerSpec` whose method
``compile(slot, marks, compiler)`` returns a `markscheme.bank.compiling.CompiledAnswer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.registry import Registry

if TYPE_CHECKING:
    from markscheme.bank.spec import AnswerSpec

ANSWERS: Registry[type[AnswerSpec]] = Registry("answer type", "markscheme.bank.answers")
