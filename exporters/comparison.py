"""Comparing what was published with what is: locks, banks, git revisions of a bank, and exported files."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from markscheme.bank.banks import read_bank
from markscheme.bank.console import count as counted
from markscheme.bank.lock import Lock, make_lock, read_lock
from markscheme.bank.problems import BankError, Place
from markscheme.bank.revisions import unpack
from markscheme.exporters import FORMATS
from markscheme.exporters.differences import differences, printable
from markscheme.exporters.keys import both_keys
from markscheme.exporters.output import MARKER, check_name, whole_file
from markscheme.exporters.processes import in_processes
from markscheme.exporters.rebuilding import find_id
from markscheme.exporters.verification import format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from markscheme.exporters.format import Fact
    from markscheme.exporters.processes import Report

Kind: TypeAlias = Literal["lock", "bank", "revision", "export"]
_SUFFIX: Final = ".lock"
_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?(?: ± [0-9]+(?:\.[0-9]+)?)?"
_NUMBERS: Final = re.compile(rf"{_NUMBER}(?:[,;] {_NUMBER})*")
"""Keys of numbers and matrices: digits alone do no harm, whatever a spreadsheet takes them for."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet takes for a formula."""


class NotComparableError(ValueError):
    """Raised for two things that cannot be compared; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two things to compare: what the user named, and what it is.

    Attributes
    ----------
    folder
        The bank's folder, or the lock.
    revision
        The git revision; empty for what lies in the folder now.
    files
        The files of an export.
    form
        The name of its format.
    """

    kind: Kind
    folder: Path
    revision: str = ""
    files: tuple[Path, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A variant that is otherwise than before."""

    variant: str
    what: tuple[str, ...]
    is_key: bool
    old_key: str
    new_key: str

    @property
    def moves_marks(self) -> bool:
        """Whether answers may earn otherwise: the key changed or, as locks tell, marks or recognised mistakes."""
        return self.is_key or not {"marks", "mistakes"}.isdisjoint(self.what)

    @property
    def asked(self) -> str:
        """Whether students were asked the same; where its text changed too, nobody can tell."""
        texts = ("stem", "the stem", "options", "option")
        return (
            "perhaps another: its text changed too" if any(one.startswith(texts) for one in self.what) else "the same"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came, went and changed, by the ids of variants; of files also how many items repeat another's id or name."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]
    same: int
    repeated: tuple[int, int] = (0, 0)

    @property
    def keys(self) -> tuple[Change, ...]:
        """The variants whose key changed."""
        return tuple(change for change in self.changed if change.is_key)

    def lines(self) -> Iterator[str]:
        """Yield a line for each, and the sum."""
        yield from (f"added    {name}" for name in self.added)
        yield from (f"removed  {name}" for name in self.removed)
        for change in self.changed:
            key = f" (key: {_said(change.old_key)} -> {_said(change.new_key)})" if change.is_key else ""
            yield f"changed  {change.variant}: {'; '.join(change.what)}{key}"
        keys = f" ({len(self.keys)} in the key)" if self.changed else ""
        came = f"{len(self.added)} added, {len(self.removed)} removed"
        yield f"{came}, {len(self.changed)} changed{keys}, {self.same} the same{self._repeats()}"

    def _repeats(self) -> str:
        if not any(self.repeated):
            return ""
        return f"; {self.repeated[0]} before and {self.repeated[1]} now repeat the id or name of another item"

    def csv(self) -> str:
        """Return a table of the variants that may earn otherwise, for regrading."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
        table.writerow(("variant", "changed", "question", "old key", "new key"))
        for change in self.changed:
            if change.moves_marks:
                row = (change.variant, "; ".join(change.what), change.asked, change.old_key, change.new_key)
                table.writerow(map(_cell, row))
        return out.getvalue()


def _said(key: str) -> str:
    return printable(key, 80) or "none"


def _cell(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula; numbers stay as they are.

    Examples
    --------
    >>> _cell("-3.5"), _cell("-2.71 ± 0.005"), _cell("-1, 2; 3, 4"), _cell("=1+1"), _cell("-x"), _cell("-1+1")
    ('-3.5', '-2.71 ± 0.005', '-1, 2; 3, 4', "'=1+1", "'-x", "'-1+1")
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBERS.fullmatch(text) else text


def write_table(comparison: Comparison, path: Path) -> None:
    """Write the table of the variants whose key changed to a file, in UTF-8 with the mark by which Excel knows it.

    Raises
    ------
    BankError
        If it cannot be written, or is a file of another kind.
    """
    check_name(path, (".csv",), "table of keys", Path())
    with whole_file(path) as stream:
        stream.write(comparison.csv().encode("utf-8-sig", errors="backslashreplace"))


def side(name: str, bank: Callable[[], Path], form: str | None = None) -> Side:
    """Return what a user means: a lock, a bank's folder, an export, or else a git revision of a bank.

    Parameters
    ----------
    form
        The name of an export's format; by default its files tell.
    """
    path = Path(name)
    if (path / MARKER).is_file():
        return _export(path, [one for one in sorted(path.iterdir()) if not one.name.startswith(".")], form)
    if path.is_dir():
        return Side(kind="bank", folder=path)
    if path.is_file():
        if path.suffix == _SUFFIX:
            return Side(kind="lock", folder=path)
        return _export(path, [path], form)
    if path.suffix.lower() in {_SUFFIX, *(known.suffix for _, known in FORMATS.items())}:
        raise NotComparableError(f"there is no file '{printable(name)}'")
    return Side(kind="revision", folder=bank(), revision=name)


def _export(path: Path, files: Sequence[Path], form_name: str | None) -> Side:
    """Return what an export wrote: one file, or with ``--split`` those of a folder."""
    known: dict[str, Path] = {}
    for file in files:
        form = format_of(file, form_name)
        if isinstance(form, str):
            raise NotComparableError(f"'{file}' is no lock, and {form}{'' if form_name else ' with --format'}")
        known.setdefault(form.name, file)
    if len(known) != 1:
        raise NotComparableError(f"'{path}' has files of {' and '.join(known) or 'no format'}; name a file of it")
    return Side(kind="export", folder=path, files=tuple(files), form=next(iter(known)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What is drawn of banks: by default as many as a lock on the other side says, or 10, of its seed or the bank's."""

    count: int | None = None
    seed: int | None = None
    allow_code: bool = False

    def __call__(self, task: tuple[Side, Path], report: Report) -> Lock:
        """Return what a bank publishes now, or in a revision, which is unpacked into the folder that is given."""
        one, folder = task
        if not one.revision:
            return self._lock(folder, report)
        unpack(one.folder, one.revision, folder)
        try:
            return self._lock(folder, report)
        except BankError as error:
            raise BankError(
                replace(problem, place=_within(problem.place, folder, one.revision)) for problem in error.problems
            ) from None

    def _lock(self, folder: Path, report: Report) -> Lock:
        bank = read_bank(folder, allow_code=self.allow_code)
        seed = bank.spec.seed if self.seed is None else self.seed
        return make_lock(bank, seed, 10 if self.count is None else self.count, report)


def compare(old: Side, new: Side, draws: Draws, report: Report) -> Comparison:
    """Compare two things.

    Raises
    ------
    NotComparableError
        If one is an export and the other is none, or is one of another format.
    BankError
        If one cannot be read.
    """
    if (old.kind == "export") != (new.kind == "export"):
        raise NotComparableError("an exported file can be compared with another one only; 'verify' takes it and a bank")
    if old.form != new.form:
        raise NotComparableError(f"a file for {old.form} cannot be compared with one for {new.form}")
    if old.kind == "export":
        return _of_files(old, new)
    locks = [read_lock(one.folder) for one in (old, new) if one.kind == "lock"]
    if locks and draws.count is None:
        draws = replace(draws, count=max(lock.count for lock in locks))
    if locks and draws.seed is None:
        draws = replace(draws, seed=locks[0].seed)
    made = iter(_drawn([one for one in (old, new) if one.kind != "lock"], draws, report))
    return _of_locks(*(read_lock(one.folder) if one.kind == "lock" else next(made) for one in (old, new)))


def _drawn(banks: Sequence[Side], draws: Draws, report: Report) -> list[Lock]:
    """Return what banks publish; each has a process of its own: two revisions may bring solvers of the same names.

    Folders for revisions are made and removed here: a process may be ended before it could do so.
    """
    with ExitStack() as folders:
        tasks = [(one, _new_folder(folders) if one.revision else one.folder) for one in banks]
        return list(in_processes(draws, tasks, len(tasks), report)) if tasks else []


def _new_folder(folders: ExitStack) -> Path:
    return Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="markscheme-"))).resolve()


def _within(place: Place, folder: Path, revision: str) -> Place:
    """Return a place in a revision, as git writes it."""
    file = Path(place.file)
    inside = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else place.file
    return replace(place, file=f"{printable(revision, 40)}:{inside}")


def _of_locks(old: Lock, new: Lock) -> Comparison:
    changes = [
        Change(variant=name, what=what, is_key="key" in what, old_key=before.key, new_key=new.variants[name].key)
        for name, before in old.variants.items()
        if name in new.variants and (what := before.changed(new.variants[name]))
    ]
    return _comparison(old.variants, new.variants, changes)


def _comparison(old: Mapping[str, object], new: Mapping[str, object], changes: Sequence[Change]) -> Comparison:
    common = sum(name in new for name in old)
    return Comparison(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(changes),
        same=common - len(changes),
    )


def _of_files(old: Side, new: Side) -> Comparison:
    (before, repeated), (now, again) = (_facts(one) for one in (old, new))
    changes = []
    for name, was in before.items():
        if name in now and (what := tuple(differences(now[name], was))):
            keys = both_keys(was, now[name])
            changes.append(
                Change(variant=name, what=what, is_key=keys[0] != keys[1], old_key=keys[0], new_key=keys[1])
            )  # fmt: skip
    return replace(_comparison(before, now, changes), repeated=(repeated, again))


def _facts(one: Side) -> tuple[dict[str, list[Fact]], int]:
    """Return what files say of each item, by its id or else its name, and how many repeat an earlier one's.

    Those are numbered: what is no variant of ours may well be called as another item is.
    """
    form = format_of(one.folder, one.form)
    found: dict[str, list[Fact]] = {}
    number: Counter[str] = Counter()
    repeated = 0
    if isinstance(form, str):
        raise NotComparableError(form)
    for file in one.files:
        for item in form.read(file, str(file)):
            name = key = find_id(item.id, item.name) or printable(item.name, 80)
            repeated += name in number
            number[name] += 1
            while key in found:
                key = f"{name} ({number[name]})"
                number[name] += key in found  # another item is called so
            found[key] = list(item.facts())
    return found, repeated


def summary(lock: Lock, earlier: Lock | None) -> str:
    """Say what a lock holds, and what became of an earlier one."""
    questions = len({name.partition(".")[0] for name in lock.variants})
    said = f"{counted(len(lock.variants), 'variant')} of {counted(questions, 'question')}"
    if earlier is None:
        return said
    *_, last = _of_locks(earlier, lock).lines()
    return f"{said}: {last}"
