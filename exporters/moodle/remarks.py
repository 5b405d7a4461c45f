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

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = re.compile(r"\{#[0-9]+\}")
MATHS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$", re.DOTALL)
"""What the MathJax filter sets as a formula."""
_SPARED = re.compile(r"(?:<pre\b.*?</pre>|<span[^>]+class=\"nolink[^\"]*\".*?</span>)", re.DOTALL | re.IGNORECASE)
_BRACED_TAG = re.compile(r"\{[^}]*[<>][^}]*\}")
# What Moodle's emoticon filter, on unless an administrator turns it off, replaces even in the middle of a word.
_EMOTICON = re.compile(
    r":-\)|:\)|:-D|;-\)|:-/|V-\.|:-[Pp]|B-\)|\^-\)|8-\)|:o\)|:-\(|:\(|8-\.|:-I|:-X|8-o|P-\||8-\[|\(grr\)|xx-P|\|-\."
    r"|\}-\]|\((?:h|heart|y|n|martin| )\)"
)
_BOX = re.compile(r"_{5,}")
MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^>\"'])*(?:>|\Z)", re.DOTALL)
"""What a browser takes for tags and comments."""


def filter_remarks(text: str, label: str) -> Iterator[str]:
    """Yield what the filters that are on in a new Moodle do to a text besides setting its maths.

    Parameters
    ----------
    text
        The text in HTML, as it is stored.
    label
        What the text is, for the notes.
    """
    if "{" in text and MATHS.search(text) and (found := _BRACED_TAG.search(_PLACE.sub("<#>", text))):
        yield f"{label} shows the tags in {found[0][:40]!r} as text; write the brace as &#123; or \\lbrace"
    if _EMOTICON.search(text) and (found := _EMOTICON.search(_SPARED.sub("", MATHS.sub("", text)))):
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
    for pattern, what in ((MARKUP, "a tag"), (MATHS, "maths")):
        if any(found.start() <= start < found.end() for found in pattern.finditer(text)):
            yield f"the question text has five underscores in a row inside {what}: the answer box goes there"
