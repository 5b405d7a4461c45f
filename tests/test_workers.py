"""Work shared among processes: the same results in the same order, whatever happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.whole import WholeBank
from markscheme.cli import main
from markscheme.exporters.processes import BrokenWorkerError, in_processes
from markscheme.exporters.sharing import sensible_workers
from markscheme.exporters.validation import Plan, verdicts

KINDS = {"json": "r.json", "junit": "r.xml", "sarif": "r.sarif", "github": "g.txt", "markdown": "r.md", "text": "t.txt"}
EXTRA = (
    "import os, sys, time\nfrom dataclasses import dataclass\n\n"
    "@dataclass(frozen=True)\nclass Job:\n    def __call__(self, task, report):\n"
    "        report(f'begun {task}')\n        time.sleep(0.2 if task == 0 else 0)\n"
    "        if task == 'end':\n            os._exit(3)\n"
    "        if task == 'fail':\n            raise LookupError('no')\n"
    "        print('noise')\n        return task, os.getpid(), sys.stdin.read()\n"
)


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Make a job of a module that other processes can import."""
    (tmp_path / "jobs_of_a_test.py").write_text(EXTRA)
    monkeypatch.syspath_prepend(str(tmp_path))
    import jobs_of_a_test

    yield jobs_of_a_test.Job()
    del sys.modules["jobs_of_a_test"]


def test_results_come_in_the_order_of_the_tasks_whoever_is_first(job):
    said = []
    results = list(in_processes(job, list(range(6)), 2, said.append))
    assert [task for task, _, _ in results] == list(range(6))
    assert len({process for _, process, _ in results} - {os.getpid()}) == 2
    assert sorted(said) == [f"begun {task}" for task in range(6)]


def test_task_has_no_input_and_its_output_does_not_mix_with_results(job, capfd):
    assert [given for _, _, given in in_processes(job, [1, 2], 2, print)] == ["", ""]
    assert capfd.readouterr().err == "noise\nnoise\n"


def test_what_a_task_raises_is_raised_and_a_process_that_ends_is_named(job):
    with pytest.raises(LookupError, match="no"):
        list(in_processes(job, [1, "fail", 3], 2, lambda _: None))
    with pytest.raises(BrokenWorkerError, match="a process ended within task 2"):
        list(in_processes(job, [1, "end", 3], 1, lambda _: None))


def test_nothing_of_the_current_folder_is_imported(tmp_path):
    for name in ("json", "pickle", "multiprocessing", "markscheme", "numpy"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')\n")
    program = Path(sys.executable).with_name("markscheme")
    if not program.exists():
        pytest.skip("the program is not installed")
    command = [str(program), "validate", "deep_learning", "--workers", "2", "-n", "1", "--only", "conv*"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "sprung").exists()


def test_reports_are_the_same_bytes_with_any_number_of_workers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "bank"
    source = SHIPPED / "deep_learning"
    for path in ("bank.yaml", *(f"convolution/{one.name}" for one in (source / "convolution").glob("conv*.yaml"))):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text((source / path).read_text())
    broken = folder / "convolution" / "conv2d-output.yaml"
    broken.write_text(broken.read_text().replace("\ncheck:\n", "\ncheck:\n  - y[0, 0] < 8\n"))
    written = {}
    for workers in ("1", "2", "3"):
        reports = [f"--report={kind}={name}" for kind, name in KINDS.items()]
        result = CliRunner().invoke(main, ["validate", "bank", "-v", "-n", "12", "--workers", workers, *reports])
        assert result.exit_code == 1
        written[workers] = [Path(name).read_bytes() for name in KINDS.values()]
        assert b"E520" in written[workers][0]
    assert written["1"] == written["2"] == written["3"]


def test_verdicts_and_findings_over_the_bank_do_not_depend_on_workers():
    bank = read_bank(SHIPPED / "deep_learning", only=["*-essay", "conv*", "vae*"])
    found = []
    for workers in (1, 3):
        whole = WholeBank()
        plan = Plan(seed=3, count=10, samples=25, workers=workers)
        every = list(verdicts(bank, plan, lambda question: None, whole))
        found.append((every, list(whole.findings())))
    assert found[0] == found[1]
    assert found[0][1]


def test_solvers_of_a_bank_work_in_other_processes(make_bank):
    text = (
        "id: {0}\ntitle: Own\ntopics: [t]\nparameters:\n  n: {{integers: [1, 90]}}\nstem: What of {{{{ n }}}}?\n"
        "answers:\n  v: {{type: number, value: thrice(n)}}\nfeedback: x\n"
    )
    folder = make_bank(
        {name: text.format(name) for name in ("a", "b")}, "id: b\ntitle: B\nseed: 1\nsolvers: [own.py]\n"
    )
    (folder / "own.py").write_text(
        "from markscheme.bank.registry import solver\n\n\n@solver\ndef thrice(x: int) -> int:\n    return 3 * x\n"
    )
    command = [
        sys.executable,
        "-m",
        "markscheme.cli",
        "validate",
        str(folder),
        "--allow-code",
        "--workers",
        "2",
        "-n",
        "10",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "180 variants proved" in result.stdout  # 90 of each: small questions are looked at whole


@pytest.mark.parametrize("given", ["0", "-1", "many", "257", "1.5"])
def test_number_of_workers_is_wrong_usage_beyond_its_bounds(given):
    assert CliRunner().invoke(main, ["validate", f"--workers={given}"]).exit_code == 2


def test_few_variants_are_not_worth_a_process():
    assert sensible_workers(0) == sensible_workers(10) == 1
    assert 1 <= sensible_workers(10**6) <= (os.cpu_count() or 1)
