"""Work out response processing as the QTI standard says: rules, and the standard templates for one response.

Source: IMS QTI 2.1 Assessment Test, Section and Item Information Model, section 12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from markscheme.exporters.qti.elements import attribute, name
from markscheme.exporters.qti.expressions import Declared, Expressions, RuleError, Values
from markscheme.exporters.qti.values import Value, is_equal

if TYPE_CHECKING:
    from lxml.etree import _Element

_Rule: TypeAlias = Callable[[Values], bool]
"""Follows a rule; says whether to go on behind it."""


class Processing:
    """An item's response processing, taken apart once.

    Parameters
    ----------
    responses, outcomes
        The declared variables, by identifier.
    element
        The rules; None where there are none.

    Raises
    ------
    RuleError
        If a rule is not known, or names a variable that is not declared.
    """

    def __init__(
        self, responses: Mapping[str, Declared], outcomes: Mapping[str, Declared], element: _Element | None
    ) -> None:
        self._responses = tuple(responses)
        self._outcomes = tuple(outcomes)
        self._start: Values = {one.identifier: one.start for one in outcomes.values()}
        self._expressions = Expressions({**responses, **outcomes})
        template = "" if element is None else attribute(element, "template").rpartition("/")[2].removesuffix(".xml")
        self._rules = [self._template(template)] if template else self._all(() if element is None else element)

    def run(self, given: Mapping[str, Value]) -> Values:
        """Return the outcomes, by identifier, of what a student handed in; what is left out is NULL.

        Raises
        ------
        RuleError
            If a value does not fit where a rule puts it.
        """
        values = self._start | {identifier: given.get(identifier) for identifier in self._responses}
        _follow(self._rules, values)
        return {identifier: values[identifier] for identifier in self._outcomes}

    def _template(self, template: str) -> _Rule:
        """Return a standard template, which speaks of one response, RESPONSE."""
        response, score = (self._expressions.variable(one) for one in ("RESPONSE", "SCORE"))

        def match_correct(values: Values) -> bool:
            given = values[response.identifier]
            values[score.identifier] = float(bool(is_equal(given, response.correct, response.cardinality)))
            return True

        def map_response(values: Values) -> bool:
            given = values[response.identifier]
            values[score.identifier] = 0.0 if given is None or not response.mapping else response.mapping.total(given)
            return True

        known = {"match_correct": match_correct, "map_response": map_response}
        if template not in known:
            raise RuleError(f"the template '{template}' is not known")
        return known[template]

    def _all(self, parent: Iterable[_Element]) -> list[_Rule]:
        return [self._rule(one) for one in parent]

    def _rule(self, element: _Element) -> _Rule:
        match name(element):
            case "setOutcomeValue":
                return self._put(element)
            case "responseCondition":
                return self._condition(element)
            case "responseProcessingFragment":
                rules = self._all(element)
                return lambda values: _follow(rules, values)
            case "exitResponse":
                return lambda _: False
            case other:
                raise RuleError(f"the rule '{other}' is not known")

    def _put(self, element: _Element) -> _Rule:
        target = self._expressions.variable(attribute(element, "identifier"))
        if len(element) != 1:
            raise RuleError(f"'{target.identifier}' is given {len(element)} values, not one")
        work = self._expressions.work(element[0])
        is_single = target.cardinality == "single"

        def put(values: Values) -> bool:
            value = work(values)
            if value is not None and isinstance(value, tuple) is is_single:
                raise RuleError(
                    f"'{target.identifier}' cannot hold {'several values' if is_single else 'a single value'}"
                )
            values[target.identifier] = value
            return True

        return put

    def _condition(self, element: _Element) -> _Rule:
        cases = []
        otherwise: list[_Rule] = []
        due: tuple[str, ...] = ("responseIf",)
        for case in element:
            if name(case) not in due:
                where = "behind its end" if not due else f"where '{due[0]}' is due"
                raise RuleError(f"a condition holds a '{name(case)}' {where}")
            if name(case) == "responseElse":
                otherwise = self._all(case)
                due = ()
                continue
            due = ("responseElseIf", "responseElse")
            parts = list(case)
            if not parts:
                raise RuleError(f"a condition holds a '{name(case)}' of no parts")
            cases.append((self._expressions.work(parts[0]), self._all(parts[1:])))

        def decide(values: Values) -> bool:
            for holds, rules in cases:
                if holds(values) is True:
                    return _follow(rules, values)
            return _follow(otherwise, values)

        return decide


def _follow(rules: list[_Rule], values: Values) -> bool:
    for rule in rules:  # noqa: SIM110 - a generator would take twice as long
        if not rule(values):
            return False
    return True
