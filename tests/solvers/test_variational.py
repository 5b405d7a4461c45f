"""Variational autoencoders, against numerical integration, central differences and averages over many draws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from markscheme.solvers.variational import (
    gaussian_kl,
    gaussian_kl_of_deviation,
    pathwise_gradients,
    reversed_gaussian_kl,
    score_function_gradients,
)

MEANS = st.floats(-3, 3)
DEVIATIONS = st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0])


def divergence(one, other):
    """Integrate the divergence of one density of scipy from another."""

    def integrand(z):
        return one.pdf(z) * (one.logpdf(z) - other.logpdf(z))

    spread = 12 * one.std()
    return integrate.quad(integrand, one.mean() - spread, one.mean() + spread, limit=200)[0]


def loss(x, a, mu, sigma, epsilon):
    """Return the negative bound for one draw, by the densities of scipy, up to the decoder's constant."""
    z = mu + sigma * epsilon
    reconstruction = -stats.norm(a * z, 1).logpdf(x) - math.log(2 * math.pi) / 2
    return reconstruction + (mu**2 + sigma**2 - 1 - math.log(sigma**2)) / 2


class TestDivergence:
    @settings(max_examples=30)
    @given(MEANS, DEVIATIONS)
    def test_both_directions_are_the_integrals(self, mu, sigma):
        q, p = stats.norm(mu, sigma), stats.norm(0, 1)
        assert gaussian_kl(mu, sigma) == pytest.approx(divergence(q, p), rel=1e-6, abs=1e-8)
        assert reversed_gaussian_kl(mu, sigma) == pytest.approx(divergence(p, q), rel=1e-6, abs=1e-8)

    @given(st.lists(st.tuples(MEANS, DEVIATIONS), min_size=1, max_size=4))
    def test_coordinates_add_up(self, pairs):
        mu, sigma = np.array(pairs).T
        for divergence_of in (gaussian_kl, reversed_gaussian_kl, gaussian_kl_of_deviation):
            total = sum(divergence_of(m, s) for m, s in pairs)
            assert divergence_of(mu, sigma) == pytest.approx(total, rel=1e-12, abs=1e-12)

    @given(MEANS, DEVIATIONS)
    def test_the_deviation_for_the_variance_is_right_at_one_only(self, mu, sigma):
        right = math.isclose(gaussian_kl_of_deviation(mu, sigma), gaussian_kl(mu, sigma), abs_tol=1e-9)
        assert right is (sigma == 1)


class TestGradients:
    @given(st.integers(-5, 5), st.integers(-3, 3), MEANS, DEVIATIONS, st.floats(-2, 2))
    def test_the_pathwise_gradients_are_central_differences_of_the_loss(self, x, a, mu, sigma, epsilon):
        step = 1e-5
        by_mu, by_sigma = (
            (loss(x, a, mu + d, sigma + e, epsilon) - loss(x, a, mu - d, sigma - e, epsilon)) / (2 * step)
            for d, e in ((step, 0), (0, step))
        )
        assert pathwise_gradients(x, a, mu, sigma, epsilon) == pytest.approx((by_mu, by_sigma), rel=1e-5, abs=1e-5)

    @settings(max_examples=10)
    @given(st.integers(-5, 5), st.integers(-3, 3), MEANS, DEVIATIONS, st.integers(0, 2**32))
    def test_both_estimates_agree_on_average_with_the_gradient_of_the_expectation(self, x, a, mu, sigma, seed):
        assume(a)
        draws = np.random.default_rng(seed).standard_normal(4_000).tolist()
        # E½(x − az)² = ½((x − aμ)² + a²σ²), differentiated by hand.
        exact = (-a * (x - a * mu) + mu, a * a * sigma + sigma - 1 / sigma)
        for estimate in (pathwise_gradients, score_function_gradients):
            found = np.array([estimate(x, a, mu, sigma, epsilon) for epsilon in draws])
            bound = 6 * found.std(axis=0) / math.sqrt(len(draws)) + 1e-9
            assert (np.abs(found.mean(axis=0) - exact) < bound).all()

    def test_by_hand(self):
        # z = 1 + ½·1 = 1.5, x − 2z = 2: f = 2; −2·2 + 1 = −3; −2·2·1 + ½ − 2 = −5.5.
        assert pathwise_gradients(5, 2, 1, 0.5, 1) == (-3.0, -5.5)
        assert score_function_gradients(5, 2, 1, 0.5, 1) == (5.0, -1.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_kl(np.array([1, 2]), 1), r"their shapes are \(2,\) and \(1,\)"),
        (lambda: reversed_gaussian_kl(0, -1), "must be positive, not -1"),
        (lambda: gaussian_kl_of_deviation(0, 0.0), "must be positive, not 0.0"),
        (lambda: pathwise_gradients(1, 1, 0, 0, 1), "must be positive, not 0"),
        (lambda: score_function_gradients(1, 1, 0, -2, 1), "must be positive, not -2"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
