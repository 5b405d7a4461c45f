"""Mutations of specs: of the tree, the values, the texts, the expressions and the bare characters of a file.

Everything comes from one `random.Random`, so that a seed and a number make the same text again.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.yaml_reader import Mapping, Node, Scalar, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Holder: TypeAlias = "list[Tree] | dict[str, Tree]"

_WORDS = """
0 -1 1 2 64 1e308 1e-308 9007199254740992 9999999999999999 99999999999999999 1e99 1e9 .5 nan .inf 1/0 0.1 true True
None '' " ' [] {} [[]] {{ }} [[ ]] [[y]] $ $$ \\ \\frac | > - : # &a *a !t % @ ` ** // == < if else for lambda not and
x[0] x[5:1] (1,2) () ( ) , round(2.5,-9) factorial(18) 2**53 9**9**9 'a'*9 zeros(1024) range(1024) sum_of(1) max()
product_of(2,3) array(1,2) abs(True) sort(('a','b')) gcd(1.5,2) length(1) integers decimals one_of shape places nonzero
distinct symbolic original symbols domain number matrix choice tolerance relative significant show order fixed each when
text \ue000 \uf000 \U000f0000 é λ 𝔸 - 1e16 -0 0.30000000000000004 1_000 ١ ½ ﬁ ∞ 012 12:30 1e-3 ~ null
"""
ODD = [*_WORDS.split(), "\n", "\n\n", "  ", "\t", ": ", "- ", " # ", "a" * 50, "\u2028", "\ufeff", "\x85", "\x00"]
"""Pieces that belong nowhere in particular."""

MARKUP = [
    *("*", "**", "_", "`", "``", "# ", "> ", "- ", "1. ", "\n\n", "\n", "  \n", "| a | b |\n|---|---|\n| 1 | 2 |\n"),
    *("[a](b)", "![a](b)", "![](plot)", "<b>", "</b>", "<script>", "&amp;", "&#57344;", "&lt;", "\\", "\\\\", "\\$"),
    *("$x$", "$$x$$", "$", "$$", "$\\frac{1}{2}$", "$x^{", "$\\text{a}$", "$\\begin{matrix}1&2\\\\3&4\\end{matrix}$"),
    *("{{ 1 }}", "{{ 1/3:.3f }}", "{{ 'a' }}", "{{ (1, 2) }}", "${{ -1 }}$", "$2^{{ 3 }}$", "{{ 1/3 }}", "{{", "}}"),
    *("@@PLUGINFILE@@/a", "{1:NM:=3}", "[blank]", "~", "=", "#", "_____", "]]>", "<![CDATA[", "<!--", "-->", "&"),
    *(
        "\u202e",
        "\u200b",
        "\u200d",
        "\u0301",
        "\ufe0f",
        "🙂",
        "𝔸",
        "ﬁ",
        "İ",
        "ß",
        "\xa0",
        "\u00ad",
        "ａ",
        "\ud7ff",
        "�",
    ),
    *(
        "```\ncode\n```\n",
        "    code\n",
        "---\n",
        "http://example.org",
        "[[",
        "]]",
        "{",
        "}",
        "%",
        "a" * 300,
        "١٢",
        "−3",
    ),
]
"""Pieces that mean something in Markdown, LaTeX, HTML or a learning platform."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9+.][\w .+*/()-]*|-[0-9.]+")
_EXPRESSIONS = frozenset({"value", "when", "right", "symbolic"})
_ITEMS = frozenset({"require", "check", "domain", "integers", "decimals", "shape", "let", "each", "figures"})
_OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "==", "<", "!=", ">=", " and ", " or ", " in ")
_LEAVES = ("0", "1", "-1", "2", "0.5", "1e-9", "3", "7", "'a'", "True", "()", "(1, 2)", "array(1, 2, 3)", "1e300")


def shipped() -> list[str]:
    """Return the text of every question in the tree that is a sound one."""
    folders = ("bank/deep_learning", "tests/types", "tests/preview/bank")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.yaml"))
    return [path.read_text(encoding="utf-8") for path in paths if path.name not in ("bank.yaml", "paper.yaml")]


def wrong() -> list[str]:
    """Return the text of every short question that is wrong on purpose."""
    paths = sorted((ROOT / "tests/bad").glob("*.yaml"))
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths if path.stat().st_size < 2_000]


