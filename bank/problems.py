"""Problems: what is wrong, where, and what to do about it.

Library code collects problems or raises one exception that carries them; only the command line prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; line and column count from 1, and 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding.

    Attributes
    ----------
    place
        Where it is.
    code
        A stable code from `markscheme.bank.codes`.
    message
        What is wrong, in the author's own words and numbers.
    hint
        What to do about it; may be empty.
    variant
        The id of the variant it concerns; empty where it concerns the file.
    check
        The part of a validation that found it, such as ``format moodle``; empty elsewhere.
    """

    place: Place
    code: str
    message: str
    hint: str = ""
    variant: str = ""
    check: str = ""

    def __str__(self) -> str:
        variant = f" [{self.variant}]" if self.variant else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.code} {self.message}{hint}{variant}"


class BankError(Exception):
    """Raised when work cannot go on; carries every problem that was found.

    Examples
    --------
    >>> problem = Problem(place=Place("conv.yaml", 3, 1), code="E102", message="unknown key 'tolerence'")
    >>> print(BankError([problem]))
    conv.yaml:3:1: E102 unknown key 'tolerence'
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place, p.code, p.variant, p.message)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[BankError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # an exception is rebuilt from its message, unless told otherwise


def fail(place: Place, code: str, message: str, hint: str = "", variant: str = "") -> BankError:
    """Return a `BankError` with a single problem, to be raised by the caller."""
    return BankError([Problem(place=place, code=code, message=message, hint=hint, variant=variant)])


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint naming the known word nearest to `word`, or an empty text.

    Examples
    --------
    >>> nearest("tolerence", ["type", "tolerance"])
    "did you mean 'tolerance'?"
    >>> nearest("SQRT", ["sort", "sqrt"])
    "did you mean 'sqrt'?"
    """
    names = sorted(known)
    same = [name for name in names if name.casefold() == word.casefold()]
    close = same or get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
