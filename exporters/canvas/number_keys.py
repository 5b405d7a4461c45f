"""Read the keys of a numerical question, as Classic Quizzes and New Quizzes find them."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

from markscheme.exporters.canvas.elements import children, first, name_of, text, within
from markscheme.exporters.canvas.fields import NumberField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from markscheme.exporters.canvas.draft import Draft

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_STEP: Final = Decimal("0.0001")
_WIDE: Final = Context(prec=800)
_LONGEST: Final = 400


def number_field(draft: Draft) -> NumberField:
    """Return the intervals of a number, in the order in which Canvas tries them."""
    found = []
    for condition in within(draft.node, "respcondition"):
        if any(text(effect) for effect in children(condition, "setvar")):
            shown = [one.get("linkrefid", "") for one in children(condition, "displayfeedback")]
            said = next((draft.feedback(ident) for ident in shown if not ident.endswith(("correct_fb", "_all"))), "")
            interval = _interval(draft, first(condition, "conditionvar"))
            if interval is not None:
                found.append((*interval, said))
    if not found:
        draft.note("X723", "the number has no key")
    return NumberField(intervals=tuple(found))


def _interval(draft: Draft, test: etree._Element | None) -> tuple[Decimal, Decimal] | None:
    """Return an interval: the key and its margin, which Classic Quizzes takes from the upper end, or a range."""
    if test is None:
        return None
    ends = dict(_numbers(draft, test))
    key, low, high = ends.get("varequal"), ends.get("vargte"), ends.get("varlte")
    if "vargt" in ends:
        draft.note("X727", "Canvas may take a bound written with vargt for a number of digits: write vargte")
    if key is None:
        return None if low is None or high is None else (low, high)
    if high is None or low is None:
        draft.note("X727", "New Quizzes refuses a key without both of its ends")
        return key, key
    if _WIDE.subtract(high, key) != _WIDE.subtract(key, low):
        draft.note("X727", "the key is not in the middle: Classic Quizzes and New Quizzes accept different numbers")
    margin = _WIDE.subtract(high, key)
    for end in (_WIDE.subtract(key, margin), high):
        if end != end.quantize(_STEP, context=_WIDE):
            draft.note("X727", f"an end of the interval is {end}, and Canvas rounds answers to 4 decimals")
            break
    return _WIDE.subtract(key, margin), high


def _numbers(draft: Draft, test: etree._Element) -> Iterator[tuple[str, Decimal]]:
    for node in within(test, "varequal", "vargte", "varlte", "vargt"):
        written = text(node)
        if _PLAIN.fullmatch(written) and len(written) <= _LONGEST:
            yield name_of(node), Decimal(written)
        else:
            draft.note("X727", f"Canvas reads the number {written[:40]!r} otherwise than it is meant")
