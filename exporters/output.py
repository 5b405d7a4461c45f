"""Output: files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from markscheme.bank.problems import BankError, Place, fail

if TYPE_CHECKING:
    from collections.abc import Iterator


def _refused(path: Path, error: OSError) -> BankError:
    return fail(Place(str(path)), "X801", f"cannot be written: {error.strerror or error}")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that replaces `path` when the block ends, and leaves it alone if it fails.

    Raises
    ------
    BankError
        If the file cannot be written.
    """
    if path.is_dir():
        raise fail(Place(str(path)), "X801", "is a folder", "name a file, or use --split")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _refused(path, error) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        part.replace(path)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def whole_folder(path: Path, suffix: str) -> Iterator[Path]:
    """Give a new folder that replaces `path` when the block ends, and leaves it alone if it fails.

    An old folder is replaced only if it holds nothing but files with `suffix`.

    Raises
    ------
    BankError
        If the folder cannot be written, or the old one holds other things.
    """
    others = [entry.name for entry in path.iterdir() if entry.suffix != suffix] if path.is_dir() else []
    if others or (path.exists() and not path.is_dir()):
        found = f"it holds '{sorted(others)[0]}'" if others else "it is a file"
        raise fail(Place(str(path)), "X802", f"is not a folder of an earlier export: {found}", "name another folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    except OSError as error:
        raise _refused(path, error) from None
    old = part.with_suffix(".old")
    try:
        yield part
        part.chmod(0o777 & ~_umask())
        if path.exists():
            path.rename(old)
        part.rename(path)
    except OSError as error:
        if old.exists() and not path.exists():
            old.rename(path)
        raise _refused(path, error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
