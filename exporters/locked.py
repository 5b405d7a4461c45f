"""What became of published variants: each is drawn again and compared with the lock, part by part."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from markscheme.bank.console import count as counted
from markscheme.bank.lock import MOST_VARIANTS, NAME, Lock, check_bank, read_lock
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.publication import published
from markscheme.bank.sampling import Sampler
from markscheme.bank.text.html import REFERENCE
from markscheme.exporters.redrawing import NoVariantError, followed, no_variant, redraw

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from markscheme.bank.banks import Bank
    from markscheme.bank.publication import Published
    from markscheme.bank.question import Question

LOCK: Final = "lock"
"""The part of a validation that looks after published variants."""

_COUNT: Final = re.compile(r"^variants ([1-9][0-9]{0,5})$", re.MULTILINE)
_BEGINNING: Final = 4096
_MEANT: Final = "undo it; if it is meant, see 'markscheme diff', regrade, and run 'markscheme lock'"


def lock_of(bank: Bank) -> Lock:
    """Return the lock beside a bank's ``bank.yaml``.

    Raises
    ------
    BankError
        E613 if there is none, or it is another bank's.
    """
    path = bank.folder / NAME
    lock = read_lock(path)
    check_bank(lock, bank)
    return lock


def earlier_lock(path: Path) -> Lock | None:
    """Return the lock that is there already; None where there is none that can be read."""
    try:
        return read_lock(path)
    except BankError:
        return None


def earlier_count(path: Path) -> int:
    """Return of how many variants the lock is that is there, also where a merge left it in pieces; 0 for none."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            found = _COUNT.findall(stream.read(_BEGINNING))
    except OSError:
        return 0
    return max((int(one) for one in found if int(one) <= MOST_VARIANTS), default=0)


def lock_problems(question: Question, lock: Lock) -> Iterator[Problem]:
    """Yield what became of a question's published variants: X908 for each that changed, X909 for each that is gone.

    New variants are no problem. An X907 says what was not looked at, because the lock names too much.
    """
    locked = lock.of_question(question.id)
    seeds = _draws(locked)
    far = followed(question, seeds, lock.count)
    for seed, draws in sorted(seeds.items()):
        if seed not in far:
            continue
        now = _drawn(question, seed, draws, far[seed])
        for draw, name in sorted(draws.items()):
            if draw not in now:
                reason = _reason(question, seed, draw, far[seed])
                yield _problem(question, "X909", f"published, and gone: {reason}", name)
            elif changed := locked[name].changed(now[draw]):
                yield _changed(question, name, changed)
    left_out = [name for seed, draws in sorted(seeds.items()) if seed not in far for name in draws.values()]
    if left_out:
        message = f"{counted(len(left_out), 'published variant')} not looked at: the lock has too many seeds or draws"
        hint = "'markscheme lock' writes those of one seed"
        yield Problem(place=lock.places[left_out[0]], code="X907", message=message, hint=hint, check=LOCK)


def _draws(locked: Iterable[str]) -> dict[int, dict[int, str]]:
    """Return the ids of variants by their seeds and draws; an original is among those of the least seed."""
    seeds: defaultdict[int, dict[int, str]] = defaultdict(dict)
    original = ""
    for name in locked:
        _, *said = name.split(".")
        if len(said) == 2:
            seeds[int(said[0])][int(said[1])] = name
        else:
            original = name
    if original:
        seeds[min(seeds, default=0)][0] = original
    return seeds


def lost_questions(lock: Lock, known: Collection[str]) -> Iterator[Problem]:
    """Yield an X909 for each question that is published and that the bank does not have any more."""
    lost: dict[str, list[str]] = {}
    for name in lock.variants:
        question = name.partition(".")[0]
        if question not in known:
            lost.setdefault(question, []).append(name)
    for question, names in lost.items():
        message = f"the question '{question}' is gone, with {len(names)} published variants"
        yield Problem(place=lock.places[names[0]], code="X909", message=message, hint=_MEANT, check=LOCK)


def _drawn(question: Question, seed: int, draws: Mapping[int, str], highest: int) -> dict[int, Published]:
    """Return what is published now of some variants, as far as they are followed."""
    found: dict[int, Published] = {}
    # What is wrong is reported where the variants are drawn.
    for solved, variant in Sampler(question, seed).upto(highest, failed=lambda error: error):
        if variant.draw in draws:
            found[variant.draw] = published(solved, variant, words=False)
            if len(found) == len(draws):
                break
    return found


def _reason(question: Question, seed: int, draw: int, highest: int) -> str:
    """Return why a draw is none of those that an export has."""
    try:
        solved = redraw(question, seed, draw)
        with no_variant():
            solved.word(REFERENCE)
    except NoVariantError as reason:
        return str(reason)
    return "no export reaches that draw" if draw > highest else "it looks like an earlier draw"


def _changed(question: Question, name: str, changed: tuple[str, ...]) -> Problem:
    what = ", ".join(changed[:-1]) + " and " * (len(changed) > 1) + changed[-1]
    return _problem(question, "X908", f"published, and changed since: {what}", name, changed[0])


def _problem(question: Question, code: str, message: str, variant: str, part: str = "") -> Problem:
    """Return a problem at the key that the part comes from."""
    spec = question.spec
    key = "answers" if part in ("options", "key", "mistakes") else part
    place = spec.keys.get(key, spec.place)
    if key == "answers" and len(spec.answers) == 1:
        place = spec.answers[0].place
    return Problem(place=place, code=code, message=message, hint=_MEANT, variant=variant, check=LOCK)
