"""The expression language: a guarded subset of Python's own expressions.

Numbers, texts, tuples, arithmetic with ``@``, comparisons, ``and``/``or``/``not``, ``a if c else b``, indexing,
and calls by name. An expression is parsed by Python, checked against a list of what is allowed, rewritten so
that every operation goes through `markscheme.bank.guards`, and compiled once.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank import guards
from markscheme.bank.problems import BankError, fail, nearest
from markscheme.bank.values import LARGEST_INTEGER, PassedOver, Value, ValueRefused, freeze
from markscheme.bank.yaml_text import TRUTHS, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from markscheme.bank.problems import Place

LONGEST = 1_000
MOST_NODES = 400
DEEPEST = 40
_LONGEST_SHOWN, _LONGEST_REASON = 100, 200

_BINARY = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.MatMult: "matmul",
    ast.Div: "divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "modulo",
    ast.Pow: "power",
}
_NOT_ALLOWED = {
    ast.BitXor: ("^", "a power is written **"),
    ast.BitAnd: ("&", "join conditions with 'and'"),
    ast.BitOr: ("|", "join conditions with 'or'"),
    ast.LShift: ("<<", "multiply by a power of two"),
    ast.RShift: (">>", "divide by a power of two"),
}
_UNARY = {ast.USub: "negative", ast.UAdd: "positive"}
_COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_REFUSED = {
    ast.Attribute: "a dot reaches into a value: call a function by name instead",
    ast.Lambda: "there are no functions of your own here",
    ast.ListComp: "there are no comprehensions here",
    ast.GeneratorExp: "there are no comprehensions here",
    ast.List: "write a tuple, (1, 2), or array((1, 2), (3, 4)), instead of a list",
    ast.JoinedStr: "there are no f-strings here: put a hole into a text",
    ast.NamedExpr: "names are given under 'let'",
    ast.BitXor: "a power is written **",
}


class EvaluationError(Exception):
    """Raised when an expression cannot be evaluated; the message is a sentence for the author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names that an expression may use.

    Attributes
    ----------
    values
        Names of values: parameters, symbols and what `let` has named so far.
    exact
        Those among them that hold exactly what is shown, such as drawn decimals.
    functions
        Functions by name.
    later
        Names that exist but are not known yet, for the error message.
    figures
        The question's figures, which its texts show: expressions of a kind and its arguments; None for one that is
        wrong, and reported elsewhere.
    """

    values: frozenset[str]
    functions: Mapping[str, Callable[..., Any]]
    exact: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    figures: Mapping[str, Expression | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A compiled expression.

    Attributes
    ----------
    source
        What the author wrote.
    size
        How many operations, names and numbers it has.
    names
        The values that it uses.
    exact
        Whether its value is exactly what is shown: a literal, a parameter or an element of one.
    """

    source: str
    size: int
    place: Place
    names: frozenset[str]
    exact: bool
    tree: ast.expr
    _code: CodeType
    _globals: dict[str, Any]

    @property
    def words(self) -> str:
        """The source as messages repeat it."""
        return shown(self.source, _LONGEST_SHOWN)

    def evaluate(self, values: Mapping[str, Value]) -> Any:
        """Return the value for the named values.

        Raises
        ------
        EvaluationError
            If the values do not fit; solvers' own sentences are passed on.
        Borderline
            If a comparison is too close to decide.
        """
        try:
            if guards.RAISING.get():
                return eval(self._code, self._globals, values)  # noqa: S307 - built from an allow-list, see _Rewriter
            with guards.arithmetic():
                return eval(self._code, self._globals, values)  # noqa: S307
        except guards.Borderline as reason:
            raise guards.Borderline(f"in '{self.words}', {reason}") from None
        except ValueRefused as error:
            raise EvaluationError(shown(str(error), _LONGEST_REASON)) from None
        except (ValueError, TypeError, ArithmeticError, IndexError, MemoryError, RecursionError) as error:
            raise EvaluationError(shown(str(error), _LONGEST_REASON) or type(error).__name__) from None


