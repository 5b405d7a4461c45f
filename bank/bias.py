"""Bias: whether somebody who knows nothing could do better than by chance, over the variants of a whole bank.

Four things are looked at. Where the right options stand: a chi-squared test over all variants, as places are drawn anew
in each. How often the key is the longest option, how it ranks among options that are numbers, and how often it is the
smallest or largest of these: variants of one question are alike, so each question counts once, and the sum of the
deviations is compared with what it would be if each had either sign (a self-normalised sum). And the answer that most
variants of a question share.

Examples
--------
>>> round(chi_squared_tail(18.467, 4), 4), round(sign_test([0.1, 0.2, 0.15, 0.12]), 3)
(0.0011, 0.053)
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.answers.choice import CompiledChoice
from markscheme.bank.answers.choices import CompiledChoices
from markscheme.bank.answers.statements import CompiledStatements
from markscheme.bank.variants import ChoiceResponse, NumericResponse, SelectionResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.problems import Place
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Option, Response, Variant

PATTERN = "C411"

UNLIKELY = 0.001
"""What is less likely than this without a bias is reported."""

COMMON = 0.5
_LEAST = 20
"""A share of fewer variants says nothing."""

_TAGS = re.compile(r"<[^>]*>|\\[()]")
_NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)|10\^\{?(-?[0-9]+)\}?")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, in a sentence, and whether an author should look at it.

    Attributes
    ----------
    code
        What it would be a problem of; empty where it never is one.
    about
        The questions that it is about, or their slots as in ``sum: total``; empty where it is about the whole bank.
    places
        Where these are.
    """

    sentence: str
    suspicious: bool
    code: str = ""
    about: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(slots=True)
class _Mean:
    """A sum of numbers, and how many they are: a question may have very many variants."""

    total: float = 0.0
    count: int = 0

    def add(self, total: float, count: int = 1) -> None:
        """Take over a number, or the sum of several."""
        self.total += total
        self.count += count


class Bias:
    """Looks at every variant of a bank."""

    def __init__(self) -> None:
        self.places: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        self.sets: Counter[tuple[int, int]] = Counter()
        self.shares: dict[str, dict[str, _Mean]] = {name: defaultdict(_Mean) for name in _MEASURES}
        self.answers: dict[str, Counter[object]] = defaultdict(Counter)

    def add(self, other: Bias) -> None:
        """Take over what another has seen of other questions; findings depend on the order of these."""
        for kind, places in other.places.items():
            self.places[kind].update(places)
        self.sets.update(other.sets)
        for name, shares in other.shares.items():
            for slot, mean in shares.items():
                self.shares[name][slot].add(mean.total, mean.count)
        for slot, answers in other.answers.items():
            self.answers[slot].update(answers)

    def see(self, question: Question, variant: Variant) -> None:
        """Look at a variant, its texts in the reference target."""
        compiled = dict(question.answers)
        for response in variant.responses:
            slot = f"{question.id}: {response.slot}"
            answer = _answer(response)
            if answer is not None:
                self.answers[slot][answer] += 1
            if isinstance(response, ChoiceResponse | SelectionResponse) and _is_drawn(compiled[response.slot]):
                options = [option for option in response.options if option.name != "none"]
                self._see_places([option.right for option in options])
                if isinstance(response, ChoiceResponse):
                    self._see_looks(slot, options)

    def _see_places(self, right: Sequence[bool]) -> None:
        kind = len(right), sum(right)
        if 0 < kind[1] < kind[0]:
            self.sets[kind] += 1
            self.places[kind].update(place for place, one in enumerate(right) if one)

    def _see_looks(self, slot: str, options: Sequence[Option]) -> None:
        key = next(place for place, option in enumerate(options) if option.right)
        words = [_TAGS.sub("", option.text.markup) for option in options]
        lengths = [float(len(text)) for text in words]
        self.shares["longest"][slot].add(_share(lengths, key, max(lengths)) - 1 / len(options))
        numbers = [value for text in words if (value := _value(text)) is not None]
        if len(numbers) == len(options):
            below = sum(number < numbers[key] for number in numbers) / (len(numbers) - 1)
            outer = min(numbers), max(numbers)
            self.shares["rank"][slot].add(below - 0.5)
            self.shares["outer"][slot].add((numbers[key] in outer) - 2 / len(options))

    def findings(self) -> Iterator[Finding]:
        """Yield, after the last variant, what was found; what cannot be looked at is left out."""
        if self.sets:
            chance = self._chance_of_places()
            said = f"places of right options: {sum(self.sets.values()):,} variants, p = {chance:.2g}"
            yield Finding(said, chance < UNLIKELY, PATTERN)
        for name, what in _MEASURES.items():
            deviations = [mean.total / mean.count for mean in self.shares[name].values()]
            if len(deviations) > 1:
                chance = sign_test(deviations)
                mean = sum(deviations) / len(deviations)
                said = f"{what} {mean:+.0%} against chance, {len(deviations)} questions, p = {chance:.2g}"
                yield Finding(said, chance < UNLIKELY, PATTERN)
        yield from self._common()

    def _chance_of_places(self) -> float:
        """Return how likely such uneven places are where each set of places is as likely as any."""
        statistic = 0.0
        degrees = 0
        for (size, right), count in self.sets.items():
            expected = count * right / size
            scale = count * right * (size - right) / (size * (size - 1))
            statistic += sum((self.places[size, right][place] - expected) ** 2 for place in range(size)) / scale
            degrees += size - 1
        return chi_squared_tail(statistic, degrees)

    def _common(self) -> Iterator[Finding]:
        for slot, answers in self.answers.items():
            total = sum(answers.values())
            share = answers.most_common(1)[0][1] / total
            if total >= _LEAST and share > COMMON:
                said = f"{slot}: {share:.0%} of {total} variants have the same answer"
                yield Finding(said, suspicious=True, code=PATTERN, about=(slot,))


_MEASURES = {
    "longest": "key is the longest option",
    "rank": "rank of the key among options that are numbers",
    "outer": "key is the smallest or largest number",
}


def _is_drawn(compiled: object) -> bool:
    """Return whether the order of the options is drawn."""
    return isinstance(compiled, CompiledStatements) or (
        isinstance(compiled, CompiledChoice | CompiledChoices) and compiled.drawn
    )


def _answer(response: Response) -> object:
    """Return what stands for a right answer that a student computes; None for the others."""
    match response:
        case NumericResponse(entries=entries):
            return tuple(entry.accepted.key for entry in entries)
        case _:
            return None


def _share(lengths: Sequence[float], key: int, most: float) -> float:
    """Return the key's share of being the longest; several may be."""
    return (lengths[key] == most) / lengths.count(most)


def _value(text: str) -> float | None:
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return None
    return float(found[1]) if found[1] else float(found[2]) * math.log(10)


def chi_squared_tail(statistic: float, degrees: int) -> float:
    """Return the probability of a larger chi-squared value, by Wilson and Hilferty's cube root.

    Its error is below 0.01 for any number of degrees, and far less in the tail.
    """
    scale = 2 / (9 * degrees)
    normal = ((statistic / degrees) ** (1 / 3) - (1 - scale)) / math.sqrt(scale)
    return math.erfc(normal / math.sqrt(2)) / 2


def sign_test(deviations: Sequence[float]) -> float:
    """Return how likely so large a sum of deviations is if each might as well have the other sign; both sides.

    The sum over random signs has the variance of the sum of squares, and is taken for normal.
    """
    scale = math.sqrt(sum(one * one for one in deviations))
    return math.erfc(abs(sum(deviations)) / scale / math.sqrt(2)) if scale else 1.0
