"""Verify mutated files; `test_xml.py` runs it as a process.

    python tests/fuzz/examine_xml.py KIND SEED FIRST COUNT

prints each number before it is tried, and at the end a line of JSON with what was found. From the first example on,
the process can open no file but those of Python and the bank's pictures, and has little memory.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import sys
import sysconfig
import time
import traceback
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markscheme.bank.banks import read_bank
from markscheme.bank.problems import BankError
from markscheme.exporters import FORMATS, rebuilding, verification

if TYPE_CHECKING:
    from types import FrameType, ModuleType

    from markscheme.bank.problems import Problem

ROOT = Path(__file__).parents[2]
FILE = "q.xml"
MOST_SECONDS = 5.0
MOST_MEMORY = 384 * 2**20
LONGEST = 600
_READABLE = tuple(
    {os.path.realpath(path) for path in (ROOT / "bank", ROOT / "exporters", ROOT / "solvers", ROOT / "tests")}
    | {os.path.realpath(path) for path in (*sysconfig.get_paths().values(), sys.base_prefix, sys.prefix)}
    | {"/proc", "/dev/null"}
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REACHING = ("os.", "subprocess.", "socket.", "shutil.", "urllib.", "http.", "ctypes.")
_HARMLESS = ("os.listdir", "os.scandir", "os.walk")


class ReachedOutError(BaseException):
    """Raised for what no file may lead to: another file, a process, a connection."""


class TooLongError(BaseException):
    """Raised in an example that does not end."""


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop what reaches out of the process."""
    if event == "open":
        path, _, flags = arguments
        where = "" if isinstance(path, int) else os.path.realpath(os.fsdecode(path))
        if where and (flags & _WRITING or not where.startswith(_READABLE)):
            raise ReachedOutError(f"open {where} {flags}")
    elif event.startswith(_REACHING) and event not in _HARMLESS:
        raise ReachedOutError(f"{event} {arguments}")


def too_long(number: int, frame: FrameType | None) -> None:
    """Interrupt an example."""
    raise TooLongError("".join(traceback.format_stack(frame)[-3:]))


def mutations() -> ModuleType:
    """Import the file beside this one."""
    found = spec_from_file_location("xml_mutations", Path(__file__).with_name("xml_mutations.py"))
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


class Examiner:
    """Verifies one file after another; `findings` are what should not be, `met` counts what was."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.banks = [read_bank(folder) for folder in folders]
        self.form = FORMATS.get("moodle")
        self.findings: list[dict[str, object]] = []
        self.met: Counter[str] = Counter()
        self.slowest = 0.0
        self.data = b""
        self.number = 0

    def report(self, what: str, detail: str) -> None:
        shown = base64.b64encode(self.data).decode()
        self.findings.append({"number": self.number, "what": what, "detail": detail[-1500:], "data": shown})

    def examine(self, number: int, which: int, data: bytes) -> None:
        """Verify one file, and read it alone."""
        self.number, self.data = number, data
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            self.look(which, data)
        except (Exception, ReachedOutError, TooLongError) as error:  # noqa: BLE001 - that is what is looked for
            self.report(type(error).__name__, traceback.format_exc())
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self.slowest = max(self.slowest, time.process_time() - start)

    def look(self, which: int, data: bytes) -> None:
        verified = verification.Verification(self.banks[which], self.form, FILE)
        problems: list[Problem] = []
        try:
            for problem in verified.problems(data, lambda _question: None):
                problems.append(problem)
            self.met["read"] += 1
            self.met["compared"] += verified.counts.total() > 0
            if not verified.summary().isprintable():
                self.report("summary", verified.summary())
        except BankError as error:
            problems += error.problems
        self.judge(problems)
        for fact in (str(note) for item in self.reading(data) for note in item.notes):
            self.met["notes"] += bool(fact)

    def reading(self, data: bytes) -> list[Any]:
        try:
            return list(self.form.read(data, FILE))
        except BankError as error:
            self.judge(error.problems)
            return []

    def judge(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        lines = self.data.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for problem in problems:
            self.met[problem.code] += 1
            place, said = problem.place, str(problem)
            whole = place.line == place.column == 0
            there = 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 2
            if place.file != FILE or not (whole or there):
                self.report("place", said)
            if not said.isprintable() or len(said) >= LONGEST or not problem.message:
                self.report("message", said)
            if problem.code == "X701" and "cannot be read" in said:
                self.report("last resort", said)


def limited() -> None:
    """Give up what no example needs: other files, other processes, memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    signal.signal(signal.SIGPROF, too_long)
    sys.addaudithook(watch)


def main(kind: str, seed: int, first: int, count: int) -> None:
    """Examine so many examples, and print what was found."""
    module = mutations()
    examiner = Examiner(module.FOLDERS)
    for which, questions in enumerate(module.bases()):  # whatever is imported late, and fonts, are read now
        examiner.examine(-1, which, f"<quiz>{''.join(questions)}</quiz>".encode())
    # How far a forged draw is followed is a bound of its own, with a test of its own.
    rebuilding._LEAST_DRAWS = verification._OTHER_DRAWS = 20  # type: ignore[misc]
    examiner.slowest = 0.0
    examiner.met.clear()
    limited()
    start = time.process_time()
    for number in range(first, first + count):
        print(number, flush=True)
        examiner.examine(number, *module.example(kind, seed, number))
    seconds = time.process_time() - start
    met, slowest = dict(examiner.met.most_common()), round(examiner.slowest, 2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    found = {"findings": examiner.findings, "met": met, "slowest": slowest, "seconds": round(seconds, 1), "MiB": peak}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
