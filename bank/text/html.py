r"""HTML with LaTeX between `\(` and `\)`, `\[` and `\]`: what Moodle and Canvas show with MathJax.

Whatever is text stays text: characters that begin anything else, in HTML, MathJax, Moodle's cloze fields or its
links to files, are written so that only a reader sees them.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from markscheme.bank.maths import GREEK, Matrix, Node, Number, tex
from markscheme.bank.text.source import HOLE, SLOT, ParsedText
from markscheme.bank.text.template import GUARDED, MATHS_HOLE
from markscheme.bank.text.tex import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

PICTURE = "picture:"
"""Stands before a picture's name in ``src``; each format puts its own folder there."""

_LITERAL = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
    "{": "&#123;", "}": "&#125;", "~": "&#126;", "#": "&#35;",  # Moodle's cloze fields and multilang
    "@": "&#64;", "_": "&#95;",  # @@PLUGINFILE@@, and the input box that Moodle puts for _____
    "$": "<span>$</span>", "\\": "<span>\\</span>",  # MathJax's delimiters, which it finds in one text node only
})  # fmt: skip


class Html:
    """HTML with LaTeX in MathJax's delimiters."""

    name = "html"

    def escape(self, text: str) -> str:
        """Return plain text as HTML."""
        return text.translate(_LITERAL)

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, escaped for HTML."""
        if type(node) is Matrix and not spec:
            rows = node.rows
            if all(type(item) is Number and type(item.value) is int for row in rows for item in row):
                lines = " \\\\ ".join([" &amp; ".join([str(item.value) for item in row]) for row in rows])  # type: ignore[attr-defined]
                return f"\\begin{{pmatrix}} {lines} \\end{{pmatrix}}"
        return html.escape(tex(node, spec), quote=False)

    def number(self, text: str) -> str:
        """Return a number as it stands in LaTeX."""
        mantissa, letter, exponent = text.partition("e")
        return f"{mantissa} \\times 10^{{{int(exponent)}}}" if letter else text

    def parenthesise(self, written: str) -> str:
        """Put a written number with a sign into parentheses."""
        return f"({written})" if written.startswith("-") else written

    def formula(self, node: Node) -> str:
        """Return mathematics as a formula within a line of text."""
        return f"\\({self.maths(node, '')}\\)"

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:
        """Return a text's HTML, with private-use characters for its holes and slots."""
        marks = frozenset(chr(SLOT + i) for i, slot in enumerate(parsed.slots) if slot in block_slots)
        pictures = {picture.source: picture.name for picture in parsed.pictures}
        return _Renderer(self, marks, pictures).blocks(parsed.tokens).strip()


def guard_holes(formula: str) -> str:
    """Move a formula's holes to the range for mathematics, marking those that may need parentheses.

    A negative number needs them after an operator or beside a factor, and before a power.
    """
    moved: list[str] = []
    for offset, character in enumerate(formula):
        code = ord(character)
        if HOLE <= code < SLOT:
            code += MATHS_HOLE - HOLE
            if _needs_guard(formula[:offset], formula[offset + 1 :]):
                code += GUARDED
        moved.append(chr(code))
    return "".join(moved)


_OPERATORS = frozenset({"\\cdot", "\\times", "\\div", "\\pm", "\\mp", "\\ast", "-", "+", "*", "/"})
_FACTORS = frozenset("\\" + name for name in GREEK)


def _needs_guard(before: str, after: str) -> bool:
    if after.lstrip().startswith("^"):
        return True
    written = [token for _, token in tokens(before) if not token.isspace()]
    if not written:
        return False
    last = written[-1]
    if last == "}":
        return "\\begin" not in written[-12:]
    return (
        last in _OPERATORS or last in _FACTORS or last in (")", "]") or last[0].isalnum() or HOLE <= ord(last[0]) < SLOT
    )


class _Renderer:
    """Turns Markdown tokens into HTML."""

    def __init__(self, target: Html, block_slots: frozenset[str], pictures: dict[str, str]) -> None:
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
                written.append(f"<p>\\[{self.formula(token.content)}\\]</p>\n")
            elif token.type in ("fence", "code_block"):
                written.append(f"<pre><code>{self.target.escape(token.content)}</code></pre>\n")
            elif token.type == "hr":
                written.append("<hr>\n")
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
            return 'div style="margin-bottom:1em"'  # a table cannot stand in a paragraph
        attributes = "".join(f' {name}="{html.escape(str(value))}"' for name, value in token.attrs.items())
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
                return "<br>\n"
            case "code_inline":
                return f"<code>{self.target.escape(token.content)}</code>"
            case "math_inline":
                return f"\\({self.formula(token.content)}\\)"
            case "math_inline_double":
                return f"\\[{self.formula(token.content)}\\]"
            case "image":
                return self.picture(token)
            case "link_open":
                return f'<a href="{html.escape(str(token.attrs["href"]))}">'
            case _:
                return f"<{'/' if token.nesting < 0 else ''}{token.tag}>"

    def picture(self, token: Token) -> str:
        name = self.pictures[str(token.attrs["src"])]
        return f'<img src="{PICTURE}{name}" alt="{self.alternative(token.content)}">'

    def alternative(self, text: str) -> str:
        # An attribute cannot hold the spans that keep a dollar or a backslash from MathJax, nor need it.
        return self.target.escape(text).replace("<span>", "").replace("</span>", "")

    def formula(self, content: str) -> str:
        # Moodle's MathJax filter drops tags between a { and the next }, whatever stands before the brace.
        paired = content.strip().replace("\\{", "\\lbrace ").replace("\\}", "\\rbrace ")
        return html.escape(guard_holes(paired), quote=False)
