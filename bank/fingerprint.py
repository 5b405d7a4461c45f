"""Fingerprints: short digests that tell variants apart, and tell when one has changed.

Both are taken from the variant in one reference target, so they are the same in every format.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.variants import ChoiceResponse, Entry, NumericResponse, Response, RichText, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator


def _digest(texts: Iterator[str], size: int) -> bytes:
    # A length before each text keeps ("ab", "c") and ("a", "bc") apart.
    joined = "".join([f"{len(text)}:{text}" for text in texts])
    return blake2b(joined.encode(), digest_size=size).digest()


def appearance(variant: Variant) -> bytes:
    """Return 16 bytes that two variants share when a student sees the same question.

    The order of options does not count.
    """
    return _digest(_seen(variant), 16)


def _seen(variant: Variant) -> Iterator[str]:
    yield from variant.stem.pieces
    for picture in variant.stem.pictures:
        yield picture.name
    for response in variant.responses:
        match response:
            case ChoiceResponse(options=options):
                yield f"{response.slot} {len(options)}"
                yield from sorted(option.text.markup for option in options)
            case NumericResponse():
                pass  # all that is seen of it stands in the stem
            case _:
                assert_never(response)


def content(variant: Variant) -> str:
    """Return 16 hexadecimal digits that change with whatever a student sees or what decides the marks."""
    return _digest(_content(variant), 8).hex()


def _content(variant: Variant) -> Iterator[str]:
    yield variant.title
    yield f"{variant.marks} {variant.penalty}"
    yield from variant.stem.pieces
    for picture in variant.stem.pictures:
        yield picture.name
    for response in variant.responses:
        yield from _response(response)
    yield from _text(variant.feedback)


def _response(response: Response) -> Iterator[str]:
    yield f"{response.slot} {response.marks}"
    match response:
        case NumericResponse(shape=shape, entries=entries, mistakes=mistakes):
            yield "x".join(map(str, shape))
            yield ";".join([_entry(entry) for entry in entries])
            for mistake in mistakes:
                if mistake is not None:
                    yield str(mistake.credit)
                    yield from _text(mistake.feedback)
        case ChoiceResponse(options=options):
            for option in options:
                yield f"{option.right} {option.credit}"
                yield from _text(option.text)
                if option.feedback is not None:
                    yield from _text(option.feedback)
        case _:
            assert_never(response)


def _entry(entry: Entry) -> str:
    wrong = [f"{index} {number.key} {number.half}" for index, number in entry.mistakes]
    return ",".join([f"{entry.accepted.key} {entry.accepted.half}", *wrong])


def _text(text: RichText) -> Iterator[str]:
    yield text.markup
    for picture in text.pictures:
        yield picture.name
