"""Two-dimensional convolution, its output size and its cost.

The conventions are those of Dumoulin & Visin [1]_: sizes are counted per axis, padding is added on both sides
of an axis, and what a stride leaves over at the end is not visited.

References
----------
.. [1] V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
   arXiv:1603.07285.
"""

from __future__ import annotations

import sys

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import Matrix, by, largest_magnitude, matrix, whole

LARGEST_INTEGER = 2**53  # the largest that a float64, and so every LMS, still holds exactly
LARGEST_FLOAT = sys.float_info.max


@solver
def conv2d(x: Matrix, k: Matrix) -> Matrix:
    """Convolve an input with a kernel: stride 1, no padding, the kernel rotated by half a turn.

    Parameters
    ----------
    x
        The input, of shape (M, N).
    k
        The kernel, of shape (m, n) with m ≤ M and n ≤ N.

    Returns
    -------
    Matrix
        The output Y, of shape (M − m + 1, N − n + 1), with
        Y[i, j] = Σ_a Σ_b X[i + a, j + b] · K[m − 1 − a, n − 1 − b]. Integers stay exact integers.

    Raises
    ------
    ValueError
        If an argument is no matrix, the kernel is larger than the input, the sums might leave the
        integers of at most 2⁵³, or floats are not finite or might overflow.

    Notes
    -----
    This is the convolution of mathematics and signal processing (``mode="valid"``). Deep-learning libraries
    call `correlate2d` a convolution: see I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016,
    equations 9.5 and 9.6.

    Examples
    --------
    >>> x = np.array([[1, 2, 3], [4, 5, 6]])
    >>> conv2d(x, np.array([[1, 0]]))
    array([[2, 3],
           [5, 6]])
    """
    x, k = _input_and_kernel(x, k)
    return _slide(x, k[::-1, ::-1])


@solver
def correlate2d(x: Matrix, k: Matrix) -> Matrix:
    """Cross-correlate an input with a kernel: stride 1, no padding, the kernel as it is.

    Parameters
    ----------
    x
        The input, of shape (M, N).
    k
        The kernel, of shape (m, n) with m ≤ M and n ≤ N.

    Returns
    -------
    Matrix
        The output Y, of shape (M − m + 1, N − n + 1), with
        Y[i, j] = Σ_a Σ_b X[i + a, j + b] · K[a, b]. Integers stay exact integers.

    Raises
    ------
    ValueError
        As `conv2d` does.

    Examples
    --------
    >>> x = np.array([[1, 2, 3], [4, 5, 6]])
    >>> correlate2d(x, np.array([[1, 0]]))
    array([[1, 2],
           [4, 5]])
    """
    x, k = _input_and_kernel(x, k)
    return _slide(x, k)


def _input_and_kernel(x: Matrix, k: Matrix) -> tuple[Matrix, Matrix]:
    x, k = matrix(x, "the input"), matrix(k, "the kernel")
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError(f"the kernel {by(k)} is larger than the input {by(x)}")
    bound = largest_magnitude(x) * largest_magnitude(k) * k.size
    if isinstance(bound, int):
        if bound > LARGEST_INTEGER:
            raise ValueError(
                f"the sums of the input {by(x)} times the kernel {by(k)} could reach {bound}, "
                f"and exact integers of at most {LARGEST_INTEGER} are needed"
            )
    elif not bound <= LARGEST_FLOAT:  # so written, it catches a NaN too
        raise ValueError(f"the input {by(x)} or the kernel {by(k)} has numbers not finite or too large")
    return x, k


def _slide(x: Matrix, k: Matrix) -> Matrix:
    rows, columns = k.shape
    height, width = x.shape[0] - rows + 1, x.shape[1] - columns + 1
    # Adding to zero keeps −0.0 out. In small arrays a slice a tap beats windows with einsum.
    y: Matrix = np.zeros((height, width), dtype=x.dtype if x.dtype == k.dtype else np.float64)
    for i in range(rows):
        for j in range(columns):
            y += k[i, j, ...] * x[i : i + height, j : j + width]
    return y


