"""Measure speed as a ratio to a floor program, whole processes in one run.

Machines differ and are noisy, so CPU seconds are compared within a run only: programs take turns, and the least of
several runs counts. usage: bench.py [--quick]
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from markscheme.exporters import FORMATS

HERE = Path(__file__).parent
PYTHON = sys.executable
# As users run it: Python keeps what it has compiled.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
EXPORT = [PYTHON, "-m", "markscheme.cli", "export", "deep_learning", "--format", "moodle", "--only", "conv2d-output"]

VALIDATE = [PYTHON, "-m", "markscheme.cli", "validate", "deep_learning", "-n", "50", "--samples", "0", "--workers", "1"]


def run(command):
    """Return CPU seconds, wall seconds and peak memory in MiB of a process."""
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - before, usage.ru_maxrss / 1024


def least(commands, rounds):
    """Return the least CPU seconds of each command; they take turns."""
    cpu = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            cpu[name].append(run(command)[0])
    return {name: min(times) for name, times in cpu.items()}


def same(ours, floor):
    """Return whether two exports agree but for the digests of content."""
    first, second = (re.sub(r"ms:[0-9a-f]{16}", "", path.read_text()) for path in (ours, floor))
    return first == second


def main():
    rounds = 3 if "--quick" in sys.argv else 9
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = Path(folder, "ours.xml"), Path(folder, "floor.xml")
        commands = {
            "floor": [PYTHON, str(HERE / "floor.py"), "1000", str(floor)],
            "markscheme": [*EXPORT, "-n", "1000", "-o", str(ours)],
        }
        times = least(commands, rounds)
        equal = "equal files" if same(ours, floor) else "THE FILES DIFFER"
        print(f"1,000 variants of conv2d-output to Moodle XML ({equal}, CPU seconds, least of {rounds}):")
        print(
            f"  floor {times['floor']:.3f}, markscheme {times['markscheme']:.3f}: ratio {times['markscheme'] / times['floor']:.2f}"
        )
        print("Many variants:")
        for count in (5_000, 20_000):
            cpu, wall, peak = run([*EXPORT, "-n", str(count), "-o", str(ours)])
            print(
                f"  {count:6,}: {cpu:6.2f} s CPU, {cpu / count * 1e6:4.0f} µs a variant, {wall:.1f} s, peak {peak:.0f} MiB"
            )
        told = Path(folder, "validation.json")
        cpu, wall, peak = run([*VALIDATE, "--report", f"json={told}"])
        proofs = sum(question["variants"] for question in json.loads(told.read_text())["questions"]) * len(
            FORMATS.names()
        )
        print(
            f"The shipped bank validated, 50 variants a question in {len(FORMATS.names())} formats: {cpu:.1f} s CPU, "
            f"{cpu / proofs * 1e3:.2f} ms a variant and format, {wall:.1f} s, peak {peak:.0f} MiB"
        )
        start = least(
            {"click": [PYTHON, "-c", "import click"], "help": [PYTHON, "-m", "markscheme.cli", "--help"]}, 2 * rounds
        )
        print(
            f"markscheme --help {start['help']:.3f}, import click {start['click']:.3f}: ratio {start['help'] / start['click']:.2f}"
        )
    if equal != "equal files":
        raise SystemExit(1)


if __name__ == "__main__":
    main()
