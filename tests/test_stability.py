"""The same bank, seed and version give the same bytes everywhere."""

import hashlib
import os
import subprocess
import sys

import pytest


def export(cwd, *options: str, python: str = sys.executable, **environment: str) -> bytes:
    command = [
        python,
        "-m",
        "markscheme.cli",
        "export",
        "deep_learning",
        "-f",
        "moodle",
        "-n",
        "25",
        "-o",
        "-",
        *options,
    ]
    result = subprocess.run(command, cwd=cwd, capture_output=True, env={**os.environ, **environment}, check=False)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> bytes:
    return export(tmp_path_factory.mktemp("reference"))


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_export_does_not_depend_on_process_folder_or_hash_seed(reference, tmp_path, hash_seed):
    assert export(tmp_path, PYTHONHASHSEED=hash_seed) == reference


def test_export_does_not_depend_on_locale_or_optimisation(reference, tmp_path):
    assert export(tmp_path, LANG="C", LC_ALL="C", PYTHONOPTIMIZE="1", COLUMNS="20") == reference


def test_variants_do_not_depend_on_what_else_is_exported(reference, tmp_path):
    alone = export(tmp_path, "--only", "conv2d-output")
    start = alone.index(b"<question")
    assert alone[start : alone.index(b"</quiz>")] in reference


def test_fewer_variants_are_the_first_of_more(reference, tmp_path):
    few = export(tmp_path, "--only", "conv2d-output", "-n", "5")
    assert few[few.index(b"<question") : few.index(b"</quiz>")] in reference


def test_another_seed_gives_other_variants_but_the_same_originals(reference, tmp_path):
    def originals(data: bytes) -> list[bytes]:
        return [part for part in data.split(b"<question ") if b".original</idnumber>" in part]

    other = export(tmp_path, "--seed", "1")
    assert originals(other) == originals(reference) != []
    assert b"conv2d-output.1.1</idnumber>" in other
    assert b"conv2d-output.2021" not in other


def test_other_interpreters_give_the_same_export(reference, tmp_path):
    """Compare with the interpreters named in MARKSCHEME_PYTHONS (see `make stable`)."""
    pythons = os.environ.get("MARKSCHEME_PYTHONS", "").split()
    if not pythons:
        pytest.skip("no other interpreters are named in MARKSCHEME_PYTHONS; 'make stable' sets some up")
    wanted = hashlib.sha256(reference).hexdigest()
    assert {python: hashlib.sha256(export(tmp_path, python=python)).hexdigest() for python in pythons} == dict.fromkeys(
        pythons, wanted
    )
