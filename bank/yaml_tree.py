"""The tree of a YAML file: texts, lists and mappings that know their places."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, TypeAlias

from markscheme.bank.problems import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text.

    Attributes
    ----------
    text
        What the author wrote, with quotes, escapes and indentation taken away.
    place
        Where it starts: its first character, its opening quote, or the `|` of a block.
    style
        How it is written: `''` plain, `"'"` or `'"'` quoted, `'|'` or `'>'` a block.
    """

    text: str
    place: Place
    style: str = ""
    # The column where a line of the text begins; 0 where text and source do not run in step.
    first_column: int = field(default=0, repr=False, compare=False)

    def at(self, offset: int) -> Place:
        r"""Return the place in the file of one character of `text`.

        Exact for texts on one line and for `|` blocks (on a blank line of a block, the column where its text would
        begin). Texts with escapes, over several lines or in a `>` block give the place where they start. The end of
        the text has a place too: behind its last character, on a block's last line that is not blank.

        Parameters
        ----------
        offset
            Index of the character, from 0 to `len(text)`.

        Examples
        --------
        >>> from markscheme.bank.yaml_reader import read_yaml
        >>> root = read_yaml(b"title: A sum\nstem: |\n  Add\n  $1 + 1$.\n", "sum.yaml")
        >>> stem = root.entries[1][1]
        >>> stem.text[4:9], str(stem.at(4))
        ('$1 + ', 'sum.yaml:4:3')
        """
        start = self.place
        if not self.first_column:
            return start
        if self.style == "|":
            if offset >= len(self.text):
                offset = len(self.text.rstrip("\n"))
            line = start.line + 1 + self.text.count("\n", 0, offset)
            return Place(start.file, line, self.first_column + offset - self.text.rfind("\n", 0, offset) - 1)
        doubled = self.text.count("'", 0, offset) if self.style == "'" else 0
        return Place(start.file, start.line, self.first_column + offset + doubled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list; its place is the first `-` or the `[`."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys with their values in the author's order; its place is the first key or the `{`."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place


Node: TypeAlias = Scalar | Sequence | Mapping


def scalars(part: object) -> Iterator[Scalar]:
    """Yield the texts anywhere in what an author wrote: in a tree, or in a section that was read from one."""
    if isinstance(part, Scalar):
        yield part
    elif is_dataclass(part):
        for one in fields(part):
            yield from scalars(getattr(part, one.name))
    elif isinstance(part, tuple | list):
        for item in part:
            yield from scalars(item)
