"""Output: files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISCHR, S_ISDIR, S_ISFIFO, S_ISREG
from typing import IO, TYPE_CHECKING

from markscheme.bank.problems import BankError, Place, fail

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = ".markscheme"
"""This file lists what an export wrote into a folder: only that is ever replaced."""

_MARKER_HEADING = "markscheme replaces these files when you export to this folder again:"
_PREFIX = ".markscheme-"  # and not the file's own name, which may already be as long as a name can be
_IN_MEMORY = 1 << 20


def _refused(path: Path, error: OSError) -> BankError:
    return fail(Place(str(path)), "X801", f"cannot be written: {error.strerror or error}")


def _mode(path: Path) -> int:
    """Return the type and permissions of what is at the end of all links; 0 where there is nothing."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return 0


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
def _special(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as target, whole_stream(target) as stream:
        yield stream


@contextmanager
def _ordinary(path: Path, mode: int) -> Iterator[IO[bytes]]:
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(mode & 0o7777 if mode else 0o666 & ~_umask())
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def whole_stream(target: IO[bytes]) -> Iterator[IO[bytes]]:
    """Open a file for writing that is copied to `target` when the block ends; nothing is, if it fails."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        yield spool
        spool.seek(0)
        shutil.copyfileobj(spool, target)
        target.flush()


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
        _check_own(path)
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=".part", dir=target.parent))
    except OSError as error:
        raise _refused(path, error) from None
    try:
        yield part
        names = sorted(entry.name for entry in part.iterdir())
        (part / MARKER).write_text("\n".join((_MARKER_HEADING, *names, "")), encoding="utf-8")
        part.chmod(0o777 & ~_umask())
        _replace_folder(target, part)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_own(path: Path) -> None:
    """Refuse to replace what no export has written."""
    mode = _mode(path)
    if not mode:
        return
    if not S_ISDIR(mode):
        found = "it is a file"
    else:
        marker = path / MARKER
        own = {MARKER, *marker.read_text(encoding="utf-8", errors="replace").splitlines()} if marker.is_file() else ()
        others = sorted(entry.name for entry in path.iterdir() if entry.name not in own or not entry.is_file())
        if not others:
            return
        found = f"it holds '{others[0]}'"
    hint = f"name another folder; an export's own lists its files in '{MARKER}'"
    raise fail(Place(str(path)), "X802", f"is not a folder of an earlier export: {found}", hint)


def _replace_folder(path: Path, part: Path) -> None:
    """Put a new folder in the place of an old one.

    No call swaps two folders everywhere, so this takes two renames. Whatever is raised between them, the old folder
    comes back; only if the process is killed or the machine stops there, both lie beside `path`, under hidden names.
    """
    old = part.with_suffix(".old")
    try:
        if path.exists():
            path.rename(old)
        part.rename(path)
    finally:
        if old.exists():
            if path.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(path)
