"""Decide what a variant becomes in plain QTI 1.2: answers stand below the text, each with the number of its place.

Nothing in QTI 1.2 says how a field within a line is to be shown, and its texts are whole pieces of HTML: a text that is
cut at its fields is no such piece. What is asked and what it earns is as the author wrote it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.format import Adaptation, Refusal
from markscheme.exporters.format import Held as AsHeld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.variants import Response, Variant

_TAGS = re.compile(r"<[^>]*>")
_SHOWN = re.compile(r"<(?:img|table|hr)\b")
_BRACKETS: Final = "border-left:2px solid;border-right:2px solid"
_MATRIX: Final = f'<table style="display:inline-table;vertical-align:middle;{_BRACKETS}"><tbody>'


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHeld(AsHeld):
    """A variant as plain QTI holds it.

    Attributes
    ----------
    numbers
        The number of each response's first field in the text; 0 where none stands there.
    adaptations, refusals
        What is held in another form, and what cannot be held.
    """

    numbers: tuple[int, ...]
    adaptations: tuple[Adaptation, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def hold_plain(variant: Variant) -> PlainHeld:
    """Return a variant as plain QTI 1.2 holds it."""
    only = variant.responses[0] if len(variant.responses) == 1 else None
    is_bare = only is not None and not (isinstance(only, NumericResponse) and only.shape)
    if is_bare and not _is_seen(variant.stem.pieces[-1]):
        return PlainHeld(variant=variant, numbers=(0,), refusals=tuple(_refusals(variant)))
    pieces = [variant.stem.pieces[0]]
    numbers = []
    following = 1
    for response, behind in zip(variant.responses, variant.stem.pieces[1:], strict=True):
        count = _numbered(response)
        numbers.append(following if count else 0)
        pieces[-1] += _marks(response, following)
        pieces.append(behind)
        following += count
    return PlainHeld(
        variant=replace(variant, stem=replace(variant.stem, pieces=tuple(pieces))),
        numbers=tuple(numbers),
        adaptations=tuple(_adaptations(variant)),
        refusals=tuple(_refusals(variant)),
    )


def _numbered(response: Response) -> int:
    """Return how many fields of a response have a number in the text; prompts and items need none."""
    match response:
        case NumericResponse(entries=entries):
            return len(entries)
        case MatchResponse() | OrderResponse() | EssayResponse():
            return 0
        case ChoiceResponse() | SelectionResponse() | TextResponse():
            return 1
        case _:
            assert_never(response)


def _marks(response: Response, first: int) -> str:
    """Return the numbers that stand in the text where a response's fields belong."""
    marks = [f"<strong>({number})</strong>" for number in range(first, first + _numbered(response))]
    if not (isinstance(response, NumericResponse) and response.shape):
        return "".join(marks)
    columns = response.shape[1] if len(response.shape) == 2 else 1
    cells = [f"<td>{mark}</td>" for mark in marks]
    rows = [f"<tr>{''.join(cells[i : i + columns])}</tr>" for i in range(0, len(cells), columns)]
    return f"{_MATRIX}{''.join(rows)}</tbody></table>"


def _adaptations(variant: Variant) -> Iterator[Adaptation]:
    for response in variant.responses:
        form = "numbered in the text, with its fields below it" if _numbered(response) else "below the text"
        yield Adaptation(slot=response.slot, form=form)


def _refusals(variant: Variant) -> Iterator[Refusal]:
    if len(variant.responses) < 2:
        return
    for response in variant.responses:
        if isinstance(response, EssayResponse):
            yield Refusal(
                slot=response.slot, reason=f"'{response.slot}' is an essay: a person marks all beside it, too"
            )
        elif isinstance(response, SelectionResponse):
            reason = f"wrong ticks in '{response.slot}' would cost marks of the other slots: QTI 1.2 adds up one score"
            yield Refusal(slot=response.slot, reason=f"{reason}; put it into a file without other answers")
        elif isinstance(response, ChoiceResponse) and any(option.credit < 0 for option in response.options):
            reason = f"an option of '{response.slot}' costs marks of the other slots: QTI 1.2 adds up one score"
            yield Refusal(slot=response.slot, reason=reason)


def _is_seen(markup: str) -> bool:
    return bool(_TAGS.sub("", markup).strip()) or _SHOWN.search(markup) is not None
