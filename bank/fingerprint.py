"""Fingerprints: short digests that tell variants apart, and tell when one has changed.

Both are taken from the variant in one reference target, so they are the same in every format.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.variants import (
    ChoiceResponse,
    Entry,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    Response,
    RichText,
    SelectionResponse,
    TextResponse,
    Variant,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def digest(texts: Iterator[str], size: int) -> bytes:
    """Return a digest of so many bytes of some texts, in their order."""
    # A length before each text keeps ("ab", "c") and ("a", "bc") apart.
    joined = "".join([f"{len(text)}:{text}" for text in texts])
    return blake2b(joined.encode(), digest_size=size).digest()


def appearance(variant: Variant) -> bytes:
    """Return 16 bytes that two variants share when a student sees the same question.

    The order of options does not count.
    """
    return digest(_seen(variant), 16)


def _seen(variant: Variant) -> Iterator[str]:
    yield from variant.stem.pieces
    for picture in variant.stem.pictures:
        yield picture.name
    for response in variant.responses:
        match response:
            case ChoiceResponse(options=options) | SelectionResponse(options=options):
                yield f"{response.slot} {len(options)}"
                yield from sorted(option.text.markup for option in options)
            case MatchResponse(pairs=pairs, choices=choices):
                yield f"{response.slot} {len(pairs)} {len(choices)}"
                yield from sorted((*(pair.prompt.markup for pair in pairs), *choices))
            case OrderResponse(items=items):
                yield f"{response.slot} {len(items)}"
                yield from sorted(item.markup for item in items)
            case EssayResponse(template=template):
                yield response.slot
                yield "" if template is None else template.markup
            case NumericResponse() | TextResponse():
                pass  # all that is seen of it stands in the stem
            case _:
                assert_never(response)


def content(variant: Variant) -> str:
    """Return 16 hexadecimal digits that change with whatever a student sees or what decides the marks."""
    return digest(_content(variant), 8).hex()


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
            yield " ".join([str(mistake.credit) for mistake in mistakes if mistake is not None])
        case TextResponse():
            yield from _typed(response)
        case MatchResponse(pairs=pairs, choices=choices):
            yield from choices
            yield str([pair.key for pair in pairs])
        case OrderResponse(shown=shown):
            yield str(shown)
        case EssayResponse(lines=lines, rubric=rubric):
            yield " ".join([str(lines), *(str(criterion.points) for criterion in rubric)])
        case ChoiceResponse(options=options, layout=layout):
            yield " ".join([layout, *(f"{option.right} {option.credit}" for option in options)])
        case SelectionResponse(options=options):
            yield " ".join([f"{option.right} {option.credit}" for option in options])
        case _:
            assert_never(response)
    for text in response.texts:
        yield from _text(text)


def _typed(response: TextResponse) -> Iterator[str]:
    yield f"{response.case} {len(response.accepted)}"
    yield from response.accepted
    for mistake in response.mistakes:
        yield f"{mistake.credit} {len(mistake.texts)}"
        yield from mistake.texts


def _entry(entry: Entry) -> str:
    wrong = [f"{index} {number.key} {number.half}" for index, number in entry.mistakes]
    return ",".join([f"{entry.accepted.key} {entry.accepted.half}", *wrong])


def _text(text: RichText) -> Iterator[str]:
    yield text.markup
    for picture in text.pictures:
        yield picture.name
