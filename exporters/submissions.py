"""Submissions: what a student may hand in, and what it must earn by the author's word.

Each response makes its own right, wrong and malformed answers. The marks expected here follow from the variant
alone, in exact arithmetic; an LMS's rules are no part of it.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.variants import (
    ChoiceResponse,
    Entry,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    Response,
    SelectionResponse,
    TextResponse,
    Variant,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.exporters.format import Answer


_ALL = Fraction(1)
_NOTHING = Fraction(0)


class Submission(NamedTuple):
    """An answer to every field of a question.

    Attributes
    ----------
    label
        What it is, for reports.
    answers
        One for each field: a text that is typed or chosen from a menu, the index of an option or of several, None for
        nothing.
    fraction
        The part of the marks that it must earn; None where a person must mark it.
    feedback
        The markup that the student must read at each field; None where that does not matter.
    labels
        What stands beside a field and says which it is, in markup; None where the order of the fields says it.
    slot
        The slot whose answer is not the key; empty where all are.
    slots
        The slot that each answer belongs to.
    """

    label: str
    answers: tuple[Answer, ...]
    fraction: Fraction | None
    feedback: tuple[str | None, ...]
    labels: tuple[str | None, ...]
    slot: str = ""
    slots: tuple[str, ...] = ()


class _Part(NamedTuple):
    """An answer to one response; no shares where a person must mark it, no labels where the order says enough."""

    label: str
    answers: tuple[Answer, ...]
    shares: tuple[Fraction, ...]
    feedback: tuple[str | None, ...]
    labels: tuple[str | None, ...] = ()

    @property
    def all_labels(self) -> tuple[str | None, ...]:
        return self.labels or (None,) * len(self.answers)


class Made:
    """Remembers what students may hand in: several formats hold the very same variant."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, Decimal], tuple[Variant, list[Submission]]] = {}

    def submissions(self, variant: Variant, finest: Decimal) -> list[Submission]:
        """Return the submissions of a variant; see the function of this name."""
        key = id(variant), finest  # a hash of all that is in a variant would take long
        if key not in self._made:
            self._made[key] = variant, list(submissions(variant, finest))  # no other can get the id while it is here
        return self._made[key][1]


def submissions(variant: Variant, finest: Decimal = Decimal(0)) -> Iterator[Submission]:
    """Yield what students may hand in: the key, and for each response whatever else there is, the rest being right.

    Parameters
    ----------
    finest
        Numbers that lie closer than this are not told apart.
    """
    marks = [Fraction(response.marks) for response in variant.responses]
    total = sum(marks, _NOTHING)
    weights = [one / total for one in marks]
    every = [_parts(response, finest) for response in variant.responses]
    keys = [next(parts) for parts in every]
    earned = [_earned(key, weight) for key, weight in zip(keys, weights, strict=True)]
    slots = tuple(response.slot for key, response in zip(keys, variant.responses, strict=True) for _ in key.answers)
    key = _Joined(keys)
    yield Submission("the key", key.answers, _total(earned), key.feedback, key.labels, slots=slots)
    for index, response in enumerate(variant.responses):
        rest = _total([*earned[:index], *earned[index + 1 :]])
        before, behind = _Joined(keys[:index]), _Joined(keys[index + 1 :])
        for part in every[index]:
            yield Submission(
                f"{part.label} in '{response.slot}'",
                (*before.answers, *part.answers, *behind.answers),
                _total([rest, _earned(part, weights[index])]),
                (*before.feedback, *part.feedback, *behind.feedback),
                (*before.labels, *part.all_labels, *behind.labels),
                slot=response.slot,
                slots=slots,
            )


