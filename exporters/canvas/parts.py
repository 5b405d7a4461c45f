"""Put single responses into the forms that Canvas has for them, and note what changes."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from markscheme.bank.numbers import Accepted, plain
from markscheme.exporters.canvas.target import CanvasHtml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.bank.variants import Entry, NumericResponse, Option, RichText, TextResponse
    from markscheme.exporters.canvas.held import Notes

FINEST: Final = Decimal("0.0001")
"""A browser rounds what students type into a numeric field to four decimals."""

_NARROW = 5 * FINEST
_MOST_DIGITS = 15
_WIDE = Context(prec=700)
_TARGET = CanvasHtml()
_MARKUP = re.compile(r"<[A-Za-z/!?]|&(?:[A-Za-z]+|#[0-9A-Fa-fx]+);")


def typed_number(response: NumericResponse, notes: Notes) -> NumericResponse:
    """Return a single number as a numeric field of Canvas compares it."""
    entry = response.entries[0]
    tell_mistakes(response, notes, "")
    accepted = entry.accepted
    if len(accepted.key.normalize(_WIDE).as_tuple().digits) > _MOST_DIGITS:
        notes.refuse(response.slot, f"the key of '{response.slot}' has more than {_MOST_DIGITS} digits")
    held = _on_four_decimals(accepted)
    if held is None:
        notes.refuse(
            response.slot,
            f"Canvas rounds what is typed to 4 decimals, and '{response.slot}' has no such answer; "
            "ask for another unit, such as thousandths",
        )
        held = accepted
    elif held != accepted:
        notes.change(
            response.slot,
            f"compared after rounding to 4 decimals: right is {plain(held.low)} to {plain(held.high)}",
        )
    return replace(response, entries=(replace(entry, accepted=held, mistakes=()),), mistakes=())


def _on_four_decimals(accepted: Accepted) -> Accepted | None:
    """Return the interval that holds the same rounded answers, its ends on four decimals; None if it holds none."""
    is_narrow = accepted.half < _NARROW
    low, high = (
        end.quantize(FINEST, rounding, _WIDE)
        for end, rounding in (
            (accepted.low, ROUND_CEILING if is_narrow else ROUND_FLOOR),
            (accepted.high, ROUND_FLOOR if is_narrow else ROUND_CEILING),
        )
    )
    if (low, high) == (accepted.low, accepted.high):
        return accepted
    if low > high:
        return None
    key = _WIDE.divide(low + high, Decimal(2))
    return Accepted(key.normalize(_WIDE) if key else Decimal(0), (high - key).normalize(_WIDE))


def typed_text(response: TextResponse, notes: Notes, where: str) -> TextResponse:
    """Return a text as Canvas compares it: capitals never count, and no wrong text is recognised."""
    if response.case:
        notes.change(response.slot, "capitals do not count")
    for mistake in response.mistakes:
        if mistake.credit:
            notes.unpaid(response.slot, mistake.name)
        if mistake.feedback is not None:
            shown = ", ".join(_TARGET.escape(text) for text in mistake.texts)
            tell(notes, response.slot, where + shown, mistake.feedback)
    lowered = {text.strip().lower() for text in response.accepted}
    if any(text.strip().lower() in lowered for mistake in response.mistakes for text in mistake.texts):
        notes.refuse(response.slot, f"a mistake of '{response.slot}' differs from the key in capitals only")
    return replace(response, mistakes=(), case=False)


def tell_mistakes(response: NumericResponse, notes: Notes, where: str) -> None:
    """Move what is said of recognised numbers into the feedback of any wrong answer."""
    for mistake in response.mistakes:
        if mistake is None:
            continue
        if mistake.credit:
            notes.unpaid(response.slot, mistake.name)
        if mistake.feedback.markup:
            columns = response.shape[1] if len(response.shape) == 2 else 1
            rows = [mistake.entries[i : i + columns] for i in range(0, len(mistake.entries), columns)]
            shown = "; ".join(", ".join(plain(number.key) for number in row) for row in rows)
            tell(notes, response.slot, where + shown, mistake.feedback)


def tell(notes: Notes, slot: str, label: str, said: RichText) -> None:
    """Move a feedback into that of any wrong answer."""
    notes.wrong.append((label, said))
    notes.change(slot, "all mistakes explained in one list, whatever the wrong answer")


def all_or_nothing(slot: str, options: Sequence[Option], notes: Notes) -> tuple[Option, ...]:
    """Return the options of a single choice, of which one earns all and the others nothing."""
    held = []
    for option in options:
        wanted = Fraction(option.right)
        if option.credit != wanted:
            notes.unpaid(slot, option.name)
        held.append(replace(option, credit=wanted))
    return tuple(held)


def is_like_markup(text: str) -> bool:
    """Return whether a text looks like HTML, as which a match loses its choices."""
    return _MARKUP.search(text) is not None


def key_of(entry: Entry) -> str:
    """Write the key of an entry."""
    return plain(entry.accepted.key)
