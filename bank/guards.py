"""Guarded operations: what the operators of the expression language do.

Each takes and returns the values of `markscheme.bank.values`, and refuses whatever would leave them. Sizes are
checked before the work is done, so that no expression can take long or much memory.
"""

from __future__ import annotations

import math
import operator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank.values import LARGEST_ARRAY, LARGEST_INTEGER, PassedOver, Value, ValueRefused, describe, freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RAISING: ContextVar[bool] = ContextVar("RAISING", default=False)
"""Whether numpy raises where it would warn; see `arithmetic`."""

BOUNDARY = 1e-9
NOISE = 1e-12
"""The relative error that a computed float may carry."""


@contextmanager
def arithmetic() -> Iterator[None]:
    """Let numpy raise where it would warn.

    An expression sees to it by itself; around many expressions, it is done once.
    """
    if RAISING.get():
        yield
        return
    token = RAISING.set(True)
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            yield
    finally:
        RAISING.reset(token)


class Borderline(PassedOver):
    """Raised when a comparison lies so close to its boundary that another machine may decide it otherwise."""


def _numbers(symbol: str, left: Value, right: Value) -> None:
    for side in (left, right):
        kind = type(side)
        if kind is int or kind is float or (isinstance(side, np.ndarray) and side.dtype.kind != "b"):
            continue
        raise ValueRefused(f"'{symbol}' needs numbers, not {describe(side)}")


def _largest(value: Any) -> int:
    """Return the largest modulus of an integer value."""
    if isinstance(value, np.ndarray):
        return max(int(value.max()), -int(value.min())) if value.size else 0
    return abs(int(value))


def _is_whole(value: Any) -> bool:
    return type(value) is int or (isinstance(value, np.ndarray) and value.dtype.kind == "i")


def _apply(symbol: str, function: Callable[[Any, Any], Any], left: Any, right: Any) -> Value:
    try:
        if isinstance(left, np.ndarray) and isinstance(right, np.ndarray) and left.shape != right.shape:
            _refuse_growth(symbol, left, right)
        return freeze(function(left, right))
    except ValueError:
        raise ValueRefused(f"'{symbol}' cannot join {describe(left)} and {describe(right)}") from None
    except ZeroDivisionError:
        raise ValueRefused("division by zero") from None
    except (OverflowError, FloatingPointError):
        raise ValueRefused(f"the result of '{symbol}' is not a finite number") from None


def _refuse_growth(symbol: str, left: Any, right: Any) -> None:
    whole = np.broadcast_shapes(left.shape, right.shape) if symbol != "@" else left.shape[:-1] + right.shape[1:]
    if math.prod(whole) > LARGEST_ARRAY:
        raise ValueRefused(f"'{symbol}' would make an array of {math.prod(whole)} elements, over {LARGEST_ARRAY}")


def add(left: Any, right: Any) -> Value:
    """Return ``left + right``; texts and tuples are joined."""
    if type(left) is int and type(right) is int:
        return freeze(left + right)
    if type(left) is type(right) and type(left) in (str, tuple):
        return freeze(left + right)
    _numbers("+", left, right)
    return _apply("+", operator.add, left, right)


def subtract(left: Any, right: Any) -> Value:
    """Return ``left - right``."""
    _numbers("-", left, right)
    return _apply("-", operator.sub, left, right)


def multiply(left: Any, right: Any) -> Value:
    """Return ``left * right``, element by element."""
    _numbers("*", left, right)
    if _is_whole(left) and _is_whole(right) and _largest(left) * _largest(right) > LARGEST_INTEGER:
        raise ValueRefused("the product of these integers may pass 2**53")
    return _apply("*", operator.mul, left, right)


