"""Banks: which files are questions, and what is refused."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from markscheme.bank.banks import SHIPPED, find_bank, read_bank, shipped_banks
from markscheme.bank.problems import BankError
from markscheme.bank.registry import SOLVERS

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "id: test\ntitle: Test bank\nseed: 7\n"


def question(name: str, topic: str = "testing", value: str = "a") -> str:
    return (
        f"id: {name}\ntitle: A question\ntopics: [{topic}]\n"
        "parameters:\n  a: {integers: [1, 99]}\nstem: '{{ a }}'\n"
        f"answers:\n  y: {{type: number, value: {value}}}\nfeedback: F.\n"
    )


@pytest.fixture
def bank(make_bank, tmp_path, monkeypatch) -> Path:
    """Make a bank of two questions; the current folder is the one above."""
    monkeypatch.chdir(tmp_path)
    return make_bank({"one": question("one"), "two": question("two", "other")})


def ids(folder: Path, *only: str) -> list[str]:
    return [one.id for one in read_bank(folder, only).questions]


def said(folder: Path, *only: str, **options: bool) -> list[str]:
    with pytest.raises(BankError) as caught:
        read_bank(folder, only, **options)
    return [str(problem) for problem in caught.value.problems]


def brings(folder: Path, code: str, name: str = "solvers.py") -> None:
    (folder / "bank.yaml").write_text(HEADER + f"solvers:\n  - {name}\n", encoding="utf-8")
    (folder / name).write_text(code, encoding="utf-8")


# Which files


def test_questions_are_sorted_by_the_paths_of_their_files(bank):
    (bank / "zero.yaml").write_text(question("zero"), encoding="utf-8")
    (bank / "a").mkdir()
    (bank / "a" / "zzz.yaml").write_text(question("zzz"), encoding="utf-8")
    assert ids(bank) == ["zzz", "one", "two", "zero"]


def test_the_paper_hidden_folders_and_other_files_are_no_questions(bank):
    (bank / "topic" / "paper.yaml").write_text("anything", encoding="utf-8")
    (bank / "README.md").write_text("anything", encoding="utf-8")
    (bank / ".hidden.yaml").write_text("anything", encoding="utf-8")
    for folder in (".git", "topic/.cache/deep"):
        (bank / folder).mkdir(parents=True)
        (bank / folder / "three.yaml").write_text("anything", encoding="utf-8")
    assert ids(bank) == ["one", "two"]


def test_three_broken_files_are_all_shown_and_so_is_a_good_ones_namesake(bank):
    for name, text in {
        "bad-yaml": "id: [",
        "bad-form": question("bad-form") + "marks: many\nfoo: 1\n",
        "bad-name": question("bad-name", value="b"),
    }.items():
        (bank / f"{name}.yaml").write_text(text, encoding="utf-8")
    (bank / "one.yaml").write_text(question("one"), encoding="utf-8")
    assert [one.split(" ")[:2] for one in said(bank)] == [
        ["bank/bad-form.yaml:10:8:", "E204"],
        ["bank/bad-form.yaml:11:1:", "E102"],
        ["bank/bad-name.yaml:8:28:", "E305"],
        ["bank/bad-yaml.yaml:1:5:", "E101"],
        ["bank/topic/one.yaml:", "E603"],
    ]


def test_ids_that_differ_in_capitals_only_are_the_same(bank):
    (bank / "topic" / "ONE.yaml").write_text(question("one"), encoding="utf-8")
    problems = said(bank)
    assert any("topic/one.yaml: E603 another question has the same id: bank/topic/ONE.yaml" in one for one in problems)


def test_the_id_is_the_name_of_the_file_and_other_problems_are_shown_too(bank):
    (bank / "three.yaml").write_text(question("drei", value="b"), encoding="utf-8")
    codes = [one.split(" ")[1] for one in said(bank)]
    assert codes == ["E605", "E305"]


def test_links_out_of_the_bank_are_refused(bank, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "three.yaml").write_text(question("three"), encoding="utf-8")
    (bank / "three.yaml").symlink_to(tmp_path / "elsewhere" / "three.yaml")
    (bank / "more").symlink_to(tmp_path / "elsewhere")
    assert said(bank) == [
        "bank/more: E602 the folder is a link that leads out of the bank (copy it into the bank)",
        "bank/three.yaml: E602 the file is a link that leads out of the bank (copy it into the bank)",
    ]


def test_links_within_the_bank_are_harmless(bank):
    (bank / "again").symlink_to(bank / "topic")
    (bank / "loop").symlink_to(bank)
    assert ids(bank) == ["one", "two"]


def test_a_link_to_itself_is_a_file_that_cannot_be_read(bank):
    (bank / "loop.yaml").symlink_to("loop.yaml")
    (problem,) = said(bank)
    assert problem.startswith("bank/loop.yaml: E601 the file cannot be read: ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(bank):
    os.mkfifo(bank / "pipe.yaml")
    assert said(bank) == ["bank/pipe.yaml: E601 the file cannot be read: it is no ordinary file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_a_problem(bank):
    (bank / "topic" / "one.yaml").chmod(0)
    assert "E601 the file cannot be read: Permission denied" in said(bank)[0]


def test_a_file_that_is_too_large_is_not_read_whole(bank):
    with (bank / "large.yaml").open("wb") as stream:
        stream.truncate(1 << 33)
    assert "E107" in said(bank)[0]


def test_a_name_that_is_no_text_is_shown_all_the_same(bank):
    (bank / os.fsdecode(b"caf\xe9\n.yaml")).write_text(question("cafe"), encoding="utf-8")
    (problem,) = said(bank)
    assert problem.startswith(r"bank/caf\xe9\n.yaml:1:1: E605")
    assert problem.isprintable()


def test_a_thousand_other_files_take_no_time(bank):
    (bank / ".git").mkdir()
    for folder in (bank / ".git", bank / "topic"):
        for number in range(1_000):
            (folder / f"{number}.txt").touch()
    started = time.perf_counter()
    assert ids(bank) == ["one", "two"]
    assert time.perf_counter() - started < 1


def test_a_folder_without_a_bank_file_is_no_bank(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path, tmp_path / "nowhere"):
        (problem,) = said(folder)
        assert "bank.yaml: E601 the file cannot be read" in problem
        assert "a bank is a folder with a bank.yaml" in problem


def test_an_empty_bank_is_a_problem(bank):
    for path in bank.rglob("*.yaml"):
        if path.name != "bank.yaml":
            path.unlink()
    assert said(bank) == ["bank/bank.yaml: E604 the bank holds no questions (put one in <topic>/<id>.yaml)"]


def test_the_nearest_bank_above_is_found_else_the_shipped_one(bank, tmp_path):
    assert find_bank(bank)[0] == bank
    assert find_bank(bank / "topic")[0] == bank
    assert find_bank(tmp_path)[0] == SHIPPED / "deep_learning"
    assert "deep_learning" in shipped_banks()


# Only


@pytest.mark.parametrize(
    ("patterns", "chosen"),
    [
        ((), ["one", "two"]),
        (("o*",), ["one", "two"]),
        (("one",), ["one"]),
        (("t?o",), ["two"]),
        (("other", "one"), ["one", "two"]),
    ],
)
def test_only_takes_patterns_on_ids_and_topics(bank, patterns, chosen):
    assert ids(bank, *patterns) == chosen


def test_a_pattern_that_meets_nothing_is_a_problem_also_beside_one_that_does(bank):
    assert said(bank, "one", "otherr", "x*") == [
        "bank/bank.yaml: E604 no question's id or topic matches 'otherr' (did you mean 'other'?)",
        "bank/bank.yaml: E604 no question's id or topic matches 'x*' ('markscheme list' shows all)",
    ]


def test_a_broken_file_is_shown_even_if_it_is_not_chosen(bank):
    (bank / "three.yaml").write_text("id: [", encoding="utf-8")
    assert "E101" in said(bank, "one")[0]


# Code


def test_code_is_not_imported_unless_allowed(bank):
    brings(bank, "raise SystemExit('imported')")
    (problem,) = said(bank)
    assert problem.startswith("bank/bank.yaml:5:5: E606 the bank brings Python code of its own (solvers.py)")
    assert "--allow-code" in problem


def test_solvers_of_a_bank_may_be_called_and_the_bank_read_again(bank):
    brings(bank, "from markscheme.bank.registry import solver\n\n@solver\ndef triple_test(x):\n    return 3 * x\n")
    (bank / "three.yaml").write_text(question("three", value="triple_test(a)"), encoding="utf-8")
    for _ in range(2):
        assert len(read_bank(bank, allow_code=True).questions) == 3
    assert SOLVERS.get("triple_test") is not None


def test_an_edited_solver_takes_the_place_of_its_earlier_self(bank, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for number in (2, 3):
        code = f"from markscheme.bank.registry import solver\n\n@solver\ndef times_test(x):\n    return {number} * x\n"
        brings(bank, code)
        (bank / "three.yaml").write_text(question("three", value="times_test(a)"), encoding="utf-8")
        assert len(read_bank(bank, allow_code=True).questions) == 3
        assert SOLVERS.get("times_test")(5) == 5 * number
    assert not list(bank.rglob("__pycache__"))


def test_a_solver_file_may_hold_what_any_module_may(bank):
    brings(
        bank,
        "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Pair:\n    x: int\n",
    )
    assert len(read_bank(bank, allow_code=True).questions) == 2


def test_a_solver_file_that_fails_leaves_nothing_behind(bank):
    brings(bank, "from markscheme.bank.registry import solver\n@solver\ndef half_test(x):\n    return x\n\n1 / 0\n")
    assert "ZeroDivisionError" in said(bank, allow_code=True)[0]
    assert SOLVERS.get("half_test") is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("\n1 / 0\n", "cannot be imported: line 2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", "cannot be imported: line 2: SystemExit: 3"),
        ("def f(:\n", "cannot be imported: line 1: invalid syntax"),
        (
            "import no_such_module_here\n",
            "cannot be imported: line 1: ModuleNotFoundError: No module named 'no_such_module_here'",
        ),
        ("\0", "cannot be imported: "),
        (
            "from markscheme.bank.registry import solver\n@solver\ndef conv2d(x):\n    return x\n",
            "names a solver that is taken: there are two solvers called 'conv2d'",
        ),
    ],
)
def test_code_that_cannot_be_imported_is_a_problem_each_time(bank, code, reason):
    brings(bank, code)
    for _ in range(2):
        (problem,) = said(bank, allow_code=True)
        assert problem.startswith(f"bank/bank.yaml:5:5: E607 'solvers.py' {reason}")


def test_a_solver_cannot_take_the_name_of_a_function(bank, monkeypatch):
    monkeypatch.setattr(SOLVERS, "_things", dict(SOLVERS.items()))
    brings(bank, "from markscheme.bank.registry import solver\n@solver\ndef gcd(a, b):\n    return 1\n")
    (problem,) = said(bank, allow_code=True)
    assert problem.endswith("E607 'solvers.py' names a solver that is taken: 'gcd' is a function")


@pytest.mark.parametrize("name", ["../solvers.py", "/etc/solvers.py", "solvers.txt", "a b.py", ".hidden.py"])
def test_a_solver_file_lies_in_the_bank_and_ends_in_py(bank, name):
    (bank / "bank.yaml").write_text(HEADER + f"solvers:\n  - {name}\n", encoding="utf-8")
    assert said(bank, allow_code=True)[0].startswith("bank/bank.yaml:5:5: E204")


def test_a_solver_file_that_is_missing_or_a_link_out_is_a_problem(bank, tmp_path):
    brings(bank, "")
    (bank / "solvers.py").unlink()
    assert "E607 there is no file 'solvers.py' in the bank" in said(bank, allow_code=True)[0]
    (tmp_path / "outside.py").write_text("raise SystemExit", encoding="utf-8")
    (bank / "solvers.py").symlink_to(tmp_path / "outside.py")
    assert "E607 there is no file 'solvers.py' in the bank" in said(bank, allow_code=True)[0]
