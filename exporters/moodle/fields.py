"""The fields of a question as Moodle holds it: what a student fills in, and what each answer earns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericField:
    """A box for a number.

    Attributes
    ----------
    answers
        (value, tolerance, fraction, feedback) in the order in which Moodle tries them; value and tolerance as the file
        spells them, `*` for any number, fraction 1 for full marks, feedback as HTML.
    weight
        Its share of a cloze question's marks; 1 elsewhere.
    """

    answers: tuple[tuple[str, str, float, str], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField:
    """A set of options.

    Attributes
    ----------
    options
        (HTML, fraction, feedback HTML), in the file's order.
    weight
        Its share of a cloze question's marks; 1 elsewhere.
    single
        Whether one option at most can be chosen.
    shuffle
        Whether Moodle shows them in an order of its own.
    layout
        "vertical", "horizontal", or "dropdown", which shows plain text only: no maths, no tags.
    """

    options: tuple[tuple[str, float, str], ...]
    weight: float = 1.0
    single: bool = True
    shuffle: bool = False
    layout: str = "vertical"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A box for a short text inside a cloze question.

    Attributes
    ----------
    answers
        (pattern, fraction, feedback HTML), tried in order; `*` in a pattern stands for any text.
    weight
        Its share of the question's marks.
    case
        Whether upper and lower case differ.
    """

    answers: tuple[tuple[str, float, str], ...]
    weight: float = 1.0
    case: bool = False


Field: TypeAlias = NumericField | ChoiceField | TextField
