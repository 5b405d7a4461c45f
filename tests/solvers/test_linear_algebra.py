"""Eigenvalues, singular values, trace and determinant, against SciPy, closed forms and brute force."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from math import prod

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import scipy.linalg
from hypothesis import assume, given
from hypothesis import strategies as st

from markscheme.solvers.linear_algebra import (
    determinant,
    eigenvalues,
    largest_singular_value,
    spectral_radius,
    trace,
)

# COMP70010 Deep Learning, 23 March 2021, 2.c.ii.
PAPER = np.array([[-0.84, -0.26, -1.32], [-0.76, 0.08, -0.96], [0.42, -1.86, -0.4]])
MOST_NEGATIVE = np.iinfo(np.int64).min

sizes = st.integers(1, 4).map(lambda n: (n, n))
integer_matrices = arrays.arrays(np.int64, sizes, elements=st.integers(-9, 9))
decimal_matrices = integer_matrices.map(lambda tenths: tenths / 10)
# Integer matrices of determinant 1, so that P · D · P⁻¹ is made of integers.
shears = st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2))


def unimodular(below, above):
    lower = np.array([[1, 0, 0], [below[0], 1, 0], [below[1], below[2], 1]])
    upper = np.array([[1, above[0], above[1]], [0, 1, above[2]], [0, 0, 1]])
    return lower @ upper


def similar(d, below, above):
    """Return P · D · P⁻¹, a matrix of integers with the eigenvalues of D."""
    p = unimodular(below, above)
    inverse = np.rint(np.linalg.inv(p)).astype(np.int64)
    assert (p @ inverse == np.eye(3)).all()
    return p @ np.array(d) @ inverse


def as_complex(rows):
    return rows[:, 0] + 1j * rows[:, 1]


def leibniz(rows):
    """Sum over all permutations: the determinant by its definition."""
    total = 0
    for order in itertools.permutations(range(len(rows))):
        inversions = sum(a > b for a, b in itertools.combinations(order, 2))
        total += (-1) ** inversions * prod((row[i] for row, i in zip(rows, order, strict=True)), start=Fraction(1))
    return total


class TestEigenvalues:
    def test_those_of_the_paper(self):
        found = eigenvalues(PAPER)
        np.testing.assert_allclose(found, [[-1.8404, 0], [0.5757, 0], [0.1047, 0]], atol=5e-5)
        assert found.dtype == np.float64

    @given(integer_matrices)
    def test_they_are_roots_of_the_characteristic_polynomial(self, w):
        # Checked exactly, by its definition det(W − λ·I), for the eigenvalues that are integers …
        found = as_complex(eigenvalues(w))
        for root in range(-40, 41):
            if leibniz((w - root * np.eye(len(w), dtype=np.int64)).tolist()) == 0:
                # … and as closely as a root of multiplicity four allows.
                assert np.abs(found - root).min() < 0.01

    @given(decimal_matrices)
    def test_scipys_schur_form_has_the_same_on_its_diagonal(self, w):
        assume(len(np.unique(np.round(np.linalg.eigvals(w), 2))) == len(w))
        theirs = list(np.diag(scipy.linalg.schur(w, output="complex")[0]))
        for value in as_complex(eigenvalues(w)):
            nearest = min(theirs, key=lambda other: abs(other - value))
            assert abs(nearest - value) < 1e-9
            theirs.remove(nearest)

    @given(arrays.arrays(np.int64, (2, 2), elements=st.integers(-50, 50)))
    def test_of_a_2x2_matrix_they_are_given_by_the_quadratic_formula(self, w):
        (a, b), (c, d) = w.tolist()
        root = np.sqrt(complex((a - d) ** 2 + 4 * b * c))
        expected = sorted([(a + d + root) / 2, (a + d - root) / 2], key=lambda v: (-abs(v), -v.real, -v.imag))
        tolerance = 1e-12 if root else 1e-5  # a double eigenvalue has half the digits
        np.testing.assert_allclose(as_complex(eigenvalues(w)), expected, atol=100 * tolerance)

    @given(decimal_matrices)
    def test_moduli_never_rise(self, w):
        moduli = np.abs(as_complex(eigenvalues(w)))
        assert moduli.shape == (len(w),)
        assert (np.diff(moduli) <= 1e-11).all()

    @given(decimal_matrices)
    def test_complex_ones_come_in_exact_conjugates(self, w):
        found = [tuple(row) for row in eigenvalues(w).tolist()]
        for real, imaginary in found:
            assert found.count((real, imaginary)) == found.count((real, -imaginary)) or not imaginary

    @given(decimal_matrices, st.integers(2, 1000))
    def test_scaling_the_matrix_scales_them(self, w, factor):
        assume(len(np.unique(np.round(np.abs(as_complex(eigenvalues(w))), 3))) == len(w))
        np.testing.assert_allclose(eigenvalues(w * factor), eigenvalues(w) * factor, atol=1e-8 * factor)

    def test_zero_has_no_sign(self):
        assert not np.signbit(eigenvalues(np.zeros((3, 3)))).any()
        assert not np.signbit(eigenvalues(np.array([[0.0, 1.0], [-1.0, -0.0]]))[:, 0]).any()

    def test_a_triangular_matrix_shows_them_on_its_diagonal(self):
        assert eigenvalues(np.array([[1, 7, 7], [0, -4, 7], [0, 0, 1]])).tolist() == [[-4, 0], [1, 0], [1, 0]]


class TestOrderOfEigenvalues:
    @given(shears, shears)
    def test_of_equal_moduli_the_positive_one_comes_first(self, below, above):
        w = similar([[-2, 0, 0], [0, 1, 0], [0, 0, 2]], below, above)
        np.testing.assert_allclose(eigenvalues(w), [[2, 0], [-2, 0], [1, 0]], atol=1e-9)

    @given(shears, shears)
    def test_a_conjugate_pair_stands_between_real_ones_of_its_modulus(self, below, above):
        w = similar([[3, -4, 0], [4, 3, 0], [0, 0, -5]], below, above)
        found = eigenvalues(w)
        np.testing.assert_allclose(found, [[3, 4], [3, -4], [-5, 0]], atol=1e-9)
        assert found[0].tolist() == (found[1] * [1, -1]).tolist()

    @given(shears, shears)
    def test_three_of_equal_modulus_are_ordered_by_real_part_then_imaginary_part(self, below, above):
        # The roots of λ³ = 8.
        w = similar([[0, 0, 8], [1, 0, 0], [0, 1, 0]], below, above)
        np.testing.assert_allclose(eigenvalues(w), [[2, 0], [-1, 3**0.5], [-1, -(3**0.5)]], atol=1e-9)

    @given(shears, shears)
    def test_the_parts_that_are_zero_are_exactly_zero(self, below, above):
        w = similar([[0, -3, 0], [3, 0, 0], [0, 0, 0]], below, above) / 10
        found = eigenvalues(w)
        assert found[:, 0].tolist() == [0, 0, 0]
        assert found[2].tolist() == [0, 0]
        np.testing.assert_allclose(found[:, 1], [0.3, -0.3, 0], atol=1e-10)

    @pytest.mark.parametrize("seed", range(20))
    def test_two_equal_pairs_have_their_positive_imaginary_parts_first(self, seed):
        twice = np.kron(np.eye(2), [[3, -4], [4, 3]])
        turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4))).Q
        np.testing.assert_allclose(eigenvalues(turn @ twice @ turn.T), [[3, 4], [3, 4], [3, -4], [3, -4]], atol=1e-9)


class TestSpectralRadius:
    def test_that_of_the_paper_is_above_one_so_gradients_explode(self):
        assert spectral_radius(PAPER) == pytest.approx(1.8404, abs=5e-5)

    @given(decimal_matrices)
    def test_it_is_the_largest_modulus_that_scipy_finds(self, w):
        assume(len(np.unique(np.round(np.linalg.eigvals(w), 2))) == len(w))
        assert spectral_radius(w) == pytest.approx(np.abs(scipy.linalg.eigvals(w)).max(), abs=1e-9)

    @given(decimal_matrices)
    def test_it_is_the_growth_of_the_powers(self, w):
        # Gelfand's formula: ‖Wᵗ‖^(1/t) → ρ(W), from above.
        radius = spectral_radius(w)
        assume(radius > 0.05)
        power = np.linalg.matrix_power(w / radius, 4096)
        assert 0.99 <= np.linalg.norm(power, 2) ** (1 / 4096) <= 1.02

    @given(decimal_matrices)
    def test_it_never_exceeds_the_largest_singular_value(self, w):
        assert spectral_radius(w) <= largest_singular_value(w) + 1e-9

    def test_it_is_a_python_float(self):
        assert type(spectral_radius(np.array([[-3]]))) is float


class TestLargestSingularValue:
    def test_a_matrix_that_only_turns_has_one(self):
        assert largest_singular_value(np.array([[0.6, -0.8], [0.8, 0.6]])) == pytest.approx(1)

    @given(
        arrays.arrays(np.float64, arrays.array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-9, 9))
    )
    def test_it_is_the_root_of_the_largest_eigenvalue_of_the_gram_matrix(self, w):
        assert largest_singular_value(w) ** 2 == pytest.approx(scipy.linalg.eigh(w.T @ w)[0][-1], rel=1e-9, abs=1e-12)

    def test_of_2x2_it_has_a_closed_form(self):
        # σ² = (q + √(q² − 4·det²)) / 2 with q the sum of the squares: here q = 30, det = −2.
        assert largest_singular_value(np.array([[1, 2], [3, 4]])) == pytest.approx(((30 + 884**0.5) / 2) ** 0.5)

    def test_it_is_a_python_float(self):
        assert type(largest_singular_value(np.array([[3]]))) is float


class TestTrace:
    @given(decimal_matrices)
    def test_it_is_the_sum_of_the_eigenvalues(self, w):
        assert trace(w) == pytest.approx(eigenvalues(w)[:, 0].sum(), abs=1e-9)

    @given(decimal_matrices)
    def test_it_is_numpys(self, w):
        assert trace(w) == pytest.approx(np.trace(w), abs=1e-12)

    def test_decimals_add_up_as_they_are_shown(self):
        assert trace(np.diag([0.1, 0.2, -0.3])) == 0
        assert trace(PAPER) == -1.16

    def test_integers_stay_exact_beyond_int64(self):
        assert trace(np.diag([MOST_NEGATIVE, MOST_NEGATIVE])) == -(2**64)
        assert type(trace(np.array([[3]]))) is int


class TestDeterminant:
    @given(integer_matrices)
    def test_of_integers_it_is_what_the_sum_over_permutations_gives(self, w):
        found = determinant(w)
        assert type(found) is int
        assert found == leibniz(w.tolist())

    @given(integer_matrices)
    def test_of_decimals_it_is_the_exact_one_rounded_once(self, w):
        found = determinant(w / 10)
        assert type(found) is float
        assert found == float(Fraction(leibniz(w.tolist()), 10 ** len(w)))

    @given(arrays.arrays(np.float64, st.integers(1, 6).map(lambda n: (n, n)), elements=st.floats(-9, 9, width=16)))
    def test_it_agrees_with_scipy(self, w):
        assert determinant(w) == pytest.approx(scipy.linalg.det(w), rel=1e-9, abs=1e-7)

    @given(arrays.arrays(np.int64, (2, 3, 3), elements=st.integers(-(2**53), 2**53)))
    def test_that_of_a_product_is_the_product_even_for_large_integers(self, pair):
        a, b = pair
        small = b % 1000 - 500
        product = (a % 2**30) @ small
        assert determinant(product) == determinant(a % 2**30) * determinant(small)
        assert determinant(a) == leibniz(a.tolist())

    def test_a_singular_matrix_of_decimals_has_exactly_zero(self):
        assert determinant(np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])) == 0

    def test_a_zero_pivot_is_swapped_away(self):
        assert determinant(np.array([[0, 1], [1, 0]])) == -1
        assert determinant(np.array([[0, 2, 0], [0, 0, 3], [4, 0, 0]])) == 24

    def test_that_of_a_hilbert_matrix_has_all_its_digits(self):
        # The inverse of a Hilbert matrix is made of integers; det H₆ = 1 / 186,313,420,339,200,000 (OEIS A005249).
        inverse = scipy.linalg.invhilbert(6, exact=True).astype(np.int64)
        assert determinant(inverse) == 186_313_420_339_200_000

    def test_it_is_the_product_of_the_papers_eigenvalues(self):
        assert determinant(PAPER) == -0.110944
        assert determinant(PAPER) == pytest.approx(eigenvalues(PAPER)[:, 0].prod())


SQUARE_ONLY = [eigenvalues, spectral_radius, trace, determinant]


@pytest.mark.parametrize("function", [*SQUARE_ONLY, largest_singular_value])
@pytest.mark.parametrize(
    ("w", "message"),
    [
        (2.5, "the matrix must be a matrix, not 2.5"),
        (np.ones(3), "the matrix must be a matrix, not an array of shape (3,)"),
        (np.ones((0, 0)), "the matrix 0x0 has no entries, and at least 1x1 is needed"),
        (np.ones((2, 2), bool), "the matrix must hold int64 or float64 numbers, not bool"),
        (np.array([[1.0, np.nan], [0.0, 1.0]]), "the matrix must hold finite numbers, not nan"),
        (np.array([[1.0, 0.0], [-np.inf, 1.0]]), "the matrix must hold finite numbers, not -inf"),
    ],
)
def test_what_is_no_matrix_of_finite_numbers_is_named(function, w, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function(w)


@pytest.mark.parametrize("function", SQUARE_ONLY)
def test_a_matrix_that_is_not_square_is_named_with_its_shape(function):
    with pytest.raises(ValueError, match="the matrix must be square, not 2x3"):
        function(np.ones((2, 3)))


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (eigenvalues, "eigenvalues"),
        (largest_singular_value, "singular values"),
        (trace, "trace"),
        (determinant, "determinant"),
    ],
)
def test_a_result_too_large_for_a_float_is_refused(function, name):
    w = np.array([[1.7e308, 1.7e308], [-1.7e308, 1.7e308]])
    with pytest.raises(ValueError, match=rf"^the matrix has entries up to 1\.7e\+308, too large for its {name}$"):
        function(w)
