"""Archives: what is written is the same every time, and what is read may be anybody's."""

import io
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from markscheme.bank.problems import BankError
from markscheme.exporters import archive as module
from markscheme.exporters.archive import ArchiveWriter, read_archive


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return stream.getvalue()


def written() -> bytes:
    pieces: list[bytes] = []
    writer = ArchiveWriter(pieces.append)
    writer.put("b.xml", b"<b/>")
    writer.put_pieces("a.xml", ("<a>" + "x" * 10_000, "</a>"))
    writer.close()
    return b"".join(pieces)


def read_whole(data: bytes) -> None:
    """Read all files of an archive, those that are called x as XML."""
    with read_archive(data, "q.zip") as archive:
        for name in archive.names:
            archive.parse(name) if name == "x" else archive.read(name)


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_what_is_written_is_read_by_others_and_by_us():
    with zipfile.ZipFile(io.BytesIO(written())) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["b.xml", "a.xml"]
        assert {one.date_time for one in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.external_attr >> 16 for one in opened.infolist()} == {0o644}
    with read_archive(written(), "q.zip") as archive:
        assert archive.names == ("b.xml", "a.xml")
        assert archive.read("a.xml") == b"<a>" + b"x" * 10_000 + b"</a>"


def test_equal_content_is_equal_bytes():
    assert written() == written()


BROKEN_ENTRY = bytearray(zipped(("x", b"<a>hello world</a>")))
BROKEN_ENTRY[35] ^= 0x55

HOSTILE = {
    "nothing": (b"", "X704 is no zip archive"),
    "another file": (b"<quiz/>" * 99, "X704 is no zip archive"),
    "a directory elsewhere": (b"PK\5\6" + b"\xff" * 18, "X704 is no zip archive"),
    "a path that climbs out": (zipped(("items/../../x", b"")), "X704 the archive holds a file 'items/../../x'"),
    "a path from the root": (zipped(("/etc/x", b"")), "X704 the archive holds a file '/etc/x'"),
    "a drive": (zipped(("C:x", b"")), "X704 the archive holds a file 'C:x'"),
    "a backslash": (zipped(("..\\x", b"")), "X704 the archive holds a file '..\\x'"),
    "a line break in a name": (zipped(("a\nb", b"")), "X704 the archive holds a file 'a\\nb'"),
    "a symbolic link": (zipped((link(), b"/etc/passwd")), "X704 'link' is a symbolic link"),
    "a broken file": (bytes(BROKEN_ENTRY), "X704 cannot be unpacked"),
    "a bomb": (zipped(("x", bytes(2**26))), "X702 is larger than 16 MiB when unpacked"),
    "no XML": (zipped(("x", b"hello")), "X705 the XML is not well-formed"),
    "an empty file": (zipped(("x", b"")), "X705 the XML is not well-formed"),
    "an entity": (zipped(("x", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')), "X702 the file has a document type"),
    "an entity that is not declared": (zipped(("x", b"<a>&nbsp;</a>")), "X705 the XML is not well-formed"),
    "deep nesting": (zipped(("x", b"<a>" * 9_999)), "X702 the XML is not well-formed: Excessive depth"),
    "many elements": (zipped(("x", b"<a>" + b"<b/>" * 200_001 + b"</a>")), "X702 the file holds more than 200,000"),
    "UTF-16": (zipped(("x", "<a/>".encode("utf-16"))), "X705 the file is not in UTF-8"),
    "an encoding of the file's own": (zipped(("x", b'<?xml version="1.0" encoding="utf-7"?><a/>')), "X705 the file is"),
    "bytes that are no UTF-8": (zipped(("x", b"<a>\xff</a>")), "X705 the XML is not well-formed"),
}


@pytest.mark.parametrize(("data", "said"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_archives_are_one_problem(data, said):
    with pytest.raises(BankError) as raised:
        read_whole(data)
    assert said in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_a_name_is_written_once():
    writer = ArchiveWriter(lambda _: None)
    writer.put("a.xml", b"<a/>")
    with pytest.raises(BankError, match=r"a\.xml: X704 the archive holds the file already"):
        writer.put_pieces("a.xml", ["<a/>"])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused():
    with (
        pytest.raises(BankError, match="X704 the archive holds two files 'x'"),
        read_archive(zipped(("x", b"<a/>"), ("x", b"<b/>")), "q.zip"),
    ):
        pass


LONG = {
    "an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><a><b>&b;</b></a>', "X702 the file has a document type"),
    "no XML": (b"<a><b></a>", "X705 the XML is not well-formed"),
    "deep nesting": (b"<a>" * 300 + b"</a>" * 300, "X702 "),
}


@pytest.mark.parametrize(("content", "said"), LONG.values(), ids=LONG)
def test_long_files_are_read_within_the_same_bounds(content, said):
    with read_archive(zipped(("x", content)), "q.zip") as archive, pytest.raises(BankError) as raised:
        list(archive.elements("x", "b"))
    assert said in str(raised.value)


def test_a_long_file_is_forgotten_while_it_is_read():
    content = b"<a>" + b"<b><c/></b><d/>" * 450_000 + b"</a>"
    script = """
import resource, sys
from pathlib import Path
from markscheme.exporters.archive import read_archive
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with read_archive(sys.stdin.buffer.read(), "q.zip") as archive:
    assert sum(len(one) for one in archive.elements("x", "b")) == 450_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    run = subprocess.run([sys.executable, "-c", script], input=zipped(("x", content)), capture_output=True, check=True)
    grown = int(run.stdout) // (1024 if sys.platform != "darwin" else 2**20)
    assert grown < 60  # MiB; the tree of it would take 200


def test_a_directory_that_claims_to_be_huge_is_not_read(monkeypatch):
    monkeypatch.setattr(module, "MAX_DIRECTORY", 100)
    monkeypatch.setattr(module, "MAX_MEMBER", 50)
    data = zipped(*((f"a-rather-long-name-{i}", b"") for i in range(20)))
    with pytest.raises(BankError, match="X702 the directory of the archive is larger"), read_archive(data, "q.zip"):
        pass


def test_all_files_together_are_bounded(monkeypatch):
    monkeypatch.setattr(module, "MAX_TOTAL", 2**20)
    members = [(f"{i}", bytes(2**18)) for i in range(5)]
    with pytest.raises(BankError, match="X702 the files are larger"):
        read_whole(zipped(*members))


def test_a_path_is_read_like_its_content(tmp_path):
    path = Path(tmp_path, "q.zip")
    path.write_bytes(written())
    with read_archive(path, "q.zip") as archive:
        assert archive.parse("b.xml").tag == "b"
        assert str(archive.place("b.xml", 3, 1)) == "q.zip/b.xml:3:1"
    path.write_bytes(b"PK\3\4 but no more")
    with pytest.raises(BankError, match="X704"), read_archive(path, "q.zip"):
        pass


@pytest.mark.parametrize(("bound", "said"), [("MAX_LONG_MEMBER", "when unpacked"), ("MAX_LONG_PARTS", "elements")])
def test_long_files_are_bounded_in_size_and_in_elements(bound, said, monkeypatch):
    monkeypatch.setattr(module, bound, 2**20 if bound == "MAX_LONG_MEMBER" else 100_000)
    content = b"<a>" + b"<c/>" * 500_000 + b"</a>"
    with read_archive(zipped(("x", content)), "q.zip") as archive, pytest.raises(BankError) as raised:
        list(archive.elements("x", "b"))
    assert said in str(raised.value)
