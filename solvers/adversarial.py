"""Generative adversarial networks with finitely many outcomes: the best discriminator and the value it reaches.

A density is a table of positive probabilities that add up to 1, of any shape; for a conditional network the cells are
the pairs (x, y). The value is V(D, G) = E_data[ln D] + E_model[ln(1 − D)], with natural logarithms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from markscheme.bank.registry import solver

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Table: TypeAlias = Floats | npt.NDArray[np.int64]

ROUNDING = 1e-9  # tenths and products of them add up to 1 within this


@solver
def joint_table(conditional: Table, labels: Table) -> Floats:
    """Multiply a table p(x | y) with p(y).

    Parameters
    ----------
    conditional
        p(x | y), of shape (m, n): a row for each x, a column for each y; each column adds up to 1.
    labels
        p(y), of shape (n,).

    Returns
    -------
    ndarray
        p(x | y) p(y), of shape (m, n).

    Raises
    ------
    ValueError
        If a column or the labels do not add up to 1, a probability is not positive, or the shapes do not fit.

    Examples
    --------
    >>> joint_table(np.array([[0.5, 0.25], [0.5, 0.75]]), np.array([0.2, 0.8]))
    array([[0.1, 0.2],
           [0.1, 0.6]])
    """
    weights = _density(labels, "p(y)")
    if weights.ndim != 1 or conditional.ndim != 2 or conditional.shape[1] != len(weights):
        raise ValueError(
            f"p(x | y) needs a column for each label, and the shapes are {conditional.shape}, {labels.shape}"
        )
    for number, column in enumerate(conditional.T):
        _density(column, f"column {number + 1} of p(x | y)")
    joint: Floats = conditional * weights
    return joint


@solver
def optimal_discriminator(data: Table, model: Table) -> Floats:
    """Compute the discriminator that maximises the value for a fixed generator.

    Parameters
    ----------
    data, model
        The densities of the data and of the model, tables of one shape. For a conditional network both are *joint*
        densities of x and y, the model's being p_θ(x | y) p(y).

    Returns
    -------
    ndarray
        data / (data + model), of the same shape.

    Raises
    ------
    ValueError
        If a table does not add up to 1 or has a cell that is not positive, or the shapes differ.

    References
    ----------
    Goodfellow and others 2014, arXiv:1406.2661, proposition 1; Mirza & Osindero 2014, arXiv:1411.1784, equation 2, for
    the conditional game.

    Examples
    --------
    >>> optimal_discriminator(np.array([0.25, 0.75]), np.array([0.75, 0.25]))
    array([0.25, 0.75])
    """
    p, q = _pair(data, model)
    best: Floats = p / (p + q)
    return best


@solver
def adversarial_value(data: Table, model: Table) -> float:
    """Compute the value of the game where the discriminator is at its best.

    Parameters
    ----------
    data, model
        As for `optimal_discriminator`.

    Returns
    -------
    float
        V(D*, G), which equals −ln 4 + 2 JSD(data, model); −ln 4 where both densities are the same.

    Raises
    ------
    ValueError
        As `optimal_discriminator` does.

    References
    ----------
    Goodfellow and others 2014, arXiv:1406.2661, equations 4 and 6.

    Examples
    --------
    >>> round(adversarial_value(np.array([0.25, 0.75]), np.array([0.75, 0.25])), 4)
    -1.1247
    """
    p, q = _pair(data, model)
    terms = zip(p.ravel().tolist(), q.ravel().tolist(), strict=True)
    return math.fsum(a * math.log(a / (a + b)) + b * math.log(b / (a + b)) for a, b in terms)


@solver
def kl_divergence(first: Table, second: Table) -> float:
    """Compute the Kullback-Leibler divergence of one table of probabilities from another.

    Parameters
    ----------
    first, second
        The tables, of one shape.

    Returns
    -------
    float
        Σ first · ln(first / second), in nats.

    Raises
    ------
    ValueError
        As `optimal_discriminator` does.

    Examples
    --------
    >>> round(kl_divergence(np.array([0.25, 0.75]), np.array([0.75, 0.25])), 4)
    0.5493
    """
    p, q = _pair(first, second)
    terms = zip(p.ravel().tolist(), q.ravel().tolist(), strict=True)
    return math.fsum(a * math.log(a / b) for a, b in terms)


@solver
def jensen_shannon(first: Table, second: Table) -> float:
    """Compute the Jensen-Shannon divergence of two tables of probabilities.

    Parameters
    ----------
    first, second
        The tables, of one shape.

    Returns
    -------
    float
        ½ KL[first ‖ m] + ½ KL[second ‖ m] with m = (first + second) / 2, in nats: from 0 to ln 2.

    Raises
    ------
    ValueError
        As `optimal_discriminator` does.

    References
    ----------
    Lin 1991, "Divergence measures based on the Shannon entropy", section 4, with equal weights.

    Examples
    --------
    >>> round(jensen_shannon(np.array([0.25, 0.75]), np.array([0.75, 0.25])), 4)
    0.1308
    """
    p, q = _pair(first, second)
    middle = (p + q) / 2
    return (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2


def _pair(first: Table, second: Table) -> tuple[Floats, Floats]:
    if first.shape != second.shape:
        raise ValueError(f"both tables need one shape, and theirs are {first.shape} and {second.shape}")
    return _density(first, "the first table"), _density(second, "the second table")


def _density(table: Table, name: str) -> Floats:
    cells = table.ravel().tolist()
    if any(not cell > 0 for cell in cells):
        raise ValueError(f"{name} must hold positive probabilities, not {min(cells)}")
    if abs(math.fsum(cells) - 1) > ROUNDING:
        raise ValueError(f"{name} must add up to 1, not to {math.fsum(cells):.6g}")
    return np.asarray(table, dtype=np.float64)
