"""C406: the stem does not give the answer away.

Reported is what is no chance:

- A hole of the stem shows the key (a number, a vector or a matrix) in every one of five or more variants, whose keys
  differ.
- A text that is accepted stands in the stem as words of its own, in most variants, and the keys of other variants do
  not stand beside it; the stems of the first thousand variants are looked at.
- The stem repeats a right option of three words or more, and no option while it is wrong.
- A prompt holds the choice that belongs to it, and no other prompt does.

Where that is what the question is about (find the word in the sentence), say so in the question::

    intended:
      - {check: C406, reason: The word is to be found in the sentence.}
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank.checks import CHECKS, Check, Findings
from markscheme.bank.expressions import EvaluationError
from markscheme.bank.guards import arithmetic
from markscheme.bank.values import PassedOver, ValueRefused
from markscheme.bank.variants import ChoiceResponse, MatchResponse, NumericResponse, SelectionResponse, TextResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.text.source import Hole
    from markscheme.bank.variants import MatchResponse as Match
    from markscheme.bank.variants import Option, Variant

_LEAST_VARIANTS = 5
_LEAST_WORDS = 3
_LEAST_LETTERS = 3
_ENOUGH_STEMS = 1_000
"""The stems of so many variants are kept, to be searched for the keys of all."""

_ALT = re.compile(r'<img\b[^>]*\balt="([^"]*)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")


class _Texts:
    """The texts to be typed in a slot, and the stems that hold their own one; both memory and work are bounded."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.seen = 0
        self.stems: list[tuple[str, str, str]] = []

    def see(self, accepted: Sequence[str], stem: str, variant: str) -> None:
        """Keep the text that the stem holds, or else the key; and the stem, if it holds it."""
        held = next((text for text in accepted if _holds(stem, text)), None)
        self.keys.add(accepted[0] if held is None else held)
        if self.seen < _ENOUGH_STEMS:
            self.seen += 1
            if held is not None:
                self.stems.append((held, stem, variant))

    def given(self) -> list[tuple[str, str]]:
        """Return the texts that stand in their stems without those of other variants, each with its variant."""
        at: defaultdict[str, set[int]] = defaultdict(set)
        for number, (_, stem, _) in enumerate(self.stems):
            for word in _WORD.findall(stem):
                at[word].add(number)
        left = set(range(len(self.stems)))
        for key in self.keys:
            if 2 * len(left) <= self.seen:
                return []
            # A stem that holds a text has all of its words: the rarest of them leaves few stems to search.
            places = min((at.get(word, set()) for word in _WORD.findall(key)), key=len, default=left)
            left -= {number for number in places & left if _is_other(key, *self.stems[number][:2])}
        return [(text, variant) for text, _, variant in map(self.stems.__getitem__, sorted(left))]


