"""LaTeX in a text: split into tokens, and checked for what every target can show.

Known are the macros that both MathJax 2.7 and our MathML typeset; a test holds this list against latex2mathml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markscheme.bank.problems import nearest
from markscheme.bank.values import LARGEST_ARRAY

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(
    r"\\(?:begin|end)\s*\{[^{}\\]*\}"
    r"|\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\?[^\s\\])"
    r"|\\[A-Za-z]+|\\.|\\$|\s+|[0-9]+(?:\.[0-9]+)?|.",
    re.DOTALL,
)

MACROS = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    frac dfrac tfrac binom sqrt sum prod int iint oint bigcup bigcap bigoplus bigotimes lim limsup liminf sup inf max
    min det dim exp gcd ker ln log lg Pr sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth deg hom
    operatorname cdot cdots ldots vdots ddots dots times div pm mp ast star circ bullet oplus ominus otimes odot cup
    cap setminus wedge vee land lor lnot neg forall exists nexists in notin ni subset supset subseteq supseteq emptyset
    varnothing leq le geq ge neq ne ll gg equiv sim simeq approx cong propto mid parallel perp to gets mapsto
    rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow Longrightarrow uparrow
    downarrow iff implies infty partial nabla ell hbar Re Im aleph angle triangle prime dagger top bot mathbb mathbf
    mathcal mathfrak mathit mathrm mathsf mathtt boldsymbol text textbf textit hat widehat bar overline underline
    tilde widetilde vec dot ddot overbrace underbrace overrightarrow stackrel overset underset left right big Big bigg
    Bigg bigl bigr Bigl Bigr lfloor rfloor lceil rceil langle rangle lvert rvert lVert rVert vert Vert lbrace rbrace
    quad qquad displaystyle textstyle begin end lt gt backslash
    """.split()  # noqa: SIM905 - a list of strings is longer
)
SYMBOL_MACROS = frozenset("\\,:;! {}%#&$_|")
ENVIRONMENTS = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "cases", "array"})
ARGUMENTS = dict.fromkeys(
    """
    sqrt operatorname mathbb mathbf mathcal mathfrak mathit mathrm mathsf mathtt boldsymbol text textbf textit hat
    widehat bar overline underline tilde widetilde vec dot ddot overbrace underbrace overrightarrow
    """.split(),  # noqa: SIM905
    1,
) | dict.fromkeys(("frac", "dfrac", "tfrac", "binom", "stackrel", "overset", "underset"), 2)
"""How many arguments a macro takes."""

WORDS = frozenset({"\\text", "\\textbf", "\\textit"})
"""Macros whose argument is text, where no target reads macros."""

DELIMITERS = frozenset("()[]|/.<>") | frozenset(
    """
    \\{ \\} \\| \\lfloor \\rfloor \\lceil \\rceil \\langle \\rangle \\lvert \\rvert \\lVert \\rVert \\vert \\Vert
    \\lbrace \\rbrace
    """.split()  # noqa: SIM905
)
BIG_DELIMITERS = frozenset("()[]|/")

