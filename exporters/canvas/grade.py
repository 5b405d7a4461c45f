"""Grade answers as Canvas's Classic Quizzes do.

What a browser makes of a number that is typed is a part of it: it takes the beginning that is a number, without commas,
and rounds it to four decimals.

Examples
--------
>>> typed_number("1,234.56789 m"), typed_number("abc"), typed_number("-0.00005")
(Decimal('1234.5679'), None, Decimal('-0.0001'))
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from markscheme.exporters.canvas.fields import (
    ChoiceField,
    EssayField,
    Field,
    MenuField,
    NumberField,
    PairField,
    TextField,
)
from markscheme.exporters.format import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.format import Answer

_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_STEP: Final = Decimal("0.0001")
_WIDE: Final = Context(prec=800)
_LONGEST: Final = 400
_BLANKS: Final = " \t\n\v\f\r\0"

_Result: TypeAlias = tuple[float, str]


def typed_number(text: str) -> Decimal | None:
    """Return what a browser hands in of a number that is typed; None where it empties the field."""
    found = _NUMBER.match(text.replace(",", "")[:_LONGEST])
    if found is None:
        return None
    value = float(found[1])
    if value in (float("inf"), float("-inf")):
        return None
    return Decimal(value).quantize(_STEP, ROUND_HALF_UP, _WIDE)


def grade(fields: Sequence[Field], answers: Sequence[Answer]) -> Outcome:
    """Return what answers earn, one for each field in order.

    Raises
    ------
    ValueError
        If a student could not hand that in.
    """
    if len(answers) != len(fields):
        raise ValueError(f"{len(answers)} answers for {len(fields)} fields")
    if any(isinstance(field, EssayField) for field in fields):
        return Outcome(fraction=None if answers[0] else 0.0, feedback=("",) * len(fields))
    results = [_graded(field, answer) for field, answer in zip(fields, answers, strict=True)]
    fraction = sum(part for part, _ in results) / max(len(results), 1)
    return Outcome(fraction=fraction, feedback=tuple(said for _, said in results))


def _graded(field: Field, answer: Answer) -> _Result:
    match field:
        case NumberField(intervals=intervals):
            number = typed_number(_typed(answer))
            for low, high, said in intervals:
                if number is not None and low <= number <= high:
                    return 1.0, said
            return 0.0, ""
        case TextField(texts=texts):
            typed = _folded(_typed(answer))
            return float(bool(typed) and any(typed == _folded(text) for text in texts)), ""
        case MenuField(options=options):
            return _chosen(options, _index([text for text, _, _ in options], answer))
        case ChoiceField(options=options, is_single=True):
            return _chosen(options, _index([text for text, _, _ in options], answer))
        case ChoiceField(options=options):
            return _ticked(options, answer)
        case PairField(choices=choices, key=key):
            index = _index(choices, answer)
            return float(index is not None and index == key), ""
        case EssayField():
            return 0.0, ""
        case _:
            assert_never(field)


def _typed(answer: Answer) -> str:
    if answer is not None and not isinstance(answer, str):
        raise ValueError(f"a text is due, not {answer!r}")
    return answer or ""


def _folded(text: str) -> str:
    """Return a text as it is compared: no blanks at its ends, small letters, and no normal form."""
    return text.strip(_BLANKS).lower()


def _index(texts: Sequence[str], answer: Answer) -> int | None:
    if answer is None:
        return None
    if isinstance(answer, str):
        if answer not in texts:
            raise ValueError(f"{answer!r} is not among {list(texts)}")
        return list(texts).index(answer)
    if not isinstance(answer, int) or not 0 <= answer < len(texts):
        raise ValueError(f"{answer!r} is none of {len(texts)} options")
    return answer


def _chosen(options: Sequence[tuple[str, bool, str]], index: int | None) -> _Result:
    if index is None:
        return 0.0, ""
    _, is_right, said = options[index]
    return float(is_right), said


def _ticked(options: Sequence[tuple[str, bool, str]], answer: Answer) -> _Result:
    """Return what ticks earn: of R right options each earns 1/R, a wrong one costs as much, and 0 is the least."""
    if isinstance(answer, str | int):
        raise ValueError(f"several indices are due, not {answer!r}")
    chosen = sorted(set(answer or ()))
    if any(not 0 <= index < len(options) for index in chosen):
        raise ValueError(f"there are {len(options)} options, {chosen} are ticked")
    rights = sum(is_right for _, is_right, _ in options) or 1
    score = sum(1 if options[index][1] else -1 for index in chosen)
    said = " ".join(options[index][2] for index in chosen if options[index][2])
    return max(score / rights, 0.0), said
