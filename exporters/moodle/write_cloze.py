"""Write a question of several answers as a cloze text: fields among the text."""

from __future__ import annotations

import re
from functools import lru_cache
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
from markscheme.exporters.moodle.holding import weights
from markscheme.exporters.moodle.markup import percent, plain_faced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.variants import Entry, Mistake, Option, Response, Variant

# Within a cloze text this would begin a field, or repeat one, even inside LaTeX.
_FIELD_LIKE = re.compile(r"\{(?=[0-9]*:|#)")
_BRACKETS = "border-left:2px solid;border-right:2px solid"


def cloze_text(variant: Variant) -> RichText:
    """Return the question text with its fields, and the pictures that it shows."""
    shares = iter(weights(variant))
    pieces = [_outside(piece) for piece in variant.stem.pieces]
    text = [pieces[0]]
    pictures = [*variant.stem.pictures]
    for response, piece in zip(variant.responses, pieces[1:], strict=True):
        text += (_fields(response, shares), piece)
        if isinstance(response, MatchResponse | OrderResponse):
            pictures += (picture for prompt in response.texts for picture in prompt.pictures)
    return RichText(markup="".join(text), pictures=tuple(dict.fromkeys(pictures)))


def _outside(markup: str) -> str:
    """Return markup in which Moodle finds no field."""
    return _FIELD_LIKE.sub("{ ", markup)


def _fields(response: Response, shares: Iterator[int]) -> str:
    match response:
        case NumericResponse(shape=shape):
            wrong = [_wrong(mistake) for mistake in response.mistakes]
            fields = [_number_field(entry, wrong, next(shares)) for entry in response.entries]
            return _matrix(fields, shape) if shape else fields[0]
        case ChoiceResponse():
            return _choice_field(response, next(shares))
        case SelectionResponse(options=options):
            return _options(options, "MR", next(shares))
        case TextResponse():
            return _text_field(response, next(shares))
        case MatchResponse(choices=choices):
            menus = [_menu(choices, pair.key, next(shares)) for pair in response.pairs]
            return _rows([pair.prompt for pair in response.pairs], menus)
        case OrderResponse(items=items, shown=shown):
            places = [str(place + 1) for place in range(len(items))]
            menus = [_menu(places, place, next(shares)) for place in shown]
            return _rows([items[place] for place in shown], menus)
        case EssayResponse():
            return ""  # refused before anything is written
        case _:
            assert_never(response)


def _matrix(fields: Sequence[str], shape: tuple[int, ...]) -> str:
    """Write a vector (as a column) or a matrix as a table of fields between brackets."""
    columns = shape[1] if len(shape) == 2 else 1
    cells = [f"<td>{field}</td>" for field in fields]
    rows = "".join([f"<tr>{''.join(cells[i : i + columns])}</tr>" for i in range(0, len(cells), columns)])
    style = "display:inline-table;vertical-align:middle;border-collapse:separate;border-radius:9px;" + _BRACKETS
    return f'<table style="{style}"><tbody>{rows}</tbody></table>'


def _rows(prompts: Sequence[RichText], fields: Sequence[str]) -> str:
    """Write prompts as a table, each with its field behind it."""
    rows = [
        f"<tr><td>{_outside(prompt.markup)}</td><td>{field}</td></tr>"
        for prompt, field in zip(prompts, fields, strict=True)
    ]
    return f'<table cellpadding="4"><tbody>{"".join(rows)}</tbody></table>'


_FIELD = str.maketrans({"&": "&amp;", "#": "&#35;", "}": "&#125;", "~": "&#126;", "\n": " "})


@lru_cache(maxsize=1024)
def _field_text(markup: str) -> str:
    """Return markup as it may stand in a cloze field: Moodle decodes the entities of a field once."""
    inner = markup.removeprefix("<p>").removesuffix("</p>")
    return _escaped(plain_faced(inner if "<p>" not in inner else markup))


def _escaped(text: str) -> str:
    """Return text as it may stand in a field."""
    text = text.translate(_FIELD)
    text = f"&#{ord(text[0])};{text[1:]}" if text[:1] in ("=", "%") else text
    return f"{text[:-1]}&#92;" if text.endswith("\\") else text


def _wrong(mistake: Mistake | None) -> tuple[str, str]:
    """Return what stands before and behind the number of a recognised mistake."""
    if mistake is None:
        return "", ""
    return f"%{percent(mistake.credit)}%", f"#{_field_text(mistake.feedback.markup)}"


def _number_field(entry: Entry, wrong: Sequence[tuple[str, str]], weight: int) -> str:
    parts = [f"={plain(entry.accepted.key)}:{plain(entry.accepted.half)}"]
    for index, number in entry.mistakes:
        share, said = wrong[index]
        parts.append(f"{share}{plain(number.key)}:{plain(number.half)}{said}")
    return _field(weight, "NM", parts)


def _choice_field(response: ChoiceResponse, weight: int) -> str:
    if response.layout == "dropdown":
        shown = [_for_a_menu(option.text.markup) for option in response.options]
        parts = [_option(option, text) for option, text in zip(response.options, shown, strict=True)]
        return _field(weight, "MC", parts)
    return _options(response.options, "MCH" if response.layout == "truth" else "MCV", weight)


def _options(options: Sequence[Option], kind: str, weight: int) -> str:
    return _field(weight, kind, [_option(option, _field_text(option.text.markup)) for option in options])


def _option(option: Option, text: str) -> str:
    share = "=" if option.credit == 1 else f"%{percent(option.credit)}%"
    said = "" if option.feedback is None else "#" + _field_text(option.feedback.markup)
    return f"{share}{text}{said}"


def _menu(choices: Sequence[str], key: int, weight: int) -> str:
    shares = ["=" if index == key else "%0%" for index in range(len(choices))]
    texts = [_for_a_menu(choice) for choice in choices]
    return _field(weight, "MC", [share + text for share, text in zip(shares, texts, strict=True)])


def _text_field(response: TextResponse, weight: int) -> str:
    parts = [f"={_typed(words)}" for words in response.accepted]
    for mistake in response.mistakes:
        said = "" if mistake.feedback is None else "#" + _field_text(mistake.feedback.markup)
        parts += [f"%{percent(mistake.credit)}%{_typed(words)}{said}" for words in mistake.texts]
    return _field(weight, "SAC" if response.case else "SA", parts)


_SIGNS = {code: f"&#{code};" for code in range(33, 127) if not chr(code).isalnum()}


@lru_cache(maxsize=1024)
def _for_a_menu(text: str) -> str:
    """Return plain text as the option of a menu.

    All of Moodle's filters go over it, MathJax sets it, and a browser keeps tags in it: only entities are safe. They
    are decoded once with the field, and once by the browser.
    """
    return text.translate(_SIGNS).translate(_SIGNS)


@lru_cache(maxsize=1024)
def _typed(words: str) -> str:
    """Return plain text as it is to be typed."""
    # A star stands for any text, unless it has a backslash; one before a brace or a hash is taken away.
    literal = words.replace("*", "\\*").replace("\\}", "\\\\}").replace("\\#", "\\\\#")
    return literal.translate(_SIGNS)


def _field(weight: int, kind: str, alternatives: Sequence[str]) -> str:
    return f"{{{weight}:{kind}:{'~'.join(alternatives)}}}"
