r"""The paper: which questions of a bank make up an examination, in which order, and for how many marks.

Questions, parts and items are numbered by their places: item 1.a.iii is the third of part a of question 1. Items
without marks of their own share evenly what is left of their part.

Examples
--------
>>> from markscheme.bank.yaml_reader import read_yaml
>>> text = b"title: Test\nminutes: 30\nquestions:\n- title: Sums\n  marks: 10\n  parts:\n"
>>> text += b"  - {title: One digit, marks: 10, items: [{question: add}, {question: subtract, marks: 4}]}\n"
>>> paper = make_paper(PAPER.read(read_yaml(text, "paper.yaml")), ["add", "subtract"])
>>> [(item.label, item.question, str(item.marks)) for item in paper.items]
[('1.a.i', 'add', '6'), ('1.a.ii', 'subtract', '4')]
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from markscheme.bank.problems import Place, fail, nearest
from markscheme.bank.schema import ID, Integer, ListOf, Real, SectionOf, Slips, Text, Word, entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from markscheme.bank.yaml_reader import Scalar

_ID = Word("a question's id", ID, "a lower-case letter, then lower-case letters, digits and '-'")
_TITLE = Text(words="a title", single_line=True, longest=120)
_MARKS = Real("0.01", "100000")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TENS = ("", "x", "xx", "xxx", "xl")
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSpec:
    """An item of a part: one variant of a question."""

    question: str = entry(_ID, "The id of the question of which every student gets a variant.")
    forms: tuple[str, ...] = entry(
        ListOf(_ID, most=10), "Other questions on the same matter, such as an essay; they are not drawn.", default=()
    )
    marks: Decimal | None = entry(_MARKS, "Its marks; by default an even share of its part's.", default=None)
    place: Place
    keys: Mapping[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """A part of a question of the paper."""

    title: Scalar = entry(_TITLE, "What the part is about.")
    marks: Decimal = entry(_MARKS, "Its marks.")
    items: tuple[ItemSpec, ...] = entry(ListOf(SectionOf(ItemSpec, "an item"), 1, 40), "Its items, in order.")
    place: Place
    keys: Mapping[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """A question of the paper."""

    title: Scalar = entry(_TITLE, "What the question is about.")
    marks: Decimal = entry(_MARKS, "Its marks.")
    parts: tuple[PartSpec, ...] = entry(ListOf(SectionOf(PartSpec, "a part"), 1, 26), "Its parts, in order.")
    place: Place
    keys: Mapping[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSpec:
    """The contents of ``paper.yaml``."""

    title: Scalar = entry(_TITLE, "The paper's title.")
    minutes: int = entry(Integer(1, 10_000), "The time for the work.")
    extra_minutes: int = entry(Integer(0, 10_000), "The time for access and submission, beside the work.", default=0)
    instructions: Scalar | None = entry(
        Text(), "What students must know, such as which questions to answer.", default=None
    )
    questions: tuple[SectionSpec, ...] = entry(
        ListOf(SectionOf(SectionSpec, "a question of the paper"), 1, 40), "The paper's questions, in order."
    )
    place: Place


PAPER = SectionOf(PaperSpec, "the paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item: its label such as 1.a.iii, the question that it draws from, further forms, its marks."""

    label: str
    question: str
    forms: tuple[str, ...]
    marks: Fraction

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all its questions."""
        return (self.question, *self.forms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part: its label such as 1.a, and its items."""

    label: str
    title: str
    marks: Fraction
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A question of the paper: its number, and its parts."""

    label: str
    title: str
    marks: Fraction
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An examination paper.

    Attributes
    ----------
    minutes, extra_minutes
        The time for the work, and for access and submission.
    instructions
        What students must know; may be empty.
    sections
        Its questions, in order.
    """

    title: str
    minutes: int
    extra_minutes: int
    instructions: str
    sections: tuple[Section, ...]

    @property
    def marks(self) -> Fraction:
        """The marks of the whole paper."""
        return sum((section.marks for section in self.sections), Fraction())

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for section in self.sections for part in section.parts for item in part.items)

    def path_of(self, question: str) -> tuple[Section, Part, Item] | None:
        """Return where a question stands in the paper; None for one that it does not name."""
        for section in self.sections:
            for part in section.parts:
                for item in part.items:
                    if question in item.ids:
                        return section, part, item
        return None


