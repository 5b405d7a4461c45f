"""C404: every correct rounding of a number is accepted, and a number one step off is not.

The value is worked out again and rounded by other rules than those that made the key: to the digits that are asked
for, half up and half to even, and to up to three digits more. All of these must lie within the accepted interval, and
so must the value itself; one step above and below must not. For whole numbers the step is 1, for a tolerance a tenth
more than it. A finding means that markscheme itself is at fault: please report it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np

from markscheme.bank.answers._numeric import CompiledNumeric
from markscheme.bank.checks import CHECKS, Check, Findings
from markscheme.bank.compiling import evaluate
from markscheme.bank.numbers import Decimals, Exact, Significant, Tolerance, plain
from markscheme.bank.variants import NumericResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.numbers import Accepted, Precision
    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant

_WIDE = Context(prec=700)
_MORE_DIGITS = 3
_HALVES = (ROUND_HALF_UP, ROUND_HALF_EVEN)


@CHECKS.register("roundings")
class Roundings(Check):
    """Compares each accepted interval with roundings of its own."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.found = Findings("C404", "this is a fault of markscheme: please report it")

    def see(self, variant: Variant, solved: Solved) -> None:
        """Round the value of each entry."""
        for (slot, answer), response in zip(self.question.answers, variant.responses, strict=True):
            if not isinstance(answer, CompiledNumeric) or not isinstance(response, NumericResponse):
                continue
            value: Any = evaluate(answer.value, solved.values)
            numbers = value.ravel().tolist() if isinstance(value, np.ndarray) else [value]
            for number, entry in zip(numbers, response.entries, strict=True):
                slip = rounding_slip(number, entry.accepted, answer.precision or Exact())
                if slip:
                    self.found.add(self.question.place_of(slot), slot, f"in '{slot}', {slip}", variant.id)

    def problems(self) -> Iterator[Problem]:
        """Report what is accepted or refused wrongly."""
        yield from self.found.problems()


def rounding_slip(value: float, accepted: Accepted, precision: Precision) -> str:
    """Return what an interval accepts or refuses wrongly, in words; empty if it is right.

    Examples
    --------
    >>> from markscheme.bank.numbers import Accepted, Decimals
    >>> interval = Accepted(Decimal("1.23"), Decimal("0.005"))
    >>> rounding_slip(1.2345, interval, Decimals(2)), rounding_slip(1.2345, interval, Decimals(1))
    ('', '1.2 is a correct rounding of 1.2345, and is refused')
    """
    exact = Decimal(value) if type(value) is int else Decimal(f"{value:.12g}")
    right, wrong = _rightly(exact, precision)
    for number in right:
        if not accepted.key - accepted.half <= number <= accepted.key + accepted.half:
            return f"{plain(number)} is a correct rounding of {plain(exact)}, and is refused"
    for number in wrong:
        if accepted.key - accepted.half <= number <= accepted.key + accepted.half:
            return f"{plain(number)} is no correct rounding of {plain(exact)}, and is accepted"
    return ""


def _rightly(exact: Decimal, precision: Precision) -> tuple[set[Decimal], set[Decimal]]:
    """Return numbers that must be accepted, and numbers that must not be."""
    match precision:
        case Exact():
            return {exact}, {exact - 1, exact + 1}
        case Tolerance(absolute, relative):
            most = max(absolute, abs(exact) * relative)
            return {exact, exact - most, exact + most}, {exact - most * 11 / 10, exact + most * 11 / 10}
        case Decimals(digits):
            return _roundings(exact, -digits)
        case Significant(digits):
            return _roundings(exact, exact.adjusted() + 1 - digits)
        case _:
            assert_never(precision)


def _roundings(exact: Decimal, exponent: int) -> tuple[set[Decimal], set[Decimal]]:
    step = Decimal(1).scaleb(exponent)
    right = {exact.quantize(step, half, _WIDE) for half in _HALVES}
    finer = [Decimal(1).scaleb(exponent - more) for more in range(1, _MORE_DIGITS + 1)]
    more_digits = {exact.quantize(one, ROUND_HALF_EVEN, _WIDE) for one in finer}
    off = {number + sign * step for number in right for sign in (-1, 1)}
    return right | more_digits | {exact}, off - right
