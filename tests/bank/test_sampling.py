"""Sampling: which draws become variants, and that the search for them ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest
import yaml

from markscheme.bank.banks import read_bank
from markscheme.bank.problems import BankError
from markscheme.bank.sampling import Sampler

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "bank" / "deep_learning"
NUMBER = "stem: '{{ a }}'\nanswers:\n  y: {type: number, value: a}\n"
RANGE = "parameters:\n  a: {integers: [1, %d]}\n"


def ids(question, count: int, seed: int = 1) -> list[str]:
    return [variant.id for variant in Sampler(question, seed).variants(count)]


def values(question, count: int, seed: int = 1) -> list[object]:
    return [dict(solved.values) for solved, _ in Sampler(question, seed).solved(count)]


def message(question, count: int) -> str:
    with pytest.raises(BankError) as caught:
        list(Sampler(question, 1).variants(count))
    (problem,) = caught.value.problems
    assert problem.code == "E522"
    return f"{problem.message} ({problem.hint})"


def test_variants_are_the_first_draws_whatever_their_number(make):
    question = make(RANGE % 1_000_000 + NUMBER)
    assert ids(question, 3) == ["q.1.1", "q.1.2", "q.1.3"]
    assert ids(question, 7)[:3] == ids(question, 3)
    assert list(islice(Sampler(question, 1).variants(50), 3)) == list(Sampler(question, 1).variants(3))
    assert ids(question, 0) == []


def test_the_original_comes_first_is_one_of_n_and_does_not_depend_on_the_seed(make):
    question = make(RANGE % 1_000_000 + "original: {a: 42}\n" + NUMBER)
    one, two = (list(Sampler(question, seed).variants(3)) for seed in (1, 2))
    assert [variant.id for variant in one] == ["q.original", "q.1.1", "q.1.2"]
    assert one[0] == two[0]
    assert one[1].stem != two[1].stem


def test_a_draw_equal_to_the_original_is_passed_over(make):
    question = make(RANGE % 3 + "original: {a: 2}\n" + NUMBER)
    assert sorted(one["a"] for one in values(question, 3)) == [1, 2, 3]
    assert values(question, 3)[0] == {"a": 2}


def test_equal_draws_are_passed_over_and_their_numbers_not_used_again(make):
    question = make(RANGE % 4 + NUMBER)
    assert sorted(one["a"] for one in values(question, 4)) == [1, 2, 3, 4]
    numbers = [int(one.rpartition(".")[2]) for one in ids(question, 4)]
    assert numbers == sorted(set(numbers))
    assert numbers != [1, 2, 3, 4]


def test_values_that_the_student_does_not_see_make_no_variant(make):
    text = "parameters:\n  a: {integers: [1, 2]}\n  hidden: {integers: [1, 50]}\n" + NUMBER
    assert "2 distinct variants found" in message(make(text), 3)


def test_skipped_draws_are_left_out_and_no_other_takes_their_number(make):
    skip = "skip:\n  - {draw: 1, reason: Too easy.}\n  - {draw: 3, reason: Too hard.}\n"
    assert ids(make(RANGE % 1_000_000 + skip + NUMBER), 3) == ["q.1.2", "q.1.4", "q.1.5"]


def test_a_skipped_draw_of_a_small_space_does_not_come_back_under_another_number(make):
    free = make(RANGE % 5 + NUMBER)
    banned = values(free, 1)[0]
    skipping = make(RANGE % 5 + "skip:\n  - {draw: 1, reason: Too easy.}\n" + NUMBER)
    assert banned not in values(skipping, 4)
    assert "4 distinct variants found" in message(skipping, 5)


def test_a_skipped_draw_that_cannot_be_solved_does_no_harm(make):
    question = make(RANGE % 1_000_000 + NUMBER)
    bad = values(question, 1)[0]["a"]
    assert ids(
        make(RANGE % 1_000_000 + f"check:\n  - a != {bad}\nskip:\n  - {{draw: 1, reason: Wrong.}}\n" + NUMBER), 1
    ) == ["q.1.2"]


@pytest.mark.parametrize("size", [1, 2, 37, 700])
def test_a_small_space_is_exhausted(make, size):
    question = make(RANGE % size + NUMBER)
    assert sorted(one["a"] for one in values(question, size)) == list(range(1, size + 1))
    if size > 1:
        assert f"the parameters have {size} points in all" in message(question, size + 1)


def test_a_question_without_parameters_has_one_variant(make):
    question = make("answers:\n  y: {type: number, value: 3}\n")
    assert ids(question, 1) == ids(question, 7) == ["q.1.1"]


def test_too_few_is_told_with_the_numbers_and_the_reasons(make):
    text = (
        RANGE % 1_000_000_000
        + "let:\n  b: a % 12\nrequire:\n  - a > 500\nstem: '{{ b }}'\nanswers:\n  y: {type: number, value: b}\n"
    )
    assert message(make(text), 50).startswith(
        "12 distinct variants found in 6,000 draws; 50 are asked for (the parameters have 1,000,000,000 points in all; "
        "5,988 passed over: it looks like an earlier draw"
    )


@pytest.mark.parametrize(
    "rules",
    [
        "parameters:\n  a: {integers: [1, 10000]}\n",
        "parameters:\n  a: {integers: [1, 1000000]}\n",
        "parameters:\n  a: {integers: [1, 1]}\n",
        "parameters:\n  a: {one_of: [1, 1, 1]}\n",
        "parameters:\n  a: {integers: [1, 3]}\n  x: {decimals: [0.1, 0.100000009], places: 9, shape: [2]}\n",
    ],
)
def test_requirements_that_are_never_met_end_the_search_soon(make, rules):
    started = time.perf_counter()
    assert message(make(rules + "require:\n  - a < 0\n" + NUMBER), 10).startswith("0 distinct variants found")
    assert time.perf_counter() - started < 5


def test_decimals_that_print_alike_are_points_of_their_own(make):
    rule = "parameters:\n  x: {decimals: [0.1, 0.100000004], places: 9, shape: [2]}\n"
    text = rule + "stem: $ {{ x:.9f }} $\nanswers:\n  y: {type: matrix, value: x, decimals: 9}\n"
    assert len(values(make(text.replace("$ ", "'$").replace(" $\n", "$'\n")), 25)) == 25


def test_an_original_that_breaks_a_requirement_is_a_problem(make):
    question = make(RANGE % 9 + "require:\n  - a > 5\noriginal: {a: 2}\n" + NUMBER)
    with pytest.raises(BankError, match=r"E521.*'require: a > 5' does not hold.*q\.original"):
        ids(question, 1)


def test_a_text_whose_comparison_is_too_close_passes_the_draw_over(make):
    question = make(RANGE % 2 + "stem: '{{ a if a / 2 < 1.0 else 5 }}'\nanswers:\n  y: {type: number, value: a}\n")
    assert values(question, 1) == [{"a": 1}]
    assert "a comparison is too close to decide" in message(question, 2)


def test_a_variant_is_the_same_whatever_else_is_in_the_bank_or_left_out(make_bank):
    one = "id: one\ntitle: One\ntopics: [t]\n" + RANGE % 900 + NUMBER + "feedback: F.\n"
    two = one.replace("one", "two", 1)
    alone = read_bank(make_bank({"one": one})).questions[0]
    expected = list(Sampler(alone, 7).variants(4))
    folder = make_bank({"two": two, "a-third": two.replace("two", "a-third", 1)})
    for only in ((), ("one",), ("o*", "two")):
        question = next(q for q in read_bank(folder, only).questions if q.id == "one")
        assert list(Sampler(question, 7).variants(4)) == expected


def test_every_shipped_question_has_two_hundred_variants_and_they_are_all_different():
    for question in read_bank(SHIPPED).questions:
        space = question.space()
        variants = list(Sampler(question, 3).variants(min(200, space or 200)))
        assert len({variant.fingerprint for variant in variants}) == len(variants)


PRINT = """
import sys
from pathlib import Path
from markscheme.bank.banks import read_bank
from markscheme.bank.sampling import Sampler
for question in read_bank(Path(sys.argv[1])).questions:
    for variant in Sampler(question, 5).variants(4):
        print(variant)
"""


def test_variants_are_the_same_in_every_process_and_folder(tmp_path):
    outputs = set()
    for seed, folder in (("1", tmp_path), ("2", ROOT), ("random", ROOT / "tests")):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PRINT, str(SHIPPED)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1
    names = [path.stem for path in SHIPPED.glob("*/*.yaml")]
    essays = sum(name.endswith("-essay") for name in names)  # they draw nothing, and have one variant each
    assert len(outputs.pop().splitlines()) == 4 * len(names) - 3 * essays


def test_the_seed_of_the_shipped_bank_is_in_its_file():
    assert read_bank(SHIPPED).spec.seed == yaml.safe_load((SHIPPED / "bank.yaml").read_text(encoding="utf-8"))["seed"]
