"""Swap: a new folder takes the place of an old one, so that a folder is there at every moment."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import EEXIST, ENOTEMPTY
from hashlib import blake2b
from typing import TYPE_CHECKING

from markscheme.exporters.leftovers import PREFIX, remove

if TYPE_CHECKING:
    from pathlib import Path

_TRIES = 20
_HERE = -100  # AT_FDCWD of Linux: paths are relative to the current folder
_SWAP = 2  # RENAME_EXCHANGE of Linux, and RENAME_SWAP of macOS


def replace_folder(path: Path, part: Path) -> None:
    """Put a new folder in the place of an old one; the old one is removed, or left in the place of the new one.

    Linux and macOS swap two folders in one step. Elsewhere, and on file systems that cannot, this takes two renames.
    Whatever is raised between them, the old folder comes back; if the program is killed there, `recover` brings it.

    Raises
    ------
    OSError
        If the folder cannot be replaced.
    """
    if not (os.path.lexists(path) and exchange(part, path)):
        _rename(path, part)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; return False if that is not possible here."""
    import ctypes  # noqa: PLC0415 - slow, and seldom needed

    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if hasattr(system, "renameat2"):
            return not system.renameat2(_HERE, names[0], _HERE, names[1], _SWAP)
        if hasattr(system, "renamex_np"):
            return not system.renamex_np(*names, _SWAP)
    except (OSError, TypeError):  # Windows has no such library
        pass
    return False


def _rename(path: Path, part: Path) -> None:
    """Rename a folder; an old one is renamed first, as is one that another program puts there meanwhile."""
    olds: list[Path] = []
    try:
        for left in reversed(range(_TRIES)):
            try:
                part.rename(path)
            except OSError as error:
                if not left or not (os.path.lexists(path) or error.errno in (ENOTEMPTY, EEXIST)):
                    raise
            else:
                return
            olds.append(path.with_name(f"{_stem(path)}{part.stem.removeprefix(PREFIX)}{left}.old"))
            with suppress(FileNotFoundError):
                path.rename(olds[-1])
    finally:
        _restore(path, olds)


def recover(path: Path) -> None:
    """Bring back the folder that a program was replacing in two steps when it was killed; sweep away older ones."""
    try:
        names = [name for name in os.listdir(path.parent) if name.startswith(_stem(path))]  # noqa: PTH208
        olds = [path.with_name(name) for name in names if name.endswith(".old")]
        _restore(path, sorted(olds, key=lambda old: old.stat().st_ctime_ns))
    except OSError:
        return  # nothing is there, or one may not look


def _restore(path: Path, olds: list[Path]) -> None:
    """Bring the last of the old folders back if none has taken its place; remove the others."""
    for old in reversed(olds):
        if not os.path.lexists(path):
            with suppress(OSError):
                old.rename(path)
        if os.path.lexists(path):
            remove(old)


def _stem(path: Path) -> str:
    """Return how the hidden names of a folder's older versions begin, however long its own name is."""
    return f"{PREFIX}{blake2b(os.fsencode(path.name), digest_size=8).hexdigest()}-"
