"""Bias over a whole bank: what is found where it is, and nothing where it is not."""

from __future__ import annotations

import math
import random

import pytest
from scipy import stats

from markscheme.bank.bias import UNLIKELY, Bias, chi_squared_tail, sign_test
from markscheme.bank.sampling import Sampler

HEAD = "parameters:\n  a: {integers: [10, 9999]}\nstem: '{{ a }}'\nanswers:\n"
LONG = "  y: {type: choice, options: [{text: 'one {{ a }} and far more', right: true}, {text: two}, {text: six}]}\n"


def findings(questions, count=200):
    bias = Bias()
    for question in questions:
        for variant in Sampler(question, 1).variants(count):
            bias.see(question, variant)
    return {finding.sentence.partition(" ")[0]: finding for finding in bias.findings()}


def test_places_that_are_drawn_are_even(make):
    found = findings([make(f"id: q{number}\n{HEAD}{LONG}") for number in range(4)])
    assert not found["places"].suspicious
    assert "800 variants" in found["places"].sentence


def test_places_that_are_not_even_are_found(make, monkeypatch):
    monkeypatch.setattr("markscheme.bank.draws.Draw.order", lambda self, name, items: list(range(len(items))))
    assert findings([make(f"id: q\n{HEAD}{LONG}")])["places"].suspicious


def test_a_fixed_order_is_the_authors_own(make):
    assert "places" not in findings([make(f"id: q\n{HEAD}{LONG.replace('choice,', 'choice, order: fixed,')}")])


def test_keys_that_are_the_longest_option_are_found(make):
    questions = [make(f"id: q{number}\n{HEAD}{LONG}") for number in range(14)]
    assert findings(questions, 20)["key"].suspicious
    mixed = [
        *questions[:7],
        *(
            make(f"id: r{n}\n{HEAD}{LONG.replace('two', 'a wrong one that is far longer than the right one')}")
            for n in range(7)
        ),
    ]
    assert not findings(mixed, 20)["key"].suspicious


def test_keys_that_are_the_largest_number_are_found(make):
    options = "{text: '${{ a * 9 }}$', right: true}, {text: '${{ a }}$'}, {text: '${{ a + 1 }}$'}"
    text = f"  y: {{type: choice, options: [{options}]}}\n"
    found = findings([make(f"id: q{number}\n{HEAD}{text}") for number in range(14)], 30)
    assert found["rank"].suspicious


def test_an_answer_that_most_variants_share_is_found(make):
    often = "  y: {type: number, value: a // 10**4 + 3}\n"
    (finding,) = findings([make(f"id: q\n{HEAD}{often}")]).values()
    assert finding.suspicious
    assert finding.sentence == "q: y: 100% of 200 variants have the same answer"
    assert not findings([make(f"id: q\n{HEAD}  y: {{type: number, value: a}}\n")])


@pytest.mark.parametrize("degrees", [1, 3, 10, 60])
def test_tail_of_chi_squared_is_that_of_scipy(degrees):
    for level in (0.9, 0.5, 0.1, 0.01, 0.001):
        exact = stats.chi2.isf(level, degrees)
        assert chi_squared_tail(exact, degrees) == pytest.approx(level, abs=0.01, rel=0.15)


def test_sign_test_calls_chance_by_its_name():
    chance = random.Random(1)
    values = [sign_test([chance.gauss(0, 1) for _ in range(30)]) for _ in range(2_000)]
    assert stats.kstest(values, "uniform").pvalue > 0.001
    assert sum(value < UNLIKELY for value in values) < 10
    assert sign_test([0.2] * 20) < UNLIKELY
    assert math.isclose(sign_test([0.0, 0.0]), 1)
