"""Plain text for a terminal: Markdown without its marks, mathematics in Unicode, matrices over several lines."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.maths import Node, tex
from markscheme.bank.text.html import guard_holes
from markscheme.bank.text.tex import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from markscheme.bank.text.source import ParsedText

_FORMULA = re.compile("\x01([^\x02]*)\x02")
_DISPLAY = re.compile("\x03([^\x04]*)\x04")


class Terminal:
    """Plain text; `finish` lays out the mathematics once the holes are filled."""

    name = "terminal"

    def escape(self, text: str) -> str:
        """Return the text without control characters, which could steer the terminal."""
        return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)

    def maths(self, node: Node, spec: str) -> str:
        """Return mathematics as LaTeX, to be laid out at the end."""
        return tex(node, spec)

    def formula(self, node: Node) -> str:
        """Return mathematics within a line of text."""
        return f"\x01{tex(node)}\x02"

    def number(self, text: str) -> str:
        """Return a number as it stands in LaTeX."""
        mantissa, letter, exponent = text.partition("e")
        return f"{mantissa} \\times 10^{{{int(exponent)}}}" if letter else text

    def parenthesise(self, written: str) -> str:
        """Put a written number with a sign into parentheses."""
        return f"({written})" if written.startswith("-") else written

    def render(self, parsed: ParsedText, block_slots: frozenset[str]) -> str:  # noqa: ARG002 - the form of a target
        """Return a text with private-use characters for its holes and slots."""
        return "\n\n".join(_blocks(parsed.tokens))

    def finish(self, text: str, width: int = 80) -> str:
        """Lay out the mathematics of a filled text, and wrap its paragraphs."""
        paragraphs = []
        for block in text.split("\n\n"):
            display = _DISPLAY.fullmatch(block.strip())
            if display:
                paragraphs.append(textwrap.indent("\n".join(layout(display[1]).lines), "    "))
                continue
            flat = _FORMULA.sub(lambda found: in_line(found[1]), _DISPLAY.sub("\x01\\1\x02", block))
            is_code = flat.startswith("    ")
            paragraphs.append(flat if is_code else textwrap.fill(" ".join(flat.split()), max(width, 20)))
        return "\n\n".join(paragraphs)


def _blocks(parts: Sequence[Token]) -> list[str]:
    blocks = []
    prefix = ""
    for token in parts:
        if token.type == "list_item_open":
            prefix = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline":
            blocks.append(prefix + "".join(_inline(child) for child in token.children or []))
            prefix = ""
        elif token.type == "math_block":
            blocks.append(f"\x03{guard_holes(token.content.strip())}\x04")
        elif token.type in ("fence", "code_block"):
            blocks.append(textwrap.indent(token.content.rstrip(), "    "))
    return blocks


def _inline(token: Token) -> str:
    match token.type:
        case "text" | "code_inline":
            return token.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "math_inline":
            return f"\x01{guard_holes(token.content.strip())}\x02"
        case "math_inline_double":
            return f"\x03{guard_holes(token.content.strip())}\x04"
        case "image":
            return f"[picture: {token.content}]"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of equal length; the one at `baseline` stands in the line of text."""

    lines: tuple[str, ...]
    baseline: int = 0

    def beside(self, other: Box) -> Box:
        """Return this box with another to its right."""
        above = max(self.baseline, other.baseline)
        below = max(len(self.lines) - self.baseline, len(other.lines) - other.baseline)
        left, right = (box.padded(above, below) for box in (self, other))
        return Box(tuple(one + two for one, two in zip(left, right, strict=True)), above)

    def padded(self, above: int, below: int) -> list[str]:
        """Return the lines with blank ones around, so many up to and from the baseline."""
        blank = " " * len(self.lines[0])
        top, bottom = above - self.baseline, below - (len(self.lines) - self.baseline)
        return [blank] * top + list(self.lines) + [blank] * bottom


_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "cdot": "·",
    "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "circ": "∘", "leq": "≤", "le": "≤", "geq": "≥",
    "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "equiv": "≡", "sim": "∼", "propto": "∝", "in": "∈", "notin": "∉",
    "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "mapsto": "↦", "Rightarrow": "⇒", "iff": "⇔", "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏",
    "int": "∫", "forall": "∀", "exists": "∃", "top": "⊤", "bot": "⊥", "prime": "′", "ell": "ℓ", "ldots": "…",
    "dots": "…", "cdots": "⋯", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "mid": "|", "parallel": "∥", "lt": "<", "gt": ">",
    "land": "∧", "lor": "∨", "neg": "¬", "quad": "  ", "qquad": "    ", "backslash": "\\", "dagger": "†",
}  # fmt: skip
_SPACED = frozenset("=<>≤≥≠≈≡∈∉→↦⇒⇔·×÷±∓∼∝∗")
_SILENT = frozenset({"left", "right", "displaystyle", "textstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg"})
_STYLED = frozenset(
    {"text", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak", "operatorname",
     "textbf", "textit", "boldsymbol"}
)  # fmt: skip


