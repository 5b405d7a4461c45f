"""Recognise the slips that YAML itself takes in silence: text cut off, split, or read as something else.

Each function is given what the reader has just met and returns the problems in it, mostly none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markscheme.bank.problems import Place, Problem
from markscheme.bank.yaml_text import UNSAFE, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = "put | after the key and the text on the lines below"
QUOTE = f"quote the text, or {BLOCK}"
NO_ESCAPES = f"use single quotes, or {BLOCK}"
_LOOK_AHEAD = 100  # characters; a line may hold a megabyte, and 20,000 slips
_GLUED_COMMENT = re.compile(r"[ \t]+#\S")
_HOLE = re.compile(r"\{\{.*?\}\}")
_GLUED_COLON = re.compile(r"[A-Za-z_][\w-]*:(?=[^\s/])")
_MORE_TEXT = re.compile(r"[^\s,\]}:#].*|[ \t]+(?:[^\s#,\]}:]|:\S).*")
# LaTeX commands that begin like the escapes for a line break and for a tab. Those that begin like other escapes
# (\alpha, \beta, \frac, \rho, \vec) make control characters, and an unknown escape is refused by the parser.
_LATEX = (
    "nabla|ne|neq|neg|nexists|ni|nleq|ngeq|nmid|nolimits|nonumber|norm|normalsize|not|notin|nsubseteq|nu|nwarrow|"
    "tag|tan|tanh|tau|tbinom|text|textbf|textit|textrm|textsf|textstyle|texttt|tfrac|therefore|theta|thickspace|"
    "tilde|times|tiny|to|top|triangle|triangleq"
)
_ESCAPE = re.compile(rf"\\(?:((?:{_LATEX})(?![A-Za-z])|[0abefrvNLP_][A-Za-z]*)|.|$)")


def _problems(place: Place, code: str, message: str, hint: str) -> list[Problem]:
    return [Problem(place=place, code=code, message=message, hint=hint)]


def glued_comment(event: Any, lines: Sequence[str], file: str) -> list[Problem]:
    """Return E111 if a `#` glued to a text cuts off the plain scalar before it: `Use filter #3 of…`.

    Parameters
    ----------
    event
        The event of the scalar.
    lines
        The lines of the file.
    file
        Its name.
    """
    end = event.end_mark
    match = _GLUED_COMMENT.match(lines[end.line], end.column)
    if not match:
        return []
    column = match.end() - 2
    cut = lines[end.line][column : column + _LOOK_AHEAD]
    message = f"'{shown(cut)}' is cut off: after a space, # starts a comment"
    return _problems(Place(file, end.line + 1, column + 1), "E111", message, f"{QUOTE}; a comment starts with '# '")


def escapes(event: Any, lines: Sequence[str], file: str) -> list[Problem]:
    r"""Return E116 if a double-quoted scalar reads LaTeX as an escape: `"\frac"`, `"\nabla"`.

    Parameters
    ----------
    event
        The event of the scalar.
    lines
        The lines of the file.
    file
        Its name.
    """
    start, end = event.start_mark, event.end_mark
    for number in range(start.line, end.line + 1):
        first = start.column + 1 if number == start.line else 0
        last = end.column - 1 if number == end.line else len(lines[number])
        for match in _ESCAPE.finditer(lines[number], first, last):
            if match[1]:
                message = f"'{shown(match[0])}' in double quotes is read as the escape '{match[0][:2]}'"
                return _problems(Place(file, number + 1, match.start() + 1), "E116", message, NO_ESCAPES)
    if unsafe := UNSAFE.search(event.value):
        message = f"an escape in double quotes makes the character U+{ord(unsafe[0]):04X}"
        return _problems(Place(file, start.line + 1, start.column + 1), "E116", message, NO_ESCAPES)
    return []


def hole(outer: Place, inner: Place, lines: Sequence[str]) -> list[Problem]:
    """Return E110 if a mapping as the first key of another is an unquoted `{{ hole }}`.

    Parameters
    ----------
    outer, inner
        Where the two mappings start.
    lines
        The lines of the file.
    """
    if (inner.line, inner.column) != (outer.line, outer.column + 1):
        return []
    return unquoted_hole(outer, lines[outer.line - 1][outer.column - 1 : outer.column + _LOOK_AHEAD])


def unquoted_hole(place: Place, source: str) -> list[Problem]:
    """Return E110 for a hole that YAML takes for a mapping."""
    match = _HOLE.match(source)
    message = f"'{shown(match[0] if match else source)}' without quotes is read as a YAML mapping"
    return _problems(place, "E110", message, QUOTE)


def split_call(parts: Sequence[tuple[str, Place]]) -> list[Problem]:
    """Return E113 if a comma inside a call splits it into two parts of a `[…]` or `{…}`.

    Parameters
    ----------
    parts
        The plain scalars of the collection, with their places.

    Examples
    --------
    >>> parts = [("a", Place("x.yaml", 1, 5)), ("f(2", Place("x.yaml", 1, 8)), ("3)", Place("x.yaml", 1, 13))]
    >>> print(split_call(parts)[0].message)
    the comma after 'f(2' splits a call
    """
    for index, (text, place) in enumerate(parts):
        if text.count("(") > text.count(")"):
            if any(later.count(")") > later.count("(") for later, _ in parts[index + 1 :]):
                hint = "quote what holds a call, or write each part on a line of its own, without brackets"
                return _problems(place, "E113", f"the comma after '{shown(text)}' splits a call", hint)
            break
    return []


def glued_colons(keys: Sequence[tuple[str, Place]]) -> list[Problem]:
    """Return E101 for each `{key:value}`, which YAML takes for a key without a value.

    Parameters
    ----------
    keys
        The plain keys of a `{…}` that have no value, with their places.
    """
    found = []
    for key, place in keys:
        if match := _GLUED_COLON.match(key):
            found += _problems(place, "E101", f"no space after '{shown(match[0])}'", "write 'key: value'")
    return found


def alias(event: Any, lines: Sequence[str], file: str) -> list[Problem]:
    """Return E104 for an alias such as `*base`, or E112 where it is a text that begins with `*`.

    Parameters
    ----------
    event
        The event of the alias.
    lines
        The lines of the file.
    file
        Its name.
    """
    start, end = event.start_mark, event.end_mark
    place = Place(file, start.line + 1, start.column + 1)
    if _MORE_TEXT.match(lines[end.line], end.column):
        return leading_character(place, lines[start.line][start.column :])
    message = f"aliases ('{shown('*' + event.anchor)}') are not used here"
    return _problems(place, "E104", message, "write the value out in full; quote a text that starts with '*'")


def leading_character(place: Place, source: str) -> list[Problem]:
    """Return E112 for a text that starts with a character that YAML keeps for itself."""
    message = f"'{shown(source[:_LOOK_AHEAD].strip())}': a text cannot start with '{source[:1]}' without quotes"
    return _problems(place, "E112", message, QUOTE)


def anchor_or_tag(event: Any, place: Place) -> list[Problem]:
    """Return E104 for an anchor (`&base`) and E105 for a tag (`!!python/name`) before a value."""
    found = []
    if event.anchor is not None:
        hint = "delete it; quote a text that starts with '&'"
        found += _problems(place, "E104", f"anchors ('{shown('&' + event.anchor)}') are not used here", hint)
    if event.tag is not None:
        found += refused_tag(place, event.tag)
    return found


def refused_tag(place: Place, tag: str) -> list[Problem]:
    """Return E105 for a tag."""
    tag = tag.replace("tag:yaml.org,2002:", "!!")
    hint = "delete it; quote a text that starts with '!'"
    return _problems(place, "E105", f"tags ('{shown(tag)}') are not used here", hint)
