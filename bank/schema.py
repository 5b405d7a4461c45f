"""The schema language: what a key may hold, declared once.

A section of a file is a frozen dataclass whose fields are made by `entry`. The reader, the error messages and
the documentation of keys all come from these declarations.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from markscheme.bank.problems import BankError, fail, nearest
from markscheme.bank.yaml_reader import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markscheme.bank.problems import Place, Problem

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,39}")
ID = re.compile(r"[a-z][a-z0-9-]{0,59}")
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]{0,15})")
_REAL = re.compile(r"[+-]?([0-9]{1,16})(\.[0-9]{1,16})?([eE][+-]?[0-9]{1,2})?")


class Slips:
    """Gathers what is wrong in the parts of a node, so that all of it is shown at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, error: BankError) -> None:
        """Keep an error's problems."""
        self.problems += error.problems

    def collect(self, kind: Kind[T], node: Node) -> Iterator[T]:
        """Yield the value of a part, or nothing if it is wrong."""
        try:
            value = kind.read(node)
        except BankError as error:
            self.add(error)
        else:
            yield value

    def raise_any(self) -> None:
        """Raise everything that was gathered."""
        if self.problems:
            raise BankError(self.problems)


class Kind(Protocol[T_co]):
    """What a key may hold."""

    @property
    def words(self) -> str:
        """What is expected, for messages and documentation: "a whole number"."""

    def read(self, node: Node) -> T_co:
        """Return the value of a node, or raise a `BankError` with everything that is wrong in it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Kind[Any]
    doc: str


def entry(kind: Kind[Any], doc: str, *, default: Any = MISSING) -> Any:
    """Declare a key of a section; without a default it is required."""
    if default is MISSING:
        return field(metadata={"entry": _Entry(kind, doc)})
    return field(default=default, metadata={"entry": _Entry(kind, doc)})


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        text = " ".join(node.text.split())
        return f"'{text[:39]}…'" if len(text) > 40 else f"'{text}'"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _expected(kind: Kind[Any], node: Node, code: str = "E202", hint: str = "") -> BankError:
    return fail(node.place, code, f"{_shown(node)} stands where {kind.words} is expected", hint)


@dataclass(frozen=True, slots=True)
class Text:
    """Text of the author's own."""

    words: str = "a text"
    longest: int = 20_000
    single_line: bool = False

    def read(self, node: Node) -> Scalar:
        """Return the scalar itself, which knows the place of each character."""
        if not isinstance(node, Scalar):
            raise _expected(self, node, hint="quote the text, or write | and put it on the lines below")
        if not node.text.strip():
            raise fail(node.place, "E203", f"{self.words} is expected here, but there is nothing")
        if len(node.text) > self.longest:
            raise fail(node.place, "E203", f"the text has {len(node.text)} characters, over {self.longest}")
        if self.single_line and "\n" in node.text.strip():
            raise fail(node.place, "E203", f"{self.words} is one line")
        return node


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a given form."""

    words: str
    pattern: re.Pattern[str]
    hint: str = ""

    def read(self, node: Node) -> str:
        """Return the word."""
        if isinstance(node, Scalar) and self.pattern.fullmatch(node.text):
            return node.text
        raise _expected(self, node, "E204", self.hint)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    choices: tuple[str, ...]

    @property
    def words(self) -> str:
        """The choices."""
        return "one of " + ", ".join(self.choices)

    def read(self, node: Node) -> str:
        """Return the word."""
        if isinstance(node, Scalar) and node.text in self.choices:
            return node.text
        hint = nearest(node.text, self.choices) if isinstance(node, Scalar) else ""
        raise _expected(self, node, "E204", hint)


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""

    words: str = "true or false"

    def read(self, node: Node) -> bool:
        """Return the truth."""
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        hint = ""
        if isinstance(node, Scalar) and node.text.lower() in ("yes", "no", "on", "off", "true", "false"):
            hint = f"write {'true' if node.text.lower() in ('yes', 'on', 'true') else 'false'}"
        raise _expected(self, node, "E204", hint)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within bounds."""

    low: int
    high: int

    @property
    def words(self) -> str:
        """The bounds."""
        return f"a whole number from {self.low} to {self.high}"

    def read(self, node: Node) -> int:
        """Return the number."""
        if isinstance(node, Scalar) and _INTEGER.fullmatch(node.text) and self.low <= int(node.text) <= self.high:
            return int(node.text)
        raise _expected(self, node, "E204")


@dataclass(frozen=True, slots=True)
class Real:
    """A decimal number within bounds, exactly as written."""

    low: str
    high: str

    @property
    def words(self) -> str:
        """The bounds."""
        return f"a number from {self.low} to {self.high}"

    def read(self, node: Node) -> Decimal:
        """Return the number."""
        number = number_of(node)
        if number is None or not Decimal(self.low) <= number <= Decimal(self.high):
            raise _expected(self, node, "E204")
        return number