def compile_condition(source: str, at: Callable[[int], Place], scope: Scope) -> Expression:
    """Compile a condition; `true` and `false` may be written as elsewhere in YAML."""
    word = source.strip()
    return compile_expression(word.title() if word in ("true", "false") else source, at, scope)


def compile_expression(source: str, at: Callable[[int], Place], scope: Scope) -> Expression:
    """Compile an expression.

    Parameters
    ----------
    source
        The text of the expression.
    at
        Gives the place in the file of a character of `source`.
    scope
        The names that it may use.

    Raises
    ------
    BankError
        With one problem, at its place.

    Examples
    --------
    >>> from markscheme.bank.problems import Place
    >>> scope = Scope(values=frozenset({"n"}), functions={"abs": abs})
    >>> compile_expression("abs(n) + 1", lambda i: Place("a.yaml", 1, 1 + i), scope).evaluate({"n": -4})
    5
    """
    flat = source.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    lead = len(flat) - len(flat.lstrip())
    flat = flat.strip()

    def inside(offset: int) -> Place:
        return at(lead + offset)

    tree = _parse(flat, inside)
    rewriter = _Rewriter(flat, inside, scope)
    body = rewriter.rewrite(tree)
    code = compile(ast.fix_missing_locations(ast.Expression(body)), "<expression>", "eval")
    return Expression(
        source=flat,
        size=rewriter.nodes,
        place=inside(0),
        names=frozenset(rewriter.names),
        exact=rewriter.is_exact(tree),
        tree=tree,
        _code=code,
        _globals=rewriter.globals,
    )


