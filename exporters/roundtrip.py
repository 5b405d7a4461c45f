"""The road there and back: a variant is written, read as the LMS reads it, and graded by the LMS's rules."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from markscheme.bank.problems import BankError, Problem
from markscheme.bank.variants import ChoiceResponse
from markscheme.exporters.format import Format, Heading, Options
from markscheme.exporters.submissions import Submission, submissions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markscheme.bank.problems import Place
    from markscheme.bank.text.source import Picture
    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import ReadItem

_TAG = re.compile(r"<[^>]*>")


def roundtrip(variant: Variant, form: Format, place: Place) -> Iterator[Problem]:
    """Yield what goes wrong when a variant passes through a format.

    Parameters
    ----------
    variant
        The variant, in the format's own target.
    form
        The format.
    place
        Where the question is, for the problems.
    """

    def problem(code: str, message: str) -> Problem:
        return Problem(place=place, code=code, message=f"{form.name}: {message}", variant=variant.id)

    refused = [problem("X710", reason) for reason in form.refusals(variant)]
    if refused:
        yield from refused
        return
    try:
        items = list(form.read(exported([variant], form), f"{variant.id}{form.suffix}"))
    except BankError as error:
        yield from (problem("X711", one.message) for one in error.problems)
        return
    if [item.id for item in items] != [variant.id]:
        yield problem(
            "X711", f"the file holds {', '.join(item.id or 'a nameless item' for item in items) or 'nothing'}"
        )
        return
    yield from (problem("X712", note) for note in (*items[0].notes, *_lost(items[0], variant, form)))
    for submission in submissions(variant):
        yield from (problem("X713", slip) for slip in _graded(items[0], submission))


def _lost(item: ReadItem, variant: Variant, form: Format) -> Iterator[str]:
    """Yield what a platform stores otherwise than the variant says."""
    stored = item.stored
    for what, is_, wanted in (
        ("stem", stored.stem, " ".join(variant.stem.pieces)),
        ("worked solution", stored.feedback, variant.feedback.markup),
    ):
        if _words(is_) != _words(wanted):
            yield f"the {what} reads '{_words(is_)}', not '{_words(wanted)}'"
    if not stored.name.endswith(variant.id):
        yield f"the name '{stored.name}' does not end with the id"
    if abs(stored.mark - float(form.default_mark(variant))) > 1e-6:
        yield f"the mark is {stored.mark:g}, not {form.default_mark(variant)}"
    if abs(stored.penalty - float(variant.penalty)) > 1e-6:
        yield f"the penalty is {stored.penalty:g}, not {variant.penalty}"
    if len(stored.category) != 2 + variant.is_original or variant.question not in stored.category[1]:
        yield f"the category is {' / '.join(stored.category)}"
    if stored.pictures != {(picture.name, _digest(picture.path)) for picture in _pictures(variant)}:
        yield "the picture files are not those of the question"
    options = [list(map(_words, field)) for field in item.options()]
    if options != [[_words(option.text.markup) for option in choice.options] for choice in _choices(variant)]:
        yield f"the options read {options}"


@lru_cache(maxsize=256)
def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _choices(variant: Variant) -> Iterator[ChoiceResponse]:
    yield from (response for response in variant.responses if isinstance(response, ChoiceResponse))


def _pictures(variant: Variant) -> Iterator[Picture]:
    yield from (*variant.stem.pictures, *variant.feedback.pictures)
    for response in variant.responses:
        for text in response.texts:
            yield from text.pictures


def exported(variants: Sequence[Variant], form: Format) -> bytes:
    """Return a whole file of some variants."""
    pieces: list[bytes] = []
    writer = form.writer(pieces.append, Heading(bank="bank", title="Bank"), Options())
    for variant in variants:
        writer.add(variant)
    writer.finish()
    return b"".join(pieces)


def _graded(item: ReadItem, submission: Submission) -> Iterator[str]:
    if len(item.fields) != len(submission.answers):
        yield f"{len(item.fields)} fields instead of {len(submission.answers)}"
        return
    try:
        outcome = item.submit(submission.answers)
    except ValueError as error:
        yield f"{submission.label} cannot be handed in: {error}"
        return
    if abs(outcome.fraction - float(submission.fraction)) > 1e-5:
        yield f"{submission.label} earns {outcome.fraction:.4g} of the marks, not {float(submission.fraction):.4g}"
    for said, wanted in zip(outcome.feedback, submission.feedback, strict=True):
        if wanted is not None and _words(said) != _words(wanted):
            yield f"{submission.label} is answered '{_words(said)}', not '{_words(wanted)}'"


def _words(markup: str) -> str:
    """Return what a reader sees of markup: no tags, entities decoded, spaces collapsed."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
