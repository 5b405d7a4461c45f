"""Pieces of a Moodle XML file: texts with their files, percentages."""

from __future__ import annotations

import re
from base64 import b64encode
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from markscheme.bank.numbers import plain
from markscheme.bank.text.html import PICTURE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from markscheme.bank.variants import Picture, RichText

# Moodle's emoticon filter, on by default, puts a picture wherever one of these stands: even into O(n).
# One set of first characters lets the search skip quickly to the few places that matter.
_EMOTICON = re.compile(
    r"[:;B^8VPx|}(](?:(?<=[:;B^8])-\)|(?<=:)(?:o?\)|-[DPpIX/(]|\()|(?<=[V|])-\.|(?<=8)-[.o\[]|(?<=P)-\|"
    r"|(?<=x)x-P|(?<=\})-\]|(?<=\()(?:grr|h|heart|y|n|martin| )\))"
)


def cdata(text: str) -> str:
    """Return a text in one CDATA section, in which Moodle loses nothing."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


@lru_cache(maxsize=256)
def percent(part: Fraction) -> str:
    """Write a part of the marks in per cent, with at most five digits after the point."""
    value = Decimal(part.numerator * 100) / part.denominator
    return plain(value.quantize(Decimal("0.00001")).normalize())


@lru_cache(maxsize=256)
def _encoded(picture: Picture) -> str:
    return b64encode(picture.read()).decode()


def _file(picture: Picture) -> str:
    return f'<file name="{picture.name}" path="/" encoding="base64">{_encoded(picture)}</file>'


def plain_faced(markup: str) -> str:
    """Write the last character of whatever Moodle would take for an emoticon as an entity."""
    changed, found = _EMOTICON.subn(lambda face: f"{face[0][:-1]}&#{ord(face[0][-1])};", markup)
    return plain_faced(changed) if found else markup  # the end of an entity may begin another: ;-)


def text(markup: str, pictures: Sequence[Picture] = ()) -> str:
    """Write a text element, and the files that it shows behind it."""
    markup = plain_faced(markup)
    if not pictures:
        return f"<text>{cdata(markup)}</text>"
    linked = markup.replace(f'src="{PICTURE}', 'src="@@PLUGINFILE@@/')
    return f"<text>{cdata(linked)}</text>" + "".join([_file(picture) for picture in pictures])


def rich(shown: RichText) -> str:
    """Write a text element of a text with its pictures."""
    return text(shown.markup, shown.pictures)


def feedback(said: RichText | None) -> str:
    """Write a feedback element, if there is something to say."""
    if said is None or not said.markup:
        return ""
    return f'<feedback format="html">{rich(said)}</feedback>'
