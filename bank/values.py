"""Values of expressions: what they may be and how large.

A value is a bool, an int, a float, a text, a tuple of values or a read-only array of int64, float64 or bool.
Integers stay within 2**53, where int64 and float64 both hold them exactly; numpy wraps in silence beyond int64.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from markscheme.bank.yaml_text import UNSAFE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_INTEGER = 2**53
LONGEST_TEXT = 10_000
LARGEST_ARRAY = 1_024
MOST_PARTS = 4_096
"""How many numbers, texts and pieces of mathematics a value may be nested from."""
DEEPEST_VALUE = 20

"""What a question file cannot hold either: control characters and lone surrogates."""

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
        item = value.item()
        return freeze(float(item) if isinstance(item, np.floating) else item)  # a long double is its own item
    if isinstance(value, str):
        return _freeze_text(value)
    if isinstance(value, (tuple, list)):
        if len(value) > LARGEST_ARRAY:
            raise ValueRefused(f"{len(value)} values are more than {LARGEST_ARRAY}")
        _refuse_large(value)
        return _freeze_items(value)
    if getattr(value, "is_maths", False):
        _refuse_large(value)
        return value
    raise ValueRefused(f"a result of type {type(value).__name__} is not a number, text, tuple or array")


def _freeze_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueRefused(f"a text of {len(text)} characters is longer than {LONGEST_TEXT}")
    unsafe = UNSAFE.search(text)
    if unsafe:
        raise ValueRefused(f"a text cannot hold the character U+{ord(unsafe[0]):04X}")
    return str(text)


def _freeze_items(items: tuple[Value, ...] | list[Value]) -> Value:
    return tuple(_freeze_items(item) if isinstance(item, (tuple, list)) else freeze(item) for item in items)


def _refuse_large(value: Value) -> None:
    """Refuse what is nested too deep or from too many parts; a part that occurs twice counts twice."""
    parts, waiting = 0, [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        parts += part.size if isinstance(part, np.ndarray) else 1
        if parts + len(waiting) > MOST_PARTS:
            raise ValueRefused(f"a value of more than {MOST_PARTS} parts is too large")
        if depth > DEEPEST_VALUE:
            raise ValueRefused(f"a value is nested deeper than {DEEPEST_VALUE} levels")
        inner = part if isinstance(part, (tuple, list)) else getattr(part, "parts", ())
        waiting += [(item, depth + 1) for item in inner]


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
        array = np.asarray(array, dtype=np.float64)
    elif kind in "iu":
        elements = array.ravel().tolist()
        if elements and (max(elements) > LARGEST_INTEGER or min(elements) < -LARGEST_INTEGER):
            raise ValueRefused("the result holds an integer beyond 2**53")
        array = np.asarray(array, dtype=np.int64)
    elif kind == "b":
        array = np.asarray(array, dtype=np.bool_)
    else:
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
