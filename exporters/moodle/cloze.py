r"""Find the answer fields in a cloze text as Moodle 4.5 finds them.

A field is `{weight:TYPE:alternative~alternative}`; an alternative is `=` or `%n%`, the answer, and `#feedback`. Moodle
looks for the end of a field with a backtracking search in which

- an answer has at least one character and ends before `~`, `#` or `}`, unless `\`, `&` or `&amp;` stands before it
  (so that `&#125;` stays whole), and a feedback ends before `~` or `}`, unless `\` stands before it;
- where an alternative is empty, the mark that should end it becomes its first character, and the search goes on into
  the text behind the field.

Entities are decoded after the splitting, then `\}` and `\#` lose their backslash. What is no field stays in the text.

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
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import TYPE_CHECKING, TypeAlias

from markscheme.exporters.moodle.numbers import BLANKS, is_number

if TYPE_CHECKING:
    from collections.abc import Iterator


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
_TYPES = _CHOICES.keys() | _TEXTS.keys() | _NUMERICS

_START = re.compile(r"\{([0-9]*):([A-Z_]+):")
_SHARE = re.compile(r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%")
_ANSWER_END = re.compile(r"[~#}]")
_FEEDBACK_END = re.compile(r"[~}]")
_DECIMAL = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMERIC = re.compile(rf"({_DECIMAL})(?::({_DECIMAL}))?\n?")
_ENTITY = re.compile(r"&(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]*));")
_LOOKALIKE = re.compile(r"\{\s*[0-9.,]*\s*:\s*[A-Za-z_]+\s*:")
_PLACE = re.compile(r"\{#([0-9]+)\}")
_MARKUP = re.compile(r"<[A-Za-z/]|\\[(\[]|\$\$|&[a-z#]")
_PATIENCE = 200_000


def _ends(text: str, start: int, marks: re.Pattern[str], guards: tuple[str, ...]) -> Iterator[int]:
    """Yield the places where a part that begins at start may end, nearest first."""
    size = len(text)
    for found in marks.finditer(text, start):
        if not text.endswith(guards, 0, found.start()):
            yield found.start()
    # The search also stops at the end of the text, and before a newline that ends it.
    if text.endswith("\n") and size - 1 >= start and not text.endswith(guards, 0, size - 1):
        yield size - 1
    if size >= start and not text.endswith(guards, 0, size):
        yield size


def _alternatives(text: str, start: int) -> Iterator[tuple[str, str, str, int]]:
    """Yield every reading (share, answer, feedback, end) of an alternative, in Moodle's order of preference."""
    share = _SHARE.match(text, start)
    for begin in (share.end(), start) if share else (start,):
        mark = share[0] if share and begin > start else ""
        for end in _ends(text, begin + 1, _ANSWER_END, ("\\", "&", "&amp;")):
            if text[end : end + 1] == "#":
                for last in _ends(text, end + 1, _FEEDBACK_END, ("\\",)):
                    yield mark, text[begin:end], text[end + 1 : last], last
            yield mark, text[begin:end], "", end


def _closing(text: str, start: int) -> int:
    """Return the place of the `}` that ends the field whose alternatives begin at start, or -1."""
    if text.find("}", start) < 0:
        return -1
    readings = [_alternatives(text, start)]
    dead: set[int] = set()
    places = [start]
    for _ in range(_PATIENCE):
        reading = next(readings[-1], None)
        if reading is None:
            readings.pop()
            dead.add(places.pop())
            if not readings:
                return -1
            continue
        end = reading[3]
        if text[end : end + 1] == "}":
            return end
        if text[end : end + 1] == "~" and end + 1 not in dead:
            readings.append(_alternatives(text, end + 1))
            places.append(end + 1)
    return -1  # PCRE gives up as well


def _split(inside: str) -> Iterator[tuple[str, str, str]]:
    """Yield (share, answer, feedback) of the alternatives of one field."""
    place = 0
    while place < len(inside):
        place += inside[place] == "~" and place + 1 < len(inside)
        rest = inside[place:]
        reading = next(_alternatives(rest, 0), None)
        if reading is None:
            return
        yield reading[:3]
        place += reading[3]


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return chr(name2codepoint[name]) if name in name2codepoint else found[0]  # HTML 4's names: no &apos;
    code = int(decimal or hexadecimal, 10 if decimal else 16)
    known = code in (9, 10, 13) or 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if known else found[0]


def _unescape(text: str) -> str:
    return _ENTITY.sub(_entity, text).replace("\\}", "}").replace("\\#", "#")


