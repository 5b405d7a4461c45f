"""What reports say in the same words, and how they keep somebody else's text from being more than text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markscheme.bank.console import inert
from markscheme.bank.yaml_text import UNSAFE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Problem
    from markscheme.bank.seen import Seen

_MOST = 16_000
_LONGEST = 4_000
_SHORT = 200


def safe(text: str) -> str:
    r"""Return text in which characters that are not shown are spelled out; line ends and tabs stay.

    Among them are all that XML forbids, those that steer a terminal and those that turn the direction of a line.

    Examples
    --------
    >>> safe("a\x1b[31m\u202eb\n")
    'a\\x1b[31m\\u202eb\n'
    """
    return UNSAFE.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode(), text)


def line(text: str) -> str:
    """Return text as one line."""
    return safe(" ".join(text.split()))


def in_json(value: Any) -> str:
    """Return a value as JSON, in which a runner that reads it finds no command; a program reads the same value."""
    return inert(json.dumps(value, indent=2, ensure_ascii=False), hash_sign=r"\u0023") + "\n"


def in_markup(text: str) -> str:
    """Return XML or HTML in whose texts a runner that reads them finds no command; a browser shows the same."""
    return inert(text, colon="&#58;", hash_sign="&#35;")


def said(problem: Problem) -> str:
    """Return what is wrong and what to do about it."""
    return line(problem.message + (f" ({problem.hint})" if problem.hint else ""))


def cut(text: str, most: int) -> str:
    """Return text, its end left out where it is longer."""
    return text if len(text) <= most else f"{text[:most]}…"


def of_student(seen: Seen | None, most: int = _MOST) -> Iterator[str]:
    """Yield lines that tell what a student sees, what is right and what there is to choose from.

    Parameters
    ----------
    most
        So many characters are told, and of each answer fewer; with 0 nothing is.
    """
    left = most
    for one in _of_student(seen, most) if most else ():
        if len(one) > left:
            yield cut(one, left)
            return
        left -= len(one)
        yield one


def in_short(seen: Seen | None) -> Iterator[str]:
    """Yield what a student sees, and what is right, each on one short line."""
    if seen is None:
        return
    if not seen.stem:
        yield f"drawn: {cut(line(seen.drawn), _SHORT)}"
        return
    yield f"the student sees: {cut(line(seen.stem), _SHORT)}"
    keys = "; ".join(f"[[{answer.slot}]] {answer.key}" for answer in seen.answers if answer.key)
    if keys:
        yield f"key: {cut(line(keys), _SHORT)}"


def _of_student(seen: Seen | None, most: int) -> Iterator[str]:
    if seen is None:
        return
    if not seen.stem:
        yield f"Drawn: {line(seen.drawn)}"
        return
    part = min(most // 2, _LONGEST)
    yield "The student sees:"
    yield from (f"  {one}".rstrip() for one in cut(safe(seen.stem), part).splitlines())
    for answer in seen.answers:
        yield from (f"  [[{line(answer.slot)}]] ( ) {cut(line(option), part)}" for option in answer.options)
    for answer in seen.answers:
        yield f"Key of [[{line(answer.slot)}]]: {cut(line(answer.key), part) or 'a person marks it'}"
