"""The functions of the expression language, each of fixed signature.

They are few and general; whatever belongs to a subject is a solver. None is a raw numpy function, so that no
argument can name a file, a dtype or an output array.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank.guards import BOUNDARY, NOISE, Borderline, settle
from markscheme.bank.maths import Matrix, Node, Number, Product, Row, Sum, Symbol
from markscheme.bank.numbers import round_half_even
from markscheme.bank.values import LARGEST_ARRAY, LARGEST_INTEGER, describe

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS: dict[str, Callable[..., Any]] = {}


def _function(function: Callable[..., Any]) -> Callable[..., Any]:
    FUNCTIONS[function.__name__.removesuffix("_")] = function
    return function


def _sound(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function whose result is as small, finite and exact as its arguments are, and need not be checked."""
    function.is_sound = True  # type: ignore[attr-defined]
    return _function(function)


def _array(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, tuple) and value:
        made = np.array(value)
        if made.dtype.kind == "b" or (made.dtype.kind in "if" and not any(type(item) is bool for item in value)):
            return made
    raise ValueError(f"an array is needed, not {describe(value)}")


def _numbers(value: Any) -> Any:
    array = _array(value)
    if array.dtype.kind == "b":
        raise ValueError("numbers are needed, not conditions")
    return array


def _matrix(value: Any) -> Any:
    array = _array(value)
    if array.ndim != 2:
        raise ValueError(f"a matrix is needed, not {describe(array)}")
    return array


def _number_or_array(name: str, value: Any) -> None:
    if type(value) in (int, float) or (isinstance(value, np.ndarray) and value.dtype.kind != "b"):
        return
    raise ValueError(f"'{name}' needs a number or an array of numbers, not {describe(value)}")


def _shown(value: Any) -> str:
    return str(value) if type(value) in (int, float) else describe(value)


def _elementwise(name: str, of_number: Callable[[float], float], of_array: Callable[[Any], Any]) -> None:
    def function(x: Any) -> Any:
        _number_or_array(name, x)
        try:
            return of_array(x) if isinstance(x, np.ndarray) else of_number(x)
        except (ValueError, OverflowError, FloatingPointError):
            raise ValueError(f"'{name}' has no value at {_shown(x)}") from None

    function.__name__ = name
    function.__doc__ = f"Return {name} of a number, or of each element of an array."
    FUNCTIONS[name] = function


