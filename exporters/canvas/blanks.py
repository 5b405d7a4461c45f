"""Lay out several answers as Canvas holds them side by side: as blanks to type in, or as menus.

Canvas has no question that mixes the two, gives each blank the same weight, and compares what is typed as text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, assert_never

from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    Option,
    OrderResponse,
    Response,
    RichText,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.canvas.held import Held, Notes
from markscheme.exporters.canvas.parts import (
    all_or_nothing,
    tell,
    tell_mistakes,
    typed_text,
)
from markscheme.exporters.canvas.question_types import BLANKS, MENUS
from markscheme.exporters.canvas.spelling import MOST_SPELLINGS, grid, spellings
from markscheme.exporters.canvas.target import CanvasHtml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.bank.variants import Picture, Stem, Variant

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_OPTIONS = len(LETTERS)
_TARGET = CanvasHtml()
_STATED = re.compile(
    r" \((?:each entry )?to (?:[0-9]+ (?:decimal places?|significant figures?)|the nearest whole number)\)"
)
"""What an author's precision says behind a slot where it asks for so many digits."""

_BRACKETS = "border-left:2px solid;border-right:2px solid"
_MATRIX = f'<table style="display:inline-table;vertical-align:middle;{_BRACKETS}"><tbody>'
_ROWS = '<table cellpadding="4"><tbody>'


def hold_several(variant: Variant) -> Held:
    """Return a variant as a question with blanks, or with menus where nothing is typed."""
    is_typed = not all(
        isinstance(response, ChoiceResponse | MatchResponse | OrderResponse) for response in variant.responses
    )
    layout = _Layout(variant.stem, is_typed=is_typed)
    for response, behind in zip(variant.responses, variant.stem.pieces[1:], strict=True):
        layout.place(response, behind)
    return layout.held(variant)


