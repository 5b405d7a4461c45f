"""State what a file says so that equal meaning is equal: texts by what is read in them, numbers as decimals.

Of markup this is the words, what is raised, lowered, struck or hidden, pictures and links; the rest, such as bold type,
paragraphs and colours, is taken for looks.

Examples
--------
>>> reading("<p>x<sup>2</sup> is <b>not</b> <s>4</s></p>")
'x ‹sup› 2 ‹/sup› is not ‹struck› 4 ‹/struck›'
>>> [fact.value for fact in shown('<a href="http://a.org/?b">c</a> <img src="d.png" alt="e">', ("stem",))]
['http://a.org/?b', 'd.png', 'e']
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markscheme.exporters.format import Fact, FactPath
from markscheme.exporters.roundtrip import unescaped, words

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|</?[A-Za-z](?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^>\"']++)*+(?:>|\Z)", re.DOTALL
)
"""What a browser takes for tags and comments; one that is not closed goes on to the end."""
_VALUE = r"""\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)"""
_SOURCE = re.compile(rf"\ssrc{_VALUE}", re.IGNORECASE)
_SAID = re.compile(rf"\salt{_VALUE}", re.IGNORECASE)
_TARGET = re.compile(rf"\shref{_VALUE}", re.IGNORECASE)
_LINK = "@@PLUGINFILE@@/"
_NAME = re.compile(r"<(/?)([A-Za-z]+)")
_STYLE = re.compile(r"line-through|display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARKS: Final = {"s": "struck", "strike": "struck", "del": "struck", "sub": "sub", "sup": "sup"}
LONGEST_REMEMBERED: Final = 100
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:E[+-]?[0-9]{1,3})?")
_MARKED = re.compile(rf"</?(?:{'|'.join(_MARKS)})\b|{_STYLE.pattern}", re.IGNORECASE)


def reading(markup: str) -> str:
    """Return what a reader sees of markup, with signs for what is raised, lowered, struck or hidden."""
    return words(MARKUP.sub(_marked, markup) if _MARKED.search(markup) else markup)


def _marked(found: re.Match[str]) -> str:
    name = _NAME.match(found[0])
    if name is None:
        return found[0]
    if name[2].lower() in _MARKS:
        return f" ‹{name[1]}{_MARKS[name[2].lower()]}› "
    style = _STYLE.search(found[0])
    return found[0] if style is None else " ‹struck› " if style[0].lower() == "line-through" else " ‹hidden› "


def shown(markup: str, path: FactPath) -> Iterator[Fact]:
    """Yield the pictures and links of a text, each with what it leads to."""
    if not ("src" in (lowered := markup.lower()) or "href" in lowered):
        return
    pictures = links = 0
    for tag in MARKUP.findall(markup):
        if not tag.startswith("<!--"):
            if target := _TARGET.search(tag):
                links += 1
                yield Fact(("target", ("link", links), *path), _address(target[1]))
            if source := _SOURCE.search(tag):
                pictures += 1
                said = _SAID.search(tag)
                yield Fact(("source", ("picture", pictures), *path), _address(source[1]).partition("?")[0])
                yield Fact(("alternative text", ("picture", pictures), *path), words(_bare(said[1])) if said else "")


def _bare(value: str) -> str:
    return value[1:-1] if value[0] in "\"'" else value


def _address(value: str) -> str:
    return " ".join(unquote(unescaped(_bare(value))).removeprefix(_LINK).split())


def decimal(number: float | str) -> str:
    """Write a number as a decimal in one way; another text only has its spaces collapsed.

    Examples
    --------
    >>> decimal("2.0000000"), decimal(0.5), decimal("1.0E-5"), decimal("VERTICAL")
    ('2', '0.5', '0.00001', 'VERTICAL')
    """
    text = str(number)
    return _decimal(text) if len(text) <= LONGEST_REMEMBERED else _decimal.__wrapped__(text)


@lru_cache(maxsize=1024)
def _decimal(number: str) -> str:
    text = number.upper()
    if not _NUMBER.fullmatch(text):
        return " ".join(number.split())
    value = Decimal(text).normalize()
    return "0" if not value else f"{value:f}"
