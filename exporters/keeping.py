"""Check that a variant as a format holds it still has the author's keys.

Where a format holds a number as texts, a choice as a letter or marks as other marks, its file is judged by what it
holds. What it holds is judged here, by rules that know no format.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from markscheme.bank.variants import (
    ChoiceResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    Response,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.numbers import Accepted
    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Held

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", ",": None})


def unkept(variant: Variant, held: Held) -> Iterator[tuple[str, str]]:
    """Yield slot and sentence for each key that is not the author's any more.

    Parameters
    ----------
    variant
        As the author wrote it.
    held
        As a format holds it.
    """
    if held.variant is variant:
        return
    if sum(one.marks for one in held.variant.responses) != sum(one.marks for one in variant.responses):
        yield "", "the marks of what is held are not those of the question"
    for response in variant.responses:
        kept = [one for one in held.variant.responses if one.slot == response.slot]
        if not kept:
            yield response.slot, f"'{response.slot}' is lost"
            continue
        yield from ((response.slot, slip) for slip in _slips(response, kept, held.finest))


def _slips(response: Response, kept: Sequence[Response], finest: Decimal) -> Iterator[str]:
    match response:
        case NumericResponse():
            yield from _numbers(response, kept, finest)
        case ChoiceResponse(options=options):
            key = next(i for i, option in enumerate(options) if option.right)
            yield from _keys([key], len(options), kept)
        case MatchResponse(pairs=pairs, choices=choices):
            yield from _keys([pair.key for pair in pairs], len(choices), kept)
        case OrderResponse(shown=shown, items=items):
            yield from _keys(list(shown), len(items), kept)
        case SelectionResponse(options=options):
            rights = [[one.right for one in other.options] for other in kept if isinstance(other, SelectionResponse)]
            if rights != [[option.right for option in options]]:
                yield f"the right options of '{response.slot}' are others"
        case TextResponse(accepted=accepted):
            texts = [other.accepted for other in kept if isinstance(other, TextResponse)]
            if texts != [accepted]:
                yield f"the texts of '{response.slot}' are others"
        case _:
            pass  # a person marks it


def _numbers(response: NumericResponse, kept: Sequence[Response], finest: Decimal) -> Iterator[str]:
    accepted = [entry.accepted for entry in response.entries]
    held: list[Accepted | tuple[str, ...]] = []
    for other in kept:
        if isinstance(other, NumericResponse):
            held += [entry.accepted for entry in other.entries]
        elif isinstance(other, TextResponse):
            held.append(other.accepted)
    if len(held) != len(accepted):
        yield f"'{response.slot}' has {len(held)} numbers, not {len(accepted)}"
        return
    for wanted, is_ in zip(accepted, held, strict=True):
        if not isinstance(is_, tuple):
            if max(abs(is_.low - wanted.low), abs(is_.high - wanted.high)) > finest:
                yield f"'{response.slot}' accepts {is_.low} to {is_.high}, not {wanted.low} to {wanted.high}"
            continue
        wrong = [text for text in is_ if not _is_within(text, wanted)]
        if wrong or not is_:
            yield f"'{response.slot}' accepts {', '.join(wrong[:3]) or 'nothing'} for {wanted.key}"


def _is_within(text: str, wanted: Accepted) -> bool:
    try:
        return wanted.low <= Decimal(text.translate(_MINUS)) <= wanted.high
    except InvalidOperation:
        return False


def _keys(wanted: Sequence[int], choices: int, kept: Sequence[Response]) -> Iterator[str]:
    """Yield what is wrong with single choices: by their place, their letter, or the number of a place."""
    held: list[int | None] = []
    for other in kept:
        match other:
            case ChoiceResponse(options=options):
                held.append(next((i for i, option in enumerate(options) if option.right), None))
            case MatchResponse(pairs=pairs):
                held += [pair.key for pair in pairs]
            case OrderResponse(shown=shown):
                held += shown
            case TextResponse(accepted=(text,)):
                held.append(int(text) - 1 if text.isdigit() else _LETTERS.find(text))
            case _:
                held.append(None)
    if held != list(wanted) or any(key is None or not 0 <= key < choices for key in held):
        yield f"the keys are {held} of {choices}, not {list(wanted)}"
