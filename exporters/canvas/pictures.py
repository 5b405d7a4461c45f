"""Find the files that a question shows, as Canvas finds them in a package."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from html import unescape
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markscheme.exporters.archive import Archive
    from markscheme.exporters.canvas.draft import Draft

_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ROOT = re.compile(r"^(?:\$IMS[-_]CC[-_]FILEBASE\$|%24IMS[-_]CC[-_]FILEBASE%24)")
_FOLDER = "web_resources/"
_EQUATION = "/equation_images/"
_OUTSIDE = ("http://", "https://", "/courses/", "/assessment_questions/", _EQUATION)


class Pictures:
    """The files of a package that Canvas stores: those that its manifest lists and that are there.

    Of a cartridge it stores those in one folder only, and finds them by `$IMS-CC-FILEBASE$` alone.

    Parameters
    ----------
    listed
        The files that the manifest lists.
    root
        The folder that `$IMS-CC-FILEBASE$` stands for.
    """

    def __init__(self, archive: Archive, listed: Iterable[str], root: str) -> None:
        self._archive = archive
        self._root = root
        self._listed = sorted(
            {name for name in listed if name in archive and name.startswith(root)}, key=lambda name: (len(name), name)
        )
        self.digest = lru_cache(maxsize=1024)(self._digest)

    def _digest(self, name: str) -> str:
        return sha256(self._archive.read(name)).hexdigest()

    def of(self, draft: Draft) -> tuple[tuple[str, str], ...]:
        """Return name and digest of each file that a question shows, and note what is not found."""
        found = {}
        for address in (address for text in draft.texts if "<" in text for address in sources(text)):
            if address.startswith(_OUTSIDE):
                continue
            if address.startswith("data:"):
                draft.note("X725", "Canvas drops a picture whose content stands in the text (data:)")
                continue
            name = self._find(address, draft)
            if name is None:
                draft.note("X725", f"the picture {address[:60]!r} is not among the files that the manifest lists")
            else:
                found[name.rpartition("/")[2]] = self.digest(name)
        return tuple(found.items())

    def _find(self, address: str, _: Draft) -> str | None:
        """Return the exact file, else the shortest one that ends with the address."""
        if "%" in unquote(address) or (self._root and not _ROOT.match(address)):
            return None
        path = unquote(_ROOT.sub("", address)).lstrip("/")
        path = re.sub(r"^(?:\.\./)+", "", path)
        exact = self._root + path
        if exact in self._listed or path in self._listed:
            return exact if exact in self._listed else path
        fitting = (name for name in self._listed if path and name.endswith(path))
        # The folder of a cartridge is not looked into where the package is none.
        return next((name for name in fitting if self._root or not name.startswith(_FOLDER)), None)


class PlainPictures(Pictures):
    """The files of a package of plain QTI 1.2, whose addresses are relative to the file that they stand in."""

    def __init__(self, archive: Archive, listed: Iterable[str]) -> None:
        super().__init__(archive, listed, "")

    def _find(self, address: str, draft: Draft) -> str | None:
        """Return the file that the address leads to."""
        inside = draft.place.file.removeprefix(f"{self._archive.file}/")
        path = normpath(join(dirname(inside), unquote(address)))
        return path if path in self._listed else None


def sources(text: str) -> Iterable[str]:
    """Yield the addresses of the pictures in a text."""
    for tag in _IMAGE.findall(text):
        if found := _SOURCE.search(tag):
            yield unescape(next((part for part in found.groups() if part is not None), "")).strip()
