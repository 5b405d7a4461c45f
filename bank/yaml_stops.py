"""Say in an author's words why the YAML parser stopped.

The parser reports where it could not go on, which is often a line below the slip. Each recogniser looks at what it
said, at the source and at the last event, and either explains the stop or leaves it to the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from markscheme.bank.problems import Place, Problem
from markscheme.bank.yaml_slips import BLOCK, NO_ESCAPES, QUOTE, leading_character, refused_tag, unquoted_hole
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GLUED_COLON = re.compile(r"\s*(?:- +)*([A-Za-z_][\w-]*:)(?![\s/]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stop:
    """Where the parser stopped, what it said, and what it had read last; lines and columns count from 0."""

    said: str
    line: int
    column: int
    opened_line: int
    opened_column: int
    last: Any
    inside: Place | None
    lines: Sequence[str]
    file: str

    def source(self, line: int, column: int = 0) -> str:
        return self.lines[line][column:] if line < len(self.lines) else ""

    @property
    def rest(self) -> str:
        return self.source(self.line, self.column)

    @property
    def opened(self) -> str:
        return self.source(self.opened_line, self.opened_column)

    def here(self) -> Place:
        return Place(self.file, self.line + 1, self.column + 1)

    def opening(self) -> Place:
        return Place(self.file, self.opened_line + 1, self.opened_column + 1)

    def problem(self, message: str, hint: str = "", place: Place | None = None, code: str = "E101") -> Problem:
        return Problem(place=place or self.here(), code=code, message=message, hint=hint)


def explain(error: yaml.MarkedYAMLError, last: Any, inside: Place | None, lines: Sequence[str], file: str) -> Problem:
    """Return the problem behind a stop of the parser.

    Parameters
    ----------
    error
        What the C or the Python parser raised.
    last
        The last event before it.
    inside
        Where the innermost list or mapping starts that was open.
    lines
        The lines of the file.
    file
        Its name.
    """
    line, column = _position(error.problem_mark)
    opened_line, opened_column = _position(error.context_mark or error.problem_mark)
    stop = _Stop(
        said=f"{error.context or ''}: {error.problem or ''}",
        line=line,
        column=column,
        opened_line=opened_line,
        opened_column=opened_column,
        last=last,
        inside=inside,
        lines=lines,
        file=file,
    )
    for recognise in _RECOGNISERS:
        if problem := recognise(stop):
            return problem
    return stop.problem(f"not YAML at '{shown(stop.rest)}'", error.problem or "")


def _position(mark: Any) -> tuple[int, int]:
    return mark.line, mark.column


def _tab(stop: _Stop) -> Problem | None:
    if stop.rest.startswith("\t") or "tab character" in stop.said:
        return stop.problem("a tab cannot indent a line", "use spaces", code="E109")
    return None


def _reserved_character(stop: _Stop) -> Problem | None:
    if "cannot start any token" in stop.said:
        if index := re.search(r"\w+\[[^][]*\]\s*$", stop.source(stop.line)[: stop.column]):
            hint = "quote what holds brackets, or write each part on a line of its own, without brackets around it"
            place = Place(stop.file, stop.line + 1, index.start() + 1)
            return stop.problem(f"'{shown(index[0].strip())}' is split at its '['", hint, place, "E113")
        return leading_character(stop.here(), stop.rest)[0]
    if "scanning an a" in stop.said:  # an anchor or an alias
        return leading_character(stop.opening(), stop.opened)[0]
    if "directive" in stop.said:
        message = f"a line cannot start with '%': '{shown(stop.opened)}'"
        return stop.problem(message, "a comment starts with '# '", stop.opening(), "E112")
    return None


def _tag(stop: _Stop) -> Problem | None:
    if re.search(r"\btag\b", stop.said):
        return refused_tag(stop.opening(), stop.opened.partition(" ")[0])[0]
    return None


def _quoted_text(stop: _Stop) -> Problem | None:
    if "quoted scalar" not in stop.said:
        return None
    quote = stop.opened[:1]
    if re.search("unexpected (end|document)", stop.said):
        hint = "close it; inside '…' write '' for an apostrophe" if quote == "'" else "close it"
        return stop.problem(f"the quote {quote} that opens here is never closed", hint, stop.opening())
    source = stop.source(stop.line)
    column = source.rfind("\\", 0, stop.column + 1)
    place = Place(stop.file, stop.line + 1, column + 1)
    command = re.match(r"\\(?:\w+|.?)", source[column:])
    message = f"'{shown(command[0] if command else quote)}' in double quotes is not an escape that YAML knows"
    return stop.problem(message, NO_ESCAPES, place, "E116")


def _block_header(stop: _Stop) -> Problem | None:
    if "block scalar" not in stop.said:
        return None
    if stop.opened[:1] == ">":
        return leading_character(stop.opening(), stop.opened)[0]
    message = f"'{shown(stop.rest)}' cannot follow '|' on its line"
    return stop.problem(message, "write the text on the lines below, indented")


def _colon(stop: _Stop) -> Problem | None:
    """Explain a ': ' where no key can be: in a text, after a text, or in a line indented too deep."""
    if "mapping values" not in stop.said:
        return None
    if not isinstance(stop.last, yaml.ScalarEvent) or stop.last.style in {"|", ">"}:
        return stop.problem("a ':' is not expected here", QUOTE)
    line, column = _position(stop.last.start_mark)
    source, place = stop.source(line), Place(stop.file, line + 1, column + 1)
    if line == stop.line:
        return stop.problem(f"': ' in the text '{shown(source[column:])}'", QUOTE, place)
    if glued := _GLUED_COLON.match(source):
        return _glued_colon(stop, line, glued)
    if not source[:column].strip(" -"):
        return stop.problem(f"no ':' after '{shown(source[column:])}'", "write 'key: value'", place)
    message = f"'{shown(stop.source(stop.line).strip())}' continues the text of line {line + 1}"
    return stop.problem(message, f"start it in the column of the other keys; if it is text, {QUOTE}")


def _glued_colon(stop: _Stop, line: int, glued: re.Match[str]) -> Problem:
    place = Place(stop.file, line + 1, glued.end(1) + 1)
    return stop.problem(f"no space after '{shown(glued[1])}'", "write 'key: value'", place)


def _missing_colon(stop: _Stop) -> Problem | None:
    if "find expected ':'" not in stop.said:
        return None
    if glued := _GLUED_COLON.match(stop.source(stop.opened_line)):
        return _glued_colon(stop, stop.opened_line, glued)
    hint = "write 'key: value', or indent the line if it belongs to the text above"
    return stop.problem(f"no ':' after '{shown(stop.opened)}'", hint, stop.opening())


def _indicator(stop: _Stop) -> Problem | None:
    if re.search("(sequence entries|mapping keys) are not allowed", stop.said):
        hint = f"start a list on the next line; if it is text, {QUOTE}"
        return stop.problem(f"'{shown(stop.rest)}' cannot start here", hint)
    if "node content" in stop.said:
        if stop.rest[:1] in {",", "]", "}"}:
            hint = "delete it, or write the value that is missing before it; quote it if it is text"
            return stop.problem(f"'{stop.rest[:1]}' is not expected here", hint)
        return stop.problem("a bracket that opens here is never closed", "write the ] or }", stop.inside)
    if "found unexpected ':'" in stop.said:
        return stop.problem(f"no space after the ':' of '{shown(stop.opened)}'", "write 'key: value'")
    return None


def _goes_on(stop: _Stop) -> Problem | None:
    """Explain a text that goes on after a closing quote or bracket."""
    rest, last = shown(stop.rest), stop.last
    if last is None or last.end_mark.line != stop.line or stop.rest[:1] in {"", "]", "}"}:
        return None
    if stop.source(stop.line)[last.end_mark.column : stop.column].strip():
        return None
    quote = last.style if isinstance(last, yaml.ScalarEvent) else ""
    if quote in {"'", '"'}:
        hint = "inside '…' write '' for an apostrophe" if quote == "'" else 'inside "…" write \\" for a quote'
        opened = f" that opens on line {last.start_mark.line + 1}" if last.start_mark.line < stop.line else ""
        return stop.problem(f"'{rest}' follows the closing {quote} of the text{opened}", f"{hint}, or {BLOCK}")
    # The end of a block has no length; that of a flow collection is its bracket.
    is_end = isinstance(last, yaml.SequenceEndEvent | yaml.MappingEndEvent)
    if is_end and last.end_mark.column > last.start_mark.column:
        return stop.problem(f"'{rest}' follows a closing bracket", f"if it is text, {QUOTE}")
    return None


def _brackets(stop: _Stop) -> Problem | None:
    if "parsing a flow" not in stop.said:
        return None
    opening, closing = ("[", "]") if "sequence" in stop.said else ("{", "}")
    if stop.rest.startswith("{{"):
        return unquoted_hole(stop.here(), stop.rest)[0]
    if stop.rest[:1] in {"[", "{"} and isinstance(stop.last, yaml.ScalarEvent):
        text = stop.last.value + stop.rest
        hint = "quote what holds brackets, or write each part on a line of its own, without brackets"
        return stop.problem(f"'{shown(text)}' is split at its '{stop.rest[0]}'", hint, code="E113")
    if not stop.rest.strip() or stop.line > stop.opened_line:
        message = f"the {opening} that opens here is not closed before line {stop.line + 1}"
        return stop.problem(message, f"write the {closing}", stop.opening())
    return stop.problem(f"no , or {closing} before '{shown(stop.rest)}'", "quote what is text")


def _stray_sign(stop: _Stop) -> Problem | None:
    if "parsing a block" not in stop.said and "document start" not in stop.said:
        return None
    if stop.rest[:1] in {"]", "}"}:
        return stop.problem(f"'{stop.rest[0]}' closes nothing", "delete it, or quote the text")
    if stop.rest[:1] == ":":
        return stop.problem("a key is empty", "write its name before the ':'", code="E115")
    return None


def _outside(stop: _Stop) -> Problem | None:
    """Explain a line that belongs to nothing above it: a text that ended too early, or the document."""
    text = shown(stop.rest.strip())
    if isinstance(stop.last, yaml.ScalarEvent) and stop.last.style in {"|", ">"}:
        hint = "start every line of the text at least in the column of its first"
        return stop.problem(f"'{text}' is indented less than the text above it", hint)
    if "document start" not in stop.said:
        return None
    if isinstance(stop.last, yaml.DocumentEndEvent) and stop.last.explicit:
        return stop.problem(f"'{text}' follows the end of the document ('...')", "delete the '...'", code="E106")
    return stop.problem(f"'{text}' belongs to nothing above it", "start all keys in the same column")


def _alignment(stop: _Stop) -> Problem | None:
    if "parsing a block" not in stop.said:
        return None
    text, line = shown(stop.rest.strip()), stop.opened_line + 1
    what, first = ("list", "items") if "collection" in stop.said else ("mapping", "keys")
    if stop.column == stop.opened_column:
        message = f"'{text}' cannot stand among the {first} of the {what} of line {line}"
        return stop.problem(message, "indent it if it belongs to the line above")
    message = f"'{text}' is out of line: the {what} of line {line} has its {first} in column {stop.opened_column + 1}"
    return stop.problem(message, "start it there, or indent it further")


_RECOGNISERS: tuple[Callable[[_Stop], Problem | None], ...] = (
    _tab,
    _reserved_character,
    _tag,
    _quoted_text,
    _block_header,
    _colon,
    _missing_colon,
    _indicator,
    _goes_on,
    _brackets,
    _stray_sign,
    _outside,
    _alignment,
)
