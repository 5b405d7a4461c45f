"""Write Moodle XML.

Every text is one CDATA section: Moodle drops blank pieces of character data, and pieces break wherever an entity or
a section begins. Files stand inside the element whose text shows them. A question of one number is `numerical`, one
of one choice at the end of the stem `multichoice`; everything else is `cloze`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.text.html import BLOCK, PICTURE
from markscheme.bank.variants import ChoiceResponse, NumericResponse, Response, RichText, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markscheme.bank.text.source import Picture
    from markscheme.bank.variants import Entry, Mistake
    from markscheme.exporters.format import Heading, Options, Write

_TAGS = re.compile(r"<[^>]*>")
# Within a cloze text this would begin a field, or repeat one, even inside LaTeX.
_FIELD_LIKE = re.compile(r"\{(?=[0-9]*:|#)")
# Moodle's emoticon filter, on by default, puts a picture wherever one of these stands: even into O(n).
# One set of first characters lets the search skip quickly to the few places that matter.
_EMOTICON = re.compile(
    r"[:;B^8VPx|}(](?:(?<=[:;B^8])-\)|(?<=:)(?:o?\)|-[DPpIX/(]|\()|(?<=[V|])-\.|(?<=8)-[.o\[]|(?<=P)-\|"
    r"|(?<=x)x-P|(?<=\})-\]|(?<=\()(?:grr|h|heart|y|n|martin| )\))"
)
_SLOT_WRAPPER = f"<{BLOCK}></div>"
_BRACKETS = "border-left:2px solid;border-right:2px solid"
_INPUT = "_____"
"""Moodle puts the input box of a numerical question where five underscores stand."""

_LONGEST_NAME = 255
_MOST_DIGITS = 14
_MOST_MARKS = 100_000
# Moodle takes only these parts of the marks, and wants seven digits of those that do not end.
_PARTS = {
    Fraction(numerator, denominator)
    for numerator, denominator in (
        (0, 1), (1, 1), (9, 10), (5, 6), (4, 5), (3, 4), (7, 10), (2, 3), (3, 5), (1, 2), (2, 5), (1, 3), (3, 10),
        (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 10), (1, 20),
    )
}  # fmt: skip


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


@lru_cache(maxsize=256)
def _percent(part: Fraction) -> str:
    """Write a part of the marks in per cent, with at most five digits after the point."""
    value = Decimal(part.numerator * 100) / part.denominator
    return plain(value.quantize(Decimal("0.00001")).normalize())


def _allowed(part: Fraction) -> Fraction | None:
    """Return the part of the marks that Moodle allows within its own tolerance, or None."""
    return next((one for one in _PARTS if abs(one - abs(part)) < Fraction(1, 100_000)), None)


def _is_native(variant: Variant) -> bool:
    """Return whether the variant is a question type of its own in Moodle, rather than cloze."""
    if len(variant.responses) != 1:
        return False
    if isinstance(variant.responses[0], NumericResponse):
        return variant.responses[0].shape == ()
    return not _TAGS.sub("", variant.stem.pieces[-1]).strip()


def refusals(variant: Variant) -> Iterator[str]:
    """Yield what of a variant Moodle cannot hold, in a sentence each."""
    native = _is_native(variant)
    if default_mark(variant) >= _MOST_MARKS:
        yield f"its fields weigh {default_mark(variant)} together; Moodle takes less than {_MOST_MARKS}"
    for response in variant.responses:
        if isinstance(response, NumericResponse) and any(_is_long(entry.accepted.key) for entry in response.entries):
            yield f"the key of '{response.slot}' has more than {_MOST_DIGITS} digits, and Moodle stores no more"
        if native:
            for name, credit in _credits(response):
                if _allowed(credit) is None:
                    nearest = _percent(min(_PARTS, key=lambda part: abs(part - abs(credit))))
                    yield (
                        f"'{name}' in '{response.slot}' earns {_percent(credit)} %, which Moodle does not know; "
                        f"the nearest is {nearest} %"
                    )
        elif any(text.pictures for text in response.texts):
            yield f"'{response.slot}' shows pictures in options or feedback; beside other slots Moodle loses them"


def _is_long(key: Decimal) -> bool:
    return key != key.to_integral_value() and len(key.normalize().as_tuple().digits) > _MOST_DIGITS


def _credits(response: Response) -> Iterator[tuple[str, Fraction]]:
    match response:
        case NumericResponse(mistakes=mistakes):
            yield from ((mistake.name, mistake.credit) for mistake in mistakes if mistake is not None)
        case ChoiceResponse(options=options):
            yield from ((option.name, option.credit) for option in options)
        case _:
            assert_never(response)


def default_mark(variant: Variant) -> Fraction:
    """Return the mark that Moodle gives the question: for cloze the sum of the fields' weights."""
    return Fraction(variant.marks) if _is_native(variant) else Fraction(sum(_weights(variant)))


def _weights(variant: Variant) -> tuple[int, ...]:
    return _whole_weights(tuple([(response.marks, _field_count(response)) for response in variant.responses]))


