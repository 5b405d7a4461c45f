"""Take a Moodle XML file apart as Moodle 4.5's own reader ("xmlize") does.

The reader's losses are part of the model: character data is taken in pieces that end at entities, character
references, comments and CDATA borders, and a piece of nothing but white space vanishes.

The file is taken in blocks, and nothing of it is kept but the question at hand. Nothing outside of it is ever opened:
document types, and with them entities of the file's own, are refused, and what a question may hold is bounded.

Left out, as they depend on the release of libxml2: pieces also end where Moodle's blocks of 4,096 bytes do.

Examples
--------
>>> node, = questions(b"<quiz><question type='essay'><name> a&amp; &amp;b </name></question></quiz>")
>>> node.attributes, node.children["name"][0].text
({'type': 'essay'}, ' a&&b ')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from markscheme.bank.problems import Place, fail
from markscheme.exporters.moodle.blocks import Blocks
from markscheme.exporters.moodle.numbers import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markscheme.bank.problems import BankError

MAX_DEPTH: Final = 32
MAX_QUESTIONS: Final = 500_000
MAX_ELEMENTS: Final = 10_000
MAX_ATTRIBUTES: Final = 64
MAX_TOKEN: Final = 2**20
MAX_TEXT: Final = 8 * 2**20
MAX_FILES: Final = 64 * 2**20
_MOST_PIECES: Final = 1024
_LONGEST_NAME: Final = 40
_CUT_OFF: Final = {
    expat.errors.codes[error]
    for error in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}


class Node:
    """An element: its attributes, its children by name, and what Moodle keeps of its character data.

    A question also knows its place: the line and column where it begins.
    """

    __slots__ = ("attributes", "children", "name", "place", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: dict[str, list[Node]] = {}
        self.text = ""
        self.place = (0, 0)

    def first(self, name: str) -> Node | None:
        """Return the first child of a name; Moodle does not look at the others."""
        found = self.children.get(name)
        return found[0] if found else None


class _Parser:
    """An expat parser that hands over one finished <question> after the other."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.ready: list[Node] = []
        self.path: list[Node] = []
        self.texts: list[list[str]] = []  # what each element of the path holds, piece by piece
        self.run: list[str] = []  # the piece at hand
        self.joined = 0
        self.cdata = False
        self.questions_seen = self.elements = self.size = self.file_size = 0
        self.expat = parser = expat.ParserCreate("UTF-8")
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = self.toggle
        parser.CommentHandler = self.cut
        parser.ProcessingInstructionHandler = self.cut
        parser.StartDoctypeDeclHandler = self.doctype
        parser.XmlDeclHandler = self.declaration

    def fail(self, code: str, message: str, hint: str = "") -> BankError:
        return fail(self.place(), code, message, hint)

    def place(self) -> Place:
        return self.blocks.place(self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber)

    def cut(self, *_: str) -> None:
        """End a piece of character data; one without anything visible is lost."""
        if self.run:
            piece = "".join(self.run)
            self.run.clear()
            self.joined = 0
            if piece.strip(BLANKS):
                self.texts[-1].append(piece)

    def toggle(self) -> None:
        self.cut()
        self.cdata = not self.cdata

    def characters(self, text: str) -> None:
        if len(self.path) < 2:
            return  # between questions
        if self.path[-1].name == "file":
            self.file_size += len(text)
        else:
            self.size += len(text)
        if self.size > MAX_TEXT or self.file_size > MAX_FILES:
            most = f"{MAX_TEXT >> 20} MiB of text, or of {MAX_FILES >> 20} MiB of files"
            raise self.fail("X702", f"a question holds more than {most}")
        if not self.cdata and self.blocks.at(self.expat.CurrentByteIndex) == 0x26:  # an entity is a piece of its own
            self.cut()
            self.run.append(text)
            self.cut()
        else:
            self.run.append(text)
            if len(self.run) - self.joined > _MOST_PIECES:  # each line is a string of its own, which takes room
                self.run[self.joined :] = ["".join(self.run[self.joined :])]
                self.joined += 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.run:
            self.cut()
        depth = len(self.path)
        node = Node(name, attributes)
        if depth > 1:
            self.path[-1].children.setdefault(name, []).append(node)
        elif depth:
            self.elements = self.size = self.file_size = 0
            self.questions_seen += 1
            place = self.place()
            node.place = (place.line, place.column)
        elif name != "quiz":
            message = f"the root element is <{_short(name)}>"
            raise self.fail("X701", message, "a Moodle question file starts with <quiz>")
        self.elements += 1
        if depth >= MAX_DEPTH or self.elements > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise self.too_much(depth)
        if self.questions_seen > MAX_QUESTIONS:
            raise self.fail("X702", f"the file holds more than {MAX_QUESTIONS:,} questions", "split the export")
        self.path.append(node)
        self.texts.append([])

    def too_much(self, depth: int) -> BankError:
        if depth >= MAX_DEPTH:
            return self.fail("X702", f"elements are nested more than {MAX_DEPTH} deep")
        if self.elements > MAX_ELEMENTS:
            return self.fail("X702", f"a question holds more than {MAX_ELEMENTS:,} elements")
        return self.fail("X702", f"an element has more than {MAX_ATTRIBUTES} attributes")

    def end(self, name: str) -> None:
        if self.run:
            self.cut()
        node = self.path.pop()
        node.text = "".join(self.texts.pop())
        if name == "question" and len(self.path) == 1:
            self.ready.append(node)

    def doctype(self, name: str, *_: object) -> None:
        message = f"the file has a document type declaration ({_short(name)})"
        raise self.fail("X702", message, "remove <!DOCTYPE …>")

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii", "ascii"):
            raise self.fail("X701", f"the file calls itself {_short(encoding)}", "Moodle's form takes UTF-8 only")

    def questions(self) -> Iterator[Node]:
        try:
            for block in self.blocks:
                self.expat.Parse(block)
                yield from self.ready
                self.ready.clear()
                # What is not finished is looked at once more with each block: that must not go on for long.
                if self.blocks.forget(self.expat.CurrentByteIndex) > MAX_TOKEN:
                    raise self.fail("X702", f"a tag, comment or instruction is larger than {MAX_TOKEN >> 20} MiB")
            self.expat.Parse(b"", True)  # noqa: FBT003 - it takes no name
            yield from self.ready
        except expat.ExpatError as error:
            message = f"the XML is not well-formed: {expat.ErrorString(error.code)}"
            place = self.blocks.place(error.lineno, error.offset)
            hint = "is the file whole?" if error.code in _CUT_OFF else "put texts in CDATA sections"
            raise fail(place, "X701", message, hint) from None


def _short(name: str) -> str:
    """Return a name as a message shows it: not too long, and with nothing in it that a terminal obeys."""
    part = name[:_LONGEST_NAME]
    return "".join(c if c.isprintable() else "�" for c in part) + "…" * (part != name)


def questions(source: bytes | Path, file: str = "") -> Iterator[Node]:
    """Yield the <question> elements of a file, one at a time.

    Parameters
    ----------
    source
        The file's content, or its path.
    file
        The name to use in messages; a path's own by default.

    Yields
    ------
    Node
        One an element, finished.

    Raises
    ------
    BankError
        X701 if the file is no UTF-8, not well-formed or has no `<quiz>`; X702 if it has a document type declaration
        or holds more than 512 MiB, 500,000 questions, 32 elements one in the other, 64 attributes in one, a tag or
        comment of 1 MiB, or, in one question, 10,000 elements, 8 MiB of text and 64 MiB of files.
    """
    yield from _Parser(Blocks(source, file)).questions()
