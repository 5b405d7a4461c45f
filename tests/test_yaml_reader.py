"""The YAML reader: places, slips and their codes, and that no bytes raise anything but `BankError`."""

from __future__ import annotations

import doctest
import re
import time
from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.bank import yaml_reader, yaml_slips, yaml_stops, yaml_text, yaml_tree
from markscheme.bank.problems import BankError, Place
from markscheme.bank.yaml_reader import Mapping, Node, Scalar, Sequence, read_yaml

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]

SPEC = """\
# Convolution
id: conv2d-output
topics: [convolution, "two d"]
parameters:
  x: {integers: [-3, 3], shape: [4, 4]}
  k: {integers: [-2, 2], nonzero: yes}
require:
  - any(k != rot180(k))
marks: 012
stem: |
  Convolve $X$ with $K$.  # not a comment

    $$X = {{ x }} \\qquad K = {{ k }}$$

  $Y =$ [[y]]
feedback: 'It''s $\\frac{1}{2}$'
"""


def read(text: str | bytes) -> Node:
    return read_yaml(text if isinstance(text, bytes) else text.encode(), "q.yaml")


def value(text: str) -> Scalar:
    """Read a one-key mapping and return the scalar that is its value."""
    root = read(text)
    assert isinstance(root, Mapping)
    node = root.entries[0][1]
    assert isinstance(node, Scalar)
    return node


def findings(text: str | bytes, loader: object = None) -> list[str]:
    """Return `line:column code` of every problem in a text."""
    with pytest.MonkeyPatch.context() as patch:
        if loader:
            patch.setattr(yaml_reader, "_LOADER", loader)
        with pytest.raises(BankError) as caught:
            read(text)
    assert all(str(problem).isprintable() for problem in caught.value.problems)
    return [f"{p.place.line}:{p.place.column} {p.code}" for p in caught.value.problems]


def message(text: str | bytes) -> str:
    with pytest.raises(BankError) as caught:
        read(text)
    return str(caught.value)


