"""Options of which several may be ticked: what the types ``choices`` and ``statements`` share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from markscheme.bank.problems import fail
from markscheme.bank.variants import Option, RichText, SelectionResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markscheme.bank.problems import BankError, Place
    from markscheme.bank.spec import BlockSpec
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value
    from markscheme.bank.yaml_tree import Scalar


class _Worded(Protocol):
    """An option of a spec, as far as its words go."""

    @property
    def text(self) -> Sequence[BlockSpec] | None: ...
    @property
    def when(self) -> Scalar | None: ...
    @property
    def place(self) -> Place: ...
    def label(self, index: int, /) -> str: ...


def written_twice(options: Sequence[_Worded]) -> Iterator[BankError]:
    """Yield an error for each option that is written like an earlier one, and would be left out of every variant."""
    earlier: dict[object, str] = {}
    for index, option in enumerate(options):
        if not option.text:
            continue
        words = tuple(
            (
                " ".join(block.text.text.split()),
                block.when and block.when.text,
                tuple((one.name, one.value.text) for one in block.each),
            )
            for block in option.text
        )
        if words in earlier:
            message = f"the option '{option.label(index)}' reads like '{earlier[words]}', and no variant shows both"
            yield fail(option.place, "E508", message, "write another, or delete one")
        elif option.when is None:
            earlier[words] = option.label(index)


MOST_RIGHT = 10
"""So many options may be right: every LMS can pay a tenth."""


@dataclass(frozen=True, slots=True)
class Tick:
    """An option that is shown, and whether it is to be ticked."""

    name: str
    text: Text
    right: bool
    feedback: Text | None


@dataclass(frozen=True, slots=True)
class SolvedSelection:
    """Options to tick, solved: in the order in which they are shown."""

    slot: str
    marks: Fraction
    values: Mapping[str, Value]
    ticks: tuple[Tick, ...]

    def lower(self, target: Target) -> SelectionResponse:
        """Return the response, its texts in a target's markup."""
        share = Fraction(1, sum(tick.right for tick in self.ticks))
        return SelectionResponse(
            slot=self.slot,
            marks=self.marks,
            options=tuple(
                Option(
                    name=tick.name,
                    text=in_a_line(tick.text.fill(target, self.values)),
                    right=tick.right,
                    credit=share if tick.right else -share,
                    feedback=None if tick.feedback is None else tick.feedback.fill(target, self.values),
                )
                for tick in self.ticks
            ),
        )


def in_a_line(text: RichText) -> RichText:
    """Return a text of a single paragraph without the paragraph: an option is part of a line."""
    inner = text.markup.removeprefix("<p>").removesuffix("</p>")
    if len(inner) == len(text.markup) - 7 and "<p>" not in inner:
        return RichText(markup=inner, pictures=text.pictures)
    return text
