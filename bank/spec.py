"""Specs: what an author may write, and what was written.

Every value keeps its place in the file. Nothing is computed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.schema import (
    ID,
    Anything,
    Flag,
    Integer,
    Keyed,
    ListOf,
    NamesTo,
    Real,
    SectionOf,
    Text,
    Typed,
    Word,
    entry,
)
from markscheme.bank.yaml_reader import Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from markscheme.bank.compiling import CompiledAnswer, Compiler
    from markscheme.bank.problems import Place
    from markscheme.bank.schema import JsonSchema, Refer

_CHECK = re.compile("C[0-9]{3}")
EXPRESSION = Text(words="an expression", longest=1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """A piece of a text that appears under a condition or once for each value."""

    text: Scalar = entry(Text(), "Markdown with maths and holes.")
    when: Scalar | None = entry(EXPRESSION, "The block appears only where this is true.", default=None)
    each: tuple[Keyed[Scalar], ...] = entry(
        NamesTo(EXPRESSION, most=1), "A name and a tuple: the block appears once for each item.", default=()
    )
    place: Place


_BLOCKS = ListOf(SectionOf(BlockSpec, "a block of text"), least=1, most=100)


@dataclass(frozen=True, slots=True)
class TextOrBlocks:
    """A text, or a list of blocks of text."""

    words: str = "a text, or a list of blocks {text, when, each}"

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return either."""
        return {"anyOf": [Text().json_schema(refer), _BLOCKS.json_schema(refer)]}

    def read(self, node: Node) -> tuple[BlockSpec, ...]:
        """Return the blocks; a plain text is one block."""
        if isinstance(node, Sequence):
            return _BLOCKS.read(node)
        text = Text(words=self.words).read(node)
        return (BlockSpec(text=text, place=text.place),)


