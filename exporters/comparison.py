"""Comparing what was published with what is: locks, banks, git revisions of a bank, and exported files."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from markscheme.bank.banks import read_bank
from markscheme.bank.console import count as counted
from markscheme.bank.lock import Lock, make_lock, read_lock
from markscheme.bank.problems import BankError, Place
from markscheme.bank.revisions import unpack
from markscheme.exporters.differences import differences, printable
from markscheme.exporters.keys import both_keys
from markscheme.exporters.output import check_name, whole_file
from markscheme.exporters.processes import in_processes
from markscheme.exporters.rebuilding import find_id
from markscheme.exporters.verification import format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from markscheme.exporters.format import Fact
    from markscheme.exporters.processes import Report

Kind: TypeAlias = Literal["lock", "bank", "revision", "export"]
_SUFFIX: Final = ".lock"
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
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
        The bank's folder, or the file.
    revision
        The git revision; empty for what lies in the folder now.
    form
        The name of an export's format.
    """

    kind: Kind
    folder: Path
    revision: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A variant that is otherwise than before."""

    variant: str
    what: tuple[str, ...]
    is_key: bool
    old_key: str
    new_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came, went and changed, by the ids of variants."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]
    same: int

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
        yield f"{came}, {len(self.changed)} changed{keys}, {self.same} the same"

    def csv(self) -> str:
        """Return a table of the variants whose key changed, for regrading."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
        table.writerow(("variant", "changed", "old key", "new key"))
        for change in self.keys:
            table.writerow(
                map(_cell, (change.variant, "; ".join(change.what), change.old_key, change.new_key))
            )  # fmt: skip
        return out.getvalue()


def _said(key: str) -> str:
    return printable(key, 80) or "none"


def _cell(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula; numbers stay numbers.

    Examples
    --------
    >>> _cell("-3.5"), _cell("=1+1"), _cell("-x")
    ('-3.5', "'=1+1", "'-x")
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def write_table(comparison: Comparison, path: Path) -> None:
    """Write the table of the variants whose key changed to a file.

    Raises
    ------
    BankError
        If it cannot be written, or is a file of another kind.
    """
    check_name(path, (".csv",), "table of keys", Path())
    with whole_file(path) as stream:
        stream.write(comparison.csv().encode(errors="backslashreplace"))


def side(name: str, bank: Callable[[], Path]) -> Side:
    """Return what a user means: a lock, a bank's folder, an exported file, or else a git revision of a bank."""
    path = Path(name)
    if path.is_dir():
        return Side(kind="bank", folder=path)
    if path.is_file():
        if path.suffix == _SUFFIX:
            return Side(kind="lock", folder=path)
        form = format_of(path, None)
        if isinstance(form, str):
            raise NotComparableError(f"'{name}' is no lock, and {form}")
        return Side(kind="export", folder=path, form=form.name)
    return Side(kind="revision", folder=bank(), revision=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What is drawn of banks: by default as many as a lock on the other side says, or 10, of its seed or the bank's."""

    count: int | None = None
    seed: int | None = None
    allow_code: bool = False

    def __call__(self, one: Side, report: Report) -> Lock:
        """Return what a bank publishes now, or in a revision."""
        if not one.revision:
            return self._lock(one.folder, report)
        with tempfile.TemporaryDirectory(prefix="markscheme-") as name:
            into = Path(name).resolve()
            unpack(one.folder, one.revision, into)
            try:
                return self._lock(into, report)
            except BankError as error:
                raise BankError(
                    replace(problem, place=_within(problem.place, into, one.revision)) for problem in error.problems
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
    # Each bank has a process of its own: two revisions may bring solvers of the same names.
    banks = [one for one in (old, new) if one.kind != "lock"]
    made = iter(list(in_processes(draws, banks, len(banks), report)) if banks else [])
    return _of_locks(*(read_lock(one.folder) if one.kind == "lock" else next(made) for one in (old, new)))


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
    before, now = (_facts(one) for one in (old, new))
    changes = []
    for name, was in before.items():
        if name in now and (what := tuple(differences(now[name], was))):
            keys = both_keys(was, now[name])
            changes.append(
                Change(variant=name, what=what, is_key=keys[0] != keys[1], old_key=keys[0], new_key=keys[1])
            )  # fmt: skip
    return _comparison(before, now, changes)


def _facts(one: Side) -> dict[str, list[Fact]]:
    """Return what a file says of each variant; of one that stands twice, what it says first."""
    form = format_of(one.folder, one.form)
    found: dict[str, list[Fact]] = {}
    if isinstance(form, str):
        raise NotComparableError(form)
    for item in form.read(one.folder, str(one.folder)):
        name = find_id(item.id, item.name) or printable(item.name, 80)
        if name not in found:
            found[name] = list(item.facts())
    return found


def summary(lock: Lock, earlier: Lock | None) -> str:
    """Say what a lock holds, and what became of an earlier one."""
    questions = len({name.partition(".")[0] for name in lock.variants})
    said = f"{counted(len(lock.variants), 'variant')} of {counted(questions, 'question')}"
    if earlier is None:
        return said
    *_, last = _of_locks(earlier, lock).lines()
    return f"{said}: {last}"
