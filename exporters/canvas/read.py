"""Read a package as Canvas's importers read it.

Classic Quizzes decides what a question becomes: it takes every file of items in a QTI package, and in a cartridge those
of one folder only. What New Quizzes would refuse or miss, as it reads only what the manifest lists, is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from markscheme.exporters.archive import read_archive
from markscheme.exporters.canvas.draft import Draft
from markscheme.exporters.canvas.kinds import read_fields
from markscheme.exporters.canvas.lint import lint
from markscheme.exporters.canvas.package import MANIFEST, Package
from markscheme.exporters.canvas.pictures import Pictures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markscheme.bank.problems import Place
    from markscheme.exporters.canvas.fields import Field
    from markscheme.exporters.format import Note

FINGERPRINT: Final = "markscheme_digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question as Canvas holds it after an import.

    Attributes
    ----------
    ident, name
        Its identifier, and its name.
    kind
        Its question type.
    bank
        The identifier of its question bank; empty in a quiz.
    text
        What is asked, in HTML, with the blanks' names between brackets.
    points
        The points that it is worth.
    general, correct, incorrect
        What students read after an answer; after a right one; after a wrong one.
    notes_for_markers
        What New Quizzes tells those who mark an essay.
    files
        Name and digest of each picture file that it shows.
    fingerprint
        The digest that an export wrote beside it.
    place
        Where it begins in its file in the package.
    """

    ident: str
    name: str
    kind: str
    bank: str
    text: str
    points: float
    fields: tuple[Field, ...]
    general: str
    correct: str
    incorrect: str
    notes_for_markers: str
    files: tuple[tuple[str, str], ...]
    fingerprint: str
    notes: tuple[Note, ...]
    place: Place


def read(source: bytes | Path, file: str) -> Iterator[Item]:
    """Yield the questions of a package, one at a time.

    Parameters
    ----------
    source
        The package's content, or its path.
    file
        Its name in messages.

    Raises
    ------
    BankError
        If it is no archive that an export could have written, a file in it is no XML, or it holds neither questions
        nor a manifest.
    """
    with read_archive(source, file) as archive:
        package = Package(archive)
        pictures = Pictures(archive, package.listed, package.root)
        taken: set[str] = set()
        last: Item | None = None
        for name in package.item_files:
            for node in archive.elements(name, "item"):
                if last is not None:
                    yield last
                line: object = node.sourceline
                place = archive.place(name, line if isinstance(line, int) else 0, 1)
                last = _item(Draft(node, place), package, pictures, taken, before=last)
        if last is None and not package.listed:
            raise archive.fail("X703", f"the package has no {MANIFEST}", "is it a package of questions?")
        if last is not None:
            yield replace(last, notes=(*last.notes, *package.notes_at_end()))


def _item(draft: Draft, package: Package, pictures: Pictures, taken: set[str], *, before: Item | None) -> Item:
    bank = package.enter(draft.node)
    if before is None:
        draft.notes += package.notes
    fields = read_fields(draft, draft.kind)
    lint(draft)
    ident = draft.node.get("ident", "")
    if ident and ident in taken:
        draft.note("X722", f"another item has the ident {ident[:40]!r}: Canvas keeps the last one only")
    taken.add(ident)
    return Item(
        ident=ident,
        name=" ".join(draft.node.get("title", "").split()),
        kind=draft.kind,
        bank=bank,
        text=draft.text,
        points=_points(draft),
        fields=fields,
        general=draft.feedback("general_fb"),
        correct=draft.feedback("correct_fb"),
        incorrect=draft.feedback("general_incorrect_fb"),
        notes_for_markers=draft.metadata.get("grading_notes", ""),
        files=pictures.of(draft),
        fingerprint=draft.metadata.get(FINGERPRINT, ""),
        notes=tuple(draft.notes),
        place=draft.place,
    )


def _points(draft: Draft) -> float:
    """Return the points, of which Canvas takes the beginning that is a number; 1 where nothing is said."""
    given = draft.metadata.get("points_possible")
    if given is None:
        return 1.0
    try:
        return max(float(given), 0.0)
    except ValueError:
        draft.note("X727", f"Canvas reads the points {given[:40]!r} otherwise than they are meant")
        return 0.0
