"""QTI 2.1, 2.2 and 3.0 content packages: one writer and one reader, in three dialects."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from markscheme.exporters import FORMATS
from markscheme.exporters.format import Held, Stored
from markscheme.exporters.qti.dialects import DIALECTS, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markscheme.bank.problems import Place
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Adaptation, Answer, Fact, Heading, Options, Outcome, Refusal, Write
    from markscheme.exporters.qti.item import Item
    from markscheme.exporters.qti.package import QtiWriter


@dataclass(frozen=True, slots=True)
class _ReadItem:
    item: Item

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def name(self) -> str:
        return self.item.title

    @property
    def place(self) -> Place:
        return self.item.place

    @property
    def notes(self) -> tuple[str, ...]:
        from markscheme.exporters.qti.lint import notes  # noqa: PLC0415 - not needed to write

        return tuple(notes(self.item))

    @property
    def fingerprint(self) -> str:
        from markscheme.exporters.qti.facts import fingerprint  # noqa: PLC0415 - not needed to write

        return fingerprint(self.item)

    def facts(self) -> Iterator[Fact]:
        from markscheme.exporters.qti.facts import facts  # noqa: PLC0415 - not needed to write

        return facts(self.item)

    @property
    def stored(self) -> Stored:
        item = self.item
        return Stored(
            name=item.title,
            stem=escape(item.stem),
            feedback=escape(item.solution),
            mark=item.most,
            penalty=None,
            category=None,
            pictures=frozenset((one.name, one.digest) for one in item.pictures),
            marker=escape(item.rubric),
            shows_id=True,
        )

    @property
    def fields(self) -> Sequence[object]:
        return [interaction for interaction in self.item.interactions for _ in range(interaction.fields)]

    @property
    def labels(self) -> Sequence[str]:
        from markscheme.exporters.qti.item import labels  # noqa: PLC0415 - not needed to write

        return list(labels(self.item))

    def options(self) -> Iterator[Sequence[str]]:
        from markscheme.exporters.qti.item import options  # noqa: PLC0415 - not needed to write

        return options(self.item)

    def submit(self, answers: Sequence[Answer]) -> Outcome:
        from markscheme.exporters.qti.grade import grade  # noqa: PLC0415 - not needed to write

        return grade(self.item, answers)


class Qti:
    """A version of QTI."""

    suffix = ".zip"
    options: frozenset[str] = frozenset()
    shelf: tuple[str, str] | tuple[()] = ()

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.name = dialect.name
        self.title = f"{dialect.version} (content package)"
        self.target: Target = dialect.target

    def owns(self, path: Path) -> bool:
        """Return whether a file is a package of this version."""
        from markscheme.exporters.qti.read import claims  # noqa: PLC0415 - not needed to write

        return claims(path, self.dialect.packages)

    def refusals(self, variant: Variant) -> Iterator[Refusal]:
        """Yield what of a variant this version cannot hold."""
        from markscheme.exporters.qti.holding import refusals  # noqa: PLC0415

        return refusals(variant)

    def adaptations(self, variant: Variant) -> Iterator[Adaptation]:
        """Yield what this version holds in another form."""
        from markscheme.exporters.qti.holding import adaptations  # noqa: PLC0415

        return adaptations(variant)

    def held(self, variant: Variant) -> Held:
        """Return the variant as it is."""
        return Held(variant=variant)

    def writer(self, write: Write, heading: Heading, options: Options) -> QtiWriter:  # noqa: ARG002 - it has none
        """Return a writer of one package."""
        from markscheme.exporters.qti.package import QtiWriter  # noqa: PLC0415

        return QtiWriter(write, heading, self.dialect)

    def read(self, data: bytes | Path, file: str) -> Iterator[_ReadItem]:
        """Yield the items of a package."""
        from markscheme.exporters.qti.read import read  # noqa: PLC0415 - not needed to write

        return (_ReadItem(item) for item in read(data, file))

    def around(self, data: bytes) -> tuple[dict[str, str], list[str]]:
        """Return what a package says of its paper, and what is wrong with it by itself."""
        from markscheme.exporters.qti.read_test import read_around  # noqa: PLC0415 - not needed to write

        return read_around(data, self.name)

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark of an item: the author's."""
        return Fraction(variant.marks)

    def steps(self, options: Options) -> tuple[str, ...]:  # noqa: ARG002 - it has none
        """Return what to do in a system that takes QTI."""
        return (
            f"In your assessment system, choose the import of a {self.dialect.version} content package.",
            "Choose the file; compare the number of items with the one above.",
            "The package holds a test as well: a section for each question, of which it draws one variant at random.",
        )


for _dialect in DIALECTS:
    FORMATS.add(_dialect.name, Qti(_dialect))
FORMATS.alias("qti", "qti21")
