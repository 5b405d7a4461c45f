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

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, assert_never

from markscheme.exporters.moodle.fields import (
    ChoiceField,
    EssayField,
    Field,
    NumericField,
    PairField,
    PlaceField,
    TextField,
)
from markscheme.exporters.moodle.numbers import BLANKS, interval, parse_stored, parse_tolerance, parse_typed
from markscheme.exporters.moodle.reading import plain_reading, spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.read import Item

Answer: TypeAlias = "str | int | Sequence[int] | None"
"""What stands in a box, or is chosen from a menu; an option's index, or several; None is left blank."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What Moodle gives.

    Attributes
    ----------
    fraction
        The share of the marks, below 0 where a chosen option costs marks; None where a person must mark the answer.
    marks
        The marks: fraction times what the question is worth.
    fields
        (fraction, feedback HTML) of each field.
    """

    fraction: float | None
    marks: float | None
    fields: tuple[tuple[float | None, str], ...]


_Result: TypeAlias = tuple[float, str]
_NOTHING: _Result = (0.0, "")


def grade(item: Item, answers: Sequence[Answer]) -> Grade:
    """Return what Moodle gives for answers, one for each field in order.

    A question that Moodle does not import is never asked: whatever is answered earns nothing.

    Parameters
    ----------
    item
        The question, read back from a file.
    answers
        By the kind of field, with None for a field left blank:

        - `NumericField`, `TextField`, `EssayField`: the typed text;
        - `ChoiceField`: the index of the chosen option, or the text that a student reads there; a sequence of indices
          where several may be chosen;
        - `PairField`: the chosen text;
        - `PlaceField`: the place, such as "3"; each place must be taken once.

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
    for field, answer in zip(item.fields, answers, strict=True):
        _check_answer(field, answer)
    _check_order(item.fields, answers)
    if not item.imported:
        return Grade(0.0, 0.0, (_NOTHING,) * len(answers))
    if any(isinstance(field, EssayField) for field in item.fields):
        return _essay(item.fields, answers)
    results = tuple(_grade_field(item.fields, answers, index) for index in range(len(answers)))
    fraction = _fraction(item.fields, [fraction for fraction, _ in results])
    return Grade(fraction, fraction * item.marks, results)


def _fraction(fields: Sequence[Field], earned: Sequence[float]) -> float:
    total = sum(field.weight for field in fields)
    if any(isinstance(field, PlaceField) and field.all_or_nothing for field in fields):
        return float(min(earned) == 1)
    return sum(field.weight * share for field, share in zip(fields, earned, strict=True)) / total if total else 0.0


def _check_answer(field: Field, answer: Answer) -> None:
    """Raise ValueError for an answer that is not of its field's kind."""
    if answer is None:
        return
    if not isinstance(field, ChoiceField):
        if not isinstance(answer, str):
            raise ValueError(f"a text is due, not {answer!r}")
        if isinstance(field, PairField) and spaced(answer) not in field.choices:
            raise ValueError(f"{answer!r} is not among the choices {list(field.choices)}")
        return
    chosen = _chosen(field, answer)
    if field.single and len(chosen) > 1:
        raise ValueError(f"one option's index is due, not {answer!r}")
    if any(not 0 <= index < len(field.options) for index in chosen):
        raise ValueError(f"there are {len(field.options)} options, {chosen} are chosen")


def _chosen(field: ChoiceField, answer: Answer) -> list[int]:
    """Return the indices of the options that an answer chooses."""
    if answer is None:
        return []
    if not isinstance(answer, str):
        return [answer] if isinstance(answer, int) else sorted(set(answer))
    wanted = spaced(answer)
    found = [index for index, option in enumerate(field.options) if plain_reading(option[0]) == wanted]
    if not found:
        raise ValueError(f"no option reads {answer!r}; an option's index is due, or its text")
    return found[:1]


