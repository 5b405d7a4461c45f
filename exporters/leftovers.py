"""Parts: what is written beside an output until it is whole, and what killed programs left of that.

A part is locked as long as the program that writes it lives; the system lets go of the lock however that ends. So the
next program that writes there can tell what is left over from what is being written. Where files cannot be locked,
nothing is ever swept away.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = ".markscheme-"  # and not the output's own name, which may already be as long as a name can be
_SUFFIX = ".part"
_NAME = re.compile(re.escape(PREFIX) + r"[0-9a-f]{8}" + re.escape(_SUFFIX))


@contextmanager
def new_part(beside: Path, *, folder: bool) -> Iterator[Path]:
    """Give a new file or folder under a hidden name, and remove what is there under that name at the end.

    What killed programs left in the same place goes first.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    sweep(beside)
    while True:
        part = beside / f"{PREFIX}{os.urandom(4).hex()}{_SUFFIX}"  # named before it is there, and so removed for sure
        if not os.path.lexists(part):
            with _removed(part), _made(part, folder=folder) as is_ours:
                if is_ours:
                    yield part
                    return


@contextmanager
def _removed(part: Path) -> Iterator[None]:
    """Remove a part at the end; if a signal comes meanwhile, all the same."""
    try:
        yield
    finally:
        try:
            remove(part)
        except BaseException:
            remove(part)
            raise


@contextmanager
def _made(part: Path, *, folder: bool) -> Iterator[bool]:
    """Make a part and hold its lock; say False if another program took it for a leftover before it was locked."""
    if folder:
        part.mkdir(0o700)
    else:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    lock, is_ours = None, False
    try:
        with suppress(BlockingIOError, FileNotFoundError):
            lock = _lock(part)
            is_ours = lock is None or _is_at(lock, part)
        yield is_ours
    finally:
        if lock is not None:
            os.close(lock)


def _lock(part: Path) -> int | None:
    """Lock a part; return what holds the lock, or None where nothing can be locked.

    Raises
    ------
    BlockingIOError
        If another program holds it.
    FileNotFoundError
        If it has gone.
    """
    if sys.platform == "win32":
        return None
    opened = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        raise
    except OSError:  # such as on some network drives
        os.close(opened)
        return None
    return opened


def _is_at(opened: int, path: Path) -> bool:
    return os.path.samestat(os.fstat(opened), path.lstat())


def sweep(folder: Path) -> None:
    """Remove the parts in a folder that no living program writes."""
    try:
        names = [name for name in os.listdir(folder) if _NAME.fullmatch(name)]  # noqa: PTH208 - names are enough
    except OSError:
        return  # one may write where one may not look
    for part in (folder / name for name in names):
        with suppress(OSError):  # it is another user's, in use, or just gone
            lock = _lock(part)
            if lock is None:
                continue
            try:
                if _is_at(lock, part) and os.fstat(lock).st_uid == os.geteuid():
                    remove(part)
            finally:
                os.close(lock)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there and can be removed."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
