"""Take a Moodle XML file apart as Moodle 4.5's own reader ("xmlize") does.

The reader's losses are part of the model: character data is taken in pieces that end at entities, character
references, comments and CDATA borders, and a piece of nothing but white space vanishes.

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
from markscheme.exporters.moodle.numbers import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 512 * 2**20
MAX_DEPTH: Final = 32
_BLOCK: Final = 65536


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

    def __init__(self, data: bytes, file: str) -> None:
        self.data, self.file = data, file
        self.ready: list[Node] = []
        self.path: list[Node] = []
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
        if self.run:
            self.cut()
        depth = len(self.path)
        if not depth and name != "quiz":
            raise self.fail("X701", f"the root element is <{name}>", "a Moodle question file starts with <quiz>")
        if depth >= MAX_DEPTH:
            raise self.fail("X702", f"elements are nested more than {MAX_DEPTH} deep")
        node = Node(name, attributes)
        if depth == 1:
            node.place = (self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1)
        elif depth:
            self.path[-1].children.setdefault(name, []).append(node)
        self.path.append(node)

    def end(self, name: str) -> None:
        if self.run:
            self.cut()
        node = self.path.pop()
        if name == "question" and len(self.path) == 1:
            self.ready.append(node)

    def doctype(self, name: str, *_: object) -> None:
        raise self.fail("X702", f"the file has a document type declaration ({name})", "remove <!DOCTYPE …>")

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii", "ascii"):
            raise self.fail("X701", f"the file calls itself {encoding}", "Moodle's form takes UTF-8 only")

    def questions(self) -> Iterator[Node]:
        try:
            for start in range(0, len(self.data) or 1, _BLOCK):
                self.expat.Parse(self.data[start : start + _BLOCK], start + _BLOCK >= len(self.data))
                yield from self.ready
                self.ready.clear()
        except expat.ExpatError as error:
            place = Place(self.file, error.lineno, error.offset + 1)
            message = f"the XML is not well-formed: {expat.ErrorString(error.code)}"
            raise fail(place, "X701", message, "put texts in CDATA sections") from None


def _check_size(size: int, file: str) -> None:
    if size > MAX_BYTES:
        raise fail(Place(file), "X702", f"the file is larger than {MAX_BYTES >> 20} MiB", "split the export")


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
        X701 if the file is no UTF-8, not well-formed or has no `<quiz>`; X702 if it is larger than 512 MiB, nested
        deeper than 32 elements, or has a document type declaration.
    """
    if not isinstance(source, bytes):
        file = file or source.name
        _check_size(source.stat().st_size, file)
        source = source.read_bytes()
    _check_size(len(source), file)
    data = source.removeprefix(b"\xef\xbb\xbf").strip(BLANKS.encode())
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail(Place(file, line, 1), "X701", "the file is not UTF-8", "save it as UTF-8") from None
    yield from _Parser(data, file).questions()
