"""Symbolic options: the mathematics of an expression, printed from the expression itself.

What is proved, by evaluation at points of the stated domain, is what is shown. Drawn parameters appear as their
numbers; sums are collected, so that an option does not betray itself by its form.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markscheme.bank.maths import Applied, Node, Number, Power, Product, Quotient, Row, Sum, Symbol, tex
from markscheme.bank.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from markscheme.bank.values import Value


_OF_NUMBERS: dict[str, Callable[..., Any]] = {"abs": abs, "floor": math.floor, "ceil": math.ceil}


class NotMathematics(Exception):
    """Raised for an expression that has no mathematical form here."""


def as_formula(tree: ast.expr, values: Mapping[str, Value], fractional: Collection[str] = ()) -> Node:
    """Return the mathematics of an expression.

    Parameters
    ----------
    tree
        The syntax tree.
    values
        The parameters' values; every other name is a symbol.
    fractional
        The symbols that are not whole numbers, so that rounding them is not left out.

    Raises
    ------
    NotMathematics
        For conditions, indices and whatever else has no form.

    Examples
    --------
    >>> tex(as_formula(ast.parse("M + 2*p - d*(m - 1)", mode="eval").body, {"p": 1, "d": 2}))
    'M - 2m + 4'
    """

    def inner(part: ast.expr) -> Node:
        return as_formula(part, values, fractional)

    match tree:
        case ast.Constant(value=value) if type(value) in (int, float):
            return _number(value if type(value) is int else Decimal(str(value)))
        case ast.Name(id=name):
            return _named(name, values, fractional)
        case ast.Tuple(elts=items):
            return Row(tuple(inner(item) for item in items))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return inner(operand)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _scaled(-1, inner(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return _joined(op, inner(left), inner(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if "_" not in name:
            return _called(name, tuple(inner(argument) for argument in arguments))
        case _:
            raise NotMathematics("only sums, products, quotients, powers and functions can be shown")


def _named(name: str, values: Mapping[str, Value], fractional: Collection[str]) -> Node:
    if name not in values:
        return Symbol(name, whole=name not in fractional)
    value: Any = values[name]
    if type(value) is int:
        return Number(value)
    if type(value) is float:
        return _number(decimal(value))
    raise NotMathematics(f"'{name}' is not a number")


def _number(value: int | Decimal) -> Number:
    return Number(int(value) if value == int(value) else Decimal(value).normalize())


def _exact(value: float | Decimal) -> int | Decimal:
    return Decimal(str(value)) if isinstance(value, float) else value


def _computed(op: ast.operator, left: Node, right: Node) -> Node | None:
    """Return a power or quotient of whole numbers that is whole again."""
    match op, left, right:
        case ast.Pow(), Number(int(base)), Number(int(exponent)) if 0 <= exponent * base.bit_length() <= 53:
            return Number(base**exponent)
        case ast.Div(), Number(int(above)), Number(int(below)) if below and above % below == 0:
            return Number(above // below)
        case ast.FloorDiv(), Number(int(above)), Number(int(below)) if below:
            return Number(above // below)
        case _:
            return None


def _joined(op: ast.operator, left: Node, right: Node) -> Node:
    computed = _computed(op, left, right)
    if computed is not None:
        return computed
    match op:
        case ast.Add():
            return _sum(left, right)
        case ast.Sub():
            return _sum(left, _scaled(-1, right))
        case ast.Mult():
            return _product(left, right)
        case ast.Div():
            return left if right == Number(1) else Quotient(left, right)
        case ast.FloorDiv():
            return _called("floor", (_joined(ast.Div(), left, right),))
        case ast.Pow():
            return left if right == Number(1) else Power(left, right)
        case _:
            raise NotMathematics("only +, -, *, /, // and ** can be shown")


def _called(name: str, arguments: tuple[Node, ...]) -> Node:
    if name in ("floor", "ceil") and _is_whole(arguments[0]):
        return arguments[0]
    numbers = [argument.value for argument in arguments if isinstance(argument, Number)]
    if name in _OF_NUMBERS and len(numbers) == len(arguments):
        return _number(_OF_NUMBERS[name](*numbers))
    return Applied(name, arguments)


def _is_whole(node: Node) -> bool:
    """Return whether a form over whole symbols is whole."""
    match node:
        case Number(value):
            return value == int(value)
        case Symbol(whole=True) | Applied("floor" | "ceil", _):
            return True
        case Sum(parts) | Product(parts):
            return all(_is_whole(part) for part in parts)
        case _:
            return False


@dataclass(frozen=True, slots=True)
class _Term:
    coefficient: int | Decimal
    factors: tuple[Node, ...]


def _term(node: Node) -> _Term:
    match node:
        case Number(value):
            return _Term(_exact(value), ())
        case Product((Number(value), *factors)):
            return _Term(_exact(value), tuple(factors))
        case Product(factors):
            return _Term(1, factors)
        case _:
            return _Term(1, (node,))


def _node(term: _Term) -> Node:
    if not term.factors:
        return _number(term.coefficient)
    if term.coefficient == 1:
        return term.factors[0] if len(term.factors) == 1 else Product(term.factors)
    return Product((_number(term.coefficient), *term.factors))


def _sum(*parts: Node) -> Node:
    """Add, collecting terms that differ in their coefficient only; numbers come last."""
    collected: dict[str, _Term] = {}
    for part in parts:
        for piece in part.terms if isinstance(part, Sum) else (part,):
            term = _term(piece)
            key = " ".join(sorted(tex(factor) for factor in term.factors))
            before = collected.get(key)
            coefficient = term.coefficient + (before.coefficient if before else 0)
            collected[key] = _Term(coefficient, term.factors)
    number = collected.pop("", None)
    terms = [_node(term) for term in collected.values() if term.coefficient]
    if number is not None and (number.coefficient or not terms):
        terms.append(_node(number))
    if not terms:
        return Number(0)
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _scaled(number: int | Decimal, node: Node) -> Node:
    if isinstance(node, Sum):
        return _sum(*(_scaled(number, term) for term in node.terms))
    term = _term(node)
    return _node(_Term(term.coefficient * number, term.factors)) if term.coefficient * number else Number(0)


def _product(left: Node, right: Node) -> Node:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Number):
            return _scaled(_exact(one.value), other)
    first, second = _term(left), _term(right)
    return _node(_Term(first.coefficient * second.coefficient, (*first.factors, *second.factors)))
