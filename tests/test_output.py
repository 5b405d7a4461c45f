"""Files and folders appear whole or not at all."""

import os
import stat

import pytest

from markscheme.bank.problems import BankError
from markscheme.exporters.output import whole_file, whole_folder


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


def test_failed_folder_leaves_the_old_one(tmp_path):
    old = tmp_path / "out"
    old.mkdir()
    (old / "a.xml").write_text("old")
    with pytest.raises(ZeroDivisionError), whole_folder(old, ".xml") as folder:
        (folder / "a.xml").write_text(str(1 // 0))
    assert (old / "a.xml").read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_folder_replaces_files_of_an_earlier_export_only(tmp_path):
    out = tmp_path / "out"
    for name in ("a.xml", "b.xml"):
        with whole_folder(out, ".xml") as folder:
            (folder / name).write_text(name)
    assert [entry.name for entry in out.iterdir()] == ["b.xml"]
    (out / "notes").mkdir()
    with pytest.raises(BankError, match=r"X802.*'notes'"), whole_folder(out, ".xml"):
        pass
