"""What a shell may complete: names that are found without reading a question."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from markscheme.bank.answers import ANSWERS
from markscheme.bank.banks import bank_folder, find_bank, shipped_banks
from markscheme.bank.codes import CODES
from markscheme.bank.problems import BankError
from markscheme.bank.registry import SOLVERS
from markscheme.bank.schema import ID
from markscheme.exporters import FORMATS
from markscheme.exporters.reports import REPORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MOST_FILES = 5_000


def words(what: str, bank: object = None) -> list[str]:
    """Return the known words of a kind, sorted.

    Parameters
    ----------
    what
        ``formats``, ``reports``, ``answers``, ``codes``, ``solvers``, ``banks`` or ``questions``.
    bank
        The bank whose questions are meant, as it was typed; that of the current folder by default.

    Examples
    --------
    >>> words("answers")[:3]
    ['choice', 'choices', 'dropdown']
    """
    found: dict[str, Callable[[], Iterable[str]]] = {
        "formats": FORMATS.names,
        "reports": REPORTS.names,
        "answers": ANSWERS.names,
        "codes": lambda: CODES,
        "solvers": SOLVERS.names,
        "banks": shipped_banks,
        "questions": lambda: _questions(bank),
    }
    with suppress(BankError, OSError):  # whoever types is told nothing here
        return sorted(found[what]())
    return []


def _questions(bank: object) -> Iterator[str]:
    """Yield the names of files that questions have; none of them is read."""
    folder = bank_folder(bank) if isinstance(bank, str) else find_bank(Path.cwd())[0]
    seen = 0
    for _, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        seen += len(files)
        if seen > _MOST_FILES:
            return
        names = [
            Path(file).stem for file in files if file.endswith(".yaml") and file not in ("bank.yaml", "paper.yaml")
        ]
        yield from (name for name in names if ID.fullmatch(name))
