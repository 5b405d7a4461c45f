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
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Alternative: TypeAlias = tuple[str, str, str]
"""Share (`=`, `%n%` or empty), answer and feedback, each as the text spells it."""

_SHARE = re.compile(r"=|%-?[0-9]+(?:[.,][0-9]*)?%")
_ANSWER_END = re.compile(r"[~#}]")
_FEEDBACK_END = re.compile(r"[~}]")
# An alternative that does not begin with a mark, up to the first mark that may end it.
_PLAIN = re.compile(
    rf"({_SHARE.pattern}|(?!{_SHARE.pattern}))"
    r"([^~#}]+(?:(?:(?<=[\\&])|(?<=&amp;))[~#}][^~#}]*)*)(?<![\\&])(?<!&amp;)"
    r"(?:#([^~}]*(?:(?<=\\)[~}][^~}]*)*)(?<!\\))?[~}]"
)
_PATIENCE = 200_000


def find_alternatives(text: str, start: int) -> tuple[list[Alternative], int] | None:
    """Return a field's alternatives and the place of the `}` that ends it, or None where nothing does.

    Parameters
    ----------
    text
        The question text.
    start
        Where the first alternative begins.
    """
    if text.find("}", start) < 0:
        return None
    return scan(text, start) or search(text, start)


def scan(text: str, start: int) -> tuple[list[Alternative], int] | None:
    """Do what `search` does for a field that needs no going back, or return None; some five times as fast."""
    parts = []
    for _ in range(_PATIENCE):
        found = _PLAIN.match(text, start)
        if found is None:
            break
        share, answer, feedback = found.groups("")
        parts.append((share, answer, feedback))
        start = found.end()
        if text[start - 1] == "}":
            return None if text[start - 2] == "\n" else (parts, start - 1)  # a newline at the end is split off
    return None


def search(text: str, start: int) -> tuple[list[Alternative], int] | None:
    """Do what `find_alternatives` does, for any text."""
    end = _closing(text, start)
    return None if end < 0 else (list(_split(text[start:end])), end)


def _ends(text: str, start: int, marks: re.Pattern[str], guards: tuple[str, ...]) -> Iterator[int]:
    """Yield the places where a part that begins at start may end, nearest first."""
    size = len(text)
    for found in marks.finditer(text, start):
        if not text.endswith(guards, 0, found.start()):
            yield found.start()
    # The search also stops at the end of the text, and before a newline that ends it.
    if text.endswith("\n") and size - 1 >= start and not text.endswith(guards, 0, size - 1):
        yield size - 1
    if size >= start and not text.endswith(guards, 0, size):
        yield size


def _readings(text: str, start: int) -> Iterator[tuple[str, str, str, int]]:
    """Yield every reading (share, answer, feedback, end) of an alternative, in Moodle's order of preference."""
    share = _SHARE.match(text, start)
    for begin in (share.end(), start) if share else (start,):
        mark = share[0] if share and begin > start else ""
        for end in _ends(text, begin + 1, _ANSWER_END, ("\\", "&", "&amp;")):
            if text[end : end + 1] == "#":
                for last in _ends(text, end + 1, _FEEDBACK_END, ("\\",)):
                    yield mark, text[begin:end], text[end + 1 : last], last
            yield mark, text[begin:end], "", end


def _closing(text: str, start: int) -> int:
    """Return the place of the `}` that ends the field whose alternatives begin at start, or -1."""
    readings = [_readings(text, start)]
    dead: set[int] = set()
    places = [start]
    for _ in range(_PATIENCE):
        reading = next(readings[-1], None)
        if reading is None:
            readings.pop()
            dead.add(places.pop())
            if not readings:
                return -1
            continue
        end = reading[3]
        if text[end : end + 1] == "}":
            return end
        if text[end : end + 1] == "~" and end + 1 not in dead:
            readings.append(_readings(text, end + 1))
            places.append(end + 1)
    return -1  # PCRE gives up as well


def _split(inside: str) -> Iterator[Alternative]:
    """Yield the alternatives of one field."""
    place = 0
    while place < len(inside):
        place += inside[place] == "~" and place + 1 < len(inside)
        rest = inside[place:]
        reading = next(_readings(rest, 0), None)
        if reading is None:
            return
        yield reading[:3]
        place += reading[3]
