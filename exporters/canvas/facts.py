"""State what a package says of a question, fact by fact, so that two packages can be compared.

What Canvas decides or changes by itself is left out: idents of answers, banks, how the addresses of files begin.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, TypeAlias, assert_never

from markscheme.exporters.canvas.fields import ChoiceField, EssayField, MenuField, NumberField, PairField, TextField
from markscheme.exporters.format import Fact
from markscheme.exporters.roundtrip import words
from markscheme.exporters.said import decimal, reading, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.exporters.canvas.fields import Field
    from markscheme.exporters.canvas.read import Item
    from markscheme.exporters.format import FactPath

_Facts: TypeAlias = "Iterator[Fact]"

_EQUATION = re.compile(r'<img\b[^>]*\bdata-equation-content="([^"]*)"[^>]*>')
_FORMULA = re.compile(r"\\\((.*?)\\\)|\$\$(.*?)\$\$|\\\[(.*?)\\\]", re.DOTALL)
_ADDRESS = re.compile(r'(\ssrc=")[^"]*/([^"/]*")')


def facts(item: Item) -> _Facts:
    """Yield what the file says of a question."""
    yield Fact(("name",), words(html.escape(item.name)))
    yield Fact(("type",), item.kind)
    yield Fact(("mark",), decimal(round(item.points, 6)))
    for what, markup in (
        ("stem", item.text),
        ("worked solution", item.general),
        ("feedback of any right answer", item.correct),
        ("feedback of any wrong answer", item.incorrect),
        ("marker's information", item.notes_for_markers),
    ):
        yield from _text(markup, (what,))
    for name, digest in item.files:
        yield Fact((f"file '{name}'",), f"SHA-256 {digest}")
    for number, field in enumerate(item.fields, start=1):
        yield from _field(field, (("field", number),))


def _text(markup: str, path: FactPath) -> _Facts:
    written = _FORMULA.sub(_formula, _EQUATION.sub(lambda found: f"\\({found[1]}\\)", markup))
    yield Fact(path, reading(written))
    yield from shown(_ADDRESS.sub(r"\1\2", written), path)


def _formula(found: re.Match[str]) -> str:
    """Return a formula in one form, whether it stands in a line and whether the server draws it."""
    latex = html.unescape(next(part for part in found.groups() if part is not None))
    spaced = latex.replace("<", " \\lt ").replace(">", " \\gt ")
    return f"\\({' '.join(spaced.split())}\\)"


def _field(field: Field, path: FactPath) -> _Facts:
    match field:
        case NumberField(intervals=intervals):
            for number, (low, high, said) in enumerate(intervals, start=1):
                row: FactPath = (("interval", number), *path)
                yield Fact(("lower end", *row), decimal(str(low)))
                yield Fact(("upper end", *row), decimal(str(high)))
                yield from _text(said, ("feedback", *row))
        case TextField(texts=texts):
            for number, text in enumerate(texts, start=1):
                yield Fact(("text", ("answer", number), *path), text)
        case MenuField(options=options):
            yield from _options([(html.escape(text), right, said) for text, right, said in options], path)
        case ChoiceField(options=options, is_single=is_single):
            yield Fact(("choice of one option only", *path), str(int(is_single)))
            yield from _options(list(options), path)
        case PairField(label=label, choices=choices, key=key):
            yield from _text(label, ("prompt", *path))
            yield Fact(("key", *path), "" if key is None else choices[key])
            for number, choice in enumerate(choices, start=1):
                yield Fact(("text", ("choice", number), *path), choice)
        case EssayField():
            pass
        case _:
            assert_never(field)


def _options(options: list[tuple[str, bool, str]], path: FactPath) -> _Facts:
    for number, (text, is_right, said) in enumerate(options, start=1):
        row: FactPath = (("option", number), *path)
        yield from _text(text, ("text", *row))
        yield Fact(("rightness", *row), "right" if is_right else "wrong")
        yield from _text(said, ("feedback", *row))
