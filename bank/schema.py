"""The schema language: what a key may hold, declared once.

A section of a file is a frozen dataclass whose fields are made by `entry`. The reader and the error messages come
from these declarations; a test holds the documentation of the keys against them.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

from markscheme.bank.problems import BankError, fail, nearest
from markscheme.bank.yaml_reader import Mapping, Node, Scalar, Sequence
from markscheme.bank.yaml_text import TRUTHS, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markscheme.bank.problems import Place, Problem

JsonSchema: TypeAlias = "dict[str, Any]"
Refer: TypeAlias = "Callable[[type[Any], str], JsonSchema]"
"""Returns a reference to a section's schema; beside the section goes its type, where its mapping says one."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,39}")
ID = re.compile(r"[a-z][a-z0-9-]{0,59}")
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]{0,15})")
_REAL = re.compile(r"[+-]?([0-9]{1,16}(\.[0-9]{0,16})?|\.[0-9]{1,16})([eE][+-]?[0-9]{1,2})?")


class Slips:
    """Gathers what is wrong in the parts of a node, so that all of it is shown at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, error: BankError) -> None:
        """Keep an error's problems."""
        self.problems += error.problems

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Keep the problems of a failing block, and go on behind it."""
        try:
            yield
        except BankError as error:
            self.add(error)

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

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return what an editor is told: nothing that `read` takes may be refused, but for odd ways to quote it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Kind[Any]
    doc: str


def entry(kind: Kind[Any], doc: str, *, default: Any = MISSING) -> Any:
    """Declare a key of a section; without a default it is required."""
    if default is MISSING:
        return field(metadata={"entry": _Entry(kind, doc)})
    return field(default=default, metadata={"entry": _Entry(kind, doc)})


def _named(node: Node) -> str:
    """Return what a message calls a node."""
    if isinstance(node, Scalar):
        return f"'{shown(' '.join(node.text.split()))}'" if node.text.strip() else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _expected(kind: Kind[Any], node: Node, hint: str = "") -> BankError:
    if isinstance(node, Scalar) and not node.text.strip():
        hint = "write it, or delete the key"
    return fail(node.place, "E202", f"{_named(node)} stands where {kind.words} is expected", hint)


def _scalar(kind: Kind[Any], node: Node, hint: str = "") -> Scalar:
    """Return a node that must be a single value."""
    if isinstance(node, Scalar) and node.text.strip():
        return node
    raise _expected(kind, node, hint)


def _malformed(kind: Kind[Any], node: Scalar, hint: str = "") -> BankError:
    return fail(node.place, "E204", f"{_named(node)} is not {kind.words}", hint)


@dataclass(frozen=True, slots=True)
class Text:
    """Text of the author's own."""

    words: str = "a text"
    longest: int = 20_000
    single_line: bool = False

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return a text, which may look like a number or a truth."""
        schema: JsonSchema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
        if self.single_line:
            schema["pattern"] = r"^\s*\S[^\n]*\s*$"
        return schema

    def read(self, node: Node) -> Scalar:
        """Return the scalar itself, which knows the place of each character."""
        scalar = _scalar(self, node, "quote the text, or write | and put it on the lines below")
        text = scalar.text.strip()
        if len(text) > self.longest:
            raise fail(node.place, "E203", f"a text of {len(text):,} characters", f"at most {self.longest:,}")
        if self.single_line and "\n" in text:
            raise fail(node.place, "E203", f"{self.words} must be on one line")
        return scalar


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a given form."""

    words: str
    pattern: re.Pattern[str]
    hint: str = ""

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return a text of the form."""
        return {"type": "string", "pattern": f"^(?:{self.pattern.pattern})$"}

    def read(self, node: Node) -> str:
        """Return the word."""
        scalar = _scalar(self, node, self.hint)
        if self.pattern.fullmatch(scalar.text):
            return scalar.text
        raise _malformed(self, scalar, self.hint)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    choices: tuple[str, ...]

    @property
    def words(self) -> str:
        """The choices."""
        return "one of " + ", ".join(self.choices)

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return the words; those that YAML takes for a truth may be one."""
        truths = [word == "true" for word in self.choices if word in ("true", "false")]
        return {"enum": [*self.choices, *truths]}

    def read(self, node: Node) -> str:
        """Return the word."""
        scalar = _scalar(self, node)
        if scalar.text in self.choices:
            return scalar.text
        raise _malformed(self, scalar, nearest(scalar.text, self.choices))


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""

    words: str = "true or false"

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return a truth."""
        return {"type": "boolean"}

    def read(self, node: Node) -> bool:
        """Return the truth."""
        scalar = _scalar(self, node)
        if scalar.text in ("true", "false"):
            return scalar.text == "true"
        meant = TRUTHS.get(scalar.text.lower())
        raise _malformed(self, scalar, "" if meant is None else f"write {str(meant).lower()}")


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within bounds."""

    low: int
    high: int

    @property
    def words(self) -> str:
        """The bounds."""
        return f"a whole number from {self.low} to {self.high}"

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return the bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def read(self, node: Node) -> int:
        """Return the number."""
        scalar = _scalar(self, node)
        if _INTEGER.fullmatch(scalar.text) and self.low <= int(scalar.text) <= self.high:
            return int(scalar.text)
        raise _malformed(self, scalar)


