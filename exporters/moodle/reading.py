r"""Say what a student reads where a browser shows a text: no tags, entities as the signs they stand for.

Examples
--------
>>> plain_reading("<p>a&nbsp;&lt; b</p>\n"), menu_reading("R&D <b>1</b> < 2"), menu_reading("a<b")
('a\xa0< b', 'R&D 1 < 2', 'a')
"""

from __future__ import annotations

import re

from markscheme.exporters.moodle.texts import strip_tags
from markscheme.exporters.roundtrip import unescaped
from markscheme.exporters.said import MARKUP

_SPACES = re.compile(r"[ \t\n\r\f]+")
_BARE_AMPERSAND = re.compile(r"&(?![a-zA-Z0-9#]{1,8};)")


def plain_reading(markup: str) -> str:
    """Return what HTML reads as; formulas stay in LaTeX."""
    return spaced(unescaped(MARKUP.sub("", markup)))


def menu_reading(choice: str) -> str:
    """Return what a choice of a matching question reads as in its menu.

    Moodle takes it for HTML, but drops the tags, and what follows a `<` without a space. No filter touches it.
    """
    return spaced(unescaped(strip_tags(_BARE_AMPERSAND.sub("&amp;", choice))))


def spaced(text: str) -> str:
    """Return a text with the spaces that a browser shows: one for each run of them, none at the ends."""
    return _SPACES.sub(" ", text).strip(" ")
