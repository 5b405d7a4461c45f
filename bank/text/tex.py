"""LaTeX in a text: split into tokens, and checked for what every target can show.

Known are the macros that both MathJax 2.7 and latex2mathml typeset; a test holds this list against latex2mathml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\\$|\s+|[0-9.]+|.", re.DOTALL)

MACROS = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    frac dfrac tfrac binom sqrt sum prod int iint oint bigcup bigcap bigoplus bigotimes lim limsup liminf sup inf max
    min arg det dim exp gcd ker ln log lg Pr sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth deg hom
    operatorname cdot cdots ldots vdots ddots dots times div pm mp ast star circ bullet oplus ominus otimes odot cup
    cap setminus wedge vee land lor lnot neg forall exists nexists in notin ni subset supset subseteq supseteq emptyset
    varnothing leq le geq ge neq ne ll gg equiv sim simeq approx cong propto mid parallel perp to gets mapsto
    rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow Longrightarrow uparrow
    downarrow iff implies infty partial nabla ell hbar Re Im aleph angle triangle prime dagger top bot mathbb mathbf
    mathcal mathfrak mathit mathrm mathsf mathtt boldsymbol text textbf textit hat widehat bar overline underline
    tilde widetilde vec dot ddot overbrace underbrace overrightarrow stackrel overset underset left right big Big bigg
    Bigg bigl bigr Bigl Bigr lfloor rfloor lceil rceil langle rangle lvert rvert lVert rVert vert Vert lbrace rbrace
    quad qquad displaystyle textstyle limits nolimits begin end lt gt backslash
    """.split()  # noqa: SIM905 - a list of strings is longer
)
SYMBOL_MACROS = frozenset("\\,:;! {}%#&$_|")
ENVIRONMENTS = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "cases", "array"})

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


def tokens(formula: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and text of each token: macros, spaces, numbers and single characters."""
    for found in TOKEN.finditer(formula):
        yield found.start(), found[0]


def check_tex(formula: str) -> Slip | None:
    r"""Return the first slip in a formula, or None.

    Examples
    --------
    >>> check_tex(r"\frac{a}{b")
    Slip(offset=8, message="'{' is not closed", hint='')
    >>> check_tex(r"\lamda")
    Slip(offset=0, message="'\\lamda' is not a macro that every target knows", hint="did you mean 'lambda'?")
    """
    open_: list[tuple[int, str]] = []
    environment: tuple[int, str] | None = None
    for offset, token in tokens(formula):
        if environment is not None:
            environment, slip = _name_environment(environment, offset, token, formula, open_)
        else:
            slip = _macro(offset, token) or _nesting(offset, token, open_)
            if token in ("\\begin", "\\end"):
                environment = (offset, token)
        if slip is not None:
            return slip
    if environment is not None:
        return Slip(environment[0], f"'{environment[1]}' needs the name of an environment", "such as \\begin{pmatrix}")
    if open_:
        offset, token = open_[-1]
        return Slip(offset, f"'{token}' is not closed")
    return None


def _macro(offset: int, token: str) -> Slip | None:
    if token in _HINTS:
        return Slip(offset, f"a bare '{token}' in mathematics", _HINTS[token])
    if not token.startswith("\\"):
        return None
    name = token[1:]
    if name in MACROS or (name in SYMBOL_MACROS and name):
        return None
    return Slip(offset, f"'{token}' is not a macro that every target knows", nearest(name, MACROS))


_CLOSES = {"}": "{", "\\right": "\\left"}


def _nesting(offset: int, token: str, open_: list[tuple[int, str]]) -> Slip | None:
    if token in ("{", "\\left"):
        open_.append((offset, token))
    elif token in _CLOSES:
        if not open_ or open_[-1][1] != _CLOSES[token]:
            return Slip(offset, f"'{token}' closes nothing that is open here")
        open_.pop()
    elif token in ("&", "\\\\") and not any(name.startswith("\\begin{") for _, name in open_):
        return Slip(offset, f"'{token}' stands outside an environment", "such as \\begin{pmatrix} … \\end{pmatrix}")
    return None


def _name_environment(
    start: tuple[int, str], offset: int, token: str, formula: str, open_: list[tuple[int, str]]
) -> tuple[tuple[int, str] | None, Slip | None]:
    """Read the name after a begin or end, token by token."""
    place, kind = start
    if token != "}":
        return start, None
    name = formula[place + len(kind) : offset].strip()[1:]
    if name not in ENVIRONMENTS:
        hint = nearest(name, ENVIRONMENTS) or "known are " + ", ".join(sorted(ENVIRONMENTS))
        return None, Slip(place, f"'{name}' is not an environment that every target knows", hint)
    if kind == "\\begin":
        open_.append((place, f"\\begin{{{name}}}"))
    elif not open_ or open_[-1][1] != f"\\begin{{{name}}}":
        return None, Slip(place, f"'\\end{{{name}}}' closes nothing that is open here")
    else:
        open_.pop()
    return None, None
