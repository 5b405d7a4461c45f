"""What is found over a whole bank: biases, questions that are nearly the same, and what a random guesser earns."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from markscheme.bank.bias import Bias, Finding
from markscheme.bank.checks.guessing import guessed
from markscheme.bank.likeness import LIKENESS, Look, alike, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant


class WholeBank:
    """Looks at every variant of a bank, question by question."""

    def __init__(self) -> None:
        self.bias = Bias()
        self.looks: list[Look] = []
        self.guessed = Fraction(0)
        self.marks = Fraction(0)
        self.places: dict[str, Place] = {}
        self.others: set[str] = set()

    def see(self, question: Question, variant: Variant) -> None:
        """Look at a variant, its texts in the reference target; the first of a question stands for it."""
        self.bias.see(question, variant)
        if not self.looks or self.looks[-1].question != question.id:
            self.looks.append(look(question, variant))
            self.places[question.id] = question.spec.place
            self.places |= {f"{question.id}: {slot}": question.place_of(slot) for slot, _ in question.answers}
            self.marks += Fraction(variant.marks)
            self.guessed += guessed(variant) * Fraction(variant.marks)

    def see_beside(self, question: Question, variant: Variant) -> None:
        """Look at a variant of a question that others are compared with, and nothing is said of by itself."""
        self.looks.append(look(question, variant))
        self.places[question.id] = question.spec.place
        self.others.add(question.id)

    def add(self, other: WholeBank) -> None:
        """Take over what another has seen of other questions; findings depend on the order of these."""
        self.bias.add(other.bias)
        self.looks += other.looks
        self.places |= other.places
        self.guessed += other.guessed
        self.marks += other.marks

    def findings(self) -> Iterator[Finding]:
        """Yield, after the last variant, what was found, each finding with its places."""
        for finding in self._findings():
            yield replace(finding, places=tuple(self.places[one] for one in finding.about))

    def _findings(self) -> Iterator[Finding]:
        yield from self.bias.findings()
        if self.marks:
            share = float(self.guessed / self.marks)
            yield Finding(f"a random guesser earns {share:.0%} of the marks", suspicious=False)
        for one, other, part in alike(self.looks):
            if {one, other} <= self.others:
                continue
            said = f"{LIKENESS} '{one}' and '{other}' are nearly the same ({part:.0%} in common)"
            yield Finding(said, suspicious=True, code=LIKENESS, about=(one, other))