def _field_count(response: Response) -> int:
    return len(response.entries) if isinstance(response, NumericResponse) else 1


@lru_cache(maxsize=256)
def _whole_weights(marks: tuple[tuple[Fraction, int], ...]) -> tuple[int, ...]:
    """Return whole weights for the fields of a cloze question: their marks, or numbers in the same ratio.

    Each response has its marks and the number of fields that share them.
    """
    shares = [share / count for share, count in marks for _ in range(count)]
    scale = lcm(*(share.denominator for share in shares))
    weights = [int(share * scale) for share in shares]
    return tuple(weights if scale == 1 else [weight // gcd(*weights) for weight in weights])


@lru_cache(maxsize=256)
def _encoded(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()


def _file(picture: Picture) -> str:
    return f'<file name="{picture.name}" path="/" encoding="base64">{_encoded(picture.path)}</file>'


def _plain_faced(markup: str) -> str:
    """Write the last character of whatever Moodle would take for an emoticon as an entity."""
    changed, found = _EMOTICON.subn(lambda face: f"{face[0][:-1]}&#{ord(face[0][-1])};", markup)
    return _plain_faced(changed) if found else markup  # the end of an entity may begin another: ;-)


def _text(markup: str, pictures: Sequence[Picture] = ()) -> str:
    """Write a text element, and the files that it shows behind it."""
    markup = _plain_faced(markup)
    if not pictures:
        return f"<text>{_cdata(markup)}</text>"
    linked = markup.replace(f'src="{PICTURE}', 'src="@@PLUGINFILE@@/')
    return f"<text>{_cdata(linked)}</text>" + "".join([_file(picture) for picture in pictures])


def _feedback(feedback: RichText | None) -> str:
    if feedback is None or not feedback.markup:
        return ""
    return f'<feedback format="html">{_text(feedback.markup, feedback.pictures)}</feedback>'


class MoodleWriter:
    """Writes a Moodle XML file, variant by variant.

    Parameters
    ----------
    write
        Takes the next piece of the file.
    heading
        What the file says of the bank.
    options
        Whether questions are put into categories.
    """

    def __init__(self, write: Write, heading: Heading, options: Options) -> None:
        self._write = write
        self._heading = heading
        self._categories = options.categories
        self._category = ""
        write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')

    def add(self, variant: Variant) -> None:
        """Write a variant, and its category before the first of each."""
        if self._categories:
            self._enter(variant)
        self._write(question(variant).encode())

    def finish(self) -> None:
        """Write the end of the file."""
        self._write(b"</quiz>\n")

    def _enter(self, variant: Variant) -> None:
        parts = [self._heading.title, f"{variant.title} ({variant.question})"]
        if variant.is_original:
            parts.append("original")
        path = "$course$/top/" + "/".join(_category(part) for part in parts)
        if path != self._category:
            self._category = path
            info = f"Variants of the question {variant.question} of the bank {self._heading.bank}."
            self._write(
                f'<question type="category"><category><text>{_cdata(path)}</text></category>'
                f'<info format="html"><text>{_cdata(info)}</text></info></question>\n'.encode()
            )


def _category(name: str) -> str:
    """Return a part of a category's path; a slash within is doubled, and none may touch the one that parts."""
    inner = _clean(name).replace("/", "//")
    return f"{' ' * inner.startswith('/')}{inner}{' ' * inner.endswith('/')}"


def _clean(name: str) -> str:
    """Return a name that Moodle keeps: it takes whatever follows < without a space for a tag."""
    return re.sub(r"<(?=\S)", "< ", " ".join(name.split()))


def _name(variant: Variant) -> str:
    room = _LONGEST_NAME - len(variant.id) - 1
    return f"{_clean(variant.title)[:room].rstrip()} {variant.id}"


def question(variant: Variant) -> str:
    """Return the XML of one variant."""
    response = variant.responses[0]
    if not _is_native(variant):
        kind, text, body = "cloze", _cloze_text(variant), ""
    elif isinstance(response, NumericResponse):
        kind, text, body = "numerical", _INPUT.join(variant.stem.pieces), _numerical(response)
    else:
        kind, text, body = "multichoice", "".join(variant.stem.pieces), _multichoice(response)
    text = text.replace(_SLOT_WRAPPER, "").strip()
    grade = plain(variant.marks.normalize())
    worked = _text(variant.feedback.markup, variant.feedback.pictures)
    tags = "".join([f"<tag><text>{_cdata(tag)}</text></tag>" for tag in _tag_names(variant)])
    return (
        f'<question type="{kind}">\n<name><text>{_cdata(_name(variant))}</text></name>\n'
        f'<questiontext format="html">{_text(text, variant.stem.pictures)}</questiontext>\n'
        f'<generalfeedback format="html">{worked}</generalfeedback>\n'
        f"<defaultgrade>{grade}</defaultgrade>\n<penalty>{plain(variant.penalty)}</penalty>\n<hidden>0</hidden>\n"
        f"<idnumber>{variant.id}</idnumber>\n{body}<tags>{tags}</tags>\n</question>\n"
    )


def _tag_names(variant: Variant) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"ms:{variant.fingerprint}", variant.bank, variant.question, *variant.topics)))


