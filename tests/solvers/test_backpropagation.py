"""Backpropagation through time, against central differences and matrix powers."""

from __future__ import annotations

import math
import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.solvers.backpropagation import recurrent_errors, recurrent_gradient, recurrent_states

STEP = 1e-5


def halves(*shape, most=2):
    return arrays.arrays(np.int64, shape, elements=st.integers(-most, most)).map(lambda twice: twice / 2)


@st.composite
def networks(draw, activation=None):
    n, m, steps = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 5))
    name = activation or draw(st.sampled_from(["identity", "tanh"]))
    return (*map(draw, (halves(n, n), halves(n, m), halves(steps, m, most=4), halves(n), halves(n))), name)


def loss(w, u, x, b, target, activation):
    """Compute the loss one unit at a time, from the definition."""
    squash = {"identity": float, "tanh": math.tanh}[activation]
    h = [0.0] * len(w)
    for entering in x:
        sums = [sum(w[i][j] * h[j] for j in range(len(h))) + float(u[i] @ entering) + b[i] for i in range(len(h))]
        h = [squash(a) for a in sums]
    return sum((a - c) ** 2 for a, c in zip(h, target, strict=True)) / 2


def gradient(w, u, x, b, target, activation):
    states = recurrent_states(w, u, x, b, activation)
    return recurrent_gradient(recurrent_errors(w, states, target, activation), states)


@given(networks())
def test_each_entry_of_the_gradient_is_the_central_difference_of_the_loss(network):
    w, *others = network
    found = gradient(*network)
    assert found.shape == w.shape
    for place in np.ndindex(w.shape):
        nudge = np.zeros_like(w)
        nudge[place] = STEP
        slope = (loss(w + nudge, *others) - loss(w - nudge, *others)) / (2 * STEP)
        assert found[place] == pytest.approx(slope, rel=1e-5, abs=1e-5)


@given(networks())
def test_the_errors_are_the_central_differences_of_the_loss_with_a_bias_of_one_step_alone(network):
    w, u, x, b, target, activation = network
    states = recurrent_states(w, u, x, b, activation)
    errors = recurrent_errors(w, states, target, activation)
    # A bias of one step is an input of its own, which no other step has.
    wider, steps = np.hstack([u, np.eye(len(w))]), np.hstack([x, np.zeros((len(x), len(w)))])
    for t, unit in np.ndindex(errors.shape):
        ends = []
        for sign in (1, -1):
            nudged = steps.copy()
            nudged[t, u.shape[1] + unit] = sign * STEP
            ends.append(loss(w, wider, nudged, b, target, activation))
        assert errors[t, unit] == pytest.approx((ends[0] - ends[1]) / (2 * STEP), rel=1e-5, abs=1e-5)


@given(networks(activation="identity"))
def test_with_the_identity_the_errors_are_powers_of_the_transposed_weights_times_the_last(network):
    w, u, x, b, target, activation = network
    states = recurrent_states(w, u, x, b, activation)
    errors = recurrent_errors(w, states, target, activation)
    for t in range(len(x)):
        power = np.linalg.matrix_power(w.T, len(x) - 1 - t)
        np.testing.assert_allclose(errors[t], power @ (states[-1] - target), atol=1e-9)


@given(networks(activation="identity"))
def test_with_the_identity_the_last_state_is_a_sum_of_powers(network):
    w, u, x, b, _, activation = network
    entering = [np.linalg.matrix_power(w, len(x) - 1 - t) @ (u @ x[t] + b) for t in range(len(x))]
    np.testing.assert_allclose(recurrent_states(w, u, x, b, activation)[-1], sum(entering), atol=1e-9)


def test_one_step_of_a_network_that_starts_with_zeros_has_no_gradient():
    one = np.ones((1, 1))
    assert gradient(one, one, one, np.zeros(1), np.zeros(1), "tanh").tolist() == [[0]]


def test_a_scalar_network_of_three_steps_by_hand():
    # h = 0, 1, 1.5, 1.75 with w = 1/2 and inputs 1; y − target = 1; δ = 1/4, 1/2, 1; 1 · 1.5 + 1/2 · 1.
    half, one = np.full((1, 1), 0.5), np.ones((1, 1))
    found = gradient(half, one, np.ones((3, 1)), np.zeros(1), np.array([0.75]), "identity")
    assert found.tolist() == [[2.0]]


SQUARE, VECTOR = np.eye(2), np.zeros(2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: recurrent_states(SQUARE, np.ones((2, 3)), np.ones((4, 1)), VECTOR, "tanh"),
            "for 2 units and inputs of 1 numbers the input weights must be 2x1, not 2x3",
        ),
        (
            lambda: recurrent_states(SQUARE, np.ones((2, 1)), np.ones((4, 1)), np.zeros(3), "tanh"),
            "the bias must be a vector of 2 numbers, not an array of shape (3,)",
        ),
        (
            lambda: recurrent_states(SQUARE, np.ones((2, 1)), np.ones((4, 1)), VECTOR, "relu"),
            "there is no activation 'relu' here (there are identity, tanh)",
        ),
        (
            lambda: recurrent_errors(SQUARE, np.ones((4, 3)), VECTOR, "tanh"),
            "for 2 units the states must have 2 columns and two rows or more, not 4x3",
        ),
        (
            lambda: recurrent_errors(SQUARE, np.ones((4, 2)), 3, "tanh"),
            "the target must be a vector of 2 numbers, not 3",
        ),
        (
            lambda: recurrent_errors(SQUARE, np.ones((4, 2)), np.array([np.nan, 1]), "tanh"),
            "the target must hold finite numbers",
        ),
        (
            lambda: recurrent_gradient(np.ones((3, 2)), np.ones((3, 2))),
            "errors of 3x2 need states of one row more, and these are 3x2",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
