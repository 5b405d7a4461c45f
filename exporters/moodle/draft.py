"""A question in the making: its element, what there is to say about it, and whether Moodle takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markscheme.exporters.moodle.numbers import BLANKS

if TYPE_CHECKING:
    from markscheme.exporters.moodle.xmlize import Node

REFUSED: Final = "Moodle refuses the question"
LOST: Final = "Moodle refuses the question and loses all after it"
KEPT: Final = "Moodle keeps the question and loses all after it"
NOTHING: Final = "Moodle breaks off and imports nothing of the file"
STOP: Final = "and with 'stop on error' Moodle imports nothing of the file"
# Moodle reads the whole file, then checks the fractions, then saves one question after the other.
_VERDICTS: Final = ("", LOST, REFUSED, NOTHING)


class Draft:
    """A question in the making.

    Attributes
    ----------
    node
        Its element.
    notes
        What Moodle changes, loses or refuses.
    files
        (element, name, digest) of each stored file.
    verdict
        Empty, or the gravest of `LOST`, `REFUSED` and `NOTHING` so far.
    """

    def __init__(self, node: Node) -> None:
        self.node = node
        self.notes: list[str] = []
        self.files: list[tuple[str, str, str]] = []
        self.verdict = ""
        self._kept_as_the_last = False

    @property
    def ends_import(self) -> bool:
        """Whether Moodle breaks off at the question."""
        return self.verdict in (LOST, NOTHING) or (self._kept_as_the_last and not self.verdict)

    def refuse(self, why: str, verdict: str = REFUSED) -> None:
        """Note why the question is not imported; the verdict says what else is not."""
        self.notes.append(f"{verdict}: {why}")
        if _VERDICTS.index(verdict) > _VERDICTS.index(self.verdict):
            self.verdict = verdict

    def keep_as_the_last(self, why: str) -> None:
        """Note why the question is imported, but none after it."""
        self.notes.append(f"{KEPT}: {why}")
        self._kept_as_the_last = True

    def plain(self, holder: Node | None, label: str) -> str:
        """Return the trimmed <text> of an element."""
        node = holder and holder.first("text")
        if not node:
            return ""
        if node.children:
            self.notes.append(f"{label} holds <{next(iter(node.children))}> where text is due: it is lost, {STOP}")
            return ""
        return node.text.strip(BLANKS)