def make_paper(spec: PaperSpec, known: Collection[str]) -> Paper:
    """Return the paper that an author wrote.

    Parameters
    ----------
    known
        The ids of the bank's questions.

    Raises
    ------
    BankError
        E610 where marks do not add up, E611 for a question that stands twice, E604 for one that the bank lacks.
    """
    slips = Slips()
    _check_ids(spec, known, slips)
    sections = tuple(_section(str(number), section, slips) for number, section in enumerate(spec.questions, start=1))
    slips.raise_any()
    return Paper(
        title=spec.title.text.strip(),
        minutes=spec.minutes,
        extra_minutes=spec.extra_minutes,
        instructions="" if spec.instructions is None else spec.instructions.text.strip(),
        sections=sections,
    )


def _check_ids(spec: PaperSpec, known: Collection[str], slips: Slips) -> None:
    lines: dict[str, int] = {}
    for item in (item for section in spec.questions for part in section.parts for item in part.items):
        named = [(item.question, "question"), *((form, "forms") for form in item.forms)]
        for question, key in named:
            place = item.keys[key]
            if question not in known:
                hint = nearest(question, known) or "'markscheme list' shows all"
                slips.add(fail(place, "E604", f"the bank has no question '{question}'", hint))
            elif question in lines:
                message = f"'{question}' stands in the paper twice, first on line {lines[question]}"
                slips.add(fail(place, "E611", message, "a student would get two variants of it"))
            lines.setdefault(question, place.line)


def _section(label: str, spec: SectionSpec, slips: Slips) -> Section:
    _check_sum(f"question {label}", spec.marks, [part.marks for part in spec.parts], spec.keys["marks"], slips)
    parts = tuple(_part(f"{label}.{letter}", part, slips) for letter, part in zip(_LETTERS, spec.parts, strict=False))
    return Section(label=label, title=spec.title.text.strip(), marks=Fraction(spec.marks), parts=parts)


def _part(label: str, spec: PartSpec, slips: Slips) -> Part:
    stated = [item.marks for item in spec.items if item.marks is not None]
    open_items = len(spec.items) - len(stated)
    rest = Fraction(spec.marks) - sum(map(Fraction, stated))
    if not open_items:
        _check_sum(f"part {label}", spec.marks, stated, spec.keys["marks"], slips)
    elif rest <= 0:
        message = f"the items of part {label} that state their marks leave none of its {spec.marks} for the others"
        slips.add(fail(spec.keys["marks"], "E610", message, "lower them, or raise the part's"))
    items = tuple(
        Item(
            label=f"{label}.{_roman(number)}",
            question=item.question,
            forms=item.forms,
            marks=rest / open_items if item.marks is None else Fraction(item.marks),
        )
        for number, item in enumerate(spec.items, start=1)
    )
    return Part(label=label, title=spec.title.text.strip(), marks=Fraction(spec.marks), items=items)


def _check_sum(what: str, whole: Decimal, parts: list[Decimal], place: Place, slips: Slips) -> None:
    total = sum(parts, Decimal())
    if total != whole:
        message = f"the parts of {what} add up to {total} marks, and it has {whole}"
        slips.add(fail(place, "E610", message, "change either"))


def _roman(number: int) -> str:
    return _TENS[number // 10] + _ONES[number % 10]


def plan(paper: Paper, width: int) -> Iterator[str]:
    """Yield the lines of a paper's plan: title, time, then label, marks and what stands there."""
    yield from wrap(paper.title, width)
    extra = f", and {paper.extra_minutes} for access and submission" if paper.extra_minutes else ""
    yield from wrap(f"{said_marks(paper.marks)} marks in {paper.minutes} minutes of work{extra}", width)
    if paper.instructions:
        yield from wrap(paper.instructions, width)
    for section in paper.sections:
        yield ""
        yield from _line(section.label, section.marks, section.title, width)
        for part in section.parts:
            yield from _line(f"  {part.label}", part.marks, part.title, width)
            for item in part.items:
                more = f" ({', '.join(item.forms)})" if item.forms else ""
                yield from _line(f"    {item.label}", item.marks, item.question + more, width)


def _line(label: str, marks: Fraction, text: str, width: int) -> list[str]:
    """Return a line of the plan, folded where it is too long."""
    start = f"{label:<14}{said_marks(marks):>6}  "
    return wrap(text, max(width, 40), initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False)


def said_marks(marks: Fraction) -> str:
    """Return marks with two digits after the point where they are not whole.

    Examples
    --------
    >>> said_marks(Fraction(40, 7)), said_marks(Fraction(25, 2)), said_marks(Fraction(40))
    ('5.71', '12.5', '40')
    """
    return f"{float(marks):.2f}".rstrip("0").rstrip(".")
