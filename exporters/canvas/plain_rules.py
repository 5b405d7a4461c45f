"""The response processing of plain QTI 1.2: taken apart once, and followed for each answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING, Final, TypeAlias

from markscheme.exporters.canvas.elements import children, first, name_of, text, within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml import etree

    Answered = str | tuple[str, ...] | None
    Test = Callable[[Mapping[str, Answered]], bool]

Given: TypeAlias = "dict[str, Answered]"
"""What was handed in, by the idents of responses."""

_MOST_DIGITS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition and what follows where it holds.

    Attributes
    ----------
    effects
        Whether an amount is added to the score or takes its place, and the amount.
    responses
        The responses that it looks at.
    feedback
        The idents of what is shown.
    goes_on
        Whether the conditions behind it count where it holds.
    """

    holds: Test
    effects: tuple[tuple[bool, float], ...]
    responses: tuple[str, ...]
    feedback: tuple[str, ...]
    goes_on: bool


def read_rule(condition: etree._Element) -> Rule | None:
    """Return a rule of a file; None for one that tests nothing."""
    test = first(condition, "conditionvar")
    if test is None:
        return None
    looked_at = (one.get("respident", "") for one in within(test, "varequal", "vargte"))
    return Rule(
        holds=_test(test),
        effects=tuple((one.get("action") == "Add", amount(text(one))) for one in children(condition, "setvar")),
        responses=tuple(dict.fromkeys(looked_at)),
        feedback=tuple(one.get("linkrefid", "") for one in children(condition, "displayfeedback")),
        goes_on=condition.get("continue") == "Yes",
    )


def amount(written: str) -> float:
    """Return an amount of marks; 0 for what is no number."""
    try:
        amount = float(written)
    except ValueError:
        return 0.0
    return amount if isfinite(amount) else 0.0


def _test(element: etree._Element) -> Test:
    """Return what tells whether a test holds; several beside one another must all hold."""
    kind = name_of(element)
    match kind:
        case "conditionvar" | "and":
            parts = tuple(map(_test, element))
            return lambda given: all(part(given) for part in parts)
        case "or":
            parts = tuple(map(_test, element))
            return lambda given: any(part(given) for part in parts)
        case "not":
            parts = tuple(map(_test, element))
            return lambda given: not any(part(given) for part in parts)
        case "other":
            return lambda given: True  # noqa: ARG005
        case "varequal":
            return _equal(element)
        case "vargte" | "varlte" | "vargt" | "varlt":
            return _compares(kind, text(element), element.get("respident", ""))
        case _:
            return lambda given: False  # noqa: ARG005


def _equal(element: etree._Element) -> Test:
    response, wanted, index = element.get("respident", ""), text(element), element.get("index", "")
    place = int(index) if index.isascii() and index.isdigit() and len(index) < 6 else None
    any_case = element.get("case", "Yes") == "No"

    def equal(given: Mapping[str, Answered]) -> bool:
        answer = given.get(response)
        if isinstance(answer, tuple):
            if place is not None:
                return 0 < place <= len(answer) and answer[place - 1] == wanted
            return wanted in answer
        if answer is None:
            return False
        if any_case:
            return answer.strip().lower() == wanted.lower()
        return answer.strip() == wanted

    return equal


def _compares(kind: str, end: str, response: str) -> Test:
    limit = _number(end)

    def compares(given: Mapping[str, Answered]) -> bool:
        answer = given.get(response)
        number = _number(answer) if isinstance(answer, str) else None
        if number is None or limit is None:
            return False
        match kind:
            case "vargte":
                return number >= limit
            case "varlte":
                return number <= limit
            case "vargt":
                return number > limit
            case _:
                return number < limit

    return compares


def _number(written: str) -> Decimal | None:
    try:
        number = Decimal(written.strip()) if len(written) <= _MOST_DIGITS else None
    except InvalidOperation:
        return None
    return None if number is None or number.is_nan() else number
