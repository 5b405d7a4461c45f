"""Read a Moodle XML question file as Moodle 4.5 reads it.

Each question becomes an `Item`: what Moodle would hold after the import, and notes on what it would change, lose or
refuse on the way. Moodle's own losses are part of the model: see `xmlize` for those of its XML reader; texts are
trimmed, only the first of several like-named elements counts, unknown elements are passed over.

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

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markscheme.bank.problems import Place, fail
from markscheme.exporters.moodle.draft import LOST, Draft
from markscheme.exporters.moodle.kinds import read_fields, read_kind
from markscheme.exporters.moodle.numbers import BLANKS
from markscheme.exporters.moodle.settings import read_marks, read_name, read_penalty, read_tags
from markscheme.exporters.moodle.texts import read_shown_text, read_text, strip_tags
from markscheme.exporters.moodle.typed_kinds import read_marker
from markscheme.exporters.moodle.xmlize import questions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markscheme.exporters.moodle.fields import Field
    from markscheme.exporters.moodle.xmlize import Node

_ID = re.compile(r"[a-z][a-z0-9-]*\.(?:original|[0-9]+\.[0-9]+)")
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
        What a student answers, in order; empty for a kind or a way of grading that is not modelled.
    marks, penalty
        The marks for a right answer, and the share of them that a wrong try costs.
    tags
        Its tags.
    files
        (element, name, digest) of each stored file; see `file_digest`.
    marker
        What only the marker of an essay sees, in HTML.
    notes
        What Moodle changes, loses or refuses.
    imported
        False where Moodle does not take the question (the notes say why).
    node
        The question's element in the file; None if it comes from no file.
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
    marker: str = ""
    notes: tuple[str, ...] = ()
    imported: bool = True
    node: Node | None = field(default=None, repr=False, compare=False)


class _Import:
    """What one question's import leaves behind for the next: the category, taken idnumbers, a breakdown."""

    def __init__(self) -> None:
        self.category: tuple[str, ...] = ()
        self.taken: set[tuple[tuple[str, ...], str]] = set()
        self.notes: list[str] = []
        self.broken = ""

    def enter(self, draft: Draft) -> None:
        """Follow a question of type "category"."""
        path = draft.plain(draft.node.first("category"), "the category")
        names = [strip_tags(name.replace("//", "/").strip(BLANKS)) for name in _SLASH.split(path)]
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

    def idnumber(self, draft: Draft) -> str:
        """Return the idnumber that is stored; one that is taken in the category is dropped."""
        node = draft.node.first("idnumber")
        number = "" if node is None else "Array" if node.children else node.text
        if node is not None and node.children:
            draft.notes.append("the idnumber must stand in its element directly; Moodle stores 'Array'")
        if len(number) > 100:
            draft.refuse(f"the idnumber has {len(number)} characters, 100 is the limit", LOST)
        elif number and (self.category, number) in self.taken:
            draft.notes.append(f"the idnumber {number!r} is taken in its category, and dropped")
            return ""
        self.taken.add((self.category, number))
        return number

    def take(self, draft: Draft) -> Item:
        """Return the item that a question becomes."""
        draft.notes, self.notes = self.notes, []
        kind = read_kind(draft)
        text = read_text(draft, draft.node.first("questiontext"), "the question text")
        text, fields = read_fields(draft, kind, text)
        marker = read_marker(draft, kind)
        name = read_name(draft, kind, text)
        feedback = read_shown_text(draft, draft.node.first("generalfeedback"), "the general feedback")
        for number, hint in enumerate(draft.node.children.get("hint", ()), 1):
            read_shown_text(draft, hint, f"hint {number}")
        idnumber = self.idnumber(draft)
        last = name.rpartition(" ")[2]
        item = Item(
            id=idnumber or (last if _ID.fullmatch(last) else ""),
            kind=kind,
            name=name,
            category=self.category,
            text=text,
            fields=fields,
            marks=read_marks(draft, kind, fields),
            penalty=read_penalty(draft),
            tags=read_tags(draft),
            general_feedback=feedback,
            files=tuple(draft.files),
            marker=marker,
            notes=(*draft.notes, *([self.broken] if self.broken else [])),
            imported=not (draft.verdict or self.broken),
            node=draft.node,
        )
        if draft.ends_import and not self.broken:
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
    state = _Import()
    for node in questions(source, file):
        draft = Draft(node)
        if node.attributes.get("type") == "category":
            state.enter(draft)
            continue
        try:
            yield state.take(draft)
        except ValueError as error:  # such as a number of thousands of digits, which Python does not read
            raise fail(Place(file or str(source), *node.place), "X701", f"a question cannot be read: {error}") from None
