"""XHTML with MathML: what the preview and QTI show.

Formulas are converted once, their holes in them; a variant only fills the holes, each with one element.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markscheme.bank.maths import Node, scientific, tex
from markscheme.bank.text.holes import HOLE, MATHS_HOLE, PRIVATE, SIGN, SLOT, place_holes
from markscheme.bank.text.html import PICTURE, UNFIT
from markscheme.bank.text.html import _Renderer as _HtmlRenderer
from markscheme.bank.text.mathml_elements import surrounded
from markscheme.bank.text.mathml_formula import element, formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from markscheme.bank.figures import Figure
    from markscheme.bank.text.source import ParsedText

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_LITERAL = UNFIT | str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ATTRIBUTE = _LITERAL | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


class MathMl:
    """XHTML with MathML, without any style of its own."""

    name = "mathml"
    delimiters: tuple[tuple[str, str], ...] = ()

    def escape(self, text: str) -> str:
        """Return plain text as XHTML."""
        return text.translate(_LITERAL)

    def attribute(self, text: str) -> str:
        """Return plain text as the value of an attribute."""
        return text.translate(_ATTRIBUTE)

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as one element."""
        return _element(tex(node, spec))

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Return a matrix of written numbers as one element."""
        cells = [[item if item[0] == "<" else self.number(item) for item in row] for row in rows]
        lines = [f"<mtr><mtd>{'</mtd><mtd>'.join(row)}</mtd></mtr>" for row in cells]
        return surrounded(f"<mtable>{''.join(lines)}</mtable>", "(", ")")

    def number(self, text: str) -> str:
        """Return a number as one element."""
        if "e" in text:
            return _element(scientific(text))
        if text[0] == "-":
            return f"<mrow><mo>−</mo><mn>{text[1:]}</mn></mrow>"
        return f"<mrow><mo>+</mo><mn>{text[1:]}</mn></mrow>" if text[0] == "+" else f"<mn>{text}</mn>"

    def parenthesise(self, written: str) -> str:
        """Put an element into parentheses that are as tall as it is."""
        return surrounded(written, "(", ")")

    def formula(self, node: Node) -> str:
        """Return mathematics as a formula within a line of text."""
        return f'<math xmlns="{NAMESPACE}">{self.maths(node, "")}</math>'

    def figure(self, figure: Figure, words: str) -> str:
        """Return an image with its size and what it shows in words."""
        size = f'width="{figure.width}" height="{figure.height}"'
        return f'<img src="{PICTURE}{figure.name}" alt="{self.attribute(words)}" {size}/>'

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:
        """Return a text's XHTML, with private-use characters for its holes and slots."""
        marks = frozenset(chr(SLOT + i) for i, slot in enumerate(parsed.slots) if slot in block_slots)
        pictures = {picture.source: picture.name for picture in parsed.pictures}
        signed = frozenset(HOLE + i for i, hole in enumerate(parsed.holes) if hole.spec.startswith("+"))
        return self.renderer()(self, marks, pictures, signed).blocks(parsed.tokens).strip()

    def renderer(self) -> type[_Renderer]:
        """Return the class that turns Markdown tokens into XHTML."""
        return _Renderer


# What is filled in after one of these needs parentheses if it has a sign of its own.
_OPERATOR = r"[-+*/]|\\(?:cdot|times|div|pm|mp|ast)(?![A-Za-z])"
_SIGNED = re.compile(rf"((?:{_OPERATOR})\s*)([\U000f0000-\U000fffff])")
_INDEX = SIGN - 1


class _Renderer(_HtmlRenderer):
    """Turns Markdown tokens into XHTML with MathML."""

    def __init__(
        self, target: MathMl, block_slots: frozenset[str], pictures: dict[str, str], signed: frozenset[int]
    ) -> None:
        super().__init__(target, block_slots, pictures)
        self.signed = signed

    def tag(self, token: Token, following: Token) -> str:
        if token.type == "paragraph_open" and any(slot in following.content for slot in self.block_slots):
            return 'div class="block"'
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            return f'{token.tag} class="{str(token.attrs["style"]).replace("text-align:", "align-")}"'
        return token.tag if token.type == "table_open" else super().tag(token, following)

    def formula(self, content: str, *, display: bool) -> str:
        """Return a formula; one without holes says in LaTeX what it is."""
        content = content.strip()
        placed = _SIGNED.sub(self.guarded, place_holes(content))
        return self.element(" ".join(placed.split()), formula(placed), ' display="block"' if display else "")

    def element(self, latex: str, written: str, attributes: str) -> str:
        """Return the element of a formula, of which the LaTeX and the MathML are given."""
        if not PRIVATE.search(latex):
            attributes += f' alttext="{self.target.attribute(latex)}"'
        return f'<math xmlns="{NAMESPACE}"{attributes}>{written}</math>'

    def guarded(self, found: re.Match[str]) -> str:
        """Put parentheses around a hole that writes a sign of its own after an operator."""
        index = (ord(found[2]) - MATHS_HOLE) & _INDEX
        if HOLE + index not in self.signed:
            return found[0]
        return f"{found[1]}({chr(MATHS_HOLE + index)})"


@lru_cache(maxsize=4096)
def _element(content: str) -> str:
    return element(content)


MATHML = MathMl()
