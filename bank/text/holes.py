"""Holes: the private-use characters that stand for them, and what each needs where it stands in a formula."""

from __future__ import annotations

import re

from markscheme.bank.text.tex import WORDS, Piece, environment, read_tex, sized

HOLE = 0xE000
"""The first hole of a text; the others follow."""

SLOT = 0xF000
"""The first slot of a text."""

MOST_HOLES = SLOT - HOLE - 1

MATHS_HOLE = 0xF0000
"""Where a renderer moves the holes inside mathematics, plus what of the following they need."""

SIGN = 0x1000
"""Parentheses around what begins with a sign: after an operator or a factor."""

SUM = 0x2000
"""Parentheses around a sum: beside a factor, or after a minus."""

BASE = 0x4000
"""Parentheses around all but a number or a symbol: before a power."""

DIGIT = 0x8000
"""Parentheses around what begins with a digit: after a number."""

ATTRIBUTE_HOLE = 0x100000
"""Where a renderer moves the holes inside the attribute of a tag."""

TEX_HOLE = 0x104000
"""Where a renderer repeats the holes of a formula, to say in LaTeX what it is."""

FIGURE = 0x108000
"""The first figure of a text, where a renderer shows it."""

PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")

_THIN = frozenset({"\\,", "\\:", "\\;", "\\!", "\\ ", "~", "\\displaystyle", "\\textstyle"})
_PRODUCTS = frozenset(
    "\\" + name for name in ("cdot", "times", "div", "ast", "star", "circ", "bullet", "otimes", "odot")
) | {"*", "/"}
_MINUS = frozenset({"-", "\\pm", "\\mp", "\\oplus", "\\ominus", "\\setminus"})
_BEFORE_ARGUMENT = frozenset(
    "\\" + name
    for name in """sum prod int iint oint bigcup bigcap bigoplus bigotimes lim limsup liminf sup inf max min det dim exp
    gcd ker ln log lg Pr sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth deg hom neg lnot partial nabla
    """.split()  # noqa: SIM905 - a list of strings is longer
)
_LETTERS = frozenset(
    "\\" + name
    for name in """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi
    rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi
    Omega infty ell hbar Re Im aleph prime dagger top emptyset varnothing
    rfloor rceil rangle rvert rVert rbrace
    """.split()  # noqa: SIM905
) | {"\\}"}
_NO_FACTORS = WORDS | {"\\begin{array}", "\\overset", "\\underset", "\\stackrel"}
_OPENING = frozenset({"(", "[", "\\{", "\\lbrace", "\\lfloor", "\\lceil", "\\langle", "\\lvert", "\\lVert"})


def place_holes(formula: str) -> str:
    """Move the holes of a checked formula to the range for mathematics, with what they need where they stand.

    A hole that is an argument by itself, such as an exponent without braces, is put in braces: its value may have
    more than one character.
    """
    pieces, _ = read_tex(formula)
    moved: list[str] = []
    end = 0
    for index, piece in enumerate(pieces):
        if not HOLE <= ord(piece.token[0]) < SLOT:
            continue
        needs = 0 if piece.owner else _needs(pieces, index)
        character = chr(ord(piece.token) - HOLE + MATHS_HOLE + needs)
        moved += (formula[end : piece.offset], f"{{{character}}}" if piece.owner else character)
        end = piece.offset + 1
    return "".join(moved) + formula[end:]


def _needs(pieces: list[Piece], index: int) -> int:
    """Return when the hole at an index needs parentheses."""
    before = _neighbour(pieces, index, -1)
    after = _neighbour(pieces, index, 1)
    needs = 0
    if before is not None:
        if _ends_factor(before) or before.token in _PRODUCTS | _MINUS | _BEFORE_ARGUMENT:
            needs |= SIGN | SUM
        elif before.token == "+":
            needs |= SIGN
        if before.token in ("/", "\\div"):
            needs |= BASE
        if not before.owner and (before.token[0].isdigit() or _is_hole(before)):
            needs |= DIGIT
    if after is not None:
        if after.token in ("^", "!"):
            needs |= SIGN | SUM | BASE
        elif after.token in _PRODUCTS or _begins_factor(after):
            needs |= SUM
    return needs


def _neighbour(pieces: list[Piece], index: int, step: int) -> Piece | None:
    """Return the piece next to one, looking through thin spaces and braces that belong to no macro."""
    index += step
    while 0 <= index < len(pieces):
        piece = pieces[index]
        if piece.token not in _THIN and not (piece.token in ("{", "}") and not piece.owner):
            return piece
        index += step
    return None


def _is_hole(piece: Piece) -> bool:
    return HOLE <= ord(piece.token[0]) < SLOT


def _ends_factor(piece: Piece) -> bool:
    token = piece.token
    if token == "}":
        return piece.owner not in _NO_FACTORS
    kind = (sized(token) or environment(token) or ("",))[0]
    return (
        kind in ("right", "end", "bigr", "Bigr")
        or token in _LETTERS
        or token in (")", "]", "!", "'")
        or token.isalnum()
        or token[0].isdigit()
        or _is_hole(piece)
    )


def _begins_factor(piece: Piece) -> bool:
    token = piece.token
    kind = (sized(token) or environment(token) or ("",))[0]
    if kind or token in _OPENING:
        return kind in ("left", "begin", "bigl", "Bigl") or token in _OPENING
    if token.startswith("\\"):
        return token in _LETTERS - {"\\}", "\\rfloor", "\\rceil", "\\rangle", "\\rvert", "\\rVert", "\\rbrace"} or (
            token in _BEFORE_ARGUMENT or token[1:] in ("frac", "dfrac", "tfrac", "sqrt", "binom", "mathbf", "mathrm")
        )
    return token[0].isalnum() or _is_hole(piece)
