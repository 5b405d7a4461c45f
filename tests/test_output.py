"""Files and folders appear whole or not at all."""

import io
import os
import socket
import stat
from pathlib import Path

import pytest

from markscheme.bank.problems import BankError
from markscheme.exporters.output import MARKER, whole_file, whole_folder, whole_stream


def test_file_replaces_the_old_one_when_the_block_ends(tmp_path):
    path = tmp_path / "new" / "a.xml"
    for text in (b"first", b"second"):
        with whole_file(path) as stream:
            stream.write(text)
        assert path.read_bytes() == text
    assert [entry.name for entry in path.parent.iterdir()] == ["a.xml"]


def test_failed_block_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), whole_file(path) as stream:
        stream.write(b"%d" % (1 // 0))
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xml"]


def test_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path):
    path = tmp_path / "a.xml"
    mask = os.umask(0o022)
    try:
        with whole_file(path) as stream:
            stream.write(b"x")
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        path.chmod(0o600)
        with whole_file(path) as stream:
            stream.write(b"y")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(mask)


def test_folder_in_place_of_a_file_is_a_problem(tmp_path):
    with pytest.raises(BankError, match="X801 is a folder"), whole_file(tmp_path):
        pass


def test_file_in_place_of_a_parent_folder_is_a_problem(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(BankError, match="X801 cannot be written"), whole_file(tmp_path / "f" / "a.xml"):
        pass


def test_folder_that_one_may_not_enter_is_a_problem(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "x")

    monkeypatch.setattr("markscheme.exporters.output._mode", refuse)
    for whole in (whole_file, whole_folder):
        with pytest.raises(BankError, match="X801 cannot be written: Permission denied"), whole(tmp_path / "a"):
            pass


def test_name_that_is_too_long_is_a_problem_and_the_longest_one_is_not(tmp_path):
    for whole in (whole_file, whole_folder):
        with (
            pytest.raises(BankError, match="X801 cannot be written: File name too long"),
            whole(tmp_path / ("a" * 300)),
        ):
            pass
    with whole_file(tmp_path / ("a" * 255)), whole_folder(tmp_path / ("b" * 255)):
        pass


def test_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    for name, whole in (("file", whole_file), ("folder", whole_folder)):
        link, target = tmp_path / f"{name}-link", tmp_path / name
        link.symlink_to(target)
        for _ in range(2):
            with whole(link):
                pass
            assert link.is_symlink()
            assert target.exists()
            assert not target.is_symlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_pipe_stays_and_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe) as stream:
        stream.write(b"whole")
    assert os.read(reader, 100) == b"whole"
    with pytest.raises(ZeroDivisionError), whole_file(pipe) as stream:
        stream.writelines(b"%d" % (1 // count) for count in (1, 0))
    assert os.read(reader, 100) == b""
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pipe"]


def test_device_is_written_to_and_stays():
    with whole_file(Path(os.devnull)) as stream:
        stream.write(b"x")
    assert not Path(os.devnull).is_file()


def test_socket_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        with pytest.raises(BankError, match="X801 is no ordinary file"), whole_file(Path("s")):
            pass
        assert stat.S_ISSOCK(Path("s").stat().st_mode)


def test_failed_stream_writes_nothing_however_long_it_is():
    target = io.BytesIO()
    with pytest.raises(ZeroDivisionError), whole_stream(target) as stream:
        stream.writelines(bytes(1_000_000) if count else b"%d" % (1 // 0) for count in (3, 2, 1, 0))
    assert target.getvalue() == b""
    with whole_stream(target) as stream:
        stream.write(bytes(3_000_000))
    assert target.getvalue() == bytes(3_000_000)


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def export_to(path: Path, *names: str) -> None:
    with whole_folder(path) as folder:
        for name in names:
            (folder / name).write_text("new")


def test_failed_folder_leaves_the_old_one(tmp_path):
    old = tmp_path / "out"
    export_to(old, "a.xml")
    (old / "a.xml").write_text("old")
    with pytest.raises(ZeroDivisionError), whole_folder(old) as folder:
        (folder / "a.xml").write_text(str(1 // 0))
    assert (old / "a.xml").read_text() == "old"
    assert names(tmp_path) == {"out"}


def test_folder_replaces_what_an_earlier_export_wrote(tmp_path):
    out = tmp_path / "out"
    out.mkdir()  # an empty one will do
    export_to(out, "a.xml")
    export_to(out, "b.xml")
    assert names(out) == {"b.xml", MARKER}
    assert names(tmp_path) == {"out"}


@pytest.mark.parametrize("exported", [False, True])
def test_folder_with_anything_else_is_never_replaced(tmp_path, exported):
    out = tmp_path / "out"
    if exported:
        export_to(out, "a.xml")
    out.mkdir(exist_ok=True)
    (out / "thesis.xml").write_text("years of work")
    with pytest.raises(BankError, match=r"X802 .*it holds 'thesis\.xml' \(name another folder"):
        export_to(out, "a.xml")
    assert (out / "thesis.xml").read_text() == "years of work"


def test_folder_in_the_place_of_an_exported_file_is_never_removed(tmp_path):
    out = tmp_path / "out"
    export_to(out, "a.xml")
    (out / "a.xml").unlink()
    (out / "a.xml").mkdir()
    with pytest.raises(BankError, match=r"X802 .*it holds 'a\.xml'"):
        export_to(out, "a.xml")


@pytest.mark.parametrize("when", ["first before", "first after", "second before", "second after"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError])
def test_interrupt_at_either_rename_leaves_one_whole_folder(tmp_path, monkeypatch, when, error):
    out = tmp_path / "out"
    export_to(out, "old.xml")
    rename, calls = Path.rename, []
    which, moment = when.split()

    def interrupted(self, target):
        calls.append(self)
        if len(calls) != ("first", "second").index(which) + 1:
            return rename(self, target)
        if moment == "after":
            rename(self, target)
        raise error

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises((error, BankError)):
        export_to(out, "new.xml")
    assert names(out) == {"new.xml" if when == "second after" else "old.xml", MARKER}
    assert names(tmp_path) == {"out"}
