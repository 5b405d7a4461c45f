"""Where the output shall go, and what is there already: no file of the bank, and no other file, is replaced."""

import ctypes
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

EXPORT = ["export", "{bank}", "-f", "moodle", "-n", "3", "-o", "{path}"]
SPLIT = [*EXPORT, "--split"]
PREVIEW = ["preview", "{bank}", "-n", "2", "-o", "{path}"]


@pytest.fixture
def run(program, ground, tmp_path):
    """Run a command on a copy of the bank."""
    bank = ground.copy_bank(tmp_path)

    def ran(words, path, **order):
        return program.run([word.format(bank=bank, path=path) for word in words], **order)

    return ran


def link_to(name):
    def make(bank, folder):
        (folder / name).symlink_to(bank / "topic" / "sum.yaml")
        return folder / name

    return make


def linked_folder(bank, folder):
    (folder / "link").symlink_to(bank)
    return folder / "link"


PLACES = {
    "a question": lambda bank, folder: bank / "topic" / "sum.yaml",
    "the bank's own file": lambda bank, folder: bank / "bank.yaml",
    "a new question": lambda bank, folder: bank / "topic" / "new.yaml",
    "a link to a question": link_to("quiz.xml"),
    "a link with a page's name": link_to("page.html"),
    "a way round": lambda bank, folder: bank / "topic" / ".." / "topic" / "sum.yaml",
    "the bank": lambda bank, folder: bank,
    "a folder above": lambda bank, folder: folder,
    "a link to the bank": linked_folder,
    "a folder of questions": lambda bank, folder: bank / "topic",
}


@pytest.mark.parametrize("words", [EXPORT, SPLIT, PREVIEW], ids=["file", "folder", "preview"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_the_bank_is_ever_replaced(run, ground, tmp_path, place, words):
    path = PLACES[place](tmp_path / "bank", tmp_path)
    if place in ("the bank", "a folder of questions"):  # it pretends to be an export
        (path / ".markscheme").write_text("\n".join(each.name for each in path.iterdir()))
    before = ground.contents(tmp_path)
    ended = run(words, path)
    if words is SPLIT and place == "a new question":  # a folder of that name does no harm
        assert ended.code == 0
        return
    assert ended.code == 1
    assert re.search(r": X80[123] ", ended.stderr), ended.stderr
    assert ground.contents(tmp_path) == before


def test_hard_link_to_a_question_is_replaced_and_the_question_stays(run, ground, tmp_path):
    question = tmp_path / "bank" / "topic" / "sum.yaml"
    (tmp_path / "quiz.xml").hardlink_to(question)
    before = question.read_bytes()
    assert run(EXPORT, tmp_path / "quiz.xml").code == 0
    assert question.read_bytes() == before
    assert (tmp_path / "quiz.xml").read_bytes().endswith(b"</quiz>\n")


@pytest.mark.parametrize("words", [EXPORT, SPLIT, PREVIEW], ids=["file", "folder", "preview"])
@pytest.mark.parametrize("place", ["loop", "file as folder", "too long"])
def test_path_that_leads_nowhere_is_one_sentence(run, ground, tmp_path, place, words):
    (tmp_path / "loop").symlink_to("loop")
    path = {"loop": tmp_path / "loop", "file as folder": tmp_path / "file" / "x", "too long": tmp_path / ("x" * 300)}[
        place
    ]
    (tmp_path / "file").write_bytes(b"")
    before = ground.contents(tmp_path)
    ended = run(words, path)
    assert ended.code == 1
    assert re.search(r": X801 cannot be written: \w", ended.stderr), ended.stderr
    assert ground.contents(tmp_path) == before


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
@pytest.mark.parametrize("words", [EXPORT, SPLIT, PREVIEW], ids=["file", "folder", "preview"])
def test_name_that_is_no_utf8_can_be_written_and_said(program, ground, tmp_path, words):
    bank = ground.copy_bank(tmp_path)
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xe9")
    bank.rename(folder)
    path = f"{folder}/quiz.{'html' if words is PREVIEW else 'xml'}"
    ended = program.run([word.format(bank=folder, path=path) for word in words])
    assert ended.code == 0, ended.stderr
    assert Path(path).exists()


def mount_small() -> None:
    """Mount 64 KiB in a private name space; everything else stays as it is (Linux, as root)."""
    library = ctypes.CDLL(None, use_errno=True)
    private = library.unshare(0x00020000) or library.mount(None, b"/", None, 0x44000, None)
    if private or library.mount(b"tmpfs", os.fsencode(MOUNT[0]), b"tmpfs", 0, b"size=64k"):
        raise OSError(ctypes.get_errno(), "a small disk cannot be mounted")


MOUNT = [""]


def test_full_file_system_is_one_sentence_and_leaves_the_old_file(ground, start, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    MOUNT[0] = str(small)
    try:
        running = start(tmp_path, prepare=mount_small)
    except (subprocess.SubprocessError, AttributeError):
        pytest.skip("a small disk cannot be mounted here")
    bank = ["export", str(ground.bank), "-f", "moodle"]
    assert running.run([*bank, "-n", "9", "-o", str(small / "quiz.xml")]).code == 0
    for words in (
        [*bank, "-n", "200", "-o", str(small / "quiz.xml")],
        [*bank, "-n", "200", "--split", "-o", str(small / "s")],
    ):
        ended = running.run(words)
        assert ended.code == 1
        assert "X801 cannot be written: No space left on device" in ended.stderr
    assert running.run(["verify", str(small / "quiz.xml"), "--bank", str(ground.bank)]).code == 0
    assert running.run([*bank, "-n", "9", "-o", str(small / "new.xml")]).code == 0  # nothing was left there
    running.close()


@pytest.fixture
def server(ground, tmp_path):
    """Serve the preview; return the process, its port and the bank."""
    bank = ground.copy_bank(tmp_path)
    # A shell starts what runs in the background with the interrupt ignored, and that would be inherited.
    start = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from markscheme.cli import main; main()"
    command = [sys.executable, "-c", start, "preview", str(bank), "--serve"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    port = int(re.search(r"127\.0\.0\.1:(\d+)", process.stderr.readline())[1])
    yield process, port, bank
    process.kill()
    process.communicate()


def page(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/")
    answer = connection.getresponse().read()
    connection.close()
    return answer


HOSTILE = (
    b"",
    b"\x00\xff\n\n",
    b"GET",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /" + b"x" * 70_000,
    b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 300,
)


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_served_preview_outlives_hostile_requests_and_a_lost_bank_but_no_signal(server, name, code):
    process, port, bank = server
    for request in HOSTILE:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(request)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # it is reset, not closed
    assert b"Sum of two numbers" in page(port)
    if name == "SIGINT":
        bank.rename(bank.with_name("gone"))
        assert "with 1 problem" in process.stderr.readline()
        assert b"E601" in page(port)
        bank.with_name("gone").rename(bank)
        assert "built anew\n" in process.stderr.readline()
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=20)
    assert process.returncode == code
    assert said.strip() == ("markscheme: interrupted" if code == 130 else "")
