"""Coverage: which variants a validation looks at, and what it says of how many there are."""

import math
import re

import pytest
from click.testing import CliRunner

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.sampling import Sampler
from markscheme.cli import main
from markscheme.exporters import FORMATS, proving
from markscheme.exporters.export import Order, export_stream
from markscheme.exporters.format import Options
from markscheme.exporters.validation import Plan, verdicts

QUESTION = """
id: q
title: Question
topics: [t]
parameters:
  a: {{integers: [1, {most}]}}
  b: {{integers: [1, {most}]}}
require:
  - a < b
stem: What is {{{{ a }}}} + {{{{ b }}}}?
answers:
  y: {{type: number, value: a + b}}
feedback: x
"""


def question(make_bank, most: int, more: str = ""):
    return read_bank(make_bank({"q": QUESTION.format(most=most).lstrip() + more}))


def seen(bank, monkeypatch, **plan):
    """Return the verdict on a bank's only question, and which variants passed through which formats."""
    passed: dict[str, list[str]] = {}

    class Spy(proving.Roundtrip):
        def problems(self, variants):
            for variant in variants:
                passed.setdefault(variant.id, []).append(self.form.name)
            return super().problems(variants)

    monkeypatch.setattr(proving, "Roundtrip", Spy)
    (verdict,) = verdicts(bank, Plan(seed=7, **plan), lambda _: None)
    return verdict, passed


@pytest.mark.parametrize("form", FORMATS.names())
def test_exactly_the_variants_that_an_export_writes_pass_through_every_format(make_bank, monkeypatch, form):
    bank = question(make_bank, 90)
    pieces: list[bytes] = []
    order = Order(bank=bank, form=FORMATS.get(form), seed=7, count=6, options=Options())
    export_stream(order, pieces.append, lambda _: None)
    written = {item.id for item in FORMATS.get(form).read(b"".join(pieces), "x")}
    _, passed = seen(bank, monkeypatch, count=6, samples=20)
    assert {name for name, formats in passed.items() if set(formats) == set(FORMATS.names())} == written
    assert len(written) == 6
    assert len(passed) == 20


def test_further_variants_take_each_format_in_turn(make_bank, monkeypatch):
    _, passed = seen(question(make_bank, 90), monkeypatch, count=2, samples=2 + 2 * len(FORMATS.names()))
    others = [formats for formats in passed.values() if len(formats) == 1]
    assert sorted(name for (name,) in others) == sorted(2 * FORMATS.names())


@pytest.mark.parametrize("samples", [10, 11, 500])
def test_a_space_of_no_more_points_than_samples_is_looked_at_whole(make_bank, monkeypatch, samples):
    verdict, passed = seen(question(make_bank, 5), monkeypatch, count=3, samples=samples)
    assert len(passed) == 10  # pairs of five numbers
    if samples > 10:
        assert (verdict.is_whole, verdict.coverage) == (True, "10 of 10 variants")


def test_a_larger_space_is_sampled_and_its_variants_are_estimated(make_bank, monkeypatch):
    verdict, _ = seen(question(make_bank, 2000), monkeypatch, count=2, samples=400)
    found = re.fullmatch(r"400 of about ([0-9])·10⁶ variants", verdict.coverage)
    assert int(found[1]) in (2, 3)  # of 2000² points, 1 999 000 meet the requirement; 400 samples tell them to 5 %
    assert not verdict.is_whole


ESTIMATED = """
id: q
title: Question
topics: [t]
parameters:
  n: {{integers: [1, {space}]}}
require:
  - {rule}
{more}few_variants: as it is
stem: "What is {{{{ {shown} }}}}?"
answers:
  y: {{type: number, value: 2 * ({shown})}}
feedback: x
"""
SAID = re.compile(r"(?P<seen>[0-9,]+) of (?P<how>about|at least)? ?(?P<many>\S+) variants?")


