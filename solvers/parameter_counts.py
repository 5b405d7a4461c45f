"""How many parameters a layer learns."""

from __future__ import annotations

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import whole


@solver
def dense_parameters(inputs: int, units: int, bias: int = 1) -> int:
    """Count the parameters of a fully connected layer.

    Parameters
    ----------
    inputs
        The numbers that go in; those of an image are its height times its width times its channels.
    units
        The numbers that come out.
    bias
        The biases of each unit: 1 or 0.

    Returns
    -------
    int
        (inputs + bias) · units.

    Raises
    ------
    ValueError
        If there are no inputs or units, or the bias is negative.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville 2016, "Deep Learning", section 9.2, on sparse interactions.

    Examples
    --------
    >>> dense_parameters(64 * 64, 1)
    4097
    """
    weights = whole(inputs, "the number of inputs", 1)
    return (weights + whole(bias, "the number of biases", 0)) * whole(units, "the number of units", 1)


@solver
def conv_parameters(kernel_height: int, kernel_width: int, in_channels: int, filters: int, bias: int = 1) -> int:
    """Count the parameters of a convolution, whose filters are shared over all positions.

    Parameters
    ----------
    kernel_height, kernel_width
        The filters' sizes k_h and k_w.
    in_channels
        The input's channels C; each filter sees them all.
    filters
        The number F of filters, which is the number of output channels.
    bias
        The biases of each filter: 1 or 0.

    Returns
    -------
    int
        (k_h · k_w · C + bias) · F.

    Raises
    ------
    ValueError
        If a size or a count is less than 1, or the bias is negative.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville 2016, "Deep Learning", section 9.2, on parameter sharing.

    Examples
    --------
    >>> conv_parameters(5, 5, 1, 1)
    26
    """
    height, width = whole(kernel_height, "the kernel's height", 1), whole(kernel_width, "the kernel's width", 1)
    weights = height * width * whole(in_channels, "the number of input channels", 1)
    return (weights + whole(bias, "the number of biases", 0)) * whole(filters, "the number of filters", 1)
