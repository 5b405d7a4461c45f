"""Variational autoencoders with diagonal Gaussian encoders and the standard normal prior.

All logarithms are natural. The terms are those of the bound E_q[ln p(x | z)] − KL[q(z | x) ‖ p(z)].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from markscheme.bank.registry import solver

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers: TypeAlias = float | npt.NDArray[np.int64] | npt.NDArray[np.float64]


@solver
def gaussian_kl(mu: Numbers, sigma: Numbers) -> float:
    """Compute the Kullback-Leibler divergence of a diagonal Gaussian from the standard normal, KL[q ‖ p].

    Parameters
    ----------
    mu
        The means of q: a number, or a vector of shape (d,).
    sigma
        The standard deviations of q (not the variances), of the same shape.

    Returns
    -------
    float
        ½ Σ (μ² + σ² − 1 − ln σ²), in nats.

    Raises
    ------
    ValueError
        If the shapes differ, or a standard deviation is not positive.

    References
    ----------
    Kingma & Welling 2013, arXiv:1312.6114, appendix B.

    Examples
    --------
    >>> gaussian_kl(2, 1)
    2.0
    """
    return math.fsum((m * m + s * s - 1) / 2 - math.log(s) for m, s in _coordinates(mu, sigma))


@solver
def reversed_gaussian_kl(mu: Numbers, sigma: Numbers) -> float:
    """Compute the divergence of the standard normal from a diagonal Gaussian, KL[p ‖ q]: the wrong way round.

    Parameters
    ----------
    mu, sigma
        Means and standard deviations of q, as for `gaussian_kl`.

    Returns
    -------
    float
        ½ Σ ((1 + μ²) / σ² − 1 + ln σ²), in nats.

    Raises
    ------
    ValueError
        As `gaussian_kl` does.

    Examples
    --------
    >>> reversed_gaussian_kl(2, 1)
    2.0
    """
    return math.fsum(((1 + m * m) / (s * s) - 1) / 2 + math.log(s) for m, s in _coordinates(mu, sigma))


@solver
def gaussian_kl_of_deviation(mu: Numbers, sigma: Numbers) -> float:
    """Compute the divergence's formula with each variance replaced by the standard deviation, a common mistake.

    Parameters
    ----------
    mu, sigma
        As for `gaussian_kl`.

    Returns
    -------
    float
        ½ Σ (μ² + σ − 1 − ln σ); right where each σ is 1.

    Raises
    ------
    ValueError
        As `gaussian_kl` does.

    Examples
    --------
    >>> gaussian_kl_of_deviation(2, 1)
    2.0
    """
    return math.fsum((m * m + s - 1 - math.log(s)) / 2 for m, s in _coordinates(mu, sigma))


@solver
def pathwise_gradients(x: float, a: float, mu: float, sigma: float, epsilon: float) -> tuple[float, float]:
    """Compute the gradients of a small VAE's loss through a reparameterised draw z = μ + σ ε.

    The loss is ½ (x − a z)² + ½ (μ² + σ² − 1 − ln σ²): a Gaussian decoder with mean a z and variance 1, its constant
    left out, and the KL term in closed form.

    Parameters
    ----------
    x
        The data point.
    a
        The decoder's weight.
    mu, sigma
        Mean and standard deviation of the encoder.
    epsilon
        The draw from the standard normal.

    Returns
    -------
    tuple of float
        ∂loss/∂μ = −a (x − a z) + μ and ∂loss/∂σ = −a (x − a z) ε + σ − 1/σ.

    Raises
    ------
    ValueError
        If the standard deviation is not positive.

    References
    ----------
    Kingma & Welling 2013, arXiv:1312.6114, equation 7, for one draw.

    Examples
    --------
    >>> pathwise_gradients(3, 2, 1, 0.5, 1)
    (1.0, -1.5)
    """
    ((m, s),) = _coordinates(mu, sigma)
    slope = -a * (x - a * (m + s * epsilon))
    return slope + m, slope * epsilon + s - 1 / s


@solver
def score_function_gradients(x: float, a: float, mu: float, sigma: float, epsilon: float) -> tuple[float, float]:
    """Estimate the same gradients from the same draw by the score function, with the KL term in closed form.

    Both estimates are right on average over ε, and differ for one draw.

    Parameters
    ----------
    x, a, mu, sigma, epsilon
        As for `pathwise_gradients`.

    Returns
    -------
    tuple of float
        f ε/σ + μ and f (ε² − 1)/σ + σ − 1/σ, where f = ½ (x − a z)² is held fixed.

    Raises
    ------
    ValueError
        As `pathwise_gradients` does.

    References
    ----------
    Williams 1992, "Simple statistical gradient-following algorithms", section 6; Mohamed and others 2020,
    arXiv:1906.10652, equation 13.

    Examples
    --------
    >>> score_function_gradients(5, 2, 1, 0.5, 1)
    (5.0, -1.5)
    """
    ((m, s),) = _coordinates(mu, sigma)
    f = (x - a * (m + s * epsilon)) ** 2 / 2
    return f * epsilon / s + m, f * (epsilon * epsilon - 1) / s + s - 1 / s


def _coordinates(mu: Numbers, sigma: Numbers) -> list[tuple[float, float]]:
    means, deviations = np.atleast_1d(mu), np.atleast_1d(sigma)
    if means.ndim > 1 or means.shape != deviations.shape:
        raise ValueError(
            f"each mean needs a standard deviation, and their shapes are {means.shape} and {deviations.shape}"
        )
    for deviation in deviations.tolist():
        if not deviation > 0:
            raise ValueError(f"a standard deviation must be positive, not {deviation}")
    return list(zip(map(float, means.tolist()), map(float, deviations.tolist()), strict=True))
