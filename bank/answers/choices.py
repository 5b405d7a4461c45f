"""``choices``: options of which several may be right; all the right ones are to be ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._selection import MOST_RIGHT, SolvedSelection, Tick, written_twice
from markscheme.bank.compiling import AnswerParts, WrongAnswer, check_show, look, orders, sets_of
from markscheme.bank.problems import Place, fail
from markscheme.bank.schema import Integer, ListOf, OneOf, SectionOf, Slips, entry
from markscheme.bank.schema import Text as OneText
from markscheme.bank.spec import EXPRESSION, TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value
    from markscheme.bank.yaml_reader import Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class TickSpec:
    """An option that may be ticked."""

    text: tuple[BlockSpec, ...] = entry(TEXT, "What the option says.")
    right: Scalar | None = entry(
        EXPRESSION, "Whether the option is to be ticked: true, false or an expression.", default=None
    )
    feedback: tuple[BlockSpec, ...] = entry(TEXT, "What a student who ticks it is told.", default=())
    name: Scalar | None = entry(
        OneText(words="a name", single_line=True, longest=60), "What the option is called in reports.", default=None
    )
    when: Scalar | None = entry(EXPRESSION, "The option exists only where this is true.", default=None)
    place: Place
    keys: Mapping[str, Place]

    def label(self, index: int) -> str:
        """Return what reports call the option at a place in the list."""
        return f"option {index + 1}" if self.name is None else " ".join(self.name.text.split())


@ANSWERS.register("choices")
@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesSpec(AnswerSpec):
    """Options of which several may be right."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Which are more than ${{ n }}$? [[answer]]\n",
        answer="""\
options:                     # all that are right are to be ticked
  - text: ${{ n + 1 }}$
    right: true
  - text: ${{ n + 3 }}$
    right: true
  - text: ${{ n - 1 }}$
    feedback: That is one less.
""",
        feedback="Adding makes more, taking away makes less.",
        marks=2,
    )

    options: tuple[TickSpec, ...] = entry(ListOf(SectionOf(TickSpec, "an option"), 2, 40), "The options.")
    show: int | None = entry(Integer(2, 20), "How many options a variant shows; all by default.", default=None)
    order: str = entry(
        OneOf(("drawn", "fixed")), "Whether each variant draws an order, or keeps the one written.", default="drawn"
    )

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledChoices:
        """Return the compiled answer."""
        slips = Slips()
        options: list[_Tick] = []
        for index, option in enumerate(self.options):
            with slips.gather():
                options.append(_compile(option, option.label(index), [one.name for one in options], compiler))
        for slip in written_twice(self.options):
            slips.add(slip)
        with slips.gather():
            check_show(self.show, len(self.options), "options", self.keys.get("show", self.place))
        slips.raise_any()
        return CompiledChoices(
            slot=slot,
            marks=marks,
            options=tuple(options),
            show=self.show,
            drawn=self.order == "drawn",
            place=self.place,
        )


@dataclass(frozen=True, slots=True)
class _Tick:
    name: str
    place: Place
    text: Text
    right: Expression | None
    when: Expression | None
    feedback: Text | None


def _compile(option: TickSpec, name: str, earlier: list[str], compiler: Compiler) -> _Tick:
    if name in earlier:
        message, hint = f"two options are called '{name}'", "give them different names"
        raise fail(option.keys.get("name", option.place), "E508", message, hint)
    return _Tick(
        name=name,
        place=option.place,
        text=compiler.text(option.text),
        right=compiler.condition(option.right),
        when=compiler.condition(option.when),
        feedback=compiler.text(option.feedback) if option.feedback else None,
    )


@dataclass(slots=True, kw_only=True)
class CompiledChoices(AnswerParts):
    """Options to tick, compiled."""

    options: tuple[_Tick, ...]
    show: int | None
    drawn: bool
    place: Place

    def choices(self) -> int | None:
        """Return how many sets of options there are."""
        return sets_of(self.show, len(self.options))

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield the options; which of them are right may depend on the variant."""
        chance = 1.0 if self.show is None else self.show / len(self.options)
        yield from (WrongAnswer(option.name, option.place, chance) for option in self.options)

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedSelection:
        """Return the options that are shown, in order.

        Of those that must be left out, the last in a drawn order are; where all the others are wrong, or right, one of
        the other kind stays.
        """
        present = [option for option in self.options if option.when is None or condition(option.when, values)]
        right = [option.right is not None and condition(option.right, values) for option in present]
        names = [option.name for option in present]
        priority, order = orders(self.slot, names, draw, listed=original, fixed=not self.drawn)
        chosen = self._distinct(present, right, priority, values)
        if self.show is not None:
            if len(chosen) < self.show:
                raise PassedOver(f"in '{self.slot}', too few options are different")
            kept = chosen[: self.show]
            for kind in (True, False):
                if all(right[i] is not kind for i in kept):
                    kept[-1:] = [i for i in chosen if right[i] is kind][:1] or kept[-1:]
            chosen = kept
        count = sum(right[i] for i in chosen)
        if len(chosen) < 2 or (self.show is not None and count > MOST_RIGHT):
            raise PassedOver(f"in '{self.slot}', too few options are different, or too many are right")
        if not 1 <= count <= MOST_RIGHT:
            message = f"{count or 'none'} of the options {'is' if count == 1 else 'are'} right"
            raise fail(self.place, "E507", message, f"from 1 to {MOST_RIGHT} must be")
        ticks = (
            Tick(present[i].name, present[i].text, right[i], present[i].feedback) for i in order if i in set(chosen)
        )
        return SolvedSelection(self.slot, self.marks, values, tuple(ticks))

    def _distinct(
        self, present: list[_Tick], right: list[bool], order: list[int], values: Mapping[str, Value]
    ) -> list[int]:
        """Return the options without those that look like an earlier one."""
        looks: dict[str, int] = {}
        for i in order:
            seen = look(present[i].text, values)
            if not seen:
                raise fail(present[i].place, "E509", f"the option '{present[i].name}' says nothing in this variant")
            if right[looks.setdefault(seen, i)] is not right[i]:
                one, two = present[looks[seen]].name, present[i].name
                raise PassedOver(f"in '{self.slot}', '{one}' and '{two}' look alike, and only one of them is right")
        return list(looks.values())
