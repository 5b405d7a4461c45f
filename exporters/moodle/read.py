"""Read a Moodle XML question file as Moodle 4.5 reads it.

Each question becomes an `Item`: what Moodle would hold after the import, and notes on what it would change, lose or
refuse on the way. Moodle's own losses in reading XML are part of the model: character data is taken in pieces that
end at entities, character references, comments and CDATA borders, and a piece of nothing but white space vanishes;
texts are trimmed; only the first of several like-named elements counts; unknown elements are passed over.

Left out, as they depend on the release of libxml2: pieces also end where Moodle's blocks of 4,096 bytes do.

Examples
--------
>>> item, = read(
...     b'<quiz><question type="numerical"><name><text>Half pi sum.1.2</text></name>'
...     b'<questiontext><text><![CDATA[<p>How much?</p>]]></text></questiontext>'
...     b'<answer fraction="100"><text>1.57</text><tolerance>0.005</tolerance></answer></question></quiz>'
... )
>>> item.id, item.fields[0].answers, item.notes
('sum.1.2', (('1.57', '0.005', 1.0, ''),), ())
"""

from __future__ import annotations

import binascii
import hashlib
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from xml.parsers import expat

from markscheme.bank.problems import Place, fail
from markscheme.exporters.moodle.cloze import ChoiceField, Field, NumericField, TextField, split_cloze
from markscheme.exporters.moodle.numbers import (
    BLANKS,
    matches_fraction,
    parse_stored,
    php_number,
    store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ChoiceField", "Field", "Item", "NumericField", "TextField", "file_digest", "read"]

MAX_BYTES: Final = 512 * 2**20
MAX_DEPTH: Final = 32

_REFUSED: Final = "Moodle refuses the question"
_LOST: Final = "Moodle refuses the question and loses all after it"
_NOTHING: Final = "Moodle breaks off and imports nothing of the file"
_STOP: Final = "and with 'stop on error' Moodle imports nothing of the file"
# Moodle reads the whole file, then checks the fractions, then saves one question after the other.
_VERDICTS: Final = ("", _LOST, _REFUSED, _NOTHING)
_TYPES = {"multianswer": "cloze", "match": "matching"}
_DRAGS = {"ddimageortext", "ddmarker", "ddwtos", "gapselect", "ordering"}
_CALCULATED = {"calculated", "calculatedmulti", "calculatedsimple"}
_KINDS = (
    _DRAGS
    | _CALCULATED
    | {"cloze", "description", "essay", "matching", "random", "randomsamatch", "shortanswer", "truefalse"}
)
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_ID = re.compile(r"[a-z][a-z0-9-]*\.(?:original|[0-9]+\.[0-9]+)")
_TAG = re.compile(r"""<(?!\s)(?:"[^"]*"|'[^']*'|[^>"'])*(?:>|\Z)""")
_BARE_LINK = re.compile(r"[^\s\"'<>)]*")
_NASTY = re.compile(r"""[\x00-\x1f\x7f&<>"`|':\\/]""")
_TAG_NASTY = re.compile(r"[\x00-\x1f\x7f<>`]")
_NUMERIC = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_PLACE = re.compile(r"\{#[0-9]+\}")
_MATHS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$", re.DOTALL)
_SPARED = re.compile(r"(?:<pre\b.*?</pre>|<span[^>]+class=\"nolink[^\"]*\".*?</span>)", re.DOTALL | re.IGNORECASE)
_BRACED_TAG = re.compile(r"\{[^}]*[<>][^}]*\}")
# What Moodle's emoticon filter, on unless an administrator turns it off, replaces even in the middle of a word.
_EMOTICON = re.compile(
    r":-\)|:\)|:-D|;-\)|:-/|V-\.|:-[Pp]|B-\)|\^-\)|8-\)|:o\)|:-\(|:\(|8-\.|:-I|:-X|8-o|P-\||8-\[|\(grr\)|xx-P|\|-\."
    r"|\}-\]|\((?:h|heart|y|n|martin| )\)"
)
_SLASH = re.compile(r"(?<!/)/(?!/)")
_CONTEXT = re.compile(r"\$[a-z]+\$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question as Moodle holds it after an import.

    Attributes
    ----------
    id
        The idnumber; else the name's last word where it looks like a variant's id; else empty.
    kind
        Moodle's name for the type: "numerical", "multichoice", "cloze", "description", …
    name, text, general_feedback
        The name in plain text, the others as HTML; in a cloze text `{#1}` stands where field 1 was.
    category
        The names on its path, without `$course$` and `top`; empty for the category chosen in the import form.
    fields
        What a student answers, in order; empty for a kind that is not modelled.
    marks, penalty
        The marks for a right answer, and the share of them that a wrong try costs.
    tags
        Its tags.
    files
        (element, name, digest) of each stored file; see `file_digest`.
    notes
        What Moodle changes, loses or refuses.
    imported
        False where Moodle does not take the question (the notes say why).
    """

    id: str
    kind: str
    name: str
    category: tuple[str, ...] = ()
    text: str = ""
    fields: tuple[Field, ...] = ()
    marks: float = 1.0
    penalty: float = 0.3333333
    tags: tuple[str, ...] = ()
    general_feedback: str = ""
    files: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    imported: bool = True


class _Node:
    """An element: its attributes, its children by name, and what Moodle keeps of its character data."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: dict[str, list[_Node]] = {}
        self.text = ""

    def first(self, name: str) -> _Node | None:
        found = self.children.get(name)
        return found[0] if found else None


class _Parser:
    """An expat parser that hands over one finished <question> after the other."""

    def __init__(self, data: bytes, file: str) -> None:
        self.data, self.file = data, file
        self.ready: list[_Node] = []
        self.path: list[_Node] = []
        self.run: list[str] = []
        self.cdata = False
        self.expat = parser = expat.ParserCreate("UTF-8")
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = self.toggle
        parser.CommentHandler = self.cut
        parser.ProcessingInstructionHandler = self.cut
        parser.StartDoctypeDeclHandler = self.doctype
        parser.XmlDeclHandler = self.declaration

    def fail(self, code: str, message: str, hint: str = "") -> Exception:
        place = Place(self.file, self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1)
        return fail(place, code, message, hint)

    def cut(self, *_: str) -> None:
        """End a piece of character data; one without anything visible is lost."""
        if self.run:
            piece = "".join(self.run)
            self.run.clear()
            if self.path and piece.strip(BLANKS):
                self.path[-1].text += piece

    def toggle(self) -> None:
        self.cut()
        self.cdata = not self.cdata

    def characters(self, text: str) -> None:
        if not self.cdata and self.data[self.expat.CurrentByteIndex] == 0x26:  # an entity is a piece of its own
            self.cut()
            self.run.append(text)
            self.cut()
        else:
            self.run.append(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.cut()
        if not self.path and name != "quiz":
            raise self.fail("X701", f"the root element is <{name}>", "a Moodle question file starts with <quiz>")
        if len(self.path) >= MAX_DEPTH:
            raise self.fail("X702", f"elements are nested more than {MAX_DEPTH} deep")
        node = _Node(name, attributes)
        if len(self.path) > 1:
            self.path[-1].children.setdefault(name, []).append(node)
        self.path.append(node)

    def end(self, name: str) -> None:
        self.cut()
        node = self.path.pop()
        if len(self.path) == 1 and name == "question":
            self.ready.append(node)

    def doctype(self, name: str, *_: object) -> None:
        raise self.fail("X702", f"the file has a document type declaration ({name})", "remove <!DOCTYPE …>")

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii", "ascii"):
            raise self.fail("X701", f"the file calls itself {encoding}", "Moodle's form takes UTF-8 only")

    def questions(self) -> Iterator[_Node]:
        try:
            for start in range(0, len(self.data) or 1, 65536):
                self.expat.Parse(self.data[start : start + 65536], start + 65536 >= len(self.data))
                yield from self.ready
                self.ready.clear()
        except expat.ExpatError as error:
            place = Place(self.file, error.lineno, error.offset + 1)
            message = f"the XML is not well-formed: {expat.ErrorString(error.code)}"
            raise fail(place, "X701", message, "put texts in CDATA sections") from None


class _Draft:
    """A question in the making: its element and what there is to say about it."""

    def __init__(self, node: _Node) -> None:
        self.node = node
        self.notes: list[str] = []
        self.files: list[tuple[str, str, str]] = []
        self.verdict = ""

    def refuse(self, why: str, verdict: str = _REFUSED) -> None:
        """Note why the question is not imported; the verdict says what else is not."""
        self.notes.append(f"{verdict}: {why}")
        if _VERDICTS.index(verdict) > _VERDICTS.index(self.verdict):
            self.verdict = verdict

    def plain(self, holder: _Node | None, label: str) -> str:
        """Return the trimmed <text> of an element."""
        node = holder and holder.first("text")
        if not node:
            return ""
        if node.children:
            self.notes.append(f"{label} holds <{next(iter(node.children))}> where text is due: it is lost, {_STOP}")
            return ""
        return node.text.strip(BLANKS)

    def text(self, holder: _Node | None, label: str) -> str:
        """Return the trimmed <text> of an element and take its files along."""
        if holder is None:
            return ""
        text = self.plain(holder, label)
        form = holder.attributes.get("format", "html").strip(BLANKS)
        if form != "html":
            self.notes.append(f"{label} is in the format {form!r}, which is not read as HTML")
        self._files(holder.children.get("file", []), label, text)
        if label != "the question text":
            self.filtered(text, label)
        return text

    def filtered(self, text: str, label: str) -> None:
        """Note what the filters that are on in a new Moodle 4.5 do to a text besides setting its maths."""
        if "{" in text and _MATHS.search(text) and (found := _BRACED_TAG.search(_PLACE.sub("<#>", text))):
            self.notes.append(
                f"{label} shows the tags in {found[0][:40]!r} as text; write the brace as &#123; or \\lbrace"
            )
        if _EMOTICON.search(text) and (found := _EMOTICON.search(_SPARED.sub("", _MATHS.sub("", text)))):
            self.notes.append(f"{label} shows a picture for {found[0]!r}; write one of its characters as an entity")

    def _files(self, nodes: list[_Node], label: str, text: str) -> None:
        wanted = _links(text)
        found: set[str] = set()
        for node in nodes:
            name, path = node.attributes.get("name", ""), node.attributes.get("path", "/")
            if not name or not (path.startswith("/") and path.endswith("/")):
                self.refuse(f"a file of {label} has no name, or a path that is not /…/", _NOTHING)
                continue
            full = path[1:] + _NASTY.sub("", name)
            if full in found:
                self.notes.append(f"{label} has two files called {full!r}; the first wins")
                continue
            found.add(full)
            if full != path[1:] + name:
                self.notes.append(f"the file {name!r} of {label} becomes {full!r}")
            if full not in wanted:
                self.notes.append(f"the file {full!r} of {label} is not used there")
            self.files.append((label, full, file_digest(self._decode(node, full))))
        self.notes += [f"{label} shows {name!r}, but has no such file" for name in sorted(wanted - found)]

    def _decode(self, node: _Node, name: str) -> bytes:
        text = "".join(node.text.split())
        try:
            return binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error:
            self.notes.append(f"the file {name!r} is not clean base64: what is wrong in it is skipped")
            text = re.sub(r"[^A-Za-z0-9+/]", "", text)
            return binascii.a2b_base64(text[: len(text) - (len(text) % 4 == 1)] + "==")

    def number(self, name: str) -> str | None:
        """Return the text of a child that should be a number, None where there is no such child."""
        node = self.node.first(name)
        return None if node is None else "<>" if node.children else node.text

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes-or-no child: everything is yes but `false`, `0` and nothing."""
        node = self.node.first(name)
        return default if node is None else node.text.strip(BLANKS) not in ("false", "0", "")

    def fraction(self, answer: _Node, label: str) -> float:
        """Return the fraction of an answer as Moodle stores it."""
        given = answer.attributes.get("fraction", "0")
        value = php_number(given)
        if value is None:
            self.refuse(f"the fraction {given!r} of {label} is no number", _NOTHING)
            return 0.0
        value /= 100
        inner = answer.first("fraction") if self.node.attributes["type"] == "numerical" else None
        if inner is not None:  # an old spelling of numerical questions: 1 for full marks
            value = php_number(inner.text) or 0.0
        fraction = matches_fraction(value)
        if fraction is None:
            self.refuse(f"the fraction {100 * value:g} % of {label} is not in Moodle's list")
        return value if fraction is None else fraction


def file_digest(content: bytes) -> str:
    """Return the digest by which `Item.files` tells a file's content.

    Examples
    --------
    >>> file_digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def _links(text: str) -> set[str]:
    """Return the names of the files that a text shows."""
    names = set()
    for part in text.split("@@PLUGINFILE@@/")[1:] if "@@PLUGINFILE@@/" in text else ():
        before = text[text.index("@@PLUGINFILE@@/" + part) - 1]
        end = part.find(before) if before in "\"'" else -1
        link = part[:end] if end >= 0 else _BARE_LINK.match(part)[0]  # type: ignore[index]  # it may be empty
        names.add(unquote(html.unescape(link)).partition("?")[0])
    return names


def _plain(text: str) -> str:
    return _TAG.sub("", text).strip(BLANKS) if "<" in text else text.strip(BLANKS)


def _cut(name: str, limit: int, size: int) -> str:
    if len(name) <= limit:
        return name
    left = size - 3
    space = max(name.rfind(" ", 1, left + 1), name.rfind(".", 1, left + 1)) + 1
    return name[: min(space or left, left)] + "..."


def _name(draft: _Draft, kind: str, text: str) -> str:
    """Return the question's name: without tags, and cut to 255 characters."""
    if not (draft.node.first("name") or draft.node).first("text"):
        if kind == "cloze":
            draft.notes.append("the question has no name; Moodle calls it by its text")
            return _cut(_plain(text), 80, 80)
        draft.notes.append(f"the question has no name, {_STOP}")
        return ""
    given = draft.plain(draft.node.first("name"), "the name")
    name = _plain(given)
    if name != given:
        draft.notes.append(f"the name loses its tags and becomes {name!r}")
    if len(name) > 255:
        name = _cut(name, 255, 251)
        draft.notes.append(f"the name is cut to {len(name)} characters")
    return name


def _numerical(draft: _Draft) -> tuple[Field, ...]:
    answers = []
    for number, node in enumerate(draft.node.children.get("answer", ()), 1):
        label = f"answer {number}"
        value = draft.plain(node, label)
        feedback = draft.text(node.first("feedback"), f"{label} feedback")
        fraction = draft.fraction(node, label)
        tolerance = node.first("tolerance")
        if tolerance is not None and tolerance.children:
            draft.refuse(f"the tolerance of {label} holds elements where a number is due", _LOST)
        if value or fraction or _plain(feedback):
            answers.append((value, tolerance.text if tolerance is not None else "0", fraction, feedback))
        else:
            draft.notes.append(f"{label} is blank and dropped")
    if "units" in draft.node.children:
        draft.notes.append("units are not modelled: answers are graded as if there were none")
    grading = draft.node.first("unitgradingtype")
    if grading is not None and grading.text.strip(BLANKS) not in ("", "0"):
        draft.notes.append("unitgradingtype takes marks off every answer that has no unit")
    return (NumericField(answers=tuple(answers)),)


def _multichoice(draft: _Draft) -> tuple[Field, ...]:
    options = []
    nodes = draft.node.children.get("answer", [])
    for number, node in enumerate(nodes, 1):
        label = f"answer {number}"
        text = draft.text(node, label)
        feedback = draft.text(node.first("feedback"), f"{label} feedback")
        fraction = draft.fraction(node, label)
        if text:
            options.append((text, fraction, feedback))
        else:
            draft.notes.append(f"option {number} is blank and dropped")
    for name in _COMBINED:
        draft.text(draft.node.first(name), name)
    if len(nodes) < 2:
        draft.refuse("a choice needs two options", _LOST)
    single, shuffle = draft.flag("single", default=True), draft.flag("shuffleanswers", default=False)
    return (ChoiceField(options=tuple(options), single=single, shuffle=shuffle),)


def _check_field(draft: _Draft, field: Field, label: str) -> None:
    """Note what is odd about a field, whatever question it stands in."""
    if isinstance(field, NumericField):
        for value, tolerance, _, _ in field.answers:
            _check_number(draft, value, f"{label} {value!r}")
            if tolerance.strip(BLANKS):
                _check_tolerance(draft, tolerance, label)
        fractions = [answer[2] for answer in field.answers]
        if min(fractions, default=0) < 0:
            draft.notes.append(f"{label}: a negative fraction of a number is paid as 0")
    else:
        fractions = [row[1] for row in (field.options if isinstance(field, ChoiceField) else field.answers)]
    if isinstance(field, ChoiceField) and not field.single:
        total = sum(fraction for fraction in fractions if fraction > 0)
        if abs(total - 1) > 1e-6:
            draft.notes.append(f"{label}: the right options add up to {100 * total:g} %")
    elif 1.0 not in fractions:
        draft.notes.append(f"{label}: no answer is worth 100 %")


def _check_number(draft: _Draft, value: str, label: str) -> None:
    stored, graded = store(value), parse_stored(value)
    if stored is None:
        draft.refuse(f"{label} is no number", _LOST)
    elif stored != "*" and graded is None:
        draft.refuse(f"{label} is too large, and breaks every attempt")
    elif graded is not None and not _says(value, graded):
        draft.notes.append(f"{label} is stored as {stored}")


def _check_tolerance(draft: _Draft, text: str, label: str) -> None:
    value = parse_stored(text) or 0.0
    if value < 0 or not _says(text, value):
        draft.notes.append(f"{label}: the tolerance {text!r} is read as {abs(value):.14g}")


def _says(text: str, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def _cloze(draft: _Draft, text: str) -> tuple[str, tuple[Field, ...]]:
    cloze = split_cloze(text)
    draft.notes += cloze.notes
    draft.filtered(cloze.text, "the question text")
    for why in cloze.refusals:
        draft.refuse(why)
    for number, field in enumerate(cloze.fields, 1):
        if field.weight >= 100000:
            draft.refuse(f"the weight of field {number} is too large", _LOST)
        if isinstance(field, ChoiceField) and field.single and any(option[1] > 1 for option in field.options):
            draft.refuse(f"field {number} has an option worth more than 100 %", _LOST)
        for row in field.options if isinstance(field, ChoiceField) else field.answers:
            draft.filtered(row[-1], f"field {number} feedback")
            if isinstance(field, ChoiceField):
                draft.filtered(row[0], f"field {number}")
        if "@@PLUGINFILE@@" in text and "@@PLUGINFILE@@" in repr(field):
            draft.notes.append(f"field {number} shows a file; files work outside of fields only")
    return cloze.text, cloze.fields


def _marks(draft: _Draft, kind: str, fields: tuple[Field, ...]) -> float:
    if kind == "cloze":
        return sum(field.weight for field in fields)
    if kind == "description":
        return 0.0
    text = draft.number("defaultgrade")
    if text is not None and text and not _NUMERIC.fullmatch(text):
        draft.refuse(f"defaultgrade {text!r} is no number", _LOST)
        return 0.0
    marks = 1.0 if text is None else round(float(text or 0), 7)
    if marks >= 100000:
        draft.refuse(f"defaultgrade {marks:g} is not below 100000", _LOST)
    if marks < 0:
        draft.notes.append(f"the marks are negative ({marks:g})")
    return marks


def _penalty(draft: _Draft) -> float:
    text = draft.number("penalty")
    penalty = 0.3333333 if text is None else php_number(text)
    if penalty is None:
        draft.refuse("the penalty is empty or no number", _NOTHING)
        return 0.0
    if abs(penalty - 0.3333333) < 0.005:
        return 0.3333333
    if not _NUMERIC.fullmatch(text or ""):
        draft.refuse(f"the penalty {text!r} is no number to its end", _LOST)
    elif not 0 <= penalty <= 1:
        draft.notes.append(f"the penalty {penalty:g} is not between 0 and 1")
    return round(penalty, 7)


def _tags(draft: _Draft) -> tuple[str, ...]:
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


def _ask(draft: _Draft, kind: str, text: str) -> tuple[str, tuple[Field, ...]]:
    """Return the text as Moodle stores it, and the fields of the question."""
    fields: tuple[Field, ...] = ()
    if kind == "cloze":
        text, fields = _cloze(draft, text)
    else:
        draft.filtered(text, "the question text")
    if kind == "numerical":
        fields = _numerical(draft)
        if "_____" in text:
            draft.notes.append("the question text has five underscores in a row: the answer box goes there")
    elif kind == "multichoice":
        fields = _multichoice(draft)
    elif kind not in _KINDS:
        draft.refuse(f"it knows no type {kind!r}")
    elif kind not in ("cloze", "description"):
        draft.notes.append(f"questions of type {kind!r} are not modelled")
    for number, field in enumerate(() if draft.verdict else fields, 1):
        _check_field(draft, field, f"field {number}" if kind == "cloze" else "answer")
    return text, fields


class _Import:
    """What one question's import leaves behind for the next: the category, taken idnumbers, a breakdown."""

    def __init__(self) -> None:
        self.category: tuple[str, ...] = ()
        self.taken: set[tuple[tuple[str, ...], str]] = set()
        self.notes: list[str] = []
        self.broken = ""

    def enter(self, draft: _Draft) -> None:
        """Follow a question of type "category"."""
        path = draft.plain(draft.node.first("category"), "the category")
        names = [_plain(name.replace("//", "/").strip(BLANKS)) for name in _SLASH.split(path)]
        context = names.pop(0) if _CONTEXT.fullmatch(names[0]) else ""
        names = [name for name in names if name != "top"]
        self.notes = draft.notes
        if context and context != "$course$":
            self.notes.append(f"the category {path!r} goes to the context {context}")
        if "" in names or any(len(name) > 255 or _CONTEXT.fullmatch(name) for name in names):
            self.notes.append(f"the category {path!r} has a part that is empty, too long or a stray $…$")
        if names:
            self.category = tuple(names)
        else:
            self.notes.append(f"the category {path!r} names none, and changes nothing")

    def idnumber(self, draft: _Draft) -> str:
        """Return the idnumber that is stored; one that is taken in the category is dropped."""
        node = draft.node.first("idnumber")
        number = "" if node is None else "Array" if node.children else node.text
        if node is not None and node.children:
            draft.notes.append("the idnumber must stand in its element directly; Moodle stores 'Array'")
        if len(number) > 100:
            draft.refuse(f"the idnumber has {len(number)} characters, 100 is the limit", _LOST)
        elif number and (self.category, number) in self.taken:
            draft.notes.append(f"the idnumber {number!r} is taken in its category, and dropped")
            return ""
        self.taken.add((self.category, number))
        return number

    def take(self, draft: _Draft) -> Item:
        """Return the item that a question becomes."""
        kind = draft.node.attributes.get("type", "")
        kind = _TYPES.get(kind, kind)
        draft.notes, self.notes = self.notes, []
        text = draft.text(draft.node.first("questiontext"), "the question text")
        text, fields = _ask(draft, kind, text)
        name = _name(draft, kind, text)
        feedback = draft.text(draft.node.first("generalfeedback"), "the general feedback")
        for number, hint in enumerate(draft.node.children.get("hint", ()), 1):
            draft.text(hint, f"hint {number}")
        idnumber = self.idnumber(draft)
        last = name.rpartition(" ")[2]
        item = Item(
            id=idnumber or (last if _ID.fullmatch(last) else ""),
            kind=kind,
            name=name,
            category=self.category,
            text=text,
            fields=fields,
            marks=_marks(draft, kind, fields),
            penalty=_penalty(draft),
            tags=_tags(draft),
            general_feedback=feedback,
            files=tuple(draft.files),
            notes=(*draft.notes, *([self.broken] if self.broken else [])),
            imported=not (draft.verdict or self.broken),
        )
        if draft.verdict in (_LOST, _NOTHING) and not self.broken:
            self.broken = f"Moodle never gets here: it breaks off at the question {name!r}"
        return item


def read(source: bytes | Path, file: str = "") -> Iterator[Item]:
    """Yield the questions of a Moodle XML file, one at a time, as Moodle would hold them.

    Parameters
    ----------
    source
        The file's content, or its path.
    file
        The name to use in messages; a path's own by default.

    Yields
    ------
    Item
        One a question, in the file's order; categories show in `Item.category`.

    Raises
    ------
    BankError
        X701 if the file is no UTF-8, not well-formed or has no `<quiz>`; X702 if it is larger than 512 MiB, nested
        deeper than 32 elements, or has a document type declaration.

    Examples
    --------
    >>> list(read(b"<quiz></quiz>", "empty.xml"))
    []
    """
    if not isinstance(source, bytes):
        file = file or source.name
        if source.stat().st_size > MAX_BYTES:
            raise fail(Place(file), "X702", f"the file is larger than {MAX_BYTES >> 20} MiB", "split the export")
        source = source.read_bytes()
    if len(source) > MAX_BYTES:
        raise fail(Place(file), "X702", f"the file is larger than {MAX_BYTES >> 20} MiB", "split the export")
    data = source.removeprefix(b"\xef\xbb\xbf").strip(BLANKS.encode())
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail(Place(file, line, 1), "X701", "the file is not UTF-8", "save it as UTF-8") from None
    state = _Import()
    for node in _Parser(data, file).questions():
        draft = _Draft(node)
        if node.attributes.get("type") == "category":
            state.enter(draft)
        else:
            yield state.take(draft)
