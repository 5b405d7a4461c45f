"""Read a QTI package: its manifest, and the items that it lists.

Examples
--------
>>> from markscheme.exporters.archive import ArchiveWriter
>>> pieces = []
>>> writer = ArchiveWriter(pieces.append)
>>> writer.put("one.xml", b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="sum.1.2"/>')
>>> writer.put("imsmanifest.xml", b'''<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
... <resource identifier="i" type="imsqti_item_xmlv2p1" href="one.xml"><file href="one.xml"/></resource>
... </resources></manifest>''')
>>> writer.close()
>>> [item.id for item in read(b"".join(pieces), "quiz.zip")]
['sum.1.2']
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lxml import etree

from markscheme.bank.problems import BankError, Problem
from markscheme.exporters.archive import read_archive
from markscheme.exporters.differences import printable
from markscheme.exporters.qti.elements import attribute, children, name
from markscheme.exporters.qti.item import Item, Picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markscheme.exporters.archive import Archive

MANIFEST: Final = "imsmanifest.xml"
_ITEM_TYPE: Final = re.compile(r"imsqti_item_xmlv[23]p[0-9]")
_NAMESPACES: Final = frozenset(
    f"http://www.imsglobal.org/xsd/{name}" for name in ("imsqti_v2p1", "imsqti_v2p2", "imsqtiasi_v3p0")
)
_MOST_PROBLEMS: Final = 20
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class _Resource:
    """What a manifest lists.

    Attributes
    ----------
    kind
        The type of the resource.
    href
        Its main file.
    files
        All of its files.
    """

    kind: str
    href: str
    files: tuple[str, ...]


def read(source: bytes | Path, file: str) -> Iterator[Item]:
    """Yield the items of a package, in the order of its manifest.

    Parameters
    ----------
    source
        The package's content, or its path.
    file
        Its name in messages.

    Raises
    ------
    BankError
        X702, X704 or X705 if the archive or a document in it is broken or too large; X703 if the manifest is missing or
        does not fit the files. It is raised when all that can be read was read, with the problems of all items.
    """
    with read_archive(source, file) as archive:
        if MANIFEST not in archive:
            raise archive.fail("X703", f"the package has no {MANIFEST}", "is it a QTI package?")
        problems: list[Problem] = []
        items: list[_Resource] = []
        listed = {MANIFEST}
        digests: dict[str, str] = {}
        for resource in _resources(archive):
            listed.update(resource.files)
            problems += _missing(archive, resource)
            if _ITEM_TYPE.fullmatch(resource.kind):
                items.append(resource)
        problems += _unlisted(archive, listed)
        for resource in items:
            if len(problems) > _MOST_PROBLEMS:
                break
            if resource.href in archive:
                try:
                    yield _item(archive, resource.href, digests)
                except BankError as error:
                    problems += error.problems
        if problems:
            raise BankError(problems)


def _resources(archive: Archive) -> Iterator[_Resource]:
    for element in archive.elements(MANIFEST, "resource"):
        files = [_path("", attribute(one, "href")) for one in children(element, "file")]
        href = _path("", attribute(element, "href"))
        yield _Resource(
            kind=attribute(element, "type"),
            href=href,
            files=tuple(dict.fromkeys(one for one in (href, *files) if one)),
        )


def _path(folder: str, href: str) -> str:
    """Return the name that a reference leads to; empty for an address elsewhere, or one that leads out."""
    href = href.partition("#")[0]
    if not href or ":" in href or href.startswith("/"):
        return ""
    found = normpath(join(folder, unquote(href)))
    return "" if found.startswith("..") else found


def _missing(archive: Archive, resource: _Resource) -> Iterator[Problem]:
    for wanted in resource.files:
        if wanted not in archive:
            message = f"the manifest lists '{printable(wanted, _LONGEST)}', which is not in the package"
            yield Problem(place=archive.place(MANIFEST), code="X703", message=message, hint="export it again")


def _unlisted(archive: Archive, listed: set[str]) -> Iterator[Problem]:
    for found in archive.names:
        if found not in listed and found.endswith(".xml"):
            message = "the manifest does not list the file, and platforms pass it over"
            yield Problem(place=archive.place(found), code="X703", message=message, hint="export it again")


def _item(archive: Archive, href: str, digests: dict[str, str]) -> Item:
    """Return an item with the pictures that it shows.

    Raises
    ------
    BankError
        If its document cannot be read, or is no item.
    """
    place = archive.place(href)
    root = archive.parse(href)
    namespace = etree.QName(root).namespace
    if name(root) != "assessmentItem" or namespace not in _NAMESPACES:
        message = f"the root element is <{printable(etree.QName(root).localname, _LONGEST)}>, and no item of QTI 2 or 3"
        raise BankError([Problem(place=place, code="X701", message=message, hint="the manifest calls it one")])
    item = Item(place=place, root=root)
    sources = [one.get("src") or one.get("data") or "" for one in item.every("img", "object")]
    shown = dict.fromkeys(_path(dirname(href), one) for one in sources)
    pictures = tuple(Picture(one.rpartition("/")[2], _digest(archive, one, digests)) for one in shown if one)
    return replace(item, pictures=pictures) if pictures else item


def _digest(archive: Archive, file: str, digests: dict[str, str]) -> str:
    """Return the digest of a picture file; empty if it is not there."""
    if file not in digests:
        digests[file] = sha256(archive.read(file)).hexdigest() if file in archive else ""
    return digests[file]


def claims(path: Path, package: str) -> bool:
    """Return whether a file is a package that calls itself so in its manifest."""
    try:
        with read_archive(path, str(path)) as archive:
            if MANIFEST not in archive:
                return False
            schema = next((one.text or "" for one in archive.elements(MANIFEST, "schema")), "")
            return schema.strip().startswith(package)
    except (BankError, OSError):
        return False
