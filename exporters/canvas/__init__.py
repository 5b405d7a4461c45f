"""Packages for Canvas, and plain QTI 1.2: one writer, and what each platform makes of it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from markscheme.exporters import FORMATS
from markscheme.exporters.canvas.dialects import CANVAS, CARTRIDGE, PLAIN, Dialect
from markscheme.exporters.canvas.target import CanvasHtml
from markscheme.exporters.format import Outcome, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markscheme.bank.problems import Place
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant
    from markscheme.exporters.canvas.held import Held
    from markscheme.exporters.canvas.plain_holding import PlainHeld
    from markscheme.exporters.canvas.plain_read import PlainItem
    from markscheme.exporters.canvas.plain_write import PlainWriter
    from markscheme.exporters.canvas.read import Item
    from markscheme.exporters.canvas.write import CanvasWriter
    from markscheme.exporters.format import Adaptation, Answer, Fact, Heading, Options, Refusal, Write

_PLACE = re.compile(r"\[[A-Za-z0-9_-]+\]")


@dataclass(frozen=True, slots=True)
class _ReadItem:
    item: Item

    @property
    def id(self) -> str:
        return self.item.ident

    @property
    def notes(self) -> Sequence[str]:
        return self.item.notes

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def place(self) -> Place:
        return self.item.place

    @property
    def fingerprint(self) -> str:
        return self.item.fingerprint

    def facts(self) -> Iterator[Fact]:
        from markscheme.exporters.canvas.facts import facts  # noqa: PLC0415 - not needed to write

        return facts(self.item)

    @property
    def stored(self) -> Stored:
        item = self.item
        return Stored(
            name=item.name,
            stem=_PLACE.sub(" ", item.text),
            feedback=item.general,
            mark=item.points,
            penalty=None,
            category=None,
            pictures=frozenset(item.files),
            marker=item.notes_for_markers,
            wrong=item.incorrect,
        )

    @property
    def fields(self) -> Sequence[object]:
        return self.item.fields

    @property
    def labels(self) -> Sequence[str]:
        return [field.label for field in self.item.fields]

    def options(self) -> Iterator[Sequence[str]]:
        from markscheme.exporters.canvas.fields import ChoiceField, MenuField, PairField  # noqa: PLC0415

        for field in self.item.fields:
            match field:
                case ChoiceField(options=options):
                    yield [option for option, _, _ in options]
                case MenuField(options=options):
                    yield [html.escape(option) for option, _, _ in options]
                case PairField(choices=choices):
                    yield [html.escape(choice) for choice in choices]
                case _:
                    pass

    def submit(self, answers: Sequence[Answer]) -> Outcome:
        from markscheme.exporters.canvas.grade import grade  # noqa: PLC0415 - not needed to write

        return grade(self.item.fields, answers)


class Canvas:
    """A package for Canvas's Classic Quizzes and New Quizzes.

    Parameters
    ----------
    dialect
        The form of the package.
    """

    target: Target = CanvasHtml()
    options: frozenset[str] = frozenset({"quiz", "maths"})
    shelf: tuple[str, str] | tuple[()] = ("question bank", "question banks")

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.name, self.title, self.suffix = dialect.name, dialect.title, dialect.suffix
        self._last: tuple[Variant, Held] | None = None

    def owns(self, path: Path) -> bool:
        """Return whether a file is a package for Canvas."""
        from markscheme.exporters.canvas.package import is_for_canvas  # noqa: PLC0415 - not needed to write

        return self.dialect.cartridge or is_for_canvas(path) is True

    def held(self, variant: Variant) -> Held:
        """Return a variant as Canvas holds it."""
        from markscheme.exporters.canvas.holding import hold  # noqa: PLC0415

        if self._last is None or self._last[0] is not variant:  # it is asked for several times in a row
            self._last = variant, hold(variant)
        return self._last[1]

    def refusals(self, variant: Variant) -> Iterator[Refusal]:
        """Yield what of a variant Canvas cannot hold."""
        return iter(self.held(variant).refusals)

    def adaptations(self, variant: Variant) -> Iterator[Adaptation]:
        """Yield what Canvas holds in another form, or marks in another way."""
        return iter(self.held(variant).adaptations)

    def writer(self, write: Write, heading: Heading, options: Options) -> CanvasWriter:
        """Return a writer of one package."""
        from markscheme.exporters.canvas.write import CanvasWriter  # noqa: PLC0415

        return CanvasWriter(write, heading, options, self.dialect)

    def read(self, data: bytes | Path, file: str) -> Iterator[_ReadItem]:
        """Yield the questions of a package."""
        from markscheme.exporters.canvas.read import read  # noqa: PLC0415

        return (_ReadItem(item) for item in read(data, file))

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark that Canvas gives a question: what the package says."""
        return Fraction(variant.marks)

    def steps(self, options: Options) -> tuple[str, ...]:
        """Return what to click in Canvas."""
        kind = "Canvas Course Export Package" if self.dialect.cartridge else "QTI .zip file"
        quiz = (
            "Under Quizzes, open the new quiz: check its settings, then publish it."
            if options.quiz
            else "Under Quizzes > Manage Question Banks, look at the new banks; in a quiz, let a group pick from one."
        )
        return (
            f"In your course: Settings > Import Course Content. Content type: {kind}.",
            "To update an earlier import, tick 'Overwrite assessment content with matching IDs'; else all comes twice.",
            "Choose the file, click Import, wait for 'Completed', and open the issues that it may name.",
            quiz,
        )


