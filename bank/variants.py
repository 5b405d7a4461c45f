"""Variants: concrete questions as data, which is all that an exporter sees.

Texts are in the markup of one target. Nothing here holds code, and nothing is left to compute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from markscheme.bank.numbers import Accepted
    from markscheme.bank.text.source import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class RichText:
    """Text in a target's markup, and the picture files that it shows."""

    markup: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """What is asked: pieces of markup around slots; there is one piece more than slots."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number to type.

    Attributes
    ----------
    accepted
        The key and how far from it an answer may lie.
    mistakes
        Recognised mistakes: an index into the response's mistakes, and the numbers that show it. None meets the
        key or another; mistakes that would are left out of the entry.
    """

    accepted: Accepted
    mistakes: tuple[tuple[int, Accepted], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong answer that is recognised.

    Attributes
    ----------
    name
        What reports call it.
    entries
        The whole wrong answer, in the order of the response's entries.
    credit
        The part of the marks that it earns.
    feedback
        What the student is told.
    """

    name: str
    entries: tuple[Accepted, ...]
    credit: Fraction
    feedback: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericResponse:
    """Numbers to type: one (shape ``()``), a vector ``(n,)`` or a matrix ``(m, n)``.

    Attributes
    ----------
    slot
        The name of its place in the stem.
    marks
        Its share of the question's marks, divided equally among the entries.
    entries
        Row by row.
    mistakes
        The mistakes that exist in this variant, by the index that entries use; None where one does not.
    """

    slot: str
    marks: Fraction
    shape: tuple[int, ...]
    entries: tuple[Entry, ...]
    mistakes: tuple[Mistake | None, ...]

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: the feedback of its mistakes."""
        return tuple(mistake.feedback for mistake in self.mistakes if mistake is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a choice."""

    name: str
    text: RichText
    right: bool
    credit: Fraction
    feedback: RichText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceResponse:
    """Options of which exactly one is right, in the order in which they are shown."""

    slot: str
    marks: Fraction
    options: tuple[Option, ...]

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: its options and their feedback."""
        both = (text for option in self.options for text in (option.text, option.feedback))
        return tuple(text for text in both if text is not None)


Response: TypeAlias = NumericResponse | ChoiceResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One concrete question.

    Attributes
    ----------
    id
        ``<question id>.<seed>.<draw>``, or ``<question id>.original``.
    draw
        The number of the draw; 0 is the original.
    responses
        In the order of the stem's slots.
    feedback
        The worked solution.
    fingerprint
        A digest of everything that a student sees and everything that decides the marks.
    """

    id: str
    bank: str
    question: str
    title: str
    topics: tuple[str, ...]
    draw: int
    marks: Decimal
    penalty: Decimal
    stem: Stem
    responses: tuple[Response, ...]
    feedback: RichText
    fingerprint: str = ""

    @property
    def is_original(self) -> bool:
        """Whether this is a printed paper's own question."""
        return self.draw == 0
