"""The road there and back: a variant is written, read as the LMS reads it, and graded by the LMS's rules."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markscheme.bank.problems import BankError, Problem
from markscheme.exporters.format import Format, Heading, Options
from markscheme.exporters.submissions import Submission, submissions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.problems import Place
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
    yield from (problem("X712", note) for note in items[0].notes)
    for submission in submissions(variant):
        yield from (problem("X713", slip) for slip in _graded(items[0], submission))


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
    outcome = item.submit(submission.answers)
    if abs(outcome.fraction - float(submission.fraction)) > 1e-5:
        yield f"{submission.label} earns {outcome.fraction:.4g} of the marks, not {float(submission.fraction):.4g}"
    for said, wanted in zip(outcome.feedback, submission.feedback, strict=True):
        if wanted is not None and _words(said) != _words(wanted):
            yield f"{submission.label} is answered '{_words(said)}', not '{_words(wanted)}'"


def _words(markup: str) -> str:
    """Return what a reader sees of markup: no tags, entities decoded, spaces collapsed."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
