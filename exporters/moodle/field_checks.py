"""Check the numbers and fractions of a field, whatever question it stands in, as Moodle 4.5 stores and grades them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from markscheme.exporters.moodle.draft import LOST
from markscheme.exporters.moodle.fields import ChoiceField, EssayField, NumericField, PairField, PlaceField, TextField
from markscheme.exporters.moodle.numbers import BLANKS, parse_stored, store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.draft import Draft
    from markscheme.exporters.moodle.fields import Field


def check_field(draft: Draft, field: Field, label: str) -> None:
    """Note what is odd about a field; refuse the question where Moodle cannot store or grade it."""
    match field:
        case NumericField():
            _check_numeric(draft, field, label)
        case TextField():
            _check_text(draft, field, label)
        case ChoiceField(single=True):
            _check_full(draft, [fraction for _, fraction, _ in field.options], label)
        case ChoiceField():
            _check_shares(draft, [fraction for _, fraction, _ in field.options], label)
        case PairField() | PlaceField() | EssayField():
            pass  # no fractions to go wrong
        case _:
            assert_never(field)


def _check_numeric(draft: Draft, field: NumericField, label: str) -> None:
    for value, tolerance, _, _ in field.answers:
        _check_number(draft, value, label)
        if tolerance.strip(BLANKS):
            _check_tolerance(draft, tolerance, label)
    fractions = [fraction for _, _, fraction, _ in field.answers]
    if min(fractions, default=0) < 0:
        draft.notes.append(f"{label}: a negative fraction of a number is paid as 0")
    _check_full(draft, fractions, label)


def _check_text(draft: Draft, field: TextField, label: str) -> None:
    for pattern, fraction, _ in field.answers:
        if not pattern:
            draft.notes.append(f"{label}: a blank answer can never be given")
        elif fraction == 1 and not pattern.strip("*"):
            draft.notes.append(f"{label}: whatever is typed is worth 100 %")
        if fraction < 0:
            draft.notes.append(f"{label}: {pattern!r} costs marks")
    _check_full(draft, [fraction for _, fraction, _ in field.answers], label)


def _check_full(draft: Draft, fractions: Sequence[float], label: str) -> None:
    if 1.0 not in fractions:
        draft.notes.append(f"{label}: no answer is worth 100 %")


def _check_shares(draft: Draft, fractions: Sequence[float], label: str) -> None:
    total = sum(fraction for fraction in fractions if fraction > 0)
    if abs(total - 1) > 1e-6:
        draft.notes.append(f"{label}: the right options add up to {100 * total:g} %")
    if min(fractions, default=1) <= 0 and sum(fractions) > 1 - 1e-6:
        draft.notes.append(f"{label}: ticking every option, right or wrong, earns full marks")


def _check_number(draft: Draft, value: str, label: str) -> None:
    stored, graded = store(value), parse_stored(value)
    if stored is None:
        draft.refuse(f"{label} {value!r} is no number", LOST)
    elif stored != "*" and graded is None:
        draft.refuse(f"{label} {value!r} is too large, and breaks every attempt")
    elif graded is not None and not _says(value, graded):
        draft.notes.append(f"{label} {value!r} is stored as {stored}")


def _check_tolerance(draft: Draft, text: str, label: str) -> None:
    value = parse_stored(text) or 0.0
    if value < 0 or not _says(text, value):
        draft.notes.append(f"{label}: the tolerance {text!r} is read as {abs(value):.14g}")


def _says(text: str, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False
