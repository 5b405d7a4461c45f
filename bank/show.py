"""One variant as plain text: what an author wants to see of it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.numbers import Accepted, plain
from markscheme.bank.problems import BankError, Place, fail, nearest
from markscheme.bank.sampling import Sampler
from markscheme.bank.seen import drawn
from markscheme.bank.text.terminal import Terminal
from markscheme.bank.values import PassedOver
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    Option,
    OrderResponse,
    Response,
    RichText,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.banks import Bank
    from markscheme.bank.question import Question, Solved

_TARGET = Terminal()
_VARIANT = re.compile(r"(?P<question>[^.]*)\.(original|(?P<seed>[0-9]{1,16})\.(?P<draw>[0-9]{1,12}))")


def find_draw(bank: Bank, wanted: str, draw: int | None, seed: int | None) -> Solved:
    """Return a solved draw.

    Parameters
    ----------
    wanted
        A question's id, or a variant's id, which says seed and draw itself.
    draw
        The number of the draw; None for the first sound one.
    seed
        The seed; None for the bank's own.

    Raises
    ------
    BankError
        If there is no such question, or the draw makes no sound question.
    """
    found = _VARIANT.fullmatch(wanted)
    if found:
        draw = int(found["draw"] or 0)
        seed = int(found["seed"]) if found["seed"] else seed
        wanted = found["question"]
    question = _question(bank, wanted)
    sampler = Sampler(question, bank.spec.seed if seed is None else seed)
    if draw is None:
        return next(solved for solved, _ in sampler.solved(1))
    if draw == 0 and question.pinned is None:
        raise fail(question.spec.place, "E523", f"'{question.id}' has no original", "draws count from 1")
    try:
        solved = question.solve(sampler.source, sampler.seed, draw)
        solved.word(_TARGET)  # a condition in a text may be too close to decide
    except BankError as error:
        note = f"the draw: {drawn(question, sampler.source, draw)}"
        raise BankError(
            replace(problem, hint="; ".join(filter(None, (problem.hint, note)))) for problem in error.problems
        ) from None
    except PassedOver as reason:
        hint = "it is no variant; leave out the draw to see the first that is"
        raise fail(question.spec.place, "E523", f"draw {draw} is passed over: {reason}", hint) from None
    return solved


def _question(bank: Bank, wanted: str) -> Question:
    for question in bank.questions:
        if question.id == wanted:
            return question
    hint = nearest(wanted, [question.id for question in bank.questions]) or "'markscheme list' shows all"
    raise fail(Place(bank.spec.place.file), "E604", f"there is no question '{wanted}'", hint)


def shown(solved: Solved, width: int) -> str:
    """Return a variant as text: stem, slots, key, accepted interval, mistakes, worked feedback."""
    variant = solved.word(_TARGET)
    marks = f"{variant.marks} mark{'s' * (variant.marks != 1)}"
    stem = "".join(
        piece + (f"[[{slot}]]" if slot else "")
        for piece, slot in zip(variant.stem.pieces, (*variant.stem.slots, ""), strict=True)
    )
    title = textwrap.fill(_TARGET.escape(variant.title), max(width, 12))
    parts = [f"{title}\n{variant.id}, {marks}", _TARGET.finish(stem, width)]
    parts += ["\n".join(_response(response, width)) for response in variant.responses]
    parts.append("Worked solution\n\n" + _TARGET.finish(variant.feedback.markup, width))
    return "\n\n".join(parts)


def _response(response: Response, width: int) -> Iterator[str]:
    marks = float(response.marks)
    yield f"[[{response.slot}]] {marks:g} mark{'s' * (marks != 1)}"
    match response:
        case NumericResponse():
            yield from _numeric(response, width)
        case ChoiceResponse(options=options, layout="dropdown"):
            plain_texts = [replace(one, text=RichText(markup=_TARGET.escape(one.text.markup))) for one in options]
            yield from _options(plain_texts, width)
        case ChoiceResponse(options=options) | SelectionResponse(options=options):
            yield from _options(options, width)
        case TextResponse():
            yield from _text(response, width)
        case MatchResponse():
            yield from _match(response, width)
        case OrderResponse(items=items, shown=shown):
            yield "  in the right order (shown first as " + ", ".join(str(place + 1) for place in shown) + ")"
            for number, item in enumerate(items, start=1):
                yield _hanging(f"    {number}. ", item, width)
        case EssayResponse():
            yield from _essay(response, width)
        case _:
            assert_never(response)


def _numeric(response: NumericResponse, width: int) -> Iterator[str]:
    accepted = [entry.accepted for entry in response.entries]
    yield "  key"
    yield from _grid([plain(number.key) for number in accepted], response.shape, width)
    if any(number.half for number in accepted):
        yield "  accepted"
        yield from _grid([_interval(number) for number in accepted], response.shape, width)
    else:
        yield "  accepted: the key only"
    for index, mistake in enumerate(response.mistakes):
        if mistake is None:
            continue
        used = sum(any(i == index for i, _ in entry.mistakes) for entry in response.entries)
        credit = f", earns {float(mistake.credit):.0%}" if mistake.credit else ""
        where = f", told apart in {used} of {len(response.entries)} entries" if response.shape else ""
        line = f"  mistake: {_TARGET.escape(mistake.name)}{credit}{where}"
        yield textwrap.fill(line, max(width, 12), subsequent_indent="    ")
        yield from _grid([plain(number.key) for number in mistake.entries], response.shape, width)
        yield textwrap.indent(_TARGET.finish(mistake.feedback.markup, width - 6), "      ")


def _interval(number: Accepted) -> str:
    return f"{plain(number.low)} to {plain(number.high)}"


def _grid(numbers: Sequence[str], shape: tuple[int, ...], width: int) -> Iterator[str]:
    """Yield a row of a matrix as one line; one that is too wide goes on in lines that are indented more."""
    columns = shape[1] if len(shape) == 2 else 1
    wide = max(len(number) for number in numbers)
    fitting = max((width - 4 + 2) // (wide + 2), 1)
    for start in range(0, len(numbers), columns):
        row = [number.rjust(wide) for number in numbers[start : start + columns]]
        yield "    " + "  ".join(row[:fitting])
        following = max(fitting - 1, 1)
        for further in range(fitting, len(row), following):
            yield "      " + "  ".join(row[further : further + following])


def _text(response: TextResponse, width: int) -> Iterator[str]:
    yield f"  accepted ({'as they are written' if response.case else 'capitals do not count'})"
    yield from (f"    {_TARGET.escape(words)}" for words in response.accepted)
    for mistake in response.mistakes:
        credit = f", earns {float(mistake.credit):.0%}" if mistake.credit else ""
        yield f"  mistake: {_TARGET.escape(mistake.name)}{credit}"
        yield from (f"    {_TARGET.escape(words)}" for words in mistake.texts)
        if mistake.feedback is not None:
            yield textwrap.indent(_TARGET.finish(mistake.feedback.markup, width - 6), "      ")


def _match(response: MatchResponse, width: int) -> Iterator[str]:
    yield "  choices: " + "; ".join(_TARGET.escape(choice) for choice in response.choices)
    for number, pair in enumerate(response.pairs, start=1):
        suffix = f"   <- {_TARGET.escape(response.choices[pair.key])}"
        yield _hanging(f"    {number}. ", pair.prompt, width - len(suffix)) + suffix


def _essay(response: EssayResponse, width: int) -> Iterator[str]:
    line = f"  a box of {response.lines} lines, marked by a person; the model answer is in the worked solution"
    yield textwrap.fill(line, max(width, 12), subsequent_indent="    ")
    if response.template is not None:
        yield _hanging("  begins with: ", response.template, width)
    for criterion in response.rubric:
        yield _hanging(f"  {plain(criterion.points.normalize()):>4}  ", criterion.text, width)


def _hanging(first: str, text: RichText, width: int) -> str:
    """Return a text whose first line has something before it, and whose other lines are indented as far."""
    return first + textwrap.indent(_TARGET.finish(text.markup, width - len(first)), " " * len(first)).lstrip(" ")


def _options(options: Sequence[Option], width: int) -> Iterator[str]:
    for letter, option in zip("abcdefghijklmnopqrstuvwxyz", options, strict=False):
        mark = "key" if option.right and option.credit == 1 else f"{float(option.credit):.0%}" if option.credit else ""
        suffix = f"   <- {mark}" if mark else ""
        text = textwrap.indent(_TARGET.finish(option.text.markup, width - 5 - len(suffix)), "     ")
        yield f"  {letter}) {text.lstrip(' ')}{suffix}"
        if option.feedback is not None:
            yield textwrap.indent(_TARGET.finish(option.feedback.markup, width - 6), "      ")
