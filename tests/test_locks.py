"""Locks, comparisons and revisions: published variants that change are found, and named."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.fingerprint import content
from markscheme.bank.lock import NAME, parsed, read_lock, written
from markscheme.bank.problems import BankError
from markscheme.bank.publication import PARTS, published
from markscheme.bank.revisions import changed_files, touched, unpack
from markscheme.bank.sampling import Sampler
from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.locked import lock_problems

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed here")


def run(*arguments: str, code: int = 0):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def locked(sum_bank, monkeypatch):
    """Make a bank with a lock, go there, and return the question's file."""
    monkeypatch.chdir(sum_bank)
    run("lock", "-n", "4")
    return sum_bank / "topic" / "sum.yaml"


def found(*options: str) -> list[tuple[str, str]]:
    """Return the code and message of each problem of `validate --locked`."""
    CliRunner().invoke(main, ["validate", "-n", "2", "--locked", "--report=json=r.json", *options])
    report = json.loads(Path("r.json").read_text())
    every = [*report["problems"], *(one for question in report["questions"] for one in question["problems"])]
    return [(one["code"], one["message"]) for one in every]


def test_lock_has_a_sorted_line_for_each_variant_and_is_the_same_each_time(locked):
    text = Path(NAME).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[:4] == ["lock 1", "bank test", "seed 7", "variants 4"]
    ids = [line.split(" ")[0] for line in lines[4:]]
    assert ids == [variant.id for variant in Sampler(read_bank(Path()).questions[0], 7).variants(4)]
    run("lock", "-n", "4")
    assert Path(NAME).read_text() == text


def test_lock_is_read_as_it_was_written(locked):
    lock = read_lock(Path(NAME))
    assert written(lock) == Path(NAME).read_text()
    assert all(list(one.parts) == list(PARTS) for one in lock.variants.values())
    key = next(iter(lock.variants.values())).key
    shown = run("show", next(iter(lock.variants))).output
    assert re.search(rf"key\n    {key}\n", shown)


def test_untouched_bank_is_as_it_was_published(locked):
    run("validate", "--locked")


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("title: Sum of two numbers", "title: The sum", "title"),
        ("What is", "How much is", "stem"),
        ("value: a + b", "value: a + b + 0 * a + 1", "key"),
        ("value: a - b", "value: a - b - 1", "mistakes"),
        ("credit: 0.25", "credit: 0.5", "marks"),
        ("marks: 2", "marks: 3", "marks"),
        ("That is the difference.", "This is the difference.", "feedback"),
        ("The sum is", "Their sum is", "feedback"),
    ],
)
def test_each_part_that_changes_is_named_at_its_place(locked, old, new, parts):
    edit(locked, old, new)
    assert found() == [("X908", f"published, and changed since: {parts}")]
    result = run("validate", "-n", "2", "--locked", code=1)
    key = "  total:" if parts in ("key", "mistakes") else f"{parts}:"
    line = next(number for number, one in enumerate(locked.read_text().splitlines(), 1) if one.startswith(key))
    assert f"topic/sum.yaml:{line}:" in result.stdout
    assert re.search(r"\[sum\.7\.\d+ and 3 more\]", result.stdout)


def test_new_questions_and_more_variants_are_no_change(locked):
    locked.with_name("other.yaml").write_text(locked.read_text().replace("id: sum", "id: other"))
    run("validate", "-n", "8", "--locked")


def test_published_variants_are_looked_after_however_few_are_asked_for(locked):
    last = list(read_lock(Path(NAME)).variants)[-1]
    edit(locked, "require:", f"skip:\n  - {{draw: {last.split('.')[2]}, reason: too hard}}\nrequire:")
    assert found() == [("X909", "published, and gone: the spec skips the draw: too hard")]


def test_variants_that_a_requirement_passes_over_are_gone(locked):
    edit(locked, "- a != b", "- a != b\n  - a > 99")
    codes = found()
    assert ("X909", "published, and gone: the draw is passed over: 'require: a > 99' does not hold") in codes


def test_an_original_that_is_added_drives_no_variant_out(locked):
    edit(locked, "require:", "original: {a: 1, b: 2}\nrequire:")
    assert found() == []