def _share(share: str) -> float:
    # No list of allowed percentages applies inside a cloze text.
    return 0.01 * float(share.strip("%").replace(",", ".")) if share not in ("", "=") else float(share == "=")


_Alternatives: TypeAlias = "list[tuple[float, str, str]]"  # share, answer with its escapes, feedback without


def _stored(share: float) -> float:
    return round(share, 7)  # as the database keeps it


def _numeric(alternatives: _Alternatives, weight: float) -> tuple[NumericField, list[str]]:
    answers, faults = [], []
    for share, answer, feedback in alternatives:
        found = _NUMERIC.fullmatch(answer)
        value = found[1] if found else _unescape(answer).strip(BLANKS)
        if not (value or share or feedback):
            continue
        if value != "*" and not is_number(value):
            faults.append(f"the answer {answer!r} must be a number")
        answers.append((value, (found and found[2]) or "0", _stored(share), feedback))
    return NumericField(answers=tuple(answers), weight=weight), faults


def _balanced(shares: list[float], *, explicit: bool) -> list[float]:
    """Return the shares of a multiple-response field: right ones add up to 1, wrong ones take a right one back."""
    total = sum(share for share in shares if share > 0) or 1.0
    penalty = 0.0 if explicit else 1 / total
    return [share / total if share > 0 else share - penalty for share in shares]


def _choice(name: str, alternatives: _Alternatives, weight: float, *, explicit: bool) -> tuple[ChoiceField, list[str]]:
    single, shuffle, layout = _CHOICES[name]
    shares = [share for share, _, _ in alternatives]
    if not single:
        shares = _balanced(shares, explicit=explicit)
    options = tuple(
        (html, _stored(share), feedback)
        for share, (_, answer, feedback) in zip(shares, alternatives, strict=True)
        if (html := _unescape(answer).strip(BLANKS))
    )
    faults = [] if len(options) > 1 else ["a choice needs two options"]
    return ChoiceField(options=options, weight=weight, single=single, shuffle=shuffle, layout=layout), faults


def _text(name: str, alternatives: _Alternatives, weight: float) -> tuple[TextField, list[str]]:
    answers = tuple(
        (pattern, _stored(share), feedback)
        for share, answer, feedback in alternatives
        if (pattern := _unescape(answer).strip(BLANKS))
    )
    return TextField(answers=answers, weight=weight, case=_TEXTS[name]), []


def _field(name: str, weight: float, inside: str) -> tuple[Field, list[str]]:
    parts = list(_split(inside))
    alternatives = [(_share(share), answer, _unescape(feedback).strip(BLANKS)) for share, answer, feedback in parts]
    field: Field
    if name in _NUMERICS:
        field, faults = _numeric(alternatives, weight)
    elif name in _CHOICES:
        explicit = any(share not in ("", "=", "%0%") for share, _, _ in parts)
        field, faults = _choice(name, alternatives, weight, explicit=explicit)
    else:
        field, faults = _text(name, alternatives, weight)
    multiple = name in _CHOICES and not _CHOICES[name][0]
    if not any(share > 0 if multiple else share == 1.0 for share, answer, _ in alternatives if answer.strip(BLANKS)):
        faults.append("no answer is worth 100 %")
    return field, faults


def _remarks(between: list[str], fields: list[Field]) -> Iterator[str]:
    """Yield what stays in the text or is shown otherwise than meant."""
    for piece in between:
        for found in _LOOKALIKE.finditer(piece):
            shown = piece[found.start() : found.start() + 40].partition("}")
            yield f"{shown[0] + shown[1]!r} looks like a field, but Moodle leaves it as text"
        for found in _PLACE.finditer(piece):
            known = 0 < int(found[1]) <= len(fields)
            yield f"{found[0]} in the text " + ("shows that field a second time" if known else "names no field")
    for number, field in enumerate(fields, 1):
        if not field.weight:
            yield f"field {number} has weight 0"
        if isinstance(field, ChoiceField) and field.layout == "dropdown":
            yield from (
                f"field {number} shows {option[0]!r} in a dropdown, where maths and tags are not rendered"
                for option in field.options
                if _MARKUP.search(option[0])
            )


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
    between, fields, refusals = [], [], []
    done = place = 0
    while found := _START.search(text, place):
        end = _closing(text, found.end()) if found[2] in _TYPES else -1
        if end < 0:
            place = found.start() + 1
            continue
        field, faults = _field(found[2], float(found[1] or 1), text[found.end() : end])
        between.append(text[done : found.start()])
        fields.append(field)
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
