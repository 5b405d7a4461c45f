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
    label
        What stands before it in its row of a table in a cloze text, in HTML; empty elsewhere.
    """

    answers: tuple[tuple[str, str, float, str], ...]
    weight: float = 1.0
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField:
    """A set of options.

    Attributes
    ----------
    options
        (HTML, fraction, feedback HTML), in the file's order.
    weight, label
        As for a `NumericField`.
    single
        Whether one option at most can be chosen.
    shuffle
        Whether Moodle shows them in an order of its own.
    layout
        "vertical", "horizontal", or "dropdown", where maths and tags are not shown as they are elsewhere.
    """

    options: tuple[tuple[str, float, str], ...]
    weight: float = 1.0
    single: bool = True
    shuffle: bool = False
    layout: str = "vertical"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    r"""A box for a short text.

    Attributes
    ----------
    answers
        (pattern, fraction, feedback HTML), tried in order; `*` in a pattern stands for any text, `\*` for a star.
    weight, label
        As for a `NumericField`.
    case
        Whether upper and lower case differ.
    """

    answers: tuple[tuple[str, float, str], ...]
    weight: float = 1.0
    case: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairField:
    """A subquestion of a matching question, and a menu to choose its answer from.

    Attributes
    ----------
    label
        The subquestion, in HTML.
    choices
        What the menu offers, as a student reads it, in the file's order; Moodle shows it in an order of its own.
    key
        The right one of them.
    weight
        Its share of the marks, the same for each.
    """

    label: str
    choices: tuple[str, ...]
    key: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceField:
    """An item of an ordering question, and the place that a student moves it to.

    Attributes
    ----------
    label
        The item, in HTML.
    places
        How many places there are.
    key
        The right one, counted from 1.
    weight
        Its share of the marks, the same for each.
    all_or_nothing
        Whether nothing is earned unless every item is in its place.
    """

    label: str
    places: int
    key: int
    weight: float = 1.0
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayField:
    """A box for a text that a person marks.

    Attributes
    ----------
    lines
        How tall the box is.
    template
        What stands in it at first: HTML, or plain text where the format is.
    required
        Whether Moodle asks for a text before it calls the answer complete.
    format
        "editor", "editorfilepicker", "plain", "monospaced", or "noinline", which has no box.
    weight, label
        As for a `NumericField`.
    """

    lines: int
    template: str = ""
    required: bool = True
    format: str = "editor"
    weight: float = 1.0
    label: str = ""


Field: TypeAlias = NumericField | ChoiceField | TextField | PairField | PlaceField | EssayField
