"""Write what markscheme makes of banks to a folder, to be compared: `stability_members.py FOLDER COUNT BANK…`.

It runs under other interpreters, which have what markscheme needs and nothing else: neither pytest nor this folder.
"""

import contextlib
import io
import platform
import re
import sys
from pathlib import Path

import matplotlib
import numpy

from markscheme.bank.banks import read_bank
from markscheme.bank.sampling import Sampler
from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.validation import Plan, verdicts

FEW = "2"
"""So many variants are written in all formats but the first, and validated."""


def run(*words: str) -> str:
    """Run a command; return what it says, without times."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(list(words), standalone_mode=False)
    if code:
        raise SystemExit(f"{' '.join(words)}: exit code {code}\n{said.getvalue()}")
    return re.sub(r"\d+\.\d+ s\b", "… s", said.getvalue())


def write(bank: str, folder: Path, count: str) -> None:
    """Write all that the commands make of a bank."""
    folder.mkdir(parents=True)
    for form in FORMATS.names():
        only = [word for question in held(bank, form) for word in ("--only", question)]
        some = count if form == "moodle" else FEW
        run("export", bank, "-f", form, "-n", some, "--split", "-o", str(folder / form), *only)
    run("preview", bank, "-n", "3", "-o", str(folder / "preview.html"))
    (folder / "list.txt").write_text(run("list", bank), encoding="utf-8")
    (folder / "validate.txt").write_text(said_of(bank, FEW), encoding="utf-8")


def held(bank: str, form: str) -> list[str]:
    """Return the questions that a format can hold."""
    chosen = FORMATS.get(form)
    opened = read_bank(Path(bank))
    variants = (next(Sampler(one, opened.spec.seed).variants(1, chosen.target)) for one in opened.questions)
    return [variant.question for variant in variants if not any(chosen.refusals(variant))]


def said_of(bank: str, count: str) -> str:
    """Return what validation says."""
    opened = read_bank(Path(bank))
    lines = []
    for verdict in verdicts(opened, Plan(seed=opened.spec.seed, count=int(count)), lambda _question: None):
        said = (*map(str, verdict.cautions), *verdict.statements, *map(str, verdict.problems))
        lines += [f"{verdict.question}: {verdict.proved} of {verdict.variants} of {verdict.space}", *said]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    _, folder, count, *banks = sys.argv
    for bank in banks:
        write(bank, Path(folder) / Path(bank).name, count)
    versions = f"Python {platform.python_version()}, numpy {numpy.__version__}, matplotlib {matplotlib.__version__}"
    print(versions)
