"""What stands around the items of a package is compared with the paper, whatever a writer makes of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from markscheme.bank import banks
from markscheme.bank import paper as papers
from markscheme.bank.banks import read_bank
from markscheme.exporters.archive import ArchiveWriter
from markscheme.exporters.around import around_problems
from markscheme.exporters.qti.assessment import Assessment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "bank" / "deep_learning"
FORMATS = ("qti21", "qti22", "qti30")


def found(form: str, *only: str) -> list[str]:
    bank = read_bank(SHIPPED, only, allow_code=False)
    problems = list(around_problems(bank, bank.spec.seed, (form,)))
    assert all(problem.code == "X715" and problem.check == "paper" for problem in problems)
    assert all(problem.place.file.endswith("paper.yaml") for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize("only", [(), ("conv*",)])
@pytest.mark.parametrize("form", FORMATS)
def test_the_shipped_bank_and_a_part_of_it_have_no_findings(form: str, only: tuple[str, ...]) -> None:
    assert found(form, *only) == []


def test_a_bank_without_a_paper_has_no_findings() -> None:
    bank = read_bank(ROOT / "tests" / "types", (), allow_code=False)
    assert list(around_problems(bank, 1)) == []


def changed(patch: pytest.MonkeyPatch, name: str, change: Callable[[str], str]) -> list[bool]:
    """Let the writer of archives change a document; what is returned says whether it did."""
    done: list[bool] = []
    put, put_pieces = ArchiveWriter.put, ArchiveWriter.put_pieces

    def write(self: ArchiveWriter, file: str, content: bytes) -> None:
        new = change(content.decode()).encode() if file == name else content
        done.append(new != content)
        put(self, file, new)

    def write_pieces(self: ArchiveWriter, file: str, pieces: Iterable[str]) -> None:
        new = "".join(pieces)
        if file == name:
            done.append(change(new) != new)
            new = change(new)
        put_pieces(self, file, [new])

    patch.setattr(ArchiveWriter, "put", write)
    patch.setattr(ArchiveWriter, "put_pieces", write_pieces)
    return done


def without_weights(text: str) -> str:
    return re.sub(r"<(?:qti-)?weight [^>]*/>", "", text)


SLIPS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "seconds": (
        "test.xml",
        lambda text: text.replace('ime="5400"', 'ime="5310"').replace('ime="10800"', 'ime="10620"'),
        "time: the file says",
    ),
    "weights lost": ("test.xml", without_weights, "marks: the file says"),
    "testPart without identifier": (
        "test.xml",
        lambda text: text.replace(' identifier="paper"', ""),
        "an element without its identifier",
    ),
    "view misspelled": (
        "test.xml",
        lambda text: text.replace('"candidate"', '"candidat"'),
        "instructions: the file says nothing",
    ),
    "title of a section": ("test.xml", lambda text: text.replace('title="1 ', 'title="9 '), "section 1: the file says"),
    "every variant drawn": ("test.xml", lambda text: text.replace('select="1"', 'select="2"'), "draws: the file says"),
    "type of the test": (
        "imsmanifest.xml",
        lambda text: text.replace("imsqti_test_", "imsqti_assessment_"),
        "lists 0 tests of the type",
    ),
    "dependency on nothing": (
        "imsmanifest.xml",
        lambda text: text.replace('identifierref="item-', 'identifierref="items-'),
        "which the manifest does not list",
    ),
    "identifier twice": (
        "imsmanifest.xml",
        lambda text: text.replace('<resource identifier="image-', '<resource identifier="test" was="', 1),
        "has the identifier 'test' 2 times",
    ),
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("slip", SLIPS)
def test_a_writer_that_slips_is_found(slip: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, change, message = SLIPS[slip]
    done = changed(monkeypatch, name, change)
    told = found(form)
    assert any(done), "nothing was changed"
    assert any(message in one for one in told), told


@pytest.mark.parametrize("form", FORMATS)
def test_parts_that_are_not_appended_are_found(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Assessment, "_of_paper", lambda *_: iter(()))
    assert any("section 1.1" in one for one in found(form))


@pytest.mark.parametrize("form", FORMATS)
def test_minutes_that_are_exchanged_when_the_paper_is_made_are_found(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exchanged(*arguments: Any) -> papers.Paper:
        made = papers.make_paper(*arguments)
        return replace(made, minutes=made.extra_minutes, extra_minutes=made.minutes)

    monkeypatch.setattr(banks, "make_paper", exchanged)
    assert any("time: the file says" in one for one in found(form))
