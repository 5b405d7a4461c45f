"""Locks: the file ``bank.lock`` beside ``bank.yaml``, which says what was published.

It is text for people and for git: a line for each variant, sorted, with a digest of each part and the key in words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from markscheme.bank.banks import as_shown
from markscheme.bank.problems import Place, fail
from markscheme.bank.publication import PARTS, Published, published
from markscheme.bank.sampling import Sampler
from markscheme.bank.schema import Slips
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from markscheme.bank.banks import Bank

NAME: Final = "bank.lock"
VERSION: Final = 1
MOST_VARIANTS: Final = 100_000
"""So many variants of a question may be asked for, as elsewhere; a lock that asks for more was made by nobody."""

_HEAD: Final = (
    "# What is published of this bank, a line for each variant: written by 'markscheme lock', compared by\n"
    "# 'markscheme validate --locked'. A changed line is a variant that students may have seen otherwise.\n"
)
_LARGEST = 64 << 20
_HEADER = re.compile(r"(?P<kind>lock|seed|variants) (?P<number>0|[1-9][0-9]{0,15})|bank (?P<bank>[a-z][a-z0-9-]{0,59})")
_DIGESTS = " ".join(rf"{part}:([0-9a-f]{{12}})" for part in PARTS)
_ID = r"[a-z][a-z0-9-]{0,59}\.(?:original|(?:0|[1-9][0-9]{0,15})\.[1-9][0-9]{0,11})"
_LINE = re.compile(rf"(?P<id>{_ID}) {_DIGESTS} =(?: (?P<key>.*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What was published.

    Attributes
    ----------
    bank, seed, count
        The bank's id, the seed of the draws, and how many variants of each question were asked for.
    variants
        What is published of each variant, by its id.
    places
        Where each of them stands in the file.
    file
        The file's name in messages.
    """

    bank: str
    seed: int
    count: int
    variants: Mapping[str, Published]
    places: Mapping[str, Place]
    file: str = NAME
    _by_question: Mapping[str, Mapping[str, Published]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: defaultdict[str, dict[str, Published]] = defaultdict(dict)
        for name, one in self.variants.items():
            found[name.partition(".")[0]][name] = one
        object.__setattr__(self, "_by_question", dict(found))

    def of_question(self, question: str) -> Mapping[str, Published]:
        """Return the variants of a question."""
        return self._by_question.get(question, {})


def make_lock(bank: Bank, seed: int, count: int, progress: Callable[[str], object]) -> Lock:
    """Return the lock of all variants that an export writes.

    Raises
    ------
    BankError
        If a question is not sound.
    """
    variants: dict[str, Published] = {}
    slips = Slips()
    for question in bank.questions:
        with slips.gather():
            for solved, variant in Sampler(question, seed).solved(count):
                variants[variant.id] = published(solved, variant)
                progress(question.id)
    slips.raise_any()
    return Lock(bank=bank.id, seed=seed, count=count, variants=variants, places={})


def written(lock: Lock) -> str:
    """Return a lock as text."""
    head = f"{_HEAD}lock {VERSION}\nbank {lock.bank}\nseed {lock.seed}\nvariants {lock.count}\n"
    return head + "".join(_line(name, lock.variants[name]) for name in sorted(lock.variants, key=_rank))


def _rank(name: str) -> tuple[str, int, int]:
    question, _, draw = name.partition(".")
    seed, _, number = draw.partition(".")
    return (question, -1, 0) if draw == "original" else (question, int(seed), int(number))


def _line(name: str, one: Published) -> str:
    digests = " ".join(f"{part}:{one.parts[part]}" for part in PARTS)
    return f"{name} {digests} = {one.key}".rstrip() + "\n"


def read_lock(path: Path) -> Lock:
    """Read a lock.

    Raises
    ------
    BankError
        E613 if there is none, or with each line that is none of a lock.
    """
    file = as_shown(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        hint = "'markscheme lock' writes it"
        raise fail(Place(file), "E613", f"the lock cannot be read: {error.strerror or error}", hint) from None
    if len(data) > _LARGEST:
        raise fail(Place(file), "E613", "the lock is larger than 64 MiB")
    return parsed(data.decode(errors="replace"), file)


def parsed(text: str, file: str) -> Lock:
    """Return the lock that a text writes; raises what `read_lock` does."""
    head: dict[str, str] = {}
    variants: dict[str, Published] = {}
    places: dict[str, Place] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")  # noqa: PLW2901 - git may have put it there
        place = Place(file, number, 1)
        if not line or line.startswith("#"):
            continue
        if header := _HEADER.fullmatch(line):
            if header["kind"] == "variants":
                _check_count(int(header["number"]), place)
            head[header["kind"] or "bank"] = header["number"] or header["bank"]
        elif (found := _LINE.fullmatch(line)) and found["id"] not in variants:
            digests = dict(zip(PARTS, found.groups()[1:-1], strict=True))
            variants[found["id"]] = Published(parts=digests, key=shown(found["key"] or "", 10_000))
            places[found["id"]] = place
        elif found:
            raise fail(place, "E613", f"'{found['id']}' stands twice", "run 'markscheme lock' again")
        else:
            hint = "after a merge, run 'markscheme lock' again"
            raise fail(place, "E613", f"'{shown(line)}' is no line of a lock", hint)
    if head.keys() != {"lock", "bank", "seed", "variants"}:
        raise fail(Place(file), "E613", "this is no lock of a bank", "'markscheme lock' writes one")
    if int(head["lock"]) != VERSION:
        message = f"the lock is of version {head['lock']}, and this markscheme reads version {VERSION}"
        raise fail(Place(file), "E613", message, "run 'markscheme lock' again")
    return Lock(
        bank=head["bank"],
        seed=int(head["seed"]),
        count=int(head["variants"]),
        variants=variants,
        places=places,
        file=file,
    )


def _check_count(count: int, place: Place) -> None:
    if not 0 < count <= MOST_VARIANTS:
        message = f"the lock asks for {count:,} variants of each question, and {MOST_VARIANTS:,} are the most"
        raise fail(place, "E613", message, "run 'markscheme lock' again")


def check_bank(lock: Lock, bank: Bank) -> None:
    """Refuse the lock of another bank.

    Raises
    ------
    BankError
        E613.
    """
    if lock.bank != bank.id:
        message = f"the lock is that of the bank '{lock.bank}', and this is '{bank.id}'"
        raise fail(Place(lock.file), "E613", message, "a bank keeps its id: every draw depends on it")
