"""Say in which facts two readings of a question differ.

Examples
--------
>>> from markscheme.exporters.format import Fact
>>> wanted = [Fact(("key", ("field", 2)), "3.5"), Fact(("stem",), "How much?")]
>>> list(differences([Fact(("key", ("field", 2)), "3.6"), Fact(("stem",), "How much?")], wanted))
['the key of field 2 is 3.6, not 3.5']
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markscheme.exporters.format import Fact, FactPath

_Facts: TypeAlias = "dict[FactPath, str]"
_Row: TypeAlias = "tuple[tuple[FactPath, str], ...]"
_List: TypeAlias = "tuple[str, FactPath]"
"""What is counted, and what it is a part of."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?: %)?")
_LONGEST = 60
_BEFORE = 20


def differences(given: Iterable[Fact], wanted: Iterable[Fact]) -> Iterator[str]:
    """Yield what is otherwise than wanted, in a sentence each.

    Rows of a list, such as options, that are all there in another order are one difference; so are rows that are too
    many or too few.
    """
    is_, due = dict(given), dict(wanted)
    if is_ == due:
        return
    for which, (here, there) in _changed_lists(is_, due).items():
        yield _of_list(which, here, there)
        _leave_out(is_, which)
        _leave_out(due, which)
    for path in (*due, *(path for path in is_ if path not in due)):
        one, other = is_.get(path, ""), due.get(path, "")
        if one != other:
            yield f"{_name(path)} is {_both(one, other)}"


def _changed_lists(is_: _Facts, due: _Facts) -> dict[_List, tuple[list[_Row], list[_Row]]]:
    """Return the lists whose rows are others in number or in order; none of them inside another one."""
    changed: dict[_List, tuple[list[_Row], list[_Row]]] = {}
    here, there = _lists(is_), _lists(due)
    for which in sorted(here.keys() | there.keys(), key=lambda which: len(which[1])):
        rows, others = here.get(which, []), there.get(which, [])
        moved = rows != others and (len(rows) != len(others) or sorted(rows, key=str) == sorted(others, key=str))
        if moved and not any(_is_in(which[1], outer) for outer in changed):
            changed[which] = rows, others
    return changed


def _lists(facts: _Facts) -> dict[_List, list[_Row]]:
    found: dict[_List, dict[int, list[tuple[FactPath, str]]]] = {}
    for path, value in facts.items():
        for i, part in enumerate(path):
            if isinstance(part, tuple):
                rows = found.setdefault((part[0], path[i + 1 :]), {})
                rows.setdefault(part[1], []).append((path[:i], value))
    return {which: [tuple(rows[number]) for number in sorted(rows)] for which, rows in found.items()}


def _is_in(path: FactPath, which: _List) -> bool:
    what, whole = which
    depth = len(path) - len(whole) - 1
    return depth >= 0 and path[depth + 1 :] == whole and isinstance(path[depth], tuple) and path[depth][0] == what


def _leave_out(facts: _Facts, which: _List) -> None:
    for path in list(facts):
        if any(_is_in(path[i:], which) for i in range(len(path))):
            del facts[path]


def _of_list(which: _List, here: list[_Row], there: list[_Row]) -> str:
    what, whole = which
    name = _name((f"{what}s", *whole))
    if len(here) == len(there):
        one, other = (", ".join(_first(row) for row in rows) for rows in (here, there))
        return f"the order of {name} is {_both(one, other)}"
    changes = [("new", [row for row in here if row not in there]), ("gone", [row for row in there if row not in here])]
    said = ", ".join(f"{how}: {_quoted(_cut(_first(row)))}" for how, rows in changes for row in rows[:1])
    return f"the number of {name} is {len(here)}, not {len(there)}" + (f" ({said})" if said else "")


def _first(row: _Row) -> str:
    return next((value for _, value in row if value), "")


def _name(path: FactPath) -> str:
    parts = (f"the {part}" if isinstance(part, str) else f"{part[0]} {part[1]}" for part in path)
    return _shortened(printable(" of ".join(parts)), 2 * _LONGEST)


def _both(one: str, other: str) -> str:
    """Say two values, and of long ones the part where they begin to differ."""
    start = 0
    if max(len(one), len(other)) > _LONGEST:
        same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        start = max(0, same - _BEFORE)
    return f"{_quoted(_cut(one, start))}, not {_quoted(_cut(other, start))}"


def _cut(text: str, start: int = 0) -> str:
    part = text[start : start + _LONGEST]
    return f"{'…' * (start > 0 and bool(text))}{part}{'…' * (len(text) > start + _LONGEST)}"


def _quoted(text: str) -> str:
    if not text:
        return "empty"
    return text if _NUMBER.fullmatch(text) else f"'{_shortened(printable(text), _LONGEST + 10)}'"


def printable(text: str, most: int | None = None) -> str:
    r"""Return text in which what a terminal might obey is spelled out, cut where it is longer than asked for.

    Examples
    --------
    >>> printable("a\tb"), printable("abcdef", 3)
    ('a\\tb', 'abc…')
    """
    given = text if most is None else text[: most + 1]
    spelled = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in given)
    return spelled if most is None else _shortened(spelled, most)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
