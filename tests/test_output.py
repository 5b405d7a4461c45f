"""Files and folders appear whole or not at all."""

import io
import os
import shutil
import socket
import stat
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from markscheme.bank.problems import BankError
from markscheme.exporters.output import MARKER, check_name, whole_file, whole_folder, whole_stream
from markscheme.exporters.swap import exchange


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

    monkeypatch.setattr("markscheme.exporters.output._found", refuse)
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


no_warning = pytest.mark.filterwarnings("ignore:.*fork")  # of threads that an earlier test may have left


def without_exchange(*_):
    return False


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError])
def test_interrupt_at_any_rename_leaves_one_whole_folder(tmp_path, monkeypatch, call, after, error):
    out = tmp_path / "out"
    export_to(out, "old.xml")
    rename, calls = Path.rename, []

    def interrupted(self, target):
        calls.append(self)
        if len(calls) != call:
            return rename(self, target)
        if after:
            rename(self, target)
        raise error

    monkeypatch.setattr("markscheme.exporters.swap.exchange", without_exchange)
    monkeypatch.setattr(Path, "rename", interrupted)
    with suppress(error, BankError):
        export_to(out, "new.xml")
    assert len(calls) >= call
    # The first rename finds the old folder in its way, as it always does; the third puts the new one there.
    is_new = (call, after) in ((1, True), (3, True)) or (error is OSError and call == 1)
    assert names(out) == {"new.xml" if is_new else "old.xml", MARKER}
    assert names(tmp_path) == {"out"}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError])
def test_interrupt_at_the_exchange_leaves_one_whole_folder(tmp_path, monkeypatch, after, error):
    out = tmp_path / "out"
    export_to(out, "old.xml")

    def interrupted(one, other):
        if after:
            assert exchange(one, other)
        raise error

    monkeypatch.setattr("markscheme.exporters.swap.exchange", interrupted)
    with pytest.raises((error, BankError)):
        export_to(out, "new.xml")
    assert names(out) == {"new.xml" if after else "old.xml", MARKER}
    assert names(tmp_path) == {"out"}


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="no call swaps two folders here")
def test_folders_are_exchanged_in_one_step_here(tmp_path):
    for name in ("a", "b"):
        export_to(tmp_path / name, name)
    assert exchange(tmp_path / "a", tmp_path / "b")
    assert "b" in names(tmp_path / "a")
    assert not exchange(tmp_path / "a", tmp_path / "missing")


@no_warning
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes that are forked")
def test_folder_that_was_killed_between_two_renames_comes_back_with_the_next_export(tmp_path, monkeypatch):
    out = tmp_path / ("o" * 255)
    export_to(out, "a.xml")
    rename = Path.rename

    def killed(self, target):
        rename(self, target)
        if self == out:
            os._exit(9)

    if (child := os.fork()) == 0:
        monkeypatch.setattr("markscheme.exporters.swap.exchange", without_exchange)
        monkeypatch.setattr(Path, "rename", killed)
        export_to(out, "b.xml")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not out.exists()
    with pytest.raises(ZeroDivisionError), whole_folder(out) as folder:
        (folder / "c.xml").write_text(str(1 // 0))
    assert names(out) == {"a.xml", MARKER}
    assert names(tmp_path) == {out.name}


def test_part_of_a_living_export_stays_and_one_of_a_dead_one_goes(tmp_path):
    for dead in (".markscheme-abcd1234.part", ".markscheme-fedc5678.part"):
        (tmp_path / dead).write_bytes(b"dead")
    (tmp_path / ".markscheme-0123abcd.part").mkdir()
    (tmp_path / ".markscheme-0123abcd.part" / "a.xml").write_bytes(b"dead")
    others = {".markscheme", ".markscheme-mine.part", ".markscheme-abcd1234.part.txt", "x.part"}
    for other in others:
        (tmp_path / other).write_bytes(b"not ours")
    with whole_file(tmp_path / "a.xml") as first, whole_folder(tmp_path / "b"):
        first.write(b"first")
        with whole_file(tmp_path / "a.xml") as second:
            second.write(b"second")
        assert len(names(tmp_path) - others) == 3
    assert names(tmp_path) == others | {"a.xml", "b"}
    assert (tmp_path / "a.xml").read_bytes() == b"first"


def test_interrupt_while_a_part_is_removed_leaves_nothing(tmp_path, monkeypatch):
    rmtree, calls = shutil.rmtree, []

    def interrupted(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        rmtree(*arguments, **options)

    out = tmp_path / "out"
    export_to(out, "old.xml")
    calls.clear()
    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_to(out, "new.xml")
    assert names(tmp_path) == {"out"}
    assert names(out) == {"new.xml", MARKER}


def test_link_with_the_name_of_a_part_is_left_alone(tmp_path):
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (tmp_path / ".markscheme-abcd1234.part").symlink_to(thesis)
    with whole_file(tmp_path / "a.xml"):
        pass
    assert names(tmp_path) == {"thesis", ".markscheme-abcd1234.part", "a.xml"}


def test_file_that_was_put_into_the_folder_meanwhile_is_never_removed(tmp_path):
    out = tmp_path / "out"
    export_to(out, "a.xml")
    with pytest.raises(BankError, match=r"X802 .*it holds 'thesis\.xml'"), whole_folder(out):
        (out / "thesis.xml").write_text("years of work")
    assert names(out) == {"a.xml", "thesis.xml", MARKER}
    assert names(tmp_path) == {"out"}


@no_warning
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes that are forked")
@pytest.mark.parametrize("swap", ["one step", "two steps"])
def test_many_exports_to_one_folder_at_once_all_end_well(tmp_path, monkeypatch, swap):
    if swap == "two steps":
        monkeypatch.setattr("markscheme.exporters.swap.exchange", without_exchange)
    out = tmp_path / "out"
    children = []
    for number in range(4):
        if (child := os.fork()) == 0:
            try:
                for _ in range(25):
                    export_to(out, f"{number}.xml")
                os._exit(0)
            except (BankError, OSError) as error:
                os.write(2, f"{error}\n".encode())
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert names(tmp_path) == {"out"}
    assert len(names(out)) == 2


@pytest.mark.parametrize("name", ["q.yaml", "link.xml", "new.yaml", "link-of-link.xml", "solvers.py"])
def test_name_that_would_replace_or_spoil_a_part_of_the_bank_is_refused(tmp_path, name):
    bank = tmp_path / "bank"
    bank.mkdir()
    for own in ("q.yaml", "solvers.py"):
        (bank / own).write_text("id: q")
    (bank / "link.xml").symlink_to("q.yaml")
    (bank / "link-of-link.xml").symlink_to("link.xml")
    with pytest.raises(BankError, match=r"X803 .* is no export \(name a file that ends with \.xml\)"):
        check_name(bank / name, (".xml",), "export", bank)
    for fine in (bank / "new.xml", bank / "new", tmp_path / "new.yaml"):
        check_name(fine, (".xml",), "export", bank)
