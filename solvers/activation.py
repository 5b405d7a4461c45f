"""Activation functions: values of those that are drawn by hand, and which of all the common ones saturate.

The constants are those of PyTorch's manual: a leaky slope of 0.01, an initial slope of 0.25 for PReLU, α = 1 for
ELU and CELU, λ = ½ for the shrinking functions, and a hard sigmoid that clips x/6 + ½.
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from markscheme.bank.registry import solver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

T = TypeVar("T")

LARGEST_INTEGER = 2**53  # the largest that a float64, and so every LMS, still holds exactly
FAR = 1e4
FLAT = 1e-6  # arctan's derivative is 1e-8 at 10⁴, that of a straight end 1e-2 or more
DIGITS = 12  # 0.1 · 3 is 0.30000000000000004; so many digits of it are meant

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al. 2017, arXiv:1706.02515


def _decay(x: float) -> float:
    """Return e^−|x|, which cannot overflow."""
    return math.exp(-abs(x))


def _sigmoid(x: float) -> float:
    return (1 if x >= 0 else _decay(x)) / (1 + _decay(x))


def _sigmoid_slope(x: float) -> float:
    return _decay(x) / (1 + _decay(x)) ** 2


def _tanh_slope(x: float) -> float:
    return 4 * _sigmoid_slope(2 * x)


def _gelu_slope(x: float) -> float:
    density = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return math.erfc(-x / math.sqrt(2)) / 2 + x * density


def _mish_slope(x: float) -> float:
    softplus = max(x, 0) + math.log1p(_decay(x))
    return math.tanh(softplus) + x * _tanh_slope(softplus) * _sigmoid(x)


_DERIVATIVES: dict[str, Callable[[float], float]] = {
    "abs": lambda x: 1 if x > 0 else -1,
    "arctan": lambda x: 1 / (1 + x * x),
    "celu": lambda x: 1 if x > 0 else _decay(x),
    "elu": lambda x: 1 if x > 0 else _decay(x),
    "erf": lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x),
    "gaussian": lambda x: -2 * x * math.exp(-x * x),
    "gelu": _gelu_slope,
    "hard_sigmoid": lambda x: 1 / 6 if abs(x) < 3 else 0,
    "hard_swish": lambda x: (2 * x + 3) / 6 if abs(x) < 3 else float(x > 0),
    "hard_tanh": lambda x: float(abs(x) < 1),
    "hardshrink": lambda x: float(abs(x) > 0.5),
    "identity": lambda _: 1,
    "leaky_relu": lambda x: 1 if x > 0 else 0.01,
    "log_sigmoid": lambda x: _sigmoid(-x),
    "mish": _mish_slope,
    "prelu": lambda x: 1 if x > 0 else 0.25,
    "relu": lambda x: float(x > 0),
    "relu6": lambda x: float(0 < x < 6),
    "selu": lambda x: SELU_SCALE * (1 if x > 0 else SELU_ALPHA * _decay(x)),
    "sigmoid": _sigmoid_slope,
    "silu": lambda x: _sigmoid(x) + x * _sigmoid_slope(x),
    "softplus": _sigmoid,
    "softshrink": lambda x: float(abs(x) > 0.5),
    "softsign": lambda x: 1 / (1 + abs(x)) ** 2,
    "tanh": _tanh_slope,
    "tanhshrink": lambda x: math.tanh(x) ** 2,
}


@solver
def activation_derivative(name: str, x: float) -> float:
    """Compute the derivative of a named activation function, without overflow or cancellation.

    Parameters
    ----------
    name
        One of abs, arctan, celu, elu, erf, gaussian (e^−x²), gelu, hard_sigmoid, hard_swish, hard_tanh, hardshrink,
        identity, leaky_relu, log_sigmoid, mish, prelu, relu, relu6, selu, sigmoid, silu, softplus, softshrink,
        softsign, tanh, tanhshrink.
    x
        Where, from −10⁶ to 10⁶.

    Returns
    -------
    float
        f′(x); at a kink the slope of one of the sides.

    Raises
    ------
    ValueError
        If there is no such name, or `x` is not in the range.

    References
    ----------
    The formulas of the functions are those of PyTorch's manual, section "Non-linear activations".

    Examples
    --------
    >>> activation_derivative("sigmoid", 0)
    0.25
    >>> activation_derivative("softsign", -10_000)
    9.998000299960006e-09
    """
    if not abs(x) <= 1e6:
        raise ValueError(f"the derivative is computed from -1000000 to 1000000, not at {x}")
    return float(_named(_DERIVATIVES, name)(x))


@solver
def saturates_on_both_sides(name: str) -> bool:
    """Decide whether an activation function saturates on both sides: its derivative tends to 0 as x → −∞ and x → ∞.

    Parameters
    ----------
    name
        One of the names of `activation_derivative`.

    Returns
    -------
    bool
        Whether |f′| < 10⁻⁶ at −10⁴ and at 10⁴. Of the functions known here, each end either is a straight line of a
        slope of at least 0.01, or falls at least as fast as 1/x².

    Raises
    ------
    ValueError
        If there is no such name.

    References
    ----------
    C. Gulcehre, M. Moczulski, M. Denil and Y. Bengio 2016, "Noisy activation functions", arXiv:1603.00391, definitions
    of left, right and soft saturation.

    Examples
    --------
    >>> saturates_on_both_sides("arctan"), saturates_on_both_sides("elu")
    (True, False)
    >>> saturates_on_both_sides("softsing")
    Traceback (most recent call last):
    ...
    ValueError: there is no activation 'softsing' (did you mean 'softsign'?)
    """
    return all(abs(activation_derivative(name, x)) < FLAT for x in (-FAR, FAR))


_VALUES: dict[str, Callable[[Array, float], Array]] = {
    "abs": lambda x, _: np.abs(x),
    "hard_tanh": lambda x, limit: np.minimum(np.maximum(x, -limit), limit),
    "leaky_relu": lambda x, slope: np.where(x > 0, x, slope * x),
    "relu": lambda x, _: np.maximum(x, 0),
    "step": lambda x, _: (x >= 0).astype(np.int64),
}


@solver
def activate(x: int | float | Array, name: str, parameter: int | float = 0) -> int | float | Array:
    """Apply a named activation function to a number or to each element of an array.

    Parameters
    ----------
    x
        A number, or an array of any shape.
    name
        relu, max(x, 0); leaky_relu, x above 0 and slope · x below; hard_tanh, x clipped to ±limit; step, 1 from 0
        on and 0 below; or abs.
    parameter
        The slope of leaky_relu, the limit of hard_tanh. The others have none, and what is passed does not matter.

    Returns
    -------
    int, float or ndarray
        The values, of the shape of `x`. Integers stay integers unless the parameter is a float; step always gives
        integers. Floats are rounded to 12 significant digits, so that 0.1 · 3 is 0.3.

    Raises
    ------
    ValueError
        If there is no such name, the numbers are not finite or integers beyond 2⁵³, the slope is not between 0
        and 1, or the limit is not positive.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville 2016, "Deep Learning", sections 6.3.1 and 6.3.3.

    Examples
    --------
    >>> activate(np.array([-3, 2]), "leaky_relu", 0.1)
    array([-0.3,  2. ])
    >>> activate(-7, "hard_tanh", 4)
    -4
    """
    function = _named(_VALUES, name)
    if name == "leaky_relu" and not 0 < parameter < 1:
        raise ValueError(f"the slope must be between 0 and 1, not {parameter}")
    if name == "hard_tanh" and not 0 < parameter <= LARGEST_INTEGER:
        raise ValueError(f"the limit must be positive, not {parameter}")
    values = function(_numbers(x), parameter)
    if values.dtype == np.float64:
        # Adding zero keeps −0.0 out.
        digits = [float(f"{value:.{DIGITS}g}") + 0.0 for value in values.ravel().tolist()]
        values = np.array(digits).reshape(values.shape)
    return values if isinstance(x, np.ndarray) else values.item()


def _numbers(x: int | float | Array) -> Array:
    numbers = x if isinstance(x, np.ndarray) else np.array(x)
    if numbers.dtype not in (np.int64, np.float64):
        raise ValueError(f"an activation needs int64 or float64 numbers, not {numbers.dtype}")
    if numbers.dtype == np.float64:
        if not np.isfinite(numbers).all():
            raise ValueError("an activation needs finite numbers")
    elif numbers.size and not -LARGEST_INTEGER <= numbers.min() <= numbers.max() <= LARGEST_INTEGER:
        raise ValueError(f"an activation needs integers of at most {LARGEST_INTEGER}, to be exact")
    return numbers


def _named(functions: Mapping[str, T], name: str) -> T:
    if name in functions:
        return functions[name]
    near = get_close_matches(str(name), functions, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(functions)}"
    raise ValueError(f"there is no activation '{name}' ({hint})")
