"""What a student sees of a variant, and what is right, in plain words: for reports and for regrading."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.problems import BankError
from markscheme.bank.text.terminal import Terminal
from markscheme.bank.values import PassedOver
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    Option,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.draws import Source
    from markscheme.bank.numbers import Accepted
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Response, RichText

_TARGET = Terminal()
_WIDTH = 100
_ONE_LINE = 100_000
_DRAWN = re.compile(r"([0-9]{1,16})\.([0-9]{1,12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAnswer:
    """A slot: what is right, and what there is to choose from; both may be empty."""

    slot: str
    key: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A variant in plain words.

    Attributes
    ----------
    drawn
        The drawn parameters, in one line.
    stem
        What is asked, with ``[[slot]]`` where an answer goes; empty where the draw cannot be solved or worded.
    """

    drawn: str
    stem: str = ""
    answers: tuple[SeenAnswer, ...] = ()


def draw_of(variant: str, question: Question, seed: int) -> tuple[int, int] | None:
    """Return the seed and number of a variant's draw; None for an id that is not of this question.

    The seed is that of the id: a published variant may be of an earlier one. An original has none, and gets the one
    that is given.
    """
    if variant == question.variant_id(seed, 0):
        return seed, 0
    found = _DRAWN.fullmatch(variant.removeprefix(f"{question.id}."))
    return (int(found[1]), int(found[2])) if found else None


def seen(question: Question, source: Source, seed: int, draw: int) -> Seen:
    """Return what a student sees of a draw."""
    said = drawn(question, source, draw)
    unchecked = replace(question, checks=())  # what is wrong with it may be a check that fails
    try:
        variant = unchecked.solve(source, seed, draw).word(_TARGET)
    except (BankError, PassedOver):
        return Seen(drawn=said)
    pieces = zip(variant.stem.pieces, (*variant.stem.slots, ""), strict=True)
    stem = "".join(piece + (f"[[{slot}]]" if slot else "") for piece, slot in pieces)
    return Seen(drawn=said, stem=_TARGET.finish(stem, _WIDTH), answers=tuple(map(_answer, variant.responses)))


def drawn(question: Question, source: Source, draw: int) -> str:
    """Return the parameters of a draw in one line."""
    try:
        values = (question.pinned or {}) if draw == 0 else question.parameter_values(source.draw(draw))
    except (BankError, PassedOver):
        return "its parameters cannot be drawn"
    written = ", ".join(f"{name} = {value}" for name, value in values.items())
    return textwrap.shorten(_TARGET.escape(written), 200, placeholder=" …") or "nothing is drawn"


def keys(solved: Solved) -> str:
    """Return what is right in all slots, on one line; empty where a person marks them."""
    answers = [_answer(response) for response in solved.word(_TARGET).responses]
    said = [answer for answer in answers if answer.key]
    if len(answers) == 1:
        return "".join(answer.key for answer in said)
    return " | ".join(f"{answer.slot}: {answer.key}" for answer in said)


def _answer(response: Response) -> SeenAnswer:
    return SeenAnswer(slot=response.slot, key=_key(response), options=tuple(_options(response)))


def _key(response: Response) -> str:
    match response:
        case NumericResponse():
            return _numbers(response)
        case ChoiceResponse(options=options, layout=layout):
            return "; ".join(_option(option, layout) for option in options if option.right)
        case SelectionResponse(options=options):
            return "; ".join(_option(option) for option in options if option.right)
        case TextResponse(accepted=accepted):
            return "; ".join(map(_TARGET.escape, accepted))
        case MatchResponse(pairs=pairs, choices=choices):
            return "; ".join(f"{_line(pair.prompt)} -> {_TARGET.escape(choices[pair.key])}" for pair in pairs)
        case OrderResponse(items=items):
            return "; ".join(map(_line, items))
        case EssayResponse():
            return ""
        case _:
            assert_never(response)


def _options(response: Response) -> Iterator[str]:
    match response:
        case ChoiceResponse(options=options, layout=layout):
            yield from (_option(option, layout) for option in options)
        case SelectionResponse(options=options):
            yield from map(_option, options)
        case MatchResponse(choices=choices):
            yield from map(_TARGET.escape, choices)
        case OrderResponse(items=items, shown=shown):
            yield from (_line(items[place]) for place in shown)
        case NumericResponse() | TextResponse() | EssayResponse():
            pass  # nothing to choose from
        case _:
            assert_never(response)


def _numbers(response: NumericResponse) -> str:
    """Return numbers row by row: within a row parted by commas, rows by semicolons."""
    columns = response.shape[1] if len(response.shape) == 2 else len(response.entries)
    numbers = [_number(entry.accepted) for entry in response.entries]
    rows = [", ".join(numbers[start : start + columns]) for start in range(0, len(numbers), columns)]
    return "; ".join(rows)


def _number(number: Accepted) -> str:
    return f"{plain(number.key)} ± {plain(number.half)}" if number.half else plain(number.key)


def _option(option: Option, layout: str = "list") -> str:
    return _TARGET.escape(option.text.markup) if layout == "dropdown" else _line(option.text)


def _line(text: RichText) -> str:
    return " ".join(_TARGET.finish(text.markup, _ONE_LINE).split())
