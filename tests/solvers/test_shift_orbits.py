"""Patterns in all their translations, against linear programmes and against networks that really convolve."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, optimize

from markscheme.bank.banks import read_bank
from markscheme.bank.sampling import Sampler
from markscheme.solvers.shift_orbits import is_translation, orbits_linearly_separable

SHIPPED = Path(__file__).parents[2] / "bank" / "deep_learning"


def translations(pattern):
    return np.array([np.roll(pattern, shift) for shift in range(len(pattern))])


def programme_separates(a, b):
    """Ask a linear programme for w and c with w·x + c ≥ 1 on the translations of `a` and ≤ −1 on those of `b`."""
    sides = np.vstack([-translations(a), translations(b)])
    constants = np.repeat([[-1], [1]], len(a), axis=0)
    free = [(None, None)] * (len(a) + 1)
    found = optimize.linprog(np.zeros(len(a) + 1), np.hstack([sides, constants]), -np.ones(2 * len(a)), bounds=free)
    assert found.status in (0, 2)  # solved, or infeasible
    return found.status == 0


def convolve_and_weigh(x, filters, biases, dense, constant):
    """Compute what goes into the logistic function: a convolution with wrapped padding, and a fully connected layer."""
    maps = [ndimage.convolve1d(x.astype(float), f, mode="wrap") + bias for f, bias in zip(filters, biases, strict=True)]
    return float(np.sum(dense * np.array(maps)) + constant)


@st.composite
def pairs(draw, most=7):
    n = draw(st.integers(1, most))
    digits = arrays.arrays(np.int64, n, elements=st.integers(0, 1))
    return draw(digits), draw(digits)


class TestSeparability:
    def test_a_thousand_variants_agree_with_a_linear_programme(self):
        (question,) = read_bank(SHIPPED, ("shift-orbit-separability",)).questions
        verdicts = []
        for solved, _ in Sampler(question, 1).solved(1000):
            a, b = solved.values["a"], solved.values["b"]
            verdicts.append(programme_separates(a, b))
            assert (solved.values["verdict"] == "separable") == verdicts[-1]
        assert 400 < sum(verdicts) < 600
        assert len(verdicts) == 1000

    @pytest.mark.parametrize("n", [1, 2, 3, 4])
    def test_every_pair_of_short_patterns_agrees_with_a_linear_programme(self, n):
        for a, b in product(map(np.array, product((0, 1), repeat=n)), repeat=2):
            assert orbits_linearly_separable(a, b) == programme_separates(a, b)

    @given(pairs(), st.integers(1, 3), st.integers(0, 2**32 - 1))
    def test_the_scores_of_any_network_have_one_total_for_patterns_with_equally_many_ones(self, pair, count, seed):
        draw = np.random.default_rng(seed)
        a, n = pair[0], len(pair[0])
        filters, biases = draw.normal(size=(count, draw.integers(1, n + 1))), draw.normal(size=count)
        network = (filters, biases, draw.normal(size=(count, n)), draw.normal())
        totals = [sum(convolve_and_weigh(x, *network) for x in translations(b)) for b in (a, draw.permutation(a))]
        assert totals[0] == pytest.approx(totals[1], abs=1e-9)

    @given(pairs())
    def test_one_filter_and_equal_weights_separate_different_numbers_of_ones(self, pair):
        a, b = pair
        if not orbits_linearly_separable(a, b):
            return
        sign = 1 if sum(a) > sum(b) else -1
        dense, constant = np.full((1, len(a)), sign), -sign * (sum(a) + sum(b)) / 2
        assert all(convolve_and_weigh(x, [[1]], [0], dense, constant) > 0 for x in translations(a))
        assert all(convolve_and_weigh(x, [[1]], [0], dense, constant) < 0 for x in translations(b))


class TestTranslations:
    @given(pairs())
    def test_it_is_one_of_the_rolled_patterns(self, pair):
        a, b = pair
        assert is_translation(a, b) == (b.tolist() in translations(a).tolist())

    @given(pairs(), st.integers(-20, 20))
    def test_every_roll_is_a_translation(self, pair, shift):
        assert is_translation(pair[0], np.roll(pair[0], shift))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: orbits_linearly_separable(np.array([0, 1]), np.array([1])), "these have 2 and 1 digits"),
        (lambda: orbits_linearly_separable(np.array([0, 2]), np.array([1, 0])), "zeros and ones only, not 2"),
        (lambda: is_translation(np.array([[0, 1]]), np.array([1, 0])), "must be a vector of zeros and ones"),
        (lambda: is_translation(np.array([0.0, 1.0]), np.array([1, 0])), "must be a vector of zeros and ones"),
        (lambda: is_translation((0, 1), np.array([1, 0])), r"not \(0, 1\)"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
