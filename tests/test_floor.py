"""An export equals what a program written by hand for one question writes, digests of content aside."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_export_equals_the_floor_program_byte_for_byte(tmp_path):
    floor, ours = tmp_path / "floor.xml", tmp_path / "ours.xml"
    subprocess.run([sys.executable, str(ROOT / "benchmarks" / "floor.py"), "120", str(floor)], check=True)
    command = [
        "-m",
        "markscheme.cli",
        "export",
        "deep_learning",
        "-f",
        "moodle",
        "--only",
        "conv2d-output",
        "-n",
        "120",
    ]
    subprocess.run([sys.executable, *command, "-o", str(ours)], check=True, capture_output=True)
    texts = [re.sub("ms:[0-9a-f]{16}", "ms:", path.read_text(encoding="utf-8")) for path in (floor, ours)]
    assert texts[0] == texts[1]
    assert texts[0].count("<idnumber>") == 120
