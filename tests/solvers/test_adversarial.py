"""Adversarial networks, against direct maximisation over discriminators and generators, scipy and random samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special
from scipy.spatial import distance

from markscheme.solvers.adversarial import (
    adversarial_value,
    jensen_shannon,
    joint_table,
    kl_divergence,
    optimal_discriminator,
)


@st.composite
def densities(draw, shape=(2, 2)):
    weights = np.array(draw(st.lists(st.integers(1, 20), min_size=math.prod(shape), max_size=math.prod(shape))))
    return (weights / weights.sum()).reshape(shape)


@st.composite
def conditionals(draw, rows=2, columns=2):
    return np.stack([draw(densities((rows,))) for _ in range(columns)], axis=1)


def value(discriminator, data, model):
    """Return E_data[ln D] + E_model[ln(1 − D)] as it is defined."""
    return float((data * np.log(discriminator) + model * np.log(1 - discriminator)).sum())


def maximised(data, model):
    """Maximise the value cell by cell, without knowing the formula."""
    found = np.empty_like(data)
    for cell in np.ndindex(data.shape):
        one, other = data[cell], model[cell]
        loss = optimize.minimize_scalar(
            lambda d, a=one, b=other: -a * math.log(d) - b * math.log(1 - d),
            bounds=(1e-9, 1 - 1e-9),
            method="bounded",
            options={"xatol": 1e-10},
        )
        found[cell] = loss.x
    return found


class TestDiscriminator:
    @settings(max_examples=40)
    @given(densities(), densities())
    def test_it_is_what_direct_maximisation_finds(self, data, model):
        np.testing.assert_allclose(optimal_discriminator(data, model), maximised(data, model), atol=1e-6)

    @given(densities(), densities(), st.integers(0, 2**32))
    def test_no_other_discriminator_reaches_its_value(self, data, model, seed):
        best = optimal_discriminator(data, model)
        assert adversarial_value(data, model) == pytest.approx(value(best, data, model), rel=1e-12)
        others = np.random.default_rng(seed).uniform(0.01, 0.99, (50, *data.shape))
        assert all(value(other, data, model) <= value(best, data, model) + 1e-12 for other in others)

    @settings(max_examples=10)
    @given(densities(), conditionals(), densities((2,)), st.integers(0, 2**32))
    def test_it_is_the_share_of_data_among_equally_many_sampled_pairs(self, data, conditional, labels, seed):
        random = np.random.default_rng(seed)
        many = 40_000
        real = random.multinomial(many, data.ravel()).reshape(data.shape)
        drawn = random.multinomial(many, labels)  # first the label, then x given the label
        fake = np.stack([random.multinomial(n, conditional[:, y]) for y, n in enumerate(drawn)], axis=1)
        best = optimal_discriminator(data, joint_table(conditional, labels))
        seen = real + fake
        bound = 6 * np.sqrt(best * (1 - best) / np.maximum(seen, 1)) + 1e-3
        assert (np.abs(real / np.maximum(seen, 1) - best) < bound).all()


class TestValue:
    @given(densities(), densities())
    def test_it_is_that_of_scipys_divergences(self, data, model):
        divergence = distance.jensenshannon(data.ravel(), model.ravel()) ** 2
        assert jensen_shannon(data, model) == pytest.approx(divergence, rel=1e-6, abs=1e-9)
        assert adversarial_value(data, model) == pytest.approx(-math.log(4) + 2 * divergence, rel=1e-6, abs=1e-9)
        assert kl_divergence(data, model) == pytest.approx(special.rel_entr(data, model).sum(), rel=1e-9, abs=1e-12)

    @settings(max_examples=30)
    @given(densities(), densities((2,)))
    def test_the_best_generator_is_the_datas_conditional_whatever_the_labels(self, data, labels):
        conditional = data / data.sum(axis=0)
        lowest = adversarial_value(data, joint_table(conditional, labels))
        for y in (0, 1):

            def given_share(share, y=y):
                columns = conditional.copy()
                columns[:, y] = share, 1 - share
                return adversarial_value(data, joint_table(columns, labels))

            found = optimize.minimize_scalar(
                given_share, bounds=(1e-6, 1 - 1e-6), method="bounded", options={"xatol": 1e-9}
            )
            assert found.x == pytest.approx(conditional[0, y], abs=1e-4)
            assert found.fun >= lowest - 1e-12
        share = data.sum(axis=0) / (data.sum(axis=0) + labels)
        best = optimal_discriminator(data, joint_table(conditional, labels))
        np.testing.assert_allclose(best, np.broadcast_to(share, best.shape), rtol=1e-9)

    @given(densities())
    def test_at_the_equilibrium_it_is_minus_the_logarithm_of_four(self, data):
        assert adversarial_value(data, data) == pytest.approx(-math.log(4), rel=1e-12)
        assert jensen_shannon(data, data) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: optimal_discriminator(np.array([0.5, 0.5]), np.array([[0.5, 0.5]])),
            r"theirs are \(2,\) and \(1, 2\)",
        ),
        (
            lambda: adversarial_value(np.array([0.5, 0.6]), np.array([0.5, 0.5])),
            "first table must add up to 1, not to 1.1",
        ),
        (
            lambda: kl_divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])),
            "second table must hold positive .* not 0.0",
        ),
        (lambda: joint_table(np.array([[0.5], [0.4]]), np.array([1.0])), r"column 1 of p\(x \| y\) must add up to 1"),
        (lambda: joint_table(np.array([[0.5], [0.5]]), np.array([0.5, 0.5])), r"the shapes are \(2, 1\), \(2,\)"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
