"""Figures in questions: kinds as functions of the expression language, whose values are a kind and its arguments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from markscheme.bank.expressions import EvaluationError
from markscheme.bank.problems import fail, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from markscheme.bank.expressions import Expression
    from markscheme.bank.values import Value


def figure_functions() -> dict[str, Callable[..., tuple[Value, ...]]]:
    """Return a function for each kind: it checks its arguments, and returns them behind the kind's name."""
    from markscheme.bank.figures import FIGURES  # noqa: PLC0415 - few questions have figures

    return {name: _function(name) for name in FIGURES.names()}


def _function(kind: str) -> Callable[..., tuple[Value, ...]]:
    from inspect import signature  # noqa: PLC0415 - slow to import

    from markscheme.bank.figures import FIGURES, make_figure  # noqa: PLC0415

    form = signature(dict(FIGURES.items())[kind].check)

    def figure(*arguments: Value, **named: Value) -> tuple[Value, ...]:
        return (kind, *make_figure(kind, form.bind(*arguments, **named).args).arguments)

    vars(figure)["__signature__"] = form  # what messages say of wrong arguments
    return figure


def check_figure(expression: Expression) -> None:
    """Refuse an expression that is not a call of a figure kind, or whose arguments are always wrong.

    Raises
    ------
    BankError
        At the expression.
    """
    from markscheme.bank.figures import FIGURES  # noqa: PLC0415

    tree = expression.tree
    name = tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""
    if name not in FIGURES.names():
        hint = nearest(name, FIGURES.names()) or "kinds are " + ", ".join(FIGURES.names())
        raise fail(expression.place, "E430", f"'{expression.words}' is not a figure kind with its arguments", hint)
    if not expression.names:
        try:
            expression.evaluate({})
        except EvaluationError as error:
            raise fail(expression.place, "E320", f"'{expression.words}': {error}") from None