def tree_of(text: str) -> Tree:
    """Return the texts, lists and mappings that a file holds."""

    def plain(node: Node) -> Tree:
        if isinstance(node, Scalar):
            return node.text
        if isinstance(node, Mapping):
            return {key.text: plain(value) for key, value in node.entries}
        return [plain(item) for item in node.items]

    return plain(read_yaml(text.encode(), "seed.yaml"))


def written(tree: Tree, indent: str = "") -> str:
    """Return a tree as YAML."""
    if isinstance(tree, dict):
        lines = [f"{indent}{_quoted(key)}:{_value(value, indent)}" for key, value in tree.items()]
        return "".join(lines) or f"{indent}{{}}\n"
    if isinstance(tree, list):
        return "".join(f"{indent}-{_value(item, indent)}" for item in tree) or f"{indent}[]\n"
    return f"{indent}{_quoted(tree)}\n"


def _value(tree: Tree, indent: str) -> str:
    if isinstance(tree, str):
        body = tree.rstrip("\n")
        if "\n" not in body or tree[0].isspace():
            return f" {_quoted(tree)}\n"
        lines = [f"{indent}  {line}" if line.strip() else "" for line in tree.removesuffix("\n").split("\n")]
        return f" |{('-', '')[len(body) < len(tree)]}{'+' * (len(body) + 1 < len(tree))}\n" + "\n".join(lines) + "\n"
    return "\n" + written(tree, indent + "  ") if tree else f" {'{}' if isinstance(tree, dict) else '[]'}\n"


