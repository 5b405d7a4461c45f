"""Export: the variants of a bank, streamed into files of a format."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from os.path import isdir, realpath
from typing import TYPE_CHECKING, TypeAlias

from markscheme.bank.problems import BankError, Place, Problem, fail
from markscheme.bank.sampling import Sampler
from markscheme.bank.schema import Slips
from markscheme.exporters.format import Format, Heading, Options, Writer
from markscheme.exporters.output import MARKER, check_name, whole_file, whole_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from markscheme.bank.banks import Bank
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be exported.

    Attributes
    ----------
    seed
        The seed of the draws.
    count
        How many variants of each question, an original included.
    strict
        Whether a question that the format holds in another form than the author's is a problem.
    """

    bank: Bank
    form: Format
    seed: int
    count: int
    options: Options
    strict: bool = False


@dataclass(slots=True)
class Exported:
    """What an export wrote.

    Attributes
    ----------
    questions
        The number of variants of each question, by id.
    originals
        The questions that have an original among them.
    marks
        The marks of each question, and what the LMS takes for them by itself in one variant or another.
    adapted
        What the format holds in another form than the author's, by question and slot.
    files
        What was written.
    removed
        The files of an earlier export to the same folder that are not there any more.
    """

    questions: dict[str, int] = field(default_factory=dict)
    originals: list[str] = field(default_factory=list)
    marks: dict[str, tuple[Fraction, set[Fraction]]] = field(default_factory=dict)
    adapted: dict[tuple[str, str], str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def items(self) -> int:
        """The number of items in all files."""
        return sum(self.questions.values())

    @property
    def categories(self) -> int:
        """The number of categories that hold them."""
        only_originals = [name for name in self.originals if self.questions[name] == 1]
        return len(self.questions) + len(self.originals) - len(only_originals)


Progress: TypeAlias = "Callable[[str], object]"
"""Is told of every variant, by its question's id."""


def export_file(order: Order, path: Path, progress: Progress) -> Exported:
    """Write all variants to one file.

    Raises
    ------
    BankError
        If a question is not sound, or the file cannot be written; the old file then stays as it was.
    """
    check_name(path, (order.form.suffix,), "export of this format", order.bank.folder)
    exported = Exported(files=[path])
    with whole_file(path) as stream:
        export_stream(order, stream.write, progress, exported)
    return exported


def export_stream(
    order: Order, write: Callable[[bytes], object], progress: Progress, exported: Exported | None = None
) -> Exported:
    """Write all variants to one stream.

    Raises
    ------
    BankError
        If a question is not sound; a part of the stream is then written.
    """
    exported = exported if exported is not None else Exported()
    writer = _writer(order, write)
    slips = Slips()
    for question in order.bank.questions:
        try:
            _write(question, order, writer, exported, progress)
        except BankError as error:
            slips.add(error)
    slips.raise_any()
    writer.finish()
    return exported


def export_folder(order: Order, path: Path, progress: Progress) -> Exported:
    """Write a file for each question to a folder.

    Raises
    ------
    BankError
        As `export_file` does; the old folder then stays as it was.
    """
    if order.bank.folder.is_relative_to(realpath(path)):
        raise fail(Place(str(path)), "X802", "is not a folder of an earlier export: it holds the bank", "name another")
    exported = Exported()
    slips = Slips()
    before = {entry.name for entry in path.iterdir()} - {MARKER} if isdir(path) else set()  # noqa: PTH112
    with whole_folder(path) as folder:
        for question in order.bank.questions:
            name = question.id + order.form.suffix
            try:
                with (folder / name).open("wb") as stream:
                    writer = _writer(order, stream.write)
                    _write(question, order, writer, exported, progress)
                    writer.finish()
            except BankError as error:
                slips.add(error)
            exported.files.append(path / name)
        slips.raise_any()
    exported.removed = sorted(before - {file.name for file in exported.files})
    return exported


def _writer(order: Order, write: Callable[[bytes], object]) -> Writer:
    heading = Heading(bank=order.bank.id, title=order.bank.title, paper=order.bank.paper)
    return order.form.writer(write, heading, order.options)


def _write(question: Question, order: Order, writer: Writer, exported: Exported, progress: Progress) -> None:
    written = 0
    for variant in _sound(question, order):
        writer.add(variant)
        written += 1
        progress(question.id)
        for one in order.form.adaptations(variant):
            exported.adapted.setdefault((question.id, one.slot), one.form)
        if variant.is_original:
            exported.originals.append(question.id)
        exported.marks.setdefault(question.id, (Fraction(variant.marks), set()))[1].add(
            order.form.default_mark(variant)
        )
    exported.questions[question.id] = written


def _sound(question: Question, order: Order) -> Iterator[Variant]:
    """Yield the variants, each if the format can hold it."""
    form = order.form
    for variant in Sampler(question, order.seed).variants(order.count, form.target):
        problems = [
            Problem(
                place=question.place_of(one.slot), code="X710", message=f"{form.name}: {one.reason}", variant=variant.id
            )
            for one in form.refusals(variant)
        ]
        if order.strict:
            problems += [
                Problem(
                    place=question.place_of(one.slot),
                    code="X714",
                    message=f"{form.name}: '{one.slot}' would be {one.form}",
                    variant=variant.id,
                )
                for one in form.adaptations(variant)
            ]
        if problems:
            raise BankError(problems)
        yield variant
