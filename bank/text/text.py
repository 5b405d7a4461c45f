"""Texts: blocks of Markdown, each compiled once for every target that is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from markscheme.bank.expressions import EvaluationError, Expression, Scope, compile_condition, compile_expression
from markscheme.bank.guards import truth
from markscheme.bank.problems import fail
from markscheme.bank.text.source import ParsedText, parse_text
from markscheme.bank.text.template import NoRoomError, Room, Target, Template, compile_template, join
from markscheme.bank.values import ValueRefused
from markscheme.bank.variants import Picture, RichText, Stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from markscheme.bank.problems import Place
    from markscheme.bank.spec import BlockSpec
    from markscheme.bank.values import Value


_ROOM: ContextVar[Room | None] = ContextVar("_ROOM", default=None)


@contextmanager
def one_room() -> Iterator[None]:
    """Let all texts that are filled inside share the room of one variant."""
    token = _ROOM.set(Room())
    try:
        yield
    finally:
        _ROOM.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    place: Place
    parsed: ParsedText
    when: Expression | None
    each: tuple[str, Expression] | None


@dataclass(slots=True, kw_only=True)
class Text:
    """A text of a question.

    Attributes
    ----------
    blocks
        Its parts, in order.
    notes
        What is said after each slot.
    block_slots
        The slots that are not part of a line.
    """

    blocks: tuple[_Block, ...]
    notes: Mapping[str, str] = field(default_factory=dict)
    block_slots: frozenset[str] = frozenset()
    _compiled: dict[str, tuple[Template, ...]] = field(default_factory=dict)
    _same: dict[str, RichText] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[str, ...]:
        """The slots that stand in the text."""
        return tuple(slot for block in self.blocks for slot in block.parsed.slots)

    def templates(self, target: Target) -> tuple[Template, ...]:
        """Return the blocks compiled for a target; compiled once.

        Raises
        ------
        BankError
            If a hole or slot is lost in the target.
        """
        if target.name not in self._compiled:
            self._compiled[target.name] = tuple(
                compile_template(block.parsed, target, self.notes, self.block_slots) for block in self.blocks
            )
        return self._compiled[target.name]

    def fill(self, target: Target, values: Mapping[str, Value]) -> RichText:
        """Return the text for named values, in a target's markup.

        Raises
        ------
        BankError
            If a hole or condition cannot be evaluated.
        """
        same = self._same.get(target.name)
        if same is not None:
            return same
        stem = self.fill_stem(target, values)
        text = RichText(markup=stem.pieces[0], pictures=stem.pictures)
        if self._is_constant(target):
            self._same[target.name] = text
        return text

    def _is_constant(self, target: Target) -> bool:
        """Return whether the text is the same in every variant."""
        whole = all(block.when is None and block.each is None for block in self.blocks)
        return whole and all(type(part) is str for template in self.templates(target) for part in template.parts)

    def fill_stem(self, target: Target, values: Mapping[str, Value]) -> Stem:
        """Return the text with its slots for named values, in a target's markup."""
        parts: list[str | tuple[str]] = []
        pictures: list[Picture] = []
        room = _ROOM.get() or Room()
        for block, template, scope in self._shown(target, values):
            if parts:
                parts.append("\n")
            try:
                parts += template.fill(scope, pictures, room)
            except NoRoomError:
                hint = "let it repeat less often, or show smaller arrays"
                raise fail(block.place, "E203", "the text becomes too long when its holes are filled", hint) from None
        pieces, slots = join(parts)
        return Stem(pieces=pieces, slots=slots, pictures=tuple(dict.fromkeys(pictures)))

    def _shown(
        self, target: Target, values: Mapping[str, Value]
    ) -> Iterator[tuple[_Block, Template, Mapping[str, Value]]]:
        for block, template in zip(self.blocks, self.templates(target), strict=True):
            if block.when is not None and not condition(block.when, values):
                continue
            if block.each is None:
                yield block, template, values
                continue
            name, source = block.each
            for item in _items(source, values):
                yield block, template, {**values, name: item}


def condition(expression: Expression, values: Mapping[str, Value]) -> bool:
    """Return whether an expression holds.

    Raises
    ------
    BankError
        If it cannot be evaluated, or is neither true nor false.
    """
    try:
        return truth(expression.evaluate(values))
    except (EvaluationError, ValueRefused) as error:
        raise fail(expression.place, "E320", f"'{expression.words}': {error}") from None


def _items(source: Expression, values: Mapping[str, Value]) -> Sequence[Value]:
    try:
        items = source.evaluate(values)
    except EvaluationError as error:
        raise fail(source.place, "E320", f"'{source.words}': {error}") from None
    if not isinstance(items, tuple):
        raise fail(source.place, "E320", f"'{source.words}' is not a tuple", "such as range(3)")
    return items


def compile_text(
    blocks: Sequence[BlockSpec],
    scope: Scope,
    folder: Path | None,
    notes: Mapping[str, str] | None = None,
    block_slots: frozenset[str] = frozenset(),
) -> Text:
    """Parse the blocks of a text.

    Parameters
    ----------
    scope
        The names that holes and conditions may use.
    folder
        Where picture files are.
    notes
        The slots that may stand in the text, each with what is said after it.

    Raises
    ------
    BankError
        With one problem, at its place.
    """
    compiled = []
    seen: set[str] = set()
    for block in blocks:
        when = None if block.when is None else compile_condition(block.when.text, block.when.at, scope)
        each, inner = None, scope
        if block.each:
            loop = block.each[0]
            each = (loop.name, compile_expression(loop.value.text, loop.value.at, scope))
            inner = _inside(scope, loop.name, each[1])
        parsed = parse_text(block.text, inner, notes or {}, folder)
        for slot, place in zip(parsed.slots, parsed.slot_places, strict=True):
            if when or each:
                raise fail(place, "E405", "a slot cannot stand in a block with 'when' or 'each'")
            if slot in seen:
                raise fail(place, "E403", f"the slot '{slot}' is here for the second time")
            seen.add(slot)
        compiled.append(_Block(place=block.text.place, parsed=parsed, when=when, each=each))
    return Text(blocks=tuple(compiled), notes=notes or {}, block_slots=block_slots)


def _inside(scope: Scope, name: str, items: Expression) -> Scope:
    """Return the scope inside a loop, where a name stands for one item."""
    return replace(
        scope,
        values=scope.values | {name},
        exact=scope.exact | {name} if items.exact else scope.exact - {name},
        later=scope.later - {name},
    )
