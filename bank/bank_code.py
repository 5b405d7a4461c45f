"""Python code that a bank brings: files of solvers, imported only if that is allowed."""

from __future__ import annotations

import os
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.problems import fail
from markscheme.bank.registry import SOLVERS, RegistryError
from markscheme.bank.schema import Slips

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from markscheme.bank.yaml_tree import Scalar

_imported: dict[tuple[Path, bytes], str] = {}
"""What became of each solver file and its contents: an empty text, or why it cannot be imported."""


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
        key = (path, path.read_bytes())
        if key not in _imported:
            _imported[key] = _import(path, source.text)
        if _imported[key]:
            slips.add(fail(source.place, "E607", _imported[key]))
    slips.raise_any()


def _import(path: Path, name: str) -> str:
    """Import a file of solvers; return an empty text, or why that is impossible."""
    before = set(SOLVERS.names())
    found = spec_from_file_location(f"markscheme_bank_solvers.{path.stem}", path)
    if found is None or found.loader is None:
        return f"'{name}' cannot be imported"
    try:
        found.loader.exec_module(module_from_spec(found))
    except RegistryError as error:
        return f"'{name}' names a solver that is taken: {error}"
    except SyntaxError as error:
        return f"'{name}' cannot be imported: line {error.lineno}: {error.msg}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the author's code raises
        where = _line(error.__traceback__, str(path))
        return f"'{name}' cannot be imported: {where}{type(error).__name__}: {error}"
    taken = sorted((set(SOLVERS.names()) - before) & FUNCTIONS.keys())
    if taken:
        return f"'{name}' names a solver that is taken: '{taken[0]}' is a function"
    return ""


def _line(trace: TracebackType | None, file: str) -> str:
    """Return the last line of a file that a traceback passes."""
    lines: list[int] = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f"line {lines[-1]}: " if lines else ""
