"""Python code that a bank brings: files of solvers, imported only if that is allowed."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import wraps
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING

from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.problems import fail
from markscheme.bank.registry import SOLVERS, RegistryError
from markscheme.bank.schema import Slips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, TracebackType

    from markscheme.bank.yaml_tree import Scalar


@dataclass(frozen=True, slots=True)
class _Imported:
    """What became of a solver file: the solvers that it names, or why it cannot be imported."""

    contents: bytes
    solvers: frozenset[str] = frozenset()
    reason: str = ""


_imported: dict[Path, _Imported] = {}


def import_solvers(sources: Sequence[Scalar], folder: Path, *, allow_code: bool) -> None:
    """Import the Python files that a bank names, each once in a process.

    Parameters
    ----------
    sources
        The files' paths below the bank's folder.
    folder
        The bank's folder, free of links.
    allow_code
        Whether anything may be imported.

    Raises
    ------
    BankError
        If code is not allowed, or with what is wrong in each file.
    """
    if sources and not allow_code:
        names = ", ".join(source.text for source in sources)
        hint = "if you trust it, allow it with --allow-code"
        raise fail(sources[0].place, "E606", f"the bank brings Python code of its own ({names})", hint)
    slips = Slips()
    for source in sources:
        path = folder / source.text
        if not Path(os.path.realpath(path)).is_relative_to(folder) or not path.is_file():
            slips.add(fail(source.place, "E607", f"there is no file '{source.text}' in the bank"))
            continue
        contents = path.read_bytes()
        found = _imported.get(path)
        if found is None or found.contents != contents:  # an edited file takes the place of its earlier self
            SOLVERS.forget(found.solvers if found else ())
            found = _imported[path] = _import(path, source.text, contents)
        if found.reason:
            slips.add(fail(source.place, "E607", found.reason))
    slips.raise_any()


def _import(path: Path, name: str, contents: bytes) -> _Imported:
    """Import a file of solvers; one that fails leaves none behind."""
    before = set(SOLVERS.names())
    reason = _run(path, name, contents)
    added = set(SOLVERS.names()) - before
    for solver in added:
        SOLVERS.replace(solver, _aside)
    taken = sorted(added & FUNCTIONS.keys())
    if taken and not reason:
        reason = f"'{name}' names a solver that is taken: '{taken[0]}' is a function"
    if reason:
        SOLVERS.forget(added)
        return _Imported(contents, reason=reason)
    return _Imported(contents, frozenset(added))


def _aside(solver: Callable[..., object]) -> Callable[..., object]:
    """Return a solver that prints where problems are said: standard output holds what was asked for, and no more."""

    @wraps(solver)
    def call(*arguments: object, **keywords: object) -> object:
        with redirect_stdout(sys.stderr):
            return solver(*arguments, **keywords)

    return call


class _Contents(SourceFileLoader):
    """Imports what was read: nothing is compiled beforehand, and nothing is written into the bank."""

    def __init__(self, path: Path, contents: bytes) -> None:
        super().__init__(f"markscheme_bank_solvers.{path.stem}", str(path))
        self.contents = contents

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - named as importlib names it
        return self.source_to_code(self.contents, self.path)


def _run(path: Path, name: str, contents: bytes) -> str:
    """Run a file of solvers; return an empty text, or why that is impossible."""
    loader = _Contents(path, contents)
    module = module_from_spec(ModuleSpec(loader.name, loader, origin=loader.path))
    sys.modules[loader.name] = module  # dataclasses look there
    try:
        with redirect_stdout(sys.stderr):
            loader.exec_module(module)
    except RegistryError as error:
        return f"'{name}' names a solver that is taken: {error}"
    except SyntaxError as error:
        return f"'{name}' cannot be imported: line {error.lineno}: {error.msg}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the author's code raises
        where = _line(error.__traceback__, str(path))
        return f"'{name}' cannot be imported: {where}{type(error).__name__}: {error}"
    return ""


def _line(trace: TracebackType | None, file: str) -> str:
    """Return the last line of a file that a traceback passes."""
    lines: list[int] = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f"line {lines[-1]}: " if lines else ""
