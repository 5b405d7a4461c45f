"""The checklist: what an import must find, and what it does not do by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.console import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.exporters.export import Exported, Order


def checklist(order: Order, exported: Exported, seconds: float) -> Iterator[str]:
    """Yield the lines that are said after an export.

    Parameters
    ----------
    seconds
        How long it took.
    """
    yield from _expected(order, exported)
    paths = exported.files
    where = str(paths[0] if len(paths) == 1 else paths[0].parent) if paths else "standard output"
    if exported.removed:
        yield f"Removed what an earlier export left there: {', '.join(exported.removed)}."
    yield f"Wrote {where} in {seconds:.2f} s."


def _expected(order: Order, exported: Exported) -> Iterator[str]:
    in_files = f" in {len(exported.files)} files" if len(exported.files) > 1 else ""
    shelves = f" in {count(exported.categories, *order.form.shelf)}" if order.form.shelf else ""
    if "categories" in order.form.options:
        shelves = f"{shelves} under '{order.bank.title}'" if order.options.categories else ""
    yield f"Expect {count(exported.items, 'question')}{shelves}{in_files}."
    other = [
        f"  {name}: {mark} (the platform says {' or '.join(map(str, sorted(own)))})"
        for name, (mark, own) in exported.marks.items()
        if own != {mark}
    ]
    if other:
        yield "Set these marks by hand, where you use the questions:"
        yield from other
    if exported.adapted:
        yield "Held in another form than yours (--strict would refuse it):"
        yield from (f"  {name}: '{slot}' is {form}" for (name, slot), form in exported.adapted.items())
    yield f"To import ({order.form.title}):"
    yield from (f"  {number}. {step}" for number, step in enumerate(order.form.steps(order.options), start=1))
