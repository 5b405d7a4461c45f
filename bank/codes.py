"""The codes of problems: what each stands for, whatever the message says of the case at hand.

A code is never used again for anything else. E1xx is about reading YAML, E2xx about the form of a spec, E3xx about
expressions and parameters, E4xx about texts, E5xx about answers and variants, E6xx about banks, C4xx are checks of
variants, X7xx and X8xx are about formats and output, X9xx about what became of exported files.

Their one source is the page ``docs/troubleshooting.md``, which is shipped with the package: a section for each code,
whose first paragraph is the code's meaning. It is read when a code is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from markscheme.bank.problems import Place, fail, nearest
from markscheme.bank.yaml_text import shown

PAGE = Path(__file__).parent.parent / "docs" / "troubleshooting.md"
_HEADING = re.compile(r"^### ([A-Z][0-9]{3})$|^## .*$", re.MULTILINE)


class UnknownCodeError(LookupError):
    """Raised for a code that does not exist; says which is near."""


class _Meanings(Mapping[str, str]):
    """The meaning of each code, in the order of the page."""

    def __getitem__(self, code: str) -> str:
        return " ".join(_sections()[code].partition("\n\n")[0].split())

    def __iter__(self) -> Iterator[str]:
        return iter(_sections())

    def __len__(self) -> int:
        return len(_sections())


CODES: Mapping[str, str] = _Meanings()


def find_code(word: str) -> str:
    """Return the code that a user means; small letters and a colon behind it do not matter.

    Raises
    ------
    UnknownCodeError
        If there is none.

    Examples
    --------
    >>> find_code("e110:")
    'E110'
    >>> find_code("E11")
    Traceback (most recent call last):
    ...
    markscheme.bank.codes.UnknownCodeError: there is no code 'E11' (did you mean one of E110 to E116?)
    """
    code = word.strip().rstrip(":").upper()
    if code in CODES:
        return code
    near = [one for one in CODES if code and one.startswith(code)]
    if len(near) > 1:
        hint = f"did you mean one of {near[0]} to {near[-1]}?"
    else:
        hint = nearest(code, near or CODES) or "a code is a letter and three digits, such as E110"
    raise UnknownCodeError(f"there is no code '{shown(word)}' ({hint})")


def explanation(word: str) -> str:
    """Return the section on a code as Markdown, without its heading.

    Raises
    ------
    UnknownCodeError
        If there is no such code.
    BankError
        If the page is not there.

    Examples
    --------
    >>> explanation("E110").partition(".")[0]
    'A {{ hole }} without quotes is read as a mapping'
    """
    return _sections()[find_code(word)]


def explained(word: str, width: int = 80) -> str:
    """Return the section on a code as plain text that fits a terminal; examples are indented and never folded.

    Raises
    ------
    UnknownCodeError
        If there is no such code.
    BankError
        If the page is not there.

    Examples
    --------
    >>> print(explained("E110", 60).partition("To YAML")[0].strip())
    E110 A {{ hole }} without quotes is read as a mapping.
    """
    from markdown_it import MarkdownIt

    from markscheme.bank.text.source import ParsedText
    from markscheme.bank.text.terminal import Terminal

    code = find_code(word)
    tokens = MarkdownIt("commonmark", {"html": False}).parse(f"{code} {explanation(code)}")
    for token in tokens:
        for child in token.children or ():
            if child.type == "code_inline" and "'" not in child.content:
                child.content = f"'{child.content}'"  # as messages quote what an author writes
            elif child.type == "link_open":
                child.markup = "autolink"  # an address within the documentation leads nowhere from a terminal
    text = ParsedText(tokens=tuple(tokens), holes=(), slots=(), slot_places=(), pictures=())
    target = Terminal()
    return target.finish(target.render(text, frozenset()), width)


@cache
def _sections() -> Mapping[str, str]:
    """Return the sections on codes by code, without their headings."""
    try:
        page = PAGE.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        message = f"the explanations of codes cannot be read: {error.strerror or error}"
        raise fail(Place(str(PAGE)), "E601", message, "install markscheme anew") from None
    found = list(_HEADING.finditer(page))
    ends = [one.start() for one in found[1:]] + [len(page)]
    return {one[1]: page[one.end() : end].strip() for one, end in zip(found, ends, strict=True) if one[1]}