def matmul(left: Any, right: Any) -> Value:
    """Return the matrix product ``left @ right``."""
    if not (isinstance(left, np.ndarray) and isinstance(right, np.ndarray)):
        raise ValueRefused(f"'@' needs two arrays, not {describe(left)} and {describe(right)}")
    _numbers("@", left, right)
    if _is_whole(left) and _is_whole(right):
        inner = left.shape[-1] if left.ndim else 1
        if _largest(left) * _largest(right) * inner > LARGEST_INTEGER:
            raise ValueRefused("the product of these integer arrays may pass 2**53")
    if left.ndim > 2 or right.ndim > 2:
        raise ValueRefused("'@' needs arrays of one or two axes")
    with np.errstate(all="ignore"):  # some linear algebra libraries raise flags that mean nothing; freeze looks
        return _apply("@", operator.matmul, left, right)


def divide(left: Any, right: Any) -> Value:
    """Return ``left / right``, always a float."""
    _numbers("/", left, right)
    _no_zero(right)
    return _apply("/", operator.truediv, left, right)


def floor_divide(left: Any, right: Any) -> Value:
    """Return ``left // right``, rounded towards minus infinity."""
    _numbers("//", left, right)
    _no_zero(right)
    _refuse_borderline_quotient(left, right)
    return _apply("//", operator.floordiv, left, right)


def modulo(left: Any, right: Any) -> Value:
    """Return ``left % right``, with the sign of `right`."""
    _numbers("%", left, right)
    _no_zero(right)
    _refuse_borderline_quotient(left, right)
    return _apply("%", operator.mod, left, right)


def power(base: Any, exponent: Any) -> Value:
    """Return ``base ** exponent``; integers with a whole exponent of at least 0 stay exact."""
    _numbers("**", base, exponent)
    if _is_whole(base) and _is_whole(exponent):
        lowest = int(exponent.min()) if isinstance(exponent, np.ndarray) else exponent
        if lowest >= 0:
            if max(_largest(base).bit_length() - 1, 0) * _largest(exponent) > 53:
                raise ValueRefused("the power passes 2**53")
            if _largest(base) ** min(_largest(exponent), 54) > LARGEST_INTEGER:
                raise ValueRefused("the power passes 2**53")
            return _apply("**", operator.pow, base, exponent)
        base = base * 1.0
    if np.any(np.asarray(base) == 0) and np.any(np.asarray(exponent) < 0):
        raise ValueRefused("division by zero")
    if np.any(np.asarray(base) < 0) and not np.all(np.asarray(exponent) % 1 == 0):
        raise ValueRefused("a negative number has no real power with a fractional exponent")
    return _apply("**", operator.pow, base, exponent)


def _refuse_borderline_quotient(left: Any, right: Any) -> None:
    if _is_whole(left) and _is_whole(right):
        return
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray) and left.shape != right.shape:
        _refuse_growth("//", left, right)
    with np.errstate(all="ignore"):
        quotient = np.divide(left, right)
        missed = np.fmod(left, right) != 0  # exact: a quotient that is whole is no borderline
        near = np.abs(quotient - np.rint(quotient)) <= np.maximum(BOUNDARY, NOISE * np.abs(quotient))
    if np.any(missed & near):
        raise Borderline("a quotient is too close to a whole number to be rounded")


def _no_zero(value: Any) -> None:
    if (value == 0).any() if isinstance(value, np.ndarray) else value == 0:
        raise ValueRefused("division by zero")


def negative(value: Any) -> Value:
    """Return ``-value``."""
    _numbers("-", value, value)
    return freeze(-value)


def positive(value: Any) -> Value:
    """Return ``+value``."""
    _numbers("+", value, value)
    return value


def truth(value: Any) -> bool:
    """Return a condition's value; anything but true and false is refused."""
    if type(value) is bool:
        return value
    hint = "; wrap it in any() or all()" if isinstance(value, np.ndarray) else ""
    raise ValueRefused(f"a condition must be true or false, not {describe(value)}{hint}")


def index(value: Any, key: Any) -> Value:
    """Return ``value[key]`` of a tuple, text or array; the key holds integers and slices only."""
    if not isinstance(value, (tuple, str, np.ndarray)):
        raise ValueRefused(f"{describe(value)} has no elements")
    parts = key if isinstance(key, tuple) else (key,)
    if any(type(part) is not int and type(part) is not slice for part in parts):
        raise ValueRefused("an index must be an integer or a slice")
    try:
        found = value[key]
    except (IndexError, TypeError):
        shown = ", ".join("…" if isinstance(part, slice) else str(part) for part in parts)
        raise ValueRefused(f"there is no element [{shown}] in {describe(value)}") from None
    return found if isinstance(found, np.ndarray) else freeze(found)  # a view of a frozen array is frozen


