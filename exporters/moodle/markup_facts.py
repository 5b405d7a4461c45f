"""State what the markup of a text says beside its words: what is raised, lowered, struck or hidden, pictures, links.

The rest of the markup, such as bold type, paragraphs and colours, is taken for looks.

Examples
--------
>>> reading("<p>x<sup>2</sup> is <b>not</b> <s>4</s></p>")
'x ‹sup› 2 ‹/sup› is not ‹struck› 4 ‹/struck›'
>>> [fact.value for fact in shown('<a href="http://a.org/?b">c</a> <img src="d.png" alt="e">', ("stem",))]
['http://a.org/?b', 'd.png', 'e']
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markscheme.exporters.format import Fact, FactPath
from markscheme.exporters.moodle.remarks import MARKUP
from markscheme.exporters.roundtrip import unescaped, words

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE = r"""\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)"""
_SOURCE = re.compile(rf"\ssrc{_VALUE}", re.IGNORECASE)
_SAID = re.compile(rf"\salt{_VALUE}", re.IGNORECASE)
_TARGET = re.compile(rf"\shref{_VALUE}", re.IGNORECASE)
_LINK = "@@PLUGINFILE@@/"
_NAME = re.compile(r"<(/?)([A-Za-z]+)")
_STYLE = re.compile(r"line-through|display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARKS: Final = {"s": "struck", "strike": "struck", "del": "struck", "sub": "sub", "sup": "sup"}
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
