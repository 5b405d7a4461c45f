"""Rebuild the item that an export writes, from a variant's id alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markscheme.bank.fingerprint import content
from markscheme.bank.problems import nearest
from markscheme.bank.sampling import Sampler, in_target
from markscheme.bank.text.html import REFERENCE
from markscheme.exporters.redrawing import NoVariantError, no_variant, redraw
from markscheme.exporters.roundtrip import exported

if TYPE_CHECKING:
    from markscheme.bank.banks import Bank
    from markscheme.exporters.format import Format, ReadItem

_ID = r"(?P<question>[a-z][a-z0-9-]*)\.(?:original|(?P<seed>[0-9]+)\.(?P<draw>[0-9]+))"
_WHOLE = re.compile(_ID)
_WITHIN = re.compile(rf"(?<![\w.-]){_ID}(?![\w.-])")
_LARGEST_SEED = 2**53
_MOST_DIGITS = 16


class UnknownVariantError(Exception):
    """Raised for an id that no variant of the bank can have; says why, and a hint."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class VariantId:
    """A variant's id taken apart; the original has seed None and draw 0."""

    question: str
    seed: int | None
    draw: int


def find_id(number: str, name: str) -> str:
    """Return a variant's id: an item's number if it is one, else the last one in its name, else nothing.

    Examples
    --------
    >>> find_id("", "Sum of two sum.7.3 (copy)"), find_id("sum.7.4", "Sum"), find_id("Q12", "My question")
    ('sum.7.3', 'sum.7.4', '')
    """
    if _WHOLE.fullmatch(number):
        return number
    return next((found[0] for found in reversed(list(_WITHIN.finditer(name)))), "")


class Rebuilder:
    """Rebuilds items of a bank in a format."""

    def __init__(self, bank: Bank, form: Format) -> None:
        self.bank = bank
        self.form = form
        self.questions = {question.id: question for question in bank.questions}

    def parse(self, text: str) -> VariantId:
        """Return the parts of an id.

        Raises
        ------
        UnknownVariantError
            If it has another form, or names no question of the bank.
        """
        found = _WHOLE.fullmatch(text)
        if found is None:
            raise UnknownVariantError("neither its number nor its name says which variant it is")
        name, seed, draw = found["question"], found["seed"], found["draw"]
        if name not in self.questions:
            hint = nearest(name, self.questions) or "perhaps another --bank has it"
            raise UnknownVariantError(f"the bank '{self.bank.id}' has no question '{name}'", hint)
        if seed is None:
            return VariantId(name, None, 0)
        proper = all(len(number) <= _MOST_DIGITS and str(int(number)) == number for number in (seed, draw))
        if not proper or int(seed) > _LARGEST_SEED or draw == "0":
            raise UnknownVariantError("no export writes such an id")
        return VariantId(name, int(seed), int(draw))

    def item(self, wanted: VariantId) -> ReadItem:
        """Return the item that an export of the bank writes now, read back.

        Raises
        ------
        NoVariantError
            If the draw is no variant any more.
        """
        seed = wanted.seed or 0
        solved = redraw(self.questions[wanted.question], seed, wanted.draw)
        with no_variant():
            worded = solved.word(REFERENCE)
            variant = in_target(self.form.target, solved, replace(worded, fingerprint=content(worded)))
            refused = next(self.form.refusals(variant), None)
            if refused is not None:
                raise NoVariantError(f"{self.form.name} cannot hold it: {refused.reason}")
            return next(iter(self.form.read(exported([variant], self.form), f"{variant.id}{self.form.suffix}")))

    def expected(self, name: str, seed: int, highest: int) -> list[int]:
        """Return which draws up to one an export has.

        Raises
        ------
        BankError
            If the question cannot be solved.
        """
        return [variant.draw for _, variant in Sampler(self.questions[name], seed).upto(highest)]
