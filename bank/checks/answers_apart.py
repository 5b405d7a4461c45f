"""C405: no answer is right and wrong at once.

The intervals in which a number is taken for the key or for a mistake share no more than an end. A wrong option that is
a number is neither equal to the right one nor the right one rounded to fewer digits: who computes 2.46 and finds 2.5
beside it has a case. A text that counts as a mistake is not accepted too, whatever its capital letters and spaces.
"""

from __future__ import annotations

import html
import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from markscheme.bank.answers.text import as_typed
from markscheme.bank.checks import CHECKS, Check, Findings
from markscheme.bank.numbers import plain
from markscheme.bank.variants import ChoiceResponse, NumericResponse, SelectionResponse, TextResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.numbers import Accepted
    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Entry, Option, Response, Variant

_TAGS = re.compile(r"<[^>]*>|\\[()\[\]]")
_NUMBER = re.compile(r"[-−]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_WIDE = Context(prec=100)


@CHECKS.register("answers-apart")
class AnswersApart(Check):
    """Compares right with wrong answers, and intervals with one another."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.found = Findings("C405")

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - what students hand in is enough
        """Compare the answers of each slot."""
        for response in variant.responses:
            for slip in _slips(response):
                place = self.question.place_of(response.slot)
                self.found.add(place, response.slot, f"in '{response.slot}', {slip}", variant.id)

    def problems(self) -> Iterator[Problem]:
        """Report answers that meet."""
        yield from self.found.problems()


def _slips(response: Response) -> Iterator[str]:
    match response:
        case NumericResponse():
            for entry in response.entries:
                yield from _of_entry(entry, response)
        case ChoiceResponse(options=options) | SelectionResponse(options=options):
            yield from _of_options(options)
        case TextResponse(accepted=accepted, mistakes=mistakes, case=case):
            right = {as_typed(text, case=case) for text in accepted}
            for mistake in mistakes:
                for text in mistake.texts:
                    if as_typed(text, case=case) in right:
                        yield f"'{text}' is accepted and counts as the mistake '{mistake.name}'"
        case _:
            pass  # nothing else is right and wrong by itself


def _of_entry(entry: Entry, response: NumericResponse) -> Iterator[str]:
    named: list[tuple[str, Accepted]] = [("the key", entry.accepted)]
    for index, number in entry.mistakes:
        mistake = response.mistakes[index]
        named.append((f"the mistake '{mistake.name}'" if mistake else "a mistake that is not there", number))
    for (one, first), (other, second) in combinations(named, 2):
        # Exact numbers have no interval: there, even one point in common is too much.
        least = max(first.key - first.half, second.key - second.half)
        most = min(first.key + first.half, second.key + second.half)
        if least < most or first.key == second.key:
            yield f"{one} and {other} share {plain(least)} to {plain(most)}"


def _of_options(options: tuple[Option, ...]) -> Iterator[str]:
    numbers = [(option, number) for option in options if (number := _number(option)) is not None]
    for right, key in numbers:
        for wrong, number in numbers:
            if right.right and not wrong.right and _is_rounding(number, key):
                yield f"'{wrong.name}' ({plain(number)}) is '{right.name}' ({plain(key)}) to fewer digits"


def _number(option: Option) -> Decimal | None:
    text = html.unescape(_TAGS.sub("", option.text.markup)).strip()
    return Decimal(text.replace("−", "-")) if _NUMBER.fullmatch(text) else None


def _is_rounding(number: Decimal, exact: Decimal) -> bool:
    """Return whether a number is another one, or what is left of it with fewer digits after the point."""
    if number == exact:
        return True
    digits, more = (int(one.as_tuple().exponent) for one in (number, exact))
    step = Decimal(1).scaleb(digits)
    return digits > more and number in {exact.quantize(step, half, _WIDE) for half in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
