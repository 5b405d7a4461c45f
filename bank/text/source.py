"""Text as the author wrote it: holes and slots found, Markdown parsed once, for all targets.

Holes and slots are replaced by single private-use characters before Markdown is parsed. Each must come out of a
target's rendering exactly once; where one is lost, the author is told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markscheme.bank.expressions import Expression, Scope, compile_expression
from markscheme.bank.numbers import FORMAT
from markscheme.bank.problems import Place, fail, nearest
from markscheme.bank.text.holes import HOLE, MOST_HOLES, PRIVATE, SLOT
from markscheme.bank.text.tex import check_tex
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from markscheme.bank.problems import BankError
    from markscheme.bank.yaml_reader import Scalar

# The last two braces open a hole, so that `\frac{{{ a }}}{b}` is a hole in braces.
_MARKER = re.compile(r"\{\{(?!\{)|\[\[([A-Za-z][A-Za-z0-9_]*)\]\]")
_ENTITY = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});")
# Pandoc's rule: no space behind the first dollar nor before the last, and no digit behind it.
_INLINE = re.compile(r"\$\$((?:[^$\\]|\\.)+)\$\$|\$(?!\s)((?:[^$\\]|\\.)+)(?<!\s)\$(?![0-9])", re.DOTALL)
_MOST_CELLS = 4_096
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
    slot_places: tuple[Place, ...]
    pictures: tuple[PictureFile, ...]
    figures: tuple[FigureUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
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

    def read(self) -> bytes:
        """Return the file's content.

        Raises
        ------
        BankError
            If it has gone since the spec was read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise fail(Place(str(self.path)), "E421", f"the picture '{self.source}' cannot be read: {reason}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureUse:
    """A place in a text that shows a figure.

    Attributes
    ----------
    source
        The figure's name in the question.
    expression
        Its value is the figure's kind and arguments.
    words
        What the author says of it, before the words of the kind.
    """

    source: str
    expression: Expression
    words: str


_WEB = re.compile("(?:https?://|mailto:)[^\\s]", re.IGNORECASE)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy, and not needed before a text is read
    from mdit_py_plugins.dollarmath.index import math_block_dollar  # noqa: PLC0415

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = lambda _: True  # type: ignore[assignment]  # what it refuses would stay text, in silence
    # The plugin's own rule for formulas in a line looks at the character before the first one, which Python takes
    # from the text's end.
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("fence", "math_block", math_block_dollar(allow_labels=False, allow_blank_lines=False))
    return parser


class _LargeTableError(Exception):
    """Raised with the line where a table begins that has too many cells."""


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table, unless it is so large that the parser, which fills up short rows, needs seconds for it."""
    from markdown_it.rules_block.table import table  # noqa: PLC0415

    begins = table(state, start, end, True)  # noqa: FBT003 - the form of a rule
    if silent or not begins:
        return begins
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    rows = next((line for line in range(start, end) if state.isEmpty(line)), end) - start
    if columns * rows > _MOST_CELLS:
        raise _LargeTableError(start)
    return table(state, start, end, False)  # noqa: FBT003


def _formula(state: StateInline, silent: bool) -> bool:
    """Read ``$…$`` or ``$$…$$``; an escaped dollar never comes here."""
    if state.src[state.pos] != "$":
        return False
    found = _INLINE.match(state.src, state.pos, state.posMax)
    if found is None:
        if "dollar" not in state.env and not state.src[state.pos + 1 : state.pos + 2].isdigit():
            state.env["dollar"] = state.src[state.pos :].partition("\n")[0]  # of many, the first is told
        return False
    if not silent:
        token = state.push("math_inline_double" if found[1] else "math_inline", "math", 0)
        token.content = found[1] or found[2]
        token.markup = "$$" if found[1] else "$"
    state.pos = found.end()
    return True


class _Scanner:
    """Replaces holes and slots by private-use characters, and remembers where each character came from."""

    def __init__(self, source: Scalar, scope: Scope, slots: Collection[str]) -> None:
        self.source = source
        self.scope = scope
        self.known_slots = slots
        self.holes: list[Hole] = []
        self.slots: list[str] = []
        self.slot_places: list[Place] = []
        self.pieces: list[str] = []
        self.origins: list[tuple[int, int]] = []  # (offset in the marked text, offset in the source)
        self.length = 0

    def scan(self) -> str:
        text = self.source.text
        for stray in (*PRIVATE.finditer(text), *_ENTITY.finditer(text)):
            if PRIVATE.match(unescape(stray[0])):
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
        self.slot_places.append(self.source.at(start))

    def hole(self, start: int) -> int:
        text = self.source.text
        end = next((m for m in _QUOTED_OR_END.finditer(text, start) if m[0] == "}}"), None)
        if end is None:
            raise fail(self.source.at(start - 2), "E402", "the hole is not closed", "it ends with }}")
        if len(self.holes) == MOST_HOLES:
            raise fail(self.source.at(start - 2), "E402", f"more than {MOST_HOLES} holes in a text")
        inner = text[start : end.start()]
        expression, spec = _split_spec(inner)
        if spec and not FORMAT.fullmatch(spec):
            place = self.source.at(start + inner.index(spec, len(expression) + 1))
            raise fail(place, "E406", f"'{shown(spec)}' is not a format", "such as .3f, .3g, .2e, +d")
        compiled = compile_expression(expression, lambda i: self.source.at(start + i), self.scope)
        self.keep(chr(HOLE + len(self.holes)), start - 2)
        self.holes.append(Hole(expression=compiled, spec=spec))
        return end.end()

    def place(self, offset: int) -> Place:
        """Return the place in the file of an offset in the marked text."""
        marked, origin = self.origins[bisect_right(self.origins, (max(offset, 0), len(self.source.text))) - 1]
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
    stray: dict[str, str] = {}
    try:
        tokens = tuple(_markdown().parse(marked, stray))
    except _LargeTableError as error:
        place = scanner.place(sum(len(line) + 1 for line in marked.split("\n")[: error.args[0]]))
        message = f"a table of more than {_MOST_CELLS:,} cells stands here"
        raise fail(place, "E203", message, "split the table") from None
    if "dollar" in stray:
        place = scanner.place(max(marked.find(stray["dollar"]), 0))
        hint = "close it with another $ and no spaces inside; for the sign itself write \\$"
        raise fail(place, "E411", "this dollar begins no formula", hint)
    checker = _Checker(scanner, marked, folder)
    checker.check(tokens)
    return ParsedText(
        tokens=tokens,
        holes=tuple(scanner.holes),
        slots=tuple(scanner.slots),
        slot_places=tuple(scanner.slot_places),
        pictures=tuple(checker.pictures),
        figures=tuple(checker.figures),
    )


class _Checker:
    """Checks formulas, addresses and pictures, each at its place in the marked text."""

    def __init__(self, scanner: _Scanner, marked: str, folder: Path | None) -> None:
        self.scanner = scanner
        self.marked = marked
        self.folder = folder
        self.pictures: list[PictureFile] = []
        self.figures: list[FigureUse] = []
        self.lines = [0, *(found.end() for found in re.finditer("\n", marked)), len(marked)]
        self.start, self.end = 0, len(marked)  # where the next token may be

    def check(self, tokens: Sequence[Token]) -> None:
        """Check all tokens, and note the pictures and figures."""
        for token in tokens:
            if token.map:
                self.start = max(self.start, self.lines[token.map[0]])
                self.end = self.lines[token.map[1]]
            for part in (token, *(token.children or ())):
                if part.type.startswith("math"):
                    self.formula(part)
                elif part.type in ("code_inline", "fence", "code_block"):
                    self.code(part)
                elif part.type == "image":
                    self.picture(part)
                self.address(part)

    def find(self, wanted: str) -> int:
        """Return where the next piece of the text is, or where it would be looked for."""
        found = self.marked.find(wanted, self.start, self.end)
        if found < 0:
            return self.start
        self.start = found + len(wanted)
        return found

    def formula(self, token: Token) -> None:
        content = token.content
        slip = check_tex(content)
        slot = next((i for i, c in enumerate(content) if SLOT <= ord(c) < SLOT + len(self.scanner.slots)), None)
        # Line by line, because in a list or a quotation the lines begin with marks that are no part of the formula.
        first, *others = content.split("\n")
        starts = [self.find(token.markup + first) + len(token.markup)]
        starts += [self.find(line.strip()) - len(line) + len(line.lstrip()) for line in others]
        self.find(token.markup)
        if slot is not None:
            place = self.scanner.place(_within(content, slot, starts))
            raise fail(place, "E403", "a slot cannot stand inside mathematics", "end the $ first")
        if slip is not None:
            message, hint = (shown(PRIVATE.sub("{{…}}", words), 160) for words in (slip.message, slip.hint))
            raise fail(self.scanner.place(_within(content, slip.offset, starts)), "E410", message, hint)

    def code(self, token: Token) -> None:
        start = self.find(token.content)
        for character in token.content:
            if SLOT <= ord(character) < SLOT + len(self.scanner.slots):
                raise self.lost(character, "slots stand in text, not in code")
        self.start = max(self.start, start)

    def address(self, token: Token) -> None:
        for attribute in ("href", "src"):
            found = PRIVATE.search(unquote(str(token.attrs.get(attribute, ""))))
            if found:
                raise self.lost(found[0], "addresses are the same in every variant")
        if token.type == "link_open" and not _WEB.match(address := str(token.attrs.get("href", ""))):
            message = f"the link leads to '{shown(unquote(address), 80)}', which is no address on the web"
            place = self.scanner.place(self.find("<" if token.markup == "autolink" else "["))
            raise fail(place, "E422", message, "it begins with https://, http:// or mailto:")

    def lost(self, character: str, hint: str) -> BankError:
        index = ord(character)
        if index < SLOT:
            hole = self.scanner.holes[index - HOLE].expression
            return fail(hole.place, "E408", f"the hole '{hole.source.strip()}' is lost here", hint)
        name, place = self.scanner.slots[index - SLOT], self.scanner.slot_places[index - SLOT]
        return fail(place, "E408", f"the slot '{name}' is lost here", hint)

    def picture(self, token: Token) -> None:
        from markscheme.bank.text.pictures import find_picture  # noqa: PLC0415 - few texts have pictures

        self.address(token)
        place = self.scanner.place(self.find("!["))
        source = str(token.attrs.get("src", ""))
        figures = self.scanner.scope.figures
        if source in figures:
            self.figure(token, source, figures[source])
            return
        if "." in source and not token.content.strip():  # without a dot, a figure is meant, whose words are its own
            raise fail(place, "E420", "the picture has no alternative text", "write ![what it shows](file.png)")
        self.pictures.append(find_picture(source, place, self.folder, figures))

    def figure(self, token: Token, source: str, expression: Expression | None) -> None:
        words = "".join(part.content for part in token.children or ())
        if lost := PRIVATE.search(words):
            raise self.lost(lost[0], "the figure's kind says in words what it shows")
        if expression is None:  # what is wrong with it is reported where it is named
            token.type, token.content = "text", ""
            return
        token.type, token.meta = "figure", {"number": len(self.figures)}
        self.figures.append(FigureUse(source=source, expression=expression, words=words.strip()))


def _within(content: str, offset: int, starts: Sequence[int]) -> int:
    """Return where a character of a formula is, given where the formula's lines start."""
    line = content.count("\n", 0, offset)
    return starts[line] + offset - (content.rfind("\n", 0, offset) + 1)
