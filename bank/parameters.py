"""Parameters: rules that turn random words into values, and pinned values of originals."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from markscheme.bank.draws import LARGEST_SPAN
from markscheme.bank.expressions import EvaluationError, Expression, compile_expression
from markscheme.bank.numbers import decimal
from markscheme.bank.problems import fail
from markscheme.bank.schema import number_of
from markscheme.bank.values import LARGEST_ARRAY, LARGEST_INTEGER, PassedOver, Value, ValueRefused, describe, freeze
from markscheme.bank.yaml_reader import Mapping, Node, Scalar, Sequence
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping as Names

    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Scope
    from markscheme.bank.problems import Place
    from markscheme.bank.spec import RuleSpec


class Rule(Protocol):
    """How one parameter is drawn."""

    @property
    def exact(self) -> bool:
        """Whether the value is shown exactly as it is."""

    def draw(self, name: str, draw: Draw, values: Names[str, Value]) -> Value:
        """Return the value; rules may use earlier parameters' values."""

    def size(self) -> int | None:
        """Return how many values there are, or None where that depends on other parameters."""

    def listed(self) -> tuple[Value, ...]:
        """Return the values that the author listed, if the rule lists them."""

    def pin(self, node: Node) -> Value:
        """Return the value that an author pinned for the original."""

    def check_pinned(self, value: Value, pinned: Names[str, Value], place: Place) -> None:
        """Refuse a pinned value whose shape is not the rule's, given the values that are pinned so far."""


def compile_rule(spec: RuleSpec, scope: Scope) -> Rule:
    """Return the rule of a parameter.

    Raises
    ------
    BankError
        If the rule has not exactly one of the kinds, or keys that do not go together.
    """
    kinds = [name for name in ("integers", "decimals", "one_of") if getattr(spec, name) is not None]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none"
        raise fail(spec.place, "E210", f"a rule has exactly one of integers, decimals and one_of; here: {found}")
    if spec.places is not None and spec.decimals is None:
        raise fail(spec.place, "E211", "'places' belongs to 'decimals'")
    if spec.decimals is not None and spec.places is None:
        raise fail(spec.place, "E211", "'decimals' needs 'places', the digits after the point")
    if spec.distinct and not spec.shape:
        raise fail(spec.place, "E211", "'distinct' needs a 'shape'")
    if spec.one_of is not None:
        if spec.shape or spec.nonzero:
            raise fail(spec.place, "E211", "'one_of' goes with neither 'shape' nor 'nonzero'")
        return _Choice(tuple(_literal(node) for node in spec.one_of), spec.place)
    low, high = (_compiled(bound, scope) for bound in (spec.integers or spec.decimals or ()))
    shape = tuple(_compiled(size, scope) for size in spec.shape)
    rule = _Range(low, high, shape, spec.places, spec.nonzero, spec.distinct, spec.place)
    return replace(rule, fixed=rule.constant_bounds())


def _compiled(source: Scalar, scope: Scope) -> Expression:
    return compile_expression(source.text, source.at, scope)


