"""What QTI can hold: nearly everything, each answer type as an interaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.variants import EssayResponse
from markscheme.exporters.format import Adaptation, Refusal
from markscheme.exporters.qti.target import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.variants import Variant


def refusals(variant: Variant) -> Iterator[Refusal]:
    """Yield what of a variant QTI cannot hold."""
    for response in variant.responses:
        if isinstance(response, EssayResponse) and response.template is not None:
            template = response.template
            if template.pictures or "<math" in template.markup:
                reason = f"the template of '{response.slot}' shows pictures or formulas; in QTI it is plain text"
                yield Refusal(slot=response.slot, reason=reason)


def adaptations(variant: Variant) -> Iterator[Adaptation]:
    """Yield what QTI holds in another form."""
    for response in variant.responses:
        if isinstance(response, EssayResponse) and response.template is not None and "<" in response.template.markup:
            yield Adaptation(slot=response.slot, form="an essay whose template is plain text")
        if any(FIRST in text.markup for text in response.texts):
            yield Adaptation(slot=response.slot, form="numbered from 1 where a list begins with another number")
    if any(FIRST in markup for markup in (*variant.stem.pieces, variant.feedback.markup)):
        yield Adaptation(slot="", form="numbered from 1 where a list begins with another number")
