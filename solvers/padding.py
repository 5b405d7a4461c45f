"""Padding that keeps the size of the input."""

from __future__ import annotations

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import whole


@solver
def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """Compute the padding along one axis that keeps the input's size at stride 1.

    Parameters
    ----------
    kernel
        The kernel's size k along the axis.
    dilation
        The distance d between neighbouring taps; 1 is an ordinary kernel.

    Returns
    -------
    tuple of int
        The rows or columns before (top or left) and after (bottom or right). Together they are d(k − 1); the half,
        rounded down, comes before, and the rest after.

    Raises
    ------
    ValueError
        If the kernel's size or the dilation is no whole number of at least 1.

    Notes
    -----
    Dumoulin & Visin 2016, arXiv:1603.07285, relationship 15 for s = 1, solved for the total padding; with an odd kernel
    and d = 1 it is their relationship 3, "half" or "same" padding. An uneven total has no middle; PyTorch's
    ``padding="same"`` puts the larger part after, and so does this.

    Examples
    --------
    >>> same_padding(4), same_padding(4, dilation=2)
    ((1, 2), (3, 3))
    """
    total = whole(dilation, "the dilation", 1) * (whole(kernel, "the kernel's size", 1) - 1)
    return total // 2, total - total // 2
