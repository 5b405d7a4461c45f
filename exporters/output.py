"""Output: files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from errno import EAGAIN
from pathlib import Path
from stat import S_ISCHR, S_ISDIR, S_ISFIFO, S_ISREG
from typing import IO, TYPE_CHECKING

from markscheme.bank.problems import BankError, Place, fail
from markscheme.exporters.leftovers import new_part
from markscheme.exporters.swap import recover, replace_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = ".markscheme"
"""This file lists what an export wrote into a folder: only that is ever replaced."""

_MARKER_HEADING = "markscheme replaces these files when you export to this folder again:"
_IN_MEMORY = 1 << 20


def _refused(path: Path, error: OSError) -> BankError:
    return fail(Place(str(path)), "X801", f"cannot be written: {error.strerror or error}")


def _found(path: Path) -> os.stat_result | None:
    """Return the state of what is at the end of all links; None where there is nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _mode(path: Path) -> int:
    """Return the type and permissions of what is at the end of all links; 0 where there is nothing."""
    found = _found(path)
    return found.st_mode if found else 0


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that replaces `path` when the block ends, and leaves it alone if it fails.

    A link stays, and what it leads to is replaced; a pipe or a device stays, and is written to when the block ends.

    Raises
    ------
    BankError
        If the file cannot be written.
    """
    try:
        mode = _mode(path)
        if S_ISDIR(mode):
            raise fail(Place(str(path)), "X801", "is a folder", "name a file, or use --split")
        if mode and not (S_ISREG(mode) or S_ISCHR(mode) or S_ISFIFO(mode)):
            raise fail(Place(str(path)), "X801", "is no ordinary file", "name another file")
        with _special(path) if mode and not S_ISREG(mode) else _ordinary(path, mode) as stream:
            yield stream
    except BrokenPipeError:
        raise  # the reader has read enough
    except OSError as error:
        raise _refused(path, error) from None


@contextmanager
def added_to(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that is added to what `path` holds when the block ends, after an empty line.

    Raises
    ------
    BankError
        If the file cannot be written.
    """
    try:
        with path.open("ab") as target, whole_stream(target) as stream:
            if target.tell():
                stream.write(b"\n\n")
            yield stream
    except OSError as error:
        raise _refused(path, error) from None


def check_name(path: Path, suffixes: tuple[str, ...], what: str, bank: Path) -> None:
    """Refuse a path at which something else would be replaced, or be read as a question from then on.

    Parameters
    ----------
    suffixes
        With what the names of such outputs end; a file with another name is replaced only if it is empty.
    what
        What is written, such as "export of this format".
    bank
        The folder of the bank.

    Raises
    ------
    BankError
        If the path, or what it is a link to, is such a one.
    """
    target = Path(os.path.realpath(path))
    if target.suffix.lower() in suffixes:
        return
    hint = f"name a file that ends with {suffixes[0]}"
    if os.path.isfile(target) and target.stat().st_size:  # noqa: PTH113 - a path's own method may raise
        raise fail(Place(str(path)), "X803", f"is there already, and is no {what}", hint)
    if target.suffix == ".yaml" and target.is_relative_to(os.path.realpath(bank)):
        raise fail(Place(str(path)), "X803", f"lies in the bank, which would read it, and is no {what}", hint)


@contextmanager
def _special(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as target, whole_stream(target) as stream:
        yield stream


@contextmanager
def _ordinary(path: Path, mode: int) -> Iterator[IO[bytes]]:
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    with new_part(target.parent, folder=False) as part:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(mode & 0o7777 if mode else 0o666 & ~_umask())
        part.replace(target)
    _keep(target.parent)


def _keep(path: Path) -> None:
    """Have the system write a file or folder to the disk, so that it survives a loss of power; as far as it can."""
    with suppress(OSError):  # Windows opens no folders
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def whole_stream(target: IO[bytes]) -> Iterator[IO[bytes]]:
    """Open a file for writing that is copied to `target` when the block ends; nothing is, if it fails."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        yield spool
        spool.seek(0)
        for piece in iter(lambda: spool.read(_IN_MEMORY), b""):
            _write_all(target, piece)
        target.flush()


def _write_all(target: IO[bytes], piece: bytes) -> None:
    """Write all of a piece; where Python does not buffer (PYTHONUNBUFFERED), a stream may take only the first of it."""
    rest = memoryview(piece)
    while rest:
        written = target.write(rest)
        if not written:  # nothing without waiting, although it should wait
            raise BlockingIOError(EAGAIN, "the reader is too slow for a stream that does not wait")
        rest = rest[written:]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a new folder that replaces `path` when the block ends, and leaves it alone if it fails.

    An old folder is replaced only if it holds nothing but the files that its marker lists.

    Raises
    ------
    BankError
        If the folder cannot be written, or the old one holds other things.
    """
    try:
        target = Path(os.path.realpath(path))
        recover(target)
        _check_own(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with new_part(target.parent, folder=True) as part:
            yield part
            names = sorted(entry.name for entry in part.iterdir())
            (part / MARKER).write_text("\n".join((_MARKER_HEADING, *names, "")), encoding="utf-8")
            for name in (*names, MARKER):
                _keep(part / name)
            part.chmod(0o777 & ~_umask())
            _check_own(path)  # much may have happened meanwhile
            replace_folder(target, part)
        _keep(target.parent)
    except OSError as error:
        raise _refused(path, error) from None


def _check_own(path: Path) -> None:
    """Refuse to replace what no export has written."""
    found, before, now = "", None, _identity(path)
    while now != before:  # another export may replace it while one looks
        with suppress(FileNotFoundError):
            found = _others(path)
        before, now = now, _identity(path)
    if found:
        hint = f"name another folder; an export's own lists its files in '{MARKER}'"
        raise fail(Place(str(path)), "X802", f"is not a folder of an earlier export: {found}", hint)


def _identity(path: Path) -> tuple[int, int] | None:
    found = _found(path)
    return (found.st_dev, found.st_ino) if found else None


def _others(path: Path) -> str:
    """Say what is there that no export has written; nothing if all is."""
    mode = _mode(path)
    if mode and not S_ISDIR(mode):
        return "it is a file"
    entries = list(path.iterdir()) if mode else []
    marker = path / MARKER
    listed = [MARKER, *marker.read_text(encoding="utf-8", errors="replace").splitlines()] if marker.is_file() else []
    own = {name for name in listed if not name.endswith(".yaml")}  # whatever a list says, no export writes a question
    others = sorted(entry.name for entry in entries if entry.name not in own or not entry.is_file())
    return f"it holds '{others[0]}'" if others else ""
