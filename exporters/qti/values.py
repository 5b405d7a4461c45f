"""Values of QTI variables: NULL is None, a container is a tuple, and a pair is two identifiers with a space between.

Source: IMS QTI 2.1 Assessment Test, Section and Item Information Model, sections 5.2 (base types) and 6 (variables).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Single: TypeAlias = "str | float | bool"
Value: TypeAlias = "Single | tuple[Single, ...] | None"

NUMERIC: Final = ("float", "integer")
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")


def parse(text: str, base_type: str) -> Single | None:
    """Return a text as a value of a base type; NULL where it is none, as where a student types a word for a number.

    Examples
    --------
    >>> parse(" 2.50 ", "float"), parse("two", "float"), parse("true", "boolean"), parse("a  b", "directedPair")
    (2.5, None, True, 'a b')
    """
    trimmed = text.strip()
    match base_type:
        case "float":
            return float(trimmed) if _FLOAT.fullmatch(trimmed) else None
        case "integer":
            return float(trimmed) if _INTEGER.fullmatch(trimmed) else None
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(trimmed)
        case "string":
            return text or None
        case "pair":
            return " ".join(sorted(trimmed.split())) or None
        case _:
            return " ".join(trimmed.split()) or None


def parse_all(texts: Sequence[str], base_type: str, cardinality: str) -> Value:
    """Return texts as the value of a variable; an empty container is NULL."""
    values = [value for value in (parse(text, base_type) for text in texts) if value is not None]
    if cardinality == "single":
        return values[0] if values else None
    return tuple(values) or None


def is_equal(one: Value, other: Value, cardinality: str) -> bool | None:
    """Return whether two values match; a multiple container knows no order. NULL matches nothing, not even NULL."""
    if one is None or other is None:
        return None
    if cardinality == "multiple" and isinstance(one, tuple) and isinstance(other, tuple):
        return sorted(one, key=str) == sorted(other, key=str)
    return one == other
