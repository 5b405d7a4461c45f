"""What becomes of a variant in Canvas: the variant as it can be held, and how that differs from the author's."""

from __future__ import annotations

from dataclasses import dataclass

from markscheme.bank.variants import RichText
from markscheme.exporters.format import Adaptation, Refusal
from markscheme.exporters.format import Held as AsHeld


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(AsHeld):
    """A variant as Canvas holds it: of responses that its question type has, each with its place in the stem.

    Attributes
    ----------
    kind
        Canvas's name of the question type.
    adaptations, refusals
        What is held in another form, each slot once, and what cannot be held.
    """

    kind: str
    adaptations: tuple[Adaptation, ...] = ()
    refusals: tuple[Refusal, ...] = ()


class Notes:
    """Gathers what is to be said of a variant while it is put into another form.

    Attributes
    ----------
    refusals
        What cannot be held.
    wrong
        The mistakes and wrong options that Canvas does not tell apart: what shows them, and what is said of them.
    """

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []
        self.wrong: list[tuple[str, RichText]] = []
        self._forms: dict[str, str] = {}
        self._changes: dict[str, list[str]] = {}
        self._unpaid: dict[str, list[str]] = {}

    def adapt(self, slot: str, form: str) -> None:
        """Note that a slot is held in another form."""
        self._forms[slot] = form

    def change(self, slot: str, what: str) -> None:
        """Note something that is not as the author said, whatever the form."""
        self._changes.setdefault(slot, []).append(what)

    def unpaid(self, slot: str, name: str) -> None:
        """Note that a mistake or option earns nothing of what the author said."""
        self._unpaid.setdefault(slot, []).append(f"'{name}'")

    def refuse(self, slot: str, reason: str) -> None:
        """Note that a slot cannot be held."""
        self.refusals.append(Refusal(slot=slot, reason=reason))

    def adaptations(self) -> tuple[Adaptation, ...]:
        """Return what is held in another form, each slot once."""
        found = []
        for slot in dict.fromkeys((*self._forms, *self._unpaid, *self._changes)):
            unpaid = self._unpaid.get(slot)
            changes = [f"no partial marks for {', '.join(unpaid)}"] if unpaid else []
            changes += dict.fromkeys(self._changes.get(slot, ()))
            more = f" ({'; '.join(changes)})" if changes else ""
            found.append(Adaptation(slot=slot, form=self._forms.get(slot, "as yours, with changes") + more))
        return tuple(found)

    def explained(self) -> RichText | None:
        """Return the feedback of a wrong answer: a list of mistakes, each with what is said of it."""
        if not self.wrong:
            return None
        rows = "\n".join([f"<li><strong>{label}</strong>: {_within(said.markup)}</li>" for label, said in self.wrong])
        return RichText(
            markup=f"<p>If you find your answer here, read what is wrong with it:</p>\n<ul>\n{rows}\n</ul>",
            pictures=tuple(dict.fromkeys(picture for _, said in self.wrong for picture in said.pictures)),
        )


def _within(markup: str) -> str:
    """Return markup without the paragraph around all of it."""
    inner = markup.removeprefix("<p>").removesuffix("</p>")
    return markup if "<p>" in inner else inner
