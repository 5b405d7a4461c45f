"""Text as the author wrote it: holes and slots found, Markdown parsed once, for all targets.

Holes and slots are replaced by single private-use characters before Markdown is parsed. Each must come out of a
target's rendering exactly once; where one is lost, the author is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markscheme.bank.expressions import Expression, Scope, compile_expression
from markscheme.bank.numbers import FORMAT
from markscheme.bank.problems import fail, nearest
from markscheme.bank.text.tex import check_tex

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from markscheme.bank.problems import Place
    from markscheme.bank.yaml_reader import Scalar

HOLE = 0xE000
SLOT = 0xF000
_MOST_HOLES = 0x0FFF
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_MARKER = re.compile(r"\{\{|\[\[([A-Za-z][A-Za-z0-9_]*)\]\]")
_QUOTED_OR_END = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A place in a text that each variant fills."""

    expression: Expression
    spec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText:
    """A text after Markdown: tokens with private-use characters for its holes and slots."""

    tokens: tuple[Token, ...]
    holes: tuple[Hole, ...]
    slots: tuple[str, ...]
    pictures: tuple[Picture, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture file that a text shows.

    Attributes
    ----------
    source
        What the author wrote.
    name
        The name under which formats store it: derived from its content, so equal files are one file.
    path
        Where it is.
    """

    source: str
    name: str
    path: Path


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy, and not needed before a text is read
    from mdit_py_plugins.dollarmath import dollarmath_plugin  # noqa: PLC0415

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)


class _Scanner:
    """Replaces holes and slots by private-use characters, and remembers where each character came from."""

    def __init__(self, source: Scalar, scope: Scope, slots: Collection[str]) -> None:
        self.source = source
        self.scope = scope
        self.known_slots = slots
        self.holes: list[Hole] = []
        self.slots: list[str] = []
        self.pieces: list[str] = []
        self.origins: list[tuple[int, int]] = []  # (offset in the marked text, offset in the source)
        self.length = 0

    def scan(self) -> str:
        text = self.source.text
        stray = _PRIVATE.search(text)
        if stray:
            raise fail(self.source.at(stray.start()), "E401", "a private-use character cannot be in a text")
        end = 0
        while (marker := _MARKER.search(text, end)) is not None:
            self.keep(text[end : marker.start()], end)
            if marker[1]:
                self.slot(marker[1], marker.start())
                end = marker.end()
            else:
                end = self.hole(marker.end())
            self.keep("", end)
        self.keep(text[end:], end)
        return "".join(self.pieces)

    def keep(self, piece: str, origin: int) -> None:
        self.origins.append((self.length, origin))
        self.pieces.append(piece)
        self.length += len(piece)

    def slot(self, name: str, start: int) -> None:
        if name not in self.known_slots:
            hint = nearest(name, self.known_slots) or "slots are named under 'answers', and stand in the stem"
            raise fail(self.source.at(start), "E403", f"there is no slot '{name}' here", hint)
        if name in self.slots:
            raise fail(self.source.at(start), "E403", f"the slot '{name}' is here for the second time")
        self.keep(chr(SLOT + len(self.slots)), start)
        self.slots.append(name)

    def hole(self, start: int) -> int:
        text = self.source.text
        end = next((m for m in _QUOTED_OR_END.finditer(text, start) if m[0] == "}}"), None)
        if end is None:
            raise fail(self.source.at(start - 2), "E402", "the hole is not closed", "it ends with }}")
        if len(self.holes) == _MOST_HOLES:
            raise fail(self.source.at(start), "E402", f"more than {_MOST_HOLES} holes in a text")
        inner = text[start : end.start()]
        expression, spec = _split_spec(inner)
        if spec and not FORMAT.fullmatch(spec):
            place = self.source.at(start + len(expression) + 1)
            raise fail(place, "E406", f"'{spec}' is not a format", "such as .3f, .3g, .2e, +d")
        compiled = compile_expression(expression, lambda i: self.source.at(start + i), self.scope)
        self.keep(chr(HOLE + len(self.holes)), start - 2)
        self.holes.append(Hole(expression=compiled, spec=spec))
        return end.end()

    def place(self, offset: int) -> Place:
        """Return the place in the file of an offset in the marked text."""
        marked, origin = max(pair for pair in self.origins if pair[0] <= max(offset, 0))
        return self.source.at(origin + max(offset, 0) - marked)


def _split_spec(inner: str) -> tuple[str, str]:
    """Split a hole at the last colon outside brackets and quotes."""
    depth = 0
    split = len(inner)
    for token in re.finditer(r"'[^'\n]*'|\"[^\"\n]*\"|[\[({]|[\])}]|:", inner):
        if token[0] in "[({":
            depth += 1
        elif token[0] in "])}":
            depth -= 1
        elif token[0] == ":" and depth == 0:
            split = token.start()
    return inner[:split], inner[split + 1 :].strip()


def parse_text(source: Scalar, scope: Scope, slots: Collection[str] = (), folder: Path | None = None) -> ParsedText:
    """Parse a text.

    Parameters
    ----------
    source
        The author's Markdown.
    scope
        The names that its holes may use.
    slots
        The slots that may stand in it.
    folder
        Where its picture files are; None if it may show none.

    Raises
    ------
    BankError
        With one problem, at its place.
    """
    scanner = _Scanner(source, scope, slots)
    marked = scanner.scan()
    tokens = tuple(_markdown().parse(marked))
    pictures: list[Picture] = []
    for token in tokens:
        for part in (token, *(token.children or ())):
            if part.type.startswith("math"):
                _check_maths(part.content, marked, scanner)
            elif part.type == "image":
                pictures.append(_picture(part, scanner.place(marked.find("![")), folder))
    return ParsedText(
        tokens=tokens,
        holes=tuple(scanner.holes),
        slots=tuple(scanner.slots),
        pictures=tuple(pictures),
        place=source.place,
    )


def _check_maths(formula: str, marked: str, scanner: _Scanner) -> None:
    start = marked.find(formula)
    for offset, character in enumerate(formula):
        if SLOT <= ord(character) < SLOT + len(scanner.slots):
            raise fail(
                scanner.place(start + offset), "E403", "a slot cannot stand inside mathematics", "end the $ first"
            )
    slip = check_tex(formula)
    if slip is not None:
        raise fail(scanner.place(start + slip.offset), "E410", slip.message, slip.hint)


def _picture(token: Token, place: Place, folder: Path | None) -> Picture:
    from markscheme.bank.text.pictures import find_picture  # noqa: PLC0415 - few texts have pictures

    if not token.content.strip():
        raise fail(place, "E420", "the picture has no alternative text", "write ![what it shows](file.png)")
    return find_picture(str(token.attrs.get("src", "")), place, folder)
