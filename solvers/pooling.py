"""Pooling: each window of a map is replaced by one number.

Windows are square, padding is none, and a window is placed only where it fits whole; what a stride leaves over at the
end is not visited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import Matrix, by, finite_matrix, whole

if TYPE_CHECKING:
    import numpy.typing as npt

LARGEST_INTEGER = 2**53  # beyond it, a float64 no longer holds every integer


@solver
def max_pool2d(x: Matrix, size: int, stride: int) -> Matrix:
    """Take the maximum of every window.

    Parameters
    ----------
    x
        The map, of shape (M, N).
    size
        The side k of a window, at most M and N.
    stride
        How many rows or columns lie between neighbouring windows.

    Returns
    -------
    Matrix
        Y, of shape (⌊(M − k)/s⌋ + 1, ⌊(N − k)/s⌋ + 1), with Y[i, j] the maximum of X[is + a, js + b] over a, b < k.

    Raises
    ------
    ValueError
        If `x` is no matrix of finite numbers, the size or the stride is no whole number of at least 1, or no window
        fits.

    References
    ----------
    Dumoulin and Visin 2016, arXiv:1603.07285, section 1.2 and relationship 7.

    Examples
    --------
    >>> max_pool2d(np.array([[1, -2, 0, 4], [3, 0, -5, 2]]), 2, 2)
    array([[3, 4]])
    """
    pooled: Matrix = _windows(x, size, stride).max(axis=(2, 3))
    return pooled


@solver
def mean_pool2d(x: Matrix, size: int, stride: int) -> npt.NDArray[np.float64]:
    """Take the mean of every window, as average pooling does.

    Parameters
    ----------
    x, size, stride
        As for `max_pool2d`.

    Returns
    -------
    ndarray
        The means, of the shape that `max_pool2d` returns.

    Raises
    ------
    ValueError
        As `max_pool2d` does, or if the sum of a window might leave the numbers that a float holds.

    References
    ----------
    Dumoulin and Visin 2016, arXiv:1603.07285, section 1.2 and relationship 7.

    Examples
    --------
    >>> mean_pool2d(np.array([[1, -2, 0, 4], [3, 0, -5, 2]]), 2, 2)
    array([[0.5 , 0.25]])
    """
    windows = _windows(x, size, stride)
    largest = max(abs(windows.max().item()), abs(windows.min().item()))
    if largest * size**2 > LARGEST_INTEGER:
        raise ValueError(f"the sum of a window could reach {largest * size**2}, beyond {LARGEST_INTEGER}")
    means: npt.NDArray[np.float64] = windows.sum(axis=(2, 3)) / size**2
    return means


def _windows(x: Matrix, size: int, stride: int) -> npt.NDArray[Any]:
    entries = finite_matrix(x, "the map")
    side, step = whole(size, "the size", 1), whole(stride, "the stride", 1)
    if side > min(entries.shape):
        raise ValueError(f"a window of {side}x{side} does not fit into a map of {by(entries)}")
    views: npt.NDArray[Any] = np.lib.stride_tricks.sliding_window_view(entries, (side, side))
    return views[::step, ::step]
