"""A question in the making: its element, and what there is to say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.exporters.canvas.elements import content, first, metadata, within
from markscheme.exporters.format import Note

if TYPE_CHECKING:
    from lxml import etree

    from markscheme.bank.problems import Place


class Draft:
    """A question in the making.

    Attributes
    ----------
    node, presentation
        Its element, and the part that students see.
    place
        Where it begins in its file.
    metadata
        Its fields of metadata by label.
    kind
        Its question type; empty if it has none.
    text
        What is asked, in HTML, with the blanks' names between brackets.
    notes
        What Canvas changes, loses or refuses.
    """

    def __init__(self, node: etree._Element, place: Place) -> None:
        self.node = node
        self.place = place
        self.metadata = metadata(node)
        self.kind = self.metadata.get("question_type", "")
        shown = first(node, "presentation")
        self.presentation = node if shown is None else shown
        self.text = content(next(within(self.presentation, "mattext"), None))
        self.notes: list[Note] = []
        self._feedback = {
            said.get("ident", ""): content(next(within(said, "mattext"), None)) for said in within(node, "itemfeedback")
        }

    def note(self, code: str, sentence: str) -> None:
        """Note what becomes of the question."""
        self.notes.append(Note(sentence, code))

    def feedback(self, ident: str) -> str:
        """Return a feedback by its ident; empty if there is none."""
        return self._feedback.get(ident, "")

    def feedback_of(self, answer: str) -> str:
        """Return the feedback of an answer that may be chosen."""
        return self._feedback.get(f"{answer}_fb", "")

    @property
    def feedback_idents(self) -> tuple[str, ...]:
        """The idents of all feedback."""
        return tuple(self._feedback)

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts in HTML: what is asked, options, prompts, feedback."""
        return tuple(
            content(mattext)
            for mattext in within(self.node, "mattext")
            if mattext.get("texttype", "text/html") == "text/html"
        )