def number_of(node: Node) -> Decimal | None:
    """Return the decimal number that an unquoted scalar writes, or None."""
    if not isinstance(node, Scalar) or node.style or not _REAL.fullmatch(node.text):
        return None
    try:
        return Decimal(node.text)
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True)
class Anything:
    """Any node, looked at later."""

    words: str

    def read(self, node: Node) -> Node:
        """Return the node itself."""
        return node


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
    """A list of one kind."""

    kind: Kind[T]
    least: int = 0
    most: int = 1_000

    @property
    def words(self) -> str:
        """A list of the kind."""
        return f"a list (each item {self.kind.words})"

    def read(self, node: Node) -> tuple[T, ...]:
        """Return the items that could be read."""
        if not isinstance(node, Sequence):
            raise _expected(self, node, hint="start each item with '- '")
        if not self.least <= len(node.items) <= self.most:
            count = f"from {self.least} to {self.most}"
            raise fail(node.place, "E205", f"the list has {len(node.items)} items, not {count}")
        slips = Slips()
        read = [value for item in node.items for value in slips.collect(self.kind, item)]
        slips.raise_any()
        return tuple(read)


@dataclass(frozen=True, slots=True)
class Keyed(Generic[T]):
    """One name of the author's own, where it stands, and what it names."""

    name: str
    place: Place
    value: T


@dataclass(frozen=True, slots=True)
class NamesTo(Generic[T]):
    """A mapping from the author's own names to one kind."""

    kind: Kind[T]
    name: re.Pattern[str] = NAME
    most: int = 200

    @property
    def words(self) -> str:
        """A mapping to the kind."""
        return f"a mapping of names (each {self.kind.words})"

    def read(self, node: Node) -> tuple[Keyed[T], ...]:
        """Return the pairs that could be read, in the author's order."""
        if not isinstance(node, Mapping):
            raise _expected(self, node, hint="write 'name: …' on a line of its own for each")
        if len(node.entries) > self.most:
            raise fail(node.place, "E205", f"{len(node.entries)} names are more than {self.most}")
        slips = Slips()
        pairs = []
        for key, value in node.entries:
            if not self.name.fullmatch(key.text):
                hint = "a name is a letter, then letters, digits and '_' (40 at most)"
                slips.add(fail(key.place, "E206", f"{_shown(key)} is not a name", hint))
                continue
            pairs += [Keyed(key.text, key.place, read) for read in slips.collect(self.kind, value)]
        slips.raise_any()
        return tuple(pairs)


@dataclass(frozen=True, slots=True)
class SectionOf(Generic[T]):
    """A mapping with the keys that a dataclass declares.

    The dataclass may have a field ``place`` without an entry; it receives the place of the mapping.
    """

    section: type[T]
    words: str
    also: tuple[str, ...] = ()

    def read(self, node: Node) -> T:
        """Return the section; unknown, missing and wrong keys are all reported together."""
        if not isinstance(node, Mapping):
            raise _expected(self, node)
        declared = entries_of(self.section)
        slips = Slips()
        values: dict[str, Any] = {}
        for key, value in node.entries:
            if key.text in declared:
                values[key.text] = next(slips.collect(declared[key.text].kind, value), None)
            elif key.text not in self.also:
                hint = nearest(key.text, declared) or "known are " + ", ".join(declared)
                slips.add(fail(key.place, "E102", f"unknown key {_shown(key)} in {self.words}", hint))
        for one in fields(self.section):  # type: ignore[arg-type]
            if one.name == "place":
                values["place"] = node.place
            elif one.name not in values and one.default is MISSING:
                slips.add(fail(node.place, "E201", f"{self.words} lacks the key '{one.name}'"))
        slips.raise_any()
        return self.section(**values)


def entries_of(section: type[Any]) -> dict[str, _Entry]:
    """Return the declared keys of a section, in order."""
    return {one.name: one.metadata["entry"] for one in fields(section) if "entry" in one.metadata}


@dataclass(frozen=True, slots=True)
class Typed:
    """A mapping whose key ``type`` says which section it is.

    `sections` is called when a file is read, so that installed packages may add types.
    """

    words: str
    find: Callable[[str], type[Any] | None]
    names: Callable[[], tuple[str, ...]]

    def read(self, node: Node) -> Any:
        """Return the section that the type names."""
        if not isinstance(node, Mapping):
            raise _expected(self, node)
        chosen = next((value for key, value in node.entries if key.text == "type"), None)
        if chosen is None:
            raise fail(node.place, "E201", f"{self.words} lacks the key 'type'", f"one of {self._known()}")
        if not isinstance(chosen, Scalar):
            raise fail(chosen.place, "E207", f"{_shown(chosen)} is not a type", f"one of {self._known()}")
        section = self.find(chosen.text)
        if section is None:
            hint = nearest(chosen.text, self.names()) or f"one of {self._known()}"
            raise fail(chosen.place, "E207", f"there is no type {_shown(chosen)}", hint)
        return SectionOf(section, f"{self.words} of type {chosen.text}", also=("type",)).read(node)

    def _known(self) -> str:
        return ", ".join(self.names())
