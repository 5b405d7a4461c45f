"""The package holds what it needs, and nothing of the repository is forgotten."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OUTSIDE = {"tests", "benchmarks", "docs", "tools", "build", "out", "dist"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def package_folders() -> set[str]:
    found = {"markscheme"}
    for init in ROOT.rglob("__init__.py"):
        parts = init.relative_to(ROOT).parts[:-1]
        if parts and parts[0] not in OUTSIDE and not any(part.startswith(".") for part in parts):
            found.add(".".join(("markscheme", *parts)))
    return found


def test_every_package_folder_is_listed():
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == package_folders()


def test_every_folder_with_python_files_is_a_package():
    folders = {path.parent for path in ROOT.rglob("*.py") if path.parent != ROOT}
    for folder in folders:
        parts = folder.relative_to(ROOT).parts
        if parts[0] in OUTSIDE or any(part.startswith(".") or part.endswith(".egg-info") for part in parts):
            continue
        assert (folder / "__init__.py").is_file(), folder


def test_only_two_python_files_stand_at_the_root():
    assert {path.name for path in ROOT.glob("*.py")} == {"__init__.py", "cli.py"}


def test_both_commands_are_one_program():
    assert PROJECT["project"]["scripts"] == {"markscheme": "markscheme.cli:main", "cli": "markscheme.cli:main"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    script = "import sys, setuptools.build_meta as build\nprint(build.build_wheel(sys.argv[1]))"
    copy = folder / "source"
    # Built from a copy: a build leaves files behind.
    import shutil

    ignore = shutil.ignore_patterns(".*", "build", "out", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=ignore)
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(folder)],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode and "No module named 'setuptools'" in result.stderr:
        pytest.skip("setuptools is not installed here")
    assert result.returncode == 0, result.stderr
    return zipfile.ZipFile(folder / result.stdout.split()[-1])


def test_wheel_holds_the_banks_and_every_module(wheel):
    names = set(wheel.namelist())
    shipped = {f"markscheme/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "bank").rglob("*.yaml")}
    assert shipped
    assert shipped <= names
    modules = {
        f"markscheme/{path.relative_to(ROOT).as_posix()}"
        for name in ("bank", "exporters", "solvers")
        for path in (ROOT / name).rglob("*.py")
    }
    assert modules <= names
    assert "markscheme/py.typed" in names


def test_wheel_holds_no_tests(wheel):
    assert not [name for name in wheel.namelist() if "/tests/" in name or "/benchmarks/" in name]
