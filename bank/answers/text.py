"""``text``: a word or a few to type."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.compiling import AnswerParts, WrongAnswer, said
from markscheme.bank.problems import Place, fail
from markscheme.bank.schema import Flag, ListOf, Real, SectionOf, Slips, entry
from markscheme.bank.schema import Text as OneText
from markscheme.bank.spec import EXPRESSION, TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver
from markscheme.bank.variants import Pattern, TextResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value
    from markscheme.bank.yaml_reader import Scalar

_LINE = OneText(words="a text", single_line=True, longest=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTextSpec:
    """Wrong texts that are recognised."""

    texts: tuple[Scalar, ...] = entry(ListOf(_LINE, 1, 40), "What students type who make this mistake.")
    feedback: tuple[BlockSpec, ...] = entry(TEXT, "What they are told.")
    name: Scalar | None = entry(
        OneText(words="a name", single_line=True, longest=60),
        "What the mistake is called in reports; its first text by default.",
        default=None,
    )
    credit: Decimal = entry(Real("0", "1"), "The part of the marks that it earns.", default=Decimal(0))
    when: Scalar | None = entry(EXPRESSION, "The mistake exists only where this is true.", default=None)
    place: Place
    keys: Mapping[str, Place]

    @property
    def label(self) -> str:
        """What reports call the mistake."""
        return " ".join((self.texts[0] if self.name is None else self.name).text.split())


@ANSWERS.register("text")
@dataclass(frozen=True, slots=True, kw_only=True)
class TextSpec(AnswerSpec):
    """A word or a few to type."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="What is a number called that $2$ divides, such as ${{ 2 * n }}$? [[answer]]\n",
        answer="""\
accept:                      # any of these; the first is shown as the answer
  - even
  - an even number
mistakes:
  - texts: [odd]
    feedback: Those leave a remainder.
""",
        feedback="A number that $2$ divides is even.",
    )

    accept: tuple[Scalar, ...] = entry(
        ListOf(_LINE, 1, 40), "The texts that are right; the first is shown as the answer. Holes may stand in them."
    )
    mistakes: tuple[WrongTextSpec, ...] = entry(
        ListOf(SectionOf(WrongTextSpec, "a mistake"), most=20), "Wrong texts that are recognised.", default=()
    )
    case: bool = entry(Flag(), "Whether capital and small letters differ.", default=False)

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledText:
        """Return the compiled answer."""
        slips = Slips()
        accepted: list[Text] = []
        for text in self.accept:
            with slips.gather():
                accepted.append(compiler.plain(text))
        mistakes: list[_Mistake] = []
        for mistake in self.mistakes:
            with slips.gather():
                mistakes.append(_compile(mistake, [earlier.name for earlier in mistakes], compiler))
        slips.raise_any()
        return CompiledText(
            slot=slot,
            marks=marks,
            accepted=tuple(accepted),
            mistakes=tuple(mistakes),
            case=self.case,
            place=self.place,
        )


@dataclass(frozen=True, slots=True)
class _Mistake:
    name: str
    place: Place
    texts: tuple[Text, ...]
    credit: Fraction
    when: Expression | None
    feedback: Text


def _compile(spec: WrongTextSpec, earlier: Sequence[str], compiler: Compiler) -> _Mistake:
    if spec.credit >= 1:
        raise fail(spec.keys["credit"], "E505", f"a mistake cannot earn the full marks (credit {spec.credit})")
    if spec.label in earlier:
        message, hint = f"two mistakes are called '{spec.label}'", "give them different names"
        raise fail(spec.keys.get("name", spec.place), "E508", message, hint)
    return _Mistake(
        name=spec.label,
        place=spec.place,
        texts=tuple(compiler.plain(text) for text in spec.texts),
        credit=Fraction(spec.credit),
        when=compiler.condition(spec.when),
        feedback=compiler.text(spec.feedback),
    )


@dataclass(slots=True, kw_only=True)
class CompiledText(AnswerParts):
    """A text to type, compiled."""

    accepted: tuple[Text, ...]
    mistakes: tuple[_Mistake, ...]
    case: bool
    place: Place
    is_block: bool = False

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield the mistakes."""
        yield from (WrongAnswer(mistake.name, mistake.place, 1.0) for mistake in self.mistakes)

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedText:  # noqa: ARG002
        """Return what is right and what is recognised, each text once."""
        taken: set[str] = set()
        accepted = self._new(self.accepted, taken, values)
        wrong: list[tuple[_Mistake, tuple[str, ...]]] = []
        for mistake in self.mistakes:
            if mistake.when is not None and not condition(mistake.when, values):
                continue
            texts = self._new(mistake.texts, taken, values)
            if not texts:
                raise PassedOver(f"in '{self.slot}', the mistake '{mistake.name}' equals the key or another mistake")
            wrong.append((mistake, texts))
        return SolvedText(self, values, accepted, tuple(wrong))

    def _new(self, texts: Sequence[Text], taken: set[str], values: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the texts that are not taken, and take them."""
        new = []
        for text in texts:
            words = said(text, values)
            if not words:
                raise fail(self.place, "E509", f"a text of '{self.slot}' says nothing in this variant")
            typed = as_typed(words, case=self.case)
            if typed not in taken:
                taken.add(typed)
                new.append(words)
        return tuple(new)


def as_typed(text: str, *, case: bool) -> str:
    """Return what two texts have in common that count as the same.

    Examples
    --------
    >>> as_typed(" Soft  max ", case=False)
    'soft max'
    """
    joined = " ".join(unicodedata.normalize("NFC", text).split())
    return joined if case else joined.lower()  # platforms do not take ß for ss


@dataclass(frozen=True, slots=True)
class SolvedText:
    """A text to type, solved."""

    compiled: CompiledText
    values: Mapping[str, Value]
    accepted: tuple[str, ...]
    wrong: tuple[tuple[_Mistake, tuple[str, ...]], ...]

    def lower(self, target: Target) -> TextResponse:
        """Return the response, its texts in a target's markup."""
        return TextResponse(
            slot=self.compiled.slot,
            marks=self.compiled.marks,
            accepted=self.accepted,
            mistakes=tuple(
                Pattern(
                    name=mistake.name,
                    texts=texts,
                    credit=mistake.credit,
                    feedback=mistake.feedback.fill(target, self.values),
                )
                for mistake, texts in self.wrong
            ),
            case=self.compiled.case,
        )
