"""What Moodle can hold: which variants are a question type of its own, which parts of the marks it knows, weights."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    Response,
    SelectionResponse,
    TextResponse,
    Variant,
)
from markscheme.exporters.format import Adaptation, Refusal
from markscheme.exporters.moodle.markup import percent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from markscheme.bank.numbers import Accepted

_TAGS = re.compile(r"<[^>]*>")
_SHOWN = re.compile(r"<(?:img|svg|table|hr)\b", re.IGNORECASE)
_MOST_DIGITS = 14
_MOST_MARKS = 100_000
# Moodle takes only these parts of the marks, and wants seven digits of those that do not end.
_PARTS = {
    Fraction(numerator, denominator)
    for numerator, denominator in (
        (0, 1), (1, 1), (9, 10), (5, 6), (4, 5), (3, 4), (7, 10), (2, 3), (3, 5), (1, 2), (2, 5), (1, 3), (3, 10),
        (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 10), (1, 20),
    )
}  # fmt: skip


@lru_cache(maxsize=256)
def _allowed(part: Fraction) -> Fraction | None:
    """Return the part of the marks that Moodle allows within its own tolerance, or None."""
    return next((one for one in _PARTS if abs(one - abs(part)) < Fraction(1, 100_000)), None)


def is_native(variant: Variant) -> bool:
    """Return whether the variant is a question type of its own in Moodle, rather than cloze."""
    if len(variant.responses) != 1:
        return False
    match variant.responses[0]:
        case NumericResponse(shape=shape):
            return shape == ()
        case TextResponse() | EssayResponse():
            return True
        case ChoiceResponse(layout="dropdown"):
            return False
        case _:
            return not _text_behind(variant)


def _text_behind(variant: Variant) -> bool:
    """Return whether text or a picture stands behind the last slot, where Moodle's own types have none."""
    piece = variant.stem.pieces[-1]
    return bool(_TAGS.sub("", piece).strip()) or _SHOWN.search(piece) is not None


def refusals(variant: Variant) -> Iterator[Refusal]:
    """Yield what of a variant Moodle cannot hold."""
    native = is_native(variant)
    if default_mark(variant) >= _MOST_MARKS:
        reason = f"its fields weigh {default_mark(variant)} together; Moodle takes less than {_MOST_MARKS}"
        yield Refusal(slot="", reason=reason)
    for response in variant.responses:
        reasons = _native_refusals(response, variant) if native else _field_refusals(response)
        yield from (Refusal(slot=response.slot, reason=reason) for reason in (*_numbers(response), *reasons))


def adaptations(variant: Variant) -> Iterator[Adaptation]:
    """Yield what of a variant Moodle holds in another form than the author's."""
    if is_native(variant):
        return
    for response in variant.responses:
        match response:
            case MatchResponse():
                yield Adaptation(slot=response.slot, form="a table with a menu for each prompt")
            case OrderResponse():
                yield Adaptation(slot=response.slot, form="a table with a menu of places for each item")
            case _:
                pass


def _numbers(response: Response) -> Iterator[str]:
    if not isinstance(response, NumericResponse):
        return
    accepted = [entry.accepted for entry in response.entries]
    if any(_is_long(number.key) for number in accepted):
        yield f"the key of '{response.slot}' has more than {_MOST_DIGITS} digits, and Moodle stores no more"
    elif any(_is_fine(number) for number in accepted):
        yield (
            f"'{response.slot}' is asked for to more digits than the {_MOST_DIGITS} that Moodle compares; "
            "ask for fewer decimals"
        )


def _native_refusals(response: Response, variant: Variant) -> Iterator[str]:
    if isinstance(response, EssayResponse) and _text_behind(variant):
        yield (
            f"text or a picture stands behind the essay '{response.slot}', and Moodle puts the box at the end; "
            "move the slot there"
        )
    if isinstance(response, EssayResponse) and response.template is not None and response.template.pictures:
        yield f"the template of '{response.slot}' shows pictures, and Moodle loses them"
    for name, credit in _credits(response):
        if _allowed(credit) is None:
            nearest = percent(min(_PARTS, key=lambda part: abs(part - abs(credit))))
            yield (
                f"'{name}' in '{response.slot}' earns {percent(credit)} %, which Moodle does not know; "
                f"the nearest is {nearest} %"
            )


def _field_refusals(response: Response) -> Iterator[str]:
    match response:
        case EssayResponse():
            yield (
                f"'{response.slot}' is an essay, which in Moodle is a question of its own; "
                f"put it into a file without other answers"
            )
        case MatchResponse() | OrderResponse():
            pass  # their texts stand outside the fields
        case _:
            if any(text.pictures for text in response.texts):
                yield f"'{response.slot}' shows pictures in options or feedback; beside other slots Moodle loses them"


def _is_fine(number: Accepted) -> bool:
    """Return whether what Moodle adds to an interval, a part of the key, shows at its ends."""
    return bool(number.half) and abs(number.key) >= number.half.scaleb(_MOST_DIGITS - 1)


def _is_long(key: Decimal) -> bool:
    return key != key.to_integral_value() and len(key.normalize().as_tuple().digits) > _MOST_DIGITS


def _credits(response: Response) -> Iterator[tuple[str, Fraction]]:
    match response:
        case NumericResponse(mistakes=mistakes):
            yield from ((mistake.name, mistake.credit) for mistake in mistakes if mistake is not None)
        case TextResponse(mistakes=wrong):
            yield from ((mistake.name, mistake.credit) for mistake in wrong)
        case ChoiceResponse(options=options) | SelectionResponse(options=options):
            yield from ((option.name, option.credit) for option in options)
        case MatchResponse() | OrderResponse() | EssayResponse():
            pass  # the shares are Moodle's own, or a person's
        case _:
            assert_never(response)


def default_mark(variant: Variant) -> Fraction:
    """Return the mark that Moodle gives the question: for cloze the sum of the fields' weights."""
    return Fraction(variant.marks) if is_native(variant) else Fraction(sum(weights(variant)))


def weights(variant: Variant) -> tuple[int, ...]:
    """Return the weights of a cloze question's fields."""
    return _whole_weights(tuple([(response.marks, _field_count(response)) for response in variant.responses]))


def _field_count(response: Response) -> int:
    match response:
        case NumericResponse(entries=entries):
            return len(entries)
        case MatchResponse(pairs=pairs):
            return len(pairs)
        case OrderResponse(items=items):
            return len(items)
        case _:
            return 1


@lru_cache(maxsize=256)
def _whole_weights(marks: tuple[tuple[Fraction, int], ...]) -> tuple[int, ...]:
    """Return whole weights for the fields of a cloze question: their marks, or numbers in the same ratio.

    Each response has its marks and the number of fields that share them.
    """
    shares = [share / count for share, count in marks for _ in range(count)]
    scale = lcm(*(share.denominator for share in shares))
    weights = [int(share * scale) for share in shares]
    return tuple(weights if scale == 1 else [weight // gcd(*weights) for weight in weights])