@dataclass(frozen=True, slots=True)
class Real:
    """A decimal number within bounds, exactly as written."""

    low: str
    high: str

    @property
    def words(self) -> str:
        """The bounds."""
        return f"a number from {self.low} to {self.high}"

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return the bounds."""
        return {"type": "number", "minimum": float(self.low), "maximum": float(self.high)}

    def read(self, node: Node) -> Decimal:
        """Return the number."""
        scalar = _scalar(self, node)
        if _REAL.fullmatch(scalar.text) and Decimal(self.low) <= Decimal(scalar.text) <= Decimal(self.high):
            return Decimal(scalar.text)
        hint = "write 0.01 for 1 %" if "%" in scalar.text else "write a decimal point" if "," in scalar.text else ""
        raise _malformed(self, scalar, hint)


def number_of(node: Node) -> Decimal | None:
    """Return the decimal number that an unquoted scalar writes, or None."""
    if isinstance(node, Scalar) and not node.style and _REAL.fullmatch(node.text):
        return Decimal(node.text)
    return None


@dataclass(frozen=True, slots=True)
class Anything:
    """Any node, looked at later."""

    words: str

    def json_schema(self, refer: Refer) -> JsonSchema:  # noqa: ARG002 - the form of a kind
        """Return nothing: anything may stand here."""
        return {}

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

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return a list of the kind."""
        return {"type": "array", "items": self.kind.json_schema(refer), "minItems": self.least, "maxItems": self.most}

    def read(self, node: Node) -> tuple[T, ...]:
        """Return the items that could be read."""
        if not isinstance(node, Sequence):
            raise _expected(self, node, "put it in brackets, […], or start each item with '- '")
        if not self.least <= len(node.items) <= self.most:
            raise fail(node.place, "E205", f"the list has {_items(len(node.items))}", f"{self._count()} must be here")
        slips = Slips()
        read: list[T] = []
        for item in node.items:
            with slips.gather():
                read.append(self.kind.read(item))
        slips.raise_any()
        return tuple(read)

    def _count(self) -> str:
        if self.least == self.most:
            return f"exactly {self.most}"
        return f"from {self.least} to {self.most}" if self.least else f"at most {self.most}"


def _items(count: int) -> str:
    return f"{count or 'no'} item{'s' * (count != 1)}"


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
    most: int = 200

    @property
    def words(self) -> str:
        """A mapping to the kind."""
        return f"a mapping of names (each {self.kind.words})"

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return a mapping to the kind."""
        names = {"pattern": f"^{NAME.pattern}$"}
        return {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": self.kind.json_schema(refer),
            "maxProperties": self.most,
        }

    def read(self, node: Node) -> tuple[Keyed[T], ...]:
        """Return the pairs that could be read, in the author's order."""
        if not isinstance(node, Mapping):
            raise _expected(self, node, "write 'name: …' on a line of its own for each")
        if len(node.entries) > self.most:
            raise fail(node.place, "E205", f"{len(node.entries)} names stand here", f"at most {self.most}")
        slips = Slips()
        pairs: list[Keyed[T]] = []
        for key, value in node.entries:
            with slips.gather():
                if not NAME.fullmatch(key.text):
                    hint = "a letter, then letters, digits and '_', at most 40"
                    raise fail(key.place, "E206", f"{_named(key)} is not a name", hint)
                pairs.append(Keyed(key.text, key.place, self.kind.read(value)))
        slips.raise_any()
        return tuple(pairs)


@dataclass(frozen=True, slots=True)
class SectionOf(Generic[T]):
    """A mapping with the keys that a dataclass declares.

    The dataclass may have fields without an entry: ``place`` receives the place of the mapping, and ``keys`` the places
    of the keys in it, by key.
    """

    section: type[T]
    words: str
    also: tuple[str, ...] = ()

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return a reference to the section."""
        return refer(self.section, "")

    def read(self, node: Node) -> T:
        """Return the section; unknown, missing and wrong keys are all reported together."""
        declared = entries_of(self.section)
        if not isinstance(node, Mapping):
            raise _expected(self, node, f"a mapping with the keys {', '.join((*self.also, *declared))}")
        slips = Slips()
        values: dict[str, Any] = {}
        for key, value in node.entries:
            if key.text in declared:
                values[key.text] = None
                with slips.gather():
                    values[key.text] = declared[key.text].kind.read(value)
            elif key.text not in self.also:
                hint = nearest(key.text, declared) or "known are " + ", ".join(declared)
                slips.add(fail(key.place, "E102", f"unknown key {_named(key)} in {self.words}", hint))
        for one in fields(self.section):  # type: ignore[arg-type]
            if one.name == "place":
                values["place"] = node.place
            elif one.name == "keys":
                values["keys"] = {key.text: key.place for key, _ in node.entries}
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

    Attributes
    ----------
    find, names
        Return a type's section, and all types; called when a file is read, so that installed packages may add types.
    """

    words: str
    find: Callable[[str], type[Any] | None]
    names: Callable[[], tuple[str, ...]]

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return the sections, one of which the type chooses."""
        sections = ((self.find(name), name) for name in self.names())
        return {"oneOf": [refer(section, name) for section, name in sections if section is not None]}

    def read(self, node: Node) -> Any:
        """Return the section that the type names."""
        known = f"one of {', '.join(self.names())}"
        if not isinstance(node, Mapping):
            raise _expected(self, node, f"a mapping whose key 'type' is {known}")
        chosen = next((value for key, value in node.entries if key.text == "type"), None)
        if chosen is None:
            raise fail(node.place, "E201", f"{self.words} lacks the key 'type'", known)
        word = Text(words="a type").read(chosen).text
        section = self.find(word)
        if section is None:
            raise fail(chosen.place, "E207", f"there is no type {_named(chosen)}", nearest(word, self.names()) or known)
        return SectionOf(section, f"{self.words} of type {word}", also=("type",)).read(node)
