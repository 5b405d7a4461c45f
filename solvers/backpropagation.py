"""Backpropagation through time: states, errors and the weight gradient of a small recurrent network.

The network is h_t = σ(W h_{t−1} + U x_t + b) for t = 1, …, T, with h_0 = 0 and columns as vectors; the loss is
L = ½‖h_T − target‖². Arrays hold a step in each row.

References
----------
.. [1] R. Pascanu, T. Mikolov and Y. Bengio 2013, "On the difficulty of training recurrent neural networks",
   arXiv:1211.5063, equations 3 to 5.
.. [2] P. J. Werbos 1990, "Backpropagation through time: what it does and how to do it", Proceedings of the IEEE 78(10).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import by, finite_matrix, square_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from markscheme.solvers._arguments import Matrix

    Floats = npt.NDArray[np.float64]

_ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    # The derivative is a function of the state, not of what went into the activation.
    "identity": (lambda a: a, lambda _: 1.0),
    "tanh": (math.tanh, lambda h: 1 - h * h),
}


@solver
def recurrent_states(w: Matrix, u: Matrix, x: Matrix, b: Floats, activation: str) -> Floats:
    """Compute all states of a recurrent network that starts with zeros.

    Parameters
    ----------
    w
        The recurrent weights W, of shape (n, n).
    u
        The input weights U, of shape (n, m).
    x
        The inputs, of shape (T, m): row t − 1 is x_t.
    b
        The bias, of shape (n,).
    activation
        identity or tanh.

    Returns
    -------
    ndarray
        Shape (T + 1, n): row t is h_t = σ(W h_{t−1} + U x_t + b), and row 0 is zero.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or there is no such activation.

    References
    ----------
    Pascanu and others 2013, arXiv:1211.5063, equation 1, here with the activation applied to the whole sum.

    Examples
    --------
    >>> recurrent_states(np.array([[0.5]]), np.array([[1]]), np.array([[2], [4]]), np.array([1]), "identity")
    array([[0. ],
           [3. ],
           [6.5]])
    """
    w, u = square_matrix(w, "the recurrent weights"), finite_matrix(u, "the input weights")
    x, bias = finite_matrix(x, "the inputs"), _vector(b, len(w), "the bias")
    function, _ = _named(activation)
    if u.shape != (len(w), x.shape[1]):
        raise ValueError(
            f"for {len(w)} units and inputs of {x.shape[1]} numbers the input weights must be "
            f"{len(w)}x{x.shape[1]}, not {by(u)}"
        )
    states = np.zeros((len(x) + 1, len(w)))
    for t, entering in enumerate(x):
        states[t + 1] = _each(function, _times(w, states[t]) + _times(u, entering) + bias)
    return states


@solver
def recurrent_errors(w: Matrix, states: Matrix, target: Floats, activation: str) -> Floats:
    """Propagate the error of the last state back to each step.

    Parameters
    ----------
    w
        The recurrent weights W, of shape (n, n).
    states
        What `recurrent_states` gives, of shape (T + 1, n).
    target
        What the last state should be, of shape (n,).
    activation
        identity or tanh.

    Returns
    -------
    ndarray
        Shape (T, n): row t − 1 is δ_t, the derivative of L with respect to the sum W h_{t−1} + U x_t + b.
        δ_T = (h_T − target) ⊙ σ′, and δ_t = (Wᵀ δ_{t+1}) ⊙ σ′ before that.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or there is no such activation.

    References
    ----------
    Pascanu and others 2013, arXiv:1211.5063, equation 5, which is the product of the factors Wᵀ diag(σ′).

    Examples
    --------
    >>> recurrent_errors(np.array([[0.5]]), np.array([[0.0], [3.0], [6.5]]), np.array([4.5]), "identity")
    array([[1.],
           [2.]])
    """
    w, states = square_matrix(w, "the recurrent weights"), finite_matrix(states, "the states")
    _, slope = _named(activation)
    if states.shape[1] != len(w) or len(states) < 2:
        raise ValueError(
            f"for {len(w)} units the states must have {len(w)} columns and two rows or more, not {by(states)}"
        )
    errors = np.zeros((len(states) - 1, len(w)))
    arriving: Floats = states[-1].astype(np.float64) - _vector(target, len(w), "the target")
    for t in range(len(errors), 0, -1):
        errors[t - 1] = arriving * _each(slope, states[t])
        arriving = _times(w.T, errors[t - 1])
    return errors


@solver
def recurrent_gradient(errors: Matrix, states: Matrix) -> Matrix:
    """Add up the gradient of the loss with respect to the recurrent weights.

    Parameters
    ----------
    errors
        What `recurrent_errors` gives, of shape (T, n): row t − 1 is δ_t.
    states
        What `recurrent_states` gives, of shape (T + 1, n): row t is h_t.

    Returns
    -------
    ndarray
        Shape (n, n), that of W: Σ_t δ_t h_{t−1}ᵀ over t = 1, …, T. Entry (i, j) is ∂L/∂W_ij, where W is one and the
        same in every step.

    Raises
    ------
    ValueError
        If the shapes do not fit or a number is not finite.

    References
    ----------
    Pascanu and others 2013, arXiv:1211.5063, equations 3 and 4.

    Examples
    --------
    >>> recurrent_gradient(np.array([[1.0], [2.0]]), np.array([[0.0], [3.0], [6.5]]))
    array([[6.]])
    """
    errors, states = finite_matrix(errors, "the errors"), finite_matrix(states, "the states")
    if states.shape != (len(errors) + 1, errors.shape[1]):
        raise ValueError(f"errors of {by(errors)} need states of one row more, and these are {by(states)}")
    gradient: Matrix = (errors[:, :, np.newaxis] * states[:-1, np.newaxis, :]).sum(axis=0)
    return gradient


def _times(matrix: Matrix, vector: Matrix | Floats) -> Floats:
    # Sums in a fixed order: BLAS adds in another order on another machine.
    product: Floats = (matrix * vector).sum(axis=1).astype(np.float64)
    return product


def _each(function: Callable[[float], float], vector: Floats) -> Floats:
    return np.array([function(value) for value in vector.tolist()])


def _vector(value: object, length: int, name: str) -> Floats:
    if not isinstance(value, np.ndarray) or value.shape != (length,):
        found = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)
        raise ValueError(f"{name} must be a vector of {length} numbers, not {found}")
    vector: Floats = value.astype(np.float64)
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} must hold finite numbers")
    return vector


def _named(activation: str) -> tuple[Callable[[float], float], Callable[[float], float]]:
    if activation not in _ACTIVATIONS:
        raise ValueError(f"there is no activation '{activation}' here (there are {', '.join(_ACTIVATIONS)})")
    return _ACTIVATIONS[activation]
