"""Work out QTI's expressions: those that an export writes, and their nearest neighbours.

An expression is taken apart once and worked out for each submission. What it means follows the standard, and shares no
code with what writes it. Source: IMS QTI 2.1 Assessment Test, Section and Item Information Model, section 15.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from markscheme.exporters.qti.elements import attribute, child, children, name, raw_text
from markscheme.exporters.qti.values import NUMERIC, Single, Value, is_equal, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

Values: TypeAlias = "dict[str, Value]"
Work: TypeAlias = Callable[[Values], Value]

_ITEM_FORM: Final = re.compile(r"(?:\\[\\|.?*+(){}\[\]^$-]|\\s[*+]?|\[\w\w\]|[^\\\[\]{}?*+.^$])*")
"""The regular expressions that items of ours have: XML Schema and Python read them alike."""


class RuleError(Exception):
    """Raised for a rule or expression that cannot be worked out here."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A response's mapping: what each value earns, and the bounds of their sum."""

    entries: Mapping[str, float]
    default: float
    lower: float | None
    upper: float | None
    ignores_case: frozenset[str]

    def total(self, value: Value) -> float:
        """Return the sum of what each value is mapped to, each of them once."""
        values = dict.fromkeys(value) if isinstance(value, tuple) else (value,)
        total = sum(self._of(_key(one)) for one in values)
        if self.lower is not None:
            total = max(total, self.lower)
        return total if self.upper is None else min(total, self.upper)

    def _of(self, key: str) -> float:
        if key in self.entries:
            return self.entries[key]
        folded = key.casefold()
        return next((self.entries[one] for one in self.ignores_case if one.casefold() == folded), self.default)