_NAME = "\\operatorname"
_BRACED = WORDS | {_NAME, "\\begin{array}"}
_DEEPEST = 20
_SIZED = re.compile(r"\\(left|right|[bB]igg?[lr]?)(?![A-Za-z])\s*(\\?.[A-Za-z]*)", re.DOTALL)
_NAMED = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_HINTS = {
    "%": "write \\%",
    "#": "write \\#",
    "$": "write \\$",
    "@": "it cannot stand in mathematics",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """Something in a formula that not every target can show."""

    offset: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A token other than a space.

    Attributes
    ----------
    owner
        What the token, or the group that it opens or closes, is an argument of: a macro, ``_`` or ``^``.
    """

    offset: int
    token: str
    owner: str = ""


@dataclass(slots=True)
class _Level:
    """What is open: a group, a pair of delimiters or an environment."""

    opener: str = ""
    offset: int = 0
    owner: str = ""
    wanting: list[str] = field(default_factory=list)  # what still waits for an argument here
    scripts: str = ""  # which of _ and ^ the last atom has
    rows: int = 1
    columns: int = 1  # of the widest row
    column: int = 1


def tokens(formula: str) -> Iterator[tuple[int, str]]:
    r"""Yield the offset and text of each token.

    A token is a macro, an environment's ``\begin{…}`` or ``\end{…}``, a ``\left`` or its like with its delimiter,
    spaces, a number or a single character.
    """
    for found in TOKEN.finditer(formula):
        yield found.start(), found[0]


def sized(token: str) -> tuple[str, str] | None:
    r"""Return the macro and the delimiter of a token such as ``\left(``."""
    found = _SIZED.fullmatch(token)
    return (found[1], found[2]) if found else None


def environment(token: str) -> tuple[str, str] | None:
    r"""Return ``begin`` or ``end`` and the name of the environment of a token such as ``\begin{cases}``."""
    found = _NAMED.fullmatch(token)
    return (found[1], found[2].strip()) if found else None


def check_tex(formula: str) -> Slip | None:
    r"""Return the first slip in a formula, or None.

    Examples
    --------
    >>> check_tex(r"\frac{a}{b")
    Slip(offset=8, message="'{' is not closed", hint='')
    >>> check_tex(r"\lamda")
    Slip(offset=0, message="'\\lamda' is not a macro that every target knows", hint="did you mean 'lambda'?")
    """
    return read_tex(formula)[1]


def read_tex(formula: str) -> tuple[list[Piece], Slip | None]:
    """Return the pieces of a formula up to its first slip, and the slip."""
    reader = _Reader(formula)
    for offset, token in tokens(formula):
        if not token.isspace():
            slip = reader.step(offset, token)
            if slip is not None:
                return reader.pieces, slip
    return reader.pieces, reader.unfinished()


class _Reader:
    """Reads tokens from left to right, and knows what is open."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.pieces: list[Piece] = []
        self.levels = [_Level()]

    def step(self, offset: int, token: str) -> Slip | None:
        level = self.levels[-1]
        if token != "}" and (level.owner in WORDS or level.owner == _NAME):
            return _word(offset, token, level)
        slip = _known(offset, token)
        if slip is not None:
            return slip
        if token in ("_", "^", "'"):
            return self.script(offset, token, level)
        if token in ("&", "\\\\"):
            return self.separator(offset, token, level)
        if _closes(token) or (token == "]" and level.opener == "["):
            return self.close(offset, token, level)
        if token == "[" and self.pieces and self.pieces[-1].token == "\\sqrt":
            return self.open(offset, token, "[")
        return self.atom(offset, token, level)

    def atom(self, offset: int, token: str, level: _Level) -> Slip | None:
        if level.wanting and level.wanting[0] in _BRACED and token != "{":
            return self.lacking(level)
        owner = level.wanting.pop(0) if level.wanting else ""
        if not owner:
            level.scripts = ""
        if token == "{":
            return self.open(offset, token, owner)
        slip = _as_argument(offset, token, owner)
        if slip is not None:
            return slip
        if sized(token) or environment(token):
            if token.startswith(("\\left", "\\begin")):
                return self.open(offset, token, owner)
        elif token.startswith("\\"):
            level.wanting += [token] * ARGUMENTS.get(token[1:], 0)
        self.pieces.append(Piece(offset, token, owner))
        return None

    def open(self, offset: int, token: str, owner: str) -> Slip | None:
        if len(self.levels) > _DEEPEST:
            return Slip(offset, f"more than {_DEEPEST} groups stand within one another")
        self.pieces.append(Piece(offset, token, owner))
        wanting = [token] if environment(token) == ("begin", "array") else []
        self.levels.append(_Level(token, offset, owner, wanting))
        return None

    def close(self, offset: int, token: str, level: _Level) -> Slip | None:
        if level.wanting:
            return self.lacking(level)
        if not _pairs(level.opener, token):
            return Slip(offset, f"'{token}' closes nothing that is open here")
        if level.owner == "\\begin{array}" and not re.fullmatch(
            r"[lcr|\s]*[lcr][lcr|\s]*", self.formula[level.offset + 1 : offset]
        ):
            return Slip(level.offset, "this is no list of columns", "such as {lcr}")
        self.levels.pop()
        self.pieces.append(Piece(offset, token, level.owner))
        return None

    def script(self, offset: int, token: str, level: _Level) -> Slip | None:
        if level.wanting:
            return self.lacking(level)
        if token == "'":
            if "^" in level.scripts:
                return Slip(offset, "a prime after ^ is a second superscript", "write the prime first, or {}'")
        elif token in level.scripts:
            return Slip(offset, f"a second '{token}' on the same symbol", "put braces around the first: {x_1}_2")
        else:
            level.scripts += token
            level.wanting = [token]
        self.pieces.append(Piece(offset, token))
        return None

    def separator(self, offset: int, token: str, level: _Level) -> Slip | None:
        if level.wanting:
            return self.lacking(level)
        if not level.opener.startswith("\\begin"):
            return Slip(offset, f"'{token}' stands outside an environment", "such as \\begin{pmatrix} … \\end{pmatrix}")
        if token == "\\\\" and self.formula[offset + 2 :].lstrip().startswith("["):
            return Slip(offset, "'[' after '\\\\' would be a distance", "write \\\\ {[}")
        level.scripts = ""
        level.column = level.column + 1 if token == "&" else 1
        level.rows += token != "&"
        level.columns = max(level.columns, level.column)
        if level.rows * level.columns > LARGEST_ARRAY:
            return Slip(level.offset, f"more than {LARGEST_ARRAY:,} cells stand in one environment")
        self.pieces.append(Piece(offset, token))
        return None

    def unfinished(self) -> Slip | None:
        level = self.levels[-1]
        if level.wanting:
            return self.lacking(level)
        return Slip(level.offset, f"'{level.opener}' is not closed") if level.opener else None

    def lacking(self, level: _Level) -> Slip:
        """Return the slip of the last macro or script that has too few arguments."""
        wanting = level.wanting[-1]
        offset = next((p.offset for p in reversed(self.pieces) if p.token == wanting), level.offset)
        return Slip(offset, f"'{wanting}' lacks an argument", "write it in braces, {…}")


def _word(offset: int, token: str, level: _Level) -> Slip | None:
    """Return the slip of a token among words, where macros and groups are not read."""
    if token.startswith("\\") or token in "{$%#@&~^_<" or "\ue000" <= token <= "\uf8ff":
        shown = "a hole" if "\ue000" <= token <= "\uf8ff" else f"'{token}'"
        return Slip(offset, f"{shown} inside {level.owner}{{…}}", f"end the words first: {level.owner}{{a}} … ")
    if level.owner == _NAME and not token.isalnum():
        return Slip(offset, f"'{token}' in the name of an operator", "letters, digits and spaces only")
    return None


def _known(offset: int, token: str) -> Slip | None:
    """Return the slip of a token that no target, or not every one, knows."""
    if token in _HINTS:
        return Slip(offset, f"a bare '{token}' in mathematics", _HINTS[token])
    if not token.startswith("\\"):
        return None
    named = environment(token)
    if named is not None:
        if named[1] in ENVIRONMENTS:
            return None
        hint = nearest(named[1], ENVIRONMENTS) or "known are " + ", ".join(sorted(ENVIRONMENTS))
        return Slip(offset, f"'{named[1]}' is not an environment that every target knows", hint)
    pair = sized(token)
    macro = pair[0] if pair else token[1:]
    if macro not in MACROS and (macro not in SYMBOL_MACROS or not macro):
        return Slip(offset, f"'{token}' is not a macro that every target knows", nearest(macro, MACROS))
    if macro in ("begin", "end"):
        return Slip(offset, f"'{token}' needs the name of an environment", "such as \\begin{pmatrix}")
    if pair or macro in ("left", "right") or macro.lower().startswith("big"):
        return _delimiter(offset, token, pair)
    return None


def _delimiter(offset: int, token: str, pair: tuple[str, str] | None) -> Slip | None:
    if pair is None:
        if token[1:] in ("bigcup", "bigcap", "bigoplus", "bigotimes"):
            return None
        return Slip(offset, f"'{token}' needs a delimiter", f"such as {token}(")
    macro, delimiter = pair
    known = DELIMITERS if macro in ("left", "right") else BIG_DELIMITERS
    if delimiter in known:
        return None
    return Slip(offset, f"'{delimiter}' is not a delimiter after \\{macro}", "known are " + " ".join(sorted(known)))


def _as_argument(offset: int, token: str, owner: str) -> Slip | None:
    """Return the slip of a token that cannot be an argument without braces."""
    if not owner:
        return None
    if token[0].isdigit() and len(token) > 1:
        return Slip(offset, f"only the '{token[0]}' of '{token}' belongs to '{owner}'", f"write {{{token}}}")
    is_script = owner in ("_", "^")
    if token.startswith("\\") and (
        sized(token) or environment(token) or ARGUMENTS.get(token[1:], 0) > (1 if is_script else 0)
    ):
        return Slip(offset, f"'{token}' after '{owner}' needs braces", f"write {owner}{{{token}…}}")
    return None


def _closes(token: str) -> bool:
    return token == "}" or (sized(token) or environment(token) or ("",))[0] in ("right", "end")


def _pairs(opener: str, closer: str) -> bool:
    if closer in ("}", "]"):
        return opener == {"}": "{", "]": "["}[closer]
    if closer.startswith("\\right"):
        return opener.startswith("\\left")
    named, opened = environment(closer), environment(opener)
    return named is not None and opened is not None and named[1] == opened[1]
