"""The checker is checked: what is broken on purpose is caught, as `docs/checked.md` says."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.codes import CODES
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import exported

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "checked.md"
TABLES = "<!-- written by pytest --accept tests/checked -->\n\n"


def load(name: str) -> ModuleType:
    """Import a neighbour, under a name that the others import it by."""
    found = spec_from_file_location(f"checked_{name}", HERE / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


harness = load("harness")
_, _, of_writers, of_files = map(load, ("of_questions", "of_solvers", "of_writers", "of_files"))
EVERY = [
    pytest.param(breakage, form, id=f"{breakage.name} {form}".strip().replace(" ", "-"))
    for breakage in harness.BREAKAGES.values()
    for form in breakage.formats or ("",)
]


@pytest.mark.parametrize(("breakage", "form"), EVERY)
def test_what_is_broken_is_caught(breakage, form, tmp_path, monkeypatch):
    caught = breakage.run(harness.Workshop(tmp_path, monkeypatch), form)
    assert caught.exit_code == 1, caught.output
    assert breakage.code_in(form) in [code for code, _ in caught], caught.output


@pytest.mark.parametrize("form", FORMATS.names())
def test_files_that_are_whole_agree(form, tmp_path, monkeypatch):
    workshop = harness.Workshop(tmp_path, monkeypatch)
    workshop.bank(*{breakage.question for breakage in harness.BREAKAGES.values() if breakage.part == "Files"})
    path = workshop.export(form)
    file = of_files.File(path.read_bytes(), form)
    path.write_bytes(file.whole())
    assert len(file.items()) == 9
    assert list(workshop.verify(path, form)) == []


def test_questions_that_are_whole_are_proved(tmp_path, monkeypatch):
    workshop = harness.Workshop(tmp_path, monkeypatch)
    workshop.bank(*{breakage.question for breakage in harness.BREAKAGES.values() if "rite" in breakage.part})
    proved = workshop.validate(2)
    assert (proved.exit_code, list(proved)) == (0, []), proved.output


def test_there_are_forty_breakages_and_both_commands_catch_some():
    assert len(harness.BREAKAGES) >= 40
    assert {breakage.command for breakage in harness.BREAKAGES.values()} == {"validate", "verify"}
    assert {breakage.code_in(form) for breakage in harness.BREAKAGES.values() for form in breakage.formats} <= set(
        CODES
    )


@pytest.mark.parametrize("name", of_writers.WITHOUT)
def test_formats_in_which_nothing_is_broken_write_the_same(name):
    change = {slip[0]: slip[-1] for slip in of_writers.SLIPS}[name]
    (question,) = read_bank(harness.BANK, only=[harness.BREAKAGES[name].question]).questions
    for format_name in of_writers.WITHOUT[name]:
        form = FORMATS.get(format_name)
        careless = of_writers.Careless(form, change)
        for variant in Sampler(question, 2021).variants(2, form.target):
            assert exported([variant], careless) == exported([variant], form)
        assert careless.is_done


def test_page_lists_the_breakages(request):
    written = PAGE.read_text(encoding="utf-8")
    head, mark, tables = written.partition(TABLES)
    if request.config.getoption("--accept"):
        PAGE.write_text(head + mark + harness.page(), encoding="utf-8")
        return
    assert mark
    assert tables == harness.page()
    number = len(harness.BREAKAGES)
    assert f"{number} breakages" in " ".join(head.split())
