"""Moodle XML, for Moodle 4.5 and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.text.html import Html
from markscheme.exporters import FORMATS
from markscheme.exporters.format import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Heading, Options, Write
    from markscheme.exporters.moodle.read import Item
    from markscheme.exporters.moodle.write import MoodleWriter


@dataclass(frozen=True, slots=True)
class _ReadItem:
    item: Item

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def notes(self) -> tuple[str, ...]:
        return self.item.notes

    @property
    def fields(self) -> Sequence[object]:
        return self.item.fields

    def submit(self, answers: Sequence[str | int | None]) -> Outcome:
        from markscheme.exporters.moodle.grade import grade  # noqa: PLC0415 - not needed to write

        graded = grade(self.item, answers)
        return Outcome(fraction=graded.fraction, feedback=tuple(feedback for _, feedback in graded.fields))


class Moodle:
    """Moodle XML."""

    name = "moodle"
    title = "Moodle XML (Moodle 4.5)"
    suffix = ".xml"
    target = Html()

    def refusals(self, variant: Variant) -> Iterator[str]:
        """Yield what of a variant Moodle cannot hold."""
        from markscheme.exporters.moodle.write import refusals  # noqa: PLC0415

        return refusals(variant)

    def writer(self, write: Write, heading: Heading, options: Options) -> MoodleWriter:
        """Return a writer of one XML file."""
        from markscheme.exporters.moodle.write import MoodleWriter  # noqa: PLC0415

        return MoodleWriter(write, heading, options)

    def read(self, data: bytes, file: str) -> Iterator[_ReadItem]:
        """Yield the questions of a Moodle XML file."""
        from markscheme.exporters.moodle.read import read  # noqa: PLC0415

        return (_ReadItem(item) for item in read(data, file) if item.kind not in ("category", "description"))

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark that Moodle gives a new question: for cloze, always the sum of the weights."""
        from markscheme.exporters.moodle.write import default_mark  # noqa: PLC0415

        return default_mark(variant)

    def steps(self) -> tuple[str, ...]:
        """Return what to click in Moodle."""
        return (
            "In your course: More > Question bank, then choose Import in the menu at the top left.",
            "File format: Moodle XML. Leave the general settings as they are; categories come from the file.",
            "Choose the file, click Import, read the number of questions, click Continue.",
            "In a quiz: Edit quiz > Add > a random question, from one of the new categories.",
        )


FORMATS.add(Moodle.name, Moodle())
