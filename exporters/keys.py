"""What a file says is right, gathered from its facts, whatever the format.

Formats name their facts in a few words, and these say which are the key: a ``key`` with its ``accepted distance``; the
two ends of an interval; what earns ``credit`` or has the ``rightness`` "right", unless it is a recognised mistake;
the choice of a pair; the items of an order; and the answers to a text without credits. Where a format keeps ``rules``
or the ``entries`` of a mapping, they decide as well.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markscheme.exporters.format import Fact, FactPath

_WORDS: Final = ("text", "value", "choice")
_DECIDING: Final = ("rule", "entry")


def key_of(facts: Sequence[Fact]) -> str:
    """Return what is right, in words.

    Examples
    --------
    >>> from markscheme.exporters.format import Fact
    >>> key_of([Fact(("key",), "3.5"), Fact(("accepted distance", "key"), "0.05"), Fact(("stem",), "How much?")])
    '3.5; ± 0.05'
    >>> option = ("option", 2)
    >>> key_of([Fact(("text", option), "two"), Fact(("credit", option), "100 %"), Fact(("feedback", option), "Yes.")])
    'two'
    """
    rows: defaultdict[FactPath, dict[str, str]] = defaultdict(dict)
    for fact in facts:
        if isinstance(fact.path[0], str):
            rows[fact.path[1:]][fact.path[0]] = fact.value
    called = _identifiers(rows)
    return "; ".join(part for row, named in rows.items() for part in _right(row, named, called))


def both_keys(old: Sequence[Fact], new: Sequence[Fact]) -> tuple[str, str]:
    """Return the keys of two readings of a question; equal words where nothing that decides is different.

    Where the words are equal and a rule is not, both are told with the rule.
    """
    before, now = key_of(old), key_of(new)
    if before == now:
        rules, others = _deciding(old), _deciding(new)
        for place in range(max(len(rules), len(others))):
            one, other = ("".join(some[place : place + 1]) for some in (rules, others))
            if one != other:
                return f"{before} [{one}]".strip(), f"{now} [{other}]".strip()
    return before, now


def _deciding(facts: Sequence[Fact]) -> list[str]:
    """Return what decides beside the key, such as rules."""
    return [
        fact.value
        for fact in facts
        if fact.path[0] != "feedback" and any(_number_of(what, fact.path) for what in _DECIDING)
    ]


def _right(row: FactPath, named: Mapping[str, str], called: Mapping[str, str]) -> Iterator[str]:
    if _number_of("mistake", row):
        return
    said = next((named[word] for word in _WORDS if word in named), None)
    if "key" in named:
        yield _in_words(named["key"], called)
    elif "accepted distance" in named:
        yield f"± {named['accepted distance']}"
    elif "lower end" in named:
        yield f"{named['lower end']} to {named.get('upper end', '')}"
    elif said is None:
        return
    elif "rightness" in named:
        yield from [said] * (named["rightness"] == "right")
    elif "credit" in named:
        credit = named["credit"]
        if not credit.startswith(("-", "0 ")):
            yield said if credit == "100 %" else f"{said} ({credit})"
    elif _begins(row, "pair") and "choice" in named:
        yield f"{named.get('prompt', '')} -> {said}"
    elif _begins(row, "item") or _begins(row, "answer"):
        yield said


def _identifiers(rows: Mapping[FactPath, Mapping[str, str]]) -> dict[str, str]:
    """Return what stands behind the identifiers of options."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for named in rows.values():
        if "identifier" in named and "text" in named:
            found[named["identifier"]][named["text"]] = None
    return {name: " / ".join(texts) for name, texts in found.items()}


def _in_words(key: str, called: Mapping[str, str]) -> str:
    """Return a key with the texts of options in the place of their identifiers."""
    return "; ".join(
        called.get(part) or " -> ".join(called.get(word, word) for word in part.split(" ")) for part in key.split("; ")
    )


def _number_of(what: str, path: FactPath) -> int:
    return next((part[1] for part in path if isinstance(part, tuple) and part[0] == what), 0)


def _begins(row: FactPath, what: str) -> bool:
    return bool(row) and isinstance(row[0], tuple) and row[0][0] == what
