r"""Take a cloze text apart as Moodle 4.5 does: fields, and the text between them.

A field is `{weight:TYPE:alternative~alternative}`; an alternative is `=` or `%n%`, the answer, and `#feedback`; see
`cloze_search` for where each ends, and `cloze_fields` for what becomes of it. What is no field stays in the text.

Examples
--------
>>> cloze = split_cloze("Area {2:NM:=3.14:0.005#Right} of {MC:=a~b}")
>>> cloze.text
'Area {#1} of {MC:=a~b}'
>>> cloze.fields[0].weight, cloze.fields[0].answers
(2.0, (('3.14', '0.005', 1.0, 'Right'),))
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markscheme.exporters.moodle.cloze_fields import NAMES, make_field
from markscheme.exporters.moodle.cloze_search import Patience, find_alternatives
from markscheme.exporters.moodle.fields import ChoiceField, Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_START = re.compile(r"\{([0-9]*):([A-Z_]+):")
_LOOKALIKE = re.compile(r"\{\s*+[0-9.,]*+\s*+:\s*+[A-Za-z_]++\s*+:")
_PLACE = re.compile(r"\{#([0-9]+)\}")
_MARKUP = re.compile(r"<[A-Za-z/!]|\\[(\[]|\$\$")
_ROW = re.compile(r"<(/?)tr\b(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^>\"']++)*+(?:>|\Z)", re.IGNORECASE)
_MOST_DIGITS = 6
_MOST_SHOWN = 40
_MOST_FAILURES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze:
    """A cloze text taken apart.

    Attributes
    ----------
    text
        The text with `{#1}`, `{#2}`, … in the places of its fields, as Moodle stores it.
    between
        The pieces of text around the fields, one more than there are fields.
    fields
        The fields in order.
    notes
        What Moodle leaves as text, drops, or shows otherwise than the author may expect.
    refusals
        Why Moodle refuses the question; empty where it takes it.
    """

    text: str
    between: tuple[str, ...]
    fields: tuple[Field, ...]
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


def split_cloze(text: str) -> Cloze:
    r"""Take a cloze text apart the way Moodle does.

    Parameters
    ----------
    text
        The question text in HTML.

    Returns
    -------
    Cloze
        Its fields and the text between them, what Moodle would do unasked, and why it would refuse the question.

    Examples
    --------
    >>> cloze = split_cloze(r"{1:MCV:=\(x^{2\}\)~\(x&#125;\)#No \# here}")
    >>> cloze.fields[0].options
    (('\\(x^{2}\\)', 1.0, ''), ('\\(x}\\)', 0.0, 'No # here'))
    >>> split_cloze("{1:NM:=3 kg}").refusals
    ("field 1: the answer '3 kg' must be a number",)
    """
    between: list[str] = []
    fields: list[Field] = []
    refusals: list[str] = []
    done = place = failures = 0
    patience = Patience()
    while failures < _MOST_FAILURES and (start := _START.search(text, place)):
        weight, name = start.groups()
        found = find_alternatives(text, start.end(), patience) if name in NAMES else None
        if found is None:
            place = start.start() + 1
            failures += name in NAMES  # each looks through the rest of the text
            continue
        parts, end = found
        field, faults = make_field(name, float(weight or 1), parts)
        between.append(text[done : start.start()])
        fields.append(replace(field, label=_label(between[-1])))
        refusals += [f"field {len(fields)}: {fault}" for fault in faults]
        done = place = end + 1
    between.append(text[done:])
    return Cloze(
        text="".join(f"{piece}{{#{number}}}" for number, piece in enumerate(between[:-1], 1)) + between[-1],
        between=tuple(between),
        fields=tuple(fields),
        notes=tuple(_remarks(between, fields)),
        refusals=tuple(refusals) if fields else ("the text holds no answer field",),
    )


def _label(before: str) -> str:
    """Return what stands before a field in its row of a table, given the text since the field before it."""
    open_rows: list[int] = []
    for tag in _ROW.finditer(before):
        if not tag[1]:
            open_rows.append(tag.end())
        elif open_rows:
            open_rows.pop()
    return before[open_rows[-1] :] if open_rows else ""


def _remarks(between: Sequence[str], fields: Sequence[Field]) -> Iterator[str]:
    """Yield what stays in the text or is shown otherwise than meant."""
    for piece in between:
        for found in _LOOKALIKE.finditer(piece):
            shown = piece[found.start() : found.start() + 40].partition("}")
            yield f"{shown[0] + shown[1]!r} looks like a field, but Moodle leaves it as text"
        for found in _PLACE.finditer(piece):
            known = len(found[1]) <= _MOST_DIGITS and 0 < int(found[1]) <= len(fields)
            yield f"{found[0][:_MOST_SHOWN]} in the text " + (
                "shows that field a second time" if known else "names no field"
            )
    for number, field in enumerate(fields, 1):
        if not field.weight:
            yield f"field {number} has weight 0"
        if isinstance(field, ChoiceField) and field.layout == "dropdown":
            yield from (
                f"field {number} shows {option[0]!r} in a dropdown, where browsers garble maths and tags"
                for option in field.options
                if _MARKUP.search(option[0])
            )
