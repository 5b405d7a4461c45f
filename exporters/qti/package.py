"""QTI packages: a zip that grows item by item, with its test and its manifest at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.exporters.archive import ArchiveWriter
from markscheme.exporters.qti.assessment import Assessment
from markscheme.exporters.qti.items import IMAGES, ItemWriter
from markscheme.exporters.qti.manifest import manifest

if TYPE_CHECKING:
    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Heading, Write
    from markscheme.exporters.qti.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest and the test say of an item."""

    id: str
    question: str
    title: str
    topics: tuple[str, ...]
    fingerprint: str
    pictures: tuple[str, ...]


class QtiWriter:
    """Writes a package; what is kept of an item is its entry.

    Parameters
    ----------
    write
        Takes the next piece of the zip.
    heading
        What the package says of the bank, and its paper.
    dialect
        The version of QTI.
    """

    def __init__(self, write: Write, heading: Heading, dialect: Dialect) -> None:
        self._heading = heading
        self._dialect = dialect
        self._items = ItemWriter(dialect)
        self._archive = ArchiveWriter(write)
        self._entries: list[Entry] = []
        self._pictures: set[str] = set()
        self._marks: dict[str, float] = {}

    def add(self, variant: Variant) -> None:
        """Write a variant, and the pictures that no item before it has shown."""
        pictures = variant.pictures
        self._archive.put(f"items/{variant.id}.xml", self._items.item(variant).encode())
        for picture in pictures:
            if picture.name not in self._pictures:
                self._pictures.add(picture.name)
                self._archive.put(f"{IMAGES}/{picture.name}", picture.read())
        self._marks[variant.question] = float(variant.marks)
        self._entries.append(
            Entry(
                id=variant.id,
                question=variant.question,
                title=variant.title,
                topics=variant.topics,
                fingerprint=variant.fingerprint,
                pictures=tuple(picture.name for picture in pictures),
            )
        )

    def finish(self) -> None:
        """Write the test and the manifest."""
        test = Assessment(self._dialect, self._heading, self._marks).test(self._entries)
        self._archive.put("test.xml", test.encode())
        self._archive.put_pieces("imsmanifest.xml", manifest(self._dialect, self._heading, self._entries))
        self._archive.close()
