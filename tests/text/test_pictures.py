"""Pictures: files beside the spec, and nothing else."""

import os

import pytest

from markscheme.bank.problems import BankError, Place
from markscheme.bank.text.pictures import LARGEST_FILE, find_picture

PLACE = Place("q.yaml", 1, 1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "spec" / "figures").mkdir(parents=True)
    (tmp_path / "spec" / "figures" / "a b.png").write_bytes(b"picture")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "spec" / "notes.txt").write_bytes(b"text")
    (tmp_path / "spec" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "spec" / "inside.png").symlink_to(tmp_path / "spec" / "figures" / "a b.png")
    (tmp_path / "spec" / "folder.png").mkdir()
    (tmp_path / "spec" / "circle.png").symlink_to(tmp_path / "spec" / "circle.png")
    return tmp_path / "spec"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("../secret.png", "outside"),
        ("figures/../../secret.png", "outside"),
        ("%2e%2e/secret.png", "outside"),
        ("%2e%2e%2fsecret.png", "outside"),
        ("link.png", "outside"),
        ("/etc/passwd", "outside"),
        ("//etc/x.png", "outside"),
        ("file:///etc/x.png", "not a file beside"),
        ("http://x/y.png", "not a file beside"),
        ("C:%5Cx.png", "not a file beside"),
        ("%252e%252e/secret.png", "there is no picture"),
        ("..%5Csecret.png", "not a file beside"),
        ("missing.png", "there is no picture"),
        ("circle.png", "cannot be read"),
        ("folder.png", "cannot be read"),
        ("notes.txt", "not a picture"),
        ("figures", "not a picture"),
        ("", "not a picture"),
        ("a%00.png", "not a file beside"),
        ("x" * 300 + ".png", "cannot be read"),
    ],
)
def test_what_is_no_picture_beside_the_spec_is_refused(folder, source, words):
    with pytest.raises(BankError, match=words) as caught:
        find_picture(source, PLACE, folder)
    assert caught.value.problems[0].code == "E421"
    assert str(caught.value).isprintable()


def test_picture_is_found_by_its_encoded_name_and_through_a_link_inside(folder):
    found = find_picture("figures/a%20b.png", PLACE, folder)
    assert found.path == folder / "figures" / "a b.png"
    assert find_picture("inside.png", PLACE, folder).path == found.path


def test_equal_files_have_equal_names_and_others_do_not(folder):
    (folder / "c.PNG").write_bytes(b"picture")
    (folder / "d.png").write_bytes(b"another")
    names = [find_picture(name, PLACE, folder).name for name in ("figures/a%20b.png", "c.PNG", "d.png")]
    assert names[0] == names[1] != names[2]
    assert names[0].endswith(".png")


def test_large_file_is_refused(folder):
    with (folder / "e.png").open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(BankError, match="larger than 5 MiB"):
        find_picture("e.png", PLACE, folder)


def test_no_picture_without_a_folder():
    with pytest.raises(BankError, match="E421"):
        find_picture("a.png", PLACE, None)


def test_a_pipe_is_no_picture(folder):
    os.mkfifo(folder / "pipe.png")
    with pytest.raises(BankError, match="no ordinary file"):
        find_picture("pipe.png", PLACE, folder)
