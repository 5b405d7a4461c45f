"""What is published of a variant, part by part: a digest of each, and the key in plain words.

The parts are taken from the variant in the reference target, so they are the same in every format. Together they
hold all that `markscheme.bank.fingerprint.content` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from markscheme.bank.fingerprint import digest
from markscheme.bank.seen import keys
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.variants import (
    ChoiceResponse,
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
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markscheme.bank.numbers import Accepted
    from markscheme.bank.question import Solved

_BYTES = 6
_LONGEST_KEY = 2_000
_Texts: TypeAlias = Iterator[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A variant as it is published: the digests of its parts, and what is right, in words."""

    parts: Mapping[str, str]
    key: str = ""

    def changed(self, now: Published) -> tuple[str, ...]:
        """Return the parts that are otherwise now."""
        return tuple(part for part in PARTS if self.parts.get(part) != now.parts.get(part))


def published(solved: Solved, variant: Variant | None = None, *, words: bool = True) -> Published:
    """Return what is published of a variant.

    Parameters
    ----------
    variant
        The variant in the reference target, if it is there already.
    words
        Whether the key is wanted in words, which takes longer than the digests.

    Raises
    ------
    PassedOver, BankError
        If the draw cannot be worded.
    """
    variant = solved.word(REFERENCE) if variant is None else variant
    parts = {part: digest(texts(variant), _BYTES).hex() for part, texts in _PARTS.items()}
    return Published(parts=parts, key=shown(keys(solved), _LONGEST_KEY) if words else "")


def _title(variant: Variant) -> _Texts:
    yield variant.title


def _stem(variant: Variant) -> _Texts:
    yield from variant.stem.pieces
    yield from variant.stem.slots
    yield from (picture.name for picture in variant.stem.pictures)


def _options(variant: Variant) -> _Texts:
    """Yield what there is to choose from or to begin with, in the order in which it is shown."""
    for response in variant.responses:
        match response:
            case ChoiceResponse(options=options, layout=layout):
                yield layout
                yield from (text for option in options for text in _rich(option.text))
            case SelectionResponse(options=options):
                yield from (text for option in options for text in _rich(option.text))
            case MatchResponse(pairs=pairs, choices=choices):
                yield from (text for pair in pairs for text in _rich(pair.prompt))
                yield from choices
            case OrderResponse(items=items, shown=places):
                yield from (text for place in places for text in _rich(items[place]))
            case NumericResponse(shape=shape):
                yield "x".join(map(str, shape))
            case EssayResponse(lines=lines, template=template):
                yield str(lines)
                yield from _rich(template)
            case TextResponse():
                pass  # there is nothing to choose from
            case _:
                assert_never(response)


def _key(variant: Variant) -> _Texts:
    for response in variant.responses:
        yield response.slot
        match response:
            case NumericResponse(entries=entries):
                yield from (_number(entry.accepted) for entry in entries)
            case ChoiceResponse(options=options) | SelectionResponse(options=options):
                yield from sorted(option.text.markup for option in options if option.right)
            case MatchResponse(pairs=pairs, choices=choices):
                for prompt, choice in sorted((pair.prompt.markup, choices[pair.key]) for pair in pairs):
                    yield prompt
                    yield choice
            case OrderResponse(items=items):
                yield from (item.markup for item in items)
            case TextResponse(accepted=accepted, case=case):
                yield str(case)
                yield from accepted
            case EssayResponse():
                pass  # a person marks it
            case _:
                assert_never(response)


def _mistakes(variant: Variant) -> _Texts:
    """Yield which wrong answers are recognised."""
    for response in variant.responses:
        match response:
            case NumericResponse(entries=entries):
                for entry in entries:
                    yield ";".join(f"{index} {_number(number)}" for index, number in entry.mistakes)
            case TextResponse(mistakes=mistakes):
                for mistake in mistakes:
                    yield str(len(mistake.texts))
                    yield from mistake.texts
            case (
                ChoiceResponse() | SelectionResponse() | MatchResponse() | OrderResponse() | EssayResponse()
            ):  # fmt: skip
                pass  # whatever is chosen and is not right is wrong
            case _:
                assert_never(response)


def _marks(variant: Variant) -> _Texts:
    yield f"{variant.marks} {variant.penalty}"
    for response in variant.responses:
        yield f"{response.slot} {response.marks}"
        yield " ".join(map(str, _credits(response)))


def _credits(response: Response) -> Iterator[object]:
    match response:
        case NumericResponse(mistakes=mistakes):
            yield from (mistake.credit for mistake in mistakes if mistake is not None)
        case TextResponse(mistakes=patterns):
            yield from (pattern.credit for pattern in patterns)
        case ChoiceResponse(options=options) | SelectionResponse(options=options):
            yield from (option.credit for option in options)
        case EssayResponse(rubric=rubric):
            yield from (criterion.points for criterion in rubric)
        case MatchResponse() | OrderResponse():
            pass  # equal shares
        case _:
            assert_never(response)


def _feedback(variant: Variant) -> _Texts:
    yield from _rich(variant.feedback)
    for response in variant.responses:
        match response:
            case NumericResponse(mistakes=mistakes):
                yield from (text for one in mistakes if one is not None for text in _rich(one.feedback))
            case TextResponse(mistakes=patterns):
                yield from (text for pattern in patterns for text in _rich(pattern.feedback))
            case ChoiceResponse(options=options) | SelectionResponse(options=options):
                yield from (text for option in options for text in _rich(option.feedback))
            case EssayResponse(model=model, rubric=rubric):
                yield from _rich(model)
                yield from (text for criterion in rubric for text in _rich(criterion.text))
            case MatchResponse() | OrderResponse():
                pass  # they have none of their own
            case _:
                assert_never(response)


def _number(number: Accepted) -> str:
    return f"{number.key} {number.half}"


def _rich(text: RichText | None) -> _Texts:
    if text is None:
        yield "-"
        return
    yield text.markup
    yield from (picture.name for picture in text.pictures)


_PARTS: Final[dict[str, Callable[[Variant], _Texts]]] = {
    "title": _title,
    "stem": _stem,
    "options": _options,
    "key": _key,
    "mistakes": _mistakes,
    "marks": _marks,
    "feedback": _feedback,
}
PARTS: Final = tuple(_PARTS)
"""The parts of a variant, in the order in which they are named."""
