"""Draws: random words that depend on nothing but names.

A draw is a pure function of (bank id, seed, question id, draw number, parameter name). The fields are
length-prefixed and hashed by SHAKE-128; the output is read as little-endian 64-bit words. Word i serves element
i, and a number below `span` is the high half of the product of word and span (D. Lemire 2019, "Fast random
integer generation in an interval", without the rejection step: spans are at most 2**32, so the bias is below
2**-32). So a variant is the same on every machine, for ever.
"""

from __future__ import annotations

from hashlib import shake_128
from struct import unpack
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_SPAN = 2**32


class _Hash(Protocol):
    def copy(self) -> _Hash: ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self, length: int, /) -> bytes: ...


def _field(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(4, "little") + data


class Source:
    """The random words of one question under one seed.

    Parameters
    ----------
    bank, question
        Their ids.
    seed
        The seed; draw 0, the original, does not depend on it.

    Examples
    --------
    >>> Source("dl", 2021, "conv2d-output").draw(1).numbers("k", 4, 5)
    [3, 1, 4, 2]
    """

    def __init__(self, bank: str, seed: int, question: str) -> None:
        self._seeded: _Hash = shake_128(_field(bank) + _field(str(seed)) + _field(question))
        self._unseeded: _Hash = shake_128(_field(bank) + _field("original") + _field(question))

    def draw(self, number: int) -> Draw:
        """Return one draw; draws count from 1, and 0 is the original."""
        state = (self._seeded if number else self._unseeded).copy()
        state.update(_field(str(number)))
        return Draw(state)


class Draw:
    """The random words of one draw, by name."""

    __slots__ = ("_state",)

    def __init__(self, state: _Hash) -> None:
        self._state = state

    def words(self, name: str, count: int) -> tuple[int, ...]:
        """Return `count` words of 64 bits for a name; more words begin with the same ones."""
        state = self._state.copy()
        state.update(_field(name))
        return unpack(f"<{count}Q", state.digest(8 * count))

    def numbers(self, name: str, count: int, span: int) -> list[int]:
        """Return `count` integers from 0 to before `span`.

        Raises
        ------
        ValueError
            If the span is not from 1 to 2**32.
        """
        if not 1 <= span <= LARGEST_SPAN:
            raise ValueError(f"a span of {span} is not from 1 to 2**32")
        return [word * span >> 64 for word in self.words(name, count)]

    def distinct(self, name: str, count: int, span: int) -> list[int]:
        """Return `count` different integers from 0 to before `span`, in random order."""
        if not 0 <= count <= span <= LARGEST_SPAN:
            raise ValueError(f"{count} different values cannot be chosen from {span}")
        moved: dict[int, int] = {}  # a Fisher-Yates shuffle that stores only what it has moved
        chosen = []
        for place, word in enumerate(self.words(name, count)):
            other = place + (word * (span - place) >> 64)
            chosen.append(moved.get(other, other))
            moved[other] = moved.get(place, place)
        return chosen

    def order(self, name: str, things: Sequence[str]) -> list[int]:
        """Return the indices of named things in random order; each name has a priority of its own.

        A thing that is added or left out does not change the order of the others.
        """
        priorities = [self.words(f"{name}\0{thing}", 1)[0] for thing in things]
        return sorted(range(len(things)), key=lambda i: (priorities[i], i))
