"""Patterns of zeros and ones in all their wrapped translations, and what an affine score can tell apart.

A convolution without an activation, followed by a fully connected layer, is an affine function of the pattern: the
score is w·x + c. Over all n wrapped translations of a pattern with k ones, each weight meets each one once, so that the
scores add up to k·Σw + n·c. Two patterns with equally many ones therefore have the same total, and a threshold cannot
have all scores of one above it and all of the other below. With different numbers of ones equal weights do it, since
they count the ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from markscheme.bank.registry import solver

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.int64]


@solver
def orbits_linearly_separable(a: Vector, b: Vector) -> bool:
    """Decide whether an affine score separates all wrapped translations of one pattern from all of another.

    Parameters
    ----------
    a, b
        The patterns of zeros and ones, both of shape (n,).

    Returns
    -------
    bool
        Whether w and c exist with w·x + c > 0 for each wrapped translation x of `a` and < 0 for each of `b`: exactly if
        the patterns have different numbers of ones (see the module's text for the proof).

    Raises
    ------
    ValueError
        If a pattern is no vector of zeros and ones, or their lengths differ.

    References
    ----------
    Minsky and Papert 1969, "Perceptrons", section 2.3: the group-invariance theorem, applied to wrapped translations.

    Examples
    --------
    >>> orbits_linearly_separable(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))
    False
    >>> orbits_linearly_separable(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0]))
    True
    """
    first, second = _patterns(a, b)
    return sum(first) != sum(second)


@solver
def is_translation(a: Vector, b: Vector) -> bool:
    """Decide whether a pattern is a wrapped translation of another.

    Parameters
    ----------
    a, b
        The patterns of zeros and ones, both of shape (n,).

    Returns
    -------
    bool
        Whether some s has b[i] = a[(i + s) mod n] for all i; a pattern is a translation of itself.

    Raises
    ------
    ValueError
        As `orbits_linearly_separable` does.

    Examples
    --------
    >>> is_translation(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 1]))
    True
    >>> is_translation(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))
    False
    """
    first, second = _patterns(a, b)
    return any(first[shift:] + first[:shift] == second for shift in range(len(first)))


def _patterns(a: Vector, b: Vector) -> tuple[list[int], list[int]]:
    first, second = _pattern(a), _pattern(b)
    if len(first) != len(second):
        raise ValueError(f"the patterns must be equally long, and these have {len(first)} and {len(second)} digits")
    return first, second


def _pattern(value: Vector) -> list[int]:
    if not isinstance(value, np.ndarray) or value.ndim != 1 or value.dtype != np.int64 or not value.size:
        raise ValueError(f"a pattern must be a vector of zeros and ones, not {value!r}")
    digits: list[int] = value.tolist()
    odd = [digit for digit in digits if digit not in (0, 1)]
    if odd:
        raise ValueError(f"a pattern must hold zeros and ones only, not {odd[0]}")
    return digits
