"""Write what differs from question type to question type in Canvas: fields, keys, feedback of answers."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.text.html import BLOCK
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.canvas import question_types as kinds
from markscheme.exporters.canvas.markup import between, condition, equals, marks, plain_text, shows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.variants import Option
    from markscheme.exporters.canvas.held import Held
    from markscheme.exporters.canvas.markup import Texts

_ONE = "response1"
_ALL = '<setvar action="Set" varname="SCORE">100</setvar>'
_LINE = (
    f'<response_str ident="{_ONE}" rcardinality="Single"><render_fib><response_label ident="answer1"/>'
    "</render_fib></response_str>"
)
_NUMBER = _LINE.replace("<render_fib>", '<render_fib fibtype="Decimal">')
_EMPTY = f"<{BLOCK}></div>"
"""The place of a slot at the end of a stem, where Canvas needs none."""

_FIRST = 1001
"""The first ident of an answer: digits only, as Canvas finds the feedback of others in choices alone."""


class Body(NamedTuple):
    """Fields, conditions of marking, and the feedback of answers."""

    fields: str
    conditions: str
    feedback: str = ""


def stem_of(held: Held) -> str:
    """Return the markup of what is asked, with the names of the blanks where they go."""
    pieces = held.variant.stem.pieces
    if held.kind not in (kinds.BLANKS, kinds.MENUS):
        return "".join(pieces).replace(_EMPTY, "")
    named = [f"[{name}]" for name in blank_names(held)]
    return pieces[0] + "".join([name + piece for name, piece in zip(named, pieces[1:], strict=True)])


def blank_names(held: Held) -> list[str]:
    """Return the names of the blanks, by which an editor of the question knows them."""
    return [f"{response.slot}-{number}" for number, response in enumerate(held.variant.responses, start=1)]


def body_of(held: Held, texts: Texts) -> Body:
    """Return what is peculiar to a question type."""
    if held.kind in (kinds.BLANKS, kinds.MENUS):
        return _blanks(held, texts)
    response = held.variant.responses[0]
    match response:
        case NumericResponse():
            return _number(response)
        case TextResponse(accepted=accepted):
            test = "".join([equals(_ONE, text.strip()) for text in accepted])
            return Body(_LINE, condition(test, _ALL, goes_on=False))
        case ChoiceResponse(options=options):
            return _choice(options, texts)
        case SelectionResponse(options=options):
            return _choices(options, texts)
        case MatchResponse():
            return _match(response, texts)
        case EssayResponse():
            return Body(_LINE, condition("<other/>", "", goes_on=False))
        case OrderResponse():
            raise TypeError("an order is held as a match")
        case _:
            assert_never(response)


def _number(response: NumericResponse) -> Body:
    """Write a key with its margin: symmetric, as Classic Quizzes and New Quizzes look at one end each."""
    accepted = response.entries[0].accepted
    inner = between(_ONE, plain(accepted.low), plain(accepted.high))
    test = f"<or>{equals(_ONE, plain(accepted.key))}<and>{inner}</and></or>"
    return Body(_NUMBER, condition(test, _ALL, goes_on=False))


def _labels(options: Sequence[Option], texts: Texts) -> str:
    return "".join(
        [
            f'<response_label ident="{ident}">{texts.material(option.text.markup)}</response_label>\n'
            for ident, option in enumerate(options, _FIRST)
        ]
    )


def _lid(cardinality: str, labels: str) -> str:
    opening = f'<response_lid ident="{_ONE}" rcardinality="{cardinality}"><render_choice>'
    return f"{opening}\n{labels}</render_choice></response_lid>"


def _answer_feedback(options: Sequence[Option], texts: Texts) -> tuple[str, str]:
    """Return the conditions that show the feedback of options, and the feedback."""
    conditions, feedback = [], []
    for ident, option in enumerate(options, _FIRST):
        said = texts.feedback(f"{ident}_fb", option.feedback)
        if said:
            conditions.append(condition(equals(_ONE, str(ident)), shows(f"{ident}_fb"), goes_on=True))
            feedback.append(said)
    return "".join(conditions), "".join(feedback)


def _choice(options: Sequence[Option], texts: Texts) -> Body:
    shown, feedback = _answer_feedback(options, texts)
    key = next(str(ident) for ident, option in enumerate(options, _FIRST) if option.right)
    return Body(
        _lid("Single", _labels(options, texts)), shown + condition(equals(_ONE, key), _ALL, goes_on=False), feedback
    )


def _choices(options: Sequence[Option], texts: Texts) -> Body:
    shown, feedback = _answer_feedback(options, texts)
    tests = [
        equals(_ONE, str(ident)) if option.right else f"<not>{equals(_ONE, str(ident))}</not>"
        for ident, option in enumerate(options, _FIRST)
    ]
    key = condition(f"<and>{''.join(tests)}</and>", _ALL, goes_on=False)
    return Body(_lid("Multiple", _labels(options, texts)), shown + key, feedback)


def _match(response: MatchResponse, texts: Texts) -> Body:
    """Write prompts with the same choices each; "Add" is the only action by which Canvas finds the right one."""
    labels = "".join(
        [
            f'<response_label ident="{ident}">{plain_text(choice)}</response_label>\n'
            for ident, choice in enumerate(response.choices, _FIRST)
        ]
    )
    part = _part(len(response.pairs))
    fields, conditions = [], []
    for number, pair in enumerate(response.pairs, start=1):
        name = f"response_{number}"
        fields.append(
            f'<response_lid ident="{name}" rcardinality="Single">{texts.boxed(pair.prompt.markup, "prompt")}'
            f"<render_choice>\n{labels}</render_choice></response_lid>\n"
        )
        conditions.append(condition(equals(name, str(_FIRST + pair.key)), part, goes_on=True))
    return Body("".join(fields), "".join(conditions))


def _part(count: int) -> str:
    return f'<setvar action="Add" varname="SCORE">{marks(100 / count)}</setvar>'


def _blanks(held: Held, texts: Texts) -> Body:
    """Write blanks or menus; no two answers of a question may share an ident."""
    part = _part(len(held.variant.responses))
    idents = count(_FIRST)
    fields, conditions, feedback = [], [], []
    for name, response in zip(blank_names(held), held.variant.responses, strict=True):
        rows = [(str(next(idents)), answer) for answer in _answers(response)]
        labels = "".join(
            [f'<response_label ident="{ident}">{plain_text(text)}</response_label>\n' for ident, (text, _) in rows]
        )
        respident = f"response_{name}"
        fields.append(
            f'<response_lid ident="{respident}" rcardinality="Single"><material><mattext>{name}</mattext></material>'
            f"<render_choice>\n{labels}</render_choice></response_lid>\n"
        )
        for ident, (_, option) in rows:
            said = "" if option is None else texts.feedback(f"{ident}_fb", option.feedback)
            if said:
                feedback.append(said)
                conditions.append(condition(equals(respident, ident), shows(f"{ident}_fb"), goes_on=True))
        key = next(ident for ident, (_, option) in rows if option is None or option.right)
        conditions.append(condition(equals(respident, key), part, goes_on=True))
    return Body("".join(fields), "".join(conditions), "".join(feedback))


def _answers(response: object) -> Iterator[tuple[str, Option | None]]:
    """Yield the texts of a blank, or of a menu with their options."""
    match response:
        case TextResponse(accepted=accepted):
            yield from ((text.strip(), None) for text in dict.fromkeys(accepted))
        case ChoiceResponse(options=options):
            yield from ((option.text.markup, option) for option in options)
        case _:
            raise TypeError("a blank holds texts, a menu options")
