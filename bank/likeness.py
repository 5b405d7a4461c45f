"""C409: no two questions of the bank are nearly the same.

Questions are compared by what is read in their first variants, options included, numbers left out: by runs of four
words. Two that share six of ten such runs are pointed out; a student who is given both answers one of them for nothing.
Forms of one question, whose ids differ in an ending such as ``-essay`` or ``-symbolic``, are not compared with it.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant

LIKENESS = "C409"

ALIKE = 0.6
_RUN = 4
_MOST_PLACES = 200
"""Runs that so many questions share are a bank's own phrases, and tell none of them apart."""

_ASIDE = re.compile(r"<[^>]*>|[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Look:
    """A question as others are compared with it: runs of words of its first variant."""

    question: str
    runs: frozenset[str]
    intended: bool


def look(question: Question, variant: Variant) -> Look:
    """Return what a question looks like in a variant, its texts in the reference target."""
    texts = [*variant.stem.pieces, *sorted(text.markup for response in variant.responses for text in response.texts)]
    words = [word for text in texts for word in _WORD.findall(html.unescape(_ASIDE.sub(" ", text)).casefold())]
    runs = (" ".join(words[start : start + _RUN]) for start in range(max(len(words) - _RUN + 1, 1)))
    intended = any(one.check == LIKENESS for one in question.spec.intended)
    return Look(question.id, frozenset(runs), intended)


def alike(looks: list[Look]) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of questions that are nearly the same, and what part of their runs of words they share."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(looks):
        for run in one.runs:
            places[run].append(index)
    for index, one in enumerate(looks):
        shared: Counter[int] = Counter()
        for run in one.runs:
            if len(places[run]) <= _MOST_PLACES:
                shared.update(other for other in places[run] if other < index)
        for other, count in sorted(shared.items()):
            second = looks[other]
            part = count / len(one.runs | second.runs)
            if part >= ALIKE and not (one.intended or second.intended or _are_forms(one.question, second.question)):
                yield second.question, one.question, part


def _are_forms(one: str, other: str) -> bool:
    """Return whether two ids name forms of one question."""
    return one.startswith(f"{other}-") or other.startswith(f"{one}-")