def make_slice(start: Any, stop: Any, step: Any) -> slice:
    """Return a slice of whole numbers."""
    if any(part is not None and type(part) is not int for part in (start, stop, step)) or step == 0:
        raise ValueRefused("a slice needs whole numbers and a step other than 0")
    return slice(start, stop, step)


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


Sides = tuple[bool, bool]
"""Whether the left and the right side hold exactly what is written."""


def compare(symbol: str, exact: Sides, left: Any, right: Any) -> Value:
    """Compare two values, which may be computed floats.

    Parameters
    ----------
    exact
        For each side, whether it holds exactly what is written, as literals and drawn decimals do.

    Raises
    ------
    Borderline
        If a computed float lies within 1e-9 of the other side, relative where they are larger than 1.
    """
    if type(left) in (str, tuple, bool) or type(right) in (str, tuple, bool):
        if type(left) is not type(right):
            raise ValueRefused(f"{describe(left)} and {describe(right)} cannot be compared")
        if symbol not in ("==", "!="):
            raise ValueRefused(f"'{symbol}' needs numbers, not {describe(left)}")
        return _same(exact, left, right) == (symbol == "==")
    _numbers(symbol, left, right)
    if (_floats(left) and not exact[0]) or (_floats(right) and not exact[1]):
        _refuse_borderline(symbol, left, right)
    return _apply(symbol, _COMPARE[symbol], left, right)


def _same(exact: Sides, left: Any, right: Any) -> bool:
    """Return whether two values are equal; values of two kinds never are."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(_same(exact, *pair) for pair in zip(left, right, strict=True))
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return left.shape == right.shape and bool(np.all(np.asarray(compare("==", exact, left, right))))
    if type(left) in (int, float) and type(right) in (int, float):
        return truth(compare("==", exact, left, right))
    return type(left) is type(right) and bool(left == right)


def _floats(value: Any) -> bool:
    return type(value) is float or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def _refuse_borderline(symbol: str, left: Any, right: Any) -> None:
    if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        close = abs(left - right) <= BOUNDARY * max(1.0, abs(left), abs(right))
    else:
        try:
            _refuse_growth(symbol, np.asarray(left), np.asarray(right))
        except ValueError:
            raise ValueRefused(f"{describe(left)} and {describe(right)} cannot be compared") from None
        with np.errstate(all="ignore"):  # an infinite difference is not close
            scale = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
            close = bool(np.any(np.abs(np.subtract(left, right)) <= BOUNDARY * scale))
    if close:
        raise Borderline("a comparison is too close to decide")


def contains(exact: Sides, needle: Any, haystack: Any) -> bool:
    """Return whether a number or text is one of a tuple's items."""
    if not isinstance(haystack, tuple):
        raise ValueRefused(f"'in' needs a tuple, not {describe(haystack)}")
    return any(_same(exact, needle, item) for item in haystack)


def chain(links: tuple[tuple[str, Sides], ...], *operands: Any) -> Value:
    """Return a chained comparison such as ``0 < x <= 3``; every link must be true or false."""
    compared = zip(links, operands, operands[1:], strict=False)
    return all(truth(compare(symbol, exact, left, right)) for (symbol, exact), left, right in compared)


def make_tuple(*items: Any) -> Value:
    """Return a tuple, unless it is too large."""
    return freeze(items)


def settle(value: float) -> float:
    """Return a float that is about to be rounded down or up.

    Raises
    ------
    Borderline
        If it is almost a whole number, so that another machine may find it on the other side.
    """
    nearest = round(value)
    if value != nearest and abs(value - nearest) <= max(BOUNDARY, NOISE * abs(value)):
        raise Borderline(f"{value!r} is too close to a whole number to be rounded")
    return value
