"""Templates: a text compiled for one target, filled for each variant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from markscheme.bank.expressions import EvaluationError
from markscheme.bank.functions import as_maths
from markscheme.bank.maths import LATEX_CHARACTERS, Node, Words, has_float
from markscheme.bank.numbers import word
from markscheme.bank.problems import BankError, fail
from markscheme.bank.text.source import HOLE, SLOT
from markscheme.bank.values import describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markscheme.bank.text.source import Hole, ParsedText, Picture
    from markscheme.bank.values import Value

MATHS_HOLE = 0xF0000
"""Where a renderer moves the holes inside mathematics, plus ``GUARDED`` for those that need parentheses."""

GUARDED = 0x1000


class Target(Protocol):
    """A markup language that texts are compiled to."""

    name: str

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:
        """Return the markup of a text, its holes and slots still private-use characters."""

    def escape(self, text: str) -> str:
        """Return plain text as markup that can never be anything else."""

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as it stands inside a formula of this target."""

    def formula(self, node: Node) -> str:
        """Return mathematics as a formula within a line of text."""

    def number(self, text: str) -> str:
        """Return a written number as it stands inside a formula of this target."""

    def parenthesise(self, written: str) -> str:
        """Return a formula's part in parentheses where it begins with a sign."""


@dataclass(frozen=True, slots=True)
class _Filler:
    """Fills one hole at one place."""

    hole: Hole
    in_maths: bool
    guarded: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A text compiled for one target.

    Attributes
    ----------
    parts
        Literal markup, fillers, and names of slots (as one-tuples), in order.
    """

    parts: tuple[str | _Filler | tuple[str], ...]
    pictures: tuple[Picture, ...]
    target: Target

    def fill(self, values: Mapping[str, Value]) -> list[str | tuple[str]]:
        """Return markup and slots, the holes filled from named values.

        Raises
        ------
        BankError
            If a hole cannot be evaluated or shown.
        """
        filled: list[str | tuple[str]] = []
        for part in self.parts:
            filled.append(self._fill(part, values) if type(part) is _Filler else part)  # type: ignore[arg-type]
        return filled

    def _fill(self, filler: _Filler, values: Mapping[str, Value]) -> str:
        hole = filler.hole
        try:
            value = hole.expression.evaluate(values)
            if filler.in_maths:
                written = self._maths(value, hole)
                return self.target.parenthesise(written) if filler.guarded else written
            return self.target.escape(_words(value, hole))
        except EvaluationError as error:
            raise _refused(hole, str(error)) from None

    def _maths(self, value: Any, hole: Hole) -> str:
        if type(value) is int:
            return self.target.number(word(value, hole.spec))
        if isinstance(value, str):
            bad = sorted(LATEX_CHARACTERS.intersection(value))
            if bad:
                raise EvaluationError(f"a text with '{bad[0]}' cannot be shown in mathematics")
            return self.target.maths(Words(value), "")
        if not hole.spec and not hole.expression.exact and _needs_format(value):
            raise _refused(hole, "the number is a float and has no format", "write {{ …:.3f }}", "E404")
        try:
            return self.target.maths(as_maths(value), hole.spec)
        except ValueError as error:
            raise EvaluationError(str(error)) from None


def _needs_format(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind == "f")
    if isinstance(value, Node):
        return has_float(value)
    if isinstance(value, tuple):
        return any(_needs_format(item) for item in value)
    return type(value) is float


def _words(value: Any, hole: Hole) -> str:
    """Return a value as plain text."""
    if type(value) is str:
        return value
    if type(value) is int:
        return word(value, hole.spec)
    if type(value) is float:
        if not hole.spec and not hole.expression.exact:
            raise _refused(hole, "the number is a float and has no format", "write {{ …:.3f }}", "E404")
        return word(value, hole.spec)
    if isinstance(value, tuple):
        return f"({', '.join(_words(item, hole) for item in value)})"
    hint = "put the hole between $ and $" if isinstance(value, (Node, np.ndarray)) else ""
    raise _refused(hole, f"{describe(value)} cannot be shown in a text", hint)


def _refused(hole: Hole, message: str, hint: str = "", code: str = "E407") -> BankError:
    return fail(hole.expression.place, code, f"'{hole.expression.source}': {message}", hint)


def compile_template(
    parsed: ParsedText, target: Target, notes: Mapping[str, str], block_slots: frozenset[str] = frozenset()
) -> Template:
    """Compile a parsed text for a target.

    Parameters
    ----------
    notes
        What is said after each slot, as plain text.
    block_slots
        The slots that are not part of a line of text.

    Raises
    ------
    BankError
        If a hole or slot was lost, because it stands where the target shows no text.
    """
    rendered = target.render(parsed, block_slots)
    parts: list[str | _Filler | tuple[str]] = []
    literal: list[str] = []
    seen: dict[int, int] = {}
    for character in rendered:
        code = ord(character)
        if code < HOLE or 0xF8FF < code < MATHS_HOLE:
            literal.append(character)
            continue
        parts.append("".join(literal))
        literal = []
        part, origin = _marked(code, parsed)
        seen[origin] = seen.get(origin, 0) + 1
        parts.append(part)
        if isinstance(part, tuple) and notes.get(part[0]):
            literal.append(target.escape(f" ({notes[part[0]]})"))
    parts.append("".join(literal))
    _all_once(seen, parsed)
    return Template(parts=tuple(part for part in parts if part != ""), pictures=parsed.pictures, target=target)


def _marked(code: int, parsed: ParsedText) -> tuple[_Filler | tuple[str], int]:
    if code >= MATHS_HOLE:
        index, guarded = (code - MATHS_HOLE) % GUARDED, code - MATHS_HOLE >= GUARDED
        return _Filler(parsed.holes[index], in_maths=True, guarded=guarded), HOLE + index
    if code >= SLOT:
        return (parsed.slots[code - SLOT],), code
    return _Filler(parsed.holes[code - HOLE], in_maths=False, guarded=False), code


def _all_once(seen: Mapping[int, int], parsed: ParsedText) -> None:
    for index, hole in enumerate(parsed.holes):
        if seen.get(HOLE + index, 0) != 1:
            message = f"the hole '{hole.expression.source}' is lost here"
            raise fail(hole.expression.place, "E408", message, "holes stand in text and mathematics, not in addresses")
    for index, slot in enumerate(parsed.slots):
        if seen.get(SLOT + index, 0) != 1:
            raise fail(
                parsed.place, "E408", f"the slot '{slot}' is lost", "slots stand in text, not in code or addresses"
            )


def join(parts: Sequence[str | tuple[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return filled parts as pieces of markup around slots; there is one piece more than slots."""
    pieces = [""]
    slots = []
    for part in parts:
        if isinstance(part, tuple):
            slots.append(part[0])
            pieces.append("")
        else:
            pieces[-1] += part
    return tuple(pieces), tuple(slots)
