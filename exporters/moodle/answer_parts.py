"""Read what the answers of several kinds of questions have in common, as Moodle 4.5 stores it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markscheme.exporters.moodle.draft import LOST, NOTHING
from markscheme.exporters.moodle.numbers import BLANKS, matches_fraction, php_number
from markscheme.exporters.moodle.texts import read_shown_text

if TYPE_CHECKING:
    from markscheme.exporters.moodle.draft import Draft
    from markscheme.exporters.moodle.xmlize import Node

_COMBINED: Final = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_MOST_DIGITS: Final = 9
_WHITE: Final = " \t\n\r\v\f"
_WHOLE: Final = re.compile(r"[ \t\n\r\v\f]*[+-]?[0-9]+[ \t\n\r\v\f]*")


def read_flag(draft: Draft, name: str, *, default: bool) -> bool:
    """Return a yes-or-no child: everything is yes but `false`, `0` and nothing."""
    node = draft.node.first(name)
    return default if node is None else node.text.strip(BLANKS) not in ("false", "0", "")


def read_setting(draft: Draft, name: str, default: str) -> str:
    """Return the text of a child as it stands, or the default where there is no such child."""
    node = draft.node.first(name)
    return default if node is None else "<>" if node.children else node.text


def read_whole(draft: Draft, name: str, default: int) -> int:
    """Return a child that must be a whole number; an empty one is 0, and any other text ends the import."""
    text = read_setting(draft, name, str(default))
    if not text:
        return 0
    if not _WHOLE.fullmatch(text):
        draft.refuse(f"{name} {text!r} is no whole number", LOST)
        return default
    digits = text.strip(_WHITE).lstrip("+-").lstrip("0")
    if len(digits) > _MOST_DIGITS:
        draft.refuse(f"{name} is too large", LOST)
        return default
    return -int(digits or "0") if "-" in text else int(digits or "0")


def read_combined_feedback(draft: Draft) -> None:
    """Read the feedback that depends on how much of an answer is right."""
    for name in _COMBINED:
        read_shown_text(draft, draft.node.first(name), name)


def read_fraction(draft: Draft, answer: Node, label: str) -> float:
    """Return the fraction of an answer as Moodle stores it."""
    given = answer.attributes.get("fraction", "0")
    value = php_number(given)
    if value is None:
        draft.refuse(f"the fraction {given!r} of {label} is no number", NOTHING)
        return 0.0
    value /= 100
    inner = answer.first("fraction") if draft.node.attributes["type"] == "numerical" else None
    if inner is not None:  # an old spelling of numerical questions: 1 for full marks
        value = php_number(inner.text) or 0.0
    fraction = matches_fraction(value)
    if fraction is None:
        draft.refuse(f"the fraction {100 * value:g} % of {label} is not in Moodle's list")
    return value if fraction is None else fraction
