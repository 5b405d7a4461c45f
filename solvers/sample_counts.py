"""How many samples it takes to learn a function."""

from __future__ import annotations

from fractions import Fraction
from math import log10

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import whole


@solver
def grid_exponent(dimension: int, error: float) -> int | float:
    """Compute how many samples a grid needs, as a power of ten.

    A function on the unit cube that changes by at most the largest distance along an axis (it is 1-Lipschitz in the
    maximum norm) is known up to ε if there is a sample in each cell of side ε.

    Parameters
    ----------
    dimension
        The number d of axes.
    error
        The largest error ε allowed, with 0 < ε < 1.

    Returns
    -------
    int or float
        e such that 10ᵉ = (1/ε)ᵈ: d · log₁₀(1/ε), an exact integer where 1/ε is a power of ten.

    Raises
    ------
    ValueError
        If the dimension is no whole number of at least 1, or the error is not between 0 and 1.

    References
    ----------
    R. Bellman 1961, "Adaptive control processes: a guided tour", page 94, on the curse of dimensionality.

    Examples
    --------
    >>> grid_exponent(1024, 0.1), grid_exponent(3, 0.001)
    (1024, 9)
    """
    if not 0 < error < 1:
        raise ValueError(f"the error must be between 0 and 1, not {error}")
    axis = -log10(error)
    # Decimal digits, not bits, are meant: 0.1 as a float is a little more than a tenth.
    power = round(axis)
    exact = Fraction(repr(float(error))) == Fraction(1, 10**power)
    return whole(dimension, "the dimension", 1) * (power if exact else axis)
