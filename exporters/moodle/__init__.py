"""Moodle XML, for Moodle 4.5 and its neighbours."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.problems import Place
from markscheme.bank.text.html import Html
from markscheme.exporters import FORMATS
from markscheme.exporters.format import Held, Outcome, Refusal, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction
    from pathlib import Path

    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Adaptation, Answer, Fact, Heading, Options, Write
    from markscheme.exporters.moodle.read import Item
    from markscheme.exporters.moodle.write import MoodleWriter


_FIELD = re.compile(r"\{#[0-9]+\}|_____")
"""Where the reader leaves a cloze field, and where the box of a question with one stands."""

_ROW_LABEL = re.compile(r"<tr><td>(?:(?!</?t[rd]).)*</td><td>\{#[0-9]+\}</td></tr>", re.DOTALL)
"""A row of prompt and field: it belongs to an answer, not to what is asked."""


@dataclass(frozen=True, slots=True)
class _ReadItem:
    item: Item
    file: str

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def notes(self) -> tuple[str, ...]:
        return self.item.notes

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def place(self) -> Place:
        return Place(self.file, *((0, 0) if self.item.node is None else self.item.node.place))

    @property
    def fingerprint(self) -> str:
        from markscheme.exporters.moodle.facts import fingerprint  # noqa: PLC0415 - not needed to write

        return fingerprint(self.item)

    def facts(self) -> Iterator[Fact]:
        from markscheme.exporters.moodle.facts import facts  # noqa: PLC0415 - not needed to write

        return facts(self.item)

    @property
    def stored(self) -> Stored:
        item = self.item
        return Stored(
            name=item.name,
            stem=_FIELD.sub(" ", _ROW_LABEL.sub(" ", item.text)),
            feedback=item.general_feedback,
            mark=item.marks,
            penalty=item.penalty,
            category=item.category,
            pictures=frozenset((name, digest) for _, name, digest in item.files),
            marker=item.marker,
        )

    @property
    def fields(self) -> Sequence[object]:
        return self.item.fields

    @property
    def labels(self) -> Sequence[str]:
        return [field.label for field in self.item.fields]

    def options(self) -> Iterator[Sequence[str]]:
        from markscheme.exporters.moodle.fields import ChoiceField, PairField, PlaceField  # noqa: PLC0415

        for field in self.item.fields:
            match field:
                case ChoiceField(options=options):
                    yield [option for option, _, _ in options]
                case PairField(choices=choices):
                    yield [html.escape(choice) for choice in choices]
                case PlaceField(places=places):
                    yield [str(place + 1) for place in range(places)]
                case _:
                    pass

    def submit(self, answers: Sequence[Answer]) -> Outcome:
        from markscheme.exporters.moodle.grade import grade  # noqa: PLC0415 - not needed to write

        graded = grade(self.item, answers)
        return Outcome(fraction=graded.fraction, feedback=tuple(feedback for _, feedback in graded.fields))


class Moodle:
    """Moodle XML."""

    name = "moodle"
    title = "Moodle XML (Moodle 4.5)"
    suffix = ".xml"
    target: Target = Html()
    options: frozenset[str] = frozenset({"categories"})
    shelf: tuple[str, str] | tuple[()] = ("category", "categories")

    def owns(self, path: Path) -> bool:  # noqa: ARG002 - no other format's files end like that
        """Return that a file is one of this format."""
        return True

    def refusals(self, variant: Variant) -> Iterator[Refusal]:
        """Yield what of a variant Moodle cannot hold."""
        from markscheme.exporters.moodle.holding import refusals  # noqa: PLC0415

        return refusals(variant)

    def adaptations(self, variant: Variant) -> Iterator[Adaptation]:
        """Yield what Moodle holds in another form: beside other slots it has neither matching nor ordering."""
        from markscheme.exporters.moodle.holding import adaptations  # noqa: PLC0415

        return adaptations(variant)

    def held(self, variant: Variant) -> Held:
        """Return the variant as it is: what is adapted asks and earns the same."""
        return Held(variant=variant)

    def writer(self, write: Write, heading: Heading, options: Options) -> MoodleWriter:
        """Return a writer of one XML file."""
        from markscheme.exporters.moodle.write import MoodleWriter  # noqa: PLC0415

        return MoodleWriter(write, heading, options)

    def read(self, data: bytes | Path, file: str) -> Iterator[_ReadItem]:
        """Yield the questions of a Moodle XML file."""
        from markscheme.exporters.moodle.read import read  # noqa: PLC0415

        return (_ReadItem(item, file) for item in read(data, file) if item.kind != "description")

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark that Moodle gives a new question: for cloze, always the sum of the weights."""
        from markscheme.exporters.moodle.holding import default_mark  # noqa: PLC0415

        return default_mark(variant)

    def steps(self, options: Options) -> tuple[str, ...]:
        """Return what to click in Moodle 4.5."""
        if options.categories:
            settings = "Leave the general settings as they are; the categories come from the file."
            origin = "from one of the new categories"
        else:
            settings = "Under General, choose the category that the questions go into."
            origin = "from that category"
        return (
            "In your course: More > Question bank, then Import in the menu at the top left.",
            f"File format: Moodle XML. {settings}",
            "Choose the file, click Import, compare the number of questions, click Continue.",
            f"In a quiz: Questions > Add > a random question, {origin}.",
        )


FORMATS.add(Moodle.name, Moodle())