for _name in ("exp", "log", "log2", "log10", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"):
    _elementwise(_name, getattr(math, _name), getattr(np, _name))
_elementwise("atan", math.atan, np.arctan)
_elementwise("abs", abs, np.abs)
_elementwise("float", float, lambda x: x.astype(np.float64))


def _stepped(name: str, of_number: Callable[[float], float]) -> None:
    """Add a function with steps; a computed float that almost stands at a step is passed over."""
    _elementwise(name, of_number, lambda x: _each(x, of_number))


def _each(array: Any, function: Callable[[Any], Any]) -> Any:
    if not array.size:
        return array
    return np.array([function(item) for item in array.ravel().tolist()]).reshape(array.shape)


def _whole(rounded: int) -> int:
    if abs(rounded) > LARGEST_INTEGER:
        raise OverflowError
    return rounded


_stepped("floor", lambda x: _whole(math.floor(settle(x))))
_stepped("ceil", lambda x: _whole(math.ceil(settle(x))))
_stepped("sign", lambda x: (_apart_from_zero(x) > 0) - (x < 0))


def _apart_from_zero(x: float) -> float:
    if x and abs(x) <= BOUNDARY:
        raise Borderline(f"{x!r} is too close to 0 to have a sign")
    return x


@_function
def round_(x: Any, digits: int = 0) -> Any:
    """Round half to even, to so many digits after the point; to an integer where there are none."""
    if type(digits) is not int or abs(digits) > 20:
        raise ValueError(f"digits are from -20 to 20, not {_shown(digits)}")
    _number_or_array("round", x)
    return _each(x, lambda item: _rounded(item, digits)) if isinstance(x, np.ndarray) else _rounded(x, digits)


def _rounded(x: float, digits: int) -> float:
    rounded = round_half_even(x, digits)
    if type(x) is float and Decimal(str(x)) != rounded:
        from_tie = abs(Decimal(str(x)) - rounded) / Decimal(10) ** -digits - Decimal("0.5")
        if 0 < abs(from_tie) <= max(BOUNDARY, NOISE * abs(x) * 10.0**digits):
            raise Borderline(f"{x!r} is too close to a tie to be rounded")
    return _whole(int(rounded)) if digits == 0 or type(x) is int else float(rounded)


def _reduced(name: str, reduce: Callable[[Any], Any]) -> None:
    def function(*x: Any) -> Any:
        values = _array(x[0] if len(x) == 1 else tuple(x))
        if not values.size and name not in ("sum", "any", "all", "count"):
            raise ValueError(f"'{name}' of nothing is not defined")
        return reduce(values)

    function.__name__ = name
    function.__doc__ = f"Return the {name} of an array's elements, or of the arguments."
    FUNCTIONS[name] = function


def _sum(values: Any) -> Any:
    if values.dtype.kind == "i" and values.size:
        largest = max(int(values.max()), -int(values.min()))
        if largest * values.size > LARGEST_INTEGER:
            raise ValueError("the sum of these integers may pass 2**53")
    return values.sum()


def _product(values: Any) -> Any:
    return math.prod(values.ravel().tolist())


_reduced("sum", _sum)
_reduced("prod", _product)
_reduced("mean", lambda values: float(math.fsum(values.ravel().tolist()) / values.size))
_reduced("median", lambda values: float(np.median(values)))


def _not_zero(values: Any) -> Any:
    if values.dtype.kind == "f" and ((values != 0) & (np.abs(values) <= BOUNDARY)).any():
        raise Borderline("a number is too close to 0 to count as true or false")
    return values != 0


_reduced("min", lambda values: values.min())
_reduced("max", lambda values: values.max())
_reduced("any", lambda values: bool(_not_zero(values).any()))
_reduced("all", lambda values: bool(_not_zero(values).all()))
_reduced("count", lambda values: int(_not_zero(values).sum()))


@_function
def variance(x: Any, ddof: int = 0) -> float:
    """Return the variance of the elements: the sum of squared deviations over ``n - ddof``."""
    values = [float(value) for value in _numbers(x).ravel().tolist()]
    if type(ddof) is not int or ddof < 0:
        raise ValueError("ddof is an integer of at least 0")
    if len(values) <= ddof:
        raise ValueError(f"the variance of {len(values)} values with ddof {ddof} is not defined")
    centre = math.fsum(values) / len(values)
    return math.fsum((value - centre) * (value - centre) for value in values) / (len(values) - ddof)


@_function
def array(*rows: Any) -> Any:
    """Return a vector of the arguments, or a matrix where each argument is a row."""
    if not rows:
        raise ValueError("an array needs at least one element")
    if len({row.shape if isinstance(row, np.ndarray) else np.shape(row) for row in rows}) > 1:
        raise ValueError("the rows of an array must have the same length")
    return _array(tuple(rows))


@_function
def zeros(*shape: int) -> Any:
    """Return an integer array of zeros."""
    if any(type(size) is not int or size < 1 for size in shape) or math.prod(shape) > LARGEST_ARRAY:
        raise ValueError(f"'zeros' needs positive integers, with a product of at most {LARGEST_ARRAY}")
    return np.zeros(shape, dtype=np.int64)


@_function
def range_(*bounds: int) -> Any:
    """Return the integers from 0, or from the first bound, to before the last, as a tuple."""
    if not 1 <= len(bounds) <= 2 or any(type(bound) is not int for bound in bounds):
        raise ValueError("range needs one or two integers")
    numbers = range(*bounds)
    if len(numbers) > LARGEST_ARRAY:
        raise ValueError(f"a range of {len(numbers)} integers is longer than {LARGEST_ARRAY}")
    return tuple(numbers)


@_function
def sort(x: Any) -> Any:
    """Return the elements of a vector in ascending order."""
    return np.sort(_array(x), axis=None)


@_sound
def shape(x: Any) -> Any:
    """Return the size of each axis of an array, as a tuple."""
    return _array(x).shape


@_sound
def rows(x: Any) -> Any:
    """Return the number of rows of a matrix."""
    return _matrix(x).shape[0]


@_sound
def columns(x: Any) -> Any:
    """Return the number of columns of a matrix."""
    return _matrix(x).shape[1]


@_sound
def length(x: Any) -> Any:
    """Return the number of items of a tuple, vector or text, or of rows of a matrix."""
    return len(x if isinstance(x, (tuple, str)) else _array(x))


@_sound
def equal(a: Any, b: Any) -> Any:
    """Return whether two arrays have the same shape and the same elements, which must be exact or clearly apart."""
    left, right = _array(a), _array(b)
    if left.shape != right.shape or left.tolist() == right.tolist():
        return left.shape == right.shape
    if left.dtype.kind != "f" and right.dtype.kind != "f":
        return False
    distance = np.abs(left.astype(np.float64) - right.astype(np.float64))
    if (distance <= BOUNDARY * np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))).all():
        raise Borderline("two arrays are too close to be told apart")
    return False


