"""Probing: points of the symbols' domain, at which symbolic options are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.compiling import identity
from markscheme.bank.problems import fail
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markscheme.bank.draws import Source
    from markscheme.bank.expressions import Expression
    from markscheme.bank.parameters import Rule
    from markscheme.bank.problems import Place
    from markscheme.bank.values import Value

_POINTS = 64
_FEWEST_POINTS = 24
_PROBES = 5_000
_EXHAUSTED = 250
"""A space of so many points is met whole in `_PROBES` draws, but for a chance of one in a million."""


def probe(
    rules: Sequence[tuple[str, Rule]], domain: Sequence[Expression], source: Source, place: Place
) -> tuple[Mapping[str, Value], ...]:
    """Return distinct points of the symbols at which every condition of the domain holds.

    Parameters
    ----------
    rules
        Where each symbol ranges.
    domain
        The conditions; a point too close to the edge of one to decide is left out.
    source
        The random words.
    place
        Where the symbols stand in the file.

    Raises
    ------
    BankError
        If too few points lie in the domain: none of a small space, or fewer than 24.
    """
    points: dict[object, Mapping[str, Value]] = {}
    for number in range(1, _PROBES + 1):
        values: dict[str, Value] = {}
        try:
            for name, rule in rules:
                values[name] = rule.draw(name, source.draw(number), values)
            if all(condition(expression, values) for expression in domain):
                points.setdefault(identity(tuple(values.values())), values)
        except PassedOver:
            continue
        if len(points) == _POINTS:
            break
    if len(points) < (1 if _is_small(rules) else _FEWEST_POINTS):
        message = f"only {len(points)} of {_PROBES:,} points of the symbols lie in the domain"
        raise fail(place, "E322", message, "let the symbols range where 'domain' holds")
    return tuple(points.values())


def _is_small(rules: Sequence[tuple[str, Rule]]) -> bool:
    """Return whether all points were surely met."""
    total = 1
    for _, rule in rules:
        total *= rule.size() or _EXHAUSTED + 1
    return total <= _EXHAUSTED
