"""A bank, its commands, and the command line as real processes under a fault."""

import json
import os
import re
import select
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

RUNNER = Path(__file__).parent / "runner.py"
CHANGING = ("COLUMNS", "LINES", "NO_COLOR", "PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONOPTIMIZE", "PYTHONUTF8")
BANK = {
    "bank.yaml": "id: faulty\ntitle: Prüfung\nseed: 3\n",
    "topic/sum.yaml": """id: sum
title: Sum of two numbers
topics: [arithmetic]
parameters:
  a: {integers: [1, 500]}
  b: {integers: [1, 500]}
stem: What is ${{ a }} + {{ b }}$?
answers:
  total: {type: number, value: a + b}
feedback: The sum is ${{ a + b }}$.
""",
    "topic/circle.yaml": """id: circle
title: Das Maß des Kreises, π
topics: [geometry]
parameters:
  r: {integers: [1, 500]}
stem: A circle has the radius ${{ r }}$ m. Which number is its diameter, not π times that?
answers:
  diameter:
    type: choice
    options:
      - {text: "${{ 2 * r }}$", right: true}
      - {text: "${{ 3 * r }}$"}
      - {text: "${{ 4 * r }}$"}
feedback: Twice the radius, ${{ 2 * r }}$ m.
""",
}
COMMANDS = {
    "help": "--help",
    "list": "list {bank}",
    "show": "show circle {bank}",
    "solvers": "solvers",
    "solver": "solvers conv_output_size",
    "validate": "validate {bank} -n 3",
    "verify": "verify {file} --bank {bank}",
    "stdout": "export {bank} -f moodle -n 9 -o -",
    "device": "export {bank} -f moodle -n 9 -o /dev/stdout",
    "file": "export {bank} -f moodle -n 9 -o {out}/quiz.xml",
    "folder": "export {bank} -f moodle -n 9 --split -o {out}/split",
    "preview": "preview {bank} -n 3 -o {out}/page.html",
}
OLD = {"quiz.xml": b"old", "page.html": b"old", "split/old.xml": b"old", "split/.markscheme": b"old.xml\n"}


@dataclass
class Ended:
    """How a command ended, and what it said; `shown` is what a terminal got of both streams."""

    code: int
    seconds: float
    stdout: str
    stderr: str
    shown: str


class Program:
    """The command line under a fault.

    `closed` streams are closed before Python starts, a `gone` one is a pipe that nobody reads, `streams` lead to
    files, and `columns` make all of them a terminal. `prepare` is called before Python starts. What else a command
    meets is ordered from the runner.
    """

    def __init__(
        self, bank, folder, *, flags=(), environment=(), closed=(), gone=0, streams=(), columns=0, prepare=None, **order
    ) -> None:
        self.folder, self.order, self.terminal = folder, order, -1
        self.streams = {number: folder / name for number, name in ((1, "stdout"), (2, "stderr"))} if not columns else {}
        self.streams = {number: str(path) for number, path in self.streams.items() if number not in (*closed, gone)}
        self.streams |= dict(streams)
        inherited = {name: value for name, value in os.environ.items() if name not in CHANGING}
        # What a signal leaves open is no warning of ours.
        inherited |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error,ignore::ResourceWarning"}
        inherited |= dict(environment)
        given = [subprocess.DEVNULL] * 3
        if columns:
            given = [self._open_terminal(columns)] * 3
        if gone:
            reader, given[gone] = os.pipe()
            os.close(reader)

        def before() -> None:
            for number in closed:
                os.close(number)
            if prepare:
                prepare()

        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(60)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, *flags, str(RUNNER), str(theirs.fileno()), str(bank)],
                stdin=given[0], stdout=given[1], stderr=given[2], cwd=folder, pass_fds=[theirs.fileno()],
                env={name: value for name, value in inherited.items() if value is not None},
                preexec_fn=before,  # noqa: PLW1509 - it only calls the system
            )  # fmt: skip
        for stream in {*given} - {subprocess.DEVNULL}:
            os.close(stream)
        self.lines = self.socket.makefile("rw", encoding="utf-8", errors="surrogateescape")
        if self.lines.readline() != "ready\n":
            self.close(1)
            raise subprocess.SubprocessError("the runner could not start")

    def _open_terminal(self, columns: int) -> int:
        import fcntl
        import pty
        import termios

        self.terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        return theirs

    def run(self, words: list[str], **order) -> Ended:
        """Run a command to its end."""
        paths = [self.folder / "stdout", self.folder / "stderr"]
        for path in paths:
            path.write_bytes(b"")
        self.lines.write(json.dumps({"words": words, "streams": self.streams} | self.order | order) + "\n")
        self.lines.flush()
        shown = self._read_terminal() if self.terminal >= 0 else b""
        code, seconds = json.loads(self.lines.readline())
        said = [text.decode(errors="replace") for text in (*(path.read_bytes() for path in paths), shown)]
        return Ended(code, seconds, *said)

    def _read_terminal(self) -> bytes:
        shown = b""
        while True:
            ready, _, _ = select.select([self.terminal, self.socket], [], [], 60)
            if self.terminal in ready:
                shown += os.read(self.terminal, 65536)
            elif ready:
                return shown
            else:
                raise AssertionError("it does not end")

    def close(self, code: int = 0) -> None:
        self.lines.close()
        self.socket.close()
        assert self.process.wait(60) == code
        if self.terminal >= 0:
            os.close(self.terminal)


class Ground:
    """A bank, an export of it, and folders to write to."""

    commands, old = COMMANDS, OLD

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bank = self.copy_bank(folder)
        self.file = folder / "exported.xml"

    def copy_bank(self, folder: Path) -> Path:
        for name, text in BANK.items():
            (folder / "bank" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "bank" / name).write_text(text, encoding="utf-8")
        return folder / "bank"

    def words(self, command: str, out: Path, bank: Path | None = None) -> list[str]:
        places = {"bank": bank or self.bank, "file": self.file, "out": out}
        return [word.format(**places) for word in COMMANDS[command].split()]

    def fresh(self, name: str) -> Path:
        """Return a new folder in which an older export lies."""
        out = self.folder / re.sub(r"\W", "-", name) / "out"
        (out / "split").mkdir(parents=True)
        for path, content in OLD.items():
            (out / path).write_bytes(content)
        return out

    def contents(self, out: Path) -> dict[str, bytes]:
        """Return all files below a folder."""
        return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    pytest.importorskip("fcntl", reason="signals, limits and terminals as POSIX has them")
    return Ground(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def program(ground):
    """Return the command line without a fault."""
    running = Program(ground.bank, ground.folder)
    assert running.run(["export", str(ground.bank), "-f", "moodle", "-o", str(ground.file)]).code == 0
    yield running
    running.close()


@pytest.fixture(scope="session")
def start(ground):
    """Return what starts the command line under a fault."""
    return lambda folder, **fault: Program(ground.bank, folder, **fault)


@pytest.fixture(scope="session")
def usual(ground, program):
    """Return what every command says and writes without a fault."""
    out = ground.fresh("usual")
    return {command: program.run(ground.words(command, out)) for command in COMMANDS}, ground.contents(out)
