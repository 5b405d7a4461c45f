"""Registries: filled from a folder and from plug-ins, once, and never by halves."""

from __future__ import annotations

import importlib.metadata
import sys
import textwrap

import pytest

from markscheme.bank import registry
from markscheme.bank.registry import SOLVERS, Registry, RegistryError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that writes modules of a package `shelf` whose registry is `shelf_registry.SHELF`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "shelf_registry.py").write_text(
        "from markscheme.bank.registry import Registry\nSHELF = Registry('thing', 'shelf')\n"
    )
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "__init__.py").write_text("")

    def write(**modules: str) -> Registry[object]:
        for name, body in modules.items():
            text = "from shelf_registry import SHELF\n" + textwrap.dedent(body)
            (folder / f"{name}.py").write_text(text)
        from shelf_registry import SHELF

        return SHELF

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] in ("shelf", "shelf_registry")]:
        del sys.modules[name]


def test_modules_are_imported_in_the_order_of_their_names(package):
    shelf = package(
        b="SHELF.add('second', list(SHELF._things))",
        a="SHELF.add('first', 1)",
        _c="@SHELF.register('third')\ndef f(): 0",
    )
    assert shelf.names() == ("first", "second", "third")
    assert dict(shelf.items())["second"] == ["third", "first"]
    assert callable(shelf.get("third"))


def test_name_that_is_not_there_is_none(package):
    assert package().get("nothing") is None


def test_module_may_ask_for_names_while_it_is_imported(package):
    shelf = package(a="SHELF.add('one', 1)", b="SHELF.add('two', SHELF.get('one') + 1)")
    assert shelf.get("two") == 2


def test_repeated_name_is_refused_at_import(package):
    shelf = package(a="SHELF.add('one', 1)", b="SHELF.add('one', 2)")
    with pytest.raises(RegistryError, match="two things called 'one'"):
        shelf.names()


def test_registry_that_could_not_be_filled_is_not_taken_for_an_empty_one(package):
    shelf = package(a="1/0")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            shelf.get("one")


class Point:
    """An entry point."""

    def __init__(self, name: str, load: object) -> None:
        self.name = name
        self.value = f"plugin_{name}"
        self.load = load


def test_plugins_add_theirs_in_the_order_of_their_names(package, monkeypatch):
    shelf = package(a="SHELF.add('own', 0)")
    points = [Point("z", lambda: shelf.add("last", 2)), Point("y", lambda: shelf.add("first", 1))]
    monkeypatch.setattr(registry, "_has_plugins", lambda: True)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == "shelf" else [])
    assert list(shelf.items()) == [("first", 1), ("last", 2), ("own", 0)]
    assert list(shelf._things) == ["own", "first", "last"]


def test_plugin_that_cannot_be_imported_is_named(package, monkeypatch):
    def load() -> None:
        raise ImportError("no numpy")

    shelf = package()
    monkeypatch.setattr(registry, "_has_plugins", lambda: True)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [Point("bad", load)])
    with pytest.raises(RegistryError, match=r"the plug-in 'plugin_bad' cannot be imported: ImportError\('no numpy'\)"):
        shelf.names()


def test_installed_package_with_an_entry_point_of_ours_is_noticed(tmp_path, monkeypatch):
    other, ours = tmp_path / "other-1.dist-info", tmp_path / "ours[1]" / "ours-1.dist-info"
    for folder, text in ((other, "[console_scripts]\nmarkscheme = x:y\n"), (ours, "[markscheme.solvers]\na = b\n")):
        folder.mkdir(parents=True)
        (folder / "entry_points.txt").write_text(text)
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    registry._has_plugins.cache_clear()
    assert not registry._has_plugins()
    monkeypatch.setattr("sys.path", [str(tmp_path), str(ours.parent)])
    registry._has_plugins.cache_clear()
    assert registry._has_plugins()
    registry._has_plugins.cache_clear()


def test_solvers_are_registered_under_their_own_names():
    assert SOLVERS.names() == tuple(sorted(SOLVERS.names()))
    assert all(SOLVERS.get(name).__name__ == name for name in SOLVERS.names())  # type: ignore[union-attr]
