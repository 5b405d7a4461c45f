r"""Plain text, for places where an LMS takes nothing else: menus, matches, texts to compare with what is typed.

It says only what a line of characters can say: words, symbols, scripts of one letter or number. A fraction, a root or a
matrix would be read differently from what was meant, so it is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from markscheme.bank.text.holes import PRIVATE, place_holes
from markscheme.bank.text.layout import in_line
from markscheme.bank.text.template import NotPlainError
from markscheme.bank.text.terminal import Terminal
from markscheme.bank.text.tex import WORDS, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from markscheme.bank.maths import Node
    from markscheme.bank.text.source import ParsedText

_FORMULA = re.compile("\x01([^\x02]*)\x02")
_PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
_MARKS = frozenset({"em_open", "em_close", "strong_open", "strong_close"})
_TALL = frozenset(
    "\\" + name
    for name in (
        "frac",
        "dfrac",
        "tfrac",
        "binom",
        "sqrt",
        "overset",
        "underset",
        "stackrel",
        "overbrace",
        "underbrace",
    )
)
_SCRIPT = re.compile(r"([\^_])\(?([+-]?[0-9]+|[a-z]|[A-Z])\)?")
_RAISED = str.maketrans("0123456789+-ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


class Plain(Terminal):
    """Plain text on one line; `flat` must finish what was filled."""

    name = "plain"
    delimiters: tuple[tuple[str, str], ...] = ()

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:  # noqa: ARG002 - the form of a target
        """Return a text with private-use characters for its holes.

        Raises
        ------
        NotPlainError
            If it has more than one paragraph, a picture, a link, or mathematics that needs more than one line.
        """
        if [token.type for token in parsed.tokens] != _PARAGRAPH:
            _refuse("more than one paragraph of text")
        return "".join(_inline(parsed.tokens[1].children or ()))

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """Refuse a matrix."""
        _refuse(f"a matrix of {len(rows)} rows")

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, if it can stand on one line."""
        written = super().maths(node, spec)
        _check(written)
        return written


PLAIN = Plain()


def flat(filled: str) -> str:
    r"""Return a filled plain text with its formulas written in symbols, on one line.

    Examples
    --------
    >>> flat("about \x0110^{-3} \\alpha_1\x02 or less")
    'about 10⁻³ α₁ or less'
    """
    written = _FORMULA.sub(lambda found: _SCRIPT.sub(_script, in_line(found[1])), filled)
    return " ".join(written.split())


def _script(found: re.Match[str]) -> str:
    mark, text = found.groups()
    moved = text.translate(_RAISED if mark == "^" else _LOWERED)
    return found[0] if any(character in text for character in moved) else moved


def _inline(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        match child.type:
            case "text" | "code_inline":
                yield _visible(child.content)
            case "softbreak":
                yield " "
            case "math_inline":
                formula = child.content.strip()
                _check(formula)
                yield f"\x01{place_holes(formula)}\x02"
            case kind if kind in _MARKS:
                pass
            case "image" | "figure":
                _refuse("a picture")
            case kind:
                _refuse("a displayed formula" if kind == "math_inline_double" else "a link or a line break")


def _visible(text: str) -> str:
    return "".join([c if c.isprintable() or PRIVATE.match(c) else " " for c in text])


def _check(formula: str) -> None:
    """Refuse a formula that does not fit into a line of characters."""
    listed = [token for _, token in tokens(formula) if not token.isspace()]
    for token in listed:
        if token in _TALL or token.startswith("\\begin") or token in ("&", "\\\\"):
            _refuse(f"mathematics with {token.partition('{')[0]}")
    for index, token in enumerate(listed):
        if token in ("^", "_") and listed[index + 1 : index + 2] == ["{"]:
            end = listed.index("}", index)
            script = [part for part in listed[index + 2 : end] if part not in ("+", "-")]
            if len(script) > 1 and not all(part.isdigit() for part in script) and script[0] not in WORDS:
                _refuse("mathematics with a script of several parts")


def _refuse(what: str) -> NoReturn:
    raise NotPlainError(f"{what} cannot be said in plain text")
