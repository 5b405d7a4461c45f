"""Registries: things found by name, added by one new file.

A registry fills itself when it is first asked: it imports every module of its folder in sorted order, then
the modules named by installed packages' entry points. A decorator in each module registers what it defines.
This module imports nothing of the package, so that solvers depend on it alone.
"""

from __future__ import annotations

import pkgutil
import sys
from functools import cache
from glob import escape, glob
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


class RegistryError(Exception):
    """Raised for a name that is registered twice or a plug-in that cannot be imported."""


class Registry(Generic[T]):
    """Named things of one kind.

    Parameters
    ----------
    kind
        What one of them is called in messages, such as ``"solver"``.
    folder
        The package whose modules register things, such as ``"markscheme.solvers"``.

    Examples
    --------
    >>> shapes = Registry[int]("shape", "markscheme.solvers")
    >>> _ = shapes.add("square", 4)
    >>> shapes.add("square", 5)
    Traceback (most recent call last):
    ...
    markscheme.bank.registry.RegistryError: there are two shapes called 'square'
    """

    def __init__(self, kind: str, folder: str) -> None:
        self.kind = kind
        self.folder = folder
        self._things: dict[str, T] = {}
        self._aliases: dict[str, str] = {}
        self._filled = False

    def add(self, name: str, thing: T) -> T:
        """Register `thing` under `name`.

        Raises
        ------
        RegistryError
            If the name is taken.
        """
        if name in self._things:
            raise RegistryError(f"there are two {self.kind}s called '{name}'")
        self._things[name] = thing
        return thing

    def alias(self, name: str, known: str) -> None:
        """Let `name` stand for a known one; it is not listed."""
        self._aliases[name] = known

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that registers what it decorates under `name`."""
        return lambda thing: self.add(name, thing)

    def replace(self, name: str, change: Callable[[T], T]) -> None:
        """Put what `change` makes of a registered thing in its place."""
        self._things[name] = change(self._things[name])

    def forget(self, names: Iterable[str]) -> None:
        """Take names out again, such as those of a file that is about to be imported anew."""
        for name in names:
            self._things.pop(name, None)

    def get(self, name: str) -> T | None:
        """Return what is registered under `name`, or None."""
        self._fill()
        return self._things.get(self._aliases.get(name, name))

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted."""
        self._fill()
        return tuple(sorted(self._things))

    def items(self) -> Iterator[tuple[str, T]]:
        """Yield names and things in the order of the names."""
        self._fill()
        yield from sorted(self._things.items())

    def _fill(self) -> None:
        if self._filled:
            return
        self._filled = True  # a module that is being imported may ask for a name
        try:
            for name in _modules(self.folder):
                import_module(name)
            for module, load in _plugins(self.folder):
                _load(module, load)
        except BaseException:
            self._filled = False  # half a registry is not to be taken for a whole one
            raise


def _load(module: str, load: Callable[[], object]) -> None:
    try:
        load()
    except RegistryError:
        raise
    except Exception as error:
        raise RegistryError(f"the plug-in '{module}' cannot be imported: {error!r}") from error


def _modules(folder: str) -> list[str]:
    path = import_module(folder).__path__
    return sorted(f"{folder}.{found.name}" for found in pkgutil.iter_modules(path))


def _plugins(group: str) -> list[tuple[str, Callable[[], object]]]:
    if not _has_plugins():
        return []
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import, and rarely needed

    return [(point.value, point.load) for point in sorted(entry_points(group=group), key=lambda p: p.name)]


@cache
def _has_plugins() -> bool:
    """Return whether an installed package names an entry point of ours; a fast look at its files."""
    for folder in sys.path:
        for found in glob(f"{escape(folder or '.')}/*-info/entry_points.txt"):  # noqa: PTH207
            with open(found, encoding="utf-8", errors="ignore") as file:  # noqa: PTH123 - pathlib is slow to import
                if "[markscheme." in file.read():
                    return True
    return False


SOLVERS: Registry[Callable[..., object]] = Registry("solver", "markscheme.solvers")


def solver(function: Callable[..., T]) -> Callable[..., T]:
    """Register a function as a solver under its own name.

    Questions call solvers by name. A solver is pure: numbers, texts, tuples and read-only arrays in, the same
    out. It raises `ValueError` with a sentence for the author when its arguments make no sense.
    """
    SOLVERS.add(function.__name__, function)
    return function
