"""What stands around the items of a package: a bank is written, a variant a question, and compared with its paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from markscheme.bank.banks import as_shown
from markscheme.bank.paper import PAPER
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import first_variants, in_target
from markscheme.bank.yaml_reader import read_yaml
from markscheme.exporters import FORMATS
from markscheme.exporters.format import Format, Heading
from markscheme.exporters.roundtrip import exported

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from markscheme.bank.banks import Bank
    from markscheme.bank.paper import Item, Paper, PaperSpec
    from markscheme.bank.variants import Variant

AROUND: Final = "paper"
"""The part of a validation that looks at what stands around the items."""

_MOST: Final = 5
"""So many differences of a format are told: the rest would say the same."""


@runtime_checkable
class Surrounded(Format, Protocol):
    """A format that can say what stands around the items of its files."""

    def around(self, data: bytes) -> tuple[dict[str, str], list[str]]:
        """Return what a file says of its paper, by what it is in order, and what is wrong with the file by itself."""


def around_problems(bank: Bank, seed: int, named: Collection[str] = ()) -> Iterator[Problem]:
    """Yield an X715 for each thing around the items of an export that is not what the paper says.

    Parameters
    ----------
    seed
        That of the draws.
    named
        The names of the formats to look at; empty for all.
    """
    drawn = list(first_variants(bank.questions, seed))
    spec = _spec(bank)
    place = bank.spec.place if spec is None else spec.place
    worded: dict[str, list[Variant]] = {}
    for name, form in FORMATS.items():
        if isinstance(form, Surrounded) and (name in named or not named):
            target = form.target
            if target.name not in worded:
                worded[target.name] = [in_target(target, solved, variant) for solved, variant in drawn]
            variants = worded[target.name]
            for message in _differences(bank, spec, form, [one for one in variants if not any(form.refusals(one))]):
                yield Problem(place=place, code="X715", message=f"{name}: {message}", check=AROUND)


def _spec(bank: Bank) -> PaperSpec | None:
    """Return the paper as its author wrote it, whatever was made of it since."""
    if bank.paper is None:
        return None
    path = bank.folder / "paper.yaml"
    return PAPER.read(read_yaml(path.read_bytes(), as_shown(path)))


def _differences(bank: Bank, spec: PaperSpec | None, form: Surrounded, variants: Sequence[Variant]) -> Iterator[str]:
    if not variants:
        return
    data = exported(variants, form, Heading(bank=bank.id, title=bank.title, paper=bank.paper))
    try:
        said, wrong = form.around(data)
    except BankError as error:
        yield from (f"the export cannot be read back: {problem.message}" for problem in error.problems[:_MOST])
        return
    yield from wrong[:_MOST]
    yield from list(compared(expected(bank, spec, {one.question: one for one in variants}), said))[:_MOST]


def compared(wanted: Mapping[str, str], said: Mapping[str, str]) -> Iterator[str]:
    """Yield, in sentences, how a file differs from what it should say.

    Examples
    --------
    >>> list(compared({"title": "Test", "time": "60 s"}, {"title": "Text"}))
    ["title: the file says 'Text', and the paper 'Test'", "time: the file says nothing, and the paper '60 s'"]
    """
    for what in dict.fromkeys((*wanted, *said)):
        one, other = wanted.get(what, ""), said.get(what, "")
        if one != other:
            yield f"{what}: the file says {_quoted(other)}, and the paper {_quoted(one)}"


def _quoted(text: str) -> str:
    return f"'{text}'" if text else "nothing"


def expected(bank: Bank, spec: PaperSpec | None, variants: Mapping[str, Variant]) -> dict[str, str]:
    """Return what a file should say that holds one variant of each of some questions."""
    paper = bank.paper
    if spec is None or paper is None:
        found = {"title": " ".join(bank.title.split())}
        found |= _items("section", variants.values())
        return found
    found = {"title": " ".join(spec.title.text.split()), "time": f"{60 * spec.minutes} s"}
    sections = list(_of_paper(paper, spec, variants))
    if not sections:
        return found | _items("section", variants.values())
    for number, (title, parts) in enumerate(sections, 1):
        found[f"section {number}"] = title
        if spec.instructions is not None:
            found[f"section {number}: instructions"] = " ".join(spec.instructions.text.split())
        for inner, (name, items) in enumerate(parts, 1):
            found[f"section {number}.{inner}"] = name
            shown = [variants[item.question] for item in items]
            labels = [item.label for item in items]
            found |= _items(f"section {number}.{inner}", shown, labels)
            for third, item in enumerate(items, 1):
                found[f"section {number}.{inner}.{third}: marks"] = f"{float(item.marks):.4f}"
    return found


def _of_paper(
    paper: Paper, spec: PaperSpec, variants: Mapping[str, Variant]
) -> Iterator[tuple[str, list[tuple[str, list[Item]]]]]:
    """Yield the title of each section, and its parts with their titles, as far as they have questions."""
    for section, written in zip(paper.sections, spec.questions, strict=True):
        parts = []
        for part, said in zip(section.parts, written.parts, strict=True):
            items = [item for item in part.items if item.question in variants]
            if items:
                parts.append((" ".join(f"{part.label} {said.title.text}".split()), items))
        if parts:
            yield " ".join(f"{section.label} {written.title.text}".split()), parts


def _items(where: str, variants: Iterable[Variant], labels: Sequence[str] = ()) -> dict[str, str]:
    found = {}
    join = " " if where == "section" else "."
    for number, variant in enumerate(variants, 1):
        label = f"{labels[number - 1]} " if labels else ""
        found[f"{where}{join}{number}"] = " ".join(f"{label}{variant.title}".split())
        found[f"{where}{join}{number}: items"] = variant.id
        found[f"{where}{join}{number}: draws"] = "1"
        if not labels:
            found[f"{where}{join}{number}: marks"] = f"{float(variant.marks):.4f}"
    return found
