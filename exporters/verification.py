"""Verification: what became of exported files, found by rebuilding each variant from its id."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from markscheme.bank.problems import BankError, Place, Problem, nearest
from markscheme.exporters import FORMATS
from markscheme.exporters.differences import differences, printable
from markscheme.exporters.rebuilding import Rebuilder, UnknownVariantError, find_id
from markscheme.exporters.redrawing import NoVariantError, followed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TypeAlias

    from markscheme.bank.banks import Bank
    from markscheme.exporters.export import Progress
    from markscheme.exporters.format import Format, ReadItem

    _Draws: TypeAlias = defaultdict[int, dict[int, tuple[Place, str]]]

_MOST_SAID = 3
_MOST_NAMED = 5
_LONGEST_NAME = 80
_LONGEST_MESSAGE = 400
_IN_LMS = "undo it there, or delete the item and import it again"
_AGAIN = "export and import it again; attempts at the old one need a regrade"


def format_of(path: Path, name: str | None) -> Format | str:
    """Return the format of a file, by its name or by how the file's name ends; else why there is none."""
    known = dict(FORMATS.items())
    if name is not None:
        hint = nearest(name, known) or "known are " + ", ".join(known)
        return FORMATS.get(name) or f"there is no format '{name}' ({hint})"
    alike = [form for form in known.values() if form.suffix == path.suffix.lower()]
    if not alike:
        return f"no format's files end like '{printable(path.name)}'; name the format"
    # Of a file that none knows for its own, the first says what is wrong with it.
    return next((form for form in alike if form.owns(path)), alike[0])


