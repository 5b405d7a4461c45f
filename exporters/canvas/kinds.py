"""Read what is peculiar to each question type, as the converters of Canvas do.

Where they differ, Classic Quizzes decides; what New Quizzes would make of it otherwise is noted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markscheme.exporters.canvas.elements import children, content, first, name_of, text, within
from markscheme.exporters.canvas.fields import ChoiceField, EssayField, MenuField, PairField, TextField
from markscheme.exporters.canvas.lint import check_single_text
from markscheme.exporters.canvas.number_keys import number_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

    from markscheme.exporters.canvas.draft import Draft
    from markscheme.exporters.canvas.fields import Field

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r"\[([A-Za-z0-9_.-]+)\]")
_DIGITS = re.compile(r"[0-9]+")
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>|&(?:[a-z]+|#[0-9]+);")
_IMAGE = re.compile(r"<\s*img", re.IGNORECASE)
KNOWN: Final = ("calculated_question", "file_upload_question", "text_only_question")
"""Types of Canvas's that no export of ours writes; they are read without fields."""


def read_fields(draft: Draft, kind: str) -> tuple[Field, ...]:
    """Return the fields of a question; none for a type that is not read."""
    read = _KINDS.get(kind)
    if read is not None:
        return read(draft)
    if not kind:
        draft.note("X724", "the item has no question_type: Canvas guesses, and mostly another one")
    elif kind not in KNOWN:
        draft.note("X724", f"Canvas does not know the question_type '{kind}', and makes it another one")
    return ()