def test_question_that_is_gone_is_named_at_its_line_in_the_lock(locked):
    locked.with_name("other.yaml").write_text(locked.read_text().replace("id: sum", "id: other"))
    locked.unlink()
    result = run("validate", "--locked", code=1)
    assert "bank.lock:7:1: X909 the question 'sum' is gone, with 4 published variants" in result.stdout


def test_variants_of_another_seed_are_drawn_by_theirs(locked):
    edit(Path("bank.yaml"), "seed: 7", "seed: 8")
    assert found() == []
    edit(locked, "What is", "How much is")
    assert found() == [("X908", "published, and changed since: stem")]
    ((problem,),) = [one["problems"] for one in json.loads(Path("r.json").read_text())["questions"]]
    solved, variant = next(Sampler(read_bank(Path()).questions[0], 7).solved(1))
    assert problem["variant"] == variant.id
    shown = problem["seen"]["stem"]
    assert shown.startswith("How much is")
    assert all(str(solved.values[name]) in shown for name in "ab")


def test_lock_that_is_not_there_is_a_problem_and_one_of_another_bank_too(locked):
    edit(Path(NAME), "bank test", "bank best")
    assert "the lock is that of the bank 'best'" in run("validate", "--locked", code=1).stderr
    Path(NAME).unlink()
    assert "bank.lock: E613 the lock cannot be read" in run("validate", "--locked", code=1).stderr


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace("stem:", "sten:", 1), "bank.lock:7:1: E613 '"),
        (lambda text: text + text.splitlines()[-1] + "\n", "stands twice"),
        (lambda text: text.replace("lock 1", "lock 2"), "of version 2"),
        (lambda text: text.replace("seed 7\n", ""), "this is no lock of a bank"),
        (lambda text: "<<<<<<< ours\n" + text, "bank.lock:1:1: E613 '<<<<<<< ours' is no line of a lock"),
        (lambda text: "\x1b[2J" + text, "E613 '\\x1b[2J# What"),
        (lambda text: re.sub(r"sum\.7\.(\d+)", "sum.7.0", text, count=1), "E613"),
    ],
)
def test_lock_that_is_damaged_is_refused_at_its_line(locked, damage, said):
    Path(NAME).write_text(damage(Path(NAME).read_text()))
    assert said in run("validate", "--locked", code=1).stderr


def test_lock_with_windows_line_ends_is_the_same(locked):
    text = Path(NAME).read_text()
    assert parsed(text.replace("\n", "\r\n"), NAME) == parsed(text, NAME)


def test_lock_that_names_an_endless_draw_takes_no_time(locked):
    text = Path(NAME).read_text()
    Path(NAME).write_text(re.sub(r"sum\.7\.\d+ ", "sum.7.99999999999 ", text, count=1))
    assert ("X909", "published, and gone: no export reaches that draw") in found()


SPARSE = """
id: sparse
title: Twice a rare number
topics: [arithmetic]
marks: 2
{few}parameters: {{n: {{integers: [1, {most}]}}}}
require: [n % {step} == 1]
stem: What is $2 \\cdot {{{{ n }}}}$? [[twice]]
answers: {{twice: {{type: number, value: 2 * n}}}}
feedback: It is {{{{ 2 * n }}}}.
"""
FEW = "few_variants: there are no more\n"


@pytest.mark.parametrize(
    ("most", "step", "few", "count"),
    [(9_000, 900, "", 10), (9_000, 900, FEW, 50), (900_000, 450, FEW, 100)],
    ids=["a small space", "a small space that has fewer", "a large space that has fewer"],
)
def test_untouched_sparse_bank_is_as_it_was_published(make_bank, monkeypatch, most, step, few, count):
    monkeypatch.chdir(make_bank({"sparse": SPARSE.lstrip().format(most=most, step=step, few=few)}))
    run("lock", "-n", str(count))
    furthest = max(int(name.split(".")[2]) for name in read_lock(Path(NAME)).variants)
    assert furthest > 1_000 + 100 * len(read_lock(Path(NAME)).variants)
    assert found("--samples", "0") == []