def _parse(flat: str, at: Callable[[int], Place]) -> ast.expr:
    if not flat:
        raise fail(at(0), "E301", "an expression is missing")
    if len(flat) > LONGEST:
        raise fail(at(0), "E302", f"the expression has {len(flat)} characters", f"at most {LONGEST}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(flat, mode="eval").body
    except SyntaxError as error:
        start = min(max((error.offset or 1) - 1, 0), len(flat) - 1)
        raise fail(at(start), "E301", f"'{shown(flat)}' is not an expression: {error.msg}", _slip(flat)) from None
    except (ValueError, MemoryError, RecursionError, Warning):
        raise fail(at(0), "E301", f"'{shown(flat)}' is not an expression") from None


def _slip(flat: str) -> str:
    """Return a hint for the usual slips of those who write mathematics."""
    if re.search(r"(?<![=<>!])=(?!=)", flat):
        return "two values are compared with =="
    if re.search(r"\b[0-9]+\s*[A-Za-z(]|\)\s*[A-Za-z0-9(]", flat):
        return "a product needs its *"
    return ""


class _Rewriter:
    """Checks a syntax tree and rewrites it into guarded calls."""

    def __init__(self, source: str, at: Callable[[int], Place], scope: Scope) -> None:
        self.bytes = source.encode()
        self.at = at
        self.scope = scope
        self.names: set[str] = set()
        self.globals: dict[str, Any] = {"__builtins__": {}}
        self.nodes = 0

    def place(self, node: ast.expr) -> Place:
        return self.at(len(self.bytes[: node.col_offset].decode(errors="ignore")))  # ast counts UTF-8 bytes

    def refuse(self, node: ast.expr, code: str, message: str, hint: str = "") -> BankError:
        return fail(self.place(node), code, message, hint)

    def is_exact(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return name in self.scope.exact
            case ast.Subscript(value=value):
                return self.is_exact(value)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.is_exact(operand)
            case ast.Tuple(elts=items):
                return all(self.is_exact(item) for item in items)
            case ast.IfExp(body=body, orelse=otherwise):
                return self.is_exact(body) and self.is_exact(otherwise)
            case _:
                return False

    def guard(self, name: str, *arguments: ast.expr) -> ast.Call:
        self.globals["_" + name] = getattr(guards, name)
        return _call("_" + name, list(arguments))

    def rewrite(self, node: ast.expr, depth: int = 0) -> ast.expr:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            raise self.refuse(node, "E302", "the expression is too large", "name parts of it under 'let'")
        method = getattr(self, "on_" + type(node).__name__, None)
        if method is None:
            raise self.unknown(node)
        rewritten: ast.expr = method(node, depth + 1)
        return rewritten

    def unknown(self, node: ast.expr) -> BankError:
        text = ast.get_source_segment(self.bytes.decode(), node) or type(node).__name__
        return self.refuse(node, "E303", f"'{shown(text.strip())}' is not allowed", _REFUSED.get(type(node), ""))

    def on_Constant(self, node: ast.Constant, depth: int) -> ast.expr:  # noqa: ARG002, N802 - see rewrite
        value = node.value
        if type(value) is int and abs(value) > LARGEST_INTEGER:
            hint = "no exact number is so large; write it with a point or an exponent, such as 1e20"
            raise self.refuse(node, "E304", "the integer is beyond 2**53", hint)
        try:
            if type(value) not in (bool, int, float, str):
                raise ValueRefused("")
            freeze(value)
        except ValueRefused as error:
            text = ast.get_source_segment(self.bytes.decode(), node) or ""
            raise self.refuse(node, "E303", f"'{shown(text.strip())}' is not allowed", str(error)) from None
        return ast.Constant(value)

    def on_Name(self, node: ast.Name, depth: int) -> ast.expr:  # noqa: ARG002, N802
        name = node.id
        if name in self.scope.values:
            self.names.add(name)
            return ast.Name(name, ast.Load())
        if name in self.scope.functions:
            raise self.refuse(node, "E305", f"'{name}' is a function", f"call it: {name}(…)")
        if name in self.scope.later:
            raise self.refuse(
                node,
                "E306",
                f"'{name}' is not known yet here",
                "parameters and 'let' are worked out from top to bottom; no name may need itself",
            )
        known = [*self.scope.values, *self.scope.functions, *self.scope.later]
        meant = TRUTHS.get(name.lower())
        hint = nearest(name, known) if meant is None else f"write {meant}"
        raise self.refuse(node, "E305", f"unknown name '{shown(name)}'", hint)

    def on_Tuple(self, node: ast.Tuple, depth: int) -> ast.expr:  # noqa: N802
        items = [self.rewrite(item, depth) for item in node.elts]
        if all(isinstance(item, ast.Constant) for item in items):
            return ast.Tuple(items, ast.Load())
        return self.guard("make_tuple", *items)

    def on_BinOp(self, node: ast.BinOp, depth: int) -> ast.expr:  # noqa: N802
        name = _BINARY.get(type(node.op))
        if name is None:
            sign, hint = _NOT_ALLOWED[type(node.op)]
            raise self.refuse(node, "E303", f"the operator {sign} is not allowed", hint)
        return self.guard(name, self.rewrite(node.left, depth), self.rewrite(node.right, depth))

    def on_UnaryOp(self, node: ast.UnaryOp, depth: int) -> ast.expr:  # noqa: N802
        operand = self.rewrite(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return ast.UnaryOp(ast.Not(), self.guard("truth", operand))
        name = _UNARY.get(type(node.op))
        if name is None:
            raise self.refuse(node, "E303", "the operator ~ is not allowed", "the opposite of a condition is 'not'")
        return self.guard(name, operand)

    def on_BoolOp(self, node: ast.BoolOp, depth: int) -> ast.expr:  # noqa: N802
        parts: list[ast.expr] = [self.guard("truth", self.rewrite(value, depth)) for value in node.values]
        return ast.BoolOp(node.op, parts)

    def on_IfExp(self, node: ast.IfExp, depth: int) -> ast.expr:  # noqa: N802
        test = self.guard("truth", self.rewrite(node.test, depth))
        return ast.IfExp(test, self.rewrite(node.body, depth), self.rewrite(node.orelse, depth))

    def on_Compare(self, node: ast.Compare, depth: int) -> ast.expr:  # noqa: N802
        sides = (node.left, *node.comparators)
        operands = [self.rewrite(side, depth) for side in sides]
        exact = [self.is_exact(side) for side in sides]
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            found = self.guard("contains", _constant(tuple(exact)), *operands)
            return found if isinstance(node.ops[0], ast.In) else ast.UnaryOp(ast.Not(), found)
        symbols = [_COMPARISONS.get(type(op)) for op in node.ops]
        if None in symbols:
            raise self.refuse(node, "E303", "this comparison is not allowed", "use ==, !=, <, <=, > or >=")
        links = tuple(zip(symbols, pairwise(exact), strict=True))
        if len(links) > 1:
            return self.guard("chain", _constant(links), *operands)
        return self.guard("compare", *map(_constant, links[0]), *operands)

    def on_Subscript(self, node: ast.Subscript, depth: int) -> ast.expr:  # noqa: N802
        return self.guard("index", self.rewrite(node.value, depth), self.key(node.slice, depth))

    def key(self, node: ast.expr, depth: int) -> ast.expr:
        if isinstance(node, ast.Tuple):
            return ast.Tuple([self.key(part, depth) for part in node.elts], ast.Load())
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            return self.guard(
                "make_slice",
                *(ast.Constant(None) if part is None else self.rewrite(part, depth) for part in parts),
            )
        return self.rewrite(node, depth)

    def on_Call(self, node: ast.Call, depth: int) -> ast.expr:  # noqa: N802
        if not isinstance(node.func, ast.Name):
            raise self.unknown(node.func)
        name = node.func.id
        function = self.scope.functions.get(name)
        if function is None:
            taken = name in self.scope.values
            hint = "it is a value, not a function" if taken else nearest(name, self.scope.functions)
            raise self.refuse(node.func, "E307", f"there is no function or solver '{shown(name)}'", hint)
        words = [word.arg for word in node.keywords]
        if len(set(words)) < len(words):
            raise self.refuse(node, "E308", f"'{name}' is given the same argument twice")
        arguments = [self.rewrite(argument, depth) for argument in node.args]
        keywords = [ast.keyword(word.arg, self.rewrite(word.value, depth)) for word in node.keywords]
        self.check_arguments(node, name, function)
        self.globals["_call_" + name] = _frozen(name, function)
        return _call("_call_" + name, arguments, keywords)

    def check_arguments(self, node: ast.Call, name: str, function: Callable[..., Any]) -> None:
        from inspect import signature  # noqa: PLC0415 - slow to import

        if any(word.arg is None for word in node.keywords):
            raise self.refuse(node, "E303", "'**' is not allowed in a call")
        form = signature(function)
        try:
            form.bind(*node.args, **{str(word.arg): 0 for word in node.keywords})
        except TypeError as error:
            usage = f"{name}({', '.join(form.parameters)})"
            reason = shown(str(error), _LONGEST_REASON)
            raise self.refuse(node, "E308", f"'{name}' cannot be called so: {reason}", f"it is {usage}") from None


def _call(name: str, arguments: list[ast.expr], keywords: list[ast.keyword] | None = None) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), arguments, keywords or [])


def _constant(value: Any) -> ast.expr:
    return ast.Constant(value)


def _frozen(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    if getattr(function, "is_sound", False):

        def trust(*arguments: Any, **keywords: Any) -> Any:
            result = function(*arguments, **keywords)
            if isinstance(result, np.ndarray):
                result.setflags(write=False)
            return result

        return trust

    def call(*arguments: Any, **keywords: Any) -> Any:
        try:
            return freeze(function(*arguments, **keywords))
        except (ValueError, ValueRefused, PassedOver):
            raise  # a sentence for the author
        except (Exception, SystemExit) as error:  # a solver is anyone's code
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise ValueRefused(f"'{name}' failed: {reason}") from error

    return call