def plain(node: Node) -> object:
    """Return a tree as Python's own strings, lists and dicts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(entry) for key, entry in node.entries}


# The tree


def test_a_spec_reads_as_the_base_loader_reads_it():
    assert plain(read(SPEC)) == yaml.load(SPEC, Loader=yaml.BaseLoader)


def test_every_scalar_stays_the_text_that_was_written():
    assert plain(read("[1e-3, no, 012, 12:30, ~, 0x1F, .inf]")) == ["1e-3", "no", "012", "12:30", "~", "0x1F", ".inf"]


@pytest.mark.parametrize(("source", "style"), [("5", ""), ("'5'", "'"), ('"5"', '"'), ("|-\n 5", "|"), (">-\n 5", ">")])
def test_the_style_tells_how_a_text_is_written(source, style):
    scalar = value(f"a: {source}\n")
    assert (scalar.text, scalar.style) == ("5", style)


def test_places_are_those_of_the_source():
    root = read(SPEC)
    places = {key.text: (key.place, node.place) for key, node in root.entries}
    assert root.place == Place("q.yaml", 2, 1)
    assert places["id"] == (Place("q.yaml", 2, 1), Place("q.yaml", 2, 5))
    assert places["topics"][1] == Place("q.yaml", 3, 9)
    assert places["parameters"][1] == Place("q.yaml", 5, 3)
    assert places["require"][1] == Place("q.yaml", 8, 3)
    assert places["stem"][1] == Place("q.yaml", 10, 7)


def test_columns_count_characters_not_bytes():
    assert read("{é𝔸: b}").entries[0][1].place == Place("q.yaml", 1, 6)


def test_a_byte_order_mark_takes_no_column():
    assert read("\ufeffa: 1\n") == read("a: 1\n")


def test_crlf_and_lf_files_read_the_same():
    assert read(SPEC.replace("\n", "\r\n")) == read(SPEC)


def test_one_document_may_be_marked_as_such():
    assert plain(read("# note\n---\na: 1\n...\n")) == {"a": "1"}


def test_both_parsers_give_the_same_tree(monkeypatch):
    by_libyaml = read(SPEC)
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    assert read(SPEC) == by_libyaml


WORDS = st.text(st.sampled_from("ab01 .,:-#'\"[]{}&*!|>%@`~é𝔸"), max_size=12)
TREES = st.recursive(
    WORDS,
    lambda node: st.lists(node, max_size=4) | st.dictionaries(WORDS.filter(bool), node, max_size=4),
    max_leaves=20,
)


@given(TREES.filter(bool), st.sampled_from([None, "'", '"', "|"]), st.sampled_from([None, False, True]))
def test_what_pyyaml_dumps_is_read_back(tree, style, flow):
    dumper = type("Dumper", (yaml.SafeDumper,), {"ignore_aliases": lambda self, data: True})
    text = yaml.dump(tree, Dumper=dumper, default_style=style, default_flow_style=flow, allow_unicode=True)
    if style != "|" and "? " not in text:  # PyYAML writes blocks as keys with the complex-key sign
        assert plain(read(text)) == tree


# Places inside a text


def assert_characters_stand_where_at_says(scalar: Scalar, source: str) -> None:
    lines = re.split("\r?\n", source)
    previous = (0, 0)
    for offset, character in enumerate(scalar.text):
        place = scalar.at(offset)
        assert (place.line, place.column) > previous
        previous = (place.line, place.column)
        if character != "\n":
            assert lines[place.line - 1][place.column - 1] == character
        elif offset and scalar.text[offset - 1] != "\n":
            assert lines[place.line - 1][place.column - 1 :] == ""


BLOCK_LINES = st.lists(st.text(st.sampled_from("ab:#|-'\"{}[] \té𝔸"), max_size=8), min_size=1, max_size=6)


@given(
    BLOCK_LINES.filter(lambda lines: any(line.strip() for line in lines)),
    st.integers(1, 9),
    st.sampled_from(["", "-", "+"]),
    st.booleans(),
    st.sampled_from(["a: ", "b: 1\na:   ", "- a: ", "- - "]),
    st.sampled_from(["", "\n", "\n\n"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_at_is_right_for_every_character_of_a_literal_block(lines, indent, chomp, indicated, head, end, newline):
    first = next(line for line in lines if line)
    needs_indicator = first[0] in " \t"
    parent = {"- a: ": 2, "- - ": 2}.get(head, 0)
    width = parent + indent
    header = "|" + (str(indent) if indicated or needs_indicator else "") + chomp
    body = newline.join(" " * width + line if line else "" for line in lines)
    source = f"{head.replace(chr(10), newline)}{header}  # comment{newline}{body}{end.replace(chr(10), newline)}"
    node = read(source)
    while not isinstance(node, Scalar):
        node = node.entries[-1][1] if isinstance(node, Mapping) else node.items[-1]
    assert node.text.rstrip("\n") == "\n".join(lines).rstrip("\n")
    assert_characters_stand_where_at_says(node, source)


@given(st.text(st.sampled_from("ab:#|-'{}[] é𝔸$\\"), max_size=20), st.sampled_from(["a: ", "- - ", "{k: [x, "]))
def test_at_is_right_for_every_character_of_a_quoted_text(text, head):
    tail = "]}" if head.startswith("{") else ""
    single = head + "'" + text.replace("'", "''") + "'" + tail
    double = head + '"' + text.replace("\\", "") + '"' + tail
    for source in (single, double):
        node = read(source)
        while not isinstance(node, Scalar):
            node = node.entries[-1][1] if isinstance(node, Mapping) else node.items[-1]
        assert_characters_stand_where_at_says(node, source)


def test_at_is_right_for_every_character_of_a_plain_text():
    source = "- a: any(k != rot180(k)) and 'x' # note"
    scalar = read(source).items[0].entries[0][1]
    assert scalar.text == "any(k != rot180(k)) and 'x'"
    assert_characters_stand_where_at_says(scalar, source)


def test_the_end_of_a_text_has_a_place():
    assert value("a: abc\n").at(3) == Place("q.yaml", 1, 7)
    assert value("a: 'it''s'\n").at(4) == Place("q.yaml", 1, 10)
    assert value("a: |+\n  one\n  two\n\n").at(9) == Place("q.yaml", 3, 6)


@pytest.mark.parametrize("source", ["one\n  two", '"\\u0041b"', "'one\n  two'", ">\n  one\n  two", "|\n", "|+\n\n\n"])
def test_a_text_out_of_step_with_its_source_gives_the_place_where_it_starts(source):
    scalar = value(f"a: {source}")
    assert {scalar.at(offset) for offset in range(len(scalar.text) + 1)} == {Place("q.yaml", 1, 4)}


# Slips


SLIPS = [
    # not YAML
    ("a: 1\nstem: Use: this\n", "2:7 E101"),
    ("a: foo\n  b: bar\n", "2:4 E101"),
    ("a: 'x': b\n", "1:4 E101"),
    ("a:1\nb: 2\n", "1:3 E101"),
    ("a: 1\nb:2\nc: 3\n", "2:3 E101"),
    ("a: {b:1}\n", "1:5 E101"),
    ("a: 1\nb\nc: 2\n", "2:1 E101"),
    ("b\nc: 2\n", "1:1 E101"),
    ("stem: 'don't know'\n", "1:12 E101"),
    ('stem: "He said "x" y"\n', "1:17 E101"),
    ("a: 'x\n\nb: 'y'\n", "3:5 E101"),
    ('a: "x\nb: 1\n', "1:4 E101"),
    ("a: 'x\n--- y\n", "1:4 E101"),
    ("a: [1, 2\nb: 3\n", "1:4 E101"),
    ("a: [1, 2", "1:4 E101"),
    ("a: [1,\n", "1:4 E101"),
    ("a: {b: 1\nc: 2\n", "1:4 E101"),
    ("a: [1, 2]]\n", "1:10 E101"),
    ("a: [,]\n", "1:5 E101"),
    ("a: ,b\n", "1:4 E101"),
    ("a: ['x' 'y']\n", "1:9 E101"),
    ("stem: [[y]] is it\n", "1:13 E101"),
    ("a: | text\n", "1:6 E101"),
    ("a: |0\n x\n", "1:5 E101"),
    ("a: - b\n", "1:4 E101"),
    ("a: ? b\n", "1:4 E101"),
    ("a:\n  b: 1\n c: 2\n", "3:2 E101"),
    ("a:\n  - b\n  c: d\n", "3:3 E101"),
    ("a: |\n   x\n  y\n", "3:3 E101"),
    (" a: 1\nb: 2\n", "2:1 E101"),
    # keys
    ("a: 1\nb: 2\na: 3\n", "3:1 E103"),
    ("{a: 1, 'a': 2}\n", "1:8 E103"),
    ("- a: {x: 1,\n     x: 2}\n", "2:6 E103"),
    ("? a\n: b\n", "1:3 E114"),
    ("[a]: b\n", "1:1 E114"),
    ("{{a: b}: c}\n", "1:1 E110"),
    ("{ {a: b}: c}\n", "1:3 E114"),
    (": b\n", "1:1 E115"),
    ("{'': b}\n", "1:2 E115"),
    ("? \n: b\n", "1:2 E115"),
    ("a: 1 # b\n?", "2:2 E115"),  # libyaml puts the value that is missing on a third line
    # anchors, aliases, tags
    ("a: &b c\n", "1:4 E104"),
    ("a: *b\n", "1:4 E104"),
    ("a: [*b, c]\n", "1:5 E104"),
    ("<<: {a: 1}\n", "1:1 E104"),
    ("a: !x y\n", "1:4 E105"),
    ("a: !!python/name:os.system x\n", "1:4 E105"),
    ("a: !important x\n", "1:4 E105"),
    ("a: !x!y z\n", "1:4 E105"),
    ("a: !<z y\n", "1:4 E105"),
    ("a: ! {b: c}\n", "1:4 E105"),
    # documents
    ("a: 1\n---\nb: 1\n", "2:1 E106"),
    ("a: 1\n...\nb: 1\n", "3:1 E106"),
    ("", "0:0 E106"),
    ("# nothing\n", "0:0 E106"),
    ("---\n", "0:0 E106"),
    # characters
    (b"a: 1\nb: caf\xe9\n", "2:7 E108"),
    (b"\xff\xfea\x00", "1:1 E108"),
    (b"a: \xed\xa0\x80\n", "1:4 E108"),
    ("a: é\x00\n", "1:5 E108"),
    ("\ufeffa: \x1b\n", "1:4 E108"),
    ("a: b\u2028c\n", "1:5 E108"),
    ("a: 1\rb: 2\n", "1:5 E108"),
    # tabs
    ("a:\n\tb: 1\n", "2:1 E109"),
    ("a:\n  b:\n\t- c: 1\n", "3:1 E109"),
    ("a:\n  b: 1\n\tc: 1\n", "3:1 E109"),
    ("a: |\n\ttext\n", "2:1 E109"),
    # text read as something else
    ("stem: {{ x }}\n", "1:7 E110"),
    ("stem: {{ x }} of\n", "1:7 E110"),
    ("stem: {{ x['a'] }} of\n", "1:7 E110"),
    ("stem: {{ f(x, y) }} #1\n", "1:7 E110"),
    ("a: [x is {{ x }}, 3]\n", "1:10 E110"),
    ("a: 1\nstem: Use filter #3 of it\n", "2:18 E111"),
    ("stem: #3 of it\n", "1:7 E111"),
    ("a: [b #3\n  , c]\n", "1:7 E111"),
    ("a: two\n  lines\t#3\n", "2:9 E111"),
    ("a: @x\n", "1:4 E112"),
    ("a: `x`\n", "1:4 E112"),
    ("- %x\n", "1:3 E112"),
    ("a: **bold** x\n", "1:4 E112"),
    ("a: *bold* x\n", "1:4 E112"),
    ("a: *bold x\n", "1:4 E112"),
    ("a: & b\n", "1:4 E112"),
    ("a: > 3 layers\n", "1:4 E112"),
    ("% x\n", "1:1 E112"),
    ("%YAML 1.2\n---\na: 1\n", "1:1 E112"),
    ("a: [b, f(2, 3)]\n", "1:8 E113"),
    ("a: {x: f(2, 3)}\n", "1:8 E113"),
    ("a: [\n  x[0],\n  b\n]\n", "2:4 E113"),
    ('a: "$\\alpha$"\n', "1:6 E116"),
    ('a: "$\\nabla f$"\n', "1:6 E116"),
    ('a: "one\n  \\times"\n', "2:3 E116"),
    ('a: "\\cdot"\n', "1:5 E116"),
    ('a: "x\\x00"\n', "1:4 E116"),
]


@pytest.mark.parametrize(("text", "finding"), SLIPS)
def test_a_slip_is_reported_at_its_place_with_its_code(text, finding):
    assert findings(text) == [finding]


@pytest.mark.parametrize(("text", "finding"), SLIPS)
def test_the_python_parser_finds_the_same_code(text, finding):
    assert [found.split()[1] for found in findings(text, yaml.SafeLoader)] == [finding.split()[1]]


@pytest.mark.parametrize(
    "text",
    [
        "a: b # c\n",
        "a: b#3\n",
        "a: 'x' #3\n",
        "a: 1\n#b: 2\n",
        "a: |\n  b #3\n",
        "a: f(2, 3)\n",
        "a: ['f(2, 3)', (1), b]\n",
        "a: [a), b)]\n",
        "a: 5% of * and & {{ x }} [[y]]\n",
        'a: "one\\nTwo\\ttabs \\\\times \\"x\\" \\u00e9"\n',
        "a: 'is it? yes'\nb?: is it? yes\n",
        "a: http://x.org/?q=1\nb: [http://x.org]\n",
        "a: <<\n",
    ],
)
def test_what_only_looks_like_a_slip_is_read(text):
    assert plain(read(text)) == yaml.load(text, Loader=yaml.BaseLoader)


def test_repeated_key_is_reported_at_the_second_one():
    assert message("a: 1\nb: 2\na: 3\n") == "q.yaml:3:1: E103 repeated key 'a', first on line 1 (keep one of them)"


def test_independent_slips_are_reported_together():
    assert findings("a: {{ x }}\nb: &c d\nb: f #3\ne: [f(1, 2)]\ng: [\n") == [
        "1:4 E110",
        "2:4 E104",
        "3:1 E103",
        "3:6 E111",
        "4:5 E113",
        "5:4 E101",
    ]


def test_a_long_text_is_cut_in_the_message():
    assert f"'{'x: ' * 13}…'" in message(f"a: {'x: ' * 500}\n")


def test_control_characters_are_visible_in_the_message():
    assert message("a: b\x1bc\n") == "q.yaml:1:5: E108 control character U+001B (delete it)"
    assert r"': ' in the text 'b\tc: d'" in message("a: b\tc: d\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stem: Use: this\n", "': ' in the text 'Use: this' (quote the text, or put |"),
        ("a: [f(2, 3)]\n", "the comma after 'f(2' splits a call (quote what holds a call"),
        ("stem: 'don't know'\n", "inside '…' write '' for an apostrophe"),
        ('a: "$\\frac12$"\n', r"'\frac' in double quotes is read as the escape '\f' (use single quotes"),
        ("a:1\nb: 2\n", "no space after 'a:' (write 'key: value')"),
        ("stem: {{ x }} of\n", "'{{ x }}' without quotes is read as a YAML mapping (quote the text"),
    ],
)
def test_a_hint_says_what_to_write(text, words):
    assert words in message(text)


# Bounds


def test_nesting_is_read_down_to_the_limit_and_no_further():
    depth = yaml_reader.MAX_DEPTH
    assert read("[" * depth + "]" * depth)
    assert findings("[" * (depth + 1) + "]" * (depth + 1)) == [f"1:{depth + 1} E107"]


def test_nodes_are_counted():
    most = yaml_reader.MAX_NODES
    assert len(read("- a\n" * (most - 1)).items) == most - 1
    assert findings("- a\n" * most) == ["0:0 E107"]


def test_a_file_over_a_mebibyte_is_refused_unread():
    assert findings(b"#" * (1 << 20) + b"\xff") == ["0:0 E107"]


PATHOLOGICAL = {
    "brackets": "[" * 50_000,
    "braces": "{" * 50_000,
    "brackets over lines": "[\n" * 50_000,
    "items": "- " * 50_000,
    "complex keys": "? " * 50_000,
    "keys": "a: {" * 50_000,
    "aliases": "[" + "*a," * 200_000,
    "tags": "%TAG !a! b\n" * 80_000,
    "late tags": "a\n...\n" + "".join(f"%TAG !a{i}! b\n" for i in range(50_000)),
    "holes": "a: [" + "{{ x }}, " * 20_000,
    "cut texts": "- x #y\n" * 20_000,
    "calls": "a: [" + "f(1, " * 9_000 + "]",
    "comments": "a: 1\n" + " #x\n" * 200_000,
    "open quote": "a: '" + "x\n\n" * 200_000,
    "escapes": 'a: "' + "\\n" * 400_000 + '"',
    "spaces": " " * 1_000_000,
    "long key": "a" * 1_000_000 + ": b",
    "control characters": "\x01" * 1_000_000,
}


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL.keys())
def test_pathological_files_end_soon(text):
    start = time.perf_counter()
    with suppress(BankError):
        read(text)
    assert time.perf_counter() - start < 5  # some 0.2 s at most; the quadratic ones took far longer


# Anything at all


def assert_reads_or_raises_bank_error(data: bytes) -> None:
    for loader in LOADERS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_reader, "_LOADER", loader)
            try:
                root = read_yaml(data, "q.yaml")
            except BankError as error:
                lines = data.decode(errors="replace").split("\n")
                for problem in error.problems:
                    assert re.fullmatch(r"E1(0[13-9]|1[0-6])", problem.code)
                    assert 0 <= problem.place.line <= len(lines) + 1
                    assert problem.place.line == 0 or 1 <= problem.place.column <= len(data) + 1
                    assert problem.message.isprintable()
                    assert problem.hint.isprintable()
            else:
                assert isinstance(root, Scalar | Sequence | Mapping)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_bank_error(data):
    assert_reads_or_raises_bank_error(data)


YAML_PIECES = [
    *"ab01 \n\t#:-?[]{},&*!|>'\"%@`\\~<(=",
    "  ",
    ": ",
    "\n  ",
    "\n- ",
    "\n---\n",
    "...\n",
    "{{ ",
    " }}",
    "[[",
]
YAML_PIECES += [
    "|2-\n",
    ">\n",
    "<<: ",
    "!!",
    "\\x",
    "\\UFFFFFFFF",
    "%TAG ",
    "%YAML 9.9\n",
    "\r\n",
    "\r",
    "\ufeff",
    "é𝔸",
]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(YAML_PIECES), max_size=40).map("".join))
def test_random_yaml_raises_nothing_but_bank_error(text):
    assert_reads_or_raises_bank_error(text.encode())


@settings(max_examples=500)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SPEC)), st.integers(0, 6), st.sampled_from([*YAML_PIECES, ""])),
        min_size=1,
        max_size=4,
    )
)
def test_mutated_yaml_raises_nothing_but_bank_error(edits):
    text = SPEC
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    assert_reads_or_raises_bank_error(text.encode())


@pytest.mark.parametrize("module", [yaml_reader, yaml_slips, yaml_stops, yaml_text, yaml_tree])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0
