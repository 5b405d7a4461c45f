"""Variants: concrete questions as data, which is all that an exporter sees.

Texts are in the markup of one target. Nothing here holds code, and nothing is left to compute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from markscheme.bank.numbers import Accepted


class Picture(Protocol):
    """A picture that a text shows: a file of the author's, or a figure to be drawn.

    It is hashable. Its name is made from its content, or from what it is drawn of; its bytes are made only when a file
    is written.
    """

    @property
    def name(self) -> str:
        """The name under which formats store it."""

    def read(self) -> bytes:
        """Return its content."""

    def __hash__(self) -> int:
        """Return a hash; equal pictures have the same."""


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
    """One option of a choice.

    Attributes
    ----------
    credit
        The part of the marks that ticking it earns; below zero it costs marks.
    """

    name: str
    text: RichText
    right: bool
    credit: Fraction
    feedback: RichText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceResponse:
    """Options of which exactly one is right, in the order in which they are shown.

    Attributes
    ----------
    layout
        ``list``: one below the other. ``truth``: "True" and "False", in this order. ``dropdown``: a menu within a line;
        the options' markup is then plain text, in no target's markup.
    """

    slot: str
    marks: Fraction
    options: tuple[Option, ...]
    layout: Literal["list", "truth", "dropdown"] = "list"

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: its options and their feedback."""
        return _texts_of(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionResponse:
    """Options of which several may be ticked, in the order in which they are shown.

    From 1 to 10 of them are right. Of R right ones each earns 1/R, a wrong one costs 1/R, and the sum is never below 0
    nor above 1: the `credit` of each option says so.
    """

    slot: str
    marks: Fraction
    options: tuple[Option, ...]

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: its options and their feedback."""
        return _texts_of(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Texts that are recognised.

    Attributes
    ----------
    name
        What reports call it.
    texts
        Plain texts, any of which may be typed.
    """

    name: str
    texts: tuple[str, ...]
    credit: Fraction
    feedback: RichText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextResponse:
    """A short text to type.

    Attributes
    ----------
    accepted
        Plain texts that earn full marks; the first is the one to show as the key.
    mistakes
        Wrong texts that are recognised; none has a text of the key's or of another's.
    case
        Whether capital and small letters differ. Spaces at the ends never count.
    """

    slot: str
    marks: Fraction
    accepted: tuple[str, ...]
    mistakes: tuple[Pattern, ...] = ()
    case: bool = False

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: the feedback of its mistakes."""
        return tuple(mistake.feedback for mistake in self.mistakes if mistake.feedback is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A prompt, and the choice that belongs to it (an index into the response's choices)."""

    prompt: RichText
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchResponse:
    """Prompts, each to be given one of the choices; each right one earns an equal share.

    Attributes
    ----------
    pairs
        In the order in which the prompts are shown; no two prompts look alike.
    choices
        Plain texts, all different, in the order in which they are shown; some may belong to no prompt, or to several.
    """

    slot: str
    marks: Fraction
    pairs: tuple[Pair, ...]
    choices: tuple[str, ...]

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: its prompts."""
        return tuple(pair.prompt for pair in self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResponse:
    """Items to be put into order; each item in its right place earns an equal share.

    Attributes
    ----------
    items
        In the right order; no two look alike.
    shown
        Indices of the items, in the order in which they are shown at first, where a format keeps one.
    """

    slot: str
    marks: Fraction
    items: tuple[RichText, ...]
    shown: tuple[int, ...]

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem: its items."""
        return self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A line of a rubric: what is looked for, and the points for it."""

    points: Decimal
    text: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayResponse:
    """A text that a person marks.

    Attributes
    ----------
    lines
        How tall the box is.
    model
        The model answer. Only the marker sees it here; the variant's worked solution ends with it.
    rubric
        What points are given for; they add up to the marks.
    template
        What stands in the box at first.
    """

    slot: str
    marks: Fraction
    lines: int
    model: RichText
    rubric: tuple[Criterion, ...]
    template: RichText | None = None

    @property
    def texts(self) -> tuple[RichText, ...]:
        """What it may show beside the stem, to the student or the marker."""
        both = (self.model, *(criterion.text for criterion in self.rubric), self.template)
        return tuple(text for text in both if text is not None)


def _texts_of(options: tuple[Option, ...]) -> tuple[RichText, ...]:
    both = (text for option in options for text in (option.text, option.feedback))
    return tuple(text for text in both if text is not None)


Response: TypeAlias = (
    NumericResponse | ChoiceResponse | SelectionResponse | TextResponse | MatchResponse | OrderResponse | EssayResponse
)


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
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures that it shows, to the student or the marker, each once."""
        texts = (self.feedback, *(text for response in self.responses for text in response.texts))
        shown = (*self.stem.pictures, *(picture for text in texts for picture in text.pictures))
        return tuple({picture.name: picture for picture in shown}.values())

    @property
    def is_original(self) -> bool:
        """Whether this is a printed paper's own question."""
        return self.draw == 0
