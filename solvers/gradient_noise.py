"""The noise of a gradient that is estimated from a batch, and how many steps it costs."""

from __future__ import annotations

from math import isfinite, sqrt

from markscheme.bank.registry import solver


@solver
def gradient_standard_error(deviation: float, batch: float) -> float:
    """Compute the standard error of the mean gradient of a batch, for one parameter.

    Parameters
    ----------
    deviation
        The standard deviation σ of the gradient of one example, at least 0.
    batch
        The number b of examples in a batch, above 0. They are drawn independently, with replacement.

    Returns
    -------
    float
        σ/√b, the standard deviation of the mean over different batches, in the unit of σ.

    Raises
    ------
    ValueError
        If the deviation is negative, the batch is not above 0, or one of them is not finite.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville 2016, "Deep Learning", equation 5.46 and section 8.1.3.

    Examples
    --------
    >>> gradient_standard_error(3, 4)
    1.5
    """
    if not (isfinite(deviation) and deviation >= 0):
        raise ValueError(f"the deviation must be a number of at least 0, not {deviation}")
    return deviation / sqrt(_positive(batch, "the batch"))


@solver
def training_steps(least: float, noise_scale: float, batch: float) -> float:
    """Compute how many steps a training takes that needs `least` steps with exact gradients.

    Parameters
    ----------
    least
        The number S_min of steps that batches without end would need, above 0.
    noise_scale
        The gradient noise scale B_noise, in examples, above 0; taken as constant over the training.
    batch
        The number B of examples in a batch, above 0.

    Returns
    -------
    float
        S = S_min (1 + B_noise/B), each step with the best step size for its batch.

    Raises
    ------
    ValueError
        If an argument is not a finite number above 0.

    References
    ----------
    McCandlish and others 2018, arXiv:1812.06162, sections 2.2 and 2.3.

    Examples
    --------
    >>> training_steps(1000, 500, 250)
    3000.0
    """
    scale = _positive(noise_scale, "the noise scale")
    size = _positive(batch, "the batch")
    # Summed before it is divided, whole numbers of steps come out whole.
    return _positive(least, "the least number of steps") * (size + scale) / size


def _positive(value: float, name: str) -> float:
    if not (isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, not {value}")
    return value
