"""Shapes and costs of attention: projections of heads, and dot products between patches of an image.

References
----------
.. [1] A. Vaswani and others 2017, "Attention is all you need", arXiv:1706.03762, section 3.2.2.
.. [2] A. Dosovitskiy and others 2020, "An image is worth 16x16 words", arXiv:2010.11929, section 3.1.
"""

from __future__ import annotations

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import whole


@solver
def head_projection_shape(features: int, heads: int) -> tuple[int, int]:
    """Compute the shape of one head's projection if all heads together cost as much as one head of full width.

    Parameters
    ----------
    features
        The number D of features of a query before the projection.
    heads
        The number H of heads, which divides D.

    Returns
    -------
    tuple of int
        Rows and columns of W in q′ = W q, where queries are columns: (D / H, D).

    Raises
    ------
    ValueError
        If D or H is no whole number of at least 1, or H does not divide D.

    References
    ----------
    Vaswani and others 2017, arXiv:1706.03762, section 3.2.2, d_k = d_model / h; queries are rows there.

    Examples
    --------
    >>> head_projection_shape(512, 8)
    (64, 512)
    """
    size, count = whole(features, "the number of features", 1), whole(heads, "the number of heads", 1)
    if size % count:
        raise ValueError(f"{size} features cannot be shared equally among {count} heads")
    return size // count, size


@solver
def patch_count(height: int, width: int, patch_height: int, patch_width: int, stride: int | tuple[int, int] = 1) -> int:
    """Count the patches that lie whole in an image.

    Parameters
    ----------
    height, width
        The image's size in pixels.
    patch_height, patch_width
        The patches' size in pixels.
    stride
        The step from a patch to the next, or a pair of steps, down and across. 1 gives all overlapping patches; the
        patch's own size gives patches side by side.

    Returns
    -------
    int
        (⌊(H − h)/s⌋ + 1) · (⌊(W − w)/t⌋ + 1).

    Raises
    ------
    ValueError
        If a size or step is no whole number of at least 1, or a patch is larger than the image.

    References
    ----------
    V. Dumoulin and F. Visin 2016, arXiv:1603.07285, relationship 5, for each axis.

    Examples
    --------
    >>> patch_count(4, 6, 2, 3), patch_count(4, 6, 2, 3, (2, 3))
    (12, 4)
    """
    down, across = stride if isinstance(stride, tuple) else (stride, stride)
    return _places(height, patch_height, down, "height") * _places(width, patch_width, across, "width")


@solver
def self_attention_multiplications(elements: int, length: int) -> int:
    """Count the multiplications of the dot products of self-attention.

    Parameters
    ----------
    elements
        The number N of elements; each serves as a query and as a key.
    length
        How many numbers a query or key has.

    Returns
    -------
    int
        N² · length: every ordered pair, an element with itself included. Projections, softmax and values do not count.

    Raises
    ------
    ValueError
        If an argument is no whole number of at least 1.

    References
    ----------
    Vaswani and others 2017, arXiv:1706.03762, table 1: complexity n² · d of a self-attention layer.

    Examples
    --------
    >>> self_attention_multiplications(12, 2 * 3)
    864
    """
    return whole(elements, "the number of elements", 1) ** 2 * whole(length, "the length of a query", 1)


def _places(size: int, patch: int, step: int, name: str) -> int:
    whole_size, whole_patch = whole(size, f"the image's {name}", 1), whole(patch, f"the patch's {name}", 1)
    if whole_patch > whole_size:
        raise ValueError(f"a patch of {name} {whole_patch} does not fit into an image of {name} {whole_size}")
    return (whole_size - whole_patch) // whole(step, "the stride", 1) + 1
