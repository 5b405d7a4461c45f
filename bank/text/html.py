r"""HTML with LaTeX between `\(` and `\)`, `\[` and `\]`: what Moodle and Canvas show with MathJax.

Whatever is text stays text: characters that begin anything else, in HTML, MathJax, Moodle's cloze fields or its
links to files, are written so that only a reader sees them.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from markscheme.bank.maths import Node, scientific, tex
from markscheme.bank.text.holes import ATTRIBUTE_HOLE, FIGURE, HOLE, SLOT, place_holes
from markscheme.bank.text.tex import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from markscheme.bank.figures import Figure
    from markscheme.bank.text.source import ParsedText
    from markscheme.bank.text.template import Target

PICTURE = "picture:"
"""Stands before a picture's name in ``src``; each format puts its own folder there."""

BLOCK = 'div style="margin-bottom:1em"'
"""Stands for a paragraph around a slot that is no part of a line: a table cannot stand in a paragraph."""

UNFIT = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "�"
)
"""What no XML file can hold, and what is no character at all."""

_LITERAL = UNFIT | str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
    "{": "&#123;", "}": "&#125;", "~": "&#126;", "#": "&#35;",  # Moodle's cloze fields and multilang
    "@": "&#64;", "_": "&#95;",  # @@PLUGINFILE@@, and the input box that Moodle puts for _____
    "$": "<span>$</span>", "\\": "<span>\\</span>",  # MathJax's delimiters, which it finds in one text node only
})  # fmt: skip
# MathJax looks into no attribute, but Moodle's filter before it takes an HTML text for a string.
_ATTRIBUTE = _LITERAL | str.maketrans({"$": "&#36;", "\\": "&#92;"})
_IN_ATTRIBUTE = {code: chr(code - HOLE + ATTRIBUTE_HOLE) for code in range(HOLE, SLOT)}
_NO_SLOTS = dict.fromkeys(range(SLOT, SLOT + 0x1000))


class Html:
    """HTML with LaTeX in MathJax's delimiters."""

    name = "html"
    delimiters: tuple[tuple[str, str], ...] = ((r"\(", r"\)"), (r"\[", r"\]"))

    def escape(self, text: str) -> str:
        """Return plain text as HTML."""
        return text.translate(_LITERAL)

    def attribute(self, text: str) -> str:
        """Return plain text as the value of an attribute."""
        return text.translate(_ATTRIBUTE)

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, escaped for HTML."""
        return html.escape(tex(node, spec), quote=False)

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Return a matrix of written numbers as LaTeX, escaped for HTML."""
        lines = " \\\\ ".join([" &amp; ".join(row) for row in rows])
        return f"\\begin{{pmatrix}} {lines} \\end{{pmatrix}}"

    def number(self, text: str) -> str:
        """Return a number as it stands in LaTeX."""
        return scientific(text)

    def parenthesise(self, written: str) -> str:
        """Put LaTeX into parentheses."""
        return in_parentheses(written)

    def formula(self, node: Node) -> str:
        """Return mathematics as a formula within a line of text."""
        return f"\\({self.maths(node, '')}\\)"

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:
        """Return a text's HTML, with private-use characters for its holes and slots."""
        marks = frozenset(chr(SLOT + i) for i, slot in enumerate(parsed.slots) if slot in block_slots)
        pictures = {picture.source: picture.name for picture in parsed.pictures}
        return _Renderer(self, marks, pictures).blocks(parsed.tokens).strip()

    def figure(self, figure: Figure, words: str) -> str:
        """Return an image with its size and what it shows in words."""
        size = f'width="{figure.width}" height="{figure.height}" style="max-width:100%;height:auto"'
        return f'<img src="{PICTURE}{figure.name}" alt="{self.attribute(words)}" {size}/>'


def in_parentheses(written: str) -> str:
    """Put LaTeX into parentheses that are as tall as it is."""
    is_tall = "\\frac" in written or "\\begin" in written
    return f"\\left( {written} \\right)" if is_tall else f"({written})"


