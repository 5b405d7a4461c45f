"""Read one YAML file into a tree of texts, lists and mappings that know their places.

Nothing is resolved here: `no`, `012` and `1e-3` stay the text that the author wrote, and the schema reads them by
the field's own type. The tree is composed from parser *events* by a loop: `yaml.compose` recurses, and with the C
parser crashes the interpreter on 50,000 nested brackets.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from markscheme.bank.problems import BankError, Place, Problem, fail
from markscheme.bank.yaml_slips import (
    alias,
    anchor_or_tag,
    escapes,
    glued_colons,
    glued_comment,
    hole,
    split_call,
)
from markscheme.bank.yaml_stops import explain
from markscheme.bank.yaml_text import decode, shown
from markscheme.bank.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["MAX_DEPTH", "MAX_NODES", "Mapping", "Node", "Scalar", "Sequence", "read_yaml"]

MAX_DEPTH = 32
MAX_NODES = 20_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DIRECTIVE = re.compile(r"^%(?:YAML|TAG)\b", re.MULTILINE)


def read_yaml(data: bytes, file: str) -> Node:
    r"""Read the bytes of one YAML file into a tree.

    Parameters
    ----------
    data
        The whole file: UTF-8, with or without a byte order mark, lines ended by LF or CRLF.
    file
        Its name, as it is to stand in messages.

    Returns
    -------
    Node
        The root of the one document. Every scalar is text, and no mapping has a key twice.

    Raises
    ------
    BankError
        With every problem that could be found (E101 to E116, but for E102); what is not YAML ends the search.

    Examples
    --------
    >>> read_yaml(b"marks: 4\nmarks: 5\n", "sum.yaml")
    Traceback (most recent call last):
    markscheme.bank.problems.BankError: sum.yaml:2:1: E103 repeated key 'marks', first on line 1 (keep one of them)
    """
    text = decode(data, file)
    if match := _DIRECTIVE.search(text):
        # libyaml's time is quadratic in the number of %TAG lines: 4 s for 1 MiB.
        place = Place(file, text.count("\n", 0, match.start()) + 1, 1)
        raise fail(place, "E112", f"'{match[0]}' lines are not used here", "delete the line")
    return _Composer(text, file).compose()


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.style


class _Open:
    """A list or mapping whose end has not been read yet."""

    __slots__ = ("first_lines", "flow", "is_mapping", "keys", "place", "values")

    def __init__(self, place: Place, *, is_mapping: bool, flow: bool) -> None:
        self.place = place
        self.is_mapping = is_mapping
        self.flow = flow
        self.keys: list[Scalar] = []
        self.values: list[Node] = []
        self.first_lines: dict[str, int] = {}

    def awaits_key(self) -> bool:
        return self.is_mapping and len(self.keys) == len(self.values)

    def parts(self) -> list[Node]:
        """Return what stands between the commas and colons, in the order written."""
        if self.is_mapping:
            return [node for entry in zip(self.keys, self.values, strict=True) for node in entry]
        return self.values

    def keys_without_value(self) -> list[Scalar]:
        return [key for key, value in zip(self.keys, self.values, strict=False) if _is_blank(value) and not key.style]

    def closed(self) -> Node:
        if self.is_mapping:
            return Mapping(entries=tuple(zip(self.keys, self.values, strict=True)), place=self.place)
        return Sequence(items=tuple(self.values), place=self.place)


class _Composer:
    """Builds the tree of one text; the stack of open collections is a list, never Python's own."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.lines = [*text.split("\n"), ""]  # libyaml puts the end of a text without a line end on a new line
        self.has_comments = " #" in text or "\t#" in text
        self.lines_with_hole: set[int] = set()
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.count = 0

    def compose(self) -> Node:
        last: Any = None
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                self.take(event)
                last = event
        except yaml.MarkedYAMLError as error:
            if "nesting depth" in (error.problem or ""):  # newer libyaml stops before it hands the lists over
                mark: Any = error.problem_mark
                raise self.too_deep(Place(self.file, mark.line + 1, mark.column + 1)) from None
            inside = self.stack[-1].place if self.stack else None
            problem = explain(error, last, inside, self.lines, self.file)
            if all(found.place.line != problem.place.line for found in self.problems):
                self.problems.append(problem)
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # the Python scanner lets chr() fail
            self.report(Place(self.file), "E101", f"not YAML: {shown(str(error))}")
        if self.problems:
            raise BankError(self.problems)
        if self.root is None or _is_blank(self.root):
            raise fail(Place(self.file), "E106", "the file is empty", "write 'key: value' lines")
        return self.root

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self.add(self.scalar(event))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.open(event, is_mapping=kind is yaml.MappingStartEvent)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.close()
        elif kind is yaml.AliasEvent:
            self.note(alias(event, self.lines, self.file))
            self.add(Scalar(text="*", place=self.place(event)))
        elif kind is yaml.DocumentStartEvent and self.root is not None:
            hint = "keep one document a file; '---' may stand on its first line only"
            self.report(self.place(event), "E106", "a second document starts here", hint)
            raise BankError(self.problems)

    def scalar(self, event: Any) -> Scalar:
        start, end, text, style = event.start_mark, event.end_mark, event.value, event.style or ""
        place = self.enter(event)
        first_column = 0
        if style == "|":
            first_column = self.block_column(text, start.line + 1)
        elif start.line == end.line and style != ">":
            first_column = place.column + len(style)
        if style == '"' and end.column - start.column != len(text) + 2:
            first_column = 0
            self.note(escapes(event, self.lines, self.file))
        elif not style and self.has_comments:
            self.note(glued_comment(event, self.lines, self.file))
        return Scalar(text=text, place=place, style=style, first_column=first_column)

    def block_column(self, text: str, line: int) -> int:
        """Return the column where the lines of a literal block begin; its first line is `lines[line]`."""
        blank = len(text) - len(text.lstrip("\n"))
        first = text[blank:].partition("\n")[0]
        return len(self.lines[line + blank]) - len(first) + 1 if first else 0

    def add(self, node: Node) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES:,} texts, lists and mappings"
            self.report(Place(self.file), "E107", message, "split it into several files")
            raise BankError(self.problems)
        if not self.stack:
            self.root = node
        elif (top := self.stack[-1]).awaits_key():
            top.keys.append(self.key(top, node))
        else:
            top.values.append(node)

    def key(self, top: _Open, node: Node) -> Scalar:
        place = node.place
        if not isinstance(node, Scalar):
            self.report(place, "E114", "a list or mapping cannot be a key", "quote it if it is text")
            return Scalar(text="", place=place)
        first = top.first_lines.get(node.text, 0)
        top.first_lines[node.text] = first or place.line
        if self.lines[place.line - 1][max(place.column - 3, 0) : place.column - 1] in {"? ", "?\t"}:
            self.report(place, "E114", f"'? {shown(node.text)}' is a complex key", "write 'key: value'")
        elif not node.text:
            self.report(place, "E115", "a key is empty", "write its name before the ':'")
        elif node.text == "<<" and not node.style:
            self.report(place, "E104", "merge keys ('<<') are not used here", "write the entries out in full")
        elif first:
            message = f"repeated key '{shown(node.text)}', first on line {first}"
            self.report(place, "E103", message, "keep one of them")
        return node

    def open(self, event: Any, *, is_mapping: bool) -> None:
        place = self.enter(event)
        if len(self.stack) == MAX_DEPTH:
            raise self.too_deep(place)
        if is_mapping and self.stack and (top := self.stack[-1]).flow and top.awaits_key():
            self.note(hole(top.place, place, self.lines))
        self.stack.append(_Open(place, is_mapping=is_mapping, flow=event.flow_style))

    def too_deep(self, place: Place) -> BankError:
        self.report(place, "E107", f"nested deeper than {MAX_DEPTH} levels", "put quotes around brackets that are text")
        return BankError(self.problems)

    def close(self) -> None:
        top = self.stack.pop()
        if top.flow:
            plain = [(n.text, n.place) for n in top.parts() if isinstance(n, Scalar) and not n.style]
            self.note(split_call(plain))
            self.note(glued_colons([(key.text, key.place) for key in top.keys_without_value()]))
        self.add(top.closed())

    def enter(self, event: Any) -> Place:
        """Return the place of a node, once its anchor and tag are refused."""
        place = self.place(event)
        if event.anchor is not None or event.tag is not None:
            self.note(anchor_or_tag(event, place))
        return place

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def note(self, problems: list[Problem]) -> None:
        """Keep problems, but for what only follows from a `{{ hole }}` on the same line."""
        for problem in problems:
            if problem.place.line not in self.lines_with_hole:
                self.problems.append(problem)
            if problem.code == "E110":
                self.lines_with_hole.add(problem.place.line)

    def report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.note([Problem(place=place, code=code, message=message, hint=hint)])
