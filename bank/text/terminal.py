"""Plain text for a terminal: Markdown without its marks, paragraphs wrapped, mathematics laid out.

A text is filled before it is laid out; until then control characters, which no text may hold, mark its parts.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from markscheme.bank.maths import Node, scientific, tex
from markscheme.bank.text.holes import FIGURE, HOLE, place_holes
from markscheme.bank.text.html import in_parentheses
from markscheme.bank.text.layout import folded, in_line, layout, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from markscheme.bank.figures import Figure
    from markscheme.bank.text.source import ParsedText

_BLOCK, _FIELD, _ROW, _CELL, _BREAK = "\x1e", "\x1f", "\x1c", "\x1d", "\x05"
_FORMULA = re.compile("\x01([^\x02]*)\x02")
_DISPLAY = re.compile("\x03([^\x04]*)\x04")
_GLUE = "\x06"
"""Stands for a space within a formula that is short enough to stay on one line."""

_NARROWEST = 12
_JOINERS = "\u200c\u200d"


class Terminal:
    """Plain text; `finish` lays it out once the holes are filled."""

    name = "terminal"
    delimiters: tuple[tuple[str, str], ...] = ()

    def escape(self, text: str) -> str:
        """Return the text without control characters, which could steer the terminal."""
        return "".join([_visible(character) for character in text])

    def attribute(self, text: str) -> str:
        """Return the text without control characters."""
        return self.escape(text)

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, to be laid out at the end."""
        return tex(node, spec)

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Return a matrix of written numbers as LaTeX, to be laid out at the end."""
        lines = " \\\\ ".join([" & ".join(row) for row in rows])
        return f"\\begin{{pmatrix}} {lines} \\end{{pmatrix}}"

    def formula(self, node: Node) -> str:
        """Return mathematics within a line of text."""
        return f"\x01{tex(node)}\x02"

    def number(self, text: str) -> str:
        """Return a number as it stands in LaTeX."""
        return scientific(text)

    def parenthesise(self, written: str) -> str:
        """Put LaTeX into parentheses."""
        return in_parentheses(written)

    def figure(self, figure: Figure, words: str) -> str:  # noqa: ARG002 - the form of a target
        """Return what the figure shows in words."""
        return f"[picture: {self.escape(words)}]"

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:  # noqa: ARG002 - the form of a target
        """Return a text with private-use characters for its holes and slots."""
        return "".join(_Blocks().read(parsed.tokens))

    def finish(self, text: str, width: int = 80) -> str:
        """Lay out a filled text within a width."""
        width = max(width, _NARROWEST)
        head, *blocks = text.split(_BLOCK)
        finished = [("\n\n", _paragraph(head.strip("\n"), width))] if head.strip() else []
        for block in blocks:
            glue, kind, first, rest, content = block.split(_FIELD, 4)
            room = max(width - len(first), _NARROWEST)
            lines = _LAYOUTS[kind](content.strip("\n"), room).split("\n")
            indented = [(first if i == 0 else rest) + line for i, line in enumerate(lines)]
            finished.append((glue, "\n".join(line.rstrip() for line in indented)))
        return "".join(glue + written if i else written for i, (glue, written) in enumerate(finished))


def _visible(character: str) -> str:
    if character.isprintable() or character in _JOINERS or character == "\n":
        return character
    return " " if character.isspace() and ord(character) > 0x1F else "�"


def _literal(text: str) -> str:
    """Return the author's own text without control characters, its holes kept."""
    return "".join([c if HOLE <= ord(c) <= 0xF8FF else _visible(c) for c in text.replace("\t", "    ")])


