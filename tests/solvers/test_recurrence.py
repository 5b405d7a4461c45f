"""The quantities that are mistaken for the spectral radius."""

from __future__ import annotations

import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import scipy.linalg
from hypothesis import assume, given
from hypothesis import strategies as st

from markscheme.solvers.linear_algebra import determinant, largest_singular_value, spectral_radius, trace
from markscheme.solvers.recurrence import largest_entry, largest_real_part

# COMP70010 Deep Learning, 23 March 2021, 2.c.ii.
PAPER = np.array([[-0.84, -0.26, -1.32], [-0.76, 0.08, -0.96], [0.42, -1.86, -0.4]])

decimal_matrices = arrays.arrays(np.int64, (3, 3), elements=st.integers(-12, 12)).map(lambda tenths: tenths / 10)


def test_of_the_paper_the_largest_eigenvalue_without_the_modulus_misses_the_explosion():
    assert largest_real_part(PAPER) == pytest.approx(0.5757, abs=5e-5)
    assert spectral_radius(PAPER) > 1


def test_of_the_paper_every_mistake_is_apart_from_the_key():
    key = spectral_radius(PAPER)
    for mistake in (largest_real_part, largest_entry, largest_singular_value, trace, determinant):
        assert abs(mistake(PAPER) - key) > 0.005


def test_it_is_the_real_part_of_a_complex_eigenvalue_where_that_is_largest():
    # Eigenvalues 3 ± 4i and 1.
    assert largest_real_part(np.array([[3, -4, 0], [4, 3, 0], [0, 0, 1]])) == pytest.approx(3)


def test_it_may_be_negative():
    assert largest_real_part(np.array([[-3, 0], [0, -2]])) == -2


@given(decimal_matrices)
def test_it_is_the_largest_real_part_that_scipy_finds(w):
    theirs = scipy.linalg.eigvals(w)
    assume(len(np.unique(np.round(theirs, 2))) == len(w))
    assert largest_real_part(w) == pytest.approx(theirs.real.max(), abs=1e-9)


@given(decimal_matrices)
def test_it_bounds_what_a_symmetric_part_can_do(w):
    # max Re λ(W) ≤ λ_max((W + Wᵀ) / 2), with equality for symmetric W.
    symmetric = (w + w.T) / 2
    bound = scipy.linalg.eigvalsh(symmetric)[-1]
    assert largest_real_part(w) <= bound + 1e-4
    assert largest_real_part(symmetric) == pytest.approx(bound, abs=1e-9)


@given(decimal_matrices)
def test_the_largest_entry_is_found_by_looking_at_each(w):
    seen = 0.0
    for row in w.tolist():
        for entry in row:
            seen = max(seen, entry, -entry)
    assert largest_entry(w) == seen


def test_the_largest_entry_of_the_paper_is_an_absolute_value():
    assert largest_entry(PAPER) == 1.86


def test_the_largest_entry_of_integers_is_an_exact_integer():
    found = largest_entry(np.array([[np.iinfo(np.int64).min, 5]]))
    assert type(found) is int
    assert found == 2**63


@pytest.mark.parametrize(
    ("function", "w", "message"),
    [
        (largest_real_part, np.ones((2, 3)), "the matrix must be square, not 2x3"),
        (largest_real_part, "W", "the matrix must be a matrix, not 'W'"),
        (largest_entry, np.ones(2), "the matrix must be a matrix, not an array of shape (2,)"),
        (largest_entry, np.array([[np.nan]]), "the matrix must hold finite numbers, not nan"),
    ],
)
def test_what_makes_no_sense_is_named(function, w, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function(w)
