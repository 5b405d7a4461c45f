"""What a format offers: it writes variants, and reads its own files back to grade them by its LMS's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What an export says of its bank."""

    bank: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user may ask of an export.

    Attributes
    ----------
    categories
        Whether questions are put into categories of their own.
    """

    categories: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an LMS makes of an answer.

    Attributes
    ----------
    fraction
        The part of the question's marks that it earns.
    feedback
        What the student reads at each field, in order; empty where there is nothing.
    """

    fraction: float
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What an LMS stores of a question beside its answers.

    Attributes
    ----------
    stem
        What is asked, its fields left out.
    mark, penalty
        Its mark, and the part of it that a wrong try costs.
    category
        The names of the categories that hold it, the outermost first.
    pictures
        Name and SHA-256 digest of each picture file that it shows.
    """

    name: str
    stem: str
    feedback: str
    mark: float
    penalty: float
    category: tuple[str, ...]
    pictures: frozenset[tuple[str, str]]


class ReadItem(Protocol):
    """A question as the LMS understood the file."""

    @property
    def id(self) -> str:
        """The variant's id."""

    @property
    def notes(self) -> Sequence[str]:
        """What the LMS would change, lose or refuse."""

    @property
    def stored(self) -> Stored:
        """What the LMS stores beside answers."""

    @property
    def fields(self) -> Sequence[object]:
        """The fields that a student fills in, in the order of the stem."""

    def options(self) -> Iterator[Sequence[str]]:
        """Yield the options of each field that has some, as the student sees them."""

    def submit(self, answers: Sequence[str | int | None]) -> Outcome:
        """Return what the answers earn: a text for a number, an index for a choice, None for nothing."""


class Writer(Protocol):
    """Writes one file, variant by variant; the file is complete after `finish`."""

    def add(self, variant: Variant) -> None:
        """Write a variant."""

    def finish(self) -> None:
        """Write the end of the file."""


class Format(Protocol):
    """A file format of question banks."""

    name: str
    title: str
    suffix: str
    target: Target

    def refusals(self, variant: Variant) -> Iterator[str]:
        """Yield, in a sentence each, what of a variant the format cannot hold."""

    def writer(self, write: Write, heading: Heading, options: Options) -> Writer:
        """Return a writer; `write` takes the next piece of the file."""

    def read(self, data: bytes, file: str) -> Iterator[ReadItem]:
        """Yield the questions of a file of this format."""

    def default_mark(self, variant: Variant) -> Fraction:
        """Return the mark that the LMS sets by itself."""

    def steps(self, options: Options) -> Sequence[str]:
        """Return what to click to import a file that was written with these options, step by step."""


class Write(Protocol):
    """Takes the next piece of a file."""

    def __call__(self, data: bytes, /) -> object:
        """Write the piece."""
