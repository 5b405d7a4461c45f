"""Breakages of writers: a format's writer is handed another variant than the one that is validated.

That is what a writer does that mixes two variants up, loses a part or takes one number for another. Each breakage is
tried in every format but those that have no such thing at all; a new format needs no line here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from checked_harness import Breakage, Caught, Workshop, add

from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    RichText,
    SelectionResponse,
    Variant,
)
from markscheme.exporters import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[Variant, Variant], Variant]

R = TypeVar("R")
_FORMULA = re.compile(r"\\\(.*?\\\)|<math\b.*?</math>|<img\b[^>]*equation[^>]*>", re.DOTALL)


class Careless:
    """A format whose writer changes what it is given; it keeps the variant before."""

    def __init__(self, form: Any, change: Change) -> None:
        self.form = form
        self.change = change
        self.before: Variant | None = None
        self.is_done = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.form, name)

    def writer(self, *arguments: Any) -> Any:
        return CarelessWriter(self, self.form.writer(*arguments))


class CarelessWriter:
    """The writer of a careless format."""

    def __init__(self, careless: Careless, writer: Any) -> None:
        self.careless = careless
        self.writer = writer

    def add(self, variant: Variant) -> None:
        careless = self.careless
        before = careless.before or variant
        careless.before = variant
        changed = careless.change(variant, before)
        careless.is_done |= changed != variant
        self.writer.add(changed)

    def finish(self) -> None:
        self.writer.finish()


def _broken(question: str, change: Change) -> Callable[[Workshop, str], Caught]:
    def run(workshop: Workshop, name: str) -> Caught:
        careless = Careless(FORMATS.get(name), change)
        workshop.bank(question)
        workshop.patch.setattr(FORMATS, "_things", {name: careless})
        caught = workshop.validate(3)
        assert careless.is_done, "nothing was changed"
        assert all(message.startswith(f"{name}: ") for code, message in caught if code.startswith("X")), caught.output
        return caught

    return run


def with_response(variant: Variant, kind: type[R], change: Callable[[R], R]) -> Variant:
    """Return a variant whose first response of a kind is changed."""
    responses = list(variant.responses)
    index = next(i for i, response in enumerate(responses) if isinstance(response, kind))
    responses[index] = change(responses[index])  # type: ignore[call-overload]
    return replace(variant, responses=tuple(responses))


def first(variant: Variant, kind: type[R]) -> R:
    """Return the first response of a kind."""
    return next(response for response in variant.responses if isinstance(response, kind))


def with_entry(variant: Variant, change: Callable[[Any], Any]) -> Variant:
    """Return a variant whose first number is accepted otherwise."""

    def changed(response: NumericResponse) -> NumericResponse:
        entry, *others = response.entries
        return replace(response, entries=(replace(entry, accepted=change(entry.accepted)), *others))

    return with_response(variant, NumericResponse, changed)


def keys_of_the_one_before(variant: Variant, before: Variant) -> Variant:
    return with_response(variant, NumericResponse, lambda _: first(before, NumericResponse))


def off_by_ten(variant: Variant, _: Variant) -> Variant:
    return with_entry(variant, lambda one: replace(one, half=one.half * 10))


def too_narrow(variant: Variant, _: Variant) -> Variant:
    return with_entry(variant, lambda one: replace(one, half=one.half / 10))


def one_too_wide(variant: Variant, _: Variant) -> Variant:
    return with_entry(variant, lambda one: replace(one, half=one.half + 1))


def wrong_sign(variant: Variant, _: Variant) -> Variant:
    return with_entry(variant, lambda one: replace(one, key=-one.key))


def transposed(variant: Variant, _: Variant) -> Variant:
    def changed(response: NumericResponse) -> NumericResponse:
        return replace(response, entries=response.entries[::-1])

    return with_response(variant, NumericResponse, changed)


def right_moved(variant: Variant, _: Variant) -> Variant:
    def changed(response: ChoiceResponse) -> ChoiceResponse:
        rights = [option.right for option in response.options]
        moved = [*rights[-1:], *rights[:-1]]
        options = zip(response.options, moved, strict=True)
        return replace(
            response,
            options=tuple(replace(option, right=right, credit=Fraction(right)) for option, right in options),
        )

    return with_response(variant, ChoiceResponse, changed)


def options_reversed(variant: Variant, _: Variant) -> Variant:
    """Exchange the texts of the options, but not what is right."""

    def changed(response: ChoiceResponse) -> ChoiceResponse:
        texts = [option.text for option in response.options][::-1]
        options = zip(response.options, texts, strict=True)
        return replace(response, options=tuple(replace(option, text=text) for option, text in options))

    return with_response(variant, ChoiceResponse, changed)


def option_lost(variant: Variant, _: Variant) -> Variant:
    def changed(response: ChoiceResponse) -> ChoiceResponse:
        wrong = next(option for option in response.options if not option.right)
        return replace(response, options=tuple(option for option in response.options if option is not wrong))

    return with_response(variant, ChoiceResponse, changed)


def wrong_tick_free(variant: Variant, _: Variant) -> Variant:
    def changed(response: SelectionResponse) -> SelectionResponse:
        options = [
            option if option.right or index else replace(option, right=True)
            for index, option in enumerate(sorted(response.options, key=lambda one: one.right))
        ]
        share = Fraction(1, sum(option.right for option in options))
        return replace(
            response,
            options=tuple(replace(one, credit=share if one.right else -share) for one in options),
        )

    return with_response(variant, SelectionResponse, changed)


def pair_moved(variant: Variant, _: Variant) -> Variant:
    def changed(response: MatchResponse) -> MatchResponse:
        pair, *others = response.pairs
        return replace(response, pairs=(replace(pair, key=(pair.key + 1) % len(response.choices)), *others))

    return with_response(variant, MatchResponse, changed)


def prompts_exchanged(variant: Variant, _: Variant) -> Variant:
    def changed(response: MatchResponse) -> MatchResponse:
        keys = {pair.key for pair in response.pairs}
        one = response.pairs[0]
        other = next(pair for pair in response.pairs if pair.key != one.key)
        assert len(keys) > 1
        swapped = {id(one): replace(one, prompt=other.prompt), id(other): replace(other, prompt=one.prompt)}
        return replace(response, pairs=tuple(swapped.get(id(pair), pair) for pair in response.pairs))

    return with_response(variant, MatchResponse, changed)


def feedback_exchanged(variant: Variant, _: Variant) -> Variant:
    def changed(response: NumericResponse) -> NumericResponse:
        there = [mistake for mistake in response.mistakes if mistake is not None]
        told = {id(one): other.feedback for one, other in zip(there, [*there[1:], there[0]], strict=True)}
        mistakes = [one and replace(one, feedback=told[id(one)]) for one in response.mistakes]
        return replace(response, mistakes=tuple(mistakes))

    return with_response(variant, NumericResponse, changed)


def mistakes_lost(variant: Variant, _: Variant) -> Variant:
    def changed(response: NumericResponse) -> NumericResponse:
        return replace(response, entries=tuple(replace(entry, mistakes=()) for entry in response.entries))

    return with_response(variant, NumericResponse, changed)


def mistakes_paid(variant: Variant, _: Variant) -> Variant:
    def changed(response: NumericResponse) -> NumericResponse:
        mistakes = [one and replace(one, credit=Fraction(1, 2)) for one in response.mistakes]
        return replace(response, mistakes=tuple(mistakes))

    return with_response(variant, NumericResponse, changed)


def weights_exchanged(variant: Variant, _: Variant) -> Variant:
    marks = [response.marks for response in variant.responses][::-1]
    responses = zip(variant.responses, marks, strict=True)
    return replace(variant, responses=tuple(replace(response, marks=one) for response, one in responses))


def answers_exchanged(variant: Variant, _: Variant) -> Variant:
    """Exchange what is right in two slots, but not the slots."""
    one, other, *rest = variant.responses
    exchanged = (replace(other, slot=one.slot), replace(one, slot=other.slot))
    return replace(variant, responses=(*exchanged, *rest))


def points_lost(variant: Variant, _: Variant) -> Variant:
    return with_response(variant, EssayResponse, lambda response: replace(response, rubric=response.rubric[1:]))


def model_lost(variant: Variant, _: Variant) -> Variant:
    return with_response(variant, EssayResponse, lambda response: replace(response, model=RichText(markup="")))


def figure_of_the_one_before(variant: Variant, before: Variant) -> Variant:
    (old,), (new,) = variant.stem.pictures, before.stem.pictures
    pieces = tuple(piece.replace(old.name, new.name) for piece in variant.stem.pieces)
    return replace(variant, stem=replace(variant.stem, pieces=pieces, pictures=(new,)))


def without_formula(variant: Variant, _: Variant) -> Variant:
    stem, *others = variant.stem.pieces
    return replace(variant, stem=replace(variant.stem, pieces=(_FORMULA.sub("", stem, count=1), *others)))


SLIPS: tuple[tuple[str, str, str, str, Change], ...] = (
    (
        "stem of another variant", "a stem stands beside the key of the next variant",
        "conv-multiplications", "X712", lambda one, before: replace(one, stem=before.stem),
    ),
    (
        "solution of another variant", "the worked solution is that of the variant before",
        "conv2d-output", "X712", lambda one, before: replace(one, feedback=before.feedback),
    ),
    (
        "figure of another variant", "the figure is that of the variant before",
        "dag-independence", "X712", figure_of_the_one_before,
    ),
    (
        "key of another variant", "the numbers are those of the variant before",
        "conv-multiplications", "X713", keys_of_the_one_before,
    ),
    (
        "stale id", "the id is that of the variant before",
        "conv-multiplications", "X711", lambda one, before: replace(one, id=before.id),
    ),
    (
        "formula lost", "a formula of the stem is left out",
        "conv2d-output", "X712", without_formula,
    ),
    (
        "solution lost", "there is no worked solution",
        "conv-multiplications", "X712", lambda one, _: replace(one, feedback=RichText(markup="<p>See above.</p>")),
    ),
    ("wrong sign", "a key has the wrong sign", "optimal-generator", "X713", wrong_sign),
    ("interval off by ten", "a tolerance is ten times as large", "optimal-discriminator", "X713", off_by_ten),
    ("interval too narrow", "a tolerance is a tenth of what it is", "optimal-discriminator", "X713", too_narrow),
    ("neighbours accepted", "a whole number is accepted one off", "conv-multiplications", "X713", one_too_wide),
    ("entries reversed", "the entries of a matrix stand in the wrong order", "conv2d-output", "X713", transposed),
    ("swapped option", "the option behind the right one is right", "shift-orbit-separability", "X713", right_moved),
    ("texts of options", "options have each other's texts", "shift-orbit-separability", "X712", options_reversed),
    ("option lost", "a wrong option is missing", "shift-orbit-separability", "X712", option_lost),
    ("false statement right", "a statement that is false earns marks", "gan-statements", "X713", wrong_tick_free),
    ("pair moved", "a prompt belongs to the next choice", "vae-vs-gan", "X713", pair_moved),
    ("prompts exchanged", "two prompts have each other's choices", "vae-vs-gan", "X713", prompts_exchanged),
    ("feedback exchanged", "mistakes have each other's feedback", "conv-multiplications", "X713", feedback_exchanged),
    ("mistakes lost", "no mistake is recognised", "conv-multiplications", "X713", mistakes_lost),
    ("mistakes paid", "mistakes earn half of the marks", "conv-multiplications", "X713", mistakes_paid),
    ("slots exchanged", "two fields accept each other's numbers", "parameter-counts", "X713", answers_exchanged),
    ("weights exchanged", "slots have each other's share of the marks", "optimal-generator", "X713", weights_exchanged),
    ("rubric cut", "the marker is not told what the first points are for", "vae-vs-gan-essay", "X712", points_lost),
    ("model answer lost", "the marker sees no model answer", "vae-vs-gan-essay", "X712", model_lost),
    (
        "doubled marks", "a question is worth twice its marks",
        "conv-multiplications", "X712", lambda one, _: replace(
            one,
            marks=one.marks * 2,
            responses=tuple(replace(response, marks=response.marks * 2) for response in one.responses),
        ),
    ),
    (
        "another penalty", "a second try costs nothing",
        "conv-multiplications", "X712", lambda one, _: replace(one, penalty=Decimal(0)),
    ),
)  # fmt: skip

_CANVAS = ("canvas", "canvas-cartridge")
WITHOUT = {
    "mistakes lost": _CANVAS,
    "mistakes paid": _CANVAS,
    "weights exchanged": _CANVAS,
    "another penalty": tuple(name for name in FORMATS.names() if name != "moodle"),
}
"""The formats that know no such thing: their files are the same."""

_OTHER_CODES = {"feedback exchanged": dict.fromkeys(_CANVAS, "X712")}
"""Canvas tells what belongs to wrong numbers in one text for all of them."""

for _name, _what, _question, _code, _change in SLIPS:
    add(
        Breakage(
            name=_name, part="Writers", what=_what, question=_question, command="validate", code=_code,
            formats=tuple(name for name in FORMATS.names() if name not in WITHOUT.get(_name, ())),
            other_codes=_OTHER_CODES.get(_name, {}), run=_broken(_question, _change),
        )
    )  # fmt: skip
