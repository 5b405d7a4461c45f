"""Turn the bytes of a YAML file into text that every editor counts in the same lines and columns."""

from __future__ import annotations

import re
from itertools import islice

from markscheme.bank.problems import BankError, Place, Problem, fail

MAX_BYTES = 1 << 20
TRUTHS = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}
"""Words that YAML 1.1 takes for true or false; here only `true` and `false` are."""
# Control characters; the line ends that YAML knows and editors do not count (a lone CR, NEL, LS, PS); byte order marks
# that are not at the start; characters that Unicode keeps free; lone surrogates, which an escape can make; and those
# that turn the direction of what follows, so that a line reads otherwise than it is.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
_MAX_REPORTED = 20
_MAX_SHOWN = 40


def decode(data: bytes, file: str) -> str:
    r"""Return the text of a file, without byte order mark and with LF line ends.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.

    Raises
    ------
    BankError
        E107 if it is too large, E108 if it is not UTF-8 or holds characters that cannot be shown.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfmarks: 4\r\n", "sum.yaml")
    'marks: 4\n'
    >>> decode(b"title: caf\xe9", "sum.yaml")
    Traceback (most recent call last):
    markscheme.bank.problems.BankError: sum.yaml:1:11: E108 byte 0xE9 is not UTF-8 text (save the file as UTF-8)
    """
    if len(data) > MAX_BYTES:
        message = f"the file holds {len(data):,} bytes; at most {MAX_BYTES:,} are read"
        raise fail(Place(file), "E107", message, "split it into several files")
    if _is_utf16(data):
        raise fail(Place(file, 1, 1), "E108", "the file looks like UTF-16", "save the file as UTF-8")
    try:
        text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode().removeprefix("\ufeff")
        message = f"byte 0x{data[error.start]:02X} is not UTF-8 text"
        raise fail(_place_after(before, file), "E108", message, "save the file as UTF-8") from None
    if problems := [_unsafe(text, match.start(), file) for match in islice(UNSAFE.finditer(text), _MAX_REPORTED)]:
        raise BankError(problems)
    return text


def _is_utf16(data: bytes) -> bool:
    """Return whether a file begins with the mark of UTF-16, or every other byte of its beginning is zero."""
    start = data[:64]
    return (
        start[:2] in (b"\xff\xfe", b"\xfe\xff") or 3 * max(start[::2].count(0), start[1::2].count(0)) > len(start) > 3
    )


def shown(text: str, most: int = _MAX_SHOWN) -> str:
    r"""Return an author's text as a message repeats it: cut short, with control characters made visible.

    Examples
    --------
    >>> shown("Tick\tall that apply, and then say why it is so")
    'Tick\\tall that apply, and then say why i…'
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def _unsafe(text: str, position: int, file: str) -> Problem:
    character = text[position]
    what, hint = "control character", "delete it"
    if character in _LINE_ENDS:
        what, hint = "line separator", "put an ordinary line break in its place"
    elif ord(character) > 0x2000:
        what = "invisible character"
    message = f"{what} U+{ord(character):04X}"
    return Problem(place=_place_after(text[:position], file), code="E108", message=message, hint=hint)


def _place_after(before: str, file: str) -> Place:
    """Return the place of the character that follows a file's first characters."""
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
