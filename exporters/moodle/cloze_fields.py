r"""Make the fields of a cloze text from their alternatives, as Moodle 4.5 makes them.

Entities are decoded after the splitting, then `\}` and `\#` lose their backslash.

Examples
--------
>>> field, faults = make_field("NM", 2.0, [("=", "3.14:0.005", "Right"), ("%50%", "3", "")])
>>> field.answers, field.weight, faults
((('3.14', '0.005', 1.0, 'Right'), ('3', '0', 0.5, '')), 2.0, [])
>>> make_field("NM", 1.0, [("=", "3 kg", "")])[1]
["the answer '3 kg' must be a number"]
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import TYPE_CHECKING, TypeAlias

from markscheme.exporters.moodle.fields import ChoiceField, Field, NumericField, TextField
from markscheme.exporters.moodle.numbers import BLANKS, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.cloze_search import Alternative

# One row a kind of field: its names, then what follows a name, with the long and the short spelling.
_LAYOUTS = {"": "dropdown", "V": "vertical", "H": "horizontal"}
_CHOICES = {
    name: (single, shuffle, layout if single or layout != "dropdown" else "vertical")
    for long, short, single in (("MULTICHOICE", "MC", True), ("MULTIRESPONSE", "MR", False))
    for letter, layout in _LAYOUTS.items()
    if single or letter != "V"
    for shuffle in (False, True)
    for end in [letter + "S" * shuffle]
    for name in (f"{long}_{end}" if end else long, f"{short}{end}")
}
_TEXTS = dict.fromkeys(("SHORTANSWER", "SA", "MW"), False) | dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), True)
_NUMERICS = frozenset(("NUMERICAL", "NM"))
NAMES = _CHOICES.keys() | _TEXTS.keys() | _NUMERICS
"""The names of the kinds of fields."""

_DECIMAL = r"-?(?:[0-9]++(?:[.,][0-9]*+)?|[.,][0-9]++)(?:[eE][+-]?[0-9]++)?"
_NUMERIC = re.compile(rf"({_DECIMAL})(?::({_DECIMAL}))?\n?")
_ENTITY = re.compile(r"&(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]*));")

_MOST_DIGITS = 7

_Row: TypeAlias = tuple[float, str, str]  # share, answer with its escapes, feedback without


def make_field(name: str, weight: float, parts: Sequence[Alternative]) -> tuple[Field, list[str]]:
    """Return a field, and why Moodle refuses it.

    Parameters
    ----------
    name
        One of `NAMES`.
    weight
        Its share of the question's marks.
    parts
        Its alternatives as they are spelled.
    """
    rows = [(_share(share), answer, _unescape(feedback).strip(BLANKS)) for share, answer, feedback in parts]
    field: Field
    faults: list[str] = []
    if name in _NUMERICS:
        field, faults = _numeric(rows, weight)
    elif name in _CHOICES:
        explicit = any(share not in ("", "=", "%0%") for share, _, _ in parts)
        field, faults = _choice(name, rows, weight, explicit=explicit)
    else:
        field = _text(name, rows, weight)
    multiple = name in _CHOICES and not _CHOICES[name][0]
    if not any(share > 0 if multiple else share == 1.0 for share, answer, _ in rows if answer.strip(BLANKS)):
        faults.append("no answer is worth 100 %")
    return field, faults


def _numeric(rows: Sequence[_Row], weight: float) -> tuple[NumericField, list[str]]:
    answers, faults = [], []
    for share, answer, feedback in rows:
        if found := _NUMERIC.fullmatch(answer):
            value, tolerance = found[1], found[2] or "0"
        else:
            value, tolerance = _unescape(answer).strip(BLANKS), "0"
            if not (value or share or feedback):
                continue
            if value != "*" and not is_number(value):
                faults.append(f"the answer {answer!r} must be a number")
        answers.append((value, tolerance, _stored(share), feedback))
    return NumericField(answers=tuple(answers), weight=weight), faults


def _choice(name: str, rows: Sequence[_Row], weight: float, *, explicit: bool) -> tuple[ChoiceField, list[str]]:
    single, shuffle, layout = _CHOICES[name]
    shares = [share for share, _, _ in rows]
    if not single:
        shares = _balanced(shares, explicit=explicit)
    options = tuple(
        (html, _stored(share), feedback)
        for share, (_, answer, feedback) in zip(shares, rows, strict=True)
        if (html := _unescape(answer).strip(BLANKS))
    )
    faults = [] if len(options) > 1 else ["a choice needs two options"]
    return ChoiceField(options=options, weight=weight, single=single, shuffle=shuffle, layout=layout), faults


def _text(name: str, rows: Sequence[_Row], weight: float) -> TextField:
    answers = tuple(
        (pattern, _stored(share), feedback)
        for share, answer, feedback in rows
        if (pattern := _unescape(answer).strip(BLANKS))
    )
    return TextField(answers=answers, weight=weight, case=_TEXTS[name])


def _share(share: str) -> float:
    # No list of allowed percentages applies inside a cloze text.
    return 0.01 * float(share.strip("%").replace(",", ".")) if share not in ("", "=") else float(share == "=")


def _stored(share: float) -> float:
    return round(share, 7)  # as the database keeps it


def _balanced(shares: Sequence[float], *, explicit: bool) -> list[float]:
    """Return the shares of a multiple-response field: right ones add up to 1, wrong ones take a right one back."""
    total = sum(share for share in shares if share > 0) or 1.0
    penalty = 0.0 if explicit else 1 / total
    return [share / total if share > 0 else share - penalty for share in shares]


def _unescape(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    return text.replace("\\}", "}").replace("\\#", "#") if "\\" in text else text


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return chr(name2codepoint[name]) if name in name2codepoint else found[0]  # HTML 4's names: no &apos;
    digits = (decimal or hexadecimal).lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return found[0]  # no character has such a number
    code = int(digits or "0", 10 if decimal else 16)
    known = code in (9, 10, 13) or 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if known else found[0]
