"""Texts for tests: real YAML, compiled and filled."""

import re

import pytest

from markscheme.bank.expressions import Scope
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.spec import TEXT
from markscheme.bank.text.html import Html
from markscheme.bank.text.terminal import Terminal
from markscheme.bank.text.text import compile_text
from markscheme.bank.yaml_reader import read_yaml


def _blocks(source: str):
    if not re.match("- (text|when|each|{[^{])", source):
        source = "|2\n" + "\n".join("  " + line for line in source.split("\n"))
    else:
        source = "\n" + source
    node = read_yaml(f"text: {source}\n".encode(), "q.yaml")
    return TEXT.read(node.entries[0][1])


@pytest.fixture(scope="session")
def compiled():
    """Compile a text: its first line is line 2 of `q.yaml`, its first column column 3."""

    def compile_(source, *, slots=(), exact=(), folder=None, blocks=(), names=()):
        scope = Scope(values=frozenset(names), functions=FUNCTIONS, exact=frozenset(exact))
        return compile_text(_blocks(source), scope, folder, dict.fromkeys(slots, ""), frozenset(blocks))

    return compile_


@pytest.fixture(scope="session")
def filled(compiled):
    """Return a text's HTML for named values."""

    def fill(source, *, target=None, slots=(), folder=None, exact=(), blocks=(), **values):
        text = compiled(source, slots=slots, folder=folder, exact=exact, blocks=blocks, names=values)
        stem = text.fill_stem(target or Html(), values)
        written = "".join(
            piece + (f"[[{slot}]]" if slot else "") for piece, slot in zip(stem.pieces, (*stem.slots, ""), strict=True)
        )
        return target.finish(written, 80) if isinstance(target, Terminal) else written

    return fill


@pytest.fixture(scope="session")
def maths(filled):
    r"""Return what stands between \( and \) for a formula."""

    def fill(formula, **values):
        written = filled(f"${formula}$", **values)
        return written.removeprefix("<p>\\(").removesuffix("\\)</p>")

    return fill


@pytest.fixture(scope="session")
def shown(filled):
    """Return a text as a terminal shows it."""
    return lambda source, **values: filled(source, target=Terminal(), **values)
