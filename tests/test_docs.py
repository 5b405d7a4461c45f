"""Every example in the documentation and in docstrings runs."""

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import markscheme
from markscheme.bank.answers import ANSWERS
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler
from markscheme.bank.schema import NamesTo, SectionOf, entries_of
from markscheme.bank.spec import BANK, QUESTION, TEXT, BankSpec, OptionSpec, QuestionSpec, RuleSpec
from markscheme.bank.yaml_reader import read_yaml
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


def test_commands_in_the_documentation_exist():
    from markscheme.cli import main

    for page in PAGES:
        for command in re.findall(r"^\$ markscheme (\w+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert command in main.commands, f"{page.name}: {command}"


@pytest.mark.parametrize("section", [QuestionSpec, BankSpec, RuleSpec, OptionSpec, *dict(ANSWERS.items()).values()])
def test_every_key_is_explained(section):
    page = (ROOT / "docs" / "writing-a-question.md").read_text(encoding="utf-8")
    for key in entries_of(section):
        assert f"`{key}`" in page or f"{key}:" in page, key


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        prose = re.sub(r"`[^`]+`", "", BLOCK.sub("", page.read_text(encoding="utf-8")))
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", prose):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
