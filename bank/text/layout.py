"""Mathematics in plain text: Unicode symbols on one line, matrices over several."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.text.tex import WORDS, environment, sized, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator


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


SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "•",
    "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙", "cup": "∪", "cap": "∩", "setminus": "∖", "wedge": "∧",
    "vee": "∨", "land": "∧", "lor": "∨", "lnot": "¬", "neg": "¬", "forall": "∀", "exists": "∃", "nexists": "∄",
    "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "supset": "⊃", "subseteq": "⊆", "supseteq": "⊇",
    "emptyset": "∅", "varnothing": "∅", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠",
    "ll": "≪", "gg": "≫", "equiv": "≡", "sim": "∼", "simeq": "≃", "approx": "≈", "cong": "≅", "propto": "∝",
    "mid": "∣", "parallel": "∥", "perp": "⊥", "to": "→", "gets": "←", "mapsto": "↦", "rightarrow": "→",
    "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔",
    "longrightarrow": "⟶", "Longrightarrow": "⟹", "uparrow": "↑", "downarrow": "↓", "iff": "⇔", "implies": "⟹",
    "infty": "∞", "partial": "∂", "nabla": "∇", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ",
    "angle": "∠", "triangle": "△", "prime": "′", "dagger": "†", "top": "⊤", "bot": "⊥", "sum": "∑", "prod": "∏",
    "int": "∫", "iint": "∬", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂",
    "cdots": "⋯", "ldots": "…", "dots": "…", "vdots": "⋮", "ddots": "⋱", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lvert": "|", "rvert": "|", "vert": "|", "lVert": "‖", "rVert": "‖",
    "Vert": "‖", "|": "‖", "lbrace": "{", "rbrace": "}", "lt": "<", "gt": ">", "backslash": "\\", "quad": "  ",
    "qquad": "    ", ",": " ", ":": " ", ";": " ", " ": " ", "!": "", "displaystyle": "", "textstyle": "",
}  # fmt: skip
_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0305", "underline": "\u0332", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7",
    "overrightarrow": "\u20d7",
}  # fmt: skip
_RELATIONS = frozenset("=<>≤≥≠≪≫≡∼≃≈≅∝∈∉∋⊂⊃⊆⊇→←↦↔⇒⇐⇔⟶⟹∣∥:")
_OPERATORS = frozenset("·×÷±∓∗⋆∘•⊕⊖⊗⊙∪∩∖∧∨")
_SIGNS = _RELATIONS | _OPERATORS | {"+", "-"}
_OPENING = frozenset("([{⌊⌈⟨")
_CLOSING = frozenset(")]}⌋⌉⟩")
_LEFT = frozenset("⎡⎢⎣⎧⎪⎩")
_RIGHT = frozenset("⎤⎥⎦⎫⎭")
_FRACTIONS = frozenset({"\\frac", "\\dfrac", "\\tfrac"})
_EDGES = {
    "pmatrix": "⎡⎤⎢⎥⎣⎦[]", "bmatrix": "⎡⎤⎢⎥⎣⎦[]", "Bmatrix": "⎧⎫⎪⎪⎩⎭{}", "vmatrix": "||||||||",
    "Vmatrix": "‖‖‖‖‖‖‖‖", "cases": "⎧ ⎪ ⎩ { ", "matrix": "        ", "array": "        ",
}  # fmt: skip


def in_line(formula: str) -> str:
    r"""Return a checked formula on one line.

    Examples
    --------
    >>> in_line(r"\frac{M + 2}{3} \cdot \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}")
    '(M + 2)/3 · [1 2; 3 4]'
    """
    return _Layout(formula, display=False).run().lines[0]


def layout(formula: str) -> Box:
    """Return a checked formula with its matrices over several lines."""
    return _Layout(formula, display=True).run()


def folded(box: Box, width: int) -> list[list[str]]:
    r"""Return a box as boxes that fit into a width, or nearly; all but the first are to be indented by two.

    It is parted between matrices: before a sign of relation or operation where there is one, else at a space.

    Examples
    --------
    >>> for lines in folded(layout(r"x + y = \begin{pmatrix} 1 \\ 2 \end{pmatrix} + z"), 14):
    ...     print("\n".join(lines))
            ⎡ 1 ⎤
    x + y = ⎣ 2 ⎦
    + z
    """
    lines = list(box.lines)
    parts = []
    room = width
    while len(lines[0]) > room:
        places = [place for place in _gaps(lines, box.baseline) if place <= room]
        place = max([place for place in places if lines[box.baseline][place + 1] in _SIGNS] or places, default=0)
        if not place:
            break
        parts.append([line[:place].rstrip() for line in lines])
        lines = [line[place + 1 :] for line in lines]
        room = width - 2
    parts.append([line.rstrip() for line in lines])
    return [[line for line in part if line] for part in parts]


def _gaps(lines: list[str], baseline: int) -> Iterator[int]:
    """Yield the columns that are blank and stand outside of matrices, but for those at either end."""
    depth = 0
    for place, column in enumerate(zip(*lines, strict=True)):
        depth += (column[baseline] in _LEFT) - (column[baseline] in _RIGHT)
        if depth == 0 and 0 < place < len(lines[0]) - 1 and not "".join(column).strip():
            yield place


def parts_of(formula: str) -> list[str]:
    r"""Return the parts of a formula between wide spaces, such as those that ``\qquad`` makes."""
    parts = [""]
    depth = 0
    for _, token in tokens(formula):
        if token in ("\\quad", "\\qquad") and depth == 0:
            parts.append("")
            continue
        kind = (sized(token) or environment(token) or (token,))[0]
        depth += (kind in ("{", "left", "begin")) - (kind in ("}", "right", "end"))
        parts[-1] += token
    return [part.strip() for part in parts if part.strip()]


class _Layout:
    """Reads the tokens of a formula from left to right.

    `compact` leaves out the spaces around operators, as in subscripts; `operand` says whether what was read last can
    be added to, so that a minus after it is a subtraction.
    """

    def __init__(self, formula: str, *, display: bool) -> None:
        self.tokens = [token for _, token in tokens(formula)]
        self.next = 0
        self.display = display
        self.compact = False
        self.operand = False
        self.inside_bars = False

    def run(self) -> Box:
        box = self.until(())
        if len(box.lines) > 1:
            return box
        return Box((box.lines[0].strip(),))

    def until(self, ends: tuple[str, ...]) -> Box:
        box = Box(("",))
        self.operand = False
        while self.next < len(self.tokens):
            if self.tokens[self.next] in ends:
                self.next += 1
                break
            if self.tokens[self.next] in ("&", "\\\\") or self.tokens[self.next].startswith("\\end"):
                break
            box = self.joined(box, self.one())
        return box

    def joined(self, box: Box, new: Box) -> Box:
        """Put a box beside another; one space at most stands between them, and none inside brackets."""
        before, after = box.lines[box.baseline], new.lines[new.baseline]
        if after.startswith(" ") and len(new.lines) == 1:
            if not before.strip() or before[-1] in _OPENING or (before.endswith(" ") and after.strip()):
                new = Box((after.lstrip(),))
            elif before.endswith(" ") and after == " ":
                new = Box(("",))
        elif len(box.lines) == 1 and after[:1] in _CLOSING and after:
            box = Box((before.rstrip(),))
        return box.beside(new)

    def one(self) -> Box:
        token = self.tokens[self.next]
        self.next += 1
        if token.isspace():
            return Box(("" if self.compact else " ",))
        if token == "{":
            return self.until(("}",))
        if token in "_^":
            return self.script(token)
        if token.startswith("\\"):
            return self.macro(token)
        return self.symbol("′" if token == "'" else " " if token == "~" else token)

    def symbol(self, text: str) -> Box:
        was_operand, self.operand = self.operand, True
        if text and text.isspace():
            self.operand = was_operand and len(text) == 1  # after a wide space something new begins
        if text in ("+", "-", *_OPERATORS):
            self.operand = False
            is_binary = was_operand or text not in "+-±∓"
            return Box((f" {text} " if is_binary and not self.compact else text,))
        if text in _RELATIONS:
            self.operand = False
            return Box((text if self.compact else f" {text} ",))
        if text in (",", ";") or text in _OPENING:
            self.operand = False
        if text in ("|", "‖"):
            self.operand = self.inside_bars
            self.inside_bars = not self.inside_bars
        return Box((text,))

    def group(self) -> Box:
        """Read an argument: a group or a single token; matrices in it stand on one line."""
        while self.next < len(self.tokens) and self.tokens[self.next].isspace():
            self.next += 1
        display, self.display = self.display, False
        box = self.one() if self.next < len(self.tokens) else Box(("",))
        self.display = display
        self.operand = True
        return Box((box.lines[0].strip(),))

    def words(self) -> str:
        """Read an argument that is text."""
        end = self.tokens.index("}", self.next) if "}" in self.tokens[self.next :] else self.next
        text = "".join(self.tokens[self.next : end]).lstrip("{")
        self.next = end + 1
        return text

    def script(self, mark: str) -> Box:
        compact, self.compact, operand = self.compact, True, self.operand
        text = self.group().lines[0]
        self.compact, self.operand = compact, operand
        return Box((mark + (text if re.fullmatch(r"\w+|.", text) else _bracketed(text)),))

    def macro(self, token: str) -> Box:
        name = token[1:]
        pair = sized(token)
        if pair is not None:
            return self.delimiter(*pair)
        named = environment(token)
        if named is not None:
            return self.environment(named[1])
        if token in WORDS:
            self.operand = True
            return Box((self.words(),))
        if token in _FRACTIONS:
            return self.fraction()
        if name == "sqrt":
            return self.root()
        if name in _ACCENTS:
            text = self.group().lines[0]
            return Box((unicodedata.normalize("NFC", text + _ACCENTS[name]) if len(text) == 1 else f"{name}({text})",))
        if name == "binom":
            return Box((f"C({self.group().lines[0]}, {self.group().lines[0]})",))
        if name in ("overset", "underset", "stackrel"):
            mark, text = self.group().lines[0], self.group().lines[0]
            return Box((f"{text}{'_' if name == 'underset' else '^'}{_bracketed(mark)} ",))
        if name.startswith("math") or name in ("operatorname", "boldsymbol", "overbrace", "underbrace"):
            return self.group()
        if name.isalpha() and name not in SYMBOLS:
            return self.function(name)
        return self.symbol(SYMBOLS.get(name, name))

    def function(self, name: str) -> Box:
        spaced = self.operand and not self.compact
        self.operand = False
        following = self.tokens[self.next] if self.next < len(self.tokens) else ""
        return Box((" " * spaced + name + " " * (following.isalnum() and not self.compact),))

    def delimiter(self, macro: str, text: str) -> Box:
        self.operand = macro in ("right", "bigr", "Bigr")
        shown = SYMBOLS.get(text[1:], text[1:]) if text.startswith("\\") else text
        return Box(("" if text == "." else shown,))

    def fraction(self) -> Box:
        beside = self.operand
        above, below = (_closed(self.group().lines[0]) for _ in range(2))
        text = f"{above}/{below}"
        following = next((token for token in self.tokens[self.next :] if not token.isspace()), "")
        opens = (sized(following) or ("",))[0] in ("left", "bigl", "Bigl")
        kept = following[:1].isalnum() or following[:1] in ("(", "^") or following in _FRACTIONS or opens
        return Box((f"({text})" if beside or kept else text,))

    def root(self) -> Box:
        degree = ""
        if self.tokens[self.next : self.next + 1] == ["["]:
            self.next += 1
            degree = self.until(("]",)).lines[0]
        digits = degree.translate(str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")) if degree.isalnum() else degree
        return Box((f"{digits}√{_closed(self.group().lines[0])}",))

    def environment(self, name: str) -> Box:
        if name == "array":
            self.group()
        display, self.display = self.display, False
        rows = [[""]]
        while self.next < len(self.tokens):
            token = self.tokens[self.next]
            if token.startswith("\\end"):
                self.next += 1
                break
            if token in ("&", "\\\\"):
                self.next += 1
                rows[-1].append("") if token == "&" else rows.append([""])
            else:
                rows[-1][-1] += self.until(()).lines[0].strip()
        self.display = display
        self.operand = True
        if len(rows) > 1 and rows[-1] == [""]:
            rows.pop()
        return _matrix(rows, _EDGES.get(name, _EDGES["matrix"]), display=display)


def _bracketed(text: str) -> str:
    return text if _is_bracketed(text) else f"({text})"


def _is_bracketed(text: str) -> bool:
    """Return whether the first character is a parenthesis that the last one closes."""
    if not text.startswith("("):
        return False
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return index == len(text) - 1
    return False


def _closed(text: str) -> str:
    """Return a text as it may stand beside a fraction's stroke."""
    return text if re.fullmatch(r"\w+(\.\w+)?", text) else _bracketed(text)


def _matrix(rows: list[list[str]], edges: str, *, display: bool) -> Box:
    left, right = edges[6], edges[7]
    if not display or len(rows) == 1:
        line = "; ".join(" ".join(row) for row in rows)
        return Box((f"{left}{line}{right}".strip(),))
    columns = max(len(row) for row in rows)
    cells = [row + [""] * (columns - len(row)) for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(columns)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    sides = [edges[0:2], *[edges[2:4]] * (len(rows) - 2), edges[4:6]]
    return Box(tuple(f"{side[0]} {line} {side[1]}" for side, line in zip(sides, lines, strict=True)), len(rows) // 2)
