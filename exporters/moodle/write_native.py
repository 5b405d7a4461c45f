"""Write the question types of Moodle's own: one response a question."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    RichText,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.moodle.markup import cdata, feedback, percent, rich

if TYPE_CHECKING:
    from decimal import Decimal

    from markscheme.bank.variants import Option, Variant

_INPUT = "_____"
"""Moodle puts the input box of a numerical or short-answer question where five underscores stand."""


def native(variant: Variant) -> tuple[str, RichText, str]:
    """Return the type, the question text, and the elements of a question's type."""
    response = variant.responses[0]
    joint = ""
    match response:
        case NumericResponse():
            kind, body, joint = "numerical", _numerical(response), _INPUT
        case TextResponse():
            kind, body, joint = "shortanswer", _shortanswer(response), _INPUT
        case ChoiceResponse(layout="truth"):
            kind, body = "truefalse", _truefalse(response)
        case ChoiceResponse(options=options):
            kind, body = "multichoice", _multichoice(options, single=True)
        case SelectionResponse(options=options):
            kind, body = "multichoice", _multichoice(options, single=False)
        case MatchResponse():
            kind, body = "matching", _matching(response)
        case OrderResponse():
            kind, body = "ordering", _ordering(response)
        case EssayResponse():
            kind, body = "essay", _essay(response)
        case _:
            assert_never(response)
    return kind, RichText(markup=joint.join(variant.stem.pieces), pictures=variant.stem.pictures), body


def _numerical(response: NumericResponse) -> str:
    """Write the answers of a numerical question; Moodle takes the first whose interval holds the number."""
    entry = response.entries[0]
    answers = [_answer("100", entry.accepted.key, entry.accepted.half, None)]
    for index, number in entry.mistakes:
        mistake = response.mistakes[index]
        if mistake is not None:
            answers.append(_answer(percent(mistake.credit), number.key, number.half, mistake.feedback))
    return (
        "".join(answers) + "<unitgradingtype>0</unitgradingtype><unitpenalty>0</unitpenalty><showunits>3</showunits>\n"
    )


def _answer(fraction: str, key: Decimal, half: Decimal, said: RichText | None) -> str:
    return (
        f'<answer fraction="{fraction}" format="plain_text"><text>{plain(key)}</text>'
        f"<tolerance>{plain(half)}</tolerance>{feedback(said)}</answer>\n"
    )


def _shortanswer(response: TextResponse) -> str:
    answers = [_typed("100", words, "") for words in response.accepted]
    for mistake in response.mistakes:
        said = feedback(mistake.feedback)
        answers += [_typed(percent(mistake.credit), words, said) for words in mistake.texts]
    return f"<usecase>{int(response.case)}</usecase>\n{''.join(answers)}"


def _typed(fraction: str, words: str, said: str) -> str:
    # A star stands for any text, unless it has a backslash.
    literal = words.replace("*", "\\*")
    return f'<answer fraction="{fraction}" format="plain_text"><text>{cdata(literal)}</text>{said}</answer>\n'


def _truefalse(response: ChoiceResponse) -> str:
    return "".join(
        f'<answer fraction="{percent(option.credit)}" format="plain_text"><text>{option.name}</text>'
        f"{feedback(option.feedback)}</answer>\n"
        for option in response.options
    )


def _multichoice(options: tuple[Option, ...], *, single: bool) -> str:
    answers = [
        f'<answer fraction="{percent(option.credit)}" format="html">{rich(option.text)}'
        f"{feedback(option.feedback)}</answer>\n"
        for option in options
    ]
    # The order is a draw of our own: it is part of the variant.
    settings = (
        f"<single>{'true' if single else 'false'}</single><shuffleanswers>false</shuffleanswers>"
        f"<answernumbering>abc</answernumbering>"
    )
    return f"{settings}<showstandardinstruction>0</showstandardinstruction>\n{''.join(answers)}"


def _matching(response: MatchResponse) -> str:
    used = {pair.key for pair in response.pairs}
    pairs = [_subquestion(rich(pair.prompt), response.choices[pair.key]) for pair in response.pairs]
    pairs += [_subquestion("<text></text>", choice) for i, choice in enumerate(response.choices) if i not in used]
    return f"<shuffleanswers>false</shuffleanswers>\n{''.join(pairs)}"


def _subquestion(prompt: str, choice: str) -> str:
    return f'<subquestion format="html">{prompt}<answer><text>{_choice(choice)}</text></answer></subquestion>\n'


def _choice(text: str) -> str:
    """Return plain text as a choice: Moodle takes tags away and decodes entities, and a site may filter it."""
    return cdata(html.escape(text, quote=False).replace("\\", "&#92;").replace("$", "&#36;"))


def _ordering(response: OrderResponse) -> str:
    # Moodle lays an item out as a row of boxes: without one around all of it, spaces beside tags are lost.
    boxed = [replace(item, markup=f"<div>{item.markup}</div>") for item in response.items]
    items = [f'<answer fraction="{i}" format="html">{rich(item)}</answer>\n' for i, item in enumerate(boxed, 1)]
    # Each item in its right place earns an equal share; Moodle shows them in an order of its own.
    settings = (
        "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount>"
        "<gradingtype>ABSOLUTE_POSITION</gradingtype><showgrading>SHOW</showgrading>"
        "<numberingstyle>none</numberingstyle><shownumcorrect>1</shownumcorrect>"
    )
    return f"{settings}\n{''.join(items)}"


def _essay(response: EssayResponse) -> str:
    template = "" if response.template is None else rich(response.template)
    return (
        "<responseformat>editor</responseformat><responserequired>1</responserequired>"
        f"<responsefieldlines>{response.lines}</responsefieldlines><minwordlimit></minwordlimit>"
        "<maxwordlimit></maxwordlimit><attachments>0</attachments><attachmentsrequired>0</attachmentsrequired>"
        "<maxbytes>0</maxbytes><filetypeslist></filetypeslist>\n"
        f'<graderinfo format="html">{rich(marker_notes(response))}</graderinfo>\n'
        f'<responsetemplate format="html">{template or "<text></text>"}</responsetemplate>\n'
    )


def marker_notes(response: EssayResponse) -> RichText:
    """Return what the marker of an essay reads: the model answer and the rubric."""
    rows = [
        f"<tr><td>{plain(criterion.points.normalize())}</td><td>{criterion.text.markup}</td></tr>"
        for criterion in response.rubric
    ]
    pictures = [*response.model.pictures, *(shown for one in response.rubric for shown in one.text.pictures)]
    return RichText(
        markup=(
            f"<p><strong>Model answer</strong></p>\n{response.model.markup}\n"
            '<table border="1" cellpadding="4" style="border-collapse:collapse">'
            f"<thead><tr><th>Points</th><th>For</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
        ),
        pictures=tuple(dict.fromkeys(pictures)),
    )