TEXT = TextOrBlocks()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec:
    """How a parameter is drawn: exactly one of `integers`, `decimals` and `one_of`."""

    integers: tuple[Scalar, ...] | None = entry(
        ListOf(EXPRESSION, 2, 2), "Lowest and highest integer, both included.", default=None
    )
    decimals: tuple[Scalar, ...] | None = entry(
        ListOf(EXPRESSION, 2, 2), "Lowest and highest number, both included; needs `places`.", default=None
    )
    one_of: tuple[Node, ...] | None = entry(
        ListOf(Anything("a number, a text or a list of numbers"), 1, 1000),
        "The values to choose from: numbers, texts or lists of numbers.",
        default=None,
    )
    places: int | None = entry(Integer(1, 9), "Digits after the point of each drawn decimal.", default=None)
    shape: tuple[Scalar, ...] = entry(
        ListOf(EXPRESSION, 1, 2), "Size of each axis of an array; may use earlier parameters.", default=()
    )
    nonzero: bool = entry(Flag(), "Whether zero is left out.", default=False)
    distinct: bool = entry(Flag(), "Whether the elements of an array are all different.", default=False)
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipSpec:
    """A draw that is never used."""

    draw: int = entry(Integer(1, 10**9), "The number of the draw.")
    reason: Scalar = entry(Text(words="a reason"), "Why it is not used.")
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedSpec:
    """What a check finds, and the author means to be so."""

    check: str = entry(Word("a check's code", _CHECK, "C and three digits, such as C406"), "The code of the check.")
    reason: Scalar = entry(Text(words="a reason"), "Why it is meant to be so.")
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeSpec:
    """A wrong answer that is recognised."""

    value: Scalar = entry(EXPRESSION, "What students answer who make this mistake.")
    feedback: tuple[BlockSpec, ...] = entry(TEXT, "What they are told.")
    name: Scalar | None = entry(
        Text(words="a name", single_line=True, longest=60), "What the mistake is called in reports.", default=None
    )
    credit: Decimal = entry(Real("0", "1"), "The part of the marks that it earns.", default=Decimal(0))
    when: Scalar | None = entry(EXPRESSION, "The mistake exists only where this is true.", default=None)
    place: Place
    keys: Mapping[str, Place]

    @property
    def label(self) -> str:
        """What reports call the mistake."""
        return " ".join((self.value if self.name is None else self.name).text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSpec:
    """An option of a choice: a text, or an expression over the question's symbols."""

    text: tuple[BlockSpec, ...] | None = entry(TEXT, "What the option says.", default=None)
    symbolic: Scalar | None = entry(EXPRESSION, "An expression over the symbols; shown as mathematics.", default=None)
    right: Scalar | None = entry(EXPRESSION, "Whether the option is right: true, false or an expression.", default=None)
    feedback: tuple[BlockSpec, ...] = entry(TEXT, "What a student who ticks it is told.", default=())
    name: Scalar | None = entry(
        Text(words="a name", single_line=True, longest=60), "What the option is called in reports.", default=None
    )
    credit: Decimal = entry(
        Real("-1", "1"),
        "The part of the marks that a wrong option earns; below zero it costs marks.",
        default=Decimal(0),
    )
    when: Scalar | None = entry(EXPRESSION, "The option exists only where this is true.", default=None)
    place: Place
    keys: Mapping[str, Place]

    def label(self, index: int) -> str:
        """Return what reports call the option at a place in the list."""
        return f"option {index + 1}" if self.name is None else " ".join(self.name.text.split())


_ID = Word("an id", ID, "a lower-case letter, then lower-case letters, digits and '-' (60 at most)")
_MARKS = Real("0.01", "1000")
_SOLVER_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_/-]*\.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """What a new question of an answer type begins with; it has a drawn integer ``n``, from 2 to 50.

    Attributes
    ----------
    stem
        What is asked, with ``[[answer]]`` where the answer goes.
    answer
        The keys of the answer beside its type, as YAML.
    feedback
        The worked solution; empty where the answer has its own.
    """

    stem: str
    answer: str
    feedback: str = ""
    marks: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSpec:
    """The keys that every answer has; the types inherit them."""

    pins: ClassVar[bool] = False
    """Whether an original pins what such an answer draws."""

    skeleton: ClassVar[Skeleton | None] = None
    """What a new question of the type begins with; without one, there is no `markscheme new` for it."""

    marks: Decimal | None = entry(_MARKS, "The answer's share of the marks; equal shares by default.", default=None)
    place: Place
    keys: Mapping[str, Place]

    @property
    def solution(self) -> tuple[BlockSpec, ...]:
        """What the answer adds to the worked solution."""
        return ()

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledAnswer:
        """Return the compiled answer of a slot that is worth so many marks."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSpec:
    """One question: the contents of one file."""

    id: str = entry(_ID, "The question's id: the file's name without .yaml.")
    title: Scalar = entry(Text(words="a title", single_line=True, longest=120), "A short title, shown to teachers.")
    topics: tuple[str, ...] = entry(
        ListOf(Word("a topic", ID, "lower-case letters, digits and '-'"), 1, 20), "Topics, for selection and tags."
    )
    source: Scalar | None = entry(
        Text(words="a source", single_line=True, longest=200), "Where the question comes from.", default=None
    )
    notes: Scalar | None = entry(Text(), "Remarks for other authors; shown nowhere.", default=None)
    marks: Decimal = entry(_MARKS, "The marks of the whole question.", default=Decimal(1))
    penalty: Decimal = entry(
        Real("0", "1"), "Part of the marks lost with each wrong try, where tries repeat.", default=Decimal("0.3333333")
    )
    parameters: tuple[Keyed[RuleSpec], ...] = entry(
        NamesTo(SectionOf(RuleSpec, "a rule")), "What is drawn at random; one draw of all is one variant.", default=()
    )
    symbols: tuple[Keyed[RuleSpec], ...] = entry(
        NamesTo(SectionOf(RuleSpec, "a rule"), most=26),
        "Symbols of symbolic options, and where they range.",
        default=(),
    )
    domain: tuple[Scalar, ...] = entry(
        ListOf(EXPRESSION), "What holds for the symbols: points that break it are not probed.", default=()
    )
    require: tuple[Scalar, ...] = entry(
        ListOf(EXPRESSION), "A draw that breaks one of these is passed over.", default=()
    )
    let: tuple[Keyed[Scalar], ...] = entry(NamesTo(EXPRESSION), "Named values, solved from top to bottom.", default=())
    check: tuple[Scalar, ...] = entry(ListOf(EXPRESSION), "What must hold in every variant.", default=())
    figures: tuple[Keyed[Scalar], ...] = entry(
        NamesTo(EXPRESSION, most=20),
        "Figures to be drawn: a name, and a kind with its arguments; texts show one by `![](name)`.",
        default=(),
    )
    original: tuple[Keyed[Node], ...] = entry(
        NamesTo(Anything("a value")),
        "The parameters' values in a printed paper, and the ids of the statements in its pools.",
        default=(),
    )
    few_variants: Scalar | None = entry(
        Text(words="a reason"),
        "Why there are fewer variants than are asked for; all of them are then taken.",
        default=None,
    )
    skip: tuple[SkipSpec, ...] = entry(ListOf(SectionOf(SkipSpec, "a skipped draw")), "Banned draws.", default=())
    intended: tuple[IntendedSpec, ...] = entry(
        ListOf(SectionOf(IntendedSpec, "an intention"), most=20),
        "Findings of checks that are meant to be so; they are no longer reported.",
        default=(),
    )
    stem: tuple[BlockSpec, ...] = entry(TEXT, "What is asked; [[slot]] is where an answer goes.")
    answers: tuple[Keyed[AnswerSpec], ...] = entry(
        NamesTo(Typed("an answer", ANSWERS.get, ANSWERS.names), most=40),
        "The slots and what belongs into them.",
    )
    feedback: tuple[BlockSpec, ...] = entry(
        TEXT,
        "The worked solution, shown after the attempt; may be left out where an essay has its model answer.",
        default=(),
    )
    place: Place
    keys: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class SolverFile:
    """The path of a Python file below the folder of ``bank.yaml``."""

    words: str = "a Python file of the bank, such as solvers.py"

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the form of such a path."""
        return Word(self.words, _SOLVER_FILE).json_schema(refer)

    def read(self, node: Node) -> Scalar:
        """Return the path, which knows its place."""
        path = Text(words=self.words).read(node)
        Word(self.words, _SOLVER_FILE).read(path)
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSpec:
    """The contents of ``bank.yaml``."""

    id: str = entry(_ID, "The bank's id; every draw depends on it.")
    title: Scalar = entry(Text(words="a title", single_line=True, longest=120), "The bank's title, shown to teachers.")
    seed: int = entry(Integer(0, 2**53), "The seed of all draws: a new year, a new seed.")
    description: Scalar | None = entry(Text(), "What the bank is.", default=None)
    solvers: tuple[Scalar, ...] = entry(
        ListOf(SolverFile()),
        "Python files with solvers of the bank's own; imported only with --allow-code.",
        default=(),
    )
    place: Place


QUESTION = SectionOf(QuestionSpec, "a question")
BANK = SectionOf(BankSpec, "the bank")
