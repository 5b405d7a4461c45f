"""Read what stands around the items of a QTI package: its test, and all of its manifest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from markscheme.exporters.archive import read_archive
from markscheme.exporters.qti.elements import attribute, child, children, descendants, name, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from markscheme.exporters.archive import Archive

_MANIFEST: Final = "imsmanifest.xml"
_VERSIONS: Final = {"qti21": "v2p1", "qti22": "v2p2", "qti30": "v3p0"}
"""How the types of resources end in the table of each version."""

_NAMED: Final = ("testPart", "assessmentSection", "assessmentItemRef")


def read_around(data: bytes, form: str) -> tuple[dict[str, str], list[str]]:
    """Return what a package says of its paper, and what is wrong with it by itself.

    Parameters
    ----------
    form
        The name of the format.

    Raises
    ------
    BankError
        If the archive, or a document in it, cannot be read.
    """
    with read_archive(data, "package.zip") as archive:
        package = _Package(archive, form)
        said = package.said()
        return said, package.wrong


class _Package:
    """A package that is being read; what is wrong gathers."""

    def __init__(self, archive: Archive, form: str) -> None:
        self.archive = archive
        self.wrong: list[str] = []
        version = _VERSIONS[form]
        self.item_type, self.test_type = f"imsqti_item_xml{version}", f"imsqti_test_xml{version}"
        self.resources = list(descendants(archive.parse(_MANIFEST), "resource"))
        self.by_href = {one.get("href", ""): one for one in self.resources}
        self.items: dict[str, _Element] = {}

    def said(self) -> dict[str, str]:
        """Return what the test says."""
        self._check_manifest()
        tests = [href for href, one in self.by_href.items() if one.get("type") == self.test_type]
        if len(tests) != 1 or tests[0] not in self.archive:
            self.wrong.append(f"the manifest lists {len(tests)} tests of the type {self.test_type}, and not one")
            return {}
        test = self.archive.parse(tests[0])
        if name(test) != "assessmentTest":
            self.wrong.append(f"{tests[0]} is no test")
            return {}
        self._check_test(test)
        said = {"title": " ".join(attribute(test, "title").split())}
        limit = child(test, "timeLimits")
        if limit is not None:
            said["time"] = f"{attribute(limit, 'maxTime')} s"
        weight = self._weight(test)
        tops = [section for part in children(test, "testPart") for section in children(part, "assessmentSection")]
        for number, section in enumerate(tops, 1):
            said |= dict(self._section(section, f"section {number}", weight))
        shown = {attribute(self.by_href[href], "identifier") for href in self.items if href in self.by_href}
        needed = {attribute(one, "identifierref") for one in children(self.by_href[tests[0]], "dependency")}
        if not shown <= needed:
            self.wrong.append("the test shows items that its resource does not depend on")
        return said

    def _check_manifest(self) -> None:
        ids = [one.get("identifier", "") for one in self.resources]
        self._check_ids("the manifest", ids)
        for one in self.resources:
            for needed in children(one, "dependency"):
                if attribute(needed, "identifierref") not in ids:
                    what = attribute(needed, "identifierref")
                    self.wrong.append(f"a resource depends on '{what}', which the manifest does not list")
            href = one.get("href", "")
            if href not in self.archive:
                self.wrong.append(f"the manifest lists '{href}', which is not there")

    def _check_ids(self, where: str, ids: list[str]) -> None:
        for one, times in Counter(ids).items():
            if not one:
                self.wrong.append(f"{where} has an element without its identifier")
            elif times > 1:
                self.wrong.append(f"{where} has the identifier '{one}' {times} times")

    def _check_test(self, test: _Element) -> None:
        self._check_ids("the test", [attribute(one, "identifier") for one in descendants(test, *_NAMED)])
        for part in children(test, "testPart"):
            modes = attribute(part, "navigationMode"), attribute(part, "submissionMode")
            if modes[0] not in ("linear", "nonlinear") or modes[1] not in ("individual", "simultaneous"):
                self.wrong.append(f"a part of the test has the modes '{modes[0]}' and '{modes[1]}'")

    def _weight(self, test: _Element) -> str:
        """Return the name of the weights by which the test adds up scores."""
        sums = [one for one in descendants(test, "testVariables") if attribute(one, "variableIdentifier") == "SCORE"]
        if len(sums) != 1:
            self.wrong.append("the test does not add up the scores of its items")
        return attribute(sums[0], "weightIdentifier") if sums else ""

    def _section(self, section: _Element, where: str, weight: str) -> Iterator[tuple[str, str]]:
        """Yield what a section says; papers are three sections deep, and others are told apart by it."""
        yield where, " ".join(attribute(section, "title").split())
        blocks = [one for one in children(section, "rubricBlock") if "candidate" in attribute(one, "view").split()]
        if blocks:
            yield f"{where}: instructions", " ".join(map(read_text, blocks))
        for number, inner in enumerate(children(section, "assessmentSection"), 1):
            if where.count(".") < len(_NAMED):
                yield from self._section(inner, f"{where}.{number}", weight)
        refs = children(section, "assessmentItemRef")
        if refs:
            chosen = child(section, "selection")
            yield f"{where}: items", " ".join(self._item(one) for one in refs)
            yield f"{where}: draws", "all" if chosen is None else attribute(chosen, "select")
            yield f"{where}: marks", " ".join(dict.fromkeys(self._marks(one, weight) for one in refs))

    def _document(self, ref: _Element) -> _Element | None:
        href = attribute(ref, "href")
        if href not in self.items:
            resource = self.by_href.get(href)
            if resource is None or resource.get("type") != self.item_type or href not in self.archive:
                self.wrong.append(f"the test shows '{href}', which the manifest does not list as {self.item_type}")
                return None
            self.items[href] = self.archive.parse(href)
        return self.items[href]

    def _item(self, ref: _Element) -> str:
        document = self._document(ref)
        return "" if document is None else attribute(document, "identifier")

    def _marks(self, ref: _Element, weight: str) -> str:
        """Return what an item counts in the test: its own marks, times its weight if it has that one."""
        document = self._document(ref)
        if document is None:
            return ""
        scores = [one for one in children(document, "outcomeDeclaration") if attribute(one, "identifier") == "SCORE"]
        own = float(attribute(scores[0], "normalMaximum") or "nan") if scores else float("nan")
        factors = [
            float(attribute(one, "value") or "nan")
            for one in children(ref, "weight")
            if weight and attribute(one, "identifier") == weight
        ]
        return f"{own * (factors[0] if factors else 1):.4f}"