def labels(node: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
    """Yield ident and text of each answer that may be chosen."""
    for label in within(node, "response_label"):
        yield label.get("ident", ""), next(within(label, "mattext"), None)


def _scored(draft: Draft, *, added: bool = False) -> Iterator[tuple[str, str]]:
    """Yield response and value of each test that earns marks; blanks and matches count added marks only."""
    for condition in within(draft.node, "respcondition"):
        for effect in children(condition, "setvar"):
            if added and effect.get("action") != "Add":
                draft.note("X723", 'Canvas finds no right answer where a setvar has another action than "Add"')
            elif _positive(text(effect)):
                yield from _tested(first(condition, "conditionvar"))


def _positive(amount: str) -> bool:
    try:
        return float(amount) > 0
    except ValueError:
        return False


def _tested(node: etree._Element | None) -> Iterator[tuple[str, str]]:
    """Yield response and value of the tests in a condition, but for those that must not hold."""
    for child in () if node is None else node:
        if name_of(child) == "varequal":
            yield child.get("respident", ""), text(child)
        elif name_of(child) in ("and", "or"):
            yield from _tested(child)


def _choice(draft: Draft) -> tuple[Field, ...]:
    keys = {value for _, value in _scored(draft)}
    field = first(draft.presentation, "response_lid")
    options = tuple(
        (content(mattext), ident in keys, draft.feedback_of(ident))
        for ident, mattext in (() if field is None else labels(field))
    )
    if not any(is_right for _, is_right, _ in options):
        draft.note("X723", "no option is right: Canvas cannot grade the question, or takes the first one for right")
    is_single = draft.kind != "multiple_answers_question"
    if is_single and sum(is_right for _, is_right, _ in options) > 1:
        draft.note("X723", "several options are right, of which students may choose one")
    if draft.kind == "true_false_question" and [html.strip() for html, _, _ in options] != ["True", "False"]:
        draft.note("X724", "the options are not 'True' and 'False': Canvas makes it a multiple choice question")
    return (ChoiceField(options=options, is_single=is_single),)


def _text(draft: Draft) -> tuple[Field, ...]:
    texts = tuple(dict.fromkeys(value for _, value in _scored(draft) if value))
    if not texts:
        draft.note("X723", "the blank has no right answer: Canvas makes it an essay")
    return (TextField(texts=texts),)


def _number(draft: Draft) -> tuple[Field, ...]:
    return (number_field(draft),)


def _essay(_: Draft) -> tuple[Field, ...]:
    return (EssayField(),)


def _blanks(draft: Draft) -> tuple[Field, ...]:
    """Return blanks or menus, in the order of their places in the text."""
    found: dict[str, Field] = {}
    keys = {value for _, value in _scored(draft, added=True)} if draft.kind == "multiple_dropdowns_question" else set()
    idents: set[str] = set()
    for lid in children(draft.presentation, "response_lid"):
        name = lid.get("ident", "").removeprefix("response_")
        rows = list(labels(lid))
        shared = idents & {ident for ident, _ in rows}
        if shared:
            draft.note("X722", f"two blanks have an answer with the ident '{min(shared)}': Canvas mixes up their keys")
        idents |= {ident for ident, _ in rows}
        found[name] = _blank(draft, name, rows, keys)
    places = [place for place in _PLACE.findall(draft.text) if place in found]
    for name in found:
        if not _NAME.fullmatch(name):
            draft.note("X721", f"Canvas changes the name of the blank '{name}', and students find no place to type")
        elif places.count(name) != 1:
            what = "has no place" if name not in places else "has more than one place"
            draft.note("X721", f"the blank '{name}' {what} in the text: only the first becomes a field")
    return tuple(found[name] for name in dict.fromkeys(places))


def _blank(draft: Draft, name: str, rows: list[tuple[str, etree._Element | None]], keys: set[str]) -> Field:
    if draft.kind == "fill_in_multiple_blanks_question":
        texts = tuple(text(mattext) for _, mattext in rows)
        if not any(texts):
            draft.note("X723", f"the blank '{name}' has no right answer")
        return TextField(name=name, texts=texts)
    options = tuple((text(mattext), ident in keys, draft.feedback_of(ident)) for ident, mattext in rows)
    if sum(is_right for _, is_right, _ in options) != 1:
        draft.note("X723", f"the menu '{name}' has not one right option")
    for (shown, _, _), (_, mattext) in zip(options, rows, strict=True):
        _check_plain(draft, shown, f"the menu '{name}'", mattext)
    return MenuField(name=name, options=options)


def _check_plain(draft: Draft, shown: str, where: str, mattext: etree._Element | None) -> None:
    """Note markup where Canvas has plain text, unless the file says that it is meant as it stands."""
    is_meant = mattext is not None and mattext.get("texttype") == "text/plain"
    if _MARKUP.search(shown) and not is_meant:
        draft.note("X726", f"students read the signs of {shown[:40]!r} in {where}: it holds plain text only")


def _match(draft: Draft) -> tuple[Field, ...]:
    keys = dict(_scored(draft, added=True))
    found: list[Field] = []
    seen: set[str] = set()
    for lid in children(draft.presentation, "response_lid"):
        rows = [(ident, text(mattext)) for ident, mattext in labels(lid)]
        numbers = [digits[0] for ident, _ in rows if (digits := _DIGITS.search(ident))]
        if len(set(numbers)) < len(numbers):
            draft.note("X722", "the idents of two choices have the same digits: Canvas takes them for one")
        key = keys.get(lid.get("ident", ""))
        idents = [ident for ident, _ in rows]
        if key not in idents:
            draft.note("X723", f"the prompt {len(found) + 1} has no right choice")
        label = content(next(within(lid, "mattext"), None))
        check_single_text(draft, label, f"the prompt {len(found) + 1}")
        found.append(
            PairField(
                label=label,
                choices=tuple(shown for _, shown in rows),
                key=idents.index(key) if key in idents else None,
            )
        )
    for ident, mattext in labels(draft.presentation):
        shown = text(mattext)
        if _IMAGE.search(shown):
            draft.note("X726", f"Canvas takes the choice {shown[:40]!r} for a picture, and turns the question round")
            break
        if ident not in seen:
            _check_plain(draft, shown, "a choice", mattext)
            seen.add(ident)
    if len(found) == 1:
        draft.note("X724", "New Quizzes takes a match of one prompt for another type")
    return tuple(found)


_KINDS: Final[dict[str, Callable[[Draft], tuple[Field, ...]]]] = {
    "multiple_choice_question": _choice,
    "true_false_question": _choice,
    "multiple_answers_question": _choice,
    "short_answer_question": _text,
    "numerical_question": _number,
    "fill_in_multiple_blanks_question": _blanks,
    "multiple_dropdowns_question": _blanks,
    "matching_question": _match,
    "essay_question": _essay,
}
"""The names that Canvas has for its types, in words of their own: what an export writes must be among them."""
