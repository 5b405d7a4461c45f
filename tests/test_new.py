"""New questions from skeletons, and completion in a shell."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from markscheme.bank.answers import ANSWERS
from markscheme.bank.json_schema import question_schema
from markscheme.bank.schema import entries_of
from markscheme.bank.spec import QuestionSpec
from markscheme.cli import main
from markscheme.exporters.completion import words


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """Make an empty bank and go there."""
    (tmp_path / "bank.yaml").write_text("id: fresh\ntitle: Fresh\nseed: 1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result


@pytest.mark.parametrize("kind", ANSWERS.names())
def test_skeleton_of_each_type_is_sound_as_it_stands(bank, kind):
    run("new", kind, "my-question", "--topic", "my-topic")
    result = run("validate", "-n", "20", "--samples", "0")
    assert "20 variants proved, 0 problems" in result.stdout
    assert "look at this" not in result.stdout


@pytest.mark.parametrize("kind", ANSWERS.names())
def test_skeleton_names_every_key_that_may_be_added(bank, kind):
    run("new", kind, "my-question")
    text = Path("general/my-question.yaml").read_text()
    for section in (QuestionSpec, ANSWERS.get(kind)):
        for key in entries_of(section):
            assert f"{key}:" in text, key
    assert max(map(len, text.splitlines())) <= 120


def test_skeleton_is_right_in_an_editor(bank):
    import yaml

    for kind in ANSWERS.names():
        name = f"a-{kind.replace('_', '-')}"
        run("new", kind, name)
        data = yaml.safe_load(Path(f"general/{name}.yaml").read_text())
        assert list(Draft202012Validator(question_schema()).iter_errors(data)) == []


def test_question_that_is_there_already_stays(bank):
    run("new", "number", "a-sum")
    before = Path("general/a-sum.yaml").read_text()
    assert "E603 another question has the id 'a-sum': general/a-sum.yaml" in run("new", "text", "a-sum", code=1).stderr
    assert "E603" in run("new", "text", "a-sum", "-t", "other", code=1).stderr
    assert Path("general/a-sum.yaml").read_text() == before


def test_name_of_another_file_is_refused(bank):
    assert "E603" in run("new", "number", "bank", code=1).stderr
    assert "E603" in run("new", "number", "paper", code=1).stderr


@pytest.mark.parametrize("name", ["A-sum", "../a", "a/b", ".a", "", "a" * 61])
def test_what_is_no_id_is_refused_and_nothing_is_written(bank, name):
    assert "E204" in run("new", "number", name, code=1).stderr
    assert "E204" in run("new", "number", "a", "--topic", name, code=1).stderr
    assert [path.name for path in bank.rglob("*")] == ["bank.yaml"]


def test_unknown_type_is_wrong_usage_with_a_suggestion(bank):
    assert "did you mean 'number'?" in run("new", "nunber", "a", code=2).stderr


def test_nothing_is_written_into_the_shipped_bank(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in (("new", "number", "a-sum"), ("lock",)):
        assert "the current folder is in no bank" in run(*command, code=2).stderr


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("markscheme expl", "explain"),
        ("markscheme new n", "number"),
        ("markscheme show conv2d-o", "conv2d-output"),
        ("markscheme export -f m", "moodle"),
        ("markscheme explain E11", "E110"),
        ("markscheme solvers conv2", "conv2d"),
        ("markscheme validate deep", "deep_learning"),
        ("markscheme validate --report js", "json"),
    ],
)
def test_shell_completes(line, completed, tmp_path):
    environment = os.environ | {
        "_MARKSCHEME_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")),
    }  # fmt: skip
    code = "import sys; sys.argv[0] = 'markscheme'; from markscheme.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert f"plain,{completed}" in done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_for_a_shell_names_its_variable(shell):
    assert "_MARKSCHEME_COMPLETE" in CliRunner().invoke(main, ["completion", shell], prog_name="markscheme").output


def test_bank_that_is_not_there_completes_nothing():
    assert words("questions", "nowhere") == []


def test_a_new_folder_becomes_a_bank_with_its_first_question(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = run("new", "number", "first-question", "Physics 101 bank").stdout
    assert said == "Wrote Physics 101 bank/bank.yaml.\nWrote Physics 101 bank/general/first-question.yaml.\n"
    run("new", "choice", "second-question", "Physics 101 bank")
    assert "80 variants proved, 0 problems" in run("validate", "Physics 101 bank", "-n", "40", "--samples", "0").stdout
    assert Path("Physics 101 bank/bank.yaml").read_text().startswith("id: physics-101-bank\ntitle: Physics 101 bank\n")


def test_a_folder_that_holds_other_things_becomes_no_bank(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("notes").mkdir()
    Path("notes/a.txt").write_text("mine")
    assert "E601 there is no bank.yaml" in run("new", "number", "first", "notes", code=1).stderr
    assert [path.name for path in Path("notes").iterdir()] == ["a.txt"]
    assert "E204" in run("new", "number", "Wrong id", "fresh", code=1).stderr
    assert not Path("fresh").exists()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_files_where_no_word_of_ours_fits(tmp_path):
    script = run("completion", "bash").stdout + "\ncomplete -p main\n"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.search(r"complete .*-o default .*main", done.stdout), done


def test_fish_is_not_told_to_leave_files_out():
    assert "--no-files" not in run("completion", "fish").stdout
