"""What a question bank from elsewhere may try, and what becomes of it: see the table in `attempts.py`.

Every attempt is a test. It stands in a question, at the place that the table names, and the question goes the whole
way: read, compiled, drawn, worded for every target. The table says the code of the problem that the author is told, on
the very line, or `FINE` where the attempt is harmless; then the value must be one that the language has. No attempt
may take much time or memory, run code, read a file outside of its bank, or write one.
"""

from __future__ import annotations

import math
import os
import sys
import sysconfig
import time
import tracemalloc
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.figures import FIGURES
from markscheme.bank.maths import Node
from markscheme.bank.problems import BankError
from markscheme.bank.sampling import Sampler
from markscheme.bank.show import shown
from markscheme.bank.text.mathml import MATHML
from markscheme.bank.values import PassedOver

found = spec_from_file_location("attempts", Path(__file__).with_name("attempts.py"))
assert found is not None
assert found.loader is not None
table = module_from_spec(found)
found.loader.exec_module(table)
ATTEMPTS, EXPRESSION, FINE = table.ATTEMPTS, table.EXPRESSION, table.FINE

MOST_SECONDS = 5.0
"""Of processor time; the slowest attempt took a hundredth of it when this was written."""

MOST_MEMORY = 16 * 2**20

QUESTION = """\
id: q
title: {title}
marks: 5
topics: [t]
{symbols}parameters: {{p: {{integers: [1, 9]}}}}
let:
  n: 3 + 0*p
  big: 2**53
  x: 0.3
  huge: 1e308
  a: array((0, 1, 2), (3, 4, 5))
  v: array(0.5, -1.5, 2.0)
  b: v > 0
  long: array(range(1024))
  e: long[0:0]
  s: "'text'"
  t: "(1, 2.5, 'c')"
  m: sum_of(1, -2)
  attempt: {let}
figures: {{plot: {figure}}}
stem:
  - text: {stem}
  - {{when: {when}, each: {{i: {each}}}, text: "{{{{ i }}}}"}}
answers:
  y:
    type: number
    value: n
    mistakes: [{{value: n + 1, feedback: {mistake}}}]
{answer}feedback: {solution}
"""
SYMBOLS = """\
symbols: {{A: {{integers: [2, 9]}}, B: {{integers: [2, 40]}}}}
domain: [{domain}]
"""
CHOICE = """\
  c:
    type: choice
    options: [{{text: r, right: true}}, {{text: {option}}}, {{text: w, feedback: {feedback}}}]
"""
SYMBOLIC = """\
  d:
    type: choice
    value: A + 1
    options: [{{symbolic: A + 1}}, {{symbolic: {symbolic}}}]
"""
ANSWERS = {
    "option": CHOICE, "feedback": CHOICE, "symbolic": SYMBOLIC, "domain": SYMBOLIC, "symbol name": SYMBOLIC,
    "let name": SYMBOLIC,
    "accept": "  w: {{type: text, accept: [{accept}]}}\n",
    "rubric": "  e: {{type: essay, model: m, rubric: [{{points: 2.5, text: {rubric}}}]}}\n",
}  # fmt: skip
"""The answer beside the number that a place needs; an attempt elsewhere is tried without."""

PARTS = {
    "title": "T", "domain": "A > 0", "let": "1", "figure": "bit_pattern((0, 1))", "stem": "s ![](plot)",
    "when": "True", "each": "(1, 2)", "mistake": "f", "option": "o", "feedback": "f", "symbolic": "A + 2",
    "accept": "a", "rubric": "r", "solution": "f",
}  # fmt: skip
BANK = "id: b\ntitle: B\nseed: 1\n"

_LIBRARIES = tuple({os.path.realpath(path) for path in (*sysconfig.get_paths().values(), sys.base_prefix)})
_PACKAGE = str(Path(__file__).parents[2])
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OTHER = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "subprocess.", "os.system",
          "os.exec", "os.fork", "os.posix_spawn", "socket.", "shutil.", "ctypes.", "urllib.")  # fmt: skip
_watched: list[str] = []
_bank: list[str] = []


def watch(event: str, arguments: tuple) -> None:
    """Note what reaches out of a bank, while a bank is set."""
    if not _bank:
        return
    if event == "open" and not isinstance(arguments[0], int):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if (arguments[2] & _WRITING) or not path.startswith((_bank[0], _PACKAGE, *_LIBRARIES)):
            _watched.append(f"{event} {path}")
    elif event.startswith(_OTHER):
        _watched.append(f"{event} {arguments}")


sys.addaudithook(watch)


def quoted(text: str) -> str:
    """Return a text as YAML reads it again."""
    return "'" + text.replace("'", "''").replace("\n", "\n\n") + "'"


def files_of(place: str, attempt: str) -> tuple[str, str]:
    """Return the bank's file and the question's with an attempt at its place."""
    parts = {name: quoted(value) for name, value in PARTS.items()}
    if place in parts:
        parts[place] = quoted(attempt)
    answer = ANSWERS.get(place, "")
    symbols = SYMBOLS.format(**parts) if answer == SYMBOLIC else ""
    question, other = QUESTION.format(**parts, symbols=symbols, answer=answer.format(**parts)), quoted(attempt)
    if place in parts:
        return BANK, question
    match place:
        case "id":
            question = question.replace("id: q", f"id: {other}", 1)
        case "parameter":
            question = question.replace("parameters: {p:", f"parameters: {{{other}: {{integers: [1, 9]}}, p:", 1)
        case "symbol name":
            question = question.replace("symbols: {A:", f"symbols: {{{other}: {{integers: [1, 9]}}, A:", 1)
        case "let name":
            question = question.replace("  attempt:", f"  {other}:", 1)
        case "slot":
            question = question.replace("  y:", f"  {other}:", 1)
        case "solvers":
            return f"{BANK}solvers: [{other}]\n", question
    return BANK, question


