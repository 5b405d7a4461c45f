"""State the settings of a Moodle question: what its elements are called by people, and what their absence means."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from markscheme.exporters.format import Fact
from markscheme.exporters.said import LONGEST_REMEMBERED, decimal

SETTINGS: Final = {
    "single": ("choice of one option only", "true"),
    "shuffleanswers": ("shuffling", "false"),
    "answernumbering": ("numbering of the options", "abc"),
    "showstandardinstruction": ("standard instruction", "0"),
    "usecase": ("difference of capitals", "0"),
    "unitgradingtype": ("grading of units", "0"),
    "showunits": ("display of units", "3"),
    "layouttype": ("layout of the items", "VERTICAL"),
    "selecttype": ("selection of items", "ALL"),
    "gradingtype": ("grading of the order", "ABSOLUTE_POSITION"),
    "showgrading": ("display of the grading", "SHOW"),
    "numberingstyle": ("numbering of the items", "none"),
    "shownumcorrect": ("display of the number of right ones", "0"),
    "responseformat": ("form of the answer", "editor"),
    "responserequired": ("need of an answer", "1"),
    "responsefieldlines": ("height of the box in lines", "15"),
    "minwordlimit": ("least number of words", "0"),
    "maxwordlimit": ("largest number of words", "0"),
    "attachments": ("number of attachments", "0"),
    "attachmentsrequired": ("number of attachments that are needed", "0"),
}
"""Element, what people call it, and what its absence means. What Moodle sets by itself is left out."""

_FLAGS: Final = {"true": "1", "false": "0", "": "0"}


def settings(given: tuple[str | None, ...]) -> tuple[Fact, ...]:
    """Return what the elements of `SETTINGS`, in their order, say; None is an element that is not there."""
    short = all(text is None or len(text) <= LONGEST_REMEMBERED for text in given)
    return _settings(given) if short else _settings.__wrapped__(given)


@lru_cache(maxsize=256)
def _settings(given: tuple[str | None, ...]) -> tuple[Fact, ...]:
    return tuple(
        Fact((what,), decimal(_FLAGS.get(text, text)))
        for text, what in (
            (absent if text is None else text, what)
            for text, (what, absent) in zip(given, SETTINGS.values(), strict=True)
        )
    )