class _Renderer:
    """Turns Markdown tokens into HTML."""

    def __init__(self, target: Target, block_slots: frozenset[str], pictures: dict[str, str]) -> None:
        self.target = target
        self.block_slots = block_slots
        self.pictures = pictures

    def blocks(self, tokens: Sequence[Token]) -> str:
        written: list[str] = []
        closing: list[str] = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                written.append(self.inline(token.children or []))
            elif token.type == "math_block":
                written.append(f"<p>{self.formula(token.content, display=True)}</p>\n")
            elif token.type in ("fence", "code_block"):
                written.append(f"<pre><code>{self.target.escape(token.content)}</code></pre>\n")
            elif token.type == "hr":
                written.append("<hr/>\n")
            elif token.nesting == 1:
                tag = self.tag(token, tokens[index + 1])
                closing.append("" if token.hidden else tag.split(" ")[0])
                written.append("" if token.hidden else f"<{tag}>" + self.break_after(token))
            elif token.nesting == -1:
                name = closing.pop()
                written.append(f"</{name}>\n" if name else "\n")
        return "".join(written)

    def tag(self, token: Token, following: Token) -> str:
        if token.type == "paragraph_open" and any(slot in following.content for slot in self.block_slots):
            return BLOCK
        attributes = "".join(self.attribute(name, str(value)) for name, value in token.attrs.items())
        if token.type == "table_open":
            return f'{token.tag} border="1" cellpadding="4" style="border-collapse:collapse"'
        return token.tag + attributes

    def break_after(self, token: Token) -> str:
        return "\n" if token.tag in ("ul", "ol", "table", "thead", "tbody", "tr", "blockquote") else ""

    def inline(self, children: Sequence[Token]) -> str:
        return "".join(self.part(child) for child in children)

    def part(self, token: Token) -> str:
        match token.type:
            case "text":
                return self.target.escape(token.content)
            case "softbreak":
                return "\n"
            case "hardbreak":
                return "<br/>\n"
            case "code_inline":
                return f"<code>{self.target.escape(token.content)}</code>"
            case "math_inline":
                return self.formula(token.content, display=False)
            case "math_inline_double":
                return self.formula(token.content, display=True)
            case "image":
                return self.picture(token)
            case "figure":
                return chr(FIGURE + token.meta["number"])
            case "link_open":
                return f"<a{self.attribute('href', str(token.attrs['href']))}{self.title(token)}>"
            case _:
                return f"<{'/' if token.nesting < 0 else ''}{token.tag}>"

    def picture(self, token: Token) -> str:
        name = self.pictures[str(token.attrs["src"])]
        words = self.attribute("alt", "".join(part.content for part in token.children or ()))
        return f'<img src="{PICTURE}{name}"{words}{self.title(token)}/>'

    def title(self, token: Token) -> str:
        return self.attribute("title", str(token.attrs["title"])) if "title" in token.attrs else ""

    def attribute(self, name: str, value: str) -> str:
        # A slot is lost here, which the author is told.
        return f' {name}="{self.target.attribute(value.translate(_NO_SLOTS)).translate(_IN_ATTRIBUTE)}"'

    def formula(self, content: str, *, display: bool) -> str:
        safe = "".join(_safe(token) for _, token in tokens(place_holes(content.strip())))
        left, right = ("\\[", "\\]") if display else ("\\(", "\\)")
        return f"{left}{html.escape(safe, quote=False)}{right}"


def _safe(token: str) -> str:
    r"""Return a token of LaTeX as Moodle's MathJax filter leaves it alone.

    The filter drops tags between a { and the next }, whatever stands before the brace, and takes the second half of
    ``\\\\(`` for the beginning of a formula.
    """
    if token == "\\\\":
        return "\\\\ "
    if token.endswith(("\\{", "\\}")):
        return token[:-2] + ("\\lbrace " if token[-1] == "{" else "\\rbrace ")
    return token


REFERENCE = Html()
"""The target in which variants and options are told apart, whatever they are exported to."""


class _Annotation(Html):
    """LaTeX that says what a formula in another form is, in an element or an attribute."""

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, escaped for attributes too."""
        return html.escape(tex(node, spec))


ANNOTATION = _Annotation()
