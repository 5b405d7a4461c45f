"""Write a package for Canvas: banks of items, a quiz that draws from them, pictures, a manifest."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final

from markscheme.exporters.archive import ArchiveWriter
from markscheme.exporters.canvas.holding import hold
from markscheme.exporters.canvas.items import canvas_item
from markscheme.exporters.canvas.markup import Texts
from markscheme.exporters.canvas.quiz import (
    BANK_CLOSING,
    FLAG,
    Bank,
    bank_copy,
    manifest,
    quiz_file,
    quiz_of,
    settings_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.variants import Variant
    from markscheme.exporters.canvas.dialects import Dialect
    from markscheme.exporters.format import Heading, Options, Write

_SMALL: Final = 2**21
_PIECE: Final = 2**16


class CanvasWriter:
    """Writes a package, variant by variant.

    Parameters
    ----------
    write
        Takes the next piece of the archive.
    heading
        What the package says of the bank.
    options
        Whether a quiz is wanted, and how formulas are written.
    dialect
        The form of the package.
    """

    def __init__(self, write: Write, heading: Heading, options: Options, dialect: Dialect) -> None:
        self._archive = ArchiveWriter(write)
        self._heading = heading
        self._options = options
        self._dialect = dialect
        self._texts = Texts(dialect, as_images=options.maths == "image")
        self._banks: list[Bank] = []
        self._pictures: dict[str, None] = {}
        self._items: SpooledTemporaryFile[bytes] | None = None

    def add(self, variant: Variant) -> None:
        """Write a variant to the bank of its question; a bank must be finished before another begins."""
        held = hold(variant)
        bank = self._bank_of(variant)
        if not self._banks or self._banks[-1].ident != bank.ident:
            self._close_bank()
            self._banks.append(bank)
            self._items = SpooledTemporaryFile(_SMALL)  # noqa: SIM115 - an archive takes one file after the other
        if self._items is not None:
            self._items.write(canvas_item(held, self._texts).encode())
        for picture in held.pictures:
            if picture.name not in self._pictures:
                self._pictures[picture.name] = None
                self._archive.put(f"{self._dialect.files}/{picture.name}", picture.read())

    def finish(self) -> None:
        """Write the quiz, the manifest and the archive's directory."""
        self._close_bank()
        quiz = quiz_of(self._heading, self._banks) if self._options.quiz and self._banks else None
        if quiz is not None:
            sections = quiz.sections()
            if self._dialect.cartridge:
                self._put(bank_copy(quiz), quiz.assessment(sections))
                sections = ""  # a plain cartridge knows no groups
            self._put(quiz_file(quiz, self._dialect), quiz.assessment(sections))
            self._put(settings_file(quiz), quiz.settings())
        if self._dialect.cartridge:
            self._put(FLAG, "Written by markscheme.\n")
        self._put("imsmanifest.xml", manifest(self._heading, self._banks, list(self._pictures), quiz, self._dialect))
        self._archive.close()

    def _put(self, name: str, content: str) -> None:
        self._archive.put(name, content.encode())

    def _bank_of(self, variant: Variant) -> Bank:
        names = [name for name, _ in self._heading.shelf(variant)]
        name = names[-2] if variant.is_original else names[-1]
        return Bank(
            ident=f"bank.{variant.id.rpartition('.')[0]}{'.original' * variant.is_original}",
            title=f"{names[0]}: {name}{', original' * variant.is_original}",
            question=variant.question,
            name=variant.title,
            marks=variant.marks,
            is_original=variant.is_original,
        )

    def _close_bank(self) -> None:
        if self._items is None:
            return
        with self._items as items:
            items.seek(0)
            self._archive.put_pieces(self._banks[-1].file, _whole(self._banks[-1], items))
        self._items = None


def _whole(bank: Bank, items: SpooledTemporaryFile[bytes]) -> Iterator[str]:
    yield bank.opening
    while lines := items.readlines(_PIECE):
        yield b"".join(lines).decode()
    yield BANK_CLOSING
