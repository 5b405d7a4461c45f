"""What others put into their repositories: the action, the hooks and the snippets of the documentation."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed here")


def snippets(kind: str) -> list:
    return [yaml.safe_load(text) for text in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


def steps() -> dict[str, dict]:
    return {step["name"]: step for step in ACTION["runs"]["steps"]}


def test_every_step_of_the_action_names_its_shell_and_reads_inputs_from_the_environment_only():
    for step in steps().values():
        assert "uses" in step or step["shell"] == "bash"
        assert "${{" not in step.get("run", "")
    given = " ".join(str(step) for step in steps().values())
    assert set(re.findall(r"inputs\.([\w-]+)", given)) == set(ACTION["inputs"])
    assert all(one["description"] for one in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))


def validated(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess, dict[str, str]]:
    """Run the action's last step as a runner does: bash, with the inputs in its environment."""
    step = steps()["Validate"]
    values = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
    said = {f"inputs.{name}": value for name, value in values.items()}
    said["steps.install.outputs.program"] = str(folder / "bin" / "markscheme")
    environment = {
        variable: said[re.fullmatch(r"\$\{\{ ([\w.-]+) \}\}", text)[1]] for variable, text in step["env"].items()
    }
    files = {"GITHUB_OUTPUT": folder / "output", "GITHUB_STEP_SUMMARY": folder / "step_summary"}
    for path in files.values():
        path.write_text("")
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "markscheme"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m markscheme.cli "$@"\n')
    program.chmod(0o755)
    environment |= {name: str(path) for name, path in files.items()}
    environment |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(folder)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done, dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())


@needs_bash
def test_action_validates_a_bank_and_leaves_its_reports(sum_bank):
    done, output = validated(sum_bank.parent, bank="bank", variants="3")
    assert done.returncode == 0, done.stderr
    report = json.loads((sum_bank.parent / output["json"]).read_text())
    assert report["variants"] == 3
    assert report["summary"]["proved"] == report["summary"]["variants"] >= 3
    for name in ("junit", "sarif"):
        assert (sum_bank.parent / output[name]).is_file()
    assert "✅ Test bank" in (sum_bank.parent / "step_summary").read_text()


@needs_bash
def test_action_fails_with_annotations_where_the_bank_is_broken(sum_bank):
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("value: a + b", "value: a + c"))
    done, output = validated(sum_bank.parent, bank="bank")
    assert done.returncode == 1
    line = question.read_text()[: question.read_text().index("value: a + c")].count("\n") + 1
    assert f"::error file=bank/topic/sum.yaml,line={line}," in done.stderr
    assert "E305" in (sum_bank.parent / "step_summary").read_text()
    assert "E305" in (sum_bank.parent / output["junit"]).read_text()


@needs_bash
def test_inputs_of_the_action_are_words_and_no_commands(sum_bank):
    trap = sum_bank.parent / "sprung"
    for name in ("bank", "variants", "changed", "workers", "reports"):
        done, _ = validated(
            sum_bank.parent, **{"bank": "bank", name: f'$(touch {trap}); `touch {trap}` "; touch {trap}'}
        )
        assert not trap.exists(), name
        assert done.returncode != 0 or name == "reports"
    assert validated(sum_bank.parent, bank="--help")[0].returncode == 1


@needs_bash
@pytest.mark.parametrize("name", ["locked", "allow-code"])
def test_a_switch_of_the_action_that_is_neither_on_nor_off_is_an_error(sum_bank, name):
    done, _ = validated(sum_bank.parent, **{"bank": "bank", name: "yes"})
    assert done.returncode == 2
    assert f"::error::The input '--{name}' is 'true' or 'false'" in done.stdout


@needs_bash
def test_action_validates_no_other_bank_than_that_of_its_repository(sum_bank):
    done, _ = validated(sum_bank.parent)
    assert done.returncode == 2
    assert "in no bank" in done.stderr


@needs_bash
def test_action_locks_and_looks_at_changes_if_it_is_told_to(sum_bank):
    assert "E613" in validated(sum_bank.parent, bank="bank", locked="true")[0].stderr
    assert "E612" in validated(sum_bank.parent, bank="bank", changed="no-such-revision")[0].stderr


@needs_bash
@pytest.mark.skipif(os.name != "posix", reason="a program of a shell's")
def test_action_installs_into_an_environment_of_its_own_and_leaves_the_path_alone(tmp_path):
    step = steps()["Install markscheme"]
    made = tmp_path / "python"
    # What python -m venv FOLDER would leave, without the network that pip wants.
    made.write_text('#!/bin/sh\nmkdir -p "$3/bin"\ncp "$0" "$3/bin/python"\n')
    made.chmod(0o755)
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_PATH": tmp_path / "path", "GITHUB_ENV": tmp_path / "env"}
    environment = {name: str(path) for name, path in files.items()} | {"RUNNER_TEMP": str(tmp_path / "temp")}
    environment |= {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "MARKSCHEME_SOURCE": "source"}
    subprocess.run(["bash", "-e", "-c", step["run"]], env=os.environ | environment, cwd=tmp_path, check=True)
    assert files["GITHUB_OUTPUT"].read_text() == f"program={tmp_path}/temp/markscheme/bin/markscheme\n"
    assert not files["GITHUB_PATH"].exists()
    assert not files["GITHUB_ENV"].exists()


def test_hooks_run_commands_that_there_are_for_files_of_a_bank():
    from click.testing import CliRunner

    from markscheme.cli import main

    assert [hook["id"] for hook in HOOKS] == ["markscheme-validate", "markscheme-locked"]
    for hook in HOOKS:
        program, *words = hook["entry"].split()
        assert (program, hook["language"], hook["pass_filenames"]) == ("markscheme", "python", False)
        assert CliRunner().invoke(main, [*words, "--help"]).exit_code == 0
        for file in ("bank.yaml", "a/b.yaml", "a/plot.png", "solvers.py", "my/bank.lock"):
            assert re.search(hook["files"], file), file
        for file in ("README.md", "uv.lock", "a.xml"):
            assert not re.search(hook["files"], file), file


def test_snippets_name_inputs_outputs_and_hooks_that_there_are():
    for workflow in snippets("github"):
        used = [step for step in workflow["jobs"]["validate"]["steps"] if "markscheme" in step.get("uses", "")]
        assert len(used) == 1
        assert set(used[0]["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.bank\.outputs\.(\w+)", PAGE)) <= set(ACTION["outputs"])
    for config in snippets("precommit"):
        for hook in config["repos"][0]["hooks"]:
            assert hook["id"] in {one["id"] for one in HOOKS}


def test_commands_of_the_snippets_run(sum_bank, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from markscheme.cli import main

    shutil.copytree(sum_bank, tmp_path / "my-bank")
    monkeypatch.chdir(tmp_path)
    (job,) = (config["validate-bank"] for config in snippets("gitlab"))
    (command,) = [line for line in job["script"] if line.startswith("markscheme ")]
    result = CliRunner().invoke(main, command.split()[1:])
    assert result.exit_code == 0, result.output
    assert Path(job["artifacts"]["reports"]["junit"]).is_file()
