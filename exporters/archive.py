"""Archives: zips that grow member by member, and zips of anybody's that are read within bounds.

What is written depends on names and contents alone. What is read may come from anywhere: nothing of it is ever put on a
disk, names that lead out of the archive are refused, and so is whatever would take more memory than an export does.

Examples
--------
>>> pieces = []
>>> writer = ArchiveWriter(pieces.append)
>>> writer.put("items/one.xml", b"<item/>")
>>> writer.close()
>>> with read_archive(b"".join(pieces), "quiz.zip") as archive:
...     archive.names, archive.read("items/one.xml"), archive.parse("items/one.xml").tag
(('items/one.xml',), b'<item/>', 'item')
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, cast

from lxml import etree

from markscheme.bank.problems import Place, fail
from markscheme.exporters.differences import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from markscheme.bank.problems import BankError
    from markscheme.exporters.format import Write

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o644 << 16

MAX_BYTES: Final = 512 * 2**20
MAX_DIRECTORY: Final = 16 * 2**20
MAX_MEMBERS: Final = 150_000
MAX_MEMBER: Final = 16 * 2**20
MAX_LONG_MEMBER: Final = 128 * 2**20
SHORT_MEMBER: Final = 2**20
"""What is no longer than this is parsed at once, which is faster."""
_REMEMBERED: Final = 4
MAX_TOTAL: Final = 2**31
MAX_LONG_PARTS: Final = 1_500_000
MAX_PARTS: Final = 200_000
MAX_DEPTH: Final = 256
"""Where libxml2 stops by itself."""
_LONGEST_NAME: Final = 80
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_UNPACKING: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_DECLARES: Final = "the file has a document type declaration"
_REMOVE: Final = "remove <!DOCTYPE …>"
_UTF8: Final = ("utf-8", "us-ascii", "ascii")


class ArchiveWriter:
    """Writes a zip, one member after the other.

    Parameters
    ----------
    write
        Takes the next piece of the zip.
    """

    def __init__(self, write: Write) -> None:
        self._zip = _Zip(cast("IO[bytes]", _Stream(write)), "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._names: set[str] = set()

    def put(self, name: str, content: bytes) -> None:
        """Write a member.

        Raises
        ------
        BankError
            X704 if there is one of the name already.
        """
        self._zip.writestr(self._member(name), content)

    def put_pieces(self, name: str, pieces: Iterable[str]) -> None:
        """Write a member that need not be whole in memory; pieces that are not short spare time."""
        with self._zip.open(self._member(name), "w") as stream:
            for piece in pieces:
                stream.write(piece.encode())

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name in self._names:
            raise fail(Place(name), "X704", "the archive holds the file already", "two things cannot have one name")
        self._names.add(name)
        member = zipfile.ZipInfo(name, _DATE)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.create_system = _UNIX
        member.external_attr = _MODE
        return member

    def close(self) -> None:
        """Write the directory, with which the zip is complete."""
        self._zip.close()


class _Zip(zipfile.ZipFile):
    """A zip that does nothing when it is given up: nobody may be there any more to take the end of one that is written.

    What does nothing is a type, as a signal that comes within a function of Python's would be told as an error.
    """

    __del__ = tuple  # type: ignore[assignment]


class _Stream:
    """A stream that can only be written, as `zipfile` wants it."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: the one who asked for the file flushes it."""