@dataclass(frozen=True, slots=True)
class _Range:
    low: Expression
    high: Expression
    shape: tuple[Expression, ...]
    places: int | None
    nonzero: bool
    distinct: bool
    place: Place
    fixed: tuple[int, int, tuple[int, ...]] | None = None

    @property
    def exact(self) -> bool:
        return True

    def constant_bounds(self) -> tuple[int, int, tuple[int, ...]] | None:
        """Return the bounds if they are the same in every draw."""
        if any(part.names for part in (self.low, self.high, *self.shape)):
            return None
        try:
            return self.bounds({})
        except PassedOver:  # a comparison in a bound; every draw will say so
            return None

    def bounds(self, values: Names[str, Value]) -> tuple[int, int, tuple[int, ...]]:
        """Return the lowest and highest scaled integer, and the shape."""
        if self.fixed is not None:
            return self.fixed
        try:
            low, high = (self._scaled(bound.evaluate(values), bound) for bound in (self.low, self.high))
            shape = tuple(size.evaluate(values) for size in self.shape)
        except EvaluationError as error:
            raise fail(self.place, "E310", f"the rule cannot be evaluated: {error}") from None
        if low > high:
            raise fail(self.low.place, "E310", f"the lowest value {low} is above the highest {high}")
        if any(type(size) is not int or size < 1 for size in shape) or math.prod(shape) > LARGEST_ARRAY:
            raise fail(self.place, "E310", f"the shape {shown(str(shape))} is not one of 1 to {LARGEST_ARRAY} elements")
        return low, high, shape

    def _scaled(self, bound: Any, source: Expression) -> int:
        if type(bound) not in (int, float):
            raise fail(source.place, "E310", f"the bound '{source.words}' is {describe(bound)}, not a number")
        scaled = (Decimal(str(bound)) if source.exact else decimal(bound)) * 10 ** (self.places or 0)
        if scaled != int(scaled) or abs(scaled) > LARGEST_INTEGER:
            wanted = f"a number of {self.places} decimal places" if self.places else "an integer"
            raise fail(source.place, "E310", f"the bound '{source.words}' is not {wanted}")
        return int(scaled)

    def span(self, low: int, high: int) -> int:
        span = high - low + 1 - (self.nonzero and low <= 0 <= high)
        if not 1 <= span <= LARGEST_SPAN:
            reason = "there is nothing to draw from" if span < 1 else "there are more than 2**32 values"
            raise fail(self.place, "E310", reason)
        return span

    def draw(self, name: str, draw: Draw, values: Names[str, Value]) -> Value:
        low, high, shape = self.bounds(values)
        span = self.span(low, high)
        count = math.prod(shape)
        if self.distinct:
            if count > span:
                raise fail(self.place, "E310", f"{count} different values cannot be drawn from {span}")
            offsets = draw.distinct(name, count, span)
        else:
            offsets = draw.numbers(name, count, span)
        numbers = [low + offset for offset in offsets]
        if self.nonzero and low <= 0 <= high:
            numbers = [number + 1 if number >= 0 else number for number in numbers]
        return self._value(numbers, shape)

    def _value(self, numbers: list[int], shape: tuple[int, ...]) -> Value:
        if self.places is None:
            return freeze(np.array(numbers, dtype=np.int64).reshape(shape)) if shape else numbers[0]
        scale = 10**self.places
        decimals = [number / scale for number in numbers]  # correctly rounded: the float nearest to the decimal
        return freeze(np.array(decimals).reshape(shape)) if shape else decimals[0]

    def size(self) -> int | None:
        if self.fixed is None:
            return None
        low, high, shape = self.fixed
        span, count = self.span(low, high), math.prod(shape)
        return math.perm(span, count) if self.distinct else span**count

    def listed(self) -> tuple[Value, ...]:
        return ()

    def pin(self, node: Node) -> Value:
        numbers: list[Decimal] = []
        shape = _collect(node, numbers)
        if len(shape) != len(self.shape):
            wanted = ("a number", "a list of numbers", "a list of rows, each a list of numbers")[len(self.shape)]
            raise fail(node.place, "E212", f"the pinned value must be {wanted}")
        if self.places is not None:  # a paper's decimals may have more digits than the drawn ones
            return _checked([float(number) for number in numbers], shape, node)
        if any(number != int(number) for number in numbers):
            raise fail(node.place, "E212", "the pinned value must be of whole numbers")
        return _checked([int(number) for number in numbers], shape, node)

    def check_pinned(self, value: Value, pinned: Names[str, Value], place: Place) -> None:
        if not all(part.names <= pinned.keys() for part in (self.low, self.high, *self.shape)):
            return  # it depends on something that is pinned further down
        try:
            shape = self.bounds(pinned)[2]
        except PassedOver:  # a comparison in a bound; nothing can be said of this one
            return
        if shape and isinstance(value, np.ndarray) and value.shape != shape:
            wanted = "×".join(map(str, shape))
            raise fail(place, "E212", f"the pinned value is {describe(value)}, and the rule's shape is {wanted}")


@dataclass(frozen=True, slots=True)
class _Choice:
    values: tuple[Value, ...]
    place: Place

    @property
    def exact(self) -> bool:
        return True

    def draw(self, name: str, draw: Draw, values: Names[str, Value]) -> Value:  # noqa: ARG002 - the form of a rule
        return self.values[draw.numbers(name, 1, len(self.values))[0]]

    def size(self) -> int | None:
        return len({repr(value) for value in self.values})  # a value may be listed twice, to be drawn more often

    def listed(self) -> tuple[Value, ...]:
        return self.values

    def pin(self, node: Node) -> Value:
        return _literal(node)

    def check_pinned(self, value: Value, pinned: Names[str, Value], place: Place) -> None:
        """Take any value: a paper's own need not be among the drawn ones."""


_NOT_FINITE = re.compile(r"[-+]?(?:\.?inf(?:inity)?|\.?nan|[0-9][0-9.]*e\+?[0-9]+)", re.IGNORECASE)


def _literal(node: Node) -> Value:
    """Return the number, text or array that a node writes."""
    if isinstance(node, Sequence):
        numbers: list[Decimal] = []
        shape = _collect(node, numbers)
        whole = all(number == int(number) and number.as_tuple().exponent == 0 for number in numbers)
        return _checked([int(n) if whole else float(n) for n in numbers], shape, node)
    if isinstance(node, Mapping):
        raise fail(node.place, "E212", "a mapping stands where a value is expected")
    number = number_of(node)
    if number is None:
        if isinstance(node, Scalar) and not node.style and _NOT_FINITE.fullmatch(node.text):
            raise fail(
                node.place, "E212", f"'{shown(node.text, 40)}' is no finite number", "quote it if a text is meant"
            )
        return node.text
    return _checked([int(number) if number == int(number) and "." not in node.text else float(number)], (), node)


def _checked(numbers: list[int] | list[float], shape: tuple[int, ...], node: Node) -> Value:
    """Return a number or an array, or refuse it at its place."""
    try:
        frozen = [freeze(number) for number in numbers]
        return freeze(np.array(frozen).reshape(shape)) if shape else frozen[0]
    except ValueRefused as error:
        raise fail(node.place, "E212", str(error)) from None


def _collect(node: Node, numbers: list[Decimal]) -> tuple[int, ...]:
    """Append the numbers of nested lists, row by row, and return their shape."""
    if isinstance(node, Sequence):
        shapes = {_collect(item, numbers) for item in node.items}
        if len(shapes) != 1 or len(numbers) > LARGEST_ARRAY:
            raise fail(node.place, "E212", "the rows of the array differ in length, or there are none")
        return (len(node.items), *shapes.pop())
    number = number_of(node)
    if number is None:
        raise fail(node.place, "E212", "a number is expected here")
    numbers.append(number)
    return ()
