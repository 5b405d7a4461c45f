"""The rules by which QTI scores a response, as elements of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markscheme.exporters.qti.dialects import Dialect


class Rules:
    """Writes rules and expressions of response processing.

    Parameters
    ----------
    dialect
        The version of QTI.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._element = dialect.element
        self._between = self.call(
            "and",
            self.call("gte", self.variable("%s"), self.value("float", "%s")),
            self.call("lte", self.variable("%s"), self.value("float", "%s")),
        )
        self._add = self.put("%s", self.call("sum", self.variable("%s"), self.value("float", "%s")))

    def value(self, base_type: str, text: object) -> str:
        """Return a constant."""
        return self._element("baseValue", str(text), baseType=base_type)

    def variable(self, name: str) -> str:
        """Return what a variable holds."""
        return self._element("variable", identifier=name)

    def call(self, name: str, *arguments: str, **attributes: object) -> str:
        """Return an expression of others."""
        return self._element(name, "".join(arguments), **attributes)

    def put(self, name: str, expression: str) -> str:
        """Return the rule that gives an outcome a value."""
        return self._element("setOutcomeValue", expression, identifier=name)

    def add(self, name: str, amount: str) -> str:
        """Return the rule that adds a number to an outcome."""
        return self._add % (name, name, amount)

    def choose(self, cases: Iterable[tuple[str, str]], otherwise: str = "") -> str:
        """Return the rule that follows the first of several cases that holds, each a condition and rules."""
        written = [
            self._element("responseElseIf" if number else "responseIf", condition + rules)
            for number, (condition, rules) in enumerate(cases)
        ]
        if otherwise:
            written.append(self._element("responseElse", otherwise))
        return self._element("responseCondition", "".join(written))

    def between(self, name: str, low: object, high: object) -> str:
        """Return the condition that a number lies in a closed interval: the one form that every player judges alike."""
        return self._between % (name, low, name, high)