def make_bank(folder: Path, place: str, attempt: str) -> Path:
    """Write a bank, with what an attempt may reach for inside and outside of it."""
    folder.mkdir()
    for where in (folder, folder / "bank", folder / "bank/topic"):
        where.mkdir(exist_ok=True)
        code = "import pathlib\npathlib.Path(__file__).with_name('ran').write_text('ran')\n"
        for name in ("evil.py", "__init__.py", "solvers.py"):
            (where / name).write_text(code)
        (where / "picture.png").write_bytes(b"\x89PNG")
    topic = folder / "bank/topic"
    (folder / "bank/folder.py").mkdir()
    (topic / "folder.png").mkdir()
    (topic / "link.png").symlink_to(folder / "picture.png")
    (topic / "device.png").symlink_to("/dev/zero")
    (topic / "circle.png").symlink_to("circle.png")
    os.mkfifo(topic / "pipe.png")
    with (topic / "large.png").open("wb") as stream:
        stream.truncate(2**33)
    bank, question = files_of(place, attempt)
    (folder / "bank/bank.yaml").write_bytes(bank.encode(errors="surrogatepass"))
    (topic / "q.yaml").write_bytes(question.encode(errors="surrogatepass"))
    return folder / "bank"


def value_of(bank: Path) -> object:
    """Take a bank's question the whole way, and return the value of `attempt`."""
    question = read_bank(bank).questions[0]
    question.space()
    for solved, _ in Sampler(question, 1).solved(1):
        shown(solved, 80)
        solved.word(MATHML)
        return solved.values.get("attempt", 1)
    return None


def is_legal(value: object) -> bool:
    if isinstance(value, np.ndarray):
        bounded = value.size <= 1024 and not value.flags.writeable and type(value) is np.ndarray
        finite = value.dtype != np.float64 or bool(np.isfinite(value).all())
        small = value.dtype != np.int64 or not value.size or int(np.abs(value).max()) <= 2**53
        return bounded and finite and small and value.dtype in (np.int64, np.float64, np.bool_)
    if isinstance(value, tuple):
        return len(value) <= 1024 and all(is_legal(item) for item in value)
    if type(value) is int:
        return abs(value) <= 2**53
    if type(value) is float:
        return math.isfinite(value)
    return type(value) in (bool, str) or isinstance(value, Node)


def outcome(bank: Path) -> tuple[list[str], object]:
    """Return the codes of the problems, and the value if there are none; nothing else may come of an attempt."""
    try:
        return [], value_of(bank)
    except PassedOver:
        return [], None
    except BankError as error:
        for problem in error.problems:
            assert problem.place.line >= 1 or problem.code.startswith("E6"), problem
            assert problem.message.isprintable(), problem
            assert 10 < len(problem.message) < 400, problem
        return [problem.code for problem in error.problems], None


ALL = [(category, *attempt) for category, attempts in ATTEMPTS.items() for attempt in attempts]


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory):
    """Import what is imported late, so that an attempt's time and memory are its own."""
    list(FIGURES.items())
    value_of(make_bank(tmp_path_factory.mktemp("warm") / "x", EXPRESSION, "1"))


@pytest.mark.parametrize(
    ("expected", "place", "attempt"),
    [one[1:] for one in ALL],
    ids=[f"{category}-{place}-{attempt[:40]!a}" for category, _, place, attempt in ALL],
)
def test_attempt_is_refused_or_harmless(expected, place, attempt, tmp_path):
    bank = make_bank(tmp_path / "x", place, attempt)
    before = sorted((tmp_path / "x").rglob("*"))
    _watched.clear()
    _bank.append(os.path.realpath(bank))
    start = time.process_time()
    tracemalloc.start()
    try:
        codes, value = outcome(bank)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        _bank.clear()
    assert set(codes) == ({expected} if expected != FINE else set())
    assert is_legal(value) or value is None
    assert not _watched
    assert sorted((tmp_path / "x").rglob("*")) == before
    assert peak < MOST_MEMORY
    assert time.process_time() - start < MOST_SECONDS


def test_there_are_many_attempts_of_every_kind():
    assert len(ALL) >= 120
    assert len(set(ALL)) == len(ALL)
    few = {category: len(attempts) for category, attempts in ATTEMPTS.items() if len(attempts) < 5}
    assert not few
    named = "attributes dunders format walrus comprehensions powers digits shapes strings nesting array dtypes Unicode"
    for word in f"{named} holes alternative figure plug-in".split():
        assert any(word.casefold() in category.casefold() for category in ATTEMPTS), word


def test_the_question_is_sound_where_nothing_is_attempted(tmp_path):
    for place in PARTS:
        assert outcome(make_bank(tmp_path / place, place, PARTS[place]))[0] == []


def test_reaching_out_would_be_seen(tmp_path):
    _watched.clear()
    _bank.append(str(tmp_path / "bank"))
    try:
        (tmp_path / "outside").write_text("x")
        Path("/etc/passwd").read_bytes()
    finally:
        _bank.clear()
    assert len(_watched) == 2
