"""C403: the key follows from the values that the stem shows.

A stem may show a value to fewer digits than it has: ``{{ x:.1f }}`` of 0.4567 reads 0.5, and that is all a student can
compute with. Each variant is therefore worked out once more from the values as the stem shows them, as far as they
decide others, and its key must still be right: a number within the interval that is accepted, the same option, the same
text. A hole counts if it shows a parameter or a value of ``let``, whole or in parts. Let the key be computed from
rounded values (draw decimals, or write ``let: {shown: round(x, 1)}`` and use that), or show more digits.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np

from markscheme.bank.checks import CHECKS, Check, Findings
from markscheme.bank.compiling import evaluate
from markscheme.bank.guards import Borderline, arithmetic
from markscheme.bank.numbers import decimal, plain, word
from markscheme.bank.problems import BankError
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.values import PassedOver
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.values import Value
    from markscheme.bank.variants import Response, Variant

_ARRANGING = frozenset({"array", "flatten", "items", "transpose"})
"""Functions whose value shows the numbers that they are given as they are."""


@CHECKS.register("shown-values")
class ShownValues(Check):
    """Works variants out once more from the values that the stem shows."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.shown = dict(_shown(question))
        self.found = Findings("C403", "compute with what is shown, or show more digits")

    def see(self, variant: Variant, solved: Solved) -> None:
        """Work it out once more, if the stem rounds something."""
        rounded = {name: value for name, specs in self.shown.items() if (value := _rounded(solved.values[name], specs))}
        if not rounded:
            return
        instead = _from_shown(solved, {name: value for name, (value, _) in rounded.items()})
        for response, other in zip(variant.responses, instead, strict=True):
            slip = _differs(response, other)
            if slip:
                names = ", ".join(f"'{name}' is shown as {text}" for name, (_, text) in rounded.items())
                place = self.question.place_of(response.slot)
                self.found.add(place, response.slot, f"{names}, from which {slip}", variant.id)

    def problems(self) -> Iterator[Problem]:
        """Report keys that do not follow."""
        yield from self.found.problems()


def _shown(question: Question) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the named values that the stem shows in some format, each with its formats.

    What one hole shows as it is needs no format, and is left out.
    """
    known = {name for name, _ in question.parameters} | {step.name for step in question.steps if step.name}
    specs: dict[str, list[str]] = {}
    for block in question.stem.blocks:
        for hole in block.parsed.holes:
            for name in _arranged(hole.expression.tree) & known:
                specs.setdefault(name, []).append(hole.spec)
    yield from ((name, tuple(found)) for name, found in specs.items() if "" not in found)


def _arranged(tree: ast.AST) -> frozenset[str]:
    """Return the names whose numbers an expression shows one by one: by itself, by its parts, or rearranged."""
    match tree:
        case ast.Name(id=name):
            return frozenset({name})
        case ast.Subscript(value=value):
            return _arranged(value)
        case ast.Tuple(elts=parts):
            return frozenset[str]().union(*map(_arranged, parts))
        case ast.Call(func=ast.Name(id=name), args=parts) if name in _ARRANGING:
            return frozenset[str]().union(*map(_arranged, parts))
        case _:
            return frozenset()


def _rounded(value: Any, specs: tuple[str, ...]) -> tuple[Value, str] | None:
    """Return what the most precise of some formats leaves of a value, and how it reads; None if that is all of it."""
    found = []
    for spec in specs:
        read, lost = _read_back(value, spec)
        if read is None or not lost:
            return None
        found.append((lost, spec, read))
    _, spec, read = min(found, key=lambda one: one[0])
    text = word(value, spec) if type(value) in (int, float) else f"'{spec}' says"
    return read, text


def _read_back(value: Any, spec: str) -> tuple[Any, Decimal]:
    """Return a value as read from what a format shows, and the largest part of it that is lost; None for no number."""
    if type(value) in (int, float):
        shown = Decimal(word(value, spec))
        return type(value)(shown), abs(shown - decimal(value))
    if isinstance(value, np.ndarray) and value.dtype.kind in "if":
        parts = [_read_back(item, spec) for item in value.ravel().tolist()]
        read = np.array([part for part, _ in parts], dtype=value.dtype).reshape(value.shape)
        read.flags.writeable = False
        return read, max((lost for _, lost in parts), default=Decimal(0))
    if isinstance(value, tuple) and value:
        parts = [_read_back(item, spec) for item in value]
        if any(part is None for part, _ in parts):
            return None, Decimal(0)
        return tuple(part for part, _ in parts), max(lost for _, lost in parts)
    return None, Decimal(0)


def _from_shown(solved: Solved, shown: Mapping[str, Value]) -> tuple[Response | Borderline | None, ...]:
    """Return the responses to the values that are shown and what follows from them; None where nothing does."""
    question = solved.question
    values = {name: shown.get(name, solved.values[name]) for name, _ in question.parameters}
    seed = int(solved.id.split(".")[1]) if solved.draw else 0
    draw = question.source(seed).draw(solved.draw)
    try:
        with arithmetic():
            for step in question.steps:
                if step.name in shown:
                    values[step.name] = shown[step.name]
                elif step.name:
                    values[step.name] = evaluate(step.expression, values)
    except Borderline as reason:
        return (reason,) * len(question.answers)
    except (BankError, PassedOver):
        return (None,) * len(question.answers)
    answers: list[Response | Borderline | None] = []
    for _, answer in question.answers:
        try:
            with arithmetic():
                answers.append(answer.solve(values, draw, original=solved.draw == 0).lower(REFERENCE))
        except Borderline as reason:
            answers.append(reason)
        except (BankError, PassedOver):  # such as a mistake that then equals the key: the key itself is not known
            answers.append(None)
    return tuple(answers)


def _differs(response: Response, other: Response | Borderline | None) -> str:
    """Return how the right answer differs from that to the values shown, in words; empty if it does not."""
    match response, other:
        case NumericResponse(), NumericResponse() if response.shape == other.shape:
            for mine, theirs in zip(response.entries, other.entries, strict=True):
                accepted, key = mine.accepted, theirs.accepted.key
                if not accepted.low <= key <= accepted.high:
                    return f"'{response.slot}' is {plain(key)}; {_interval(accepted.low, accepted.high)} accepted"
            return ""
        case NumericResponse(), NumericResponse():
            return f"'{response.slot}' has another shape"
        case _, None:
            return ""
        case _, Borderline():
            return f"'{response.slot}' cannot be told: {other}"
        case _:
            right, instead = _right(response), _right(other)
            return f"'{response.slot}' is {', '.join(instead)}, not {', '.join(right)}" if right != instead else ""


def _interval(low: Decimal, high: Decimal) -> str:
    return f"only {plain(low)} is" if low == high else f"{plain(low)} to {plain(high)} are"


def _right(response: Response) -> list[str]:
    """Return what is right of a response that is no number."""
    match response:
        case ChoiceResponse(options=options) | SelectionResponse(options=options):
            return sorted(f"'{option.name}' ({option.text.markup})" for option in options if option.right)
        case TextResponse(accepted=accepted):
            return [f"'{accepted[0]}'"]
        case MatchResponse(pairs=pairs, choices=choices):
            return sorted(f"'{choices[pair.key]}' for {pair.prompt.markup}" for pair in pairs)
        case OrderResponse(items=items):
            return [item.markup for item in items]
        case NumericResponse() | EssayResponse():
            return []
        case _:
            assert_never(response)