def test_lock_of_many_seeds_or_far_draws_takes_little_time_and_says_what_was_not_looked_at(locked, monkeypatch):
    drawn = []
    upto = Sampler.upto
    monkeypatch.setattr(
        Sampler, "upto", lambda self, last, failed=None: drawn.append(last) or upto(self, last, failed)
    )  # fmt: skip
    text = Path(NAME).read_text()
    line = text.splitlines()[-1]
    seeds = [re.sub(r"sum\.7\.\d+", f"sum.{seed}.1090", line) for seed in range(100, 600)]
    Path(NAME).write_text(text + "".join(f"{one}\n" for one in seeds))
    lock = read_lock(Path(NAME))
    question = read_bank(Path()).questions[0]
    problems = list(lock_problems(question, lock))
    assert sum(drawn) < 1_000 + 10 * 500 + 1_000
    (left_out,) = (problem for problem in problems if problem.code == "X907")
    assert left_out.message.startswith("495 published variants not looked at")
    assert left_out.place.line == 7 + 4 + 5


def test_draws_in_the_millions_are_not_followed(make_bank, monkeypatch):
    monkeypatch.chdir(make_bank({"sparse": SPARSE.lstrip().format(most=900_000, step=450, few=FEW)}))
    run("lock", "-n", "3")
    edit(Path(NAME), "variants 3", "variants 100000")
    text = Path(NAME).read_text()
    line = text.splitlines()[-1]
    Path(NAME).write_text(text + line.replace(line.split(" ")[0], "sparse.7.9000000") + "\n")
    monkeypatch.setattr(Sampler, "upto", lambda *_: pytest.fail("it is followed"))
    (problem,) = lock_problems(read_bank(Path()).questions[0], read_lock(Path(NAME)))
    assert (problem.code, problem.place.line) == ("X907", 7)


@pytest.mark.parametrize("count", [0, 100_001, 999_999_999_999_999])
def test_lock_of_more_variants_than_there_may_be_is_refused(locked, count):
    edit(Path(NAME), "variants 4", f"variants {count}")
    for command in (("validate", "--locked"), ("diff", NAME, ".")):
        assert f"bank.lock:6:1: E613 the lock asks for {count:,} variants" in run(*command, code=1).stderr


def test_variants_behind_a_draw_that_cannot_be_worked_out_are_compared(locked):
    first = next(Sampler(read_bank(Path()).questions[0], 7).solved(1))[0].values
    edit(locked, "What is", "How much is")
    edit(locked, "require:", f"check: [100 * a + b != {100 * first['a'] + first['b']}]\nrequire:")
    problems = found()
    (gone,) = (message for code, message in problems if code == "X909")
    assert re.match(r"published, and gone: it cannot be worked out: \S*sum.yaml:\d+:\d+: E520", gone)
    assert ("X908", "published, and changed since: stem") in problems


def test_questions_of_a_lock_are_grouped_once(locked):
    class Counted(dict):
        walks = 0

        def items(self):
            Counted.walks += 1
            return super().items()

    lock = read_lock(Path(NAME))
    counted = replace(lock, variants=Counted(lock.variants))
    for _ in range(3):
        assert list(counted.of_question("sum")) == list(lock.variants)
        assert counted.of_question("su") == {}
    assert Counted.walks == 1


def test_lock_says_what_became_of_the_earlier_one(locked):
    edit(locked, "value: a + b", "value: a + b + 1")
    assert "1 added, 0 removed, 4 changed (4 in the key), 0 the same" in run("lock", "-n", "5").output
    assert found() == []


def test_parts_hold_all_that_the_fingerprint_does():
    """Whatever changes the fingerprint changes a part: each value of each variant is changed in turn."""
    bank = read_bank(SHIPPED / "deep_learning")
    changed = 0
    for question in bank.questions:
        solved, variant = next(Sampler(question, 5).solved(1))
        before = published(solved, variant, words=False)
        for other in variations(variant):
            if content(other) != content(variant):
                changed += 1
                assert before.changed(published(solved, other, words=False)), (question.id, other)
    assert changed > 1_000


def variations(value):
    """Yield copies of a value with one text, number or flag in it changed; a sequence may lose its last item."""
    match value:
        case bool():
            yield not value
        case str():
            yield value + "x"
        case int():
            yield value - 1 if value else 1
        case Fraction():
            yield value + Fraction(1, 7)
        case tuple():
            for place, item in enumerate(value):
                yield from ((*value[:place], other, *value[place + 1 :]) for other in variations(item))
        case _ if hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                if name not in ("id", "bank", "question", "topics", "draw", "fingerprint", "kind", "arguments"):
                    yield from (replace(value, **{name: other}) for other in variations(getattr(value, name)))
        case _ if type(value).__name__ == "Decimal":
            yield value - 1 if value else 1