def said(text: str) -> tuple[int, str, float]:
    """Return how many variants were looked at, of how many, and whether that is about so many or so many at least."""
    found = SAID.fullmatch(text)
    number = found["many"].replace(",", "").replace("·10", "e").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    return int(found["seen"].replace(",", "")), found["how"] or "", float(number)


@pytest.mark.parametrize(
    ("space", "rule", "shown"),
    [
        (9_000, "n % 900 == 1", "n"),
        (9_000, "n % 90 == 1", "n"),
        (9_000, "n > 0", "n"),
        (9_000, "n > 0", "n % 60"),
        (9_000, "n > 0", "n // 2"),
        (9_000, "n > 8000", "n // 3"),
        (9_000, "n % 2 == 0", "n % 1000"),
        (20_000, "n > 0", "n"),
        (20_000, "n > 0", "n // 2"),
        (20_000, "n % 7 == 0", "n"),
        (100_000, "n > 0", "n % 60"),
        (100_000, "n > 0", "n % 300"),
        (100_000, "n > 0", "n % 5000"),
        (100_000, "n > 0", "isqrt(n)"),
        (100_000, "n > 0", "(n % 300) * (n // 300 % 300)"),
    ],
)
@pytest.mark.parametrize("original", [False, True])
@pytest.mark.parametrize("count", [10, 50, 400])
def test_what_is_said_of_how_many_variants_there_are_is_true(make_bank, space, rule, shown, original, count):
    true = eval(f"len({{{shown} for n in range(1, {space} + 1) if {rule}}})", {"isqrt": math.isqrt})
    more = f"original: {{n: {next(n for n in range(1, space) if eval(rule, {'n': n}))}}}\n" if original else ""
    text = ESTIMATED.format(space=space, rule=rule, more=more, shown=shown.replace("isqrt(n)", "floor(sqrt(n))"))
    (only,) = read_bank(make_bank({"q": text.lstrip()})).questions
    sampler = Sampler(only, 5)
    found = sum(1 for _ in sampler.solved(count))
    estimate = sampler.estimate()
    assert estimate.number >= found
    if estimate.is_least:
        assert estimate.number <= true
    elif sampler.passed["it looks like an earlier draw"] or (rule == "n > 0" and shown == "n"):
        assert 0.6 * true <= estimate.number <= 1.5 * true


def test_variants_that_an_export_lacks_are_a_problem_but_samples_that_lack_are_none(make_bank, monkeypatch):
    bank = question(make_bank, 5)
    assert seen(bank, monkeypatch, count=10, samples=500)[0].problems == ()
    assert [one.code for one in seen(bank, monkeypatch, count=11, samples=500)[0].problems] == ["E522"]


def test_samples_are_the_variants_that_a_larger_export_would_write(make_bank):
    (only,) = question(make_bank, 90).questions
    ids = [variant.id for _, variant in Sampler(only, 7).solved(40, 5)]
    assert ids == [variant.id for variant in Sampler(only, 7).variants(40)]


def test_a_question_without_draws_is_looked_at_whole():
    bank = read_bank(SHIPPED / "deep_learning", only=["same-padding-essay"])
    (verdict,) = verdicts(bank, Plan(seed=1, count=5, samples=50), lambda _: None)
    assert verdict.coverage == "1 of 1 variant"


def test_command_says_the_coverage_of_each_question(make_bank, tmp_path):
    folder = make_bank({"q": QUESTION.format(most=5).lstrip()})
    result = CliRunner().invoke(main, ["validate", str(folder), "-n", "3"])
    assert "ok     q: 10 of 10 variants" in result.output
    assert "10 variants proved, 0 problems" in result.output
    folder = make_bank({"q": QUESTION.format(most=90).lstrip()})
    result = CliRunner().invoke(main, ["validate", str(folder), "-n", "3", "--samples", "4"])
    assert "ok     q: 4 of about " in result.output


