"""What a format offers: it writes variants, and reads its own files back to grade them by its LMS's rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from markscheme.bank.paper import said_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction
    from pathlib import Path

    from markscheme.bank.paper import Paper, Part, Section
    from markscheme.bank.problems import Place
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Picture, RichText, Variant


Answer: TypeAlias = "str | int | tuple[int, ...] | None"
"""A text that is typed, or chosen from a menu; an option's index, or several; None for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What an export says of its bank, whose paper, if there is one, gives its questions their order."""

    bank: str
    title: str
    paper: Paper | None = None

    def shelf(self, variant: Variant) -> tuple[tuple[str, str], ...]:
        """Return the names of the categories that hold a variant, the outermost first, each with what to say of it.

        These are the bank, the question and part of its paper, and the variants of one question; an original, which
        is known, is kept apart from them.
        """
        names = [(self.title, "")]
        label = ""
        if self.paper is not None and (found := self.paper.path_of(variant.question)):
            section, part, item = found
            names += [_named(section), _named(part)]
            label = f"{item.label} "
        names.append((f"{label}{variant.title} ({variant.question})", ""))
        if variant.is_original:
            names.append(("original", ""))
        own = f"Variants of the question {variant.question} of the bank {self.bank}."
        return (*names[:-1], (names[-1][0], own))


def _named(part: Section | Part) -> tuple[str, str]:
    return f"{part.label} {part.title}", f"{said_marks(part.marks)} marks."


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user may ask of an export.

    Attributes
    ----------
    categories
        Whether questions are put into categories of their own.
    quiz
        Whether a quiz that draws from the questions is written with them.
    maths
        Whether formulas are text, for a platform that typesets it, or images that the platform draws.
    """

    categories: bool = True
    quiz: bool = True
    maths: Literal["text", "image"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What of a variant a format cannot hold: the slot that is the reason (or empty), and a sentence."""

    slot: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What of a variant a format holds in another form than the author's: the slot (or empty), and a few words."""

    slot: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A variant as a format can hold it: what its adaptations make of it.

    Attributes
    ----------
    variant
        The variant, by whose responses, marks and texts the file is judged.
    wrong
        What students read whose answer is not all right, if the format tells such things together.
    finest
        The step to which the platform rounds numbers that are typed; 0 if it does not.
    """

    variant: Variant
    wrong: RichText | None = None
    finest: Decimal = Decimal(0)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures that the file must hold for it."""
        return (*self.variant.pictures, *(self.wrong.pictures if self.wrong is not None else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an LMS makes of an answer.

    Attributes
    ----------
    fraction
        The part of the question's marks that it earns; None where a person must mark it.
    feedback
        What the student reads at each field, in order; empty where there is nothing.
    """

    fraction: float | None
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What an LMS stores of a question beside its answers.

    Attributes
    ----------
    stem
        What is asked, its fields and what stands beside them in tables left out.
    marker
        What the marker of an essay is told.
    mark, penalty
        Its mark, and the part of it that a wrong try costs; None where a format knows no penalties.
    category
        The names of the categories that hold it, the outermost first; None where a format knows none.
    pictures
        Name and SHA-256 digest of each picture file that it shows.
    wrong
        What students read whose answer is not all right.
    shows_id
        Whether the id stands in a place of its own where people look for items, so that the name is the title alone.
    """

    name: str
    stem: str
    feedback: str
    mark: float
    penalty: float | None
    category: tuple[str, ...] | None
    pictures: frozenset[tuple[str, str]]
    marker: str = ""
    wrong: str = ""
    shows_id: bool = False


FactPath: TypeAlias = "tuple[str | tuple[str, int], ...]"
"""The name of a fact from the inside out, `("feedback", ("option", 3), ("field", 2))`; what is counted has a number."""


class Fact(NamedTuple):
    """Something that a file says of a question, such as a key or a feedback.

    Attributes
    ----------
    path
        What it is, in an author's words.
    value
        In a form in which equal meaning is equal: texts by what is read, numbers as decimals, files by digest.
    """

    path: FactPath
    value: str


class Note(str):
    """A sentence on what an LMS would change, lose or refuse, with the code of the problem that it is."""

    __slots__ = ("code",)

    code: str

    def __new__(cls, sentence: str, code: str = "X712") -> Note:
        """Return a note."""
        note = super().__new__(cls, sentence)
        note.code = code
        return note


class ReadItem(Protocol):
    """A question as the LMS understood the file."""

    @property
    def id(self) -> str:
        """The variant's id."""

    @property
    def notes(self) -> Sequence[str]:
        """What the LMS would change, lose or refuse."""

    @property
    def name(self) -> str:
        """What people in the LMS find it by."""

    @property
    def place(self) -> Place:
        """Where it begins in the file, or in the file of an archive."""

    @property
    def fingerprint(self) -> str:
        """The digest of its content that the export wrote beside it; empty if it is gone or unreadable."""

    def facts(self) -> Iterator[Fact]:
        """Yield all that the file says of it and that an LMS does not change by itself, in a stable order."""

    @property
    def stored(self) -> Stored:
        """What the LMS stores beside answers."""

    @property
    def fields(self) -> Sequence[object]:
        """The fields that a student fills in, in the order of the stem."""

    @property
    def labels(self) -> Sequence[str]:
        """What stands beside each field and says which it is, such as the prompt of a pair; empty for most."""

    def options(self) -> Iterator[Sequence[str]]:
        """Yield the options of each field that has some, as the student sees them."""

    def submit(self, answers: Sequence[Answer]) -> Outcome:
        """Return what the answers earn, one for each field.

        Raises
        ------
        ValueError
            If a student could not hand that in.
        """


class Writer(Protocol):
    """Writes one file, variant by variant; the file is complete after `finish`."""

    def add(self, variant: Variant) -> None:
        """Write a variant."""

    def finish(self) -> None:
        """Write the end of the file."""


class Format(Protocol):
    """A file format of question banks.

    Attributes
    ----------
    options
        The names of the `Options` that it knows.
    shelf
        What holds the variants of a question in the LMS, one and many of it; empty where they stand by themselves.
    """

    name: str
    title: str
    suffix: str
    target: Target
    options: frozenset[str]
    shelf: tuple[str, str] | tuple[()]

    def owns(self, path: Path) -> bool:
        """Return whether a file whose name ends like those of the format is one of its files."""

    def refusals(self, variant: Variant) -> Iterator[Refusal]:
        """Yield what of a variant the format cannot hold."""

    def adaptations(self, variant: Variant) -> Iterator[Adaptation]:
        """Yield what of a variant the format holds in another form than the author's, or marks in another way."""

    def held(self, variant: Variant) -> Held:
        """Return a variant with its adaptations; most formats hold it as it is."""

    def writer(self, write: Write, heading: Heading, options: Options) -> Writer:
        """Return a writer; `write` takes the next piece of the file."""

    def read(self, data: bytes | Path, file: str) -> Iterator[ReadItem]:
        """Yield the questions of a file of this format."""

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark that the LMS sets by itself."""

    def steps(self, options: Options) -> Sequence[str]:
        """Return what to click to import a file that was written with these options, step by step."""


class Write(Protocol):
    """Takes the next piece of a file."""

    def __call__(self, data: bytes, /) -> object:
        """Write the piece."""
