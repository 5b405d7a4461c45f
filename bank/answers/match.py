"""``match``: prompts, each to be given one of several choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._selection import in_a_line
from markscheme.bank.compiling import AnswerParts, check_show, look, orders, said, sets_of
from markscheme.bank.problems import Place, fail
from markscheme.bank.schema import Integer, ListOf, OneOf, SectionOf, Slips, entry
from markscheme.bank.schema import Text as OneText
from markscheme.bank.spec import EXPRESSION, TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver
from markscheme.bank.variants import MatchResponse, Pair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value
    from markscheme.bank.yaml_reader import Scalar

_LINE = OneText(words="a text", single_line=True, longest=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSpec:
    """A prompt and what belongs to it."""

    prompt: tuple[BlockSpec, ...] = entry(TEXT, "What is to be given a choice.")
    choice: Scalar = entry(_LINE, "The choice that belongs to it, in plain text; several prompts may share one.")
    when: Scalar | None = entry(EXPRESSION, "The prompt exists only where this is true.", default=None)
    place: Place
    keys: Mapping[str, Place]


@ANSWERS.register("match")
@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSpec(AnswerSpec):
    """Prompts to be matched with choices."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Match each with its value. [[answer]]\n",
        answer="""\
pairs:
  - prompt: ${{ n }} + 1$
    choice: "{{ n + 1 }}"
  - prompt: ${{ n }} - 1$
    choice: "{{ n - 1 }}"
distractors: ["{{ n + 3 }}"]   # more choices, which belong to no prompt
""",
        feedback="One more is ${{ n + 1 }}$, one less is ${{ n - 1 }}$.",
        marks=2,
    )

    pairs: tuple[PairSpec, ...] = entry(ListOf(SectionOf(PairSpec, "a pair"), 2, 40), "The prompts and their choices.")
    distractors: tuple[Scalar, ...] = entry(
        ListOf(_LINE, most=20), "More choices, which belong to no prompt.", default=()
    )
    show: int | None = entry(Integer(2, 20), "How many prompts a variant shows; all by default.", default=None)
    order: str = entry(
        OneOf(("drawn", "fixed")), "Whether each variant draws an order, or keeps the one written.", default="drawn"
    )

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledMatch:
        """Return the compiled answer."""
        slips = Slips()
        pairs: list[_Pair] = []
        distractors: list[tuple[Text, Place]] = []
        for index, pair in enumerate(self.pairs):
            with slips.gather():
                prompt, choice = compiler.text(pair.prompt), compiler.plain(pair.choice)
                pairs.append(_Pair(f"pair {index + 1}", pair.place, prompt, choice, compiler.condition(pair.when)))
        for distractor in self.distractors:
            with slips.gather():
                distractors.append((compiler.plain(distractor), distractor.place))
        with slips.gather():
            check_show(self.show, len(self.pairs), "pairs", self.keys.get("show", self.place))
        slips.raise_any()
        return CompiledMatch(
            slot=slot,
            marks=marks,
            pairs=tuple(pairs),
            distractors=tuple(distractors),
            show=self.show,
            drawn=self.order == "drawn",
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    name: str
    place: Place
    prompt: Text
    choice: Text
    when: Expression | None


@dataclass(slots=True, kw_only=True)
class CompiledMatch(AnswerParts):
    """Prompts and choices, compiled."""

    pairs: tuple[_Pair, ...]
    distractors: tuple[tuple[Text, Place], ...]
    show: int | None
    drawn: bool

    def choices(self) -> int | None:
        """Return how many sets of prompts there are."""
        return sets_of(self.show, len(self.pairs))

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedMatch:
        """Return the prompts that are shown, and the choices."""
        present = [pair for pair in self.pairs if pair.when is None or condition(pair.when, values)]
        names = [pair.name for pair in present]
        if len(present) < (self.show or 2):
            raise PassedOver(f"in '{self.slot}', too few prompts exist")
        priority, order = orders(self.slot, names, draw, listed=original, fixed=not self.drawn)
        chosen = set(priority[: self.show])
        pairs = tuple(present[i] for i in order if i in chosen)
        self._check(pairs, values)
        keys = [self._choice(pair.choice, pair.place, values) for pair in pairs]
        others = [self._choice(text, place, values) for text, place in self.distractors]
        written = list(dict.fromkeys((*keys, *others)))
        if len(written) < 2:
            raise PassedOver(f"in '{self.slot}', there is one choice only")
        if self.drawn:
            written = [written[i] for i in draw.order(f"{self.slot}/choices", written)]
        return SolvedMatch(self.slot, self.marks, values, pairs, tuple(map(written.index, keys)), tuple(written))

    def _choice(self, text: Text, place: Place, values: Mapping[str, Value]) -> str:
        words = said(text, values)
        if not words:
            raise fail(place, "E509", f"a choice of '{self.slot}' says nothing in this variant")
        return words

    def _check(self, pairs: tuple[_Pair, ...], values: Mapping[str, Value]) -> None:
        seen: set[str] = set()
        for pair in pairs:
            prompt = look(pair.prompt, values)
            if not prompt:
                raise fail(pair.place, "E509", f"a prompt of '{self.slot}' says nothing in this variant")
            if prompt in seen:
                raise PassedOver(f"in '{self.slot}', two prompts look alike")
            seen.add(prompt)


@dataclass(frozen=True, slots=True)
class SolvedMatch:
    """Prompts and choices, solved: in the order in which they are shown."""

    slot: str
    marks: Fraction
    values: Mapping[str, Value]
    pairs: tuple[_Pair, ...]
    keys: tuple[int, ...]
    choices: tuple[str, ...]

    def lower(self, target: Target) -> MatchResponse:
        """Return the response, its texts in a target's markup."""
        pairs = (
            Pair(prompt=in_a_line(pair.prompt.fill(target, self.values)), key=key)
            for pair, key in zip(self.pairs, self.keys, strict=True)
        )
        return MatchResponse(slot=self.slot, marks=self.marks, pairs=tuple(pairs), choices=self.choices)
