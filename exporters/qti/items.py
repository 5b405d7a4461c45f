"""QTI items: a variant as one XML document."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from markscheme import __version__
from markscheme.bank.text.html import PICTURE
from markscheme.bank.variants import EssayResponse
from markscheme.exporters.qti.interactions import Interactions, number, score_name
from markscheme.exporters.qti.processing import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.variants import Variant
    from markscheme.exporters.qti.dialects import Dialect
    from markscheme.exporters.qti.interactions import Part

IMAGES = "images"
LANGUAGE = "en-GB"
_VERDICTS = {"right": "Right.", "partly": "Partly right.", "wrong": "Not right."}


class ItemWriter:
    """Writes items in a version of QTI."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.rules = Rules(dialect)
        self.interactions = Interactions(dialect, self.rules)

    def item(self, variant: Variant) -> str:
        """Return a variant as an XML document."""
        dialect = self.dialect
        parts = [self.interactions.part(response) for response in variant.responses]
        content = "".join(
            (
                *(part.responses for part in parts),
                *self._outcomes(variant, parts),
                dialect.element("itemBody", self._body(variant, parts)),
                dialect.element(
                    "responseProcessing", "".join((*(part.rules for part in parts), *self._ending(variant, parts)))
                ),
                *(part.feedback for part in parts),
                *self._verdicts(variant),
            )
        )
        attribute, escaped = dialect.attribute, dialect.target.attribute
        root = (
            f'identifier="{variant.id}" title="{escaped(variant.title)}" label="ms:{variant.fingerprint}" '
            f'xml:lang="{LANGUAGE}" adaptive="false" {attribute("timeDependent")}="false" '
            f'{attribute("toolName")}="markscheme" {attribute("toolVersion")}="{__version__}"'
        )
        written = dialect.root("assessmentItem", content, root)
        return written.replace(f'src="{PICTURE}', f'src="../{IMAGES}/')

    def _body(self, variant: Variant, parts: list[Part]) -> str:
        bodies = dict(zip((response.slot for response in variant.responses), parts, strict=True))
        stem = variant.stem
        shown = "".join(
            piece + (bodies[slot].body if slot else "")
            for piece, slot in zip(stem.pieces, (*stem.slots, ""), strict=True)
        )
        solution = self.dialect.element(
            "feedbackBlock",
            self.dialect.content(variant.feedback.markup),
            outcomeIdentifier="SOLUTION",
            identifier="solution",
            showHide="show",
        )
        return "".join(part.rubric for part in parts) + shown + solution

    def _outcomes(self, variant: Variant, parts: list[Part]) -> Iterator[str]:
        outcome = self.interactions.outcome
        marks = number(float(variant.marks))
        human = "human" if self._is_by_hand(variant) and self.dialect.external_scoring else None
        yield outcome("SCORE", "float", "0", normalMaximum=marks, externalScored=human)
        yield outcome("MAXSCORE", "float", marks)
        yield outcome("SOLUTION", "identifier")
        if not self._is_by_hand(variant):
            yield outcome("VERDICT", "identifier")
        yield from (part.outcomes for part in parts)

    def _ending(self, variant: Variant, parts: list[Part]) -> Iterator[str]:
        """Yield the rules that follow those of the slots."""
        r = self.rules
        if not all(isinstance(response, EssayResponse) for response in variant.responses):
            yield r.put("SCORE", r.call("sum", *(r.variable(score_name(one)) for one in variant.responses)))
        if not self._is_by_hand(variant):
            # Players round what they add up, some to three decimals: what lacks less than any slip costs is all right.
            most = Fraction(variant.marks)
            score = r.variable("SCORE")
            full = r.call("gte", score, r.value("float", number(most - min(part.loss for part in parts) / 2)))
            some = r.call("gt", score, r.value("float", "0"))
            right, partly, wrong = (r.put("VERDICT", r.value("identifier", name)) for name in _VERDICTS)
            all_marks = r.put("SCORE", r.value("float", number(most)))
            yield r.choose([(full, all_marks + right), (some, partly)], wrong)
        yield r.put("SOLUTION", r.value("identifier", "solution"))

    def _verdicts(self, variant: Variant) -> Iterator[str]:
        if not self._is_by_hand(variant):
            yield from (self.interactions.modal("VERDICT", name, words) for name, words in _VERDICTS.items())

    def _is_by_hand(self, variant: Variant) -> bool:
        return any(isinstance(response, EssayResponse) for response in variant.responses)
