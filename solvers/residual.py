"""What the branch of a residual block has to compute, if the block y = x + F(x) is to compute a given affine map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import Matrix, by, largest_magnitude, square_matrix

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.int64] | npt.NDArray[np.float64]

LARGEST_INTEGER = 2**53  # the largest that a float64, and so every LMS, still holds exactly


@solver
def residual_matrix(a: Matrix) -> Matrix:
    """Compute the matrix of the branch, if the block is to have the matrix A.

    Parameters
    ----------
    a
        The matrix A of the map f(x) = Ax + b, of shape (n, n).

    Returns
    -------
    Matrix
        A − I, of shape (n, n): the branch F(x) = f(x) − x is (A − I)x + b. Integers stay integers.

    Raises
    ------
    ValueError
        If A is no square matrix of finite numbers.

    References
    ----------
    He and others 2015, arXiv:1512.03385, section 3.1: F(x) = H(x) − x.

    Examples
    --------
    >>> residual_matrix(np.array([[2, -1], [0, 3]]))
    array([[ 1, -1],
           [ 0,  2]])
    """
    entries = square_matrix(a, "the matrix")
    branch: Matrix = entries - np.eye(len(entries), dtype=entries.dtype)
    return branch


@solver
def residual_target(a: Matrix, b: Vector, x: Vector) -> Vector:
    """Compute what the branch has to give at a point, if the block is to compute f(x) = Ax + b.

    Parameters
    ----------
    a
        The matrix A, of shape (n, n).
    b
        The constant vector b, of shape (n,).
    x
        The point, of shape (n,).

    Returns
    -------
    Vector
        F(x) = f(x) − x, of shape (n,). Integers stay exact integers.

    Raises
    ------
    ValueError
        If A is no square matrix of finite numbers, a vector has another length, or the sums might leave the integers of
        at most 2⁵³.

    References
    ----------
    He and others 2015, arXiv:1512.03385, section 3.1: F(x) = H(x) − x.

    Examples
    --------
    >>> residual_target(np.array([[2, -1], [0, 3]]), np.array([1, 1]), np.array([4, 5]))
    array([ 0, 11])
    """
    entries = square_matrix(a, "the matrix")
    for vector, name in ((b, "the constant vector"), (x, "the point")):
        if vector.shape != entries.shape[:1] or not np.isfinite(vector).all():
            raise ValueError(f"{name} must be a vector of {len(entries)} finite numbers, not {vector.tolist()}")
    bound = (largest_magnitude(entries) * len(entries) + 1) * largest_magnitude(x) + largest_magnitude(b)
    if bound > LARGEST_INTEGER:
        raise ValueError(
            f"the entries of a {by(entries)} map at this point could reach {bound}, beyond {LARGEST_INTEGER}"
        )
    target: Vector = (entries * x).sum(axis=1) + b - x  # no BLAS, whose sums differ between machines
    return target
