"""Templates: a text compiled for one target, filled for each variant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from markscheme.bank.expressions import EvaluationError
from markscheme.bank.functions import as_maths
from markscheme.bank.maths import (
    LATEX_CHARACTERS,
    Applied,
    Node,
    Power,
    Product,
    Quotient,
    Row,
    Sum,
    Words,
    has_float,
    tex,
)
from markscheme.bank.numbers import word
from markscheme.bank.problems import BankError, fail
from markscheme.bank.text.holes import ATTRIBUTE_HOLE, BASE, DIGIT, FIGURE, HOLE, MATHS_HOLE, SIGN, SLOT, SUM, TEX_HOLE
from markscheme.bank.text.html import ANNOTATION
from markscheme.bank.text.source import FigureUse
from markscheme.bank.values import describe
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markscheme.bank.figures import Figure
    from markscheme.bank.text.source import Hole, ParsedText
    from markscheme.bank.values import Value
    from markscheme.bank.variants import Picture


_MARKS = re.compile("([^\ue000-\uf8ff\U000f0000-\U0010ffff]*)([\ue000-\uf8ff\U000f0000-\U0010ffff]?)")


class Target(Protocol):
    """A markup language that texts are compiled to.

    Attributes
    ----------
    delimiters
        What stands before and behind a formula that is LaTeX; nothing where formulas are elements, or plain words.
    """

    name: str
    delimiters: tuple[tuple[str, str], ...]

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:
        """Return the markup of a text, its holes and slots still private-use characters."""

    def escape(self, text: str) -> str:
        """Return plain text as markup that can never be anything else."""

    def attribute(self, text: str) -> str:
        """Return plain text as it stands in an attribute of a tag, such as the words for a picture."""

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as it stands inside a formula of this target."""

    def formula(self, node: Node) -> str:
        """Return mathematics as a formula within a line of text."""

    def number(self, text: str) -> str:
        """Return a written number as it stands inside a formula of this target."""

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Return a matrix of written numbers as it stands inside a formula of this target."""

    def parenthesise(self, written: str) -> str:
        """Return a formula's part in parentheses."""

    def figure(self, figure: Figure, words: str) -> str:
        """Return the markup that shows a figure; `words` say what it shows."""


class NotPlainError(ValueError):
    """Raised by a target for what plain text cannot say."""


class _NotShownError(Exception):
    """Raised for a value that cannot be shown where it stands."""


class NoRoomError(Exception):
    """Raised where the texts of a variant become too long."""


class Room:
    """What is left for the texts of a variant: markup, in characters, and work, counted as so many of them.

    A few lines of a spec can ask for gigabytes: a thousand repetitions of a long block, or a hundred thousand holes
    that show an array.
    """

    __slots__ = ("left",)

    def __init__(self, left: int = 2_000_000) -> None:
        self.left = left

    def take(self, amount: int) -> None:
        """Take room.

        Raises
        ------
        NoRoomError
            If not so much is left.
        """
        self.left -= amount
        if self.left < 0:
            raise NoRoomError


_PER_PART = 20
_PER_OPERATION = 20
"""What the work on a part of a text, and on an operation of an expression, counts."""

_OPERATOR = re.compile(r"(?:[-+*/]|\\(?:cdot|times|div|pm|mp|ast))\s*$")


