"""Gradient noise, against every batch there is, drawn batches, and steps of the best size on a noisy quadratic."""

from __future__ import annotations

from itertools import product
from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from markscheme.solvers.gradient_noise import gradient_standard_error, training_steps


class TestStandardError:
    @pytest.mark.parametrize("batch", [1, 2, 3, 4, 5])
    @pytest.mark.parametrize("gradients", [(-1, 1), (0, 2, 7), (-4, 0, 1, 5)])
    def test_it_is_the_deviation_of_the_means_of_all_batches_with_replacement(self, gradients, batch):
        means = [np.mean(chosen) for chosen in product(gradients, repeat=batch)]
        assert gradient_standard_error(np.std(gradients), batch) == pytest.approx(np.std(means), rel=1e-12)

    @pytest.mark.parametrize(("deviation", "batch"), [(3, 4), (2, 25), (6, 144)])
    def test_drawn_batches_scatter_as_much_up_to_their_own_error(self, deviation, batch):
        runs = 20_000
        means = np.random.default_rng(7).normal(5, deviation, size=(runs, batch)).mean(axis=1)
        # The sample deviation of r normal numbers has the relative error 1/√(2r).
        bound = 5 / sqrt(2 * runs)
        assert gradient_standard_error(deviation, batch) == pytest.approx(means.std(ddof=1), rel=bound)

    @given(st.integers(0, 100), st.integers(1, 100), st.integers(1, 10))
    def test_a_batch_c_squared_times_as_large_has_a_cth_of_the_error(self, deviation, batch, c):
        part = gradient_standard_error(deviation, batch * c * c)
        assert part * c == pytest.approx(gradient_standard_error(deviation, batch), rel=1e-12)


def best_gain(gradient, hessian, covariance, batch):
    """Return how much one step of the best size lowers a quadratic loss on average, found by a numerical search."""

    def loss(step):
        noise = np.trace(hessian @ covariance) / batch
        return -step * gradient @ gradient + step**2 / 2 * (gradient @ hessian @ gradient + noise)

    found = optimize.minimize_scalar(loss, bracket=(0, 1), tol=1e-12)
    return -found.fun


class TestSteps:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("batch", [1, 8, 64, 1000])
    def test_each_step_on_a_noisy_quadratic_gains_less_by_the_same_factor(self, seed, batch):
        draw = np.random.default_rng(seed)
        gradient, (a, b) = draw.normal(size=3), draw.normal(size=(2, 3, 3))
        hessian, covariance = a @ a.T, 50 * b @ b.T
        scale = np.trace(hessian @ covariance) / (gradient @ hessian @ gradient)
        gain, most = (best_gain(gradient, hessian, covariance, size) for size in (batch, inf))
        # So many small steps as one step with an exact gradient would have gained.
        assert training_steps(1, scale, batch) == pytest.approx(most / gain, rel=1e-6)

    def test_batches_of_the_noise_scale_take_twice_the_least_number_of_steps(self):
        assert training_steps(700, 512, 512) == 1400

    @given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 5000))
    def test_steps_and_examples_above_their_least_multiply_to_one(self, least, scale, batch):
        # McCandlish and others 2018, section 2.3: (S/S_min − 1)(E/E_min − 1) = 1, with E = S·B, E_min = S_min·B_noise.
        steps = training_steps(least, scale, batch)
        examples = steps * batch
        assert (steps / least - 1) * (examples / (least * scale) - 1) == pytest.approx(1, rel=1e-6)

    @given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 5000))
    def test_doubling_the_batch_saves_less_than_half_of_the_steps(self, least, scale, batch):
        before, after = training_steps(least, scale, batch), training_steps(least, scale, 2 * batch)
        assert before / 2 < after < before
        assert (before - after) / before == pytest.approx(scale / (2 * (batch + scale)), rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gradient_standard_error(-1, 4), "the deviation must be a number of at least 0, not -1"),
        (lambda: gradient_standard_error(inf, 4), "not inf"),
        (lambda: gradient_standard_error(1, 0), "the batch must be a finite number above 0, not 0"),
        (lambda: training_steps(0, 1, 1), "the least number of steps must be a finite number above 0, not 0"),
        (lambda: training_steps(1, nan, 1), "the noise scale must be a finite number above 0, not nan"),
        (lambda: training_steps(1, 1, -2), "the batch must be a finite number above 0, not -2"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
