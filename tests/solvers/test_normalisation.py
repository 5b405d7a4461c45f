"""Normalisation and dropout, against plain loops, SciPy, exact enumeration and simulated units."""

from __future__ import annotations

from itertools import product
from math import sqrt
from statistics import fmean, pvariance, variance

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from markscheme.solvers.normalisation import dropout_variance, standardise_columns


@st.composite
def batches(draw, least=1):
    shape = draw(st.integers(least, 6)), draw(st.integers(1, 4))
    return draw(arrays.arrays(np.int64, shape, elements=st.integers(-9, 9)))


def by_loops(batch, epsilon, spread):
    """Standardise with the standard library, one number at a time."""
    outputs = [[0.0] * len(batch[0]) for _ in batch]
    for j in range(len(batch[0])):
        column = [row[j] for row in batch]
        for i, entry in enumerate(column):
            outputs[i][j] = (entry - fmean(column)) / sqrt(spread(column) + epsilon)
    return outputs


class TestStandardise:
    @given(batches(), st.sampled_from([1e-5, 0.1, 2]))
    def test_it_is_that_of_plain_loops_with_the_divisor_n(self, batch, epsilon):
        expected = by_loops(batch.tolist(), epsilon, pvariance)
        np.testing.assert_allclose(standardise_columns(batch, epsilon), expected, rtol=1e-9, atol=1e-12)

    @given(batches(least=2), st.sampled_from([1e-5, 0.1, 2]))
    def test_it_is_that_of_plain_loops_with_the_divisor_n_minus_one(self, batch, epsilon):
        expected = by_loops(batch.tolist(), epsilon, variance)
        np.testing.assert_allclose(standardise_columns(batch, epsilon, 1), expected, rtol=1e-9, atol=1e-12)

    @given(batches(least=2))
    def test_without_much_epsilon_it_is_scipys_z_score(self, batch):
        assume(all(len(set(column)) > 1 for column in batch.T.tolist()))
        np.testing.assert_allclose(standardise_columns(batch, 1e-12), stats.zscore(batch, axis=0), atol=1e-9)

    @given(arrays.arrays(np.int64, (1, 4), elements=st.integers(-(10**6), 10**6)))
    def test_a_single_example_gives_zeros_whatever_it_is(self, batch):
        assert standardise_columns(batch, 1e-5).tolist() == [[0, 0, 0, 0]]

    @given(st.lists(st.integers(-9, 9), min_size=2, max_size=2, unique=True))
    def test_two_different_examples_give_plus_and_minus_one(self, pair):
        outputs = standardise_columns(np.array(pair).reshape(2, 1), 1e-9)
        assert sorted(outputs.ravel().tolist()) == pytest.approx([-1, 1], abs=1e-6)


class TestDropout:
    @given(st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.integers(1, 9))
    def test_it_is_the_variance_of_all_outcomes_weighted_by_their_probability(self, values, tenths):
        # Of ten equally likely masks so many keep; each value is as likely as the others.
        masks = [1] * tenths + [0] * (10 - tenths)
        outcomes = [x * mask * 10 / tenths for x, mask in product(values, masks)]
        computed = dropout_variance(fmean(values), pvariance(values), tenths / 10)
        assert computed == pytest.approx(pvariance(outcomes), rel=1e-9, abs=1e-9)

    @pytest.mark.parametrize(("mean", "spread", "keep"), [(3, 2, 0.6), (-1, 5, 0.8), (4, 1, 0.9), (0, 3, 0.5)])
    def test_a_simulated_unit_scatters_as_much_up_to_the_error_of_the_simulation(self, mean, spread, keep):
        draw, runs = np.random.default_rng(11), 400_000
        after = draw.normal(mean, sqrt(spread), runs) * (draw.random(runs) < keep) / keep
        squares = (after - after.mean()) ** 2
        bound = 5 * squares.std() / sqrt(runs)  # five standard errors of the mean square
        assert dropout_variance(mean, spread, keep) == pytest.approx(squares.mean(), abs=bound)

    def test_batch_normalisation_after_dropout_has_the_ratio_of_both_variances_in_evaluation(self):
        mean, spread, keep = 3, 2, 0.75
        draw, runs = np.random.default_rng(5), 400_000
        units = draw.normal(mean, sqrt(spread), runs)
        trained = units * (draw.random(runs) < keep) / keep
        evaluated = (units - trained.mean()) / trained.std()
        assert evaluated.var() == pytest.approx(spread / dropout_variance(mean, spread, keep), rel=0.02)

    @given(st.floats(-100, 100), st.floats(0, 100))
    def test_nothing_changes_where_all_is_kept(self, mean, spread):
        assert dropout_variance(mean, spread, 1) == pytest.approx(spread, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: standardise_columns(np.array([[1, 2]]), 0), "ε must be a finite number above 0, not 0"),
        (lambda: standardise_columns(np.array([[1, 2]]), 1e-5, 1), "a batch of 1 has no variance with the divisor 0"),
        (
            lambda: standardise_columns(np.array([[1, 2]]), 1e-5, -1),
            "ddof must be a whole number of at least 0, not -1",
        ),
        (lambda: standardise_columns(np.array([[np.inf]]), 1e-5), "finite"),
        (lambda: standardise_columns(np.array([[1e200]]), 1e-5), r"at most 1e\+100, not 1e\+200"),
        (lambda: dropout_variance(1, -2, 0.5), "the variance must be a number of at least 0, not -2"),
        (lambda: dropout_variance(1, 2, 0), "above 0 and at most 1, not 0"),
        (lambda: dropout_variance(np.nan, 2, 0.5), "the mean must be finite, not nan"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
