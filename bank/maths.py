"""Mathematics as small trees, printed by each target.

A hole inside `$…$` may hold such a tree; so signs, parentheses and coefficients are right whatever the numbers
are, and no value is ever a piece of LaTeX.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.numbers import word

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of mathematics."""

    is_maths: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; a float is written with the hole's format specification."""

    value: int | float | Decimal


@dataclass(frozen=True, slots=True)
class Symbol(Node):
    """A named quantity such as ``M``, ``W_h`` or ``alpha``."""

    name: str


@dataclass(frozen=True, slots=True)
class Words(Node):
    """Words among mathematics, without any character that LaTeX reads as its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Terms that are added."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors that are multiplied."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """A fraction."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A power."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Applied(Node):
    """A function of arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Row(Node):
    """Items beside each other: ``(a, b)``, or ``a, b`` without brackets."""

    items: tuple[Node, ...]
    brackets: bool = True


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """Rows of a matrix."""

    rows: tuple[tuple[Node, ...], ...]


LATEX_CHARACTERS = frozenset("\\{}$%#&_^~@")
"""What cannot stand in words among mathematics."""

GREEK = frozenset(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega""".split()  # noqa: SIM905 - a list of strings is longer
)
_DELIMITED = {"floor": ("\\lfloor", "\\rfloor"), "ceil": ("\\lceil", "\\rceil"), "abs": ("|", "|")}
_NAMED = frozenset({"exp", "log", "sin", "cos", "tan", "tanh", "min", "max"})


def tex(node: Node, spec: str = "") -> str:
    r"""Write a tree as LaTeX.

    Parameters
    ----------
    node
        The tree.
    spec
        The format specification of the floats in it.

    Examples
    --------
    >>> tex(Sum((Product((Number(2), Number(-1))), Product((Number(-3), Number(4))))))
    '2 \\cdot (-1) + (-3) \\cdot 4'
    >>> tex(Sum((Symbol("M"), Product((Number(-2), Symbol("m"))), Number(1))))
    'M - 2m + 1'
    """
    match node:
        case Number(value):
            return _number(value, spec)
        case Symbol(name):
            return _symbol(name)
        case Words(text):
            return f"\\text{{{text}}}"
        case Sum(terms):
            return _sum(terms, spec)
        case Product(factors):
            return _product(factors, spec)
        case Quotient(numerator, denominator):
            return f"\\frac{{{tex(numerator, spec)}}}{{{tex(denominator, spec)}}}"
        case Power(base, exponent):
            return f"{_grouped(base, spec, power=True)}^{{{tex(exponent, spec)}}}"
        case Applied(name, arguments):
            return _applied(name, arguments, spec)
        case Row(items, brackets):
            inner = ",\\, ".join(tex(item, spec) for item in items)
            return _bracketed(inner) if brackets else inner
        case Matrix(rows):
            lines = " \\\\ ".join(" & ".join([tex(item, spec) for item in row]) for row in rows)
            return f"\\begin{{pmatrix}} {lines} \\end{{pmatrix}}"
        case _:
            raise TypeError(f"{node!r} is not mathematics")


def _number(value: float | Decimal, spec: str) -> str:
    text = word(value, spec) if isinstance(value, (int, float)) else format(value, spec or "f")
    mantissa, letter, exponent = text.partition("e")
    return f"{mantissa} \\times 10^{{{int(exponent)}}}" if letter else text


def _symbol(name: str) -> str:
    head, _, tail = name.partition("_")
    shown = f"\\{head}" if head in GREEK else head if len(head) == 1 else f"\\mathrm{{{head}}}"
    return f"{shown}_{{{tail}}}" if tail else shown


def _sum(terms: tuple[Node, ...], spec: str) -> str:
    written = [tex(terms[0], spec)]
    for term in terms[1:]:
        text = tex(term, spec)
        if not text.startswith("-"):
            written.append(f" + {text}")
        elif isinstance(term, Product) and all(isinstance(factor, Number) for factor in term.factors):
            first, *rest = term.factors
            written.append(" + " + " \\cdot ".join([f"({tex(first, spec)})", *(_factor(f, spec) for f in rest)]))
        else:
            written.append(f" - {text[1:]}")
    return "".join(written)


def _product(factors: tuple[Node, ...], spec: str) -> str:
    first, *rest = factors
    others = [_factor(factor, spec) for factor in rest]
    if not isinstance(first, Number):
        return _juxtapose([_factor(first, spec), *others], list(factors))
    if rest and not isinstance(rest[0], Number) and first.value in (1, -1):
        return ("-" if first.value < 0 else "") + _juxtapose(others, rest)
    return _juxtapose([tex(first, spec), *others], list(factors))


def _juxtapose(texts: list[str], factors: list[Node]) -> str:
    written = texts[0]
    for text, before, factor in zip(texts[1:], factors, factors[1:], strict=False):
        dotted = _begins_with_number(factor) or (isinstance(before, Symbol) and "_" in before.name) or _is_long(before)
        written += f" \\cdot {text}" if dotted else text if isinstance(before, Number) else f" {text}"
    return written


def _begins_with_number(node: Node) -> bool:
    return isinstance(node, Number) or (isinstance(node, Power) and isinstance(node.base, Number))


def _is_long(node: Node) -> bool:
    return isinstance(node, Applied) and node.name in _NAMED


def _factor(node: Node, spec: str) -> str:
    return _grouped(node, spec, power=False)


def _grouped(node: Node, spec: str, *, power: bool) -> str:
    text = tex(node, spec)
    needs = isinstance(node, Sum) or text.startswith("-")
    if power:
        needs = needs or isinstance(node, (Product, Quotient, Power, Applied))
    return _bracketed(text) if needs else text


def _bracketed(text: str) -> str:
    """Put LaTeX into parentheses that are as tall as it is."""
    return f"\\left( {text} \\right)" if "\\frac" in text else f"({text})"


def _applied(name: str, arguments: tuple[Node, ...], spec: str) -> str:
    inner = ", ".join(tex(argument, spec) for argument in arguments)
    if name in _DELIMITED:
        left, right = _DELIMITED[name]
        return f"\\left{left} {inner} \\right{right}"
    if name == "sqrt":
        return f"\\sqrt{{{inner}}}"
    shown = f"\\{name}" if name in _NAMED else f"\\operatorname{{{name}}}"
    return f"{shown}({inner})"


def has_float(node: Node) -> bool:
    """Return whether a tree holds a computed float, which needs a format specification."""
    match node:
        case Number(value):
            return type(value) is float
        case Sum(parts) | Product(parts) | Applied(_, parts) | Row(parts):
            return any(has_float(part) for part in parts)
        case Quotient(first, second) | Power(first, second):
            return has_float(first) or has_float(second)
        case Matrix(rows):
            return any(has_float(item) for row in rows for item in row)
        case _:
            return False
