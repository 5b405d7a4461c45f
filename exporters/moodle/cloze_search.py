r"""Find the end of a field in a cloze text, and the alternatives before it, as Moodle 4.5 finds them.

Moodle looks for the end of a field with a backtracking search in which

- an answer has at least one character and ends before `~`, `#` or `}`, unless `\`, `&` or `&amp;` stands before it
  (so that `&#125;` stays whole), and a feedback ends before `~` or `}`, unless `\` stands before it;
- where an alternative is empty, the mark that should end it becomes its first character, and the search goes on into
  the text behind the field.

What lies before the end is then split anew, from its start.

Examples
--------
>>> find_alternatives("=3.14:0.005#Right~%50%3&#125;} of", 0)
([('=', '3.14:0.005', 'Right'), ('%50%', '3&#125;', '')], 29)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Alternative: TypeAlias = tuple[str, str, str]
"""Share (`=`, `%n%` or empty), answer and feedback, each as the text spells it."""

_SHARE = re.compile(r"=|%-?[0-9]+(?:[.,][0-9]*)?%")
_ANSWER_END = re.compile(r"[~#}]")
# An alternative that does not begin with a mark, up to the first mark that may end it.
_PLAIN = re.compile(
    rf"({_SHARE.pattern}|(?!{_SHARE.pattern}))"
    r"([^~#}]++(?:(?:(?<=[\\&])|(?<=&amp;))[~#}][^~#}]*+)*+)(?<![\\&])(?<!&amp;)"
    r"(?:#([^~}]*+(?:(?<=\\)[~}][^~}]*+)*+)(?<!\\))?+[~}]"
)
_MOST_STEPS = 200_000


class Patience:
    """The steps that are left for a text: Moodle's search gives up as well."""

    def __init__(self, steps: int = _MOST_STEPS) -> None:
        self._steps = steps

    def lasts(self) -> bool:
        """Take a step, and return whether there was one left."""
        self._steps -= 1
        return self._steps >= 0


def find_alternatives(text: str, start: int, patience: Patience | None = None) -> tuple[list[Alternative], int] | None:
    """Return a field's alternatives and the place of the `}` that ends it, or None where nothing does.

    Parameters
    ----------
    text
        The question text.
    start
        Where the first alternative begins.
    patience
        What is left of it for the text; by default that of a text for this field alone.
    """
    if text.find("}", start) < 0:
        return None
    return scan(text, start) or search(text, start, patience)


def scan(text: str, start: int) -> tuple[list[Alternative], int] | None:
    """Do what `search` does for a field that needs no going back, or return None; some five times as fast."""
    parts = []
    for _ in range(_MOST_STEPS):
        found = _PLAIN.match(text, start)
        if found is None:
            break
        share, answer, feedback = found.groups("")
        parts.append((share, answer, feedback))
        start = found.end()
        if text[start - 1] == "}":
            return None if text[start - 2] == "\n" else (parts, start - 1)  # a newline at the end is split off
    return None


def search(text: str, start: int, patience: Patience | None = None) -> tuple[list[Alternative], int] | None:
    """Do what `find_alternatives` does, for any text."""
    search = _Search(text, patience or Patience(), _marks_of_the_same_text(text))
    end = search.closing(start)
    return None if end < 0 else (list(_split(text[start:end], search.patience)), end)


def _marks(text: str) -> tuple[list[int], list[int]]:
    """Return the places of the marks that may end an answer, and of those that may end a feedback."""
    places = [found.start() for found in _ANSWER_END.finditer(text)]
    return places, [place for place in places if text[place] != "#"]


_marks_of_the_same_text = lru_cache(maxsize=1)(_marks)  # one field after the other is looked for in it


class _Search:
    """Looks for readings in a text; nothing before `floor` counts as standing before a mark."""

    def __init__(self, text: str, patience: Patience, marks: tuple[list[int], list[int]]) -> None:
        self.text, self.patience = text, patience
        self.floor = 0
        self.answer_marks, self.feedback_marks = marks

    def ends(self, start: int, marks: Sequence[int], guards: tuple[str, ...]) -> Iterator[int]:
        """Yield the places where a part that begins at start may end, nearest first."""
        text, floor, size = self.text, self.floor, len(self.text)
        for index in range(bisect_left(marks, start), len(marks)):
            if not self.patience.lasts():
                return
            if not text.endswith(guards, floor, marks[index]):
                yield marks[index]
        # The search also stops at the end of the text, and before a newline that ends it.
        if text.endswith("\n") and size - 1 >= start and not text.endswith(guards, floor, size - 1):
            yield size - 1
        if size >= start and not text.endswith(guards, floor, size):
            yield size

    def readings(self, start: int) -> Iterator[tuple[int, int, int]]:
        """Yield where, in every reading of an alternative, its answer begins and ends and the whole ends.

        They come in Moodle's order of preference.
        """
        text = self.text
        share = _SHARE.match(text, start)
        for begin in (share.end(), start) if share else (start,):
            for end in self.ends(begin + 1, self.answer_marks, ("\\", "&", "&amp;")):
                if text[end : end + 1] == "#":
                    for last in self.ends(end + 1, self.feedback_marks, ("\\",)):
                        yield begin, end, last
                yield begin, end, end

    def closing(self, start: int) -> int:
        """Return the place of the `}` that ends the field whose alternatives begin at start, or -1."""
        text = self.text
        readings = [self.readings(start)]
        dead: set[int] = set()
        places = [start]
        while self.patience.lasts():
            reading = next(readings[-1], None)
            if reading is None:
                readings.pop()
                dead.add(places.pop())
                if not readings:
                    return -1
                continue
            end = reading[2]
            if text[end : end + 1] == "}":
                return end
            if text[end : end + 1] == "~" and end + 1 not in dead:
                readings.append(self.readings(end + 1))
                places.append(end + 1)
        return -1  # PCRE gives up as well


def _split(inside: str, patience: Patience) -> Iterator[Alternative]:
    """Yield the alternatives of one field."""
    search = _Search(inside, patience, _marks(inside))
    place = 0
    while place < len(inside):
        place += inside[place] == "~" and place + 1 < len(inside)
        search.floor = place
        reading = next(search.readings(place), None)
        if reading is None:
            return
        begin, end, last = reading
        yield inside[place:begin], inside[begin:end], inside[end + 1 : last]
        place = last
