"""``order``: items to be put into order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._selection import in_a_line
from markscheme.bank.compiling import AnswerParts, check_show, look, sets_of
from markscheme.bank.problems import fail
from markscheme.bank.schema import Integer, ListOf, Slips, entry
from markscheme.bank.spec import TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.values import PassedOver
from markscheme.bank.variants import OrderResponse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.problems import Place
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value


@ANSWERS.register("order")
@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSpec(AnswerSpec):
    """Items to be put into order."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Sort upwards, the smallest first. [[answer]]\n",
        answer="""\
items:                       # in the right order; students see them in another one
  - ${{ n }} - 1$
  - ${{ n }}$
  - ${{ n }} + 1$
""",
        feedback="Taking away makes less, adding makes more.",
        marks=3,
    )

    items: tuple[tuple[BlockSpec, ...], ...] = entry(ListOf(TEXT, 2, 40), "The items, in the right order.")
    show: int | None = entry(Integer(2, 20), "How many items a variant shows; all by default.", default=None)

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledOrder:
        """Return the compiled answer."""
        slips = Slips()
        items: list[Text] = []
        for item in self.items:
            with slips.gather():
                items.append(compiler.text(item))
        with slips.gather():
            check_show(self.show, len(self.items), "items", self.keys.get("show", self.place))
        slips.raise_any()
        return CompiledOrder(slot=slot, marks=marks, items=tuple(items), show=self.show, place=self.place)


@dataclass(slots=True, kw_only=True)
class CompiledOrder(AnswerParts):
    """Items to be put into order, compiled."""

    items: tuple[Text, ...]
    show: int | None
    place: Place

    def choices(self) -> int | None:
        """Return how many sets of items there are."""
        return sets_of(self.show, len(self.items))

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedOrder:
        """Return the items that are shown in the right order, and the order in which they are shown at first."""
        names = [f"item {index + 1}" for index in range(len(self.items))]
        listed = list(range(len(self.items)))
        chosen = sorted((listed if original else draw.order(self.slot, names))[: self.show])
        looks = [look(self.items[i], values) for i in chosen]
        if "" in looks:
            raise fail(self.place, "E509", f"an item of '{self.slot}' says nothing in this variant")
        if len(set(looks)) < len(looks):
            raise PassedOver(f"in '{self.slot}', two items look alike")
        shown = draw.order(f"{self.slot}/order", [names[i] for i in chosen])
        if shown == sorted(shown):  # the answer would be given away
            shown = [*shown[1:], shown[0]]
        return SolvedOrder(self.slot, self.marks, values, tuple(self.items[i] for i in chosen), tuple(shown))


@dataclass(frozen=True, slots=True)
class SolvedOrder:
    """Items to be put into order, solved."""

    slot: str
    marks: Fraction
    values: Mapping[str, Value]
    items: tuple[Text, ...]
    shown: tuple[int, ...]

    def lower(self, target: Target) -> OrderResponse:
        """Return the response, its texts in a target's markup."""
        items = tuple(in_a_line(item.fill(target, self.values)) for item in self.items)
        return OrderResponse(slot=self.slot, marks=self.marks, items=items, shown=self.shown)
