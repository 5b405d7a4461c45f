"""What the page is told of a bank: variants as plain data, with or without what only the marker may see."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.text.mathml import NAMESPACE
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from fractions import Fraction

    from markscheme.bank.numbers import Accepted
    from markscheme.bank.problems import Problem
    from markscheme.bank.variants import Option, Picture, Response, RichText, Variant

Json: TypeAlias = dict[str, Any]

_KINDS = {"png": "png", "svg": "svg+xml", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif"}


class Describer:
    """Describes variants, and gathers the pictures that they show.

    Parameters
    ----------
    student
        Whether keys, intervals, credits, mistakes, feedback and rubrics are left out.

    Attributes
    ----------
    pictures
        The address of each picture, by its name; the picture itself is part of the address.
    """

    def __init__(self, *, student: bool) -> None:
        self.student = student
        self.pictures: dict[str, str] = {}

    def variant(self, variant: Variant) -> Json:
        """Describe a variant."""
        self._gather(variant.stem.pictures)
        described: Json = {
            "id": variant.id,
            "stem": [_lean(piece) for piece in variant.stem.pieces],
            "responses": [self._response(response) for response in variant.responses],
        }
        return described if self.student else described | {"feedback": self._text(variant.feedback)}

    def _response(self, response: Response) -> Json:
        # No slot's name: authors choose it for themselves, and it may tell what belongs there.
        shown: Json = {"marks": _fraction(response.marks)}
        match response:
            case NumericResponse():
                return shown | self._numeric(response)
            case ChoiceResponse():
                return shown | self._options(response.options) | {"kind": "choice", "layout": response.layout}
            case SelectionResponse():
                return shown | self._options(response.options) | {"kind": "selection"}
            case TextResponse():
                return shown | self._typed(response)
            case MatchResponse():
                return shown | self._match(response)
            case OrderResponse():
                return shown | self._order(response)
            case EssayResponse():
                return shown | self._essay(response)
            case _:
                assert_never(response)

    def _numeric(self, response: NumericResponse) -> Json:
        shown: Json = {"kind": "numeric", "shape": response.shape, "count": len(response.entries)}
        if self.student:
            return shown
        entries = [
            _interval(entry.accepted) | {"mistakes": [_interval(wrong) | {"index": i} for i, wrong in entry.mistakes]}
            for entry in response.entries
        ]
        mistakes = [
            mistake
            and {
                "name": mistake.name,
                "credit": _fraction(mistake.credit),
                "feedback": self._text(mistake.feedback),
                "entries": [plain(number.key) for number in mistake.entries],
            }
            for mistake in response.mistakes
        ]
        return shown | {"entries": entries, "mistakes": mistakes}

    def _options(self, options: tuple[Option, ...]) -> Json:
        described = []
        for option in options:
            shown: Json = {"text": self._text(option.text)}
            if not self.student:
                shown |= {
                    "right": option.right,
                    "credit": _fraction(option.credit),
                    "feedback": self._text(option.feedback),
                }
            described.append(shown)
        return {"options": described}

    def _typed(self, response: TextResponse) -> Json:
        if self.student:
            return {"kind": "text"}
        mistakes = [
            {
                "name": wrong.name,
                "texts": wrong.texts,
                "credit": _fraction(wrong.credit),
                "feedback": self._text(wrong.feedback),
            }
            for wrong in response.mistakes
        ]
        return {"kind": "text", "accepted": response.accepted, "mistakes": mistakes, "case": response.case}

    def _match(self, response: MatchResponse) -> Json:
        prompts = [self._text(pair.prompt) for pair in response.pairs]
        shown: Json = {"kind": "match", "prompts": prompts, "choices": response.choices}
        return shown if self.student else shown | {"keys": [pair.key for pair in response.pairs]}

    def _order(self, response: OrderResponse) -> Json:
        # The right order itself would tell the key: items are listed as they are shown.
        shown: Json = {"kind": "order", "items": [self._text(response.items[index]) for index in response.shown]}
        return shown if self.student else shown | {"places": response.shown}

    def _essay(self, response: EssayResponse) -> Json:
        template = self._text(response.template)
        shown: Json = {"kind": "essay", "lines": response.lines, "template": template}
        if self.student:
            return shown
        rubric = [{"points": plain(line.points), "text": self._text(line.text)} for line in response.rubric]
        return shown | {"model": self._text(response.model), "rubric": rubric}

    def _text(self, text: RichText | None) -> str:
        if text is None:
            return ""
        self._gather(text.pictures)
        return _lean(text.markup)

    def _gather(self, pictures: Iterable[Picture]) -> None:
        for picture in pictures:
            if picture.name not in self.pictures:
                kind = _KINDS[picture.name.rpartition(".")[2].lower()]
                self.pictures[picture.name] = f"data:image/{kind};base64,{b64encode(picture.read()).decode()}"


def describe_problem(problem: Problem) -> Json:
    """Describe a problem."""
    described = {"place": str(problem.place), "code": problem.code, "message": problem.message}
    return described | {"hint": problem.hint, "variant": problem.variant}


def _lean(markup: str) -> str:
    """Leave out what HTML knows by itself; in text, a bracket before it would be written as an entity."""
    return markup.replace(f'<math xmlns="{NAMESPACE}"', "<math")


def _interval(number: Accepted) -> Json:
    return {"key": plain(number.key), "low": plain(number.low), "high": plain(number.high)}


def _fraction(number: Fraction | Decimal) -> str:
    """Write a fraction exactly; the page computes with whole numbers."""
    over, under = number.as_integer_ratio()
    return f"{over}/{under}"
