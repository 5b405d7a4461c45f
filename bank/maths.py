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

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; a float is written with the hole's format specification."""

    value: int | float | Decimal


@dataclass(frozen=True, slots=True)
class Symbol(Node):
    """A named quantity such as ``M``, ``W_h`` or ``alpha``; a whole number, unless told otherwise."""

    name: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Words(Node):
    """Words among mathematics, without any character that LaTeX reads as its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Terms that are added."""

    terms: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return self.terms


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors that are multiplied."""

    factors: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return self.factors


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """A fraction."""

    numerator: Node
    denominator: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return (self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A power."""

    base: Node
    exponent: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return (self.base, self.exponent)


@dataclass(frozen=True, slots=True)
class Applied(Node):
    """A function of arguments."""

    name: str
    arguments: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return self.arguments


@dataclass(frozen=True, slots=True)
class Row(Node):
    """Items beside each other: ``(a, b)``, or ``a, b`` without brackets."""

    items: tuple[Node, ...]
    brackets: bool = True

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return self.items


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """Rows of a matrix."""

    rows: tuple[tuple[Node, ...], ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The pieces that it is made of."""
        return tuple(item for row in self.rows for item in row)


LATEX_CHARACTERS = frozenset("\\{}$%#&_^~@")
"""What cannot stand in words among mathematics."""

GREEK = frozenset(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega""".split()  # noqa: SIM905 - a list of strings is longer
)
_DELIMITED = {"floor": ("\\lfloor", "\\rfloor"), "ceil": ("\\lceil", "\\rceil"), "abs": ("|", "|")}
_NAMED = {
    name: f"\\{name}" for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max", "gcd")
}
_NAMED |= {"atan": "\\arctan", "log2": "\\log_{2}", "log10": "\\log_{10}"}


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
    if spec.startswith("+") and isinstance(node, (Sum, Product, Quotient, Power, Applied)):
        spec = spec[1:]  # a plus that is written anyway
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
    if type(value) is int and not spec:
        return str(value)
    return scientific(word(value, spec))


def scientific(text: str) -> str:
    """Write a number as LaTeX, an exponent as a power of ten."""
    mantissa, letter, exponent = text.partition("e")
    return f"{mantissa} \\times 10^{{{int(exponent)}}}" if letter else text


def _symbol(name: str) -> str:
    head, *tails = [_letters(part) for part in name.split("_") if part]
    return f"{head}_{{{', '.join(tails)}}}" if tails else head


def _letters(name: str) -> str:
    return f"\\{name}" if name in GREEK else name if len(name) == 1 else f"\\mathrm{{{name}}}"


def _sum(terms: tuple[Node, ...], spec: str) -> str:
    written = [tex(terms[0], spec)]
    for term in terms[1:]:
        if isinstance(term, Product) and len(term.factors) > 1 and _is_numeric(term):
            written.append(" + " + " \\cdot ".join([_factor(factor, spec) for factor in term.factors]))
            continue
        text = tex(term, spec)
        written.append(f" - {text[1:]}" if text.startswith("-") else f" + {text}")
    return "".join(written)


def _is_numeric(node: Node) -> bool:
    return all(type(part) is Number for part in node.parts)


def _product(factors: tuple[Node, ...], spec: str) -> str:
    first, *rest = factors
    others = [_factor(factor, spec) for factor in rest]
    if all(type(factor) is Number for factor in factors):
        return " \\cdot ".join([tex(first, spec), *others])
    if not isinstance(first, Number):
        return _juxtapose([_factor(first, spec), *others], list(factors))
    if rest and not isinstance(rest[0], Number) and tex(first) in ("1", "-1"):
        return ("-" if first.value < 0 else "") + _juxtapose(others, rest)
    return _juxtapose([tex(first, spec), *others], list(factors))


def _juxtapose(texts: list[str], factors: list[Node]) -> str:
    written = texts[0]
    for text, before, factor in zip(texts[1:], factors, factors[1:], strict=False):
        dotted = (
            text[0].isdigit()
            or isinstance(factor.base if isinstance(factor, Power) else factor, Number)
            or _is_long(before)
            or text.startswith("\\frac" if isinstance(before, Number) else "\\mathrm")  # 2 · ½ is not 2½
        )
        written += f" \\cdot {text}" if dotted else text if isinstance(before, Number) else f" {text}"
    return written


def _is_long(node: Node) -> bool:
    if isinstance(node, Symbol):
        return "_" in node.name or _symbol(node.name).startswith("\\mathrm")
    return isinstance(node, Applied) and node.name in _NAMED


def _factor(node: Node, spec: str) -> str:
    if type(node) is Number:
        text = _number(node.value, spec)
        return f"({text})" if text.startswith("-") else text
    return _grouped(node, spec, power=False)


def _grouped(node: Node, spec: str, *, power: bool) -> str:
    text = tex(node, spec)
    needs = isinstance(node, Sum) or text.startswith("-") or (isinstance(node, Row) and not node.brackets)
    if power:
        needs = needs or isinstance(node, (Product, Quotient, Power, Applied)) or "\\times" in text
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
    shown = _NAMED.get(name) or f"\\operatorname{{{name}}}"
    return f"{shown}({inner})"


def has_float(node: Node) -> bool:
    """Return whether a tree holds a computed float, which needs a format specification."""
    if isinstance(node, Number):
        return type(node.value) is float
    return any(has_float(part) for part in node.parts)
