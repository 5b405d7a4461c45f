"""Killed and interrupted at any moment: one whole output is there, and the next run tidies up."""

import json
import signal
import subprocess
import sys

import pytest

WRITING = {"file": "quiz.xml", "folder": "split", "preview": "page.html"}


def of(output: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of one output, and whatever has no place beside it."""
    others = ("quiz.xml", "split", "page.html")
    return {name: data for name, data in files.items() if name.startswith(output) or not name.startswith(others)}


def outputs(command, ground, usual):
    """Return the whole old output and the whole new one."""
    return of(WRITING[command], ground.old), of(WRITING[command], usual[1])


@pytest.mark.parametrize("command", WRITING)
def test_kill_before_any_operation_on_files_leaves_one_whole_output(ground, program, usual, command):
    old, new = outputs(command, ground, usual)
    seen = []
    for moment in range(200):
        out = ground.fresh(f"{command} {moment}")
        ended = program.run(ground.words(command, out), die_at=moment, within=str(out))
        found = {name: data for name, data in of(WRITING[command], ground.contents(out)).items() if name[0] != "."}
        assert found in (old, new), (moment, sorted(found))
        seen.append((ended.code, found == new, len([*out.iterdir()]) > len(ground.old) - 1))
        if ended.code == 0:
            break
        assert ended.code == -signal.SIGKILL, ended
    # It was killed before and after the change, with a rest beside it; the last one was not killed.
    assert {(-9, False, True), (-9, False, False), seen[-1]} <= set(seen)
    assert seen[-1] == (0, True, False)
    for each in range(moment):
        out = ground.folder / f"{command}-{each}" / "out"
        if each % 4 == 0 or len([*out.iterdir()]) > 3:
            assert program.run(ground.words(command, out)).code == 0
            assert of(WRITING[command], ground.contents(out)) == new


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("command", WRITING)
def test_signal_at_any_moment_leaves_one_whole_output(ground, program, usual, command, name):
    old, new = outputs(command, ground, usual)
    number = getattr(signal, name)
    out = ground.fresh(f"{command} {name}")
    seconds = min(program.run(ground.words(command, out)).seconds for _ in range(2))
    for step in range(12 if number == signal.SIGKILL else 5):
        for path, data in ground.old.items():
            (out / path).write_bytes(data)
        for path in (out / "split").iterdir():
            if path.name not in ("old.xml", ".markscheme"):
                path.unlink()
        ended = program.run(ground.words(command, out), signals=[(name, seconds * (0.15 + 0.07 * step))])
        files = of(WRITING[command], ground.contents(out))
        assert {path: data for path, data in files.items() if path[0] != "."} in (old, new)
        assert "Traceback" not in ended.stderr
        if number != signal.SIGKILL:
            assert files in (old, new)  # and nothing is left beside it
            assert ended.code in (0, 128 + number, -number)
            assert ended.code or files == new
    assert program.run(ground.words(command, out)).code == 0
    assert of(WRITING[command], ground.contents(out)) == new


@pytest.mark.parametrize("command", ["list", "show", "solvers", "validate", "verify", "stdout"])
def test_interrupt_of_what_writes_no_file_is_one_sentence(ground, program, command):
    words = [
        *ground.words(command, ground.folder),
        *{"validate": ["-n", "100"], "stdout": ["-n", "400"]}.get(command, []),
    ]
    seconds = program.run(words).seconds / 3
    ended = program.run(words, signals=[("SIGINT", seconds), ("SIGINT", 0.0005)])
    assert ended.code in (130, -signal.SIGINT, 0)  # the second may end the program in its last words, and in silence
    assert {line for line in ended.stderr.splitlines() if line} <= {"markscheme: interrupted"}
    if command in ("validate", "stdout"):
        assert ended.code != 0
        assert command == "validate" or ended.stdout == ""


def test_two_exports_to_one_path_at_once_both_end_well(ground, program, start, usual):
    out = ground.fresh("both")
    other = start(out.parent)
    try:
        for command in ("file", "folder"):
            for _ in range(4):
                running = subprocess_like(other, ground.words(command, out))
                assert program.run(ground.words(command, out)).code == 0
                assert running() == 0
                assert of(WRITING[command], ground.contents(out)) == outputs(command, ground, usual)[1]
    finally:
        other.close()


def subprocess_like(program, words):
    """Start a command in another runner; return what waits for its exit code."""
    program.lines.write(json.dumps({"words": words, "streams": program.streams}) + "\n")
    program.lines.flush()
    return lambda: json.loads(program.lines.readline())[0]


def test_bank_that_goes_while_it_is_exported_does_no_harm(ground, program, tmp_path):
    for change in ("deleted", "edited"):
        bank = ground.copy_bank(tmp_path / change)
        out = tmp_path / f"{change}-out"
        words = ["export", str(bank), "-f", "moodle", "-n", "400", "--only", "sum", "-o"]
        assert program.run([*words, str(out / "whole.xml")]).code == 0
        code = (
            "import pathlib, shutil, sys\nfrom markscheme.exporters import export\n"
            "real = export._write\n"
            "def write(*all):\n"
            f"    {'shutil.rmtree(sys.argv[2])' if change == 'deleted' else 'edit(pathlib.Path(sys.argv[2]))'}\n"
            "    real(*all)\n"
            "def edit(bank):\n    for path in bank.rglob('*.yaml'): path.write_text('nonsense: [')\n"
            "export._write = write\nfrom markscheme.cli import main\nmain()\n"
        )
        command = [sys.executable, "-c", code, *words, str(out / "quiz.xml")]
        ended = subprocess.run(command, capture_output=True, check=False)
        assert ended.returncode == 0, ended.stderr.decode()
        assert (out / "quiz.xml").read_bytes() == (out / "whole.xml").read_bytes()


@pytest.mark.parametrize("module", ["click", "markscheme.bank.console", "markscheme.bank.banks", "rich.table"])
def test_interrupt_while_modules_are_imported_is_quiet(ground, module):
    code = (
        "import os, signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def see(event, values):\n"
        f"    if event == 'import' and values[0] == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.addaudithook(see)\nfrom markscheme.cli import main\nmain()\n"
    )
    command = [sys.executable, "-c", code, "list", str(ground.bank)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode in (130, -signal.SIGINT)
    assert ended.stderr.strip() in ("", "markscheme: interrupted")
    assert ended.stdout == ""
