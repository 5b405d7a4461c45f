"""Whatever a file holds, verifying it ends soon, in problems and in nothing else.

Questions of the shipped bank and of Moodle's own export are mutated in four ways (see `xml_mutations.py`) and verified
(see `examine_xml.py`), in a process that can open no other file. An example that fails is shown whole, and with the
command that looks at it again.

`MARKSCHEME_FUZZ` is the number of examples of each kind, and `MARKSCHEME_FUZZ_SEED` their seed.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("MARKSCHEME_FUZZ", "900"))
SEED = int(os.environ.get("MARKSCHEME_FUZZ_SEED", "1"))
SLICE = 5_000

found = spec_from_file_location("xml_mutations", HERE / "xml_mutations.py")
assert found is not None
assert found.loader is not None
mutations = module_from_spec(found)
found.loader.exec_module(mutations)


def examined(kind: str, first: int, count: int, folder: Path) -> dict:
    """Verify examples in a process of its own, in an empty folder."""
    script = [sys.executable, "-W", "error", str(HERE / "examine_xml.py"), kind, str(SEED), str(first), str(count)]
    run = subprocess.run(script, cwd=folder, capture_output=True, text=True, timeout=120 + count, check=False)
    last = run.stdout.strip().rpartition("\n")[2]
    if run.returncode or not last.startswith("{"):
        number = int(last) if last.isdigit() else first
        _, data = mutations.example(kind, SEED, number)
        pytest.fail(f"the process died at {' '.join(script[4:6])} {number} 1:\n{run.stderr[-2000:]}\n{data!r}")
    assert list(folder.iterdir()) == []
    return json.loads(last)


@pytest.mark.parametrize("kind", mutations.KINDS)
def test_mutated_files_end_in_problems(kind, tmp_path):
    for first in range(0, EXAMPLES, SLICE):
        count = min(SLICE, EXAMPLES - first)
        seen = examined(kind, first, count, tmp_path)
        shown = [
            f"{one['what']}\n{one['detail']}\n{base64.b64decode(one['data'])!r}\n"
            f"again: examine_xml.py {kind} {SEED} {one['number']} 1"
            for one in seen["findings"]
        ]
        assert not shown, "\n\n".join(shown[:5])
        assert seen["met"].get("compared", 0) > count / 20  # enough of them are compared with the bank
        met = f"the slowest {seen['slowest']} s, {seen['MiB']} MiB"
        print(f"{kind}: {count} examples from {first} in {seen['seconds']} s, {met}")


def test_the_same_number_is_the_same_file():
    for kind in mutations.KINDS:
        assert mutations.example(kind, 3, 7) == mutations.example(kind, 3, 7) != mutations.example(kind, 3, 8)


HARMFUL = {
    "opens a file to write it": ("open('x', 'w')", "ReachedOutError"),
    "reads a file from elsewhere": ("open('/etc/passwd')", "ReachedOutError"),
    "asks the network": ("__import__('socket').create_connection(('127.0.0.1', 9))", "ReachedOutError"),
    "takes much memory": ("bytearray(2**30)", "MemoryError"),
    "does not end": ("list(map(str, range(10**9)))", "TooLongError"),
    "fails in a way of its own": ("{}['x']", "KeyError"),
    "breaks a line": ("self.judge([problem('a\\nb', 1, 1)])", "message"),
    "does not come to an end": ("self.judge([problem('a' * 600, 1, 1)])", "message"),
    "names a place that is not there": ("self.judge([problem('a', 9999, 1)])", "place"),
    "names a column that is not there": ("self.judge([problem('a', 1, 999)])", "place"),
}


def test_an_example_that_does_harm_is_found(tmp_path):
    harms = "\n".join(f"        case {number}: {harm}" for number, (harm, _) in enumerate(HARMFUL.values()))
    script = f"""
import os, socket, sys
sys.path.insert(0, {str(HERE)!r})
import examine_xml
from markscheme.bank.problems import Place, Problem
def problem(message, line, column):
    return Problem(place=Place("q.xml", line, column), code="X701", message=message)
def look(self, which, data):
    match self.number:
{harms}
examine_xml.MOST_SECONDS = 0.3
examine_xml.Examiner.look = look
examine_xml.main("texts", 1, 0, {len(HARMFUL)})
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    findings = json.loads(run.stdout.strip().rpartition("\n")[2])["findings"]
    whats = [finding["what"] for finding in findings]
    assert dict(zip(HARMFUL, whats, strict=True)) == {what: wanted for what, (_, wanted) in HARMFUL.items()}
    for number, finding in enumerate(findings):
        assert base64.b64decode(finding["data"]) == mutations.example("texts", 1, number)[1]
    assert list(tmp_path.iterdir()) == []
