"""Read the texts of a question, with the files that they show, as Moodle 4.5 stores them."""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markscheme.exporters.moodle.draft import NOTHING
from markscheme.exporters.moodle.numbers import BLANKS
from markscheme.exporters.moodle.remarks import filter_remarks
from markscheme.exporters.roundtrip import unescaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.moodle.draft import Draft
    from markscheme.exporters.moodle.xmlize import Node

_LINK = "@@PLUGINFILE@@/"
_TAG = re.compile(r"""<(?!\s)(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^>"']++)*+(?:>|\Z)""")
_BARE_LINK = re.compile(r"[^\s\"'<>)]*")
_WHITE = b" \t\n\r\v\f"
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_NASTY = re.compile(r"""[\x00-\x1f\x7f&<>"`|':\\/]""")


def strip_tags(text: str) -> str:
    """Return a text without what PHP takes for tags, trimmed.

    Examples
    --------
    >>> strip_tags(" <b>a</b> < b and c <d ")
    'a < b and c'
    """
    return _TAG.sub("", text).strip(BLANKS) if "<" in text else text.strip(BLANKS)


def file_digest(content: bytes) -> str:
    """Return the digest by which `Item.files` tells a file's content.

    Examples
    --------
    >>> file_digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def read_text(draft: Draft, holder: Node | None, label: str) -> str:
    """Return the trimmed <text> of an element and take its files along."""
    if holder is None:
        return ""
    text = draft.plain(holder, label)
    form = holder.attributes.get("format", "html").strip(BLANKS)
    if form != "html":
        draft.notes.append(f"{label} is in the format {form!r}, which is not read as HTML")
    if _LINK in text or "file" in holder.children:
        _take_files(draft, holder.children.get("file", ()), label, text)
    return text


def read_shown_text(draft: Draft, holder: Node | None, label: str) -> str:
    """Return what `read_text` does, for a text that is shown as it is: note what Moodle's filters do to it."""
    text = read_text(draft, holder, label)
    if text:
        draft.notes += filter_remarks(text, label)
    return text


def _take_files(draft: Draft, nodes: Sequence[Node], label: str, text: str) -> None:
    wanted = _links(text)
    found: set[str] = set()
    for node in nodes:
        name, path = node.attributes.get("name", ""), node.attributes.get("path", "/")
        if not name or not (path.startswith("/") and path.endswith("/")):
            draft.refuse(f"a file of {label} has no name, or a path that is not /…/", NOTHING)
            continue
        full = path[1:] + _NASTY.sub("", name)
        if full in found:
            draft.notes.append(f"{label} has two files called {full!r}; the first wins")
            continue
        found.add(full)
        if full != path[1:] + name:
            draft.notes.append(f"the file {name!r} of {label} becomes {full!r}")
        if full not in wanted:
            draft.notes.append(f"the file {full!r} of {label} is not used there")
        draft.files.append((label, full, file_digest(_decode(draft, node.text, full))))
    draft.notes += [f"{label} shows {name!r}, but has no such file" for name in sorted(wanted - found)]


def _decode(draft: Draft, text: str, name: str) -> bytes:
    content, clean = decode_file(text)
    if not clean:
        draft.notes.append(f"the file {name!r} is not clean base64: what is wrong in it is skipped")
    return content


def decode_file(text: str) -> tuple[bytes, bool]:
    """Return what Moodle makes of a file's base64, and whether nothing in it had to be skipped.

    Examples
    --------
    >>> decode_file("aG k="), decode_file("aG–k")
    ((b'hi', True), (b'hi', False))
    """
    bare = text.encode().translate(None, _WHITE)
    try:
        return binascii.a2b_base64(bare, strict_mode=True), True
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", bare)
        return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"=="), False


def _links(text: str) -> set[str]:
    """Return the names of the files that a text shows."""
    names = set()
    before = ""
    for place, part in enumerate(text.split(_LINK)):
        if place:
            end = part.find(before) if before and before in "\"'" else -1
            link = part[:end] if end >= 0 else _BARE_LINK.match(part)[0]  # type: ignore[index]  # it may be empty
            names.add(unquote(unescaped(link)).partition("?")[0])
        before = part[-1:] or "/"  # the link before ends with it
    return names
