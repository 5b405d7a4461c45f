"""Checks of arguments that several solvers share."""

from __future__ import annotations

import operator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Matrix: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

_TYPES = (np.dtype(np.int64), np.dtype(np.float64))


def matrix(value: object, name: str) -> Matrix:
    """Return `value` if it is a matrix of numbers with at least one entry.

    Parameters
    ----------
    value
        What the question passed.
    name
        What to call it in the message, such as ``"the kernel"``.

    Raises
    ------
    ValueError
        If it is no array, not two-dimensional, empty, or neither int64 nor float64.

    Examples
    --------
    >>> matrix(np.arange(3), "the kernel")
    Traceback (most recent call last):
    ...
    ValueError: the kernel must be a matrix, not an array of shape (3,)
    """
    if not isinstance(value, np.ndarray):
        raise ValueError(f"{name} must be a matrix, not {value!r}")
    if value.ndim != 2:
        raise ValueError(f"{name} must be a matrix, not an array of shape {value.shape}")
    if value.dtype not in _TYPES:
        raise ValueError(f"{name} must hold int64 or float64 numbers, not {value.dtype}")
    if not value.size:
        raise ValueError(f"{name} {by(value)} has no entries, and at least 1x1 is needed")
    return value


def square_matrix(value: object, name: str) -> Matrix:
    """Return `value` if it is a square matrix of finite numbers.

    Raises
    ------
    ValueError
        If it is no matrix (see `matrix`), not square, or holds a number that is not finite.

    Examples
    --------
    >>> square_matrix(np.ones((2, 3)), "the matrix")
    Traceback (most recent call last):
    ...
    ValueError: the matrix must be square, not 2x3
    """
    entries = finite_matrix(value, name)
    rows, columns = entries.shape
    if rows != columns:
        raise ValueError(f"{name} must be square, not {by(entries)}")
    return entries


def finite_matrix(value: object, name: str) -> Matrix:
    """Return `value` if it is a matrix of finite numbers.

    Raises
    ------
    ValueError
        If it is no matrix (see `matrix`) or holds a number that is not finite.
    """
    entries = matrix(value, name)
    if not np.isfinite(entries).all():
        odd = entries[~np.isfinite(entries)][0]
        raise ValueError(f"{name} must hold finite numbers, not {odd}")
    return entries


def whole(value: object, name: str, least: int) -> int:
    """Return `value` as a Python integer that is at least `least`.

    Raises
    ------
    ValueError
        If it is not a whole number by type (4.0 is none) or too small.

    Examples
    --------
    >>> whole(0, "the stride", 1)
    Traceback (most recent call last):
    ...
    ValueError: the stride must be a whole number of at least 1, not 0
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return number


def largest_magnitude(entries: Matrix) -> int | float:
    """Return the largest absolute entry, as a Python number.

    Integers are compared as Python's own, because numpy's |−2⁶³| wraps to −2⁶³. A NaN comes through.

    Examples
    --------
    >>> largest_magnitude(np.array([[-3, 2]]))
    3
    """
    if entries.dtype == np.int64:
        return max(map(abs, entries.ravel().tolist()))
    return float(np.abs(entries).max())


def by(entries: Matrix) -> str:
    """Return the shape as it is spoken, such as ``"4x3"``."""
    return "x".join(map(str, entries.shape))