def test_diff_of_a_lock_and_the_bank_lists_changes_and_writes_a_table_for_regrading(locked):
    before = {name: one.key for name, one in read_lock(Path(NAME)).variants.items()}
    edit(locked, "value: a + b", "value: a + b + 1")
    last = list(before)[-1].split(".")[2]
    edit(locked, "require:", f"skip:\n  - {{draw: {last}, reason: no}}\nrequire:")
    result = run("diff", NAME, ".", "--csv", "regrade.csv")
    assert result.stdout.splitlines()[-1] == "1 added, 1 removed, 3 changed (3 in the key), 0 the same"
    with Path("regrade.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["variant"] for row in rows] == list(before)[:3]
    for row in rows:
        assert row["old key"] == before[row["variant"]]
        assert int(row["new key"]) == int(row["old key"]) + 1
        assert row["changed"] == "key"


def test_table_has_the_changed_keys_only_and_no_formula(locked):
    edit(locked, "What is", "How much is")
    assert "4 changed (0 in the key)" in run("diff", NAME, ".", "--csv", "t.csv").stdout
    assert Path("t.csv").read_text(encoding="utf-8-sig") == "variant,changed,question,old key,new key\n"
    text = Path(NAME).read_text()
    Path("other.lock").write_text(re.sub(r"key:\w+ (.*) = .*", r"key:aaaaaaaaaaaa \1 = =cmd|'/c calc'", text))
    run("diff", NAME, "other.lock", "--csv", "t.csv")
    assert ",'=cmd|'/c calc'" in Path("t.csv").read_text()
    assert "X803" in run("diff", NAME, ".", "--csv", "topic/sum.yaml", code=1).stderr


@pytest.mark.parametrize("key", ["-27469.86 ± 0.005", "-3", "-1, 2; -3.5, 4", "-1 ± 0.5, 2 ± 0.5"])
def test_numbers_stay_as_they_are_in_the_table_which_excel_reads_as_utf_8(locked, key):
    text = Path(NAME).read_text()
    Path("other.lock").write_text(re.sub(r"key:\w+ (.*) = .*", rf"key:aaaaaaaaaaaa \1 = {key}", text))
    run("diff", NAME, "other.lock", "--csv", "t.csv")
    assert Path("t.csv").read_bytes().startswith(b"\xef\xbb\xbfvariant,")
    with Path("t.csv").open(newline="", encoding="utf-8-sig") as stream:
        assert {row["new key"] for row in csv.DictReader(stream)} == {key}


def test_items_of_one_name_are_told_apart_by_their_order(locked):
    item = (
        '<question type="truefalse"><name><text>{}</text></name><questiontext><text>Is it {}?</text></questiontext>'
        '<answer fraction="{}"><text>true</text></answer><answer fraction="{}"><text>false</text></answer></question>'
    )
    named = [("Q", 1), ("Q (2)", 2), ("Q", 3), ("Q", 4)]
    for file, right in (("old.xml", 100), ("new.xml", 0)):
        others = (item.format(name, number, 100, 0) for name, number in named[:-1])
        last = item.format(*named[-1], right, 100 - right)
        Path(file).write_text(f"<quiz>{''.join(others)}{last}</quiz>")
    first, last = run("diff", "old.xml", "new.xml").stdout.splitlines()
    assert first.startswith("changed  Q (4): ")
    assert last == (
        "0 added, 0 removed, 1 changed (1 in the key), 3 the same; "
        "2 before and 2 now repeat the id or name of another item"
    )
    assert "1 before and 0 now repeat" in repeated("old.xml", item, named[:3])


def repeated(file: str, item: str, named: list[tuple[str, int]]) -> str:
    Path(file).write_text(f"<quiz>{''.join(item.format(*one, 100, 0) for one in named)}</quiz>")
    Path("other.xml").write_text(f"<quiz>{''.join(item.format(*one, 100, 0) for one in named[:2])}</quiz>")
    return run("diff", file, "other.xml").stdout.splitlines()[-1]


@pytest.mark.parametrize("form", FORMATS.names())
def test_exports_that_were_split_are_compared_whole(locked, form):
    locked.with_name("other.yaml").write_text(locked.read_text().replace("id: sum", "id: other"))
    run("export", "-f", form, "-n", "3", "--split", "-o", "old")
    run("export", "-f", form, "-n", "3", "-o", f"whole{FORMATS.get(form).suffix}")
    edit(locked, "value: a + b", "value: a + b + 1")
    run("export", "-f", form, "-n", "4", "--split", "-o", "new")
    assert run("diff", "old", "new").stdout.splitlines()[-1] == (
        "2 added, 0 removed, 3 changed (3 in the key), 3 the same"
    )  # fmt: skip
    assert run("diff", f"whole{FORMATS.get(form).suffix}", "old").stdout.endswith("0 removed, 0 changed, 6 the same\n")


def test_folder_of_several_formats_and_an_empty_one_are_no_export(locked):
    run("export", "-f", "moodle", "-n", "1", "--split", "-o", "old")
    (Path("old") / "more.txt").write_text("x")
    assert "is no lock, and no format's files end like 'more.txt'" in run("diff", "old", "old", code=2).stderr
    for file in Path("old").glob("*.*"):
        if not file.name.startswith("."):
            file.unlink()
    assert "'old' has files of no format" in run("diff", "old", "old", code=2).stderr


def test_diff_of_two_exports_reads_what_the_files_say(locked):
    run("export", "-f", "moodle", "-n", "4", "-o", "old.xml")
    edit(locked, "value: a + b", "value: a + b + 1")
    edit(locked, "What is", "How much is")
    run("export", "-f", "moodle", "-n", "5", "-o", "new.xml")
    result = run("diff", "old.xml", "new.xml", "--csv", "t.csv")
    assert result.stdout.splitlines()[-1] == "1 added, 0 removed, 4 changed (4 in the key), 0 the same"
    assert "the stem is 'How much is" in result.stdout
    with Path("t.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        old, new = (int(row[name].split(";")[0]) for name in ("old key", "new key"))
        assert new == old + 1
    assert run("diff", "old.xml", "old.xml").stdout == "0 added, 0 removed, 0 changed, 4 the same\n"


def test_things_of_two_kinds_are_wrong_usage(locked):
    run("export", "-f", "moodle", "-n", "1", "-o", "old.xml")
    assert "can be compared with another one only" in run("diff", "old.xml", ".", code=2).stderr
    assert "is no lock" in run("diff", "topic/sum.yaml", ".", code=2).stderr


def git(*words: str, folder: Path | None = None) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def repository(locked):
    """Put the bank under version control, and commit it."""
    locked.with_name("other.yaml").write_text(locked.read_text().replace("id: sum", "id: other"))
    git("init", "-q", "-b", "trunk")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    return locked


def names(revision: str = "HEAD") -> list[str]:
    bank = read_bank(Path())
    return [question.id for question in touched(bank, changed_files(bank.folder, revision))]


@needs_git
def test_only_questions_that_changed_are_validated(repository):
    assert names() == []
    assert "0 variants proved (2 questions did not change), 0 problems" in run("validate", "--changed", "HEAD").stdout
    edit(repository, "What is", "How much is")
    assert names() == ["sum"]
    assert run("validate", "--changed", "HEAD").stdout.splitlines()[0].startswith("ok     sum: ")
    git("commit", "-q", "-a", "-m", "second")
    assert names() == []
    assert names("HEAD~1") == ["sum"]
    repository.with_name("third.yaml").write_text(repository.read_text().replace("id: sum", "id: third"))
    assert names() == ["third"]


@needs_git
def test_what_changed_is_compared_with_what_did_not_and_that_is_not_blamed(repository):
    said = run("validate", "--changed", "HEAD").stdout
    assert "0 variants proved (2 questions did not change), 0 problems" in said
    assert "C409" not in said  # the two that are alike were so before
    repository.with_name("third.yaml").write_text(repository.read_text().replace("id: sum", "id: third"))
    said = run("validate", "--changed", "HEAD").stdout
    assert set(re.findall("C409 '([a-z]+)' and '([a-z]+)' are nearly", said)) == {("third", "other"), ("third", "sum")}


@needs_git
def test_changed_lock_is_compared_with_all_questions_and_an_unchanged_one_with_those_that_changed(repository):
    run("lock", "-n", "4")
    git("commit", "-q", "-a", "-m", "lock")
    assert found("--changed", "HEAD") == []
    text = Path(NAME).read_text()
    Path(NAME).write_text(re.sub(r"^(other\.7\.\d+ .*) key:\w+", r"\1 key:000000000000", text, flags=re.MULTILINE))
    assert found("--changed", "HEAD") == [("X908", "published, and changed since: key")]
    run("validate", "--locked", "--changed", "HEAD", code=1)
    edit(repository, "What is", "How much is")
    assert sorted(found("--changed", "HEAD")) == [
        ("X908", "published, and changed since: key"),
        ("X908", "published, and changed since: stem"),
    ]
    Path(NAME).write_text(text)
    assert found("--changed", "HEAD") == [("X908", "published, and changed since: stem")]


@needs_git
@pytest.mark.parametrize(
    ("path", "text"),
    [("bank.yaml", "id: test\ntitle: T\nseed: 7\n"), ("solvers.py", "x = 1\n"), ("paper.yaml", "")],
)
def test_what_concerns_the_whole_bank_validates_all(repository, path, text):
    bank = read_bank(Path())
    Path(path).write_text(text)
    assert touched(bank, changed_files(bank.folder, "HEAD")) == bank.questions


@needs_git
def test_picture_belongs_to_the_questions_that_name_it(repository):
    picture = repository.with_name("a plot.svg")
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    edit(repository, "What is", "Look ![plot](a%20plot.svg). What is")
    git("add", "-A")
    git("commit", "-q", "-m", "picture")
    assert names() == []
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")
    assert names() == ["sum"]


@needs_git
def test_line_ends_of_windows_are_no_change(repository):
    repository.write_bytes(repository.read_bytes().replace(b"\n", b"\r\n"))
    assert names() == []


@needs_git
def test_bank_in_a_folder_of_a_repository_is_compared_with_its_own_part(repository, monkeypatch, tmp_path):
    whole = tmp_path / "whole"
    shutil.copytree(Path(), whole / "exams" / "bank", ignore=shutil.ignore_patterns(".git"))
    (whole / "notes.txt").write_text("x")
    git("init", "-q", folder=whole)
    git("add", "-A", folder=whole)
    git("commit", "-q", "-m", "x", folder=whole)
    monkeypatch.chdir(whole / "exams" / "bank")
    assert names() == []
    (whole / "notes.txt").write_text("y")
    edit(Path("topic/sum.yaml"), "What is", "How much is")
    assert names() == ["sum"]


@needs_git
def test_outside_of_a_repository_and_for_no_revision_there_is_a_problem(repository, locked, monkeypatch):
    assert re.search(r"E612 git says: .*Needed a single revision", run("validate", "--changed", "no", code=1).stderr)
    assert "E612" in run("validate", "--changed", "--output=x", code=1).stderr
    assert not Path("x").exists()
    shutil.rmtree(".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path.cwd().parent))
    assert re.search(r"E612 git says: .*not a git repository", run("validate", "--changed", "HEAD", code=1).stderr)


def test_without_git_there_is_a_problem(locked, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "E612 git is not installed here" in run("validate", "--changed", "HEAD", code=1).stderr


@needs_git
@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize("entry", ["", ".", "tools", "{bank}", "{bank}/tools"])
def test_git_that_the_bank_brings_is_not_run(repository, monkeypatch, tmp_path, entry):
    for folder in (Path(), Path("tools")):
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((entry.format(bank=Path.cwd()), os.environ["PATH"])))
    assert names() == []
    assert not (tmp_path / "sprung").exists()


@needs_git
def test_partial_clone_says_what_to_do(repository, monkeypatch, tmp_path):
    edit(repository, "What is", "How much is")
    git("commit", "-q", "-a", "-m", "second")
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--filter=blob:none", Path.cwd().as_uri(), str(tmp_path / "part"))
    monkeypatch.chdir(tmp_path / "part")
    said = run("diff", "HEAD~1", "HEAD", code=1).stderr
    assert re.search(r"E612 git says: fatal: .*\(.*'git fetch --refetch --no-filter'", said.replace("\n", " "))
    git("fetch", "-q", "--refetch", "--no-filter")
    assert "2 changed" in run("diff", "HEAD~1", "HEAD", "-n", "2").stdout


@needs_git
def test_revision_whose_files_are_lost_is_a_problem(repository):
    blob = git("rev-parse", "HEAD:topic/sum.yaml").strip()
    (Path(".git") / "objects" / blob[:2] / blob[2:]).unlink()
    assert "E612 git lacks 1 of the revision's" in run("diff", "HEAD", ".", code=1).stderr


@needs_git
def test_two_revisions_are_compared(repository):
    edit(repository, "value: a + b", "value: a + b + 1")
    git("commit", "-q", "-a", "-m", "second")
    result = run("diff", "HEAD~1", "HEAD", "-n", "3")
    assert result.stdout.splitlines()[-1] == "0 added, 0 removed, 3 changed (3 in the key), 3 the same"
    assert run("diff", "HEAD", ".", "-n", "3").stdout == "0 added, 0 removed, 0 changed, 6 the same\n"
    assert "0 changed, 4 the same" in run("diff", NAME, "HEAD~1").stdout


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Make a folder for temporary files, and use it here and in further processes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@needs_git
def test_side_that_fails_leaves_no_folder_of_the_other_one_behind(repository, temporary):
    edit(repository, "type: number", "type: numbr")
    git("commit", "-q", "-a", "-m", "second")
    run("diff", "HEAD~1", "HEAD", "-n", "2000", code=1)
    assert list(temporary.iterdir()) == []


@needs_git
@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt reaches the test itself")
def test_interrupt_leaves_no_unpacked_revision_behind(repository, temporary):
    edit(repository, "[1, 50]", "[1, 5000]")  # the variants last longer than anybody waits
    git("commit", "-q", "-a", "-m", "second")
    command = [sys.executable, "-m", "markscheme.cli", "diff", "HEAD", "HEAD", "-n", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None and len(list(temporary.glob("*/bank.yaml"))) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert list(temporary.iterdir()) == []


@needs_git
def test_problem_in_a_revision_is_named_as_git_does(repository):
    edit(repository, "type: number", "type: numbr")
    git("commit", "-q", "-a", "-m", "second")
    assert "HEAD:topic/sum.yaml:" in run("diff", "HEAD", "HEAD~1", code=1).stderr


@needs_git
def test_revisions_that_bring_solvers_need_permission_and_do_not_meet(repository):
    edit(Path("bank.yaml"), "seed: 7", "seed: 7\nsolvers: [own.py]")
    own = "from markscheme.bank.registry import solver\n\n@solver\ndef more(x: int) -> int:\n    return x + {}\n"
    Path("own.py").write_text(own.format(1))
    edit(repository, "value: a + b", "value: more(a + b)")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    Path("own.py").write_text(own.format(2))
    git("commit", "-q", "-a", "-m", "two")
    assert "E606" in run("diff", "HEAD~1", "HEAD", code=1).stderr
    result = run("diff", "HEAD~1", "HEAD", "-n", "3", "--allow-code")
    assert "3 changed (3 in the key), 3 the same" in result.stdout


@needs_git
def test_nothing_of_a_hostile_repository_is_run(repository, tmp_path):
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.t.clean",
        "filter.t.smudge",
        "core.sshCommand",
    ):
        git("config", key, str(trap))
    git("config", "filter.t.required", "true")
    Path(".gitattributes").write_text("*.yaml filter=t diff=t export-ignore\n")
    git("config", "diff.t.textconv", str(trap))
    git("config", "diff.t.command", str(trap))
    edit(repository, "What is", "How much is")
    (tmp_path / "sprung").unlink(missing_ok=True)
    assert names() == ["sum"]
    run("diff", "HEAD", ".", "-n", "1")
    assert not (tmp_path / "sprung").exists()


@needs_git
def test_tree_that_leads_out_of_its_folder_writes_nothing_there(repository, tmp_path):
    blob = git("hash-object", "-w", str(repository)).strip()
    inner = tmp_path / "entry"
    inner.write_bytes(b"100644 evil.yaml\0" + bytes.fromhex(blob))
    evil = git("hash-object", "-t", "tree", "--literally", "-w", str(inner)).strip()
    bank = git("rev-parse", "HEAD:bank.yaml").strip()
    inner.write_bytes(
        b"40000 ..\0" + bytes.fromhex(evil) + b"100644 bank.yaml\0" + bytes.fromhex(bank)
        + b"120000 link.yaml\0" + bytes.fromhex(blob)
    )  # fmt: skip
    tree = git("hash-object", "-t", "tree", "--literally", "-w", str(inner)).strip()
    commit = git("commit-tree", tree, "-m", "evil").strip()
    into = tmp_path / "a" / "b"
    into.mkdir(parents=True)
    unpack(Path.cwd(), commit, into)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("evil.yaml")] == []
    assert [path.name for path in into.iterdir()] == ["bank.yaml"]


@needs_git
def test_revision_before_the_bank_was_there_is_a_problem(repository):
    git("mv", "bank.yaml", "old.txt")
    git("commit", "-q", "-m", "gone")
    with pytest.raises(BankError, match="has no bank"):
        unpack(Path.cwd(), "HEAD", Path())


@pytest.mark.parametrize("form", FORMATS.names())
def test_diff_of_exports_tells_a_key_from_what_is_none_in_every_format_and_type(form, tmp_path, monkeypatch):
    """Of each answer type one question is given another key, and one another stem."""
    changes = {
        "single": ("value: 2 * n, m", "value: 2 * n + 1, m"),
        "pick": ('"${{ n + 1 }}$", right', '"${{ n + 3 }}$", right'),
        "truth": ("n % 2 == 0", "n % 2 == 1"),
        "menu": ('{text: "even", right: n % 2 == 0}', '{text: "uneven", right: n % 2 == 0}'),
        "sums": ("array(2 * n, n / 2)", "array(2 * n, n / 2 + 1)"),
    }
    monkeypatch.chdir(tmp_path)
    suffix = FORMATS.get(form).suffix
    source = Path(__file__).parent / "types"

    def exported(name: str, edits: dict[str, tuple[str, str]]) -> str:
        shutil.copytree(source, tmp_path / name)
        for question, (old, new) in edits.items():
            edit(tmp_path / name / "one" / f"{question}.yaml", old, new)
        file = f"{name}{suffix}"
        only = [word for question in changes for word in ("--only", question)]
        run("export", name, "-f", form, "-n", "3", "--seed", "3", "-o", file, *only)
        return file

    old = exported("old", {})
    for question, change in changes.items():
        new = exported(f"key-of-{question}", {question: change})
        run("diff", old, new, "--csv", "t.csv")
        with Path("t.csv").open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
        assert {row["variant"].partition(".")[0] for row in rows} == {question}
        assert all(row["old key"] != row["new key"] for row in rows), question
    stems = {"single": ("apples", "pears"), "truth": ("The number", "This number"), "pick": ("What is", "How much is")}
    assert re.search(r"9 changed \(0 in the key\)", run("diff", old, exported("stems", stems)).stdout)


def test_a_new_lock_is_of_as_many_variants_as_the_one_before(locked):
    run("lock", "-n", "7")
    run("lock")
    assert "\nvariants 7\n" in Path(NAME).read_text()
    text = Path(NAME).read_text()
    Path(NAME).write_text(f"<<<<<<< ours\n{text}=======\n{text.replace('variants 7', 'variants 9')}>>>>>>> theirs\n")
    run("lock")
    assert "\nvariants 9\n" in Path(NAME).read_text()
    run("lock", "-n", "2")
    assert "\nvariants 2\n" in Path(NAME).read_text()
    Path(NAME).unlink()
    run("lock")
    assert "\nvariants 10\n" in Path(NAME).read_text()


def test_table_has_what_moves_marks_and_tells_whether_the_question_is_another(locked):
    run("lock", "-n", "4")
    edit(locked, "credit: 0.25", "credit: 0.5")
    run("diff", NAME, ".", "--csv", "credits.csv")
    rows = list(csv.DictReader(Path("credits.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 4
    assert {row["question"] for row in rows} == {"the same"}
    edit(locked, "a: {integers: [1, 50]}", "a: {integers: [1, 51]}")
    run("diff", NAME, ".", "--csv", "drawn.csv")
    rows = list(csv.DictReader(Path("drawn.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert any(row["question"].startswith("perhaps another") for row in rows)


def test_a_missing_file_is_no_revision_and_a_format_can_be_named(locked):
    run("export", "-f", "moodle", "-n", "2", "-o", "old-moodle")
    assert "--format" in run("diff", "old-moodle", "old-moodle", code=2).stderr
    assert "0 changed, 2 the same" in run("diff", "old-moodle", "old-moodle", "--format", "moodle").stdout
    assert "there is no file 'nosuch.xml'" in run("diff", "old-moodle", "nosuch.xml", "-f", "moodle", code=2).stderr


@needs_git
def test_a_revision_that_is_not_there_is_named(repository):
    assert "(asked for 'nosuch')" in run("validate", "--changed", "nosuch", code=1).stderr
