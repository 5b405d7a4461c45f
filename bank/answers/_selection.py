"""Options of which several may be ticked: what the types ``choices`` and ``statements`` share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from markscheme.bank.variants import Option, RichText, SelectionResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value

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
