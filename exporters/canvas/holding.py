"""Decide what each variant becomes in Canvas: a question type of its own, or blanks among the text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    Pair,
    RichText,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.canvas import question_types as kinds
from markscheme.exporters.canvas.blanks import hold_several
from markscheme.exporters.canvas.held import Held, Notes
from markscheme.exporters.canvas.parts import FINEST, all_or_nothing, is_like_markup, typed_number, typed_text
from markscheme.exporters.format import Refusal

if TYPE_CHECKING:
    from markscheme.bank.variants import Response, Variant

MOST_TEXT: Final = 16_384
"""Canvas replaces a longer question text by a notice."""

_PER_PICTURE: Final = 120
"""So much longer the address of a picture may be once it is imported."""

_TAGS = re.compile(r"<[^>]*>")
_SHOWN = re.compile(r"<(?:img|table|hr)\b")
_BOX = " _____ "


def hold(variant: Variant) -> Held:
    """Return a variant as Canvas holds it, with what that changes and what cannot be."""
    response = variant.responses[0]
    alone = len(variant.responses) == 1 and not (
        (isinstance(response, NumericResponse) and response.shape)
        or (isinstance(response, ChoiceResponse) and response.layout == "dropdown")
        or (isinstance(response, MatchResponse) and not _is_match(response))
    )
    held = _alone(variant, response) if alone else hold_several(variant)
    shown = held.variant.stem
    length = sum(map(len, shown.pieces)) + 40 * len(shown.slots) + _PER_PICTURE * len(shown.pictures)
    if length > MOST_TEXT:
        reason = f"its text takes {length:,} characters, and Canvas replaces one of more than {MOST_TEXT:,} by a notice"
        return replace(held, refusals=(*held.refusals, Refusal(slot="", reason=f"{reason}; shorten it")))
    return held


def _alone(variant: Variant, response: Response) -> Held:
    notes = Notes()
    kind, held, feedback = _native(response, notes, variant.feedback)
    before, behind = variant.stem.pieces
    if _is_seen(behind):
        before += _BOX
        if not isinstance(response, NumericResponse | TextResponse):
            notes.change(response.slot, "its fields stand below the text")
    if isinstance(response, EssayResponse) and response.template is not None and _is_seen(response.template.markup):
        notes.change(response.slot, "the template stands below the text, not in the box")
        behind += f"\n<blockquote>{response.template.markup}</blockquote>"
        pictures = (*variant.stem.pictures, *response.template.pictures)
        variant = replace(variant, stem=replace(variant.stem, pictures=tuple(dict.fromkeys(pictures))))
        held = replace(response, template=None)
    return Held(
        kind=kind,
        variant=replace(
            variant, stem=replace(variant.stem, pieces=(before, behind)), responses=(held,), feedback=feedback
        ),
        wrong=notes.explained(),
        finest=FINEST,
        adaptations=notes.adaptations(),
        refusals=tuple(notes.refusals),
    )


def _native(response: Response, notes: Notes, feedback: RichText) -> tuple[str, Response, RichText]:
    """Return the type of a response that stands alone, the response as it is held, and the worked solution."""
    match response:
        case NumericResponse():
            return kinds.NUMBER, typed_number(response, notes), feedback
        case TextResponse():
            return kinds.TEXT, typed_text(response, notes, ""), feedback
        case ChoiceResponse(options=options, layout=layout):
            held = replace(response, options=all_or_nothing(response.slot, options, notes))
            return kinds.TRUTH if layout == "truth" else kinds.CHOICE, held, feedback
        case SelectionResponse():
            return kinds.CHOICES, response, feedback
        case MatchResponse():
            return kinds.MATCH, response, feedback
        case OrderResponse():
            notes.adapt(response.slot, "a match of items with their places")
            return kinds.MATCH, _places(response), feedback
        case EssayResponse():
            notes.adapt(response.slot, "an essay")
            notes.change(response.slot, "the rubric ends the worked solution, which students read afterwards")
            return kinds.ESSAY, response, _with_rubric(response, feedback)
        case _:
            assert_never(response)


def _is_match(response: MatchResponse) -> bool:
    """Return whether both importers take a match for one; menus take the rest."""
    return len(response.pairs) > 1 and not any(is_like_markup(choice) for choice in response.choices)


def _places(response: OrderResponse) -> MatchResponse:
    return MatchResponse(
        slot=response.slot,
        marks=response.marks,
        pairs=tuple(Pair(prompt=response.items[place], key=place) for place in response.shown),
        choices=tuple(str(place + 1) for place in range(len(response.items))),
    )


def rubric_table(response: EssayResponse) -> str:
    """Return the rubric of an essay as a table."""
    rows = [
        f"<tr><td>{plain(criterion.points.normalize())}</td><td>{criterion.text.markup}</td></tr>"
        for criterion in response.rubric
    ]
    head = "<thead><tr><th>Points</th><th>For</th></tr></thead>"
    return f'<table border="1" cellpadding="4">{head}<tbody>{"".join(rows)}</tbody></table>'


def _with_rubric(response: EssayResponse, feedback: RichText) -> RichText:
    pictures = [*feedback.pictures, *(shown for one in response.rubric for shown in one.text.pictures)]
    return RichText(markup=f"{feedback.markup}\n{rubric_table(response)}", pictures=tuple(dict.fromkeys(pictures)))


def _is_seen(markup: str) -> bool:
    """Return whether markup shows anything."""
    return bool(_TAGS.sub("", markup).strip()) or _SHOWN.search(markup) is not None