class Archive:
    """A zip that is read; made by `read_archive`.

    Attributes
    ----------
    file
        Its name in messages.
    names
        The names of its files, in the order of its directory.
    """

    def __init__(self, opened: zipfile.ZipFile, file: str) -> None:
        self.file = file
        self._zip = opened
        self._total = 0
        self._members = dict(self._checked(opened.infolist()))
        self.names = tuple(self._members)
        self._parsed: dict[str, etree._Element] = {}

    def _checked(self, members: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        if len(members) > MAX_MEMBERS:
            raise self.fail("X702", f"the archive holds more than {MAX_MEMBERS:,} files", "split the export")
        seen: set[str] = set()
        for member in members:
            name = member.filename
            if _leads_out(name):
                raise self.fail("X704", f"the archive holds a file '{_short(name)}', which leads out of it", _FOREIGN)
            if stat.S_ISLNK(member.external_attr >> 16):
                raise self.fail("X704", f"'{_short(name)}' is a symbolic link", _FOREIGN)
            if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
                how = "encrypted" if member.flag_bits & _ENCRYPTED else "compressed in a way that no export uses"
                raise self.fail("X704", f"'{_short(name)}' is {how}", "make an ordinary zip of its files")
            if name in seen:
                raise self.fail("X704", f"the archive holds two files '{_short(name)}'", _FOREIGN)
            seen.add(name)
            if not name.endswith("/"):
                yield name, member

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def place(self, name: str, line: int = 0, column: int = 0) -> Place:
        """Return a place in one of its files."""
        return Place(f"{self.file}/{_short(name)}", line, column)

    def fail(self, code: str, message: str, hint: str = "") -> BankError:
        """Return a problem with the archive as a whole."""
        return fail(Place(self.file), code, message, hint)

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises
        ------
        BankError
            X702 if it is too large, or all that was read so far is; X704 if it is broken.
        KeyError
            If there is no such file.
        """
        member = self._members[name]
        try:
            with self._zip.open(member) as stream:
                content = stream.read(MAX_MEMBER + 1)
        except _UNPACKING as error:
            raise fail(self.place(name), "X704", f"cannot be unpacked: {_said(error)}", _BROKEN) from None
        self._total += len(content)
        if len(content) > MAX_MEMBER:
            raise fail(self.place(name), "X702", f"is larger than {MAX_MEMBER >> 20} MiB when unpacked")
        if self._total > MAX_TOTAL:
            raise self.fail("X702", f"the files are larger than {MAX_TOTAL >> 30} GiB together when unpacked")
        return content

    def parse(self, name: str) -> etree._Element:
        """Return the root of a file's XML.

        Nothing outside of the file is opened, and entities of its own are refused.

        Raises
        ------
        BankError
            X702 if it declares a document type or is nested too deeply; X705 if it is no XML in UTF-8; and what `read`
            raises.
        """
        return parse_xml(self.read(name), self.place(name))

    def elements(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """Yield the elements of some names, none in another, in a file that may be long; each is then forgotten.

        Raises
        ------
        BankError
            As `parse` does.
        KeyError
            If there is no such file.
        """
        place = self.place(name)
        if self._members[name].file_size <= SHORT_MEMBER:
            yield from _outermost(self._short(name), tags)
            return
        with self._zip.open(self._members[name]) as stream:
            source = _Counted(stream, place)
            events = etree.iterparse(
                cast("IO[bytes]", source), events=("start", "end"), encoding="utf-8", resolve_entities=False,
                no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
            )  # fmt: skip
            depth = inside = count = 0
            try:
                for event, element in events:
                    step = 1 if event == "start" else -1
                    depth += step
                    count += event == "start"
                    if count > MAX_LONG_PARTS:
                        raise fail(place, "X702", f"the file holds more than {MAX_LONG_PARTS:,} elements")
                    if depth > MAX_DEPTH:
                        raise fail(place, "X702", f"elements are nested more than {MAX_DEPTH} deep")
                    if depth == 1 and element.getroottree().docinfo.internalDTD is not None:
                        raise fail(place, "X702", _DECLARES, _REMOVE)
                    if str(element.tag).rpartition("}")[2] in tags:  # lxml reads names that its own QName refuses
                        inside += step
                        if event == "end" and not inside:
                            yield element
                    if event == "end" and not inside:
                        _forget(element)
            except etree.XMLSyntaxError as error:
                raise _not_xml(error, place) from None
            except _UNPACKING as error:
                raise fail(place, "X704", f"cannot be unpacked: {_said(error)}", _BROKEN) from None

    def _short(self, name: str) -> etree._Element:
        """Return the root of a short file, of which some are remembered: readers look for this first, then for that."""
        if name not in self._parsed:
            if len(self._parsed) == _REMEMBERED:
                del self._parsed[next(iter(self._parsed))]
            self._parsed[name] = self.parse(name)
        return self._parsed[name]


def parse_xml(content: bytes, place: Place) -> etree._Element:
    """Return the root of an XML document of anybody's.

    Parameters
    ----------
    place
        The document, for messages.

    Raises
    ------
    BankError
        X702 if it declares a document type or is nested too deeply; X705 if it is no XML in UTF-8.
    """
    if found := _DOCTYPE.search(content):
        line = content.count(b"\n", 0, found.start()) + 1
        column = found.start() - content.rfind(b"\n", 0, found.start())
        raise fail(Place(place.file, line, column), "X702", _DECLARES, _REMOVE)
    if content.count(b"<") + content.count(b"=") > MAX_PARTS:
        raise fail(place, "X702", f"the file holds more than {MAX_PARTS:,} tags and attributes")
    declared = _DECLARED.match(content)
    if b"\0" in content or (declared and declared[1].decode("ascii", "replace").lower() not in _UTF8):
        raise fail(place, "X705", "the file is not in UTF-8", "save it in UTF-8")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True,
        remove_comments=True,
    )  # fmt: skip
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _not_xml(error, place) from None


def _outermost(root: etree._Element, tags: Collection[str]) -> Iterator[etree._Element]:
    """Yield the elements of some names, none in another."""
    wanted = [f"{{*}}{tag}" for tag in tags]
    for element in root.iter(*wanted):
        if next(element.iterancestors(*wanted), None) is None:
            yield element


def _not_xml(error: etree.XMLSyntaxError, place: Place) -> BankError:
    line, column = error.position
    where = Place(place.file, line, max(column, 1)) if line else place
    said = printable(str(error.msg).partition(", line ")[0], 120)
    code = "X702" if "xcessive depth" in said else "X705"
    return fail(where, code, f"the XML is not well-formed: {said}", _BROKEN)


def _forget(element: etree._Element) -> None:
    """Free an element and those before it, which nobody will ask for again."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


class _Counted:
    """A member that is read in pieces, as long as it is not too large."""

    def __init__(self, stream: IO[bytes], place: Place) -> None:
        self._stream = stream
        self._place = place
        self._left = MAX_LONG_MEMBER

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise fail(self._place, "X702", f"is larger than {MAX_LONG_MEMBER >> 20} MiB when unpacked")
        return piece


@contextmanager
def read_archive(source: bytes | Path, file: str) -> Iterator[Archive]:
    """Open a zip.

    Parameters
    ----------
    source
        Its content, or its path.
    file
        Its name in messages.

    Raises
    ------
    BankError
        X704 if it is no zip, or holds what no export writes: a name that leads out of it, a symbolic link, an encrypted
        file, a name twice. X702 if it is larger than an export can be.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MAX_BYTES:
        raise fail(Place(file), "X702", f"the file is larger than {MAX_BYTES >> 20} MiB", "split the export")
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        try:
            opened = _Zip(cast("IO[bytes]", _Bounded(stream)))
        except _TooLargeError:
            message = f"the directory of the archive is larger than {MAX_DIRECTORY >> 20} MiB"
            raise fail(Place(file), "X702", message, "split the export") from None
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise fail(Place(file), "X704", f"is no zip archive: {_said(error)}", "is the file whole?") from None
        with opened:
            yield Archive(opened, file)


class _TooLargeError(Exception):
    """Raised where a zip asks for more memory at once than its directory can need."""


class _Bounded:
    """A file that never gives more than so much at once: a zip says itself how large its directory is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        most = max(MAX_DIRECTORY, MAX_MEMBER + 1)
        if size > most:
            raise _TooLargeError
        return self._stream.read(most if size < 0 else size)  # all that is left is read of the last few bytes only

    def close(self) -> None:
        self._stream.close()


_FOREIGN: Final = "no export writes such a thing: do not unpack it"
_BROKEN: Final = "was it changed, or cut off, on its way?"


def _leads_out(name: str) -> bool:
    """Return whether a name is no plain path below the archive's own folder."""
    parts = name.removesuffix("/").split("/")
    return any(part in ("", ".", "..") for part in parts) or "\\" in name or ":" in name or not name.isprintable()


def _short(name: str) -> str:
    return printable(name, _LONGEST_NAME)


def _said(error: Exception) -> str:
    return printable(str(error) or type(error).__name__, 120)
