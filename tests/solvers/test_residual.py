"""Residual branches, against blocks that really add their shortcut, fits by least squares, and slopes."""

from __future__ import annotations

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from markscheme.solvers.residual import residual_matrix, residual_target

A, B, X = np.array([[2, -1], [0, 3]]), np.array([1, 1]), np.array([4, 5])


@st.composite
def maps_and_points(draw):
    n = draw(st.integers(1, 4))
    shapes = ((n, n), (n,), (n,))
    return tuple(draw(arrays.arrays(np.int64, shape, elements=st.integers(-9, 9))) for shape in shapes)


def affine(a, b, x):
    """Compute Ax + b, one product at a time."""
    return [sum(w * entry for w, entry in zip(row, x, strict=True)) + c for row, c in zip(a, b, strict=True)]


class TestBranch:
    @given(maps_and_points())
    def test_a_block_with_this_branch_computes_the_map(self, drawn):
        a, b, x = (array.tolist() for array in drawn)
        branch = residual_target(*drawn).tolist()
        assert [entry + step for entry, step in zip(x, branch, strict=True)] == affine(a, b, x)

    @given(maps_and_points())
    def test_its_matrix_and_the_constant_vector_give_the_branch(self, drawn):
        a, b, x = drawn
        assert affine(residual_matrix(a).tolist(), b.tolist(), x.tolist()) == residual_target(a, b, x).tolist()

    @given(maps_and_points())
    def test_its_matrix_holds_the_slopes_of_the_branch(self, drawn):
        a, b, x = drawn
        slopes = optimize.approx_fprime(x.astype(float), lambda at: residual_target(a, b, at), 1e-4)
        np.testing.assert_allclose(np.reshape(slopes, a.shape), residual_matrix(a), atol=1e-6)

    def test_a_branch_that_is_fitted_to_the_blocks_outputs_finds_this_matrix_and_the_constant_vector(self):
        points = np.random.default_rng(3).normal(size=(30, 2))
        outputs = np.array([affine(A, B, x) for x in points])
        design = np.hstack([points, np.ones((30, 1))])
        fitted, *_ = np.linalg.lstsq(design, outputs - points, rcond=None)
        np.testing.assert_allclose(fitted[:2].T, residual_matrix(A), atol=1e-9)
        np.testing.assert_allclose(fitted[2], B, atol=1e-9)

    def test_the_identity_needs_a_branch_of_zeros(self):
        assert residual_matrix(np.eye(3, dtype=np.int64)).tolist() == [[0] * 3] * 3

    @given(maps_and_points())
    def test_integers_stay_integers(self, drawn):
        assert residual_matrix(drawn[0]).dtype == residual_target(*drawn).dtype == np.int64


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: residual_matrix(np.ones((2, 3))), "the matrix must be square, not 2x3"),
        (lambda: residual_target(A, B, np.array([1])), r"the point must be a vector of 2 finite numbers, not \[1\]"),
        (
            lambda: residual_target(A, np.array([np.nan, 1]), X),
            "the constant vector must be a vector of 2 finite numbers",
        ),
        (lambda: residual_target(A, B, np.array([2**53, 0])), "could reach"),
        (lambda: residual_target(np.array([[np.inf]]), np.array([1]), np.array([1])), "finite"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