@dataclass(frozen=True, slots=True)
class _Filler:
    """Fills one hole at one place.

    Attributes
    ----------
    needs
        When a value inside mathematics needs parentheses: see `markscheme.bank.text.holes`.
    """

    hole: Hole
    kind: Literal["text", "attribute", "maths", "tex"]
    needs: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """A text compiled for one target.

    Attributes
    ----------
    parts
        Literal markup, fillers, and names of slots (as one-tuples), in order.
    """

    parts: tuple[str | _Filler | FigureUse | tuple[str], ...]
    pictures: tuple[Picture, ...]
    target: Target

    def fill(self, values: Mapping[str, Value], pictures: list[Picture], room: Room) -> list[str | tuple[str]]:
        """Return markup and slots, the holes filled from named values; the pictures shown join `pictures`.

        Raises
        ------
        BankError
            If a hole cannot be evaluated or shown.
        NoRoomError
            If there is no room for what the text becomes.
        """
        filled: list[str | tuple[str]] = []
        for part in self.parts:
            kind = type(part)
            if kind is _Filler:
                room.take(_PER_OPERATION * part.hole.expression.size)  # type: ignore[union-attr]
                filled.append(self._fill(part, values))  # type: ignore[arg-type]
            elif kind is FigureUse:
                room.take(_PER_OPERATION * part.expression.size)  # type: ignore[union-attr]
                filled.append(self._show(part, values, pictures))  # type: ignore[arg-type]
            else:
                filled.append(part)  # type: ignore[arg-type]
            room.take(_PER_PART + len(filled[-1]))
        pictures += self.pictures
        return filled

    def _show(self, use: FigureUse, values: Mapping[str, Value], pictures: list[Picture]) -> str:
        from markscheme.bank.figures import make_figure  # noqa: PLC0415 - few texts have figures

        try:
            kind, *arguments = use.expression.evaluate(values)
        except EvaluationError as error:
            raise fail(use.expression.place, "E320", f"'{use.expression.words}': {error}") from None
        figure = make_figure(kind, tuple(arguments))
        pictures.append(figure)
        return self.target.figure(figure, f"{use.words}: {figure.alt}" if use.words else figure.alt)

    def _fill(self, filler: _Filler, values: Mapping[str, Value]) -> str:
        hole, kind = filler.hole, filler.kind
        try:
            value = hole.expression.evaluate(values)
        except EvaluationError as error:
            raise _refused(hole, str(error), code="E320") from None
        try:
            if kind == "maths":
                return _maths(self.target, value, hole, filler.needs)
            if kind == "tex":
                return _maths(ANNOTATION, value, hole, filler.needs)
            text = _words(value, hole)
            return self.target.escape(text) if kind == "text" else self.target.attribute(text)
        except (_NotShownError, NotPlainError) as error:
            raise _refused(hole, str(error)) from None


def _maths(target: Target, value: Any, hole: Hole, needs: int) -> str:
    """Return a value as it stands inside a formula of a target."""
    if type(value) is int:
        text = _number(value, hole)
        written = target.number(text)
        return target.parenthesise(written) if needs and _is_open(text, needs) else written
    if isinstance(value, str):
        bad = sorted(LATEX_CHARACTERS.intersection(value))
        if bad or not value.isprintable():
            what = bad[0] if bad else f"'{shown(value)}'"
            raise _NotShownError(f"a text with {what} cannot be shown in mathematics")
        return target.maths(Words(value), "")
    if not hole.spec and not hole.expression.exact and _needs_format(value):
        raise _refused(hole, "the number is a float and has no format", "write {{ …:.3f }}", "E404")
    if isinstance(value, np.ndarray) and value.dtype.kind != "b" and value.ndim <= 2:
        rows = value.tolist() if value.ndim == 2 else [value.tolist()]
        if value.dtype.kind == "i" and not hole.spec:
            return target.matrix([list(map(str, row)) for row in rows])
        return target.matrix([[target.number(_number(item, hole)) for item in row] for row in rows])
    try:
        node = as_maths(value)
        written = target.maths(node, hole.spec)
        return target.parenthesise(written) if needs and _is_composite(node, hole.spec, needs) else written
    except ValueError as error:
        raise _NotShownError(str(error)) from None


def _number(value: float, hole: Hole) -> str:
    if type(value) is int and not hole.spec:
        return str(value)
    try:
        return word(value, hole.spec)
    except ValueError:
        raise _NotShownError(f"{value} cannot be written with the format '{hole.spec}'") from None


def _is_open(written: str, needs: int) -> bool:
    """Return whether a written number, or LaTeX that begins like it, needs parentheses."""
    if needs & SIGN and written[0] in "-+":
        return True
    if needs & DIGIT and written[0].isdigit():
        return True
    return bool(needs & BASE) and ("e" in written or "\\times" in written)


