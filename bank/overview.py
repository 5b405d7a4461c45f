"""The table of a bank: what each question asks for, what solves it, and how many variants it has.

It is Markdown for the bank's own README, ordered as the paper is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._numeric import NumericSpec
from markscheme.bank.console import count
from markscheme.bank.problems import BankError
from markscheme.bank.registry import SOLVERS
from markscheme.bank.sampling import Sampler
from markscheme.bank.yaml_tree import scalars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.banks import Bank
    from markscheme.bank.question import Question
    from markscheme.bank.spec import AnswerSpec

ENOUGH = 200
"""So many variants are drawn where the parameters have too many points to look at each."""

_FEW_POINTS = 2_000
_CALL = re.compile(r"\b([A-Za-z_]\w*)\(")
_HEAD = "| part | question | answers | solvers | precision | variants |\n|---|---|---|---|---|---|\n"


def table(bank: Bank) -> str:
    """Return a bank's table in Markdown.

    Raises
    ------
    BankError
        If a question cannot be solved.
    """
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in _rows(bank))


def _rows(bank: Bank) -> Iterator[tuple[str, ...]]:
    questions = {question.id: question for question in bank.questions}
    items = bank.paper.items if bank.paper else ()
    for item in items:
        for place, name in enumerate(item.ids):
            if name in questions:
                yield ("" if place else item.label, *_row(questions.pop(name)))
    for question in questions.values():
        yield ("", *_row(question))


def _row(question: Question) -> tuple[str, ...]:
    spec = question.spec
    answers = [keyed.value for keyed in spec.answers]
    kinds = ", ".join(dict.fromkeys(map(_kind, answers)))
    solvers = ", ".join(f"`{name}`" for name in sorted(_called(spec) & set(SOLVERS.names())))
    precision = ", ".join(dict.fromkeys(filter(None, map(_precision, answers))))
    return f"`{question.id}`", kinds, solvers, precision, variants(question)


def _kind(answer: AnswerSpec) -> str:
    return next(name for name, section in ANSWERS.items() if section is type(answer))


def _precision(answer: AnswerSpec) -> str:
    if not isinstance(answer, NumericSpec):
        return ""
    if answer.decimals is not None:
        return count(answer.decimals, "decimal")
    if answer.significant is not None:
        return count(answer.significant, "significant digit")
    if answer.tolerance is None:
        return "exact"
    parts = [f"{answer.tolerance.absolute}"] * bool(answer.tolerance.absolute)
    parts += [f"{answer.tolerance.relative:%}"] * bool(answer.tolerance.relative)
    return "± " + " or ".join(parts)


def _called(part: object) -> set[str]:
    """Return the names that are called anywhere in what an author wrote."""
    return {name for scalar in scalars(part) for name in _CALL.findall(scalar.text)}


def variants(question: Question) -> str:
    """Return how many distinct variants a question has: counted where that is quick, else estimated."""
    space = question.space()
    sampler = Sampler(question, 0)
    wanted = space if space is not None and space <= _FEW_POINTS else ENOUGH
    try:
        for _ in sampler.solved(wanted):
            pass
    except BankError:
        if not sampler.found:
            raise
    if space is None:
        return f"over {sampler.found}" if sampler.found == wanted else str(sampler.found)
    if wanted == space or sampler.found < wanted:
        return f"{sampler.found:,}"
    estimate = sampler.estimate()
    if estimate is None or estimate.is_least:
        return f"over {sampler.found}"
    return _rounded(estimate.number)


def _rounded(count: float) -> str:
    """Return an estimate of one digit.

    Examples
    --------
    >>> _rounded(34_567), _rounded(96.0)
    ('about 3·10⁴', 'about 1·10²')
    """
    digit, _, power = f"{count:.0e}".partition("e")
    return f"about {digit}·10{str(int(power)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