MEANT = "intended:\n  - {check: C406, reason: It is to be found there.}\n"
SHOWN = QUESTION.replace("What is", "What is {{{{ a + b }}}} ==")


def test_what_is_meant_is_no_problem_and_what_is_not_found_is_pointed_out(make_bank):
    bank = read_bank(make_bank({"q": SHOWN.format(most=90).lstrip()}))
    plan = Plan(seed=7, count=10)
    (verdict,) = verdicts(bank, plan, lambda _: None)
    assert [problem.code for problem in verdict.problems] == ["C406"]
    (verdict,) = verdicts(read_bank(make_bank({"q": SHOWN.format(most=90).lstrip() + MEANT})), plan, lambda _: None)
    assert (verdict.problems, verdict.cautions) == ((), ())
    (verdict,) = verdicts(question(make_bank, 90, MEANT), plan, lambda _: None)
    (caution,) = verdict.cautions
    assert (caution.code, caution.message) == ("C414", "C406 is said to be intended, and is not found")
    assert caution.place.line == QUESTION.lstrip().count("\n") + 2


def test_coverage_of_a_question_without_a_variant_estimates_nothing(make_bank):
    bank = question(make_bank, 1000, "check:\n  - a > b\n")
    (verdict,) = verdicts(bank, Plan(seed=1, count=3), lambda *_: None)
    assert [problem.code for problem in verdict.problems] == ["E520"]
    assert (verdict.coverage, verdict.proved) == ("3 variants", 0)


def test_a_small_space_is_looked_at_whole(make_bank, monkeypatch):
    bank = question(make_bank, 20)
    verdict, passed = seen(bank, monkeypatch, count=3, samples=5)
    assert verdict.coverage == f"{20 * 19 // 2} of {20 * 19 // 2} variants"
    assert len(passed) == 190
    assert sum(len(formats) == len(FORMATS.names()) for formats in passed.values()) == 3
    verdict, passed = seen(bank, monkeypatch, count=3)
    assert len(passed) == 3


def test_a_draw_that_fails_hides_nothing_of_the_others(make_bank, monkeypatch):
    text = (
        QUESTION.format(most=90)
        .lstrip()
        .replace("value: a + b", "value: 600 // (a - 20)")
        .replace("What", "Beside 2 + -3, what")
    )
    bank = read_bank(make_bank({"q": text}))
    verdict, passed = seen(bank, monkeypatch, count=60)
    assert [(one.code, " and " in one.variant) for one in verdict.problems] == [("C407", True), ("E320", True)]
    failing = 1 + int(re.search(r"and ([0-9]+) more", verdict.problems[1].variant)[1])
    assert verdict.variants == len(passed) + failing == 60
    assert verdict.coverage == "60 variants"


def test_a_draw_that_fails_is_told_once_with_the_number_of_others(make_bank):
    text = QUESTION.format(most=90).lstrip().replace("value: a + b", "value: a // (b - b)")
    (verdict,) = verdicts(read_bank(make_bank({"q": text})), Plan(seed=7, count=12), lambda _: None)
    (problem,) = verdict.problems
    assert (problem.code, problem.check) == ("E320", "variants")
    assert problem.variant.endswith(" and 11 more")
    assert (verdict.variants, verdict.proved) == (12, 0)


@pytest.mark.parametrize(
    ("most", "plan"), [(5, {"samples": 50}), (20, {"samples": 5}), (90, {"samples": 0}), (90, {"samples": 9})]
)
def test_no_more_variants_are_looked_at_than_are_expected(make_bank, monkeypatch, most, plan):
    bank = question(make_bank, most)
    expected = Plan(seed=7, count=4, **plan).expected(bank.questions[0])
    verdict, _ = seen(bank, monkeypatch, count=4, **plan)
    assert verdict.variants <= expected <= max(4, plan["samples"], most**2 if most**2 <= 500 else 0)