def _is_composite(node: Node, spec: str, needs: int) -> bool:
    """Return whether mathematics needs parentheses."""
    if needs & SUM and (isinstance(node, Sum) or (isinstance(node, Row) and not node.brackets)):
        return True
    if needs & BASE and isinstance(node, (Product, Quotient, Power, Applied)):
        return True
    return _is_open(tex(node, spec), needs)


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
        return _number(value, hole)
    if type(value) is float:
        if not hole.spec and not hole.expression.exact:
            raise _refused(hole, "the number is a float and has no format", "write {{ …:.3f }}", "E404")
        return _number(value, hole)
    if isinstance(value, tuple):
        return f"({', '.join(_words(item, hole) for item in value)})"
    hint = "put the hole between $ and $" if isinstance(value, (Node, np.ndarray)) else ""
    raise _refused(hole, f"{describe(value)} cannot be shown in a text", hint)


def _refused(hole: Hole, message: str, hint: str = "", code: str = "E407") -> BankError:
    return fail(hole.expression.place, code, f"'{hole.expression.words}': {message}", hint)


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
    parts: list[str | int | _Filler | FigureUse | tuple[str]] = []
    seen: Counter[int] = Counter()
    in_formulas: dict[int, _Filler] = {}
    for literal, mark in _MARKS.findall(target.render(parsed, block_slots)):
        parts.append(literal)
        if mark and TEX_HOLE <= ord(mark) < FIGURE:
            parts.append(ord(mark) - TEX_HOLE)
        elif mark:
            part, origin = _marked(ord(mark), parsed)
            if isinstance(part, _Filler) and part.hole.spec.startswith("+") and not _OPERATOR.search(literal):
                part = replace(part, needs=part.needs & BASE)  # the sign that is asked for is the operator
            seen[origin] += 1
            if isinstance(part, _Filler):
                in_formulas[origin - HOLE] = part
            parts.append(part)
            if isinstance(part, tuple) and notes.get(part[0]):
                parts.append(target.escape(f" ({notes[part[0]]})"))
    _all_once(seen, parsed)
    placed = (replace(in_formulas[part], kind="tex") if isinstance(part, int) else part for part in parts)
    merged = _merged(part for part in placed if part != "")
    return Template(parts=tuple(merged), pictures=parsed.pictures, target=target)


def _merged(
    parts: Iterable[str | _Filler | FigureUse | tuple[str]],
) -> Iterator[str | _Filler | FigureUse | tuple[str]]:
    """Join literals that follow one another."""
    for is_literal, group in groupby(parts, key=lambda part: isinstance(part, str)):
        if is_literal:
            yield "".join(part for part in group if isinstance(part, str))
        else:
            yield from group


def _marked(code: int, parsed: ParsedText) -> tuple[_Filler | FigureUse | tuple[str], int]:
    if code >= FIGURE:
        return parsed.figures[code - FIGURE], code
    if code >= ATTRIBUTE_HOLE:
        return _Filler(parsed.holes[code - ATTRIBUTE_HOLE], "attribute"), code - ATTRIBUTE_HOLE + HOLE
    if code >= MATHS_HOLE:
        needs, index = divmod(code - MATHS_HOLE, SIGN)
        return _Filler(parsed.holes[index], "maths", needs * SIGN), HOLE + index
    if code >= SLOT:
        return (parsed.slots[code - SLOT],), code
    return _Filler(parsed.holes[code - HOLE], "text"), code


def _all_once(seen: Counter[int], parsed: ParsedText) -> None:
    for index, hole in enumerate(parsed.holes):
        if seen[HOLE + index] != 1:
            message = f"the hole '{hole.expression.words}' is lost here"
            raise fail(hole.expression.place, "E408", message, "holes stand in text and mathematics")
    for index, slot in enumerate(parsed.slots):
        if seen[SLOT + index] != 1:
            raise fail(parsed.slot_places[index], "E408", f"the slot '{slot}' is lost here", "slots stand in text")


def join(parts: Sequence[str | tuple[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return filled parts as pieces of markup around slots; there is one piece more than slots."""
    pieces: list[list[str]] = [[]]
    slots = []
    for part in parts:
        if isinstance(part, tuple):
            slots.append(part[0])
            pieces.append([])
        else:
            pieces[-1].append(part)
    return tuple(map("".join, pieces)), tuple(slots)
