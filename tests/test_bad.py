"""Wrong specs: each file of `bad/` says on which line which problem must be reported, and nothing else may be.

`# expect E501` stands on the line of the problem, `# expect-file E603` anywhere for one of the whole file.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.codes import CODES
from markscheme.bank.problems import BankError
from markscheme.bank.sampling import Sampler
from markscheme.bank.schema import Slips

HERE = Path(__file__).parent
SPECS = sorted((HERE / "bad").glob("*.yaml"))
ROOT = HERE.parent
CODE = re.compile(r'"([EXC][0-9]{3})"')
EXPECTED = re.compile(r"# expect(-file)?((?: [EC][0-9]{3})+)")
VARIANTS = 5
ELSEWHERE = {"E523"}
"""What only a command can meet; its test is with the command."""


def expected(path: Path) -> list[tuple[int, str]]:
    """Return the lines and codes that a file says must be reported."""
    found = []
    for number, line in enumerate(path.read_bytes().decode(errors="replace").split("\n"), start=1):
        for match in EXPECTED.finditer(line):
            found += [(0 if match[1] else number, code) for code in match[2].split()]
    return sorted(found)


def problems_of(path: Path, folder: Path) -> Slips:
    """Read, compile and sample one spec as the only question of a bank."""
    (folder / "bank.yaml").write_text("id: bad\ntitle: Wrong specs\nseed: 1\n", encoding="utf-8")
    shutil.copy(path, folder / path.name)
    slips = Slips()
    with slips.gather():
        for question in read_bank(folder).questions:
            with slips.gather():
                list(Sampler(question, 1).variants(VARIANTS))
    return slips


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_wrong_spec_is_reported_where_it_is_wrong_and_nowhere_else(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    slips = problems_of(path, tmp_path)
    assert sorted((one.place.line, one.code) for one in slips.problems) == expected(path), BankError(slips.problems)
    for one in slips.problems:
        assert one.place.file == path.name
        assert str(one).isprintable()
        assert len(str(one)) < 400


def test_every_wrong_spec_expects_something():
    assert [path.name for path in SPECS if not expected(path)] == []


def test_every_code_of_specs_has_a_wrong_spec():
    covered = {code for path in SPECS for _, code in expected(path)}
    assert {code for code in CODES if re.match("E[1-5]", code)} - covered == ELSEWHERE


def test_the_table_of_codes_holds_exactly_those_in_the_source():
    sources = [path for folder in ("bank", "exporters", "solvers") for path in (ROOT / folder).rglob("*.py")]
    sources = [path for path in (*sources, ROOT / "cli.py") if path.name != "codes.py"]
    used = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert used == set(CODES)


def test_the_table_of_codes_gives_each_a_meaning_of_its_own_in_one_sentence():
    assert len(set(CODES.values())) == len(CODES)
    assert all(meaning.endswith(".") and "\n" not in meaning for meaning in CODES.values())
