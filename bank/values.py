"""Values of expressions: what they may be and how large.

A value is a bool, an int, a float, a text, a tuple of values or a read-only array of int64, float64 or bool.
Integers stay within 2**53, where int64 and float64 both hold them exactly; numpy wraps in silence beyond int64.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_INTEGER = 2**53
LONGEST_TEXT = 10_000
LARGEST_ARRAY = 1_024

Array: TypeAlias = "NDArray[np.int64] | NDArray[np.float64] | NDArray[np.bool_]"
Value: TypeAlias = object  # see the module's docstring; a union would have to be taken apart at every step


class ValueRefused(Exception):
    """Raised when an operation makes a value that is not allowed; the message is a sentence for the author."""


class PassedOver(Exception):
    """Raised when a draw makes no sound question; the search goes on to the next one.

    The argument is the reason, in few words; the search counts them.
    """


def freeze(value: Value) -> Value:
    """Return `value` as an allowed value, or refuse it.

    Numpy scalars become Python's own, arrays become read-only arrays of int64, float64 or bool.

    Raises
    ------
    ValueRefused
        If the value is not finite, too large or of another type.

    Examples
    --------
    >>> freeze(np.float64(2.5))
    2.5
    >>> freeze(2**60)
    Traceback (most recent call last):
    ...
    markscheme.bank.values.ValueRefused: the integer 1152921504606846976 is beyond 2**53
    """
    kind = type(value)
    if kind is int:
        if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:  # type: ignore[operator]
            return value
        raise ValueRefused(f"the integer {_digits(value)} is beyond 2**53")
    if kind is float:
        if math.isfinite(value):  # type: ignore[arg-type]
            return value
        raise ValueRefused(f"the result is {value}, which is not a finite number")
    if isinstance(value, np.ndarray):
        return _freeze_array(value)
    if kind is bool:
        return value
    return _freeze_other(value)


def _freeze_other(value: Value) -> Value:
    if isinstance(value, np.generic):
        return freeze(value.item())
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueRefused(f"a text of {len(value)} characters is longer than {LONGEST_TEXT}")
        return value
    if isinstance(value, (tuple, list)):
        if len(value) > LARGEST_ARRAY:
            raise ValueRefused(f"{len(value)} values are more than {LARGEST_ARRAY}")
        return tuple(freeze(item) for item in value)
    if getattr(value, "is_maths", False):
        return value
    raise ValueRefused(f"a result of type {type(value).__name__} is not a number, text, tuple or array")


def _freeze_array(array: NDArray[np.generic]) -> Value:
    if array.size > LARGEST_ARRAY:
        raise ValueRefused(f"an array of {array.size} elements is larger than {LARGEST_ARRAY}")
    if array.ndim == 0:
        return freeze(array.item())
    kind = array.dtype.kind
    if kind == "f":
        # One finite sum proves all terms finite, and a sum of a list is faster than numpy at these sizes.
        if not math.isfinite(sum(array.ravel().tolist())) and not np.isfinite(array).all():
            raise ValueRefused("the result holds a value that is not a finite number")
        array = array.astype(np.float64, copy=False)
    elif kind in "iu":
        elements = array.ravel().tolist()
        if elements and (max(elements) > LARGEST_INTEGER or min(elements) < -LARGEST_INTEGER):
            raise ValueRefused("the result holds an integer beyond 2**53")
        array = array.astype(np.int64, copy=False)
    elif kind != "b":
        raise ValueRefused(f"an array of {array.dtype} is not an array of numbers")
    array.flags.writeable = False
    return array


def describe(value: Value) -> str:
    """Name the type of a value as the author knows it.

    Examples
    --------
    >>> describe(np.zeros((2, 3)))
    'an array of shape 2×3'
    """
    if isinstance(value, np.ndarray):
        return f"an array of shape {'×'.join(map(str, value.shape))}"
    names = {bool: "true or false", int: "an integer", float: "a number", str: "a text", tuple: "a tuple"}
    return names.get(type(value), type(value).__name__)


def _digits(value: object) -> str:
    if abs(value) > 10**40:  # type: ignore[arg-type]
        return "of more than 40 digits"
    return str(value)
