"""Every example in the documentation and in docstrings runs."""

import doctest
import importlib
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import markscheme
from markscheme.bank.answers import ANSWERS
from markscheme.bank.banks import DEFAULT
from markscheme.bank.paper import PAPER, ItemSpec, PaperSpec, PartSpec, SectionSpec
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler
from markscheme.bank.schema import NamesTo, SectionOf, entries_of
from markscheme.bank.spec import BANK, QUESTION, TEXT, BankSpec, OptionSpec, QuestionSpec, RuleSpec
from markscheme.bank.yaml_reader import read_yaml
from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import roundtrip

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list:
    return [
        pytest.param(text, id=f"{page.stem}-{number}")
        for page in PAGES
        for number, (kind, text) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
        if kind == language
    ]


def modules() -> list[str]:
    names = [name for _, name, _ in pkgutil.walk_packages(markscheme.__path__, "markscheme.")]
    inside = ("markscheme.bank", "markscheme.exporters", "markscheme.solvers", "markscheme.cli")
    return [name for name in names if name.startswith(inside)]


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_run(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_solvers_have_an_example_each():
    from markscheme.bank.registry import SOLVERS

    for name, function in SOLVERS.items():
        if function.__module__.startswith("markscheme.solvers"):
            for part in ("Parameters", "Returns", "Examples", ">>> "):
                assert part in (function.__doc__ or ""), f"{name} lacks {part}"


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_examples_are_valid(text):
    node = read_yaml(text.encode(), "example.yaml")
    head = text.splitlines()[0]
    if head.startswith("id:"):
        question = compile_question(QUESTION.read(node), "docs")
        for variant in Sampler(question, 1).variants(10):
            assert list(roundtrip(variant, FORMATS.get("moodle"), question.place_of)) == []
    elif head == "# bank.yaml":
        BANK.read(node)
    elif head == "# paper.yaml":
        PAPER.read(node)
    elif head == "# parameters":
        NamesTo(SectionOf(RuleSpec, "a rule")).read(node)
    else:
        assert head == "# feedback"
        TEXT.read(node)


@pytest.mark.parametrize("text", blocks("python"))
def test_python_examples_run(text, tmp_path):
    path = tmp_path / "example.py"
    path.write_text(text, encoding="utf-8")
    result = subprocess.run([sys.executable, "-W", "error", str(path)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert doctest.testfile(str(path), module_relative=False)[0] == 0 or "solver" in text


COMMANDS = sorted(
    {
        (page.stem, command)
        for page in PAGES
        for kind, text in BLOCK.findall(page.read_text(encoding="utf-8"))
        if kind == "console"
        for command in re.findall(r"^\$ markscheme (.+?)(?: +# .*)?$", text, re.MULTILINE)
    }
)
"""Each command that a page shows."""


@pytest.fixture(scope="module")
def examples(tmp_path_factory) -> Path:
    """Make a folder with what commands in the documentation speak of: a bank, and exported files."""
    folder = tmp_path_factory.mktemp("examples")
    page = (ROOT / "docs" / "writing-a-question.md").read_text(encoding="utf-8")
    yaml = [text for kind, text in BLOCK.findall(page) if kind == "yaml"]
    (folder / "my-bank" / "statistics").mkdir(parents=True)
    header = next(text for text in yaml if text.startswith("# bank.yaml"))
    (folder / "my-bank" / "bank.yaml").write_text(header, encoding="utf-8")
    first = next(text for text in yaml if text.startswith("id:"))
    (folder / "my-bank" / "statistics" / "sample-deviation.yaml").write_text(first, encoding="utf-8")
    exports = {"exported.xml": DEFAULT, "questions-from-moodle.xml": DEFAULT, "questions.xml": str(folder / "my-bank")}
    for name, bank in exports.items():
        run = CliRunner().invoke(main, ["export", bank, "-f", "moodle", "-n", "1", "-o", str(folder / name)])
        assert run.exit_code == 0, run.output
    run = CliRunner().invoke(main, ["lock", str(folder / "my-bank")])
    assert run.exit_code == 0, run.output
    return folder


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands_in_the_documentation_run(page, command, examples, tmp_path, monkeypatch):
    shutil.copytree(examples, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "my-bank" if page == "writing-a-question" else tmp_path)
    arguments = shlex.split(command)
    if "--serve" in arguments:  # it would not end; its tests are in tests/preview
        arguments.append("--help")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("section", [QuestionSpec, BankSpec, RuleSpec, OptionSpec, *dict(ANSWERS.items()).values()])
def test_every_key_is_explained(section):
    page = (ROOT / "docs" / "writing-a-question.md").read_text(encoding="utf-8")
    for key in entries_of(section):
        assert f"`{key}`" in page or f"{key}:" in page, key


@pytest.mark.parametrize("section", [PaperSpec, SectionSpec, PartSpec, ItemSpec])
def test_every_key_of_a_paper_is_explained(section):
    page = (ROOT / "docs" / "paper.md").read_text(encoding="utf-8")
    for key in entries_of(section):
        assert f"`{key}`" in page, key


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        prose = re.sub(r"`[^`]+`", "", BLOCK.sub("", page.read_text(encoding="utf-8")))
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", prose):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