@_sound
def transpose(x: Any) -> Any:
    """Return the transpose of a matrix."""
    return _matrix(x).T


@_sound
def flip_rows(x: Any) -> Any:
    """Return a matrix upside down."""
    return _matrix(x)[::-1]


@_sound
def flip_columns(x: Any) -> Any:
    """Return a matrix mirrored left to right."""
    return _matrix(x)[:, ::-1]


@_sound
def rot180(x: Any) -> Any:
    """Return a matrix rotated by half a turn."""
    return _matrix(x)[::-1, ::-1]


@_sound
def diagonal(x: Any) -> Any:
    """Return the diagonal of a matrix."""
    return np.diagonal(_matrix(x))


@_function
def flatten(x: Any) -> Any:
    """Return the elements of an array, row by row."""
    return _array(x).ravel()


@_function
def gcd(a: int, b: int) -> Any:
    """Return the greatest common divisor of two integers."""
    if not (type(a) is int and type(b) is int):
        raise ValueError(f"gcd needs two integers, not {describe(a)} and {describe(b)}")
    return math.gcd(a, b)


@_function
def comb(n: int, k: int) -> Any:
    """Return the number of ways to choose `k` of `n`; `n` is at most 60."""
    if not (type(n) is int and type(k) is int and 0 <= n <= 60):
        raise ValueError(f"comb needs integers and n from 0 to 60, not {_shown(n)} and {_shown(k)}")
    return math.comb(n, k) if k >= 0 else 0


@_function
def factorial(n: int) -> Any:
    """Return ``n!``; `n` is at most 18."""
    if not (type(n) is int and 0 <= n <= 18):
        raise ValueError(f"factorial needs an integer from 0 to 18, not {_shown(n)}")
    return math.factorial(n)


def as_maths(value: Any) -> Node:
    """Return a value as mathematics: numbers, tuples and arrays of one or two axes."""
    if isinstance(value, Node):
        return value
    if isinstance(value, tuple):
        return Row(tuple(as_maths(item) for item in value))
    if isinstance(value, np.ndarray) and value.dtype.kind != "b" and value.ndim <= 2:
        rows_ = value.tolist() if value.ndim == 2 else [value.tolist()]
        return Matrix(tuple(tuple(Number(item) for item in row) for row in rows_))
    if type(value) in (int, float):
        return Number(value)
    raise ValueError(f"{describe(value)} cannot be shown as mathematics")


@_sound
def sum_of_products(a: Any, b: Any) -> Node:
    """Return ``a1·b1 + a2·b2 + …`` written out, for two arrays of one shape."""
    left, right = _numbers(a), _numbers(b)
    if left.shape != right.shape:
        raise ValueError(f"{describe(left)} and {describe(right)} differ in shape")
    pairs = zip(left.ravel().tolist(), right.ravel().tolist(), strict=True)
    return Sum(tuple(Product((Number(x), Number(y))) for x, y in pairs))


@_function
def product_of(*factors: Any) -> Node:
    """Return the product of its arguments written out: ``3 · 4 · 5``."""
    if not factors:
        raise ValueError("a product needs a factor")
    return Product(tuple(as_maths(factor) for factor in factors))


@_function
def sum_of(*terms: Any) -> Node:
    """Return the sum of its arguments written out: ``3 - 4 + 5``."""
    if not terms:
        raise ValueError("a sum needs a term")
    return Sum(tuple(as_maths(term) for term in terms))


def _complex_rows(parts: Any) -> Any:
    table = _numbers(_matrix(parts))
    if table.shape[1] != 2:
        raise ValueError(f"rows of real and imaginary parts are needed, not {describe(table)}")
    return table


@_sound
def complex_numbers(parts: Any) -> Node:
    """Return complex numbers written beside each other, from rows of real and imaginary parts."""
    return Row(tuple(_complex(real, imaginary) for real, imaginary in _complex_rows(parts).tolist()), brackets=False)


@_function
def moduli(parts: Any) -> Any:
    """Return the moduli of complex numbers, from rows of real and imaginary parts."""
    table = _complex_rows(parts)
    return np.hypot(table[:, 0], table[:, 1])


def _complex(real: float, imaginary: float) -> Node:
    if abs(imaginary) <= BOUNDARY * max(1.0, abs(real)):
        return Number(real)
    return Sum((Number(real), Product((Number(imaginary), Symbol("i")))))


@_sound
def items(x: Any) -> Node:
    """Return the elements of a vector written beside each other: ``3, 4, 5``."""
    return Row(tuple(Number(item) for item in _numbers(x).ravel().tolist()), brackets=False)
