"""Breakages of the shipped bank, its solvers and its exports, and the commands that must catch them.

A breakage is a small function under a name. What it breaks, which command catches it and with which code stands beside
it. The functions are in `of_questions.py`, `of_solvers.py`, `of_writers.py` and `of_files.py`; a new one needs an
entry there, and a row in `docs/checked.md`, which `pytest --accept` writes.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from markscheme.bank.banks import SHIPPED
from markscheme.cli import main
from markscheme.exporters import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

BANK = SHIPPED / "deep_learning"
SEED = "2021"
_REPORTED = re.compile(r"^[^ :]+(?::[0-9]+)*: (?P<code>[A-Z][0-9]{3}) (?P<message>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """Something that is broken on purpose.

    Attributes
    ----------
    part
        What kind of thing is broken: the heading of its table.
    what
        What is wrong then, for the table.
    question
        The shipped question that is broken.
    command
        The command that catches it.
    code
        The code that it must report.
    formats
        The formats whose files are broken, each by itself; empty where no file is.
    other_codes
        The code in those formats that report another one.
    """

    name: str
    part: str
    what: str
    question: str
    command: str
    code: str
    formats: tuple[str, ...]
    run: Callable[[Workshop, str], Caught]
    other_codes: Mapping[str, str] = field(default_factory=dict)

    def code_in(self, form: str) -> str:
        """Return the code that must be reported in a format."""
        return self.other_codes.get(form, self.code)


@dataclass(frozen=True, slots=True)
class Caught:
    """What a command said: its exit code, its output, and the codes and messages of the problems in it."""

    exit_code: int
    output: str

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(_REPORTED.findall(self.output))


BREAKAGES: dict[str, Breakage] = {}


def add(breakage: Breakage) -> None:
    """Take a breakage into the harness."""
    assert breakage.name not in BREAKAGES, f"there are two breakages called '{breakage.name}'"
    BREAKAGES[breakage.name] = breakage


class Workshop:
    """A folder to break things in.

    Parameters
    ----------
    folder
        An empty folder.
    patch
        Replaces things for as long as a test runs.
    """

    def __init__(self, folder: Path, patch: Any) -> None:
        self.folder = folder
        self.patch = patch

    def bank(self, *questions: str) -> Path:
        """Return a bank of copies of some shipped questions."""
        folder = self.folder / "bank"
        folder.mkdir(exist_ok=True)
        shutil.copy(BANK / "bank.yaml", folder)
        for question in questions:
            shutil.copy(self.shipped(question), folder)
        return folder

    def shipped(self, question: str) -> Path:
        """Return the file of a shipped question."""
        (path,) = BANK.glob(f"*/{question}.yaml")
        return path

    def edit(self, question: str, old: str, new: str) -> None:
        """Replace a text in the copy of a question."""
        path = self.folder / "bank" / f"{question}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{question} does not say '{old}' any more"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def validate(self, count: int = 4, *more: str) -> Caught:
        """Return what `markscheme validate` says of the bank."""
        number = str(count)
        return self._run(
            "validate", str(self.folder / "bank"), "-n", number, "--samples", number, "--workers", "1", *more
        )

    def export(self, form: str, count: int = 3) -> Path:
        """Return an export of the bank."""
        path = self.folder / f"export{FORMATS.get(form).suffix}"
        made = self._run("export", str(self.folder / "bank"), "-f", form, "-n", str(count), "-o", str(path))
        assert made.exit_code == 0, made.output
        return path

    def verify(self, path: Path, form: str) -> Caught:
        """Return what `markscheme verify` says of a file."""
        return self._run("verify", str(path), "--bank", str(self.folder / "bank"), "--format", form)

    def _run(self, *arguments: str) -> Caught:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return Caught(result.exit_code, result.output)


def page() -> str:
    """Return the table of all breakages, a section for each part."""
    parts = dict.fromkeys(breakage.part for breakage in BREAKAGES.values())
    sections = []
    for part in parts:
        rows = [
            f"| {one.name} | {one.what} | `{one.question}` | `{one.command}` | {_codes(one)} |{_said(one)}"
            for one in BREAKAGES.values()
            if one.part == part
        ]
        has_formats = any(one.formats for one in BREAKAGES.values() if one.part == part)
        head = "| name | what is broken | question | caught by | code |" + " formats |" * has_formats
        sections.append("\n".join([f"## {part}", "", head, "|---" * (5 + has_formats) + "|", *rows]))
    return "\n\n".join(sections) + "\n"


def _codes(breakage: Breakage) -> str:
    others = ", ".join(f"{code} in {form}" for form, code in breakage.other_codes.items())
    return breakage.code + (f" ({others})" if others else "")


def _said(breakage: Breakage) -> str:
    if not breakage.formats:
        return ""
    every = breakage.formats == FORMATS.names()
    return " all |" if every else f" {', '.join(breakage.formats)} |"
