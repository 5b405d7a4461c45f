"""Read what a question has beside its texts and fields, as Moodle 4.5 stores it: name, marks, penalty, tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markscheme.exporters.moodle.draft import LOST, NOTHING, STOP
from markscheme.exporters.moodle.numbers import php_number
from markscheme.exporters.moodle.texts import strip_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.draft import Draft
    from markscheme.exporters.moodle.fields import Field

_THIRD = 0.3333333
_TAG_NASTY = re.compile(r"[\x00-\x1f\x7f<>`]")
_NUMERIC = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")


def is_numeric(text: str) -> bool:
    """Tell whether PHP takes a whole text for a number.

    Examples
    --------
    >>> is_numeric(" 1e2 "), is_numeric("100%"), is_numeric("")
    (True, False, False)
    """
    return _NUMERIC.fullmatch(text) is not None


def read_name(draft: Draft, kind: str, text: str) -> str:
    """Return the question's name: without tags, and cut to 255 characters."""
    if not (draft.node.first("name") or draft.node).first("text"):
        if kind == "cloze":
            draft.notes.append("the question has no name; Moodle calls it by its text")
            return _cut(strip_tags(text), 80, 80)
        draft.notes.append(f"the question has no name, {STOP}")
        return ""
    given = draft.plain(draft.node.first("name"), "the name")
    name = strip_tags(given)
    if name != given:
        draft.notes.append(f"the name loses its tags and becomes {name!r}")
    if len(name) > 255:
        name = _cut(name, 255, 251)
        draft.notes.append(f"the name is cut to {len(name)} characters")
    return name


def _cut(name: str, limit: int, size: int) -> str:
    if len(name) <= limit:
        return name
    left = size - 3
    space = max(name.rfind(" ", 1, left + 1), name.rfind(".", 1, left + 1)) + 1
    return name[: min(space or left, left)] + "..."


def read_marks(draft: Draft, kind: str, fields: Sequence[Field]) -> float:
    """Return the marks for a right answer; those of a cloze text are its weights'."""
    if kind == "cloze":
        return sum(field.weight for field in fields)
    if kind == "description":
        return 0.0
    text = _number(draft, "defaultgrade")
    if text is not None and text and not is_numeric(text):
        draft.refuse(f"defaultgrade {text!r} is no number", LOST)
        return 0.0
    marks = 1.0 if text is None else round(float(text or 0), 7)
    if marks >= 100000:
        draft.refuse(f"defaultgrade {marks:g} is not below 100000", LOST)
    if marks < 0:
        draft.notes.append(f"the marks are negative ({marks:g})")
    return marks


def read_penalty(draft: Draft) -> float:
    """Return the share of the marks that a wrong try costs."""
    text = _number(draft, "penalty")
    penalty = _THIRD if text is None else php_number(text)
    if penalty is None:
        draft.refuse("the penalty is empty or no number", NOTHING)
        return 0.0
    if abs(penalty - _THIRD) < 0.005:
        return _THIRD
    if not is_numeric(text or ""):
        draft.refuse(f"the penalty {text!r} is no number to its end", LOST)
    elif not 0 <= penalty <= 1:
        draft.notes.append(f"the penalty {penalty:g} is not between 0 and 1")
    return round(penalty, 7)


def _number(draft: Draft, name: str) -> str | None:
    """Return the text of a child that should be a number, None where there is no such child."""
    node = draft.node.first(name)
    return None if node is None else "<>" if node.children else node.text


def read_tags(draft: Draft) -> tuple[str, ...]:
    """Return the tags: cleaned, and one of those that differ in case only."""
    holder = draft.node.first("tags")
    given = [draft.plain(node, "a tag") for node in holder.children.get("tag", ())] if holder else []
    tags: dict[str, str] = {}
    for tag in given:
        clean = " ".join(_TAG_NASTY.sub("", tag).split())
        if clean:
            tags[clean.lower()] = clean
    if list(tags.values()) != given:
        draft.notes.append(f"the tags {given} become {list(tags.values())}")
    return tuple(tags.values())
