"""Eigenvalues, singular values, trace and determinant of a matrix."""

from __future__ import annotations

from fractions import Fraction
from math import lcm, prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import Matrix, finite_matrix, largest_magnitude, square_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

# What is smaller than this times the largest entry is rounding: in 20,000 random 3x3 matrices with a zero
# eigenvalue LAPACK was off by 1e-16 typically, 7e-13 at the very worst.
NOISE = 1e-12


@solver
def eigenvalues(w: Matrix) -> npt.NDArray[np.float64]:
    """Compute all eigenvalues of a square matrix, the largest modulus first.

    Parameters
    ----------
    w
        The matrix, of shape (n, n).

    Returns
    -------
    ndarray
        Shape (n, 2): a row (real part, imaginary part) for each eigenvalue, as often as its multiplicity,
        ordered by falling modulus, then falling real part, then falling imaginary part. The two rows of a
        conjugate pair are exact conjugates.

    Raises
    ------
    ValueError
        If the matrix is not square or not finite, or an eigenvalue is too large for a float.

    Notes
    -----
    Moduli and real parts that differ by less than 1e-12 times the largest entry count as equal when the order
    is decided, and a part smaller than that is returned as zero, so that rounding errors, which differ from
    machine to machine, decide nothing. An eigenvalue of multiplicity m with too few eigenvectors is computed
    to 16/m digits only.

    Examples
    --------
    >>> eigenvalues(np.array([[0, -2], [2, 0]]))
    array([[ 0.,  2.],
           [ 0., -2.]])
    """
    w = square_matrix(w, "the matrix")
    with np.errstate(all="ignore"):
        found = np.linalg.eigvals(w)
        if not np.isfinite(np.abs(found)).all():
            raise _too_large(w, "eigenvalues")
    noise = NOISE * largest_magnitude(w)
    values = [_without_noise(value, noise) for value in _conjugate([complex(value) for value in found])]
    ranked = [
        value
        for equal_modulus in _runs(values, abs, noise)
        for equal_real_part in _runs(equal_modulus, lambda value: value.real, noise)
        for value in sorted(equal_real_part, key=lambda value: value.imag, reverse=True)
    ]
    return np.array([(value.real, value.imag) for value in ranked])


def _without_noise(value: complex, noise: float) -> complex:
    real = 0.0 if abs(value.real) <= noise else value.real
    imaginary = 0.0 if abs(value.imag) <= noise else value.imag
    return complex(real, imaginary)


def _conjugate(values: list[complex]) -> list[complex]:
    """Replace the lower half of the plane by the conjugates of the upper half."""
    upper = [value for value in values if value.imag > 0]
    return [value for value in values if not value.imag] + upper + [value.conjugate() for value in upper]


def _runs(values: list[complex], measure: Callable[[complex], float], noise: float) -> list[list[complex]]:
    """Sort by falling measure and group what is equal but for noise."""
    runs: list[list[complex]] = []
    for value in sorted(values, key=measure, reverse=True):
        if runs and measure(runs[-1][-1]) - measure(value) <= noise:
            runs[-1].append(value)
        else:
            runs.append([value])
    return runs


@solver
def spectral_radius(w: Matrix) -> float:
    """Compute the largest modulus of the eigenvalues of a square matrix.

    Parameters
    ----------
    w
        The matrix, of shape (n, n).

    Returns
    -------
    float
        ρ(W) = max |λ|.

    Raises
    ------
    ValueError
        As `eigenvalues` does.

    Notes
    -----
    For h_t = W h_{t−1} the powers Wᵗ vanish as t → ∞ if and only if ρ < 1, and grow without bound if ρ > 1.
    What that does to gradients: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training
    recurrent neural networks", 2013, arXiv:1211.5063.

    Examples
    --------
    >>> spectral_radius(np.array([[-3, 0], [0, 2]]))
    3.0
    """
    return float(np.hypot(*eigenvalues(w).T).max())


@solver
def largest_singular_value(w: Matrix) -> float:
    """Compute the largest singular value of a matrix.

    Parameters
    ----------
    w
        The matrix, of shape (m, n).

    Returns
    -------
    float
        The spectral norm: the most by which W can lengthen a vector.

    Raises
    ------
    ValueError
        If an entry is not finite, or the singular value is too large for a float.

    Examples
    --------
    >>> largest_singular_value(np.array([[0, -5], [0, 0]]))
    5.0
    """
    w = finite_matrix(w, "the matrix")
    with np.errstate(all="ignore"):
        value = float(np.linalg.svd(w, compute_uv=False)[0])
    if not np.isfinite(value):
        raise _too_large(w, "singular values")
    return value


@solver
def trace(w: Matrix) -> int | float:
    """Add up the diagonal of a square matrix.

    Parameters
    ----------
    w
        The matrix, of shape (n, n).

    Returns
    -------
    int or float
        The sum, an exact integer for a matrix of integers. Decimals are added as the digits that are shown:
        0.1 + 0.2 − 0.3 is 0.

    Raises
    ------
    ValueError
        If the matrix is not square or not finite, or the sum is too large for a float.

    Examples
    --------
    >>> trace(np.array([[0.1, 7.0], [7.0, 0.2]]))
    0.3
    """
    w = square_matrix(w, "the matrix")
    total = sum(map(_shown, w.diagonal().tolist()), start=Fraction(0))
    return _number(total, w, "trace")


@solver
def determinant(w: Matrix) -> int | float:
    """Compute the determinant of a square matrix without rounding errors.

    Parameters
    ----------
    w
        The matrix, of shape (n, n).

    Returns
    -------
    int or float
        The determinant, an exact integer for a matrix of integers. Decimals count as the digits that are
        shown, so that a singular matrix has determinant 0, and only the result is rounded to a float.

    Raises
    ------
    ValueError
        If the matrix is not square or not finite, or the determinant is too large for a float.

    Notes
    -----
    Fraction-free elimination: E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian
    elimination", Mathematics of Computation 22, 1968, pages 565–578.

    Examples
    --------
    >>> determinant(np.array([[0.1, 0.2], [0.3, 0.6]]))
    0.0
    """
    w = square_matrix(w, "the matrix")
    rows = [[_shown(entry) for entry in row] for row in w.tolist()]
    units = [lcm(*(entry.denominator for entry in row)) for row in rows]
    scaled = [[int(entry * unit) for entry in row] for row, unit in zip(rows, units, strict=True)]
    return _number(Fraction(_bareiss(scaled), prod(units)), w, "determinant")


def _bareiss(rows: list[list[int]]) -> int:
    """Return the determinant of integers; each division below leaves no remainder."""
    sign, previous = 1, 1
    while len(rows) > 1:
        swap = next((i for i, row in enumerate(rows) if row[0]), None)
        if swap is None:
            return 0
        if swap:
            rows[0], rows[swap] = rows[swap], rows[0]
            sign = -sign
        pivot, *below = rows
        first, size = pivot[0], len(pivot)
        rows = [[(first * row[i] - row[0] * pivot[i]) // previous for i in range(1, size)] for row in below]
        previous = first
    return sign * rows[0][0]


def _shown(entry: float) -> Fraction:
    """Return the number that the shortest digits of a float, which are those shown, stand for."""
    return Fraction(repr(entry))


def _number(value: Fraction, w: Matrix, name: str) -> int | float:
    if w.dtype == np.int64:
        return int(value)
    try:
        return float(value)
    except OverflowError:
        raise _too_large(w, name) from None


def _too_large(w: Matrix, name: str) -> ValueError:
    return ValueError(f"the matrix has entries up to {largest_magnitude(w)}, too large for its {name}")