def read_file(path: Path) -> Path:
    """Return the path of a file that can be opened; its format reads it piece by piece.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    with path.open("rb"):
        return path


class Verification:
    """Compares a file with what its bank says now.

    Parameters
    ----------
    bank
        The bank that the file comes from.
    form
        The file's format.
    file
        Its name in messages.

    Attributes
    ----------
    counts
        How many items were found to be what.
    """

    def __init__(self, bank: Bank, form: Format, file: str) -> None:
        self.form = form
        self.file = file
        self.counts: Counter[str] = Counter()
        self._rebuilder = Rebuilder(bank, form)
        self._first: dict[str, Place] = {}
        self._draws: defaultdict[str, _Draws] = defaultdict(lambda: defaultdict(dict))

    def problems(self, data: bytes | Path, progress: Progress) -> Iterator[Problem]:
        """Yield what is wrong: item by item, then what is missing.

        Parameters
        ----------
        data
            The file's content, or its path.
        progress
            Is told of every item.

        Raises
        ------
        BankError
            If the file cannot be read.
        """
        for item in self.form.read(data, self.file):
            name = find_id(item.id, item.name)
            if name or item.fingerprint:
                yield from self._item(item, name)
            else:
                self.counts["not ours"] += 1
            progress(name.partition(".")[0])
        yield from self._all_missing()

    def _item(self, item: ReadItem, name: str) -> Iterator[Problem]:
        place = item.place
        first = self._first.setdefault(name, place)
        if name and first is not place:
            self.counts["twice"] += 1
            where = f"line {first.line}" if first.line and first.file == place.file else str(first)
            yield _problem(place, "X905", f"the variant stands twice, first in {where}", "keep one", name)
        verdict, problem = self._verdict(item, name, place)
        self.counts[verdict] += 1
        if problem is not None:
            yield problem

    def _verdict(self, item: ReadItem, name: str, place: Place) -> tuple[str, Problem | None]:
        """Return what an item is counted as, and the problem with it."""
        try:
            wanted = self._rebuilder.parse(name)
            expected = self._rebuilder.item(wanted)
        except UnknownVariantError as unknown:
            called = printable(item.name, _LONGEST_NAME)
            return "not known", _problem(place, "X901", f"'{called}' is not known: {unknown}", unknown.hint, name)
        except NoVariantError as reason:
            message = f"made by an older spec: {reason}"
            return "made by an older spec", _problem(place, "X903", message, "leave the item out", name)
        verdict, problem = self._compared(item, expected, place, name)
        if wanted.seed is not None:
            self._draws[wanted.question][wanted.seed].setdefault(wanted.draw, (place, verdict))
        return verdict, problem

    def _compared(self, item: ReadItem, expected: ReadItem, place: Place, name: str) -> tuple[str, Problem | None]:
        said = list(differences(item.facts(), expected.facts()))
        if not said:
            return "agree", None
        what = "; ".join(said[:_MOST_SAID]) + (f"; and {len(said) - _MOST_SAID} more" if said[_MOST_SAID:] else "")
        if item.fingerprint == expected.fingerprint:
            return "edited in the LMS", _problem(place, "X902", f"edited in the LMS: {what}", _IN_LMS, name)
        if item.fingerprint:
            return "made by an older spec", _problem(place, "X903", f"made by an older spec: {what}", _AGAIN, name)
        message = f"differs, and its tag 'ms:…' is gone or unreadable: {what}"
        return "of unknown age", _problem(place, "X906", message, _AGAIN, name)

    def _all_missing(self) -> Iterator[Problem]:
        """Yield what is missing: of each question that is there, in the seeds that are there and can be followed."""
        left_out: Counter[str] = Counter()
        for question, seeds in self._draws.items():
            far = followed(self._rebuilder.questions[question], seeds)
            for place, (seed, highest) in enumerate(far.items()):
                yield from self._missing(question, seed, highest, is_first=place == 0)
            left_out[question] = len(seeds) - len(far)
        if left_out.total():
            question, count = left_out.most_common(1)[0]
            others = sum(1 for other in left_out.values() if other) - 1
            also = f", and some of {others} more questions" if others else ""
            many = "one seed" if count == 1 else f"{count} seeds"
            message = f"missing variants were not looked for under {many} of '{question}'{also}"
            yield _problem(Place(self.file), "X907", message, "verify each export by itself")

    def _missing(self, question: str, seed: int, highest: int, *, is_first: bool) -> Iterator[Problem]:
        """Yield which variants of a question an export has and the file has not, and the other way round.

        An original has no seed, and is missed once.
        """
        draws = self._draws[question][seed]
        try:
            expected = self._rebuilder.expected(question, seed, highest)
        except BankError as error:
            yield from error.problems
            return
        is_there = not is_first or f"{question}.original" in self._first
        lost = [draw for draw in expected if draw not in draws and not (draw == 0 and is_there)]
        if lost:
            self.counts["missing"] += len(lost)
            ids = [f"{question}.{seed}.{draw}" if draw else f"{question}.original" for draw in lost[:_MOST_NAMED]]
            more = f" and {len(lost) - _MOST_NAMED} more" if lost[_MOST_NAMED:] else ""
            yield _problem(Place(self.file), "X904", f"missing: {', '.join(ids)}{more}", "export and import them again")
        for draw in sorted(draws.keys() - set(expected)):
            place, verdict = draws[draw]
            if draw <= highest and verdict == "agree":
                self.counts.subtract([verdict])
                self.counts["made by an older spec"] += 1
                message = "made by an older spec: it looks like an earlier draw"
                yield _problem(place, "X903", message, "leave the item out", f"{question}.{seed}.{draw}")

    def summary(self) -> str:
        """Return how many items were found to be what."""
        counts = self.counts
        kinds = ("edited in the LMS", "made by an older spec", "of unknown age", "not known")
        total = sum(counts[kind] for kind in ("agree", *kinds))
        found = ", ".join(f"{counts[kind]} {kind}" for kind in kinds if counts[kind])
        rest = [f"{counts[kind]} {kind}" for kind in ("twice", "missing", "not ours") if counts[kind]]
        agree = f"{counts['agree']} agree{'s' * (counts['agree'] == 1)}"
        return "; ".join((f"{total} item{'s' * (total != 1)}: {agree}" + (f", {found}" if found else ""), *rest))


def _problem(place: Place, code: str, message: str, hint: str, variant: str = "") -> Problem:
    return Problem(
        place=place,
        code=code,
        message=printable(message, _LONGEST_MESSAGE),
        hint=hint,
        variant=printable(variant, _LONGEST_NAME),
    )
