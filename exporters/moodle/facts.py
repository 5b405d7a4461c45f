"""State what a Moodle file says of a question, fact by fact, so that two files can be compared.

The facts are taken from the elements themselves: what the grading model leaves out, such as hints, is there as well.
What Moodle decides by itself is left out: categories, numbers of its own, whether a question is hidden, tags.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from markscheme.exporters.format import Fact, FactPath
from markscheme.exporters.moodle.fields import ChoiceField, NumericField, TextField
from markscheme.exporters.moodle.numbers import BLANKS, matches_fraction, php_number, store
from markscheme.exporters.moodle.setting_facts import SETTINGS, settings
from markscheme.exporters.moodle.texts import decode_file, file_digest
from markscheme.exporters.roundtrip import words
from markscheme.exporters.said import decimal, reading, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markscheme.exporters.moodle.fields import Field
    from markscheme.exporters.moodle.read import Item
    from markscheme.exporters.moodle.xmlize import Node

_FINGERPRINT = re.compile(r"ms:([0-9a-f]{16})")
_LONGEST_REMEMBERED: Final = 50_000
_PLAIN: Final = ("plain_text", "markdown")

_Facts: TypeAlias = "Iterator[Fact]"

# Element, what authors call it, and what its absence means.
_TEXTS: Final = (
    ("generalfeedback", "worked solution"),
    ("correctfeedback", "feedback of any right answer"),
    ("partiallycorrectfeedback", "feedback of any partly right answer"),
    ("incorrectfeedback", "feedback of any wrong answer"),
    ("graderinfo", "marker's information"),
    ("responsetemplate", "template"),
)


def fingerprint(item: Item) -> str:
    """Return the digest among the tags; empty if there is none, or more than one."""
    found = {match[1] for tag in item.tags if (match := _FINGERPRINT.fullmatch(tag.strip().lower()))}
    return found.pop() if len(found) == 1 else ""


def facts(item: Item) -> _Facts:
    """Yield what the file says of a question; nothing of one that comes from no file."""
    node = item.node
    if node is None:
        return
    yield Fact(("name",), words(html.escape(item.name)))
    yield Fact(("type",), item.kind)
    yield Fact(("penalty",), decimal(item.penalty))
    if item.kind != "cloze":  # its mark is the sum of the weights
        yield Fact(("mark",), decimal(item.marks))
    yield from _text(node.first("questiontext"), ("stem",), item.text)
    yield from (fact for name, what in _TEXTS for fact in _text(node.first(name), (what,)))
    for number, hint in enumerate(node.children.get("hint", ()), 1):
        yield from _text(hint, ("text", ("hint", number)))
    yield from settings(tuple([_bare(node.first(name)) if name in node.children else None for name in SETTINGS]))
    for number, unit in enumerate(_children(node.first("units"), "unit"), 1):
        yield Fact(("name", ("unit", number)), _bare(unit.first("unit_name")))
        yield Fact(("factor", ("unit", number)), _bare(unit.first("multiplier")))
    if item.kind == "cloze":
        make = _field if len(_inner(node.first("questiontext"))) <= _LONGEST_REMEMBERED else _field.__wrapped__
        for number, field in enumerate(item.fields, 1):
            yield from make(field, number)
    else:
        yield from _KINDS.get(item.kind, _options)(node)


def _children(node: Node | None, name: str) -> list[Node]:
    return [] if node is None else node.children.get(name, [])


def _bare(node: Node | None) -> str:
    return "" if node is None else node.text.strip(BLANKS)


def _spaced(text: str) -> str:
    """Return plain text with its spaces collapsed."""
    return " ".join(text.split())


def _inner(node: Node | None) -> str:
    return "" if node is None else _bare(node.first("text"))


def _stored(number: str) -> str:
    """Write a number of an answer as Moodle stores it, with 14 digits."""
    kept = store(number)
    return _spaced(number) if kept is None else decimal(kept)


@lru_cache(maxsize=256)
def _credit(fraction: float) -> str:
    listed = matches_fraction(fraction)
    return f"{decimal(round(100 * (fraction if listed is None else listed), 5))} %"


def _credit_of(answer: Node) -> str:
    given = answer.attributes.get("fraction", "0")
    value = php_number(given)
    return _spaced(given) if value is None else _credit(value / 100)


def _text(node: Node | None, path: FactPath, markup: str | None = None) -> _Facts:
    """Yield what is read in a text, which pictures it shows, and the files that lie beside it."""
    if node is None:
        yield Fact(path, "")
        return
    markup = _inner(node) if markup is None else markup
    form = node.attributes.get("format", "html").strip(BLANKS)
    yield Fact(path, f"[{form}] {_spaced(markup)}" if form in _PLAIN else reading(markup))
    yield from shown(markup, path)
    if "file" in node.children:
        yield from _files(node.children["file"], path)


def _files(nodes: Iterable[Node], path: FactPath) -> _Facts:
    """Yield the files beside a text; of those with one name, Moodle stores the first."""
    names = set()
    for node in nodes:
        name = _spaced(f"{node.attributes.get('path', '/')[1:]}{node.attributes.get('name', '')}")
        if name not in names:
            names.add(name)
            yield Fact((f"file '{name}'", *path), f"SHA-256 {file_digest(decode_file(node.text)[0])}")


def _options(node: Node) -> _Facts:
    """Yield the options of a choice, and the answers of whatever kind is not known."""
    for number, answer in enumerate(node.children.get("answer", ()), 1):
        row = ("option", number)
        yield from _text(answer, ("text", row))
        yield Fact(("credit", row), _credit_of(answer))
        yield from _text(answer.first("feedback"), ("feedback", row))


def _numbers(node: Node) -> _Facts:
    for number, answer in enumerate(node.children.get("answer", ())):
        distance = answer.first("tolerance")
        yield from _number(number, _inner(answer), _bare(distance) or "0", _credit_of(answer))
        yield from _text(answer.first("feedback"), ("feedback", *_row(number)))


def _row(number: int) -> FactPath:
    """Return what authors call an answer: the first is the key, the others are mistakes."""
    return (("mistake", number),) if number else ("key",)


def _number(number: int, value: str, distance: str, credit: str, field: FactPath = ()) -> _Facts:
    row = _row(number)
    yield Fact((*(("value", *row) if number else row), *field), _stored(value))
    yield Fact(("accepted distance", *row, *field), _stored(distance))
    yield Fact(("credit", *row, *field), credit)


def _texts(node: Node, what: str = "answer") -> _Facts:
    """Yield answers in plain text."""
    for number, answer in enumerate(node.children.get("answer", ()), 1):
        row = (what, number)
        yield Fact(("text", row), _spaced(_inner(answer)))
        yield Fact(("credit", row), _credit_of(answer))
        yield from _text(answer.first("feedback"), ("feedback", row))


def _pairs(node: Node) -> _Facts:
    for number, pair in enumerate(node.children.get("subquestion", ()), 1):
        yield from _text(pair, ("prompt", ("pair", number)))
        yield Fact(("choice", ("pair", number)), words(_inner(pair.first("answer"))))  # a menu shows no tags


def _items(node: Node) -> _Facts:
    for number, answer in enumerate(node.children.get("answer", ()), 1):
        yield from _text(answer, ("text", ("item", number)))


@lru_cache(maxsize=256)  # the item of a file and the one that is wanted mostly have the same fields
def _field(field: Field, place: int) -> tuple[Fact, ...]:
    """Return what a cloze field says."""
    path: FactPath = (("field", place),)
    return (Fact(("weight", *path), decimal(field.weight)), *_of_field(field, path))


def _of_field(field: Field, path: FactPath) -> _Facts:
    match field:
        case NumericField(answers=numbers):
            for number, (value, distance, share, said) in enumerate(numbers):
                yield from _number(number, value, distance, _credit(share), path)
                yield Fact(("feedback", *_row(number), *path), reading(said))
        case ChoiceField(options=options, single=single, shuffle=shuffle, layout=layout):
            yield Fact(("kind", *path), " ".join((layout, "one" if single else "several", "shuffled" * shuffle)))
            yield from _rows("option", [(reading(option), share, said) for option, share, said in options], path)
        case TextField(answers=texts, case=case):
            yield Fact(("difference of capitals", *path), str(int(case)))
            yield from _rows("answer", [(_spaced(text), share, said) for text, share, said in texts], path)
        case _:
            pass  # no cloze field is of another kind


def _rows(what: str, rows: Iterable[tuple[str, float, str]], path: FactPath) -> _Facts:
    for number, (text, share, said) in enumerate(rows, 1):
        row: FactPath = ((what, number), *path)
        yield Fact(("text", *row), text)
        yield Fact(("credit", *row), _credit(share))
        yield Fact(("feedback", *row), reading(said))


_KINDS: Final[dict[str, Callable[[Node], _Facts]]] = {
    "numerical": _numbers,
    "shortanswer": _texts,
    "matching": _pairs,
    "ordering": _items,
    "truefalse": lambda node: _texts(node, "option"),
}
