"""Write a variant as an item of QTI 1.2 in Canvas's dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.variants import EssayResponse
from markscheme.exporters.canvas.bodies import body_of, stem_of
from markscheme.exporters.canvas.holding import rubric_table
from markscheme.exporters.canvas.markup import attribute, condition, field, marks, shows
from markscheme.exporters.canvas.question_types import ESSAY

if TYPE_CHECKING:
    from markscheme.bank.variants import Variant
    from markscheme.exporters.canvas.held import Held
    from markscheme.exporters.canvas.markup import Texts

FINGERPRINT = "markscheme_digest"
_LONGEST_NAME = 255
_OUTCOMES = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>\n'


def name_of(variant: Variant) -> str:
    """Return the name of a question: its title and its id, as one finds it in a bank."""
    room = _LONGEST_NAME - len(variant.id) - 1
    return f"{' '.join(variant.title.split())[:room].rstrip()} {variant.id}"


def canvas_item(held: Held, texts: Texts) -> str:
    """Return the element of an item.

    What New Quizzes asks for: the type is the first field of metadata, and each label stands right before its entry.
    """
    variant = held.variant
    fields, conditions, answers = body_of(held, texts)
    metadata = [
        field("question_type", held.kind),
        field("points_possible", marks(variant.marks)),
        field(FINGERPRINT, variant.fingerprint),
    ]
    if held.kind == ESSAY:
        metadata += [field("grading_notes", texts.html(marker_notes(response))) for response in essays(variant)]
    general = texts.feedback("general_fb", variant.feedback)
    wrong = texts.feedback("general_incorrect_fb", held.wrong)
    said = "".join(
        condition("<other/>", shows(ident), goes_on=True)
        for ident, text in (("general_fb", general), ("general_incorrect_fb", wrong))
        if text
    )
    return (
        f'<item ident="{variant.id}" title="{attribute(name_of(variant))}">\n'
        f"<itemmetadata><qtimetadata>{''.join(metadata)}</qtimetadata></itemmetadata>\n"
        f"<presentation>{texts.material(stem_of(held).strip())}\n{fields}</presentation>\n"
        f"<resprocessing>{_OUTCOMES}{said}{conditions}</resprocessing>\n{general}{wrong}{answers}</item>\n"
    )


def essays(variant: Variant) -> list[EssayResponse]:
    """Return the essays of a variant."""
    return [response for response in variant.responses if isinstance(response, EssayResponse)]


def marker_notes(response: EssayResponse) -> str:
    """Return what the marker of an essay reads in New Quizzes: the model answer and the rubric."""
    return f"<p><strong>Model answer</strong></p>\n{response.model.markup}\n{rubric_table(response)}"
