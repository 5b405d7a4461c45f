"""Elements of MathML, and how they are put beside, above and below one another."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

_OPENING = frozenset("([{⌊⌈⟨")
_CLOSING = frozenset(")]}⌋⌉⟩")
_APPLY = "<mo>\u2061</mo>"
_THIN = '<mspace width="0.1667em"/>'


class Atom(NamedTuple):
    """One element.

    Attributes
    ----------
    kind
        ``ord``, ``op`` (an operator, relation or comma), ``open``, ``close``, ``fence`` (a pair with its content),
        ``function``, ``limit`` (such as max), ``large`` (has limits above and below), ``braced``
        (the same, in running text too), ``integral`` or ``space``.
    """

    markup: str
    kind: str = "ord"


def operator(symbol: str, attributes: str = "") -> str:
    """Return an operator."""
    return f"<mo{' ' if attributes else ''}{attributes}>{escape(symbol, quote=False)}</mo>"


def surrounded(inner: str, left: str, right: str) -> str:
    """Return an element between fences as tall as it is."""
    before = operator(left, _form(left, "prefix")) if left else ""
    after = operator(right, _form(right, "postfix")) if right else ""
    return f"<mrow>{before}{inner}{after}</mrow>" if before or after else inner


def _form(symbol: str, form: str) -> str:
    """Return the attributes of a fence, where browsers would not take it for one by themselves."""
    return "" if symbol in (_OPENING if form == "prefix" else _CLOSING) else f'form="{form}" stretchy="true"'


def one(atoms: list[Atom]) -> str:
    """Return a row as one element."""
    if len(atoms) == 1:
        return atoms[0].markup
    return f"<mrow>{joined(atoms)}</mrow>"


def joined(atoms: list[Atom]) -> str:
    """Return a row, with the space around names of functions that TeX would leave."""
    written: list[str] = []
    before = "open"
    for atom in atoms:
        if before in ("function", "limit") and atom.kind not in ("space", "close", "op"):
            written.append(_APPLY if atom.kind in ("open", "fence") else _APPLY + _THIN)
        elif atom.kind in ("function", "limit") and before in ("ord", "close", "fence"):
            written.append(_THIN)
        written.append(atom.markup)
        before = atom.kind
    return "".join(written)


def scripted(base: Atom, below: str, above: str) -> Atom:
    """Return an atom with what stands below and above it; either may be empty."""
    has_limits = base.kind in ("large", "braced", "limit")
    names = ("munder", "mover", "munderover") if has_limits else ("msub", "msup", "msubsup")
    name = names[2 if below and above else 1 if above else 0]
    return Atom(f"<{name}>{base.markup}{below}{above}</{name}>", "large" if base.kind == "braced" else base.kind)


def cells(row: list[str], columns: list[str]) -> list[str]:
    """Return the cells of a row, aligned as its columns say; a bar before a side is a line."""
    written = []
    for index, cell in enumerate(row):
        column = columns[index] if index < len(columns) else ""
        line = ' class="ruled"' if column.startswith("|") else ""
        side = column.removeprefix("|")
        written.append(f"<mtd{line}" + (f' columnalign="{side}"' if side else "") + f">{cell}</mtd>")
    return written