def _key(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable's declaration: its type and whatever it says beside that."""

    identifier: str
    cardinality: str
    base_type: str
    default: Value
    correct: Value
    mapping: Mapped | None

    @property
    def start(self) -> Value:
        """What it holds before anything is worked out: its default, else 0 for numbers, else nothing."""
        is_number = self.base_type in NUMERIC and self.cardinality == "single"
        return 0.0 if self.default is None and is_number else self.default


def read_declaration(element: _Element) -> Declared:
    """Return a variable's declaration."""
    base_type, cardinality = attribute(element, "baseType"), attribute(element, "cardinality") or "single"

    def values(word: str) -> Value:
        found = child(element, word)
        texts = [] if found is None else map(raw_text, children(found, "value"))
        parsed = [value for value in (parse(one, base_type) for one in texts) if value is not None]
        if cardinality == "single":
            return parsed[0] if parsed else None
        return tuple(parsed) or None

    return Declared(
        identifier=attribute(element, "identifier"),
        cardinality=cardinality,
        base_type=base_type,
        default=values("defaultValue"),
        correct=values("correctResponse"),
        mapping=_read_mapping(child(element, "mapping"), base_type),
    )


def _read_mapping(element: _Element | None, base_type: str) -> Mapped | None:
    if element is None:
        return None
    entries = {}
    ignoring = []
    for entry in children(element, "mapEntry"):
        key = _key(parse(attribute(entry, "mapKey"), base_type))
        entries[key] = _number(attribute(entry, "mappedValue")) or 0.0
        if attribute(entry, "caseSensitive") == "false":
            ignoring.append(key)
    return Mapped(
        entries=entries,
        default=_number(attribute(element, "defaultValue")) or 0.0,
        lower=_number(attribute(element, "lowerBound")),
        upper=_number(attribute(element, "upperBound")),
        ignores_case=frozenset(ignoring),
    )


def _number(written: str) -> float | None:
    value = parse(written, "float")
    return value if isinstance(value, float) else None


class Expressions:
    """Takes expressions apart.

    Parameters
    ----------
    declared
        All variables, by identifier.
    """

    def __init__(self, declared: Mapping[str, Declared]) -> None:
        self._declared = declared

    def variable(self, identifier: str) -> Declared:
        """Return a variable's declaration.

        Raises
        ------
        RuleError
            If there is none.
        """
        if identifier not in self._declared:
            raise RuleError(f"the variable '{identifier}' is not declared")
        return self._declared[identifier]

    def work(self, element: _Element) -> Work:
        """Return what works out an expression.

        Raises
        ------
        RuleError
            If it is not known; the work raises it where a value does not fit.
        """
        kind = name(element)
        take_apart = _KINDS.get(kind)
        if take_apart is None:
            raise RuleError(f"the expression '{kind}' is not known")
        parts = [self.work(one) for one in element]
        wanted = _PARTS.get(kind)
        if wanted is not None and len(parts) != wanted:
            raise RuleError(f"'{kind}' holds {len(parts)} expressions, not {wanted}")
        return take_apart(self, element, parts)


_Parts: TypeAlias = "list[Work]"


def _numbers(parts: _Parts, values: Values) -> list[float] | None:
    """Return the numbers that the parts of an expression are, containers opened; None if one is NULL."""
    numbers: list[float] = []
    for part in parts:
        value = part(values)
        if value is None:
            return None
        for one in value if isinstance(value, tuple) else (value,):
            if not isinstance(one, float):
                raise RuleError(f"'{one}' is no number")
            numbers.append(one)
    return numbers


def _logical(decisive: bool) -> Callable[[Expressions, _Element, _Parts], Work]:
    """Return `and` (False decides) or `or` (True decides) in the logic of three values."""

    def take_apart(_: Expressions, __: _Element, parts: _Parts) -> Work:
        def work(values: Values) -> Value:
            is_open = False
            for part in parts:
                state = part(values)
                if state is decisive:
                    return decisive
                is_open = is_open or state is None
            return None if is_open else not decisive

        return work

    return take_apart


def _compared(compare: Callable[[float, float], bool]) -> Callable[[Expressions, _Element, _Parts], Work]:
    def take_apart(_: Expressions, element: _Element, parts: _Parts) -> Work:
        if attribute(element, "toleranceMode") not in ("", "exact"):
            raise RuleError("a tolerance of 'equal' is not one that an export writes")

        left, right = parts

        def work(values: Values) -> Value:
            one, other = left(values), right(values)
            if type(one) is float and type(other) is float:  # nearly always, and fast
                return compare(one, other)
            numbers = _numbers(parts, values)
            return None if numbers is None else compare(numbers[0], numbers[1])

        return work

    return take_apart


def _arithmetic(work_out: Callable[[list[float]], float]) -> Callable[[Expressions, _Element, _Parts], Work]:
    def take_apart(_: Expressions, __: _Element, parts: _Parts) -> Work:
        def work(values: Values) -> Value:
            numbers = _numbers(parts, values)
            return None if numbers is None else work_out(numbers)

        return work

    return take_apart


def _product(numbers: list[float]) -> float:
    product = 1.0
    for number in numbers:
        product *= number
    return product


def _base_value(_: Expressions, element: _Element, __: _Parts) -> Work:
    value = parse(raw_text(element), attribute(element, "baseType"))
    return lambda _: value


def _variable(self: Expressions, element: _Element, _: _Parts) -> Work:
    identifier = self.variable(attribute(element, "identifier")).identifier
    return lambda values: values[identifier]


def _correct(self: Expressions, element: _Element, _: _Parts) -> Work:
    correct = self.variable(attribute(element, "identifier")).correct
    return lambda _: correct


def _default(self: Expressions, element: _Element, _: _Parts) -> Work:
    default = self.variable(attribute(element, "identifier")).default
    return lambda _: default


def _null(_: Expressions, __: _Element, ___: _Parts) -> Work:
    return lambda _: None


def _not(_: Expressions, __: _Element, parts: _Parts) -> Work:
    (part,) = parts

    def work(values: Values) -> Value:
        state = part(values)
        return None if state is None else not state

    return work


def _is_null(_: Expressions, __: _Element, parts: _Parts) -> Work:
    (part,) = parts
    return lambda values: part(values) in (None, "")


def _match(self: Expressions, element: _Element, parts: _Parts) -> Work:
    one, other = parts
    named = [attribute(part, "identifier") for part in element if name(part) in ("variable", "correct")]
    cardinality = next((self.variable(identifier).cardinality for identifier in named), "single")
    return lambda values: is_equal(one(values), other(values), cardinality)


def _index(_: Expressions, element: _Element, parts: _Parts) -> Work:
    (part,) = parts
    number = int(attribute(element, "n") or 0)

    def work(values: Values) -> Value:
        value = part(values)
        return value[number - 1] if isinstance(value, tuple) and 0 < number <= len(value) else None

    return work


def _member(_: Expressions, __: _Element, parts: _Parts) -> Work:
    one, other = parts

    def work(values: Values) -> Value:
        single, container = one(values), other(values)
        if single is None or container is None:
            return None
        return isinstance(container, tuple) and single in container

    return work


def _container(_: Expressions, __: _Element, parts: _Parts) -> Work:
    def work(values: Values) -> Value:
        singles: list[Single] = []
        for part in parts:
            value = part(values)
            if value is not None:
                singles += value if isinstance(value, tuple) else (value,)
        return tuple(singles) or None

    return work


def _string_match(_: Expressions, element: _Element, parts: _Parts) -> Work:
    one, other = parts
    folds = attribute(element, "caseSensitive") == "false"
    within = attribute(element, "substring") == "true"

    def work(values: Values) -> Value:
        first, second = one(values), other(values)
        if first is None or second is None:
            return None
        texts = [str(text).casefold() if folds else str(text) for text in (first, second)]
        return texts[1] in texts[0] if within else texts[0] == texts[1]

    return work


def _pattern_match(_: Expressions, element: _Element, parts: _Parts) -> Work:
    (part,) = parts
    pattern = attribute(element, "pattern")
    if not _ITEM_FORM.fullmatch(pattern):
        raise RuleError(f"the pattern '{pattern}' is not one that an export writes")
    compiled = re.compile(pattern, re.ASCII)

    def work(values: Values) -> Value:
        value = part(values)
        return None if value is None else compiled.fullmatch(str(value)) is not None

    return work


def _map_response(self: Expressions, element: _Element, _: _Parts) -> Work:
    response = self.variable(attribute(element, "identifier"))
    mapping = response.mapping
    if mapping is None:
        raise RuleError(f"'{response.identifier}' has no mapping")

    def work(values: Values) -> Value:
        value = values[response.identifier]
        return None if value is None else mapping.total(value)

    return work


_KINDS: Final[dict[str, Callable[[Expressions, _Element, _Parts], Work]]] = {
    "baseValue": _base_value,
    "variable": _variable,
    "correct": _correct,
    "default": _default,
    "null": _null,
    "and": _logical(decisive=False),
    "or": _logical(decisive=True),
    "not": _not,
    "isNull": _is_null,
    "match": _match,
    "equal": _compared(lambda one, other: one == other),
    "gt": _compared(lambda one, other: one > other),
    "gte": _compared(lambda one, other: one >= other),
    "lt": _compared(lambda one, other: one < other),
    "lte": _compared(lambda one, other: one <= other),
    "index": _index,
    "member": _member,
    "multiple": _container,
    "ordered": _container,
    "sum": _arithmetic(lambda numbers: float(sum(numbers))),
    "product": _arithmetic(_product),
    "subtract": _arithmetic(lambda numbers: numbers[0] - numbers[1]),
    "stringMatch": _string_match,
    "patternMatch": _pattern_match,
    "mapResponse": _map_response,
}
_PARTS: Final = {
    **dict.fromkeys(("baseValue", "variable", "correct", "default", "null", "mapResponse"), 0),
    **dict.fromkeys(("not", "isNull", "index", "patternMatch"), 1),
    **dict.fromkeys(("match", "equal", "gt", "gte", "lt", "lte", "member", "subtract", "stringMatch"), 2),
}
