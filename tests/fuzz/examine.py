"""Put mutated specs through everything that the product does with a spec; `test_specs.py` runs it as a process.

    python tests/fuzz/examine.py KIND SEED FIRST COUNT

prints each number before it is tried, and at the end a line of JSON with what was found. From the first example on,
the process can write no file, can read none but the shipped banks and what Python itself reads, and has little memory.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import sysconfig
import time
import traceback
from collections import Counter
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import markscheme.exporters.preview.page  # noqa: F401 - nothing is imported while examples run
from markscheme.bank.figures import FIGURES, make_figure
from markscheme.bank.problems import BankError
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler, in_target
from markscheme.bank.show import shown
from markscheme.bank.spec import QUESTION
from markscheme.bank.text.mathml import MATHML
from markscheme.bank.text.plain import PLAIN, flat
from markscheme.bank.text.template import NotPlainError
from markscheme.bank.values import PassedOver
from markscheme.bank.yaml_reader import read_yaml
from markscheme.exporters import FORMATS
from markscheme.exporters.preview.data import Describer
from markscheme.exporters.roundtrip import roundtrip

if TYPE_CHECKING:
    from types import FrameType, ModuleType

    from markscheme.bank.question import Question, Solved
    from markscheme.bank.text.text import Text
    from markscheme.bank.variants import Variant

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "tests/fuzz"
MOST_SECONDS = 5.0
MOST_MEMORY = 512 * 2**20
LONGEST_MESSAGE = 400
KNOWN = ("{1:NM:=", "{:}")
"""What validation refuses, if too harshly: in a formula Moodle would take it for a field, so that a space is put in."""
_READABLE = tuple(
    {os.path.realpath(path) for path in (ROOT / "bank", ROOT / "exporters", ROOT / "solvers", PICTURES)}
    | {os.path.realpath(path) for path in (*sysconfig.get_paths().values(), sys.base_prefix, sys.prefix)}
    | {"/proc", "/sys/fs", "/dev/null", "/usr/share/zoneinfo"}
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = frozenset(
    {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"}
    | {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "socket.connect"}
    | {"socket.bind", "ctypes.dlopen", "shutil.rmtree", "shutil.copyfile", "webbrowser.open", "os.putenv"}
)


class ReachedOutError(BaseException):
    """Raised for what no spec may lead to: a file written, one read from elsewhere, a process, a connection."""


class TooLongError(BaseException):
    """Raised in an example that does not end."""


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop what reaches out of the process."""
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, int):
            return
        where = os.path.realpath(os.fsdecode(path))
        if flags & _WRITING or not where.startswith(_READABLE):
            raise ReachedOutError(f"open {where} {flags}")
    elif event in _CHANGES:
        raise ReachedOutError(f"{event} {arguments}")


def too_long(number: int, frame: FrameType | None) -> None:
    """Interrupt an example."""
    raise TooLongError("".join(traceback.format_stack(frame)[-3:]))


def mutations() -> ModuleType:
    """Import the file beside this one."""
    found = spec_from_file_location("mutations", Path(__file__).with_name("mutations.py"))
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


class Examiner:
    """Looks at one text after another; `findings` are what should not be, `met` counts what was."""

    def __init__(self) -> None:
        self.findings: list[dict[str, object]] = []
        self.met: Counter[str] = Counter()
        self.slowest = 0.0
        self.text = ""
        self.number = 0

    def report(self, what: str, detail: str) -> None:
        self.findings.append({"number": self.number, "what": what, "detail": detail[-1500:], "text": self.text})

    def examine(self, number: int, text: str) -> None:
        """Look at one text."""
        self.number, self.text = number, text
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            self.look(text)
        except BankError as error:
            self.met["problems"] += 1
            self.problems(error)
        except (Exception, ReachedOutError, TooLongError) as error:  # noqa: BLE001 - that is what is looked for
            self.report(type(error).__name__, traceback.format_exc())
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self.slowest = max(self.slowest, time.process_time() - start)

    def problems(self, error: BankError) -> None:
        lines = self.text.replace("\r\n", "\n").split("\n")
        for problem in error.problems:
            self.met[problem.code] += 1
            place, message = problem.place, f"{problem.message} {problem.hint}"
            whole_file = place.line == place.column == 0 and problem.code in ("E106", "E107")
            is_there = 1 <= place.line <= len(lines) + 1 and place.column >= 1
            if is_there and place.line <= len(lines):
                is_there = place.column <= len(lines[place.line - 1]) + 2
            if not (whole_file or is_there) or place.file != "question.yaml":
                self.report("place", str(problem))
            if not message.strip().isprintable() or len(problem.message) >= LONGEST_MESSAGE or not problem.message:
                self.report("message", repr(problem))
        if not error.problems:
            self.report("message", "no problem at all")

    def look(self, text: str) -> None:
        data = text.encode(errors="surrogatepass")
        question = compile_question(QUESTION.read(read_yaml(data, "question.yaml")), "fuzz", PICTURES)
        self.met["compiled"] += 1
        question.space()
        sampler = Sampler(question, 1)
        for solved, variant in sampler.solved(2):
            self.met["variants"] += 1
            self.word(text, question, solved, variant)

    def word(self, text: str, question: Question, solved: Solved, variant: Variant) -> None:
        try:
            shown(solved, 80)
            describer = Describer(student=False)
            json.dumps(describer.variant(solved.word(MATHML)))
            for one in (question.stem, question.feedback):
                self.plain(one, solved)
        except PassedOver:
            self.met["passed over"] += 1
        for name, form in FORMATS.items():
            for problem in roundtrip(in_target(form.target, solved, variant), form, question.place_of):
                self.met[problem.code] += 1
                if any(known in text for known in KNOWN):
                    continue
                self.problems(BankError([problem]))
                if problem.code != "X710":
                    self.report(f"{name} {problem.code}", str(problem))

    def plain(self, text: Text, solved: Solved) -> None:
        with suppress(NotPlainError, BankError):
            flat(text.fill(PLAIN, solved.values).markup)


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
    examiner = Examiner()
    for text in module.shipped_texts():  # whatever is imported late, and fonts, are read now
        examiner.examine(-1, text)
    make_figure("bit_pattern", ((0, 1),)).read()
    np.linalg.eigvals(np.eye(2))
    module.wrong_texts()
    list(FIGURES.items())
    examiner.slowest = 0.0
    examiner.met.clear()
    limited()
    start = time.process_time()
    for number in range(first, first + count):
        print(number, flush=True)
        examiner.examine(number, module.example(kind, seed, number))
    seconds = time.process_time() - start
    met, slowest = dict(examiner.met.most_common()), round(examiner.slowest, 2)
    print(json.dumps({"findings": examiner.findings, "met": met, "slowest": slowest, "seconds": round(seconds, 1)}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
