"""Batch normalisation in training mode, and what dropout does to the variances that it measures."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import finite_matrix, whole

if TYPE_CHECKING:
    import numpy.typing as npt

    from markscheme.solvers._arguments import Matrix

LARGEST = 1e100  # its square is still a number


@solver
def standardise_columns(x: Matrix, epsilon: float, ddof: int = 0) -> npt.NDArray[np.float64]:
    """Standardise each feature over a batch, as batch normalisation in training mode does before scale and shift.

    Parameters
    ----------
    x
        The batch, of shape (n, d): a row for each example, a column for each feature.
    epsilon
        What is added to each variance, above 0.
    ddof
        What the divisor of the variance lacks to n: 0, as batch normalisation has it, or 1.

    Returns
    -------
    ndarray
        Shape (n, d): (x − μ)/√(σ² + ε) with the mean μ and the variance σ² of each column. A single example
        gives zeros.

    Raises
    ------
    ValueError
        If `x` is no matrix of finite numbers of at most 1e100, ε is not above 0, or n − ddof is below 1.

    References
    ----------
    Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1.

    Examples
    --------
    >>> standardise_columns(np.array([[1, 2], [5, 2]]), 5)
    array([[-0.66666667,  0.        ],
           [ 0.66666667,  0.        ]])
    >>> standardise_columns(np.array([[3, 4]]), 1e-5)
    array([[0., 0.]])
    """
    batch = finite_matrix(x, "the batch").astype(np.float64)
    if np.abs(batch).max() > LARGEST:
        raise ValueError(f"the batch must hold numbers of at most {LARGEST}, not {np.abs(batch).max()}")
    divisor = len(batch) - whole(ddof, "ddof", 0)
    if divisor < 1:
        raise ValueError(f"a batch of {len(batch)} has no variance with the divisor {divisor}")
    deviations = batch - batch.sum(axis=0) / len(batch)
    variances = (deviations**2).sum(axis=0) / divisor
    standardised: npt.NDArray[np.float64] = deviations / np.sqrt(variances + _positive(epsilon, "ε"))
    return standardised


@solver
def dropout_variance(mean: float, variance: float, keep: float) -> float:
    """Compute the variance of an activation after inverted dropout, in training mode.

    Parameters
    ----------
    mean
        The mean c of the activation.
    variance
        Its variance v, at least 0.
    keep
        The probability p with which it is kept, and then divided by p; 0 < p ≤ 1. Otherwise it becomes 0. Which of both
        happens is independent of the activation.

    Returns
    -------
    float
        (v + c²)/p − c². In evaluation mode the variance is v.

    Raises
    ------
    ValueError
        If the mean or the variance is not finite, the variance is negative, or `keep` is not above 0 and at most 1.

    References
    ----------
    Li and others 2018, arXiv:1801.05134, section 3, the case of batch normalisation straight after dropout.

    Examples
    --------
    >>> dropout_variance(2, 3, 0.5)
    10.0
    """
    if not isfinite(mean):
        raise ValueError(f"the mean must be finite, not {mean}")
    if not (isfinite(variance) and variance >= 0):
        raise ValueError(f"the variance must be a number of at least 0, not {variance}")
    if not 0 < keep <= 1:
        raise ValueError(f"the probability to keep must be above 0 and at most 1, not {keep}")
    return (variance + mean**2) / keep - mean**2


def _positive(value: float, name: str) -> float:
    if not (isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, not {value}")
    return value