def _check_order(fields: Sequence[Field], answers: Sequence[Answer]) -> None:
    """Raise ValueError for places that are not each taken once, which dragging cannot bring about."""
    taken = sorted(str(answer) for field, answer in zip(fields, answers, strict=True) if isinstance(field, PlaceField))
    if taken != sorted(str(place) for place in range(1, len(taken) + 1)):
        raise ValueError(f"each place from 1 to {len(taken)} must be taken once, not {taken}")


def _essay(fields: Sequence[Field], answers: Sequence[Answer]) -> Grade:
    """Return no marks for a box left as it was, and no grade for anything else."""
    field, answer = fields[0], answers[0]
    if not answer or (isinstance(field, EssayField) and answer == field.template):
        return Grade(0.0, 0.0, (_NOTHING,))
    return Grade(None, None, ((None, ""),))


def _grade_field(fields: Sequence[Field], answers: Sequence[Answer], index: int) -> _Result:
    field, answer = fields[index], answers[index]
    match field:
        case NumericField():
            return _number(field, _typed(answer))
        case TextField():
            return _text(field, _typed(answer))
        case ChoiceField():
            return _choice(field, _chosen(field, answer))
        case PairField():
            return float(isinstance(answer, str) and spaced(answer) == field.key), ""
        case PlaceField():
            return float(_item_at(str(field.key), fields, answers) == index), ""
        case EssayField():
            return _NOTHING
        case _:
            assert_never(field)


def _item_at(place: str, fields: Sequence[Field], answers: Sequence[Answer]) -> int:
    """Return which item Moodle finds at a place: of items that are the same, always the first."""
    labels = [field.label for field in fields]
    return labels.index(labels[answers.index(place)])


def _typed(answer: Answer) -> str:
    return answer.strip(BLANKS) if isinstance(answer, str) else ""


def _number(field: NumericField, typed: str) -> _Result:
    value = parse_typed(typed)
    if value is None:
        return _NOTHING  # not even `*` takes what is no number
    for (least, most), (_, _, fraction, feedback) in zip(_intervals(field.answers), field.answers, strict=True):
        if least <= value <= most:
            return max(fraction, 0.0), feedback  # a number never costs marks, whatever the file says
    return _NOTHING


@lru_cache(maxsize=256)
def _intervals(answers: tuple[tuple[str, str, float, str], ...]) -> list[tuple[float, float]]:
    """Return what each answer accepts: every number for `*`, none where Moodle reads no number."""
    found = []
    for text, tolerance, _, _ in answers:
        answer = parse_stored(text)
        if text == "*":
            found.append((-math.inf, math.inf))
        else:
            found.append((math.inf, -math.inf) if answer is None else interval(answer, parse_tolerance(tolerance)))
    return found


def _choice(field: ChoiceField, chosen: Sequence[int]) -> _Result:
    rows = [field.options[index] for index in chosen]
    fraction = sum(row[1] for row in rows)
    feedback = " ".join(row[2] for row in rows if row[2])
    return (fraction if field.single else min(max(fraction, 0.0), 1.0)), feedback


def _text(field: TextField, typed: str) -> _Result:
    if not typed:
        return _NOTHING
    typed = _folded(typed)
    for pattern, fraction, feedback in field.answers:
        parts = re.split(r"(?<!\\)\*", _folded(pattern))
        first, *others = [re.escape(part.replace("\\*", "*")) for part in parts]
        # Between stars the first place will do; without going back, many stars take no longer than one.
        wanted = (
            first + "".join(f"(?>.*?{part})" for part in others[:-1]) + "".join(f".*{part}" for part in others[-1:])
        )
        if re.fullmatch(wanted, typed, re.NOFLAG if field.case else re.IGNORECASE):
            return fraction, feedback
    return _NOTHING


def _folded(text: str) -> str:
    # Moodle's search tells the Turkish letters from I and i, Python's does not.
    return unicodedata.normalize("NFC", text).translate({0x130: 0xE130, 0x131: 0xE131})
