"""Write variants as Moodle XML.

A single number, choice, text, match, order or essay is a question type of Moodle's own; everything else is `cloze`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markscheme.bank.numbers import plain
from markscheme.bank.text.html import BLOCK
from markscheme.exporters.moodle.holding import is_native
from markscheme.exporters.moodle.markup import cdata, rich, text
from markscheme.exporters.moodle.write_cloze import cloze_text
from markscheme.exporters.moodle.write_native import native

if TYPE_CHECKING:
    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Heading, Options, Write

_SLOT_WRAPPER = f"<{BLOCK}></div>"
_LONGEST_NAME = 255


class MoodleWriter:
    """Writes a Moodle XML file, variant by variant.

    Parameters
    ----------
    write
        Takes the next piece of the file.
    heading
        What the file says of the bank.
    options
        Whether questions are put into categories.
    """

    def __init__(self, write: Write, heading: Heading, options: Options) -> None:
        self._write = write
        self._heading = heading
        self._categories = options.categories
        self._category = ""
        self._described: set[str] = set()
        write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')

    def add(self, variant: Variant) -> None:
        """Write a variant, and before it the categories that it is the first of."""
        if self._categories:
            self._enter(variant)
        self._write(question(variant).encode())

    def finish(self) -> None:
        """Write the end of the file."""
        self._write(b"</quiz>\n")

    def _enter(self, variant: Variant) -> None:
        path = "$course$/top"
        info = ""
        for name, info in self._heading.shelf(variant):
            path += "/" + _category(name)
            if info and path not in self._described:
                self._put_category(path, info)
        if path != self._category:
            self._put_category(path, info)

    def _put_category(self, path: str, info: str) -> None:
        self._category = path
        self._described.add(path)
        self._write(
            f'<question type="category"><category><text>{cdata(path)}</text></category>'
            f'<info format="html"><text>{cdata(info)}</text></info></question>\n'.encode()
        )


def _category(name: str) -> str:
    """Return a part of a category's path; a slash within is doubled, and none may touch the one that parts."""
    inner = _clean(name).replace("/", "//")
    return f"{' ' * inner.startswith('/')}{inner}{' ' * inner.endswith('/')}"


def _clean(name: str) -> str:
    """Return a name that Moodle keeps: it takes whatever follows < without a space for a tag."""
    return re.sub(r"<(?=\S)", "< ", " ".join(name.split()))


def _name(variant: Variant) -> str:
    room = _LONGEST_NAME - len(variant.id) - 1
    return f"{_clean(variant.title)[:room].rstrip()} {variant.id}"


def question(variant: Variant) -> str:
    """Return the XML of one variant."""
    if is_native(variant):
        kind, stem, body = native(variant)
    else:
        kind, stem, body = "cloze", cloze_text(variant), ""
    shown = text(stem.markup.replace(_SLOT_WRAPPER, "").strip(), stem.pictures)
    tags = "".join([f"<tag><text>{cdata(tag)}</text></tag>" for tag in _tag_names(variant)])
    return (
        f'<question type="{kind}">\n<name><text>{cdata(_name(variant))}</text></name>\n'
        f'<questiontext format="html">{shown}</questiontext>\n'
        f'<generalfeedback format="html">{rich(variant.feedback)}</generalfeedback>\n'
        f"<defaultgrade>{plain(variant.marks.normalize())}</defaultgrade>\n"
        f"<penalty>{plain(variant.penalty)}</penalty>\n<hidden>0</hidden>\n"
        f"<idnumber>{variant.id}</idnumber>\n{body}<tags>{tags}</tags>\n</question>\n"
    )


def _tag_names(variant: Variant) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"ms:{variant.fingerprint}", variant.bank, variant.question, *variant.topics)))
