"""What is broken or hostile, and what is said of it: data in `bad/`, each case a folder and a command.

A case is a spec (`bad/NAME.yaml`, the only question of a bank), a bank (`bad/banks/NAME/`), or a file of a platform to
be compared with `bad/verify/bank/`: `bad/moodle/NAME.xml`, `bad/verify/NAME.xml`, or `bad/archives/NAME/`, whose
files are put into NAME.zip; in their names `«up»` stands for `..`. It is laid out in a new folder,
a command is run there, and the problems that it reports must be those that the files expect: no others, none twice. It
ends with exit code 1 and changes no file.
After `#` or `<!--` a file may say

    expect E102              this problem is reported on this very line
    expect E102: did you     … and its line of output has these words, which end the line
    expect-file E603         it is reported for this file, and for no line of it
    expect-of a.yaml E602    it is reported for another file or folder, which need not exist
    expect-of a.xml:1 X701   … on a line of it
    run: export -f moodle    the command, where it is not `validate` or, for a platform's file, `verify`
    link: a.yaml -> ../b     a symbolic link to be made
    damage: old -> new       what becomes of an exported file or of MathML before it is read back
    damage-canvas: a -> b    the same of the files in a package for Canvas

and «50000 times [» stands for so many brackets. A file `solvers.py.bad` becomes `solvers.py`; no tool may take it for
code of the project.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from markscheme.bank.checks import mathml
from markscheme.bank.codes import CODES
from markscheme.bank.registry import SOLVERS
from markscheme.cli import main
from markscheme.exporters import FORMATS

HERE = Path(__file__).parent
BAD = HERE / "bad"
ROOT = HERE.parent
SPECS = sorted(BAD.glob("*.yaml"))
BANKS = sorted(path.parent for path in BAD.glob("banks/*/*") if path.is_file())
BANKS = list(dict.fromkeys(BANKS))
FILES = sorted([*BAD.glob("moodle/*.xml"), *BAD.glob("verify/*.xml")])
ARCHIVES = sorted(path for path in BAD.glob("archives/*") if path.is_dir())
CASES = [*SPECS, *BANKS, *FILES, *ARCHIVES]
OTHERWISE = {"C404", "C411", "X715"}
"""A fault of the program itself, which no spec brings about, and a pattern over very many variants of a bank: their
examples are in `bank/test_checks.py` and `bank/test_bias.py`."""

CODE = re.compile(r'"([EXC][0-9]{3})"')
COMMENT = re.compile(r"(?:#|<!--) (?=expect|caution|run:|link:|damage(?:-canvas)?:)")
EXPECTED = re.compile(r"expect(?:-(?:file|of (?P<file>\S+?)(?::(?P<line>[0-9]+))?))?(?P<codes>(?: [EXC][0-9]{3})+)"
                      r"(?:: (?P<words>.+))?")  # fmt: skip
CAUTION = re.compile(r"caution(?P<whole>-of-the-bank)? (?P<code>C[0-9]{3}): (?P<words>.+)")
ORDER = re.compile(r"(run|link|damage|damage-canvas): (.+)")
REPEATED = re.compile(rb"\xc2\xab([0-9]+) times (.+?)\xc2\xbb")
TOLD = re.compile(
    r"look at this: (?:(?P<file>[^:]+):(?P<line>[0-9]+):[0-9]+: |over the whole bank, )(?P<code>C[0-9]{3}) "
)
REPORTED = re.compile(r"(?! +look at this)(?P<file>[^:]+?)(?::(?P<line>[0-9]+):[0-9]+)?: (?P<code>[EXC][0-9]{3}) .*")


@dataclass(frozen=True, order=True)
class Finding:
    """A problem: a line of 0 means the whole file."""

    file: str
    line: int
    code: str


@dataclass
class Wanted:
    """What the files of a case say."""

    findings: list[Finding]
    words: list[tuple[Finding, str]]
    cautions: list[tuple[Finding, str]]
    orders: list[tuple[str, str]]

    def every(self, order: str) -> list[list[str]]:
        """Return the parts of each order of a kind."""
        return [text.split(" -> ") for name, text in self.orders if name == order]


def comments(data: bytes):
    """Yield the comments that are meant for the test, each with its line; a file may be UTF-16, or nothing at all."""
    text = data.replace(b"\0", b"").decode(errors="replace")
    for number, line in enumerate(text.split("\n"), start=1):
        for comment in COMMENT.split(line)[1:]:
            yield number, comment.partition("-->")[0].strip()


def wanted_by(path: Path) -> Wanted:
    """Return what a case, as it lies in `bad/`, says must be done and reported."""
    wanted = Wanted([], [], [], [])
    for file in [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file()):
        own = file.name if file == path else file.relative_to(path).as_posix()
        if path in ARCHIVES:
            own = f"{path.name}.zip/{own}"
        for number, comment in comments(file.read_bytes()):
            if order := ORDER.fullmatch(comment):
                wanted.orders.append((order[1], order[2]))
                continue
            if caution := CAUTION.fullmatch(comment):
                at = ("", 0) if caution["whole"] else (own, number)
                wanted.cautions.append((Finding(*at, caution["code"]), caution["words"]))
                continue
            found = EXPECTED.fullmatch(comment)
            assert found, f"{own}:{number}: what is '{comment}'?"
            line = int(found["line"] or 0) if comment.startswith("expect-") else number
            findings = [Finding(found["file"] or own, line, code) for code in found["codes"].split()]
            wanted.findings += findings
            wanted.words += [(one, found["words"]) for one in findings if found["words"]]
    return wanted


def lay_out(path: Path, folder: Path) -> str:
    """Put a case into an empty folder; return the command that it is for."""
    if path in ARCHIVES:
        with zipfile.ZipFile(folder / f"{path.name}.zip", "w") as archive:
            for file in sorted(one for one in path.rglob("*") if one.is_file()):
                archive.writestr(file.relative_to(path).as_posix().replace("«up»", ".."), file.read_bytes())
        shutil.copytree(BAD / "verify" / "bank", folder / "bank")
        command = f"verify {path.name}.zip --bank bank"
    elif path.is_dir():
        shutil.copytree(path, folder, dirs_exist_ok=True)
        command = "validate --variants 5"
    elif path.suffix == ".yaml":
        shutil.copy(path, folder)
        (folder / "bank.yaml").write_text("id: bad\ntitle: Wrong specs\nseed: 1\n", encoding="utf-8")
        command = "validate --variants 5"
    else:
        shutil.copy(path, folder)
        shutil.copytree(BAD / "verify" / "bank", folder / "bank")
        command = f"verify {path.name} --bank bank"
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        data = REPEATED.sub(lambda match: match[2] * int(match[1]), file.read_bytes())
        file.unlink()
        file.with_name(file.name.removesuffix(".bad")).write_bytes(data)
    return command


class Damage:
    """Changes what was written before it is read back: files, as a careless platform may, and MathML."""

    def __init__(self, old: str, new: str, monkeypatch) -> None:
        self.old, self.new = old, new
        self.form, self.convert = FORMATS.get("moodle"), mathml.convert
        self.is_done = False
        monkeypatch.setattr(FORMATS, "_things", dict(FORMATS.items()) | {"moodle": self})
        monkeypatch.setattr(mathml, "convert", lambda formula: self.to(self.convert(formula)))

    def __getattr__(self, name):
        return getattr(self.form, name)

    def to(self, text: str) -> str:
        self.is_done |= self.old in text
        return text.replace(self.old, self.new)

    def read(self, data, file):
        return self.form.read(self.to(data.decode()).encode(), file)


class DamagedPackage:
    """Changes the files in a package for Canvas before it is read back."""

    def __init__(self, old: str, new: str, monkeypatch) -> None:
        new = REPEATED.sub(lambda match: match[2] * int(match[1]), new.encode()).decode()
        self.old, self.new = old, new
        self.form = FORMATS.get("canvas")
        self.is_done = False
        monkeypatch.setattr(FORMATS, "_things", dict(FORMATS.items()) | {"canvas": self})

    def __getattr__(self, name):
        return getattr(self.form, name)

    def read(self, data, file):
        changed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(changed, "w") as damaged:
            for name in package.namelist():
                text = package.read(name).decode()
                self.is_done |= self.old in text
                damaged.writestr(name, text.replace(self.old, self.new))
        return self.form.read(changed.getvalue(), file)


def state_of(folder: Path) -> dict[str, bytes]:
    """Return names and contents of all files below a folder, but for what Python keeps of imported modules."""
    files = [Path(where, name) for where, _, names in os.walk(folder) for name in names if "__pycache__" not in where]
    return {str(file): b"" if file.is_symlink() else file.read_bytes() for file in files}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.relative_to(BAD).with_suffix("").as_posix())
def test_what_is_wrong_is_reported_where_it_is_wrong_and_nothing_else_is(path, tmp_path, monkeypatch):
    wanted = wanted_by(path)
    usual = lay_out(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, target in wanted.every("link"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).symlink_to(target)
    damages = [Damage(old, new, monkeypatch) for old, new in wanted.every("damage")]
    damages += [DamagedPackage(old, new, monkeypatch) for old, new in wanted.every("damage-canvas")]
    monkeypatch.setattr(SOLVERS, "_things", dict(SOLVERS.items()))
    before = state_of(tmp_path)
    output = ""
    for (command,) in wanted.every("run") or [[usual]]:
        result = CliRunner().invoke(main, shlex.split(command))
        output += result.output
        assert result.exit_code == bool(wanted.findings), output  # cautions fail nothing
        assert isinstance(result.exception, SystemExit | None), output
    lines = [line for line in output.splitlines() if REPORTED.fullmatch(line)]
    found = [(one["file"], int(one["line"] or 0), one["code"]) for one in map(REPORTED.fullmatch, lines)]
    assert sorted(Finding(*one) for one in found) == sorted(wanted.findings), output
    for finding, words in wanted.words:
        said = [line for line, one in zip(lines, found, strict=True) if Finding(*one) == finding]
        assert any(words in line for line in said), output
    told = [
        (Finding(one["file"] or "", int(one["line"] or 0), one["code"]), one.string)
        for one in map(TOLD.search, output.splitlines())
        if one
    ]
    if wanted.cautions:
        assert sorted(one for one, _ in told) == sorted(one for one, _ in wanted.cautions), output
    for finding, words in wanted.cautions:
        assert any(one == finding and words in line for one, line in told), output
    for line in output.splitlines():
        assert line.isprintable()
        assert len(line) < 420
    assert all(damage.is_done for damage in damages)
    assert state_of(tmp_path) == before


def test_every_case_expects_something():
    assert [path.name for path in CASES if not (wanted_by(path).findings or wanted_by(path).cautions)] == []


def test_every_code_has_a_bad_example():
    every = [wanted_by(path) for path in CASES]
    shown = {one.code for wanted in every for one in wanted.findings}
    shown |= {one.code for wanted in every for one, _ in wanted.cautions}
    assert CODES.keys() - shown == OTHERWISE


def test_the_table_of_codes_holds_exactly_those_in_the_source():
    sources = [path for folder in ("bank", "exporters", "solvers") for path in (ROOT / folder).rglob("*.py")]
    sources = [path for path in (*sources, ROOT / "cli.py") if path.name != "codes.py"]
    used = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert used == set(CODES)


def test_the_table_of_codes_gives_each_a_meaning_of_its_own_in_one_sentence():
    assert len(set(CODES.values())) == len(CODES)
    assert all(meaning.endswith(".") and "\n" not in meaning for meaning in CODES.values())
