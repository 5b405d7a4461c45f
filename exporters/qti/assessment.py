"""The test of a QTI package: the bank's paper, of which each question draws one of its variants."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from markscheme.exporters.qti.interactions import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from markscheme.bank.paper import Paper
    from markscheme.exporters.format import Heading
    from markscheme.exporters.qti.dialects import Dialect
    from markscheme.exporters.qti.package import Entry


class Assessment:
    """Writes a test.

    Parameters
    ----------
    dialect
        The version of QTI.
    heading
        The bank and its paper, if it has one.
    marks
        What each question's items count by themselves.
    """

    def __init__(self, dialect: Dialect, heading: Heading, marks: Mapping[str, float]) -> None:
        self.dialect = dialect
        self.heading = heading
        self.marks = marks
        self._element = dialect.element
        self._entries: dict[str, list[Entry]] = defaultdict(list)

    def test(self, entries: Sequence[Entry]) -> str:
        """Return the test over a package's items."""
        for entry in entries:
            self._entries[entry.question].append(entry)
        paper = self.heading.paper
        sections = list(self._of_paper(paper)) if paper is not None else []
        if not sections:
            sections = [self._question(name, name, None) for name in self._entries]
        escaped = self.dialect.target.attribute
        title = paper.title if paper is not None else self.heading.title
        part = self._element(
            "testPart",
            "".join(sections),
            identifier="paper",
            navigationMode="nonlinear",
            submissionMode="simultaneous",
        )
        limits = "" if paper is None else self._element("timeLimits", maxTime=60 * paper.minutes)
        content = self._outcome() + limits + part + self._processing()
        return self.dialect.root(
            "assessmentTest", content, f'identifier="{self.heading.bank}" title="{escaped(title)}"'
        )

    def _of_paper(self, paper: Paper) -> Iterator[str]:
        for section in paper.sections:
            parts = []
            for part in section.parts:
                inner = [
                    self._question(item.label, item.question, item.marks)
                    for item in part.items
                    if item.question in self._entries
                ]
                if inner:
                    parts.append(self._section(part.label, f"{part.label} {part.title}", "".join(inner)))
            if parts:
                yield self._section(
                    section.label, f"{section.label} {section.title}", self._said(paper) + "".join(parts)
                )

    def _said(self, paper: Paper) -> str:
        """Return the instructions, which a player shows with a section."""
        if not paper.instructions:
            return ""
        text = f"<p>{self.dialect.target.escape(paper.instructions)}</p>"
        return self._element(
            "rubricBlock",
            self.dialect.content(text),
            view="candidate",
            use="instructions" if self.dialect.kebab else None,
        )

    def _section(self, label: str, title: str, content: str) -> str:
        return self._element(
            "assessmentSection",
            content,
            identifier=f"section-{label}",
            title=self.dialect.target.attribute(title),
            visible="true",
        )

    def _question(self, label: str, name: str, marks: Fraction | None) -> str:
        """Return a section that shows one of a question's variants."""
        entries = self._entries[name]
        chosen = self._element("selection", select=1) + self._element("ordering", shuffle="true")
        weight = "" if marks is None else self._weight(float(marks) / self.marks[name])
        refs = "".join(
            self._element("assessmentItemRef", weight, identifier=f"ref-{entry.id}", href=f"items/{entry.id}.xml")
            for entry in entries
        )
        return self._section(label, f"{label} {entries[0].title}" if label != name else entries[0].title, chosen + refs)

    def _weight(self, value: float) -> str:
        return self._element("weight", identifier="MARKS", value=number(value))

    def _outcome(self) -> str:
        default = self._element("defaultValue", self._element("value", "0"))
        return self._element("outcomeDeclaration", default, identifier="SCORE", cardinality="single", baseType="float")

    def _processing(self) -> str:
        """Return the rule that adds up the scores, each with its weight in the paper."""
        weight = "MARKS" if self.heading.paper is not None else None
        scores = self._element("testVariables", variableIdentifier="SCORE", weightIdentifier=weight)
        total = self._element("setOutcomeValue", self._element("sum", scores), identifier="SCORE")
        return self._element("outcomeProcessing", total)