class _Joined:
    """Answers to several responses, one behind the other."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self.answers = tuple(answer for part in parts for answer in part.answers)
        self.feedback = tuple(feedback for part in parts for feedback in part.feedback)
        self.labels = tuple(label for part in parts for label in part.all_labels)


def _earned(part: _Part, weight: Fraction) -> Fraction | None:
    """Return what a part earns of all marks; None where a person must mark it."""
    if not part.shares:
        return None
    # Most shares are one of these two, and a sum of fractions takes long.
    rights = sum([share is _ALL for share in part.shares])
    others = [share for share in part.shares if share is not _ALL and share is not _NOTHING]
    if others:
        return (rights + sum(others)) * weight / len(part.shares)
    return Fraction(rights * weight.numerator, weight.denominator * len(part.shares)) if rights else _NOTHING


def _total(earned: Sequence[Fraction | None]) -> Fraction | None:
    total = _NOTHING
    for one in earned:
        if one is None:
            return None
        total = one if total is _NOTHING else total + one
    return total


def _parts(response: Response, finest: Decimal) -> Iterator[_Part]:
    """Yield answers to one response, the right one first."""
    match response:
        case NumericResponse():
            yield from _numeric(response, finest)
        case ChoiceResponse():
            yield from _choice(response)
        case SelectionResponse():
            yield from _selection(response)
        case TextResponse():
            yield from _text(response)
        case MatchResponse():
            yield from _match(response)
        case OrderResponse():
            yield from _order(response)
        case EssayResponse():
            yield _Part("an essay", ("Some words.",), (), ("",))
            yield _Part("nothing", (None,), (_NOTHING,), ("",))
        case _:
            assert_never(response)


def _numeric(response: NumericResponse, finest: Decimal) -> Iterator[_Part]:
    accepted = [entry.accepted for entry in response.entries]
    yield _typed("the key", [number.key for number in accepted], response)
    yield _typed("the lower end of the interval", [number.low for number in accepted], response)
    yield _typed("the upper end of the interval", [number.high for number in accepted], response)
    steps = [max(number.half / 10, finest) if number.half else Decimal(1) for number in accepted]
    below = [number.low - step for number, step in zip(accepted, steps, strict=True)]
    above = [number.high + step for number, step in zip(accepted, steps, strict=True)]
    yield _typed("just below the interval", below, response)
    yield _typed("just above the interval", above, response)
    for mistake in response.mistakes:
        if mistake is not None:
            yield _typed(f"the mistake '{mistake.name}'", [number.key for number in mistake.entries], response)
    count = len(response.entries)
    for label, text in (("words", "abc"), ("a sign alone", "-"), ("nothing", None)):
        yield _Part(label, (text,) * count, (_NOTHING,) * count, ("",) * count)


def _typed(label: str, numbers: Sequence[Decimal], response: NumericResponse) -> _Part:
    judged = [_judged(number, entry, response) for number, entry in zip(numbers, response.entries, strict=True)]
    return _Part(
        label, tuple(plain(n) for n in numbers), tuple(share for share, _ in judged), tuple(said for _, said in judged)
    )


def _judged(number: Decimal, entry: Entry, response: NumericResponse) -> tuple[Fraction, str]:
    """Return what a number earns at an entry, and what the student reads: the first interval that holds it decides."""
    if entry.accepted.low <= number <= entry.accepted.high:
        return _ALL, ""
    for index, wrong in entry.mistakes:
        mistake = response.mistakes[index]
        if mistake is not None and wrong.low <= number <= wrong.high:
            return mistake.credit, mistake.feedback.markup
    return _NOTHING, ""


def _choice(response: ChoiceResponse) -> Iterator[_Part]:
    ordered = sorted(enumerate(response.options), key=lambda pair: not pair[1].right)
    for index, option in ordered:
        said = option.feedback.markup if option.feedback is not None else ""
        yield _Part(f"the option '{option.name}'", (index,), (option.credit,), (said,))
    yield _Part("nothing", (None,), (_NOTHING,), ("",))


def _selection(response: SelectionResponse) -> Iterator[_Part]:
    options = response.options
    every = tuple(range(len(options)))
    key = tuple(index for index in every if options[index].right)
    yield _ticked("the key", key, response)
    for index in every:
        changed = tuple(i for i in every if (i in key) is not (i == index))
        yield _ticked(f"the key with '{options[index].name}' changed", changed, response)
        yield _ticked(f"'{options[index].name}' alone", (index,), response)
    yield _ticked("all that is wrong", tuple(i for i in every if i not in key), response)
    yield _ticked("everything", every, response)
    yield _ticked("nothing", (), response)


def _ticked(label: str, chosen: tuple[int, ...], response: SelectionResponse) -> _Part:
    """Return options that are ticked: of R right ones each earns 1/R, a wrong one costs 1/R, and 0 is the least."""
    rights = sum(option.right for option in response.options)
    right = sum(response.options[index].right for index in chosen)
    share = max(Fraction(2 * right - len(chosen), rights), Fraction(0))
    said = (response.options[index].feedback for index in chosen)
    return _Part(label, (chosen,), (share,), (" ".join(text.markup for text in said if text is not None),))


def _text(response: TextResponse) -> Iterator[_Part]:
    for words in response.accepted:
        yield _Part(f"the text '{words}'", (words,), (_ALL,), ("",))
    first = response.accepted[0]
    yield _Part("the key between spaces", (f"  {first} ",), (_ALL,), ("",))
    if first.swapcase() != first == first.swapcase().swapcase():  # ß has no capital of its own
        yield _Part("the key in other letters", (first.swapcase(),), (Fraction(not response.case),), (None,))
    for mistake in response.mistakes:
        said = "" if mistake.feedback is None else mistake.feedback.markup
        for words in mistake.texts:
            yield _Part(f"the mistake '{words}'", (words,), (mistake.credit,), (said,))
    # No text stands for others: neither a beginning of the key nor more than it is the key.
    for label, typed in (("more than the key", f"{first} x"), ("nonsense", "qwxyz qwxyz"), ("nothing", None)):
        yield _Part(label, (typed,), (_NOTHING,), ("",))


def _match(response: MatchResponse) -> Iterator[_Part]:
    keys = [pair.key for pair in response.pairs]
    count = len(response.choices)
    yield _matched("the key", keys, response)
    for index in range(len(keys)):
        wrong = [*keys[:index], (keys[index] + 1) % count, *keys[index + 1 :]]
        yield _matched(f"the key with pair {index + 1} wrong", wrong, response)
    yield _matched("every pair wrong", [(key + 1) % count for key in keys], response)
    yield _matched("nothing", [None] * len(keys), response)


def _matched(label: str, chosen: Sequence[int | None], response: MatchResponse) -> _Part:
    return _Part(
        label,
        tuple(None if index is None else response.choices[index] for index in chosen),
        tuple(_ALL if index == pair.key else _NOTHING for index, pair in zip(chosen, response.pairs, strict=True)),
        ("",) * len(chosen),
        tuple(pair.prompt.markup for pair in response.pairs),
    )


def _order(response: OrderResponse) -> Iterator[_Part]:
    right = list(range(len(response.items)))
    yield _placed("the key", right, response)
    for index in right[1:]:
        swapped = [*right[: index - 1], index, index - 1, *right[index + 1 :]]
        yield _placed(f"the key with items {index} and {index + 1} exchanged", swapped, response)
    yield _placed("the order turned round", right[::-1], response)
    yield _placed("the order moved by one", [*right[1:], 0], response)


def _placed(label: str, places: Sequence[int], response: OrderResponse) -> _Part:
    return _Part(
        label,
        tuple(str(place + 1) for place in places),
        tuple(_ALL if place == item else _NOTHING for item, place in enumerate(places)),
        ("",) * len(places),
        tuple(item.markup for item in response.items),
    )