def _numerical(response: NumericResponse) -> str:
    """Write the answers of a numerical question; Moodle takes the first whose interval holds the number."""
    entry = response.entries[0]
    answers = [_answer("100", entry.accepted.key, entry.accepted.half, None)]
    for index, number in entry.mistakes:
        mistake = response.mistakes[index]
        if mistake is not None:
            answers.append(_answer(_percent(mistake.credit), number.key, number.half, mistake.feedback))
    return (
        "".join(answers) + "<unitgradingtype>0</unitgradingtype><unitpenalty>0</unitpenalty><showunits>3</showunits>\n"
    )


def _answer(fraction: str, key: Decimal, half: Decimal, feedback: RichText | None) -> str:
    return (
        f'<answer fraction="{fraction}" format="plain_text"><text>{plain(key)}</text>'
        f"<tolerance>{plain(half)}</tolerance>{_feedback(feedback)}</answer>\n"
    )


def _multichoice(response: ChoiceResponse) -> str:
    answers = [
        f'<answer fraction="{_percent(option.credit)}" format="html">{_text(option.text.markup, option.text.pictures)}'
        f"{_feedback(option.feedback)}</answer>\n"
        for option in response.options
    ]
    # The order is a draw of our own: it is part of the variant.
    settings = "<single>true</single><shuffleanswers>false</shuffleanswers><answernumbering>abc</answernumbering>"
    return f"{settings}<showstandardinstruction>0</showstandardinstruction>\n{''.join(answers)}"


def _cloze_text(variant: Variant) -> str:
    weights = iter(_weights(variant))
    pieces = [_FIELD_LIKE.sub("{ ", piece) for piece in variant.stem.pieces]
    text = [pieces[0]]
    for response, piece in zip(variant.responses, pieces[1:], strict=True):
        text += (_fields(response, weights), piece)
    return "".join(text)


def _fields(response: Response, weights: Iterator[int]) -> str:
    match response:
        case NumericResponse(shape=shape):
            wrong = [_wrong(mistake) for mistake in response.mistakes]
            fields = [_number_field(entry, wrong, next(weights)) for entry in response.entries]
            return _table(fields, shape) if shape else fields[0]
        case ChoiceResponse():
            return _choice_field(response, next(weights))
        case _:
            assert_never(response)


def _table(fields: Sequence[str], shape: tuple[int, ...]) -> str:
    """Write a vector (as a column) or a matrix as a table of fields between brackets."""
    columns = shape[1] if len(shape) == 2 else 1
    cells = [f"<td>{field}</td>" for field in fields]
    rows = "".join([f"<tr>{''.join(cells[i : i + columns])}</tr>" for i in range(0, len(cells), columns)])
    style = "display:inline-table;vertical-align:middle;border-collapse:separate;border-radius:9px;" + _BRACKETS
    return f'<table style="{style}"><tbody>{rows}</tbody></table>'


_FIELD = str.maketrans({"&": "&amp;", "#": "&#35;", "}": "&#125;", "~": "&#126;", "\n": " "})


@lru_cache(maxsize=1024)
def _field_text(markup: str) -> str:
    """Return markup as it may stand in a cloze field: Moodle decodes the entities of a field once."""
    inner = markup.removeprefix("<p>").removesuffix("</p>")
    text = _plain_faced(inner if "<p>" not in inner else markup).translate(_FIELD)
    text = f"&#{ord(text[0])};{text[1:]}" if text[:1] in ("=", "%") else text
    return f"{text[:-1]}&#92;" if text.endswith("\\") else text


def _wrong(mistake: Mistake | None) -> tuple[str, str]:
    """Return what stands before and behind the number of a recognised mistake."""
    if mistake is None:
        return "", ""
    return f"%{_percent(mistake.credit)}%", f"#{_field_text(mistake.feedback.markup)}"


def _number_field(entry: Entry, wrong: Sequence[tuple[str, str]], weight: int) -> str:
    parts = [f"={plain(entry.accepted.key)}:{plain(entry.accepted.half)}"]
    for index, number in entry.mistakes:
        share, said = wrong[index]
        parts.append(f"{share}{plain(number.key)}:{plain(number.half)}{said}")
    return f"{{{weight}:NM:{'~'.join(parts)}}}"


def _choice_field(response: ChoiceResponse, weight: int) -> str:
    parts = []
    for option in response.options:
        share = "=" if option.right else f"%{_percent(option.credit)}%"
        feedback = "" if option.feedback is None else "#" + _field_text(option.feedback.markup)
        parts.append(f"{share}{_field_text(option.text.markup)}{feedback}")
    return f"{{{weight}:MCV:{'~'.join(parts)}}}"
