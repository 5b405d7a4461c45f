"""Figures: pictures drawn from a question's own values; one module a kind.

A module checks the arguments that an author writes, tells in words what the picture shows, and draws it. A figure is
data: its bytes are made only when a file is written.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank.registry import Registry
from markscheme.bank.values import LARGEST_INTEGER, Value, ValueRefused, freeze

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """What can be drawn under a name; its functions import no drawing library before they draw.

    Attributes
    ----------
    check
        Takes what an author wrote, as integers, floats, texts and tuples of them, and returns the arguments that
        matter, so that equal pictures have equal arguments. It raises `ValueError` with a sentence for the author.
    size
        Takes checked arguments, as the next two do, and returns width and height in CSS pixels.
    describe
        Returns plain text that carries the same data as the picture.
    draw
        Returns a PNG of two pixels to a CSS pixel, the same bytes in every run.
    version
        A number that changes with the drawing, and with it the names of the files.

    Examples
    --------
    >>> FIGURES.names()
    ('activation_curve', 'bit_pattern', 'directed_graph')
    """

    check: Callable[..., tuple[Value, ...]]
    size: Callable[..., tuple[int, int]]
    describe: Callable[..., str]
    draw: Callable[..., bytes]
    version: int = 1


FIGURES: Registry[FigureKind] = Registry("figure kind", "markscheme.bank.figures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of checked arguments; `make_figure` makes one.

    Examples
    --------
    >>> figure = make_figure("bit_pattern", (np.array([1, 0, 1]), (0, 0, 1)))
    >>> figure.arguments, figure.width, figure.height
    (((1, 0, 1), (0, 0, 1)), 138, 92)
    >>> figure.alt
    'Two rows of 3 squares, filled where 1 and empty where 0. A: 1 0 1. B: 0 0 1.'
    """

    kind: str
    arguments: tuple[Value, ...]

    @property
    def name(self) -> str:
        """The file's name, made of all that decides the picture."""
        identity = repr((self.kind, _kind(self.kind).version, self.arguments))
        digest = blake2b(identity.encode(), digest_size=6).hexdigest()
        return f"{self.kind.replace('_', '-')}-{digest}.png"

    @property
    def alt(self) -> str:
        """Plain text that carries the same data as the picture."""
        return _describe(self.kind, self.arguments)

    @property
    def width(self) -> int:
        """The width in CSS pixels."""
        return _kind(self.kind).size(*self.arguments)[0]

    @property
    def height(self) -> int:
        """The height in CSS pixels."""
        return _kind(self.kind).size(*self.arguments)[1]

    def read(self) -> bytes:
        """Return the picture as a PNG; it is drawn once."""
        return _draw(self.kind, self.arguments)


def make_figure(kind: str, arguments: tuple[Value, ...]) -> Figure:
    """Make a figure of what an author wrote.

    Parameters
    ----------
    kind
        The name of a figure kind.
    arguments
        Values of the expression language; arrays become nested tuples, and whole floats integers.

    Raises
    ------
    ValueError
        If there is no such kind, or it refuses the arguments; the message is a sentence for the author.

    Examples
    --------
    >>> make_figure("activation_curve", ("relu", 0.5)) == make_figure("activation_curve", ("relu",))
    True
    >>> make_figure("bit_pattern", ((0, 2),))
    Traceback (most recent call last):
    ...
    ValueError: the first pattern must hold only 0 and 1, not 2
    """
    return _checked(kind, tuple(_plain(argument) for argument in arguments))


@lru_cache(maxsize=4096)
def _checked(kind: str, arguments: tuple[Value, ...]) -> Figure:
    check = _kind(kind).check
    parameters = inspect.signature(check).parameters.values()
    least = sum(parameter.default is parameter.empty for parameter in parameters)
    if not least <= len(arguments) <= len(parameters):
        counts = " or ".join(map(str, range(least, len(parameters) + 1)))
        plural = "s" * (counts != "1")
        raise ValueError(f"'{kind}' takes {counts} argument{plural}, not {len(arguments)}")
    figure = Figure(kind=kind, arguments=check(*arguments))
    _describe(kind, figure.arguments)
    return figure


@lru_cache(maxsize=4096)
def _describe(kind: str, arguments: tuple[Value, ...]) -> str:
    return _kind(kind).describe(*arguments)


@lru_cache(maxsize=512)
def _draw(kind: str, arguments: tuple[Value, ...]) -> bytes:
    return _kind(kind).draw(*arguments)


def _kind(name: str) -> FigureKind:
    kind = FIGURES.get(name)
    if kind is None:
        raise ValueError(f"there is no figure kind '{name}' (there are {', '.join(FIGURES.names())})")
    return kind


def _plain(value: Value) -> Value:
    """Return a value of which equals are written alike: 1, 1.0 and True are one argument."""
    try:
        return _of_plain_types(freeze(value))
    except ValueRefused as refusal:
        raise ValueError(str(refusal)) from None


def _of_plain_types(value: Any) -> Value:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (tuple, list)):
        return tuple(map(_of_plain_types, value))
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        # Beyond twelve digits a float may differ from machine to machine.
        rounded = float(f"{value:.12g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) <= LARGEST_INTEGER else rounded
    if isinstance(value, (int, str)):
        return value
    raise ValueError("a figure is drawn from numbers, texts and tuples of them, not from mathematics")