class _Blocks:
    """Turns Markdown tokens into blocks, each with what stands before its first line and before the others."""

    def __init__(self) -> None:
        self.first: list[str] = []  # what the next block's first line begins with, for each list and quotation
        self.rest: list[str] = []
        self.numbers: list[int] = []
        self.glue = "\n\n"
        self.begins_list = False
        self.row: list[str] = []
        self.cell = ""

    def read(self, tokens: Sequence[Token]) -> Iterator[str]:
        for token in tokens:
            if token.type in ("inline", "math_block", "fence", "code_block", "hr", "table_close"):
                if not self.cell:
                    yield self.block(*self.content(token))
                else:
                    self.row.append(self.cell + _FIELD + _inline(token) + _CELL)
                    self.cell = ""
            else:
                self.structure(token)

    def structure(self, token: Token) -> None:
        match token.type:
            case "list_item_open":
                mark = f"{token.info}{token.markup} " if token.info else "- "
                self.open(mark, " " * len(mark))
            case "blockquote_open":
                self.open("> ", "> ")
            case "list_item_close" | "blockquote_close":
                self.first.pop()
                self.rest.pop()
            case "bullet_list_open" | "ordered_list_open":
                self.begins_list = not self.first
            case "paragraph_open":
                self.glue = "\n" if token.hidden and not self.begins_list else "\n\n"
                self.begins_list = False
            case "th_open" | "td_open":
                self.cell = "right" if "right" in str(token.attrs.get("style", "")) else "left"
            case "tr_close":
                self.row[-1] += _ROW
            case _:
                pass

    def content(self, token: Token) -> tuple[str, str]:
        """Return the kind and the content of a block."""
        match token.type:
            case "inline":
                return "text", _inline(token)
            case "math_block":
                return "formula", place_holes(token.content.strip())
            case "table_close":
                row, self.row = self.row, []
                return "table", "".join(row)
            case "hr":
                return "rule", ""
            case _:
                return "code", _literal(token.content)

    def open(self, first: str, rest: str) -> None:
        self.first.append(first)
        self.rest.append(rest)

    def block(self, kind: str, content: str) -> str:
        block = (self.glue, kind, "".join(self.first), "".join(self.rest), content)
        self.first = list(self.rest)
        self.glue = "\n\n"
        return _BLOCK + _FIELD.join(block)


def _inline(token: Token) -> str:
    written: list[str] = []
    address = ""
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                written.append(_literal(child.content))
            case "softbreak":
                written.append(" ")
            case "hardbreak":
                written.append(_BREAK)
            case "math_inline":
                written.append(f"\x01{place_holes(child.content.strip())}\x02")
            case "math_inline_double":
                written.append(f"\x03{place_holes(child.content.strip())}\x04")
            case "image":
                words = "".join(part.content for part in child.children or ())
                written.append(f"[picture: {_literal(words)}]")
            case "figure":
                written.append(chr(FIGURE + child.meta["number"]))
            case "link_open":
                address = "" if child.markup == "autolink" else _literal(str(child.attrs["href"]))
            case "link_close" if address:
                written.append(f" <{address}>")
            case _:
                pass
    return "".join(written)


def _paragraph(content: str, width: int) -> str:
    """Wrap a paragraph; each display formula in it stands on lines of its own."""
    parts = []
    for index, part in enumerate(_DISPLAY.split(content)):
        if index % 2:
            parts.append(_display(part, width))
        elif part.strip():
            parts.append("\n".join(_wrapped(line, width) for line in part.split(_BREAK)))
    return "\n\n".join(parts)


def _wrapped(line: str, width: int) -> str:
    def flat(found: re.Match[str]) -> str:
        formula = in_line(found[1])
        return formula.replace(" ", _GLUE) if len(formula) <= width // 2 else formula

    return _fill(_FORMULA.sub(flat, line), width).replace(_GLUE, " ")


def _fill(text: str, width: int, indent: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()),
        width,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _display(formula: str, width: int) -> str:
    """Lay out a formula on lines of its own; where it is too wide, its parts one below the other."""
    room = width - 4
    box = layout(formula)
    if len(box.lines[0]) <= room:
        return textwrap.indent("\n".join(box.lines), "    ")
    parts = parts_of(formula)
    if len(parts) > 1:
        return "\n\n".join(_display(part, width) for part in parts)
    if len(box.lines) == 1:
        return textwrap.indent(_fill(box.lines[0], room, "  "), "    ")
    first, *others = folded(box, room)
    return "\n\n".join(
        [textwrap.indent("\n".join(first), "    "), *(textwrap.indent("\n".join(lines), "      ") for lines in others)]
    )


def _code(content: str, width: int) -> str:  # noqa: ARG001 - code is not wrapped
    return textwrap.indent(content, "    ")


def _rule(content: str, width: int) -> str:  # noqa: ARG001 - there is none
    return "-" * min(width, 40)


def _table(content: str, width: int) -> str:  # noqa: ARG001 - a table is not wrapped
    rows = [[_cell(cell) for cell in row.split(_CELL)[:-1]] for row in content.split(_ROW)[:-1]]
    sizes = [max(len(row[i][1]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            text.rjust(size) if side == "right" else text.ljust(size)
            for (side, text), size in zip(row, sizes, strict=True)
        )
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * size for size in sizes))
    return "\n".join(lines)


def _cell(cell: str) -> tuple[str, str]:
    side, text = cell.split(_FIELD, 1)
    flat = _FORMULA.sub(lambda found: in_line(found[1]), _DISPLAY.sub("\x01\\1\x02", text))
    return side, " ".join(flat.replace(_BREAK, " ").split())


_LAYOUTS = {
    "text": _paragraph,
    "formula": _display,
    "code": _code,
    "rule": _rule,
    "table": _table,
}
