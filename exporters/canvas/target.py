r"""HTML with LaTeX for Canvas, in which no bracket begins a blank.

In a question with blanks, Canvas makes an input of `[name]` wherever it stands, in a formula too, and its editor lists
every such pair of brackets as a blank that lacks answers. A bracket of a text stands in an element of its own, and one
of a formula has another name there, so that a reader sees the same.

Canvas looks for ``$$`` and ``\(`` to find out whether a page needs MathJax, and not for ``\[``.

Examples
--------
>>> CanvasHtml().escape("x[0]"), unbracketed(r"\left[a\right] + \sqrt[3]{b}")
('x<span>[</span>0]', '\\left\\lbrack a\\right] + \\sqrt[{3}]{b}')
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markscheme.bank.text.html import Html

if TYPE_CHECKING:
    from markscheme.bank.maths import Node
    from markscheme.bank.text.source import ParsedText

_BRACKET = {"[": "<span>[</span>"}
_IN_ATTRIBUTE = {"[": "[&#8288;"}
"""A sign without width, as an attribute holds no element: New Quizzes writes such brackets as entities twice over."""

_FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
_ROOT = re.compile(r"\\sqrt\s*\[([^\[\]]*)\]")
_OPEN = re.compile(r"(?<!\\)\[(?!\{)(\s?)")


class CanvasHtml(Html):
    """HTML with LaTeX as both importers of Canvas leave it alone."""

    name = "canvas"
    delimiters: tuple[tuple[str, str], ...] = ((r"\(", r"\)"), ("$$", "$$"))

    def escape(self, text: str) -> str:
        """Return plain text as HTML."""
        written = super().escape(text)
        return written.replace("[", _BRACKET["["]) if "[" in written else written

    def attribute(self, text: str) -> str:
        """Return plain text as the value of an attribute."""
        written = super().attribute(text)
        return written.replace("[", _IN_ATTRIBUTE["["]) if "[" in written else written

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, escaped for HTML."""
        return unbracketed(super().maths(node, spec))

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:
        """Return a text's HTML, with private-use characters for its holes and slots."""
        return _FORMULA.sub(_formula, super().render(parsed, block_slots))


def _formula(found: re.Match[str]) -> str:
    inline, display = found.groups()
    return f"$${unbracketed(display)}$$" if inline is None else f"\\({unbracketed(inline)}\\)"


def unbracketed(latex: str) -> str:
    """Return LaTeX in which no opening bracket stands before a word."""
    if "[" not in latex:
        return latex
    return _OPEN.sub(r"\\lbrack ", _ROOT.sub(r"\\sqrt[{\1}]", latex))
