"""What the parts of a question are compiled with, and what an answer compiles to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from markscheme.bank.expressions import EvaluationError, Expression, Scope, compile_condition, compile_expression
from markscheme.bank.problems import fail
from markscheme.bank.spec import BlockSpec
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.text.plain import PLAIN, flat
from markscheme.bank.text.template import NotPlainError
from markscheme.bank.text.text import Text, compile_text
from markscheme.bank.yaml_reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from markscheme.bank.draws import Draw
    from markscheme.bank.problems import Place
    from markscheme.bank.text.template import Target
    from markscheme.bank.values import Value
    from markscheme.bank.variants import Response
    from markscheme.bank.yaml_reader import Node


class SolvedAnswer(Protocol):
    """An answer with its values, before it is worded."""

    def lower(self, target: Target) -> Response:
        """Return the response, its texts in a target's markup."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A wrong answer that an author foresaw, and the chance that a variant shows it."""

    name: str
    place: Place
    chance: float


class CompiledAnswer(Protocol):
    """An answer, compiled once."""

    note: str
    is_block: bool

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedAnswer:
        """Return the answer for named values.

        Raises
        ------
        PassedOver
            If the draw makes no sound question.
        BankError
            If the answer cannot be computed.
        """

    def choices(self) -> int | None:
        """Return in how many ways the answer itself may differ, or None if that is not known."""

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield the wrong answers that the author foresaw."""


@dataclass(slots=True, kw_only=True)
class AnswerParts:
    """What compiled answers have in common; an answer that draws nothing and names no wrong answers is done with it.

    Attributes
    ----------
    note
        What is said after the slot.
    is_block
        Whether the slot is not part of a line.
    """

    slot: str
    marks: Fraction
    note: str = ""
    is_block: bool = True

    def choices(self) -> int | None:
        """Return 1: nothing is drawn."""
        return 1

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield nothing: no wrong answer is named."""
        yield from ()


def check_show(show: int | None, count: int, what: str, place: Place) -> None:
    """Refuse to show more than there is.

    Raises
    ------
    BankError
        At the place of the key.
    """
    if show is not None and show > count:
        hint = f"write more {what}, or show fewer"
        raise fail(place, "E506", f"'show: {show}' is more than the {count} {what}", hint)


def sets_of(show: int | None, count: int) -> int | None:
    """Return 1 where all of a number of things are shown, else None: the sets are many."""
    return 1 if show is None or show == count else None


def orders(slot: str, names: Sequence[str], draw: Draw, *, listed: bool, fixed: bool) -> tuple[list[int], list[int]]:
    """Return the order in which things are let in, and the one in which those are shown that were.

    Both are draws of their own: from a single one, what is always shown would mostly stand behind what it let in.

    Parameters
    ----------
    names
        What the place of each in a draw hangs on.
    listed
        Whether they are let in as they are listed, as in an original.
    fixed
        Whether they are shown as they are listed.
    """
    as_listed = list(range(len(names)))
    return (
        as_listed if listed else draw.order(slot, names),
        as_listed if fixed else draw.order(f"{slot}/order", names),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """Compiles expressions and texts of one question.

    Attributes
    ----------
    scope
        The names of parameters and of `let`.
    symbols
        The scope with the symbols as well.
    points
        Values of the symbols at which symbolic options are compared.
    folder
        Where picture files are.
    pinned
        What the original pins, by name.
    """

    scope: Scope
    symbols: Scope
    points: tuple[Mapping[str, Value], ...]
    folder: Path | None
    pinned: Mapping[str, Node]

    @property
    def fractional(self) -> frozenset[str]:
        """The symbols that are not whole numbers at every point."""
        return frozenset(name for point in self.points for name, value in point.items() if type(value) is not int)

    def expression(self, source: Scalar) -> Expression:
        """Compile an expression over parameters and named values."""
        return compile_expression(source.text, source.at, self.scope)

    def condition(self, source: Scalar | None) -> Expression | None:
        """Compile a condition that may be absent."""
        return None if source is None else compile_condition(source.text, source.at, self.scope)

    def symbolic(self, source: Scalar) -> Expression:
        """Compile an expression that may use the symbols too."""
        return compile_expression(source.text, source.at, self.symbols)

    def text(self, blocks: Sequence[BlockSpec]) -> Text:
        """Compile a text without slots."""
        return compile_text(blocks, self.scope, self.folder)

    def plain(self, source: Scalar | Sequence[BlockSpec]) -> Text:
        """Compile a text that is shown where an LMS takes plain text only; `said` fills it.

        Raises
        ------
        BankError
            If plain text cannot say it.
        """
        blocks = (BlockSpec(text=source, place=source.place),) if isinstance(source, Scalar) else source
        text = self.text(blocks)
        try:
            text.templates(PLAIN)
        except NotPlainError as error:
            hint = "menus and matches show plain text: words, symbols, short scripts"
            raise fail(blocks[0].text.place, "E412", str(error), hint) from None
        return text

    def words(self, text: str, place: Place) -> Text:
        """Return our own words as a text, the same in every variant."""
        return self.text((BlockSpec(text=Scalar(text=text, place=place), place=place),))


def said(text: Text, values: Mapping[str, Value]) -> str:
    """Return a text in plain characters for named values."""
    return flat(text.fill(PLAIN, values).markup)


def look(text: Text, values: Mapping[str, Value]) -> str:
    """Return a text as it looks in the reference target."""
    return as_seen(text.fill(REFERENCE, values).markup)


def as_seen(markup: str) -> str:
    """Return markup that is the same for what a browser shows in the same way: several spaces are one."""
    return markup if "<pre" in markup else " ".join(markup.split())


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Any:
    """Return an expression's value.

    Raises
    ------
    BankError
        If it has none, at the expression's place.
    PassedOver
        If a comparison in it is too close to decide.
    """
    try:
        return expression.evaluate(values)
    except EvaluationError as error:
        raise fail(expression.place, "E320", f"'{expression.words}': {error}") from None


def identity(value: Value) -> object:
    """Return a hashable stand-in for a value, equal only to that of an equal value.

    Examples
    --------
    >>> identity(1) == identity(1.0), identity((1, 2)) == identity((1, 2))
    (False, True)
    """
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.kind, value.tobytes()
    if isinstance(value, tuple):
        return tuple(identity(item) for item in value)
    return type(value), value