class _Layout:
    """A stem in the making, with its blanks."""

    def __init__(self, stem: Stem, *, is_typed: bool) -> None:
        self.notes = Notes()
        self.is_typed = is_typed
        self.pieces = [stem.pieces[0]]
        self.slots: list[str] = []
        self.responses: list[TextResponse | ChoiceResponse] = []
        self.pictures: list[Picture] = [*stem.pictures]

    def write(self, markup: str) -> None:
        self.pieces[-1] += markup

    def blank(self, response: TextResponse | ChoiceResponse) -> None:
        self.slots.append(response.slot)
        self.responses.append(response)
        self.pieces.append("")

    def show(self, text: RichText) -> None:
        self.write(text.markup)
        self.pictures += text.pictures

    def where(self, count: int = 1) -> str:
        """Return which answers the next blanks are, for the feedback of a wrong one."""
        first = len(self.responses) + 1
        return f"Answer {first}: " if count == 1 else f"Answers {first} to {first + count - 1}: "

    def place(self, response: Response, behind: str) -> None:
        """Write a response and the text behind it."""
        match response:
            case NumericResponse():
                self.numbers(response, behind)
            case TextResponse():
                text = typed_text(response, self.notes, self.where())
                self.blank(text)
            case ChoiceResponse():
                self.choice(response)
            case MatchResponse():
                self.match(response)
            case OrderResponse():
                self.order(response)
            case SelectionResponse():
                reason = "lets students tick several options, which Canvas has as a question of its own only"
                self.notes.refuse(
                    response.slot, f"'{response.slot}' {reason}; put it into a file without other answers"
                )
            case EssayResponse():
                reason = "is an essay, which Canvas has as a question of its own only"
                self.notes.refuse(
                    response.slot, f"'{response.slot}' {reason}; put it into a file without other answers"
                )
            case _:
                assert_never(response)
        self.write(behind)

    def numbers(self, response: NumericResponse, behind: str) -> None:
        """Write numbers as blanks, each with all its spellings."""
        tell_mistakes(response, self.notes, self.where(len(response.entries)))
        exponents = [grid(entry.accepted) for entry in response.entries]
        is_stated = _STATED.match(behind) is not None
        if not is_stated:
            exponents = [min(exponents)] * len(exponents)
        columns = response.shape[1] if len(response.shape) == 2 else 1
        if response.shape:
            self.write(_MATRIX)
        for i, (entry, exponent) in enumerate(zip(response.entries, exponents, strict=True)):
            if response.shape:
                self.write(("</tr><tr>" if i else "<tr>") * (i % columns == 0) + "<td>")
            self.number(response, spellings(entry.accepted, exponent), len(response.entries))
            self.write("</td>" * bool(response.shape))
        if response.shape:
            self.write("</tr></tbody></table>")
        if not is_stated and (exponents[0] or any(entry.accepted.half for entry in response.entries)):
            self.write(f" ({_asked(exponents[0], len(exponents))})")
        self.notes.adapt(response.slot, "text to type, right in every spelling with the digits that are asked for")

    def number(self, response: NumericResponse, accepted: tuple[str, ...] | None, count: int) -> None:
        if accepted is None:
            self.notes.refuse(
                response.slot,
                f"a blank of '{response.slot}' needs more than {MOST_SPELLINGS} spellings, as it is compared as text; "
                "ask for fewer digits, or for one number alone",
            )
            accepted = ("0",)
        self.blank(TextResponse(slot=response.slot, marks=response.marks / count, accepted=accepted))

    def choice(self, response: ChoiceResponse) -> None:
        options = all_or_nothing(response.slot, response.options, self.notes)
        is_line = response.layout != "list"
        if len(options) > _MOST_OPTIONS:
            self.notes.refuse(response.slot, f"'{response.slot}' has more than {_MOST_OPTIONS} options")
            options = options[:_MOST_OPTIONS]
        if not self.is_typed and is_line:
            self.menu(replace(response, options=options, layout="dropdown"))
            return
        for letter, option in zip(LETTERS, options, strict=False):
            if option.feedback is not None and option.feedback.markup and not option.right and self.is_typed:
                tell(self.notes, response.slot, f"{self.where()}{letter}", option.feedback)
        if self.is_typed:
            self.letter(response.slot, response.marks, next(i for i, one in enumerate(options) if one.right))
        else:
            self.menu(replace(response, options=_lettered(options), layout="dropdown"))
        self.notes.adapt(
            response.slot, f"a list with letters, and a {'blank' if self.is_typed else 'menu'} for one of them"
        )
        if is_line:
            named = [RichText(markup=_TARGET.escape(option.text.markup)) for option in options]
            self.write(f" (one letter: {_in_a_line(named)})")
        else:
            self.write(" (one letter)" * self.is_typed)
            self.list([option.text for option in options])

    def menu(self, response: ChoiceResponse) -> None:
        texts = [option.text.markup for option in response.options]
        if not all(text.strip() for text in texts):
            self.notes.refuse(response.slot, f"an option of '{response.slot}' is empty")
        self.blank(response)

    def letter(self, slot: str, marks: Fraction, key: int) -> None:
        self.blank(TextResponse(slot=slot, marks=marks, accepted=(LETTERS[key],)))

    def list(self, texts: Sequence[RichText]) -> None:
        self.write(_ROWS)
        for letter, text in zip(LETTERS, texts, strict=False):
            self.write(f"<tr><td>{letter}</td><td>")
            self.show(text)
            self.write("</td></tr>")
        self.write("</tbody></table>")

    def match(self, response: MatchResponse) -> None:
        marks = response.marks / len(response.pairs)
        named = [RichText(markup=_TARGET.escape(choice)) for choice in response.choices]
        if self.is_typed and len(named) > _MOST_OPTIONS:
            self.notes.refuse(response.slot, f"'{response.slot}' has more than {_MOST_OPTIONS} choices")
        self.write(_ROWS)
        for pair in response.pairs:
            self.write("<tr><td>")
            self.show(pair.prompt)
            self.write("</td><td>")
            if self.is_typed:
                self.letter(response.slot, marks, min(pair.key, _MOST_OPTIONS - 1))
            else:
                self.menu(_menu(response.slot, marks, response.choices, pair.key))
            self.write("</td></tr>")
        self.write("</tbody></table>")
        form = "a table with a menu for each prompt"
        if self.is_typed:
            form = "a table with a blank for each prompt, for the letter of a choice"
            self.write(f" (one letter each: {_in_a_line(named)})")
        self.notes.adapt(response.slot, form)

    def order(self, response: OrderResponse) -> None:
        marks = response.marks / len(response.items)
        places = [str(place + 1) for place in range(len(response.items))]
        self.write(_ROWS)
        for place in response.shown:
            self.write("<tr><td>")
            self.show(response.items[place])
            self.write("</td><td>")
            if self.is_typed:
                self.blank(TextResponse(slot=response.slot, marks=marks, accepted=(places[place],)))
            else:
                self.menu(_menu(response.slot, marks, places, place))
            self.write("</td></tr>")
        self.write("</tbody></table>")
        if self.is_typed:
            self.write(f" (the place of each, from 1 to {len(places)})")
        form = "blank for the place" if self.is_typed else "menu of places"
        self.notes.adapt(response.slot, f"a table with a {form} of each item")

    def held(self, variant: Variant) -> Held:
        """Return what became of the variant, its marks shared among the blanks as Canvas does."""
        total = sum((response.marks for response in variant.responses), Fraction())
        even = total / max(len(self.responses), 1)
        for response in variant.responses:
            held = even * sum(one.slot == response.slot for one in self.responses)
            if held != response.marks and not self.notes.refusals:
                was, is_ = response.marks / total, held / total
                self.notes.change(response.slot, f"worth {is_} of the marks, not {was}: all blanks weigh the same")
        return Held(
            kind=BLANKS if self.is_typed else MENUS,
            variant=replace(
                variant,
                stem=replace(
                    variant.stem,
                    pieces=tuple(self.pieces),
                    slots=tuple(self.slots),
                    pictures=tuple(dict.fromkeys(self.pictures)),
                ),
                responses=tuple(replace(response, marks=even) for response in self.responses),
            ),
            wrong=self.notes.explained(),
            adaptations=self.notes.adaptations(),
            refusals=tuple(self.notes.refusals),
        )


def _asked(exponent: int, count: int) -> str:
    """Say which digits are to be typed."""
    one = "type" if count == 1 else "type each number"
    if exponent < 0:
        return f"{one} with exactly {-exponent} decimal place{'s' * (exponent < -1)}"
    return f"{one} rounded to the nearest {10**exponent if exponent else 'whole number'}"


def _in_a_line(texts: Sequence[RichText]) -> str:
    return ", ".join(f"{letter} {text.markup}" for letter, text in zip(LETTERS, texts, strict=False))


def _lettered(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(
        replace(option, text=RichText(markup=letter)) for letter, option in zip(LETTERS, options, strict=False)
    )


def _menu(slot: str, marks: Fraction, texts: Sequence[str], key: int) -> ChoiceResponse:
    options = tuple(
        Option(name=text, text=RichText(markup=text), right=i == key, credit=Fraction(i == key), feedback=None)
        for i, text in enumerate(texts)
    )
    return ChoiceResponse(slot=slot, marks=marks, options=options, layout="dropdown")
