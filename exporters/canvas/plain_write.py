"""Write a package of plain QTI 1.2: a test that draws one variant of each question, and the rest as a bank."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final, NamedTuple

from markscheme.exporters.archive import ArchiveWriter
from markscheme.exporters.canvas.dialects import PLAIN
from markscheme.exporters.canvas.markup import Texts, attribute, field
from markscheme.exporters.canvas.plain_holding import hold_plain
from markscheme.exporters.canvas.plain_items import plain_item
from markscheme.exporters.canvas.quiz import CLOSING, DECLARATION, OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Heading, Options, Write

_SMALL: Final = 2**21
_PIECE: Final = 2**16
_TEST: Final = "test.xml"
_BANK: Final = "bank.xml"


class _Section(NamedTuple):
    """The variants of a question: where they begin and end among all items."""

    ident: str
    question: str
    title: str
    is_original: bool
    start: int
    end: int


class PlainWriter:
    """Writes a package, variant by variant.

    Parameters
    ----------
    write
        Takes the next piece of the archive.
    heading
        What the package says of the bank; its paper gives the test its order.
    options
        Whether a test is wanted.
    """

    def __init__(self, write: Write, heading: Heading, options: Options) -> None:
        self._archive = ArchiveWriter(write)
        self._heading = heading
        self._quiz = options.quiz
        self._texts = Texts(PLAIN)
        self._pictures: dict[str, None] = {}
        self._sections: list[_Section] = []
        # The paper tells the order of the questions, and an archive takes one file after the other.
        self._items: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_SMALL)  # noqa: SIM115

    def add(self, variant: Variant) -> None:
        """Write a variant; those of a question follow one another."""
        held = hold_plain(variant)
        start = self._items.tell()
        self._items.write(plain_item(held, self._texts).encode())
        self._enter(variant, start, self._items.tell())
        for picture in held.pictures:
            if picture.name not in self._pictures:
                self._pictures[picture.name] = None
                self._archive.put(f"{PLAIN.files}/{picture.name}", picture.read())

    def _enter(self, variant: Variant, start: int, end: int) -> None:
        ident = variant.id.rpartition(".")[0] + ".original" * variant.is_original
        if self._sections and self._sections[-1].ident == ident:
            self._sections[-1] = self._sections[-1]._replace(end=end)
            return
        names = [name for name, _ in self._heading.shelf(variant)]
        title = f"{names[-2]}, original" if variant.is_original else names[-1]
        self._sections.append(_Section(ident, variant.question, title, variant.is_original, start, end))

    def finish(self) -> None:
        """Write test, bank, manifest and the archive's directory."""
        drawn = self._drawn() if self._quiz else []
        rest = [section for section in self._sections if section not in drawn]
        files = []
        if drawn:
            self._archive.put_pieces(_TEST, self._test(drawn))
            files.append(_TEST)
        if rest:
            self._archive.put_pieces(_BANK, self._bank(rest))
            files.append(_BANK)
        self._items.close()
        self._archive.put("imsmanifest.xml", self._manifest(files).encode())
        self._archive.close()

    def _drawn(self) -> list[_Section]:
        """Return what the test draws from: the questions of the paper in its order, else all."""
        found: dict[str, _Section] = {}
        for section in self._sections:
            if section.question not in found or found[section.question].is_original:
                found[section.question] = section
        paper = self._heading.paper
        if paper is None or len(found) == 1:
            return list(found.values())
        return [found[item.question] for item in paper.items if item.question in found]

    def _test(self, sections: list[_Section]) -> Iterator[str]:
        paper = self._heading.paper
        title = self._heading.title if paper is None else paper.title
        yield f'{DECLARATION}{OPENING}<assessment ident="test.{self._heading.bank}" title="{attribute(title)}">\n'
        for section in sections:
            yield (
                f'<section ident="{section.ident}" title="{attribute(section.title)}"><selection_ordering>'
                "<selection><selection_number>1</selection_number></selection>"
                '<order order_type="Random"/></selection_ordering>\n'
            )
            yield from self._copied(section)
            yield "</section>\n"
        yield f"</assessment>{CLOSING}"

    def _bank(self, sections: list[_Section]) -> Iterator[str]:
        title = field("bank_title", self._heading.title)
        yield f'{DECLARATION}{OPENING}<objectbank ident="bank.{self._heading.bank}">'
        yield f"<qtimetadata>{title}</qtimetadata>\n"
        for section in sections:
            yield f'<section ident="{section.ident}" title="{attribute(section.title)}">\n'
            yield from self._copied(section)
            yield "</section>\n"
        yield f"</objectbank>{CLOSING}"

    def _copied(self, section: _Section) -> Iterator[str]:
        self._items.seek(section.start)
        left = section.end - section.start
        while left > 0:
            lines = self._items.readlines(min(left, _PIECE))
            piece = b"".join(lines)
            left -= len(piece)
            yield piece.decode()

    def _manifest(self, files: list[str]) -> str:
        pictures = "".join(f'<file href="{PLAIN.files}/{name}"/>' for name in self._pictures)
        resources = "".join(
            f'<resource identifier="{name.partition(".")[0]}.{self._heading.bank}" type="imsqti_xmlv1p2" href="{name}">'
            f'<file href="{name}"/>{pictures}</resource>\n'
            for name in files
        )
        return (
            f'{DECLARATION}<manifest identifier="manifest.{self._heading.bank}" '
            'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><metadata><schema>IMS Content</schema>'
            f"<schemaversion>1.1.3</schemaversion></metadata>\n<organizations/>\n<resources>\n{resources}</resources>"
            "</manifest>\n"
        )