class Plain:
    """A package of plain QTI 1.2."""

    name, title, suffix = PLAIN.name, PLAIN.title, PLAIN.suffix
    target: Target = CanvasHtml()
    options: frozenset[str] = frozenset({"quiz"})
    shelf: tuple[str, str] | tuple[()] = ("section", "sections")

    def owns(self, path: Path) -> bool:
        """Return whether a file is a package of QTI 1.2 that is not for Canvas."""
        from markscheme.exporters.canvas.package import is_for_canvas  # noqa: PLC0415 - not needed to write

        return is_for_canvas(path) is False

    def held(self, variant: Variant) -> PlainHeld:
        """Return a variant as plain QTI holds it."""
        from markscheme.exporters.canvas.plain_holding import hold_plain  # noqa: PLC0415

        return hold_plain(variant)

    def refusals(self, variant: Variant) -> Iterator[Refusal]:
        """Yield what of a variant plain QTI cannot hold."""
        return iter(self.held(variant).refusals)

    def adaptations(self, variant: Variant) -> Iterator[Adaptation]:
        """Yield what plain QTI holds in another form."""
        return iter(self.held(variant).adaptations)

    def writer(self, write: Write, heading: Heading, options: Options) -> PlainWriter:
        """Return a writer of one package."""
        from markscheme.exporters.canvas.plain_write import PlainWriter  # noqa: PLC0415

        return PlainWriter(write, heading, options)

    def read(self, data: bytes | Path, file: str) -> Iterator[PlainItem]:
        """Yield the items of a package."""
        from markscheme.exporters.canvas.plain_read import read_plain  # noqa: PLC0415

        return read_plain(data, file)

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark that the items say."""
        return Fraction(variant.marks)

    def steps(self, options: Options) -> tuple[str, ...]:
        """Return what to do in a platform that imports QTI 1.2."""
        what = "a test that draws one variant of each question, and a bank of the rest" if options.quiz else "a bank"
        return (
            "In ILIAS: question pool or test > Import, type QTI. In Brightspace: Course Admin > Import/Export.",
            f"Choose the file. It holds {what}; platforms differ in what they read of it: look through the result.",
        )


for _dialect in (CANVAS, CARTRIDGE):
    FORMATS.add(_dialect.name, Canvas(_dialect))
FORMATS.add(Plain.name, Plain())
