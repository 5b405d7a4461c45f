"""The manual pages of solvers: what `markscheme solvers` shows."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.problems import Place, fail, nearest
from markscheme.bank.registry import SOLVERS

if TYPE_CHECKING:
    from collections.abc import Callable


_STRIPPED = "Python was started with -OO, which leaves out what is said of functions."


def _usage(name: str, function: Callable[..., Any]) -> str:
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
    ]
    return f"{name}({', '.join(map(str, parameters))})"


def _summary(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def solver_list() -> str:
    """Return a line for each solver and function that an expression may call."""
    lines = ["Solvers", ""]
    for name, function in SOLVERS.items():
        lines += [f"  {_usage(name, function)}", f"      {_summary(function)}"]
    lines += ["", "Functions", ""]
    for name, function in sorted(FUNCTIONS.items()):
        lines += [f"  {_usage(name, function)}", f"      {_summary(function)}"]
    if sys.flags.optimize > 1:
        lines += ["", _STRIPPED]
    lines += ["", "'markscheme solvers NAME' shows shapes, source and an example."]
    return "\n".join(lines)


def solver_page(name: str) -> str:
    """Return the manual page of one solver or function.

    Raises
    ------
    BankError
        If there is none of that name.
    """
    function = SOLVERS.get(name) or FUNCTIONS.get(name)
    if function is None:
        known = [*SOLVERS.names(), *FUNCTIONS]
        hint = nearest(name, known) or "'markscheme solvers' lists all"
        raise fail(Place("solvers"), "E307", f"there is no function or solver '{name}'", hint)
    return f"{_usage(name, function)}\n\n{inspect.getdoc(function) or (_STRIPPED if sys.flags.optimize > 1 else '')}"
