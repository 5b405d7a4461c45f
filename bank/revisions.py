"""Revisions: what git keeps of a bank, read without running anything of the repository's.

A repository may come from anybody, and its configuration may name programs: filters, hooks, monitors. So nothing is
asked for that would start one. Trees and blobs are read as they are stored, and files are compared by their digests.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markscheme.bank.banks import as_shown
from markscheme.bank.problems import BankError, Place, fail
from markscheme.bank.text.pictures import KINDS
from markscheme.bank.yaml_text import shown
from markscheme.bank.yaml_tree import scalars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.banks import Bank
    from markscheme.bank.question import Question

_ENDS: Final = (".yaml", ".py", ".lock", *KINDS)
"""Only such files are parts of a bank."""

_LARGEST_FILE = 8 << 20
_MOST_BYTES = 256 << 20
_MOST_FILES = 50_000
_SECONDS = 60
_GIT: Final = "git.exe" if sys.platform == "win32" else "git"
_KEPT: Final = ("GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG")
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never")
_ORDINARY: Final = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file in a tree: its path below the bank, its digest, and whether it is a link."""

    path: str
    digest: str
    is_link: bool


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Return what git says.

    Raises
    ------
    BankError
        E612 if it fails.
    """
    program = _program(folder)
    place = Place(as_shown(folder))
    if program is None:
        raise fail(place, "E612", "git is not installed here", "what changed is found out with it")
    # A hook of git passes its own repository on; ours is that of the folder.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    environment = kept | {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours, and a revision cannot be an option
            [program, "--no-pager", *_SAFE, *arguments],
            cwd=folder, env=environment, input=given, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise fail(place, "E612", f"git cannot be asked: {error}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or "nothing"
        lines = said.splitlines()
        worst = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0])
        raise fail(place, "E612", f"git says: {shown(worst, 200)}", _hint(said))
    return done.stdout


def _program(folder: Path) -> str | None:
    """Return where git is, looked for in whole folders of the path only, and in none of the bank's.

    Windows looks in the current folder first, and a path may have folders without a root, which are below it: there
    somebody else's bank could bring a git of its own.
    """
    here, bank = Path.cwd().resolve(), folder.resolve()
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        place = Path(entry)
        real = Path(os.path.realpath(entry))
        if place.is_absolute() and real != here and not real.is_relative_to(bank):
            found = shutil.which(str(place / _GIT))
            if found is not None:
                return found
    return None


def _hint(said: str) -> str:
    if "promisor" in said or "lazy fetching" in said:
        return "the clone is partial, and nothing is fetched here: 'git fetch --refetch --no-filter' brings the rest"
    if "not a git repository" in said:
        return "what changed is known in a git repository only; leave the option out elsewhere"
    if "Needed a single revision" in said or "unknown revision" in said:
        return "neither a file nor a branch, tag or commit that is here; a shallow clone must be fetched further"
    return ""


def commit_of(folder: Path, revision: str) -> str:
    """Return the commit that a revision names.

    Raises
    ------
    BankError
        E612 if there is none.
    """
    try:
        found = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except ValueError:  # a NUL, or a lone surrogate
        raise fail(Place(as_shown(folder)), "E612", f"'{shown(revision)}' is no revision") from None
    except BankError as error:
        (problem,) = error.problems
        asked = f" (asked for '{shown(revision)}')" if "revision" in problem.message else ""
        raise BankError([replace(problem, message=f"{problem.message}{asked}")]) from None
    return found.decode().strip()


def tree(folder: Path, commit: str) -> list[Blob]:
    """Return the files that a commit has in and below a folder; those that are no part of a bank are left out."""
    blobs = []
    for entry in _git(folder, "ls-tree", "-r", "-z", commit).split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, digest = head.decode().replace(" blob ", " ").partition(" ")
        path = os.fsdecode(name)
        if mode in (*_ORDINARY, "120000") and path.lower().endswith(_ENDS) and _is_inside(path):
            blobs.append(Blob(path, digest, mode == "120000"))
    if len(blobs) > _MOST_FILES:
        raise fail(Place(as_shown(folder)), "E612", f"the revision has {len(blobs):,} files")
    return blobs


def _is_inside(path: str) -> bool:
    """Return whether a path of a tree, which may be anybody's, stays below its folder and is no hidden one."""
    parts = PurePosixPath(path).parts
    return not path.startswith("/") and "\\" not in path and ":" not in path and not any(
        part.startswith(".") for part in parts
    )  # fmt: skip