def in_line(formula: str) -> str:
    r"""Return a formula on one line.

    Examples
    --------
    >>> in_line(r"\frac{M + 2}{3} \cdot \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}")
    '(M + 2)/3 · [1 2; 3 4]'
    """
    return _Layout(formula, display=False).run().lines[0]


def layout(formula: str) -> Box:
    """Return a formula with its matrices over several lines."""
    return _Layout(formula, display=True).run()


class _Layout:
    """Reads the tokens of a checked formula from left to right."""

    def __init__(self, formula: str, *, display: bool) -> None:
        self.tokens = [token for _, token in tokens(formula)]
        self.next = 0
        self.display = display

    def run(self) -> Box:
        box = self.until(())
        return Box(tuple(line.rstrip() if len(box.lines) == 1 else line for line in box.lines), box.baseline)

    def until(self, ends: tuple[str, ...]) -> Box:
        box = Box(("",))
        while self.next < len(self.tokens):
            if self.tokens[self.next] in ends:
                self.next += 1
                break
            box = box.beside(self.one())
        return box

    def one(self) -> Box:
        token = self.tokens[self.next]
        self.next += 1
        if token.startswith("\\"):
            return self.macro(token[1:])
        if token == "{":
            return self.until(("}",))
        if token in "_^":
            return self.script(token)
        if token.isspace():
            return Box((self.space(),))
        return Box((f" {token} " if token in _SPACED and not self.spaced() else token,))

    def spaced(self) -> bool:
        return self.next >= 2 and self.tokens[self.next - 2].isspace()

    def space(self) -> str:
        return " "

    def group(self) -> Box:
        """Read an argument: a group or a single token."""
        while self.next < len(self.tokens) and self.tokens[self.next].isspace():
            self.next += 1
        return self.one() if self.next < len(self.tokens) else Box(("",))

    def script(self, mark: str) -> Box:
        inner = self.group()
        text = inner.lines[0] if len(inner.lines) == 1 else "…"
        return Box((mark + (text if len(text) == 1 or text.isalnum() else f"({text})"),))

    def macro(self, name: str) -> Box:
        if name == "begin":
            return self.environment()
        if name in _SILENT:
            return Box(("",))
        if name in ("frac", "dfrac", "tfrac"):
            return self.fraction()
        if name == "sqrt":
            return Box(("√" + _closed(self.group()),))
        if name in _STYLED:
            return self.group()
        return Box((_SYMBOLS.get(name, {",": " ", ";": " ", ":": " ", "!": "", "\\": "; "}.get(name, name)),))

    def fraction(self) -> Box:
        above, below = self.group(), self.group()
        return Box((f"{_closed(above)}/{_closed(below)}",))

    def environment(self) -> Box:
        name = self.group().lines[0]
        if name == "array":
            self.group()
        rows = [[Box(("",))]]
        while self.next < len(self.tokens):
            token = self.tokens[self.next]
            if token == "\\end":
                self.next += 1
                self.group()
                break
            if token in ("&", "\\\\"):
                self.next += 1
                rows[-1].append(Box(("",))) if token == "&" else rows.append([Box(("",))])
            else:
                rows[-1][-1] = rows[-1][-1].beside(self.one())
        return _matrix([[cell.lines[0].strip() for cell in row] for row in rows], display=self.display)


def _closed(box: Box) -> str:
    text = box.lines[0].strip()
    return text if re.fullmatch(r"\w+(\.\w+)?|\(.*\)", text) else f"({text})"


def _matrix(rows: list[list[str]], *, display: bool) -> Box:
    if not display or len(rows) == 1:
        return Box((f"[{'; '.join(' '.join(row) for row in rows)}]",))
    columns = max(len(row) for row in rows)
    widths = [max(len(row[i]) if i < len(row) else 0 for row in rows) for i in range(columns)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False)) for row in rows]
    edges = ["⎡⎤"] + ["⎢⎥"] * (len(rows) - 2) + ["⎣⎦"]
    return Box(tuple(f"{edge[0]} {line} {edge[1]}" for edge, line in zip(edges, lines, strict=True)), len(rows) // 2)