def _quoted(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text == text.strip()
    return text if plain else "'" + text.replace("'", "''").replace("\n", "\n\n") + "'"


def _spots(
    tree: Tree, holder: Holder | None = None, key: str | int = "", path: tuple[str, ...] = ()
) -> Iterator[tuple]:
    """Yield each node with what holds it, its key there, and the names above it."""
    if holder is not None:
        yield tree, holder, key, path
    if isinstance(tree, dict):
        for name, value in list(tree.items()):
            yield from _spots(value, tree, name, (*path, name))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _spots(value, tree, index, path)


def _put(holder: Holder, key: str | int, value: Tree) -> None:
    holder[key] = value  # type: ignore[index]


def _copy(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {name: _copy(value) for name, value in tree.items()}
    return [_copy(item) for item in tree] if isinstance(tree, list) else tree


def structure(tree: Tree, chance: random.Random) -> None:
    """Delete, double, swap, nest or retype a node."""
    node, holder, key, _ = chance.choice(list(_spots(tree)))
    other, _, other_key, _ = chance.choice(list(_spots(tree)))
    match chance.randrange(8):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.insert(key, _copy(node))
        case 1:
            holder[f"{key}{chance.choice(['_', '2', 'x'])}"] = _copy(node)
        case 2:
            _put(holder, key, _copy(other))
        case 3:
            _put(holder, key, [_copy(node)])
        case 4:
            _put(holder, key, {chance.choice(["text", "value", "n", "when"]): _copy(node)})
        case 5 if isinstance(holder, dict):
            holder[str(other_key)] = holder.pop(key)
        case 6 if isinstance(node, list) and node:
            _put(holder, key, node * chance.choice([2, 5, 40]))
        case _:
            _put(holder, key, chance.choice(["", [], {}, chance.choice(ODD)]))


def values(tree: Tree, chance: random.Random) -> None:
    """Put an odd value for a single one."""
    spots = [spot for spot in _spots(tree) if isinstance(spot[0], str)]
    node, holder, key, _ = chance.choice(spots)
    match chance.randrange(4):
        case 0:
            _put(holder, key, chance.choice(ODD))
        case 1:
            _put(holder, key, node * chance.choice([2, 3, 50]))
        case 2:
            _put(holder, key, chance.choice(spots)[0])
        case _:
            _put(holder, key, re.sub(r"[0-9]+", lambda _: chance.choice(["0", "1", "-1", "7", "1000", "0.5"]), node))


def texts(tree: Tree, chance: random.Random) -> None:
    """Put markup into a text."""
    spots = [spot for spot in _spots(tree) if isinstance(spot[0], str) and not is_expression(spot[3], spot[2])]
    longer = [spot for spot in spots if len(spot[0]) > 25]
    node, holder, key, _ = chance.choice(longer or spots)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(node) + 1)
        node = node[:at] + chance.choice(MARKUP if chance.random() < 0.8 else ODD) + node[at:]
    _put(holder, key, node)


def is_expression(path: tuple[str, ...], key: str | int) -> bool:
    """Return whether what stands at a key is an expression."""
    return key in _EXPRESSIONS or any(name in _ITEMS for name in path[-2:])


def expressions(tree: Tree, chance: random.Random) -> None:
    """Change a token of an expression or of a hole, or grow another in its place."""
    names = [str(key) for _, _, key, path in _spots(tree) if len(path) == 2 and path[0] in ("parameters", "let")]
    spots = [spot for spot in _spots(tree) if isinstance(spot[0], str)]
    spots = [spot for spot in spots if is_expression(spot[3], spot[2]) or _HOLE.search(spot[0])] or spots
    node, holder, key, path = chance.choice(spots)
    if is_expression(path, key):
        _put(holder, key, _expression(node, names, chance))
        return
    holes = list(_HOLE.finditer(node))
    if holes:
        hole = chance.choice(holes)
        inner, colon, form = hole[1].rpartition(":") if ":" in hole[1] else (hole[1], "", "")
        changed = _expression(inner, names, chance) + colon + form
        _put(holder, key, node[: hole.start()] + "{{ " + changed + " }}" + node[hole.end() :])


def _expression(source: str, names: list[str], chance: random.Random) -> str:
    if chance.random() < 0.5:
        return grown(names, chance, chance.randint(1, 3))
    return mutated_tokens(source or "1", chance, chance.choice([names or ["1"], list(_LEAVES), list(FUNCTIONS), ODD]))


def grown(names: list[str], chance: random.Random, depth: int) -> str:
    """Grow an expression over names."""
    if depth == 0 or chance.random() < 0.15:
        return chance.choice([*names, *names, *_LEAVES])

    def inner() -> str:
        return grown(names, chance, depth - 1)

    match chance.randrange(9):
        case 0 | 1 | 2:
            return f"({inner()}{chance.choice(_OPERATORS)}{inner()})"
        case 3:
            return f"{inner()}[{chance.choice([inner(), ':', '::-1', '0', '0, 1', '1:', inner() + ':'])}]"
        case 4:
            return f"({inner()} if {inner()} else {inner()})"
        case 5:
            return f"({inner()}, {inner()})"
        case 6:
            return f"{chance.choice(['-', '+', 'not '])}{inner()}"
        case _:
            arguments = ", ".join(inner() for _ in range(chance.choice([1, 1, 2, 2, 3])))
            return f"{chance.choice(sorted(FUNCTIONS))}({arguments})"


def mutated_tokens(text: str, chance: random.Random, pieces: list[str]) -> str:
    """Change a token of a text."""
    tokens = _TOKEN.findall(text)
    at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    match chance.randrange(6):
        case 0:
            tokens[at] = chance.choice(pieces)
        case 1:
            tokens.insert(at, chance.choice(pieces))
        case 2:
            tokens[at] = ""
        case 3:
            tokens[at] = tokens[other]
        case 4:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case _:
            tokens[at:at] = tokens[other : other + chance.randint(1, 8)]
    return "".join(tokens)


def _of_tree(change: Callable[[Tree, random.Random], None]) -> Callable[[random.Random], str]:
    def mutate(chance: random.Random) -> str:
        tree = _copy(chance.choice(_trees()))
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            change(tree, chance)
        return written(tree)

    return mutate


def _tokens(chance: random.Random) -> str:
    text = chance.choice(shipped_texts() if chance.random() < 0.6 else wrong_texts())
    for _ in range(chance.randint(1, 3)):
        text = mutated_tokens(text, chance, ODD) or " "
    return text


_kept: dict[str, list] = {}


def _trees() -> list[Tree]:
    if "trees" not in _kept:
        _kept["trees"] = [tree_of(text) for text in shipped_texts()]
    return _kept["trees"]


def shipped_texts() -> list[str]:
    """Return the sound questions, read once."""
    return _kept.setdefault("shipped", []) or _kept.__setitem__("shipped", shipped()) or _kept["shipped"]


def wrong_texts() -> list[str]:
    """Return the wrong questions, read once."""
    return _kept.setdefault("wrong", []) or _kept.__setitem__("wrong", wrong()) or _kept["wrong"]


KINDS: dict[str, Callable[[random.Random], str]] = {
    "structure": _of_tree(structure),
    "values": _of_tree(values),
    "texts": _of_tree(texts),
    "expressions": _of_tree(expressions),
    "tokens": _tokens,
}
"""The kinds of mutation: each makes the text of a file from random numbers."""


def example(kind: str, seed: int, number: int) -> str:
    """Return the text of one example, always the same."""
    return KINDS[kind](random.Random(f"{kind} {seed} {number}"))
