"""Every command under every fault: the old output stays intact or the new one is whole; nobody sees a traceback."""

import ctypes
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

# The exit code of each command under each fault. A full or read-only disk stops what writes to it, and nothing else;
# files are written before anything is said of them, so that a lost stream never costs a file.
TABLE = """
fault             help list show solvers solver validate verify stdout device file folder preview
none              0    0    0    0       0      0        0      0      0      0    0      0
python -O         0    0    0    0       0      0        0      0      0      0    0      0
python -OO        0    0    0    0       0      0        0      0      0      0    0      0
LANG=C            0    0    0    0       0      0        0      0      0      0    0      0
ASCII             0    0    0    0       0      0        0      0      0      0    0      0
bare environment  0    0    0    0       0      0        0      0      0      0    0      0
folder deleted    0    0    0    0       0      0        0      0      0      0    0      0
20 columns        0    0    0    0       0      0        0      0      0      0    0      0
1 column          0    0    0    0       0      0        0      0      0      0    0      0
no stdin          0    0    0    0       0      0        0      0      0      0    0      0
no stdout         0    0    0    0       0      0        0      1      1      0    0      0
no streams        0    0    0    0       0      0        0      1      1      0    0      0
stdout gone       1    1    1    1       1      1        1      1      1      1    1      1
stderr gone       0    0    0    0       0      0        0      1      1      0    0      0
full stdout       1    1    1    1       1      1        1      1      1      1    1      1
full stderr       0    0    0    0       0      0        0      1      1      0    0      0
full disk         0    0    0    1       0      0        0      1      1      1    1      1
same, unbuffered  0    0    0    1       0      0        0      1      1      1    1      1
read-only folder  0    0    0    0       0      0        0      0      0      1    1      1
"""


def drop_overriding() -> None:
    """Give up root's right to write where nobody may (Linux)."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0):  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
        raise OSError("it cannot be given up")


C = {"LANG": "C", "LC_ALL": "C"}
ASCII = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
BARE = {"HOME": None, "LANG": None, "PATH": None, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "20"}
FAULTS = {
    "none": {},
    "python -O": {"flags": ["-O"]},
    "python -OO": {"flags": ["-OO"]},
    "LANG=C": {"environment": C},
    "ASCII": {"environment": C | ASCII},
    "bare environment": {"environment": BARE | {"TMPDIR": "/nonexistent"}},
    "folder deleted": {"current": "gone"},
    "20 columns": {"columns": 20},
    "1 column": {"columns": 1},
    "no stdin": {"closed": (0,), "environment": {"PYTHONUNBUFFERED": "1"}},
    "no stdout": {"closed": (1,)},
    "no streams": {"closed": (0, 1, 2)},
    "stdout gone": {"gone": 1},
    "stderr gone": {"gone": 2},
    "full stdout": {"streams": {1: "/dev/full"}},
    "full stderr": {"streams": {2: "/dev/full"}},
    "full disk": {"largest": 3000},
    "same, unbuffered": {"largest": 3000, "environment": {"PYTHONUNBUFFERED": "1"}},
    "read-only folder": {"prepare": drop_overriding},
}
COMMANDS, *LINES = (line[18:].split() for line in TABLE.strip().splitlines())
EXPECTED = {
    fault: dict(zip(COMMANDS, map(int, codes), strict=True)) for fault, codes in zip(FAULTS, LINES, strict=True)
}
each_fault = pytest.mark.parametrize("fault", FAULTS)


def test_table_has_a_line_for_every_fault_and_a_column_for_every_command(ground):
    assert list(ground.commands) == COMMANDS
    assert list(FAULTS) == [line[:18].strip() for line in TABLE.strip().splitlines()[1:]]


@pytest.fixture(scope="module")
def rows(request, ground, start, usual):
    """Run every command under every fault that is asked for, some at the same time."""

    def run_all(fault: str):
        out = ground.fresh(fault)
        if fault == "read-only folder":
            for folder in (out, out / "split"):
                folder.chmod(0o555)
        running = start(out.parent, **FAULTS[fault])
        ended = {command: running.run(ground.words(command, out)) for command in COMMANDS}
        running.close()
        return ended, ground.contents(out)

    asked = {item.callspec.params.get("fault") for item in request.session.items if hasattr(item, "callspec")}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {fault: pool.submit(run_all, fault) for fault in FAULTS if fault in asked}


@pytest.fixture
def row(rows, fault):
    """Return how every command ended under a fault, and what is there afterwards."""
    try:
        return rows[fault].result()
    except subprocess.SubprocessError:
        pytest.skip("this fault cannot be made here")


@each_fault
def test_exit_codes_are_those_of_the_table(row, fault):
    assert {command: ended.code for command, ended in row[0].items()} == EXPECTED[fault]


@each_fault
def test_files_are_those_of_before_or_the_usual_ones_and_nothing_else_is_left(ground, row, usual, fault):
    stopped = fault in ("full disk", "same, unbuffered", "read-only folder")
    assert row[1] == (ground.old if stopped else usual[1])
    assert ground.old != usual[1]


@each_fault
def test_nobody_sees_a_traceback_and_a_failure_is_one_sentence(row, fault):
    silent = fault in ("no streams", "stdout gone", "stderr gone", "full stderr")  # where none could be read, or is due
    for command, ended in row[0].items():
        said = ended.stdout + ended.stderr + ended.shown
        assert not re.search(r"Traceback|Exception|Warning|fault of markscheme", said), (command, said)
        problems = re.findall(r"^markscheme: .*|^.*: X801 .*", ended.stderr, re.MULTILINE)
        assert len(problems) == (0 if silent else ended.code), (command, said)
        assert fault != "stdout gone" or not ended.stderr, (command, said)


@pytest.mark.parametrize("fault", ["python -O", "LANG=C", "folder deleted", "no stdin", "read-only folder"])
def test_what_is_said_does_not_depend_on_the_fault(row, usual, fault):
    def said(ended) -> dict[str, str]:
        texts = {command: one.stdout + one.stderr for command, one in ended.items() if not EXPECTED[fault][command]}
        return {command: re.sub(r"\d+\.\d+ s|\S*/out\b", "…", text) for command, text in texts.items()}

    assert said(row[0]) == said(usual[0])


def test_exported_stream_is_whole_wherever_it_is_exported_at_all(rows, usual):
    wanted = usual[1]["quiz.xml"].decode()
    for fault, row in rows.items():
        for command in ("stdout", "device"):
            if not EXPECTED[fault][command] and "columns" not in FAULTS[fault] and not row.exception():
                assert row.result()[0][command].stdout == wanted, (fault, command)


@pytest.mark.parametrize("fault", ["20 columns", "1 column"])
def test_narrow_terminal_cuts_no_name_that_one_types_next(row, usual, fault):
    for command, pattern in (("solvers", r"^  (\w+)\("), ("list", r"^([a-z-]+)  ")):
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\s", "", row[0][command].shown)
        names = re.findall(pattern, usual[0][command].stdout, re.MULTILINE)
        assert names
        if (fault, command) != ("1 column", "list"):  # a column of a table in one column cannot be read
            assert [name for name in names if name not in shown] == []
