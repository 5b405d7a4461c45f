"""Answer types: one module a type; each says what an author may write and lowers it to a response.

A module registers a section of the spec, a subclass of `markscheme.bank.spec.AnswerSpec` with a method
``compile(self, slot, compiler)`` that returns a `markscheme.bank.answers.compiled.CompiledAnswer`.
"""

from __future__ import annotations

from typing import Any

from markscheme.bank.registry import Registry

ANSWERS: Registry[type[Any]] = Registry("answer type", "markscheme.bank.answers")
