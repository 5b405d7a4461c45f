"""Read the fields of a question, kind by kind, as Moodle 4.5 stores them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from markscheme.exporters.moodle.answer_parts import read_combined_feedback, read_flag, read_fraction
from markscheme.exporters.moodle.cloze import split_cloze
from markscheme.exporters.moodle.draft import LOST
from markscheme.exporters.moodle.field_checks import check_field
from markscheme.exporters.moodle.fields import ChoiceField, NumericField, TextField
from markscheme.exporters.moodle.numbers import BLANKS
from markscheme.exporters.moodle.order_kinds import read_matching, read_ordering
from markscheme.exporters.moodle.remarks import box_remarks, filter_remarks
from markscheme.exporters.moodle.texts import read_shown_text, strip_tags
from markscheme.exporters.moodle.typed_kinds import read_essay, read_shortanswer, read_truefalse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markscheme.exporters.moodle.draft import Draft
    from markscheme.exporters.moodle.fields import Field
    from markscheme.exporters.moodle.xmlize import Node

_NAMES: Final = {"multianswer": "cloze", "match": "matching"}
_DRAGS: Final = {"ddimageortext", "ddmarker", "ddwtos", "gapselect"}
_CALCULATED: Final = {"calculated", "calculatedmulti", "calculatedsimple"}
_NOT_MODELLED: Final = _DRAGS | _CALCULATED | {"random", "randomsamatch"}
_BOXED: Final = ("numerical", "shortanswer")


def read_kind(draft: Draft) -> str:
    """Return Moodle's own name for a question's type."""
    kind = draft.node.attributes.get("type", "")
    return _NAMES.get(kind, kind)


def read_fields(draft: Draft, kind: str, text: str) -> tuple[str, tuple[Field, ...]]:
    """Return the text as Moodle stores it, and the fields of the question.

    Parameters
    ----------
    draft
        The question; takes the notes.
    kind
        See `read_kind`.
    text
        The question text of the file.
    """
    fields: tuple[Field, ...] = ()
    if kind == "cloze":
        text, fields = _cloze(draft, text)
    else:
        draft.notes += filter_remarks(text, "the question text")
    if kind in _READERS:
        fields = _READERS[kind](draft)
    elif kind in _NOT_MODELLED:
        draft.notes.append(f"questions of type {kind!r} are not modelled")
    elif kind not in ("cloze", "description"):
        draft.refuse(f"it knows no type {kind!r}")
    if kind in _BOXED:
        draft.notes += box_remarks(text)
    for number, field in enumerate(() if draft.verdict else fields, 1):
        check_field(draft, field, f"field {number}" if kind == "cloze" else "answer")
    return text, fields


def _numerical(draft: Draft) -> tuple[NumericField]:
    answers = []
    for number, node in enumerate(draft.node.children.get("answer", ()), 1):
        label = f"answer {number}"
        value = draft.plain(node, label)
        feedback = read_shown_text(draft, node.first("feedback"), f"{label} feedback")
        fraction = read_fraction(draft, node, label)
        tolerance = node.first("tolerance")
        if tolerance is not None and tolerance.children:
            draft.refuse(f"the tolerance of {label} holds elements where a number is due", LOST)
        if value or fraction or strip_tags(feedback):
            answers.append((value, tolerance.text if tolerance is not None else "0", fraction, feedback))
        else:
            draft.notes.append(f"{label} is blank and dropped")
    if "units" in draft.node.children:
        draft.notes.append("units are not modelled: answers are graded as if there were none")
    grading = draft.node.first("unitgradingtype")
    if grading is not None and grading.text.strip(BLANKS) not in ("", "0"):
        draft.notes.append("unitgradingtype takes marks off every answer that has no unit")
    return (NumericField(answers=tuple(answers)),)


def _multichoice(draft: Draft) -> tuple[ChoiceField]:
    options = []
    nodes: Sequence[Node] = draft.node.children.get("answer", ())
    for number, node in enumerate(nodes, 1):
        label = f"answer {number}"
        text = read_shown_text(draft, node, label)
        feedback = read_shown_text(draft, node.first("feedback"), f"{label} feedback")
        fraction = read_fraction(draft, node, label)
        if text:
            options.append((text, fraction, feedback))
        else:
            draft.notes.append(f"option {number} is blank and dropped")
    read_combined_feedback(draft)
    if len(nodes) < 2:
        draft.refuse("a choice needs two options", LOST)
    single, shuffle = read_flag(draft, "single", default=True), read_flag(draft, "shuffleanswers", default=False)
    return (ChoiceField(options=tuple(options), single=single, shuffle=shuffle),)


def _cloze(draft: Draft, text: str) -> tuple[str, tuple[Field, ...]]:
    cloze = split_cloze(text)
    draft.notes += cloze.notes
    draft.notes += filter_remarks(cloze.text, "the question text")
    for why in cloze.refusals:
        draft.refuse(why)
    shows_files = "@@PLUGINFILE@@" in text
    for number, field in enumerate(cloze.fields, 1):
        _check_cloze_field(draft, field, f"field {number}")
        if shows_files and "@@PLUGINFILE@@" in repr(replace(field, label="")):
            draft.notes.append(f"field {number} shows a file; files work outside of fields only")
    return cloze.text, cloze.fields


def _check_cloze_field(draft: Draft, field: Field, label: str) -> None:
    if field.weight >= 100000:
        draft.refuse(f"the weight of {label} is too large", LOST)
    if isinstance(field, TextField) and max((row[1] for row in field.answers), default=1.0) > 1:
        draft.refuse(f"{label} has an answer worth more than 100 %", LOST)
    if isinstance(field, NumericField | TextField):
        for answer in field.answers:
            draft.notes += filter_remarks(answer[-1], f"{label} feedback")
    elif isinstance(field, ChoiceField):
        if field.single and any(fraction > 1 for _, fraction, _ in field.options):
            draft.refuse(f"{label} has an option worth more than 100 %", LOST)
        for shown, _, feedback in field.options:
            draft.notes += filter_remarks(feedback, f"{label} feedback")
            draft.notes += filter_remarks(shown, label)


_READERS: Final[Mapping[str, Callable[[Draft], tuple[Field, ...]]]] = MappingProxyType(
    {
        "essay": read_essay,
        "matching": read_matching,
        "multichoice": _multichoice,
        "numerical": _numerical,
        "ordering": read_ordering,
        "shortanswer": read_shortanswer,
        "truefalse": read_truefalse,
    }
)