@CHECKS.register("given-away")
class GivenAway(Check):
    """Looks for answers in what is asked."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.seen = 0
        self.found = Findings("C406", "take it out, or say under 'intended' why it stands there")
        whole = [block for block in question.stem.blocks if block.each is None and block.when is None]
        holes = tuple({hole.expression.source: hole for block in whole for hole in block.parsed.holes}.values())
        self.holes: dict[str, tuple[Hole, ...]] = {slot: holes for slot, _ in question.answers}
        self.keys: dict[str, tuple[Decimal, ...]] = {}
        self.differing: set[str] = set()
        self.texts: defaultdict[str, _Texts] = defaultdict(_Texts)
        self.repeated: dict[tuple[str, str], list[tuple[str, str]] | None] = {}

    def see(self, variant: Variant, solved: Solved) -> None:
        """Compare the stem with what is right."""
        self.seen += 1
        stem = ""
        for response in variant.responses:
            if isinstance(response, NumericResponse):
                self._see_numbers(response, solved)
                continue
            stem = stem or _words(" ".join(variant.stem.pieces))
            match response:
                case TextResponse(accepted=accepted):
                    self.texts[response.slot].see([*map(_words, accepted)], stem, variant.id)
                case ChoiceResponse(options=options) | SelectionResponse(options=options):
                    for option in options:
                        text = _words(option.text.markup)
                        if _is_long(text) and _holds(stem, text):
                            self._see_repeated((response.slot, text), option, variant.id)
                case MatchResponse():
                    self._report(response.slot, _own_prompt(response), variant.id)
                case _:
                    pass  # an order or an essay has no key that a stem could hold

    def _see_numbers(self, response: NumericResponse, solved: Solved) -> None:
        """Keep the holes that have shown the key so far."""
        holes = self.holes[response.slot]
        if holes:
            self.holes[response.slot] = tuple(hole for hole in holes if _shows(hole, response, solved))
            key = tuple(entry.accepted.key for entry in response.entries)
            if self.keys.setdefault(response.slot, key) != key:
                self.differing.add(response.slot)

    def _see_repeated(self, text: tuple[str, str], option: Option, variant: str) -> None:
        """Keep that the stem repeats an option's text; nothing more of one that was wrong somewhere."""
        if not option.right:
            self.repeated[text] = None
            return
        found = self.repeated.setdefault(text, [])
        if found is not None:
            found.append((option.name, variant))

    def _report(self, slot: str, message: str, variant: str = "") -> None:
        if message:
            self.found.add(self.question.place_of(slot), message, message, variant)

    def problems(self) -> Iterator[Problem]:
        """Report what is given away."""
        for slot in self.keys:
            if self.seen >= _LEAST_VARIANTS and slot in self.differing:
                for hole in self.holes[slot]:
                    source = hole.expression.words
                    self._report(slot, f"'{{{{ {source} }}}}' in the stem is the answer of '{slot}' in every variant")
        for slot, texts in self.texts.items():
            given = texts.given()
            if 2 * len(given) > texts.seen:
                text, variant = given[0]
                self._report(slot, f"the stem holds the answer of '{slot}', '{text}'", variant)
        for (slot, _), options in self.repeated.items():
            often = self.seen >= _LEAST_VARIANTS or self.question.is_single
            for option, variant in (options or ()) if often else ():
                self._report(slot, f"the stem repeats the right option '{option}'", variant)
        yield from self.found.problems()


def _shows(hole: Hole, response: NumericResponse, solved: Solved) -> bool:
    """Return whether a hole shows the key, or what counts as the key."""
    try:
        with arithmetic():
            value: Any = hole.expression.evaluate(solved.values)
    except (EvaluationError, ValueRefused, PassedOver):
        return False
    if isinstance(value, np.ndarray):
        shape, numbers = value.shape, value.ravel().tolist()
    else:
        shape, numbers = (), [value]
    if shape != response.shape or any(type(number) not in (int, float) for number in numbers):
        return False
    accepted = (entry.accepted for entry in response.entries)
    return all(abs(Decimal(number) - one.key) <= one.half for number, one in zip(numbers, accepted, strict=True))


def _own_prompt(response: Match) -> str:
    """Say that prompts hold the choice that belongs to them."""
    prompts = [_words(pair.prompt.markup) for pair in response.pairs]
    for pair, prompt in zip(response.pairs, prompts, strict=True):
        choice = _words(response.choices[pair.key])
        letters = sum(one.isalpha() for one in choice)
        if letters >= _LEAST_LETTERS and _holds(prompt, choice) and sum(_holds(one, choice) for one in prompts) == 1:
            return f"a prompt of '{response.slot}' holds its own choice, '{response.choices[pair.key]}'"
    return ""


def _is_other(key: str, own: str, stem: str) -> bool:
    """Return whether a stem holds another text than its own."""
    return key != own and _holds(stem, key)


def _is_long(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", text)) >= _LEAST_WORDS


def _holds(text: str, part: str) -> bool:
    """Return whether a part stands in a text as words of its own."""
    at = text.find(part) if part else -1
    while at >= 0:
        before, behind = text[at - 1 : at], text[at + len(part) : at + len(part) + 1]
        if not (before.isalnum() and part[0].isalnum()) and not (behind.isalnum() and part[-1].isalnum()):
            return True
        at = text.find(part, at + 1)
    return False


@lru_cache(maxsize=1024)
def _words(markup: str) -> str:
    """Return what is read of markup, the words of its pictures included, in small letters."""
    text = html.unescape(_TAG.sub(" ", _ALT.sub(r" \1 ", markup)))
    return " ".join(text.casefold().split()).rstrip(".")
