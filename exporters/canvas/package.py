"""Read what is around the items of a package: its manifest, its banks, the quizzes that draw from them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from markscheme.bank.problems import BankError
from markscheme.exporters.archive import read_archive
from markscheme.exporters.canvas.elements import children, first, metadata, name_of, text, within
from markscheme.exporters.format import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

    from markscheme.exporters.archive import Archive

MANIFEST: Final = "imsmanifest.xml"
_FLAG: Final = "course_settings/canvas_export.txt"
_CARTRIDGE: Final = ".imscc"
_FOLDER: Final = "non_cc_assessments/"
_ENDS: Final = (".xml", ".qti", ".dat")
_NAMESPACE: Final = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_QUIZ: Final = "imsqti_xmlv1p2"
_MORE: Final = "learning-application-resource"
_MOST_QUIZ: Final = 2**24
_LONGEST_TITLE: Final = 255


class Package:
    """A package that is being read.

    Attributes
    ----------
    listed
        The files that the manifest lists.
    root
        The folder that `$IMS-CC-FILEBASE$` stands for.
    item_files
        The files whose items Classic Quizzes takes.
    notes
        What is wrong with the package as a whole.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.notes: list[Note] = []
        manifest = archive.parse(MANIFEST) if MANIFEST in archive else None
        if manifest is None:
            self._note("X731", f"the package has no {MANIFEST}: New Quizzes refuses it")
        self._kinds = _kinds(manifest)
        self.listed = tuple(self._kinds)
        is_cartridge = _FLAG in self._kinds
        if archive.file.lower().endswith(_CARTRIDGE) and not is_cartridge:
            self._note("X731", f"Canvas does not know the package as a course of its own: it lacks '{_FLAG}'")
        self.root = "web_resources/" if is_cartridge else ""
        self.item_files = tuple(
            name
            for name in archive.names
            if name.lower().endswith(_ENDS)
            and (name.startswith(_FOLDER) if is_cartridge else name != MANIFEST)
            and not name.endswith("/assessment_meta.xml")
        )
        self._check_files()
        self._sizes: Counter[str] = Counter()
        self._groups: list[tuple[str, str, int]] = []
        self._seen: set[int] = set()
        for name in self.item_files:
            self._read_groups(name)

    def _note(self, code: str, sentence: str) -> None:
        self.notes.append(Note(sentence, code))

    def _check_files(self) -> None:
        for name in self.listed:
            if name not in self._archive:
                self._note("X731", f"the manifest lists '{name[:60]}', which is not there")
            if "%" in name or "+" in name:
                self._note("X725", f"Canvas does not find a file whose name has '%' or '+': '{name[:60]}'")
        for name in self.item_files:
            if self.listed and name not in self._kinds:
                self._note("X731", f"New Quizzes does not read '{name[:60]}': the manifest does not list it")

    def _read_groups(self, name: str) -> None:
        """Note the groups of the quizzes in a file, and the banks."""
        for node in self._archive.elements(name, "selection_ordering", "qtimetadata"):
            above = node.getparent()
            if above is None:
                continue
            if name_of(node) == "qtimetadata":
                if name_of(above) == "objectbank":
                    self._check_bank(name, above, metadata(above).get("bank_title", ""))
            else:
                self._read_group(above, node)

    def _check_bank(self, name: str, bank: etree._Element, title: str) -> None:
        if not bank.tag.startswith(f"{{{_NAMESPACE}}}"):
            self._note("X731", f"New Quizzes refuses '{name[:60]}': its elements are not in the namespace of QTI 1.2")
        if len(title) > _LONGEST_TITLE:
            self._note("X729", f"the title of the bank '{title[:40]}…' is longer than {_LONGEST_TITLE}, and is cut")
        if _QUIZ in self._kinds.get(name, _QUIZ) and name in self._kinds:
            self._note("X731", f"New Quizzes takes the bank in '{name[:60]}' for a quiz: its resource has that type")

    def _read_group(self, section: etree._Element, ordering: etree._Element) -> None:
        selection = first(ordering, "selection")
        if selection is None:
            return
        number = text(first(selection, "selection_number"))
        picks = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        title = section.get("title", "")
        if not picks:
            self._note("X729", f"the group '{title[:40]}' draws no number of questions: Canvas takes all of them")
        for bank in children(selection, "sourcebank_ref"):
            self._groups.append((title, text(bank), picks))

    def enter(self, item: etree._Element) -> str:
        """Return the bank of an item, and count it there."""
        above = item.getparent()
        while above is not None and name_of(above) != "objectbank":
            above = above.getparent()
        bank = "" if above is None else above.get("ident", "")
        self._sizes[bank] += 1
        return bank

    def notes_at_end(self) -> list[Note]:
        """Return what is wrong with the quizzes, once all banks are known."""
        notes = []
        for title, bank, picks in self._groups:
            if bank not in self._sizes:
                notes.append(Note(f"the group '{title[:40]}' draws from no bank: Canvas leaves it empty", "X729"))
            elif self._sizes[bank] < picks:
                what = f"the group '{title[:40]}' draws {picks} of {self._sizes[bank]} questions"
                notes.append(Note(what, "X729"))
        return notes


def is_for_canvas(path: Path) -> bool | None:
    """Return whether a package of QTI 1.2 has what only Canvas knows; None for what is no such package."""
    try:
        with read_archive(path, path.name) as archive:
            kinds = _kinds(archive.parse(MANIFEST) if MANIFEST in archive else None).values()
    except (BankError, OSError):
        return None
    if any(kind.endswith(_MORE) for kind in kinds):
        return True
    return False if any(kind.startswith(_QUIZ) for kind in kinds) else None


def manifest_files(archive: Archive) -> tuple[str, ...]:
    """Return the files that the manifest lists; none where there is no manifest."""
    return tuple(_kinds(archive.parse(MANIFEST) if MANIFEST in archive else None))


def _kinds(manifest: etree._Element | None) -> dict[str, str]:
    """Return the type of the resource that lists each file."""
    found: dict[str, str] = {}
    for resource in () if manifest is None else within(manifest, "resource"):
        for name in _files(resource):
            found.setdefault(name, resource.get("type", ""))
    return found


def _files(resource: etree._Element) -> Iterator[str]:
    for node in children(resource, "file"):
        if href := node.get("href"):
            yield href
