"""What is mistaken for the spectral radius when asked whether h_t = W h_{t−1} vanishes or explodes.

The right answer is `spectral_radius`; other mistakes (`trace`, `determinant`, `largest_singular_value`) are
quantities in their own right and live with it in `markscheme.solvers.linear_algebra`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import finite_matrix, largest_magnitude
from markscheme.solvers.linear_algebra import eigenvalues

if TYPE_CHECKING:
    from markscheme.solvers._arguments import Matrix


@solver
def largest_real_part(w: Matrix) -> float:
    """Compute the largest real part of the eigenvalues of a square matrix.

    Students get it by taking the largest of the eigenvalues as they stand, without the modulus: a large
    negative eigenvalue is then overlooked, and so is the imaginary part of a complex one.

    Parameters
    ----------
    w
        The matrix, of shape (n, n).

    Returns
    -------
    float
        max Re λ over *all* eigenvalues, not only the real ones; it may be negative.

    Raises
    ------
    ValueError
        As `eigenvalues` does.

    Examples
    --------
    >>> import numpy as np
    >>> largest_real_part(np.array([[-3, 0], [0, 2]]))
    2.0
    """
    return float(eigenvalues(w)[:, 0].max())


@solver
def largest_entry(w: Matrix) -> int | float:
    """Return the largest absolute entry of a matrix.

    Parameters
    ----------
    w
        The matrix, of shape (m, n).

    Returns
    -------
    int or float
        max |W[i, j]|.

    Raises
    ------
    ValueError
        If it is no matrix or holds a number that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> largest_entry(np.array([[-3, 0], [0, 2]]))
    3
    """
    return largest_magnitude(finite_matrix(w, "the matrix"))
