"""Read questions that ask for pairs or for an order, as Moodle 4.5 stores them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markscheme.exporters.moodle.answer_parts import read_combined_feedback, read_setting
from markscheme.exporters.moodle.draft import LOST, NOTHING
from markscheme.exporters.moodle.fields import PairField, PlaceField
from markscheme.exporters.moodle.numbers import BLANKS, php_number
from markscheme.exporters.moodle.reading import menu_reading
from markscheme.exporters.moodle.remarks import has_maths
from markscheme.exporters.moodle.settings import is_numeric
from markscheme.exporters.moodle.texts import read_shown_text, read_text, strip_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.draft import Draft

_FULL_CREDIT_ONLY: Final = ("ALL_OR_NOTHING",)
_EACH_IN_ITS_PLACE: Final = ("ABS", "ABSOLUTE", "ABSOLUTE_POSITION")
_BREAK: Final = re.compile(r"<br\s*/?>")
_ALIGN: Final = re.compile(r"\bvertical-align:(?=\s*[a-zA-Z0-9_-])")
_ALIGNMENT: Final = re.compile(r"\s*[a-zA-Z0-9_-]+")


def read_matching(draft: Draft) -> tuple[PairField, ...]:
    """Return the fields of a question of type matching, one for each subquestion that has a text."""
    pairs: list[tuple[str, str]] = []
    for number, node in enumerate(draft.node.children.get("subquestion", ()), 1):
        stem = read_shown_text(draft, node, f"subquestion {number}")
        answer = draft.plain(node.first("answer"), f"the answer of subquestion {number}")
        if stem and not answer:
            draft.keep_as_the_last(f"subquestion {number} has no answer")
        if stem or answer:
            pairs.append((stem, answer))
        else:
            draft.notes.append(f"subquestion {number} is blank and dropped")
    read_combined_feedback(draft)
    choices = tuple(map(menu_reading, _checked_choices(draft, [answer for _, answer in pairs])))
    fields = tuple(PairField(label=stem, choices=choices, key=menu_reading(answer)) for stem, answer in pairs if stem)
    if not fields:
        draft.notes.append("no subquestion has a text, which breaks every attempt")
    return fields


def _checked_choices(draft: Draft, answers: Sequence[str]) -> Sequence[str]:
    """Return the different answers, and note what a menu does to them."""
    choices = tuple(dict.fromkeys(answers))
    read: dict[str, str] = {}
    for choice in choices:
        reading = menu_reading(choice)
        if not reading:
            draft.notes.append(f"the choice {choice!r} reads as nothing")
        elif reading in read:
            draft.notes.append(f"the choices {read[reading]!r} and {choice!r} read the same, but are two")
        elif strip_tags(choice) != choice:
            draft.notes.append(f"the choice {choice!r} loses its tags and reads {reading!r}")
        if has_maths(choice):
            draft.notes.append(f"the choice {choice!r} stands in a menu, where maths is not set")
        read[reading] = choice
    return choices


def read_ordering(draft: Draft) -> tuple[PlaceField, ...]:
    """Return the fields of a question of type ordering, one for each item; none where its grading is not modelled."""
    labels = _items(draft)
    read_combined_feedback(draft)
    grading = read_setting(draft, "gradingtype", "RELATIVE").upper()
    if draft.node.first("shownumcorrect") is None and len(draft.node.children.get("hint", ())) < 2:
        draft.refuse("an ordering question needs <shownumcorrect>", LOST)
    if grading not in _FULL_CREDIT_ONLY + _EACH_IN_ITS_PLACE:
        draft.notes.append(f"ordering with gradingtype {grading!r} is not modelled")
        return ()
    if not _shows_all(draft, len(labels)):
        draft.notes.append("ordering of some items only, drawn by Moodle, is not modelled")
        return ()
    return tuple(
        PlaceField(label=label, places=len(labels), key=key, all_or_nothing=grading in _FULL_CREDIT_ONLY)
        for key, label in enumerate(labels, 1)
    )


def _items(draft: Draft) -> list[str]:
    given = []
    for number, node in enumerate(draft.node.children.get("answer", ()), 1):
        label = f"answer {number}"
        if php_number(node.attributes.get("fraction", "0")) is None:
            draft.refuse(f"the fraction of {label} is no number", NOTHING)
        text = read_shown_text(draft, node, label)
        if strip_tags(read_text(draft, node.first("feedback"), f"{label} feedback")):
            draft.notes.append(f"{label} has feedback, which is lost")
        given.append(text)
    if sum(map(bool, given)) < 2:
        draft.keep_as_the_last("an ordering question needs two items; this one cannot be attempted")
        return []
    items = [_stored_item(draft, text) for text in given]
    if not all(items):
        draft.notes.append("blank items are dropped")
        items = [item for item in items if item]
    if len(set(items)) < len(items):
        draft.notes.append("items that are the same are taken for the first of them: full marks cannot be had")
    return items


def _stored_item(draft: Draft, text: str) -> str:
    """Return an item as it is stored: a lone paragraph loses its tags, pictures are aligned Moodle's way."""
    if text.count("<p>") == 1:
        text = _unwrapped(text).strip(BLANKS)
    *tags, rest = text.split(">")
    stored = "".join(f"{_realigned(tag)}>" for tag in tags) + rest
    if stored != text:
        draft.notes.append("the vertical-align of a picture in an item becomes text-top")
    return stored


def _unwrapped(text: str) -> str:
    """Return what a text's only paragraph holds, without breaks at its end; another text, or one of lines, stays."""
    bare = text.strip()
    if not (bare.startswith("<p>") and bare.endswith("</p>")):
        return text
    start, end = 3, len(bare) - 4
    while True:
        while end > start and bare[end - 1].isspace():
            end -= 1
        last = bare.rfind("<br", start, end)
        if last < 0 or not _BREAK.fullmatch(bare, last, end):
            break
        end = last
    inner = bare[start:end].lstrip()
    return text if "\n" in inner else inner


def _realigned(piece: str) -> str:
    """Return a piece that ends with a tag's `>` as Moodle stores it: the last alignment of a picture is another."""
    start = piece.find("<img")
    places = [found.end() for found in _ALIGN.finditer(piece, start)] if start >= 0 else []
    if not places:
        return piece
    value = _ALIGNMENT.match(piece, places[-1])
    return f"{piece[: places[-1]]}text-top{piece[value.end() if value else places[-1] :]}"


def _shows_all(draft: Draft, count: int) -> bool:
    """Return whether every item is shown, rather than some that Moodle draws."""
    # The names before Moodle 4.4, which count where the first of the new ones is missing.
    old = draft.node.first("selecttype") is None
    chosen = read_setting(draft, "logical" if old else "selecttype", "RANDOM").upper()
    shown = read_setting(draft, "studentsee" if old else "selectcount", "6")
    return chosen in ("ALL", "EXACT") or (is_numeric(shown) and float(shown) >= count) or count <= 2
