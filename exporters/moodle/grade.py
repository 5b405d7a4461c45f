"""Grade answers to a question as Moodle 4.5 grades them.

Sources: Moodle 4.5.6 itself; `tests/exporters/recorded/` holds questions, answers and the marks it gave.

Examples
--------
>>> from markscheme.exporters.moodle.fields import ChoiceField, NumericField
>>> from markscheme.exporters.moodle.read import Item
>>> box = NumericField(answers=(("2.5", "0.05", 1.0, "Right"), ("-2.5", "0.05", 0.5, "Sign")), weight=3)
>>> pick = ChoiceField(options=(("yes", 1.0, ""), ("no", -0.25, "Why?")), weight=1)
>>> item = Item(id="", kind="cloze", name="", fields=(box, pick), marks=4)
>>> grade(item, ["2,5 ", 0]).marks, grade(item, ["2.46", 1])
(1.0, Grade(fraction=0.6875, marks=2.75, fields=((1.0, 'Right'), (-0.25, 'Why?'))))
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, assert_never

from markscheme.exporters.moodle.fields import ChoiceField, Field, NumericField, TextField
from markscheme.exporters.moodle.numbers import BLANKS, accepts, parse_stored, parse_tolerance, parse_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.read import Item

Answer: TypeAlias = "str | int | Sequence[int] | None"
"""Typed text for a box, an option's index for a single choice, indices for a multiple one; None is left blank."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What Moodle gives.

    Attributes
    ----------
    fraction
        The share of the marks, below 0 where a chosen option costs marks.
    marks
        The marks: fraction times what the question is worth.
    fields
        (fraction, feedback HTML) of each field.
    """

    fraction: float
    marks: float
    fields: tuple[tuple[float, str], ...]


_NOTHING = (0.0, "")


def grade(item: Item, answers: Sequence[Answer]) -> Grade:
    """Return what Moodle gives for answers, one for each field in order.

    A question that Moodle does not import is never asked: whatever is answered earns nothing.

    Parameters
    ----------
    item
        The question, read back from a file.
    answers
        Typed text for a `NumericField` or `TextField`; for a `ChoiceField` the index of the chosen option (a sequence
        of indices where several may be chosen); None for a field left blank.

    Returns
    -------
    Grade
        The share and the marks earned, in all and field by field.

    Raises
    ------
    ValueError
        If there are not as many answers as fields, or an answer is not of its field's kind.

    Examples
    --------
    >>> from markscheme.exporters.moodle.read import Item
    >>> field = NumericField(answers=(("3", "0", 1.0, ""), ("*", "0", 0.0, "Count again.")))
    >>> grade(Item(id="", kind="numerical", name="", fields=(field,)), ["4 dogs"]).fields
    ((0.0, 'Count again.'),)
    """
    if len(answers) != len(item.fields):
        raise ValueError(f"{len(answers)} answers for {len(item.fields)} fields")
    results = tuple(_grade_field(field, answer) for field, answer in zip(item.fields, answers, strict=True))
    if not item.imported:
        return Grade(0.0, 0.0, (_NOTHING,) * len(results))
    if item.kind == "cloze":
        total = sum(field.weight for field in item.fields)
        earned = sum(field.weight * result[0] for field, result in zip(item.fields, results, strict=True))
        fraction = earned / total if total else 0.0
    else:
        fraction = sum(result[0] for result in results)
    return Grade(fraction, fraction * item.marks, results)


def _grade_field(field: Field, answer: Answer) -> tuple[float, str]:
    match field:
        case NumericField() | TextField():
            if answer is not None and not isinstance(answer, str):
                raise ValueError(f"a text is due, not {answer!r}")
            typed = (answer or "").strip(BLANKS)
            return _number(field, typed) if isinstance(field, NumericField) else _text(field, typed)
        case ChoiceField():
            chosen = () if answer is None else (answer,) if isinstance(answer, int) else answer
            if isinstance(chosen, str) or (field.single and len(chosen) > 1):
                raise ValueError(f"an option's index is due, not {answer!r}")
            return _choice(field, chosen)
        case _:
            assert_never(field)


def _number(field: NumericField, typed: str) -> tuple[float, str]:
    value = parse_typed(typed)
    if value is None:
        return _NOTHING  # not even `*` takes what is no number
    for text, tolerance, fraction, feedback in field.answers:
        answer = parse_stored(text)
        if text == "*" or (answer is not None and accepts(value, answer, parse_tolerance(tolerance))):
            return max(fraction, 0.0), feedback  # a number never costs marks, whatever the file says
    return _NOTHING


def _choice(field: ChoiceField, chosen: Sequence[int]) -> tuple[float, str]:
    if any(not 0 <= index < len(field.options) for index in chosen):
        raise ValueError(f"there are {len(field.options)} options, {list(chosen)} are chosen")
    rows = [field.options[index] for index in sorted(set(chosen))]
    fraction = sum(row[1] for row in rows)
    feedback = "".join(row[2] for row in rows)
    return (fraction if field.single else min(max(fraction, 0.0), 1.0)), feedback


def _text(field: TextField, typed: str) -> tuple[float, str]:
    if not typed:
        return _NOTHING
    typed = unicodedata.normalize("NFC", typed)
    for pattern, fraction, feedback in field.answers:
        parts = re.split(r"(?<!\\)\*", unicodedata.normalize("NFC", pattern))
        wanted = ".*".join(re.escape(part.replace("\\*", "*")) for part in parts)
        if re.fullmatch(wanted, typed, re.DOTALL if field.case else re.DOTALL | re.IGNORECASE):
            return fraction, feedback
    return _NOTHING
