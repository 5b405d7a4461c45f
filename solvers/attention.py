"""Hard and soft scaled dot-product attention, with a query, a key and a value in each row.

References
----------
.. [1] A. Vaswani and others, "Attention is all you need", 2017, arXiv:1706.03762, equation 1.
.. [2] K. Xu and others, "Show, attend and tell", 2015, arXiv:1502.03044, section 4.1, for hard attention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import by, finite_matrix, largest_magnitude

if TYPE_CHECKING:
    import numpy.typing as npt

    from markscheme.solvers._arguments import Matrix

LARGEST_INTEGER = 2**53  # the largest that a float64, and so every LMS, still holds exactly


@solver
def attention_scores(q: Matrix, k: Matrix) -> Matrix:
    """Compute the dot product of every query with every key, without any scaling.

    Parameters
    ----------
    q
        The queries, of shape (n, d).
    k
        The keys, of shape (m, d).

    Returns
    -------
    Matrix
        S = Q Kᵀ, of shape (n, m): a row for each query. Integers stay exact integers.

    Raises
    ------
    ValueError
        If an argument is no matrix of finite numbers, queries and keys differ in length, or the sums might leave the
        integers of at most 2⁵³.

    References
    ----------
    Vaswani and others 2017, arXiv:1706.03762, equation 1.

    Examples
    --------
    >>> attention_scores(np.array([[1, 2]]), np.array([[3, 0], [0, -1]]))
    array([[ 3, -2]])
    """
    q, k = finite_matrix(q, "the queries"), finite_matrix(k, "the keys")
    if q.shape[1] != k.shape[1]:
        raise ValueError(f"queries and keys must be equally long, and these are {by(q)} and {by(k)}")
    bound = largest_magnitude(q) * largest_magnitude(k) * q.shape[1]
    if bound > LARGEST_INTEGER:
        raise ValueError(f"the dot products of the queries and keys could reach {bound}, beyond {LARGEST_INTEGER}")
    # An integer product runs through no BLAS, whose sums differ between machines.
    scores: Matrix = (q[:, np.newaxis, :] * k[np.newaxis, :, :]).sum(axis=2)
    return scores


@solver
def smallest_lead(scores: Matrix) -> int | float:
    """Compute by how much the largest entry of a row leads the second largest, in the row where this is least.

    Parameters
    ----------
    scores
        The matrix, of shape (n, m) with m ≥ 2.

    Returns
    -------
    int or float
        The least lead; 0 where the largest entry of a row is tied.

    Raises
    ------
    ValueError
        If it is no matrix of finite numbers, or has one column only.

    Examples
    --------
    >>> smallest_lead(np.array([[5, 2, 9], [0, 3, 1]]))
    2
    """
    scores = finite_matrix(scores, "the scores")
    if scores.shape[1] < 2:
        raise ValueError(f"a lead needs at least two columns, and the scores are {by(scores)}")
    ordered = np.sort(scores, axis=1)
    least: int | float = (ordered[:, -1] - ordered[:, -2]).min().item()
    return least


@solver
def row_winners(scores: Matrix) -> npt.NDArray[np.int64]:
    """Find the column of the largest entry in each row.

    Parameters
    ----------
    scores
        The matrix, of shape (n, m).

    Returns
    -------
    ndarray
        Shape (n,): columns, counted from 0.

    Raises
    ------
    ValueError
        If it is no matrix of finite numbers, or the largest entry of a row is tied.

    Examples
    --------
    >>> row_winners(np.array([[5, 2, 9], [0, 3, 1]]))
    array([2, 1])
    """
    scores = finite_matrix(scores, "the scores")
    if scores.shape[1] > 1 and smallest_lead(scores) == 0:
        tied = next(row for row in scores.tolist() if row.count(max(row)) > 1)
        raise ValueError(f"the largest of the scores {tied} is tied, so that nothing wins")
    winners: npt.NDArray[np.int64] = scores.argmax(axis=1).astype(np.int64)
    return winners


@solver
def one_hot_maxima(scores: Matrix) -> npt.NDArray[np.int64]:
    """Replace the largest entry of each row by 1 and the others by 0.

    Parameters
    ----------
    scores
        The matrix, of shape (n, m).

    Returns
    -------
    ndarray
        Shape (n, m), with a single 1 in each row.

    Raises
    ------
    ValueError
        As `row_winners` does.

    Examples
    --------
    >>> one_hot_maxima(np.array([[5, 2, 9], [0, 3, 1]]))
    array([[0, 0, 1],
           [0, 1, 0]])
    """
    columns = np.arange(scores.shape[1])
    chosen: npt.NDArray[np.int64] = (columns == row_winners(scores)[:, np.newaxis]).astype(np.int64)
    return chosen


@solver
def hard_attention(q: Matrix, k: Matrix, v: Matrix) -> Matrix:
    """Attend to one key a query: its output is the value of the key with the largest dot product.

    Dividing the scores by √d, as scaled attention does, changes no winner.

    Parameters
    ----------
    q
        The queries, of shape (n, d).
    k
        The keys, of shape (m, d).
    v
        The values, of shape (m, c).

    Returns
    -------
    Matrix
        Shape (n, c): row i is the row argmaxⱼ Qᵢ·Kⱼ of V, unchanged.

    Raises
    ------
    ValueError
        As `attention_scores` and `row_winners` do, or if there are not as many values as keys.

    References
    ----------
    Xu and others 2015, arXiv:1502.03044, section 4.1, with the weights of Vaswani and others 2017, arXiv:1706.03762,
    equation 1, in the limit of a small temperature.

    Examples
    --------
    >>> hard_attention(np.array([[1, 0], [0, 1]]), np.array([[2, 5], [3, 1]]), np.array([[7], [8]]))
    array([[8],
           [7]])
    """
    winners = row_winners(attention_scores(q, k))
    return _values(k, v)[winners]


@solver
def softmax_rows(scores: Matrix) -> npt.NDArray[np.float64]:
    """Compute the softmax of each row.

    Parameters
    ----------
    scores
        The matrix, of shape (n, m).

    Returns
    -------
    ndarray
        Shape (n, m): e^sᵢⱼ / Σₗ e^sᵢₗ. Each row adds up to 1.

    Raises
    ------
    ValueError
        If it is no matrix of finite numbers.

    Examples
    --------
    >>> softmax_rows(np.array([[1000, 1000]]))
    array([[0.5, 0.5]])
    """
    scores = finite_matrix(scores, "the scores")
    powers = np.exp(scores - scores.max(axis=1, keepdims=True).astype(np.float64))  # the largest is e⁰: no overflow
    weights: npt.NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return weights


@solver
def soft_attention(q: Matrix, k: Matrix, v: Matrix) -> npt.NDArray[np.float64]:
    """Compute scaled dot-product attention with a softmax over the keys.

    Parameters
    ----------
    q, k, v
        As for `hard_attention`.

    Returns
    -------
    ndarray
        softmax(Q Kᵀ / √d) V, of shape (n, c).

    Raises
    ------
    ValueError
        As `attention_scores` does, or if there are not as many values as keys.

    References
    ----------
    Vaswani and others 2017, arXiv:1706.03762, equation 1.

    Examples
    --------
    >>> soft_attention(np.array([[0, 0]]), np.array([[1, 2], [3, 4]]), np.array([[6], [8]]))
    array([[7.]])
    """
    weights = softmax_rows(attention_scores(q, k) / np.sqrt(q.shape[1]))
    outputs: npt.NDArray[np.float64] = (weights[:, :, np.newaxis] * _values(k, v)[np.newaxis, :, :]).sum(axis=1)
    return outputs


def _values(k: Matrix, v: Matrix) -> Matrix:
    values = finite_matrix(v, "the values")
    if len(values) != len(k):
        raise ValueError(f"each key needs a value, and there are {len(k)} keys and {len(values)} values")
    return values