@solver
def conv_output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Count the outputs of a convolution along one axis.

    Parameters
    ----------
    size
        The input's size i along the axis.
    kernel
        The kernel's size k along the axis.
    stride
        The step s from one position to the next.
    padding
        The rows or columns p added on *each* side.
    dilation
        The distance d between neighbouring taps; 1 is an ordinary kernel.

    Returns
    -------
    int
        ⌊(i + 2p − d(k − 1) − 1) / s⌋ + 1.

    Raises
    ------
    ValueError
        If a size, the stride or the dilation is less than 1, the padding is negative, or the kernel does
        not fit.

    Notes
    -----
    Relationship 15 of Dumoulin & Visin 2016, arXiv:1603.07285; relationships 1 to 6 are its cases for d = 1.

    Examples
    --------
    >>> conv_output_size(6, 3, stride=2, padding=1)
    3
    """
    size, kernel = whole(size, "the input's size", 1), whole(kernel, "the kernel's size", 1)
    stride, padding = whole(stride, "the stride", 1), whole(padding, "the padding", 0)
    dilation = whole(dilation, "the dilation", 1)
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError(
            f"a kernel of size {kernel} with dilation {dilation} spans {span}, "
            f"more than the input of size {size} with padding {padding}, which is {size + 2 * padding} long"
        )
    return (size + 2 * padding - span) // stride + 1


@solver
def conv_multiplications(  # noqa: PLR0913, PLR0917 - a layer has that many
    height: int,
    width: int,
    kernel_height: int,
    kernel_width: int,
    stride: int = 1,
    padding: int = 0,
    in_channels: int = 1,
    out_channels: int = 1,
    activation: int = 0,
) -> int:
    """Count the multiplications of a convolution layer and its activation, for one input.

    Multiplications by the zeros of the padding count.

    Parameters
    ----------
    height, width
        The input's sizes H and W, without padding.
    kernel_height, kernel_width
        The kernel's sizes k_h and k_w.
    stride, padding
        The same along both axes; padding is added on each of the four sides.
    in_channels, out_channels
        The channels C_in and C_out.
    activation
        The multiplications a that the activation costs for *every* element of the output.

    Returns
    -------
    int
        H_o · W_o · C_out · (k_h · k_w · C_in + a), with H_o and W_o from `conv_output_size`.

    Raises
    ------
    ValueError
        If a size, the stride or a channel count is less than 1, the padding or the activation negative,
        or the kernel does not fit.

    Examples
    --------
    >>> conv_multiplications(4, 4, 3, 3, padding=1)
    144
    """
    rows = conv_output_size(height, kernel_height, stride, padding)
    columns = conv_output_size(width, kernel_width, stride, padding)
    outputs = rows * columns * whole(out_channels, "the number of output channels", 1)
    taps = kernel_height * kernel_width * whole(in_channels, "the number of input channels", 1)
    return outputs * (taps + whole(activation, "the activation's cost", 0))


@solver
def conv_operations(  # noqa: PLR0913, PLR0917 - a layer has that many
    height: int,
    width: int,
    kernel_height: int,
    kernel_width: int,
    stride: int = 1,
    padding: int = 0,
    in_channels: int = 1,
    out_channels: int = 1,
    activation: int = 0,
) -> int:
    """Count the multiplications and the additions of a convolution layer without bias, for one input.

    A sum of n products takes n multiplications and n − 1 additions.

    Parameters
    ----------
    height, width, kernel_height, kernel_width, stride, padding, in_channels, out_channels
        As for `conv_multiplications`.
    activation
        The operations a that the activation costs for *every* element of the output.

    Returns
    -------
    int
        H_o · W_o · C_out · (2 · k_h · k_w · C_in − 1 + a), with H_o and W_o from `conv_output_size`.

    Raises
    ------
    ValueError
        As `conv_multiplications` does.

    Examples
    --------
    >>> conv_operations(4, 4, 3, 3, padding=1)
    272
    """
    rows = conv_output_size(height, kernel_height, stride, padding)
    columns = conv_output_size(width, kernel_width, stride, padding)
    outputs = rows * columns * whole(out_channels, "the number of output channels", 1)
    taps = kernel_height * kernel_width * whole(in_channels, "the number of input channels", 1)
    return outputs * (2 * taps - 1 + whole(activation, "the activation's cost", 0))
