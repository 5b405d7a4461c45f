"""C409: no two questions of the bank are nearly the same.

Questions are compared by what is read in their first variants, options included, numbers left out: by runs of four
words. Two that share six of ten such runs are pointed out; a student who is given both answers one of them for nothing.
Forms of one question, whose ids differ in the ending ``-essay`` or ``-symbolic``, are not compared with one another.
Of questions that read the same, each is pointed out beside the first of them.
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
"""Runs that so many different questions share are a bank's own phrases, and tell none of them apart."""

_FORM = re.compile(r"-(?:essay|symbolic)$")
"""How the ids of another question's forms end; any other ending makes a copy no less a copy."""

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
    same: dict[frozenset[str], dict[str, str]] = {}
    for one in looks:
        if not one.intended:
            same.setdefault(one.runs, {}).setdefault(_matter(one.question), one.question)
    for forms in same.values():
        first, *others = forms.values()
        yield from ((first, other, 1.0) for other in others)
    for runs, other_runs, part in _near(list(same)):
        (matter, first), (other_matter, second) = (next(iter(same[key].items())) for key in (runs, other_runs))
        if matter != other_matter:
            yield first, second, part


def _near(every: list[frozenset[str]]) -> Iterator[tuple[frozenset[str], frozenset[str], float]]:
    """Yield pairs of different sets of runs that share most of them, and what part; the work grows with their number.

    Runs that all questions share would make it grow with its square.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, runs in enumerate(every):
        for run in runs:
            places[run].append(index)
    for index, runs in enumerate(every):
        shared: Counter[int] = Counter()
        for run in runs:
            if len(places[run]) <= _MOST_PLACES:
                shared.update(other for other in places[run] if other < index)
        for other, count in sorted(shared.items()):
            part = count / len(runs | every[other])
            if part >= ALIKE:
                yield every[other], runs, part


def _matter(question: str) -> str:
    """Return what the ids of a question's forms have in common.

    Examples
    --------
    >>> _matter("sum-essay"), _matter("sum-symbolic"), _matter("sum-copy")
    ('sum', 'sum', 'sum-copy')
    """
    return _FORM.sub("", question)
