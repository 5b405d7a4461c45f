r"""Say what Moodle 4.5 does to a text that its author may not expect.

Each function yields notes on one text; the patterns are Moodle's own.

Examples
--------
>>> list(filter_remarks("<p>It takes O(n) steps.</p>", "the stem"))
["the stem shows a picture for '(n)'; write one of its characters as an entity"]
>>> list(box_remarks("<p>It takes _____ steps.</p>")), len(list(box_remarks(r"<p>\(x_____\)</p>")))
([], 1)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markscheme.exporters.said import MARKUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PLACE = re.compile(r"\{#[0-9]+\}")
_MATHS_BEGIN = re.compile(r"(\\\()|(\\\[)|(\$\$)")
_MATHS_ENDS = tuple(re.compile(re.escape(end)) for end in ("\\)", "\\]", "$$"))
_SPARED_BEGIN = re.compile(r"(<pre\b)|(<span[^>]{1,1000}class=\"nolink[^\"]{0,1000}\")", re.IGNORECASE)
_SPARED_ENDS = (re.compile("</pre>", re.IGNORECASE), re.compile("</span>", re.IGNORECASE))
# What Moodle's emoticon filter, on unless an administrator turns it off, replaces even in the middle of a word.
_EMOTICON = re.compile(
    r":-\)|:\)|:-D|;-\)|:-/|V-\.|:-[Pp]|B-\)|\^-\)|8-\)|:o\)|:-\(|:\(|8-\.|:-I|:-X|8-o|P-\||8-\[|\(grr\)|xx-P|\|-\."
    r"|\}-\]|\((?:h|heart|y|n|martin| )\)"
)
_BOX = re.compile(r"_{5,}")


def maths(text: str) -> Iterator[tuple[int, int]]:
    r"""Yield where a text holds what the MathJax filter sets as a formula.

    Examples
    --------
    >>> list(maths(r"\(a\) \[ \( $$b$$"))
    [(0, 5), (12, 17)]
    """
    return _enclosed(text, _MATHS_BEGIN, _MATHS_ENDS)


def has_maths(text: str) -> bool:
    """Return whether the MathJax filter finds something in a text."""
    return any(True for _ in maths(text))


def _spared(text: str) -> Iterator[tuple[int, int]]:
    """Yield what the emoticon filter leaves alone."""
    return _enclosed(text, _SPARED_BEGIN, _SPARED_ENDS)


def _enclosed(text: str, begin: re.Pattern[str], ends: Sequence[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """Yield what lies between a beginning and the next end of its kind: each group of `begin` has an end.

    A single pattern would look for an end anew from every beginning that has none.
    """
    endless: set[int] = set()
    place = 0
    while found := begin.search(text, place):
        kind = (found.lastindex or 1) - 1
        end = None if kind in endless else ends[kind].search(text, found.end())
        if end is None:
            endless.add(kind)
            place = found.start() + 1
        else:
            yield found.start(), end.end()
            place = end.end()


def _without(spans: Callable[[str], Iterator[tuple[int, int]]], text: str) -> str:
    pieces = []
    place = 0
    for begin, end in spans(text):
        pieces.append(text[place:begin])
        place = end
    return "".join(pieces) + text[place:]


def _braced_tag(text: str) -> str:
    """Return the first pair of braces around a tag's beginning or end; none lies between the braces."""
    *before, _ = text.split("}")
    for piece in before:
        start = piece.find("{")
        if start >= 0 and ("<" in piece[start:] or ">" in piece[start:]):
            return f"{piece[start:]}}}"
    return ""


def filter_remarks(text: str, label: str) -> Iterator[str]:
    """Yield what the filters that are on in a new Moodle do to a text besides setting its maths.

    Parameters
    ----------
    text
        The text in HTML, as it is stored.
    label
        What the text is, for the notes.
    """
    if "{" in text and has_maths(text) and (braced := _braced_tag(_PLACE.sub("<#>", text))):
        yield f"{label} shows the tags in {braced[:40]!r} as text; write the brace as &#123; or \\lbrace"
    if _EMOTICON.search(text) and (found := _EMOTICON.search(_without(_spared, _without(maths, text)))):
        yield f"{label} shows a picture for {found[0]!r}; write one of its characters as an entity"


def box_remarks(text: str) -> Iterator[str]:
    """Yield why the answer box of a question may not stand where its author wants it.

    The box takes the place of the first run of five or more underscores; without one it stands below the text. A
    single run of five in running text is how an author, or our writer, puts it there, and no remark is due.

    Parameters
    ----------
    text
        The text in HTML, as it is stored.
    """
    if "_____" not in text:
        return
    runs = list(_BOX.finditer(text))
    if len(runs) > 1:
        yield f"the question text has {len(runs)} runs of five or more underscores: the answer box goes to the first"
    start, size = runs[0].start(), len(runs[0][0])
    if size > 5:
        yield f"the question text has {size} underscores in a row: the answer box goes there, and is wider for each"
    tags = (found.span() for found in MARKUP.finditer(text))
    for spans, what in ((tags, "a tag"), (maths(text), "maths")):
        if any(begin <= start < end for begin, end in spans):
            yield f"the question text has five underscores in a row inside {what}: the answer box goes there"