def unpack(folder: Path, revision: str, into: Path) -> None:
    """Write the bank as a revision has it into an empty folder; links are left out.

    Raises
    ------
    BankError
        E612 if git does not know the revision or the folder in it.
    """
    blobs = [blob for blob in tree(folder, commit_of(folder, revision)) if not blob.is_link]
    place = Place(as_shown(folder))
    if not any(blob.path == "bank.yaml" for blob in blobs):
        raise fail(place, "E612", f"the revision '{shown(revision)}' has no bank.yaml here", "name a later one")
    asked = "".join(f"{blob.digest}\n" for blob in blobs).encode()
    sizes = _git(folder, "cat-file", "--batch-check=%(objectsize)", given=asked).decode().splitlines()
    lost = sum(not size.isdigit() for size in sizes)
    if lost:
        raise fail(place, "E612", f"git lacks {lost} of the revision's {len(sizes)} files", "try 'git fsck'")
    if sum(map(int, sizes)) > _MOST_BYTES:
        raise fail(place, "E612", f"the revision's files have {sum(map(int, sizes)):,} bytes")
    data = _git(folder, "cat-file", "--batch", given=asked)
    start = 0
    for blob, size in zip(blobs, map(int, sizes), strict=True):
        start = data.index(b"\n", start) + 1
        path = into / blob.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[start : start + size])
        start += size + 1


def changed_files(folder: Path, revision: str) -> frozenset[str]:
    """Return which files of a bank are otherwise than in a revision: edited, new, or gone; committed or not.

    Raises
    ------
    BankError
        E612 outside of a repository, or where it does not know the revision.
    """
    before = {blob.path: blob.digest for blob in tree(folder, commit_of(folder, revision))}
    now = dict(_files(folder))
    changed = {path for path, file in now.items() if not _is(file, before.get(path, ""))}
    changed |= before.keys() - now.keys()
    real = {os.path.realpath(folder / path) for path in changed}
    return frozenset(changed | {path for path, file in now.items() if file.is_symlink() and _leads(file) in real})


def _leads(file: Path) -> str:
    return os.path.realpath(file)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        linked = [name for name in folders if Path(where, name).is_symlink()]
        for name in (*names, *linked):
            if not name.startswith(".") and (name.lower().endswith(_ENDS) or name in linked):
                path = Path(where, name)
                yield path.relative_to(folder).as_posix(), path


def _is(file: Path, digest: str) -> bool:
    """Return whether a file has the content with a digest of git's; line ends of Windows do not count."""
    try:
        if file.is_symlink():
            data = os.fsencode(file.readlink())
        elif not file.is_file() or file.stat().st_size > _LARGEST_FILE:
            return False
        else:
            data = file.read_bytes()
    except OSError:
        return False
    algorithm = hashlib.sha256 if len(digest) == 64 else hashlib.sha1
    return any(
        algorithm(b"blob %d\0" % len(one) + one).hexdigest() == digest for one in (data, data.replace(b"\r\n", b"\n"))
    )


def touched(bank: Bank, changed: frozenset[str]) -> tuple[Question, ...]:
    """Return the questions that changed files are parts of; all, where one concerns the whole bank.

    A picture belongs to the questions whose texts name it.
    """
    if any(path in ("bank.yaml", "paper.yaml") or path.endswith(".py") for path in changed):
        return bank.questions
    pictures = {PurePosixPath(path).name for path in changed if path.lower().endswith(KINDS)}
    return tuple(
        question
        for question in bank.questions
        if _path(question, bank) in changed
        or any(name in text for text in _texts(question, pictures) for name in pictures)
    )


def _path(question: Question, bank: Bank) -> str:
    folder = bank.folder if question.folder is None else question.folder
    return (folder / f"{question.id}.yaml").relative_to(bank.folder).as_posix()


def _texts(question: Question, wanted: set[str]) -> Iterator[str]:
    if wanted:
        yield from (unquote(scalar.text) for scalar in scalars(question.spec))
