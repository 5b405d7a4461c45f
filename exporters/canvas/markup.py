r"""Pieces of QTI 1.2: texts with their pictures and formulas, feedback, conditions.

Examples
--------
>>> image_maths(r"<p>\(a &lt; b\)</p>")[:54]
'<p><img class="equation_image" title="a \\lt b" alt="La'
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markscheme.bank.text.html import PICTURE

if TYPE_CHECKING:
    from decimal import Decimal

    from markscheme.bank.variants import RichText
    from markscheme.exporters.canvas.dialects import Dialect

_FORMULA = re.compile(r"\\\((.*?)\\\)|\$\$(.*?)\$\$", re.DOTALL)
_LESS, _GREATER = re.compile(r"\s*<\s*"), re.compile(r"\s*>\s*")


def xml(text: str) -> str:
    """Return text as the content of an element."""
    return html.escape(text, quote=False)


def attribute(text: str) -> str:
    """Return text as the value of an attribute, its spaces collapsed."""
    return xml(" ".join(text.split())).replace('"', "&quot;")


def plain_text(text: str) -> str:
    """Return the material of a text that is shown as it stands."""
    return f'<material><mattext texttype="text/plain">{xml(text)}</mattext></material>'


class Texts:
    """Writes rich texts in a dialect.

    Parameters
    ----------
    as_images
        Whether formulas become pictures that the Canvas server draws.
    """

    def __init__(self, dialect: Dialect, *, as_images: bool = False) -> None:
        self._source = f'src="{dialect.link}'
        self._as_images = as_images

    def html(self, markup: str) -> str:
        """Return markup with the addresses of its pictures."""
        if f'src="{PICTURE}' in markup:
            markup = markup.replace(f'src="{PICTURE}', self._source)
        return image_maths(markup) if self._as_images else markup

    def material(self, markup: str) -> str:
        """Return the material of a rich text."""
        return f'<material><mattext texttype="text/html">{xml(self.html(markup))}</mattext></material>'

    def boxed(self, markup: str, kind: str) -> str:
        """Return the material of a rich text that shall stay one.

        Canvas takes feedback and prompts for plain text where they have nothing but text, or one element without an
        attribute around it: it then shows "<" as an entity.
        """
        return self.material(f'<div class="{kind}">{markup}</div>')

    def feedback(self, ident: str, said: RichText | None) -> str:
        """Return an item's feedback, if there is something to say."""
        if said is None or not said.markup:
            return ""
        inner = self.boxed(said.markup, "feedback")
        return f'<itemfeedback ident="{ident}"><flow_mat>{inner}</flow_mat></itemfeedback>\n'


def image_maths(markup: str) -> str:
    """Return markup whose formulas are pictures that a Canvas server draws."""
    return _FORMULA.sub(lambda found: _image(found[1] if found[2] is None else found[2]), markup)


def _image(written: str) -> str:
    latex = " ".join(html.unescape(written).split())
    latex = _GREATER.sub(r" \\gt ", _LESS.sub(r" \\lt ", latex))  # these would end a tag on their way
    said = html.escape(latex)
    address = quote(quote(latex, safe=""), safe="")
    return (
        f'<img class="equation_image" title="{said}" alt="LaTeX: {said}" data-equation-content="{said}" '
        f'src="/equation_images/{address}?scale=1"/>'
    )


def shows(ident: str) -> str:
    """Return the part of a condition that shows feedback."""
    return f'<displayfeedback feedbacktype="Response" linkrefid="{ident}"/>'


def condition(test: str, effect: str, *, goes_on: bool) -> str:
    """Return a condition and what it brings about."""
    goes = "Yes" if goes_on else "No"
    return f'<respcondition continue="{goes}"><conditionvar>{test}</conditionvar>{effect}</respcondition>\n'


def equals(response: str, value: str) -> str:
    """Return the test for a value."""
    return f'<varequal respident="{response}">{xml(value)}</varequal>'


def between(response: str, low: str, high: str) -> str:
    """Return the test for an interval, its ends included."""
    return f'<vargte respident="{response}">{low}</vargte><varlte respident="{response}">{high}</varlte>'


def marks(amount: Decimal | float) -> str:
    """Write marks with at most seven digits after the point."""
    return f"{amount:.7f}".rstrip("0").rstrip(".")


def field(label: str, entry: str) -> str:
    """Return a field of metadata; nothing may stand between its two elements."""
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{xml(entry)}</fieldentry></qtimetadatafield>"
