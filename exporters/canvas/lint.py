"""Say what Canvas loses of a question's markup, pictures, feedback and idents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markscheme.exporters.canvas.draft import Draft

_DROPPED = re.compile(r"<\s*(script|style|svg|input|textarea|select|form|details|summary|link|meta)\b", re.IGNORECASE)
_HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE)
_SCRIPT = re.compile(r"""(?:href|src)\s*=\s*["']?\s*javascript:""", re.IGNORECASE)
_AROUND = re.compile(r"<(p|div|span)>(.*)</\1>", re.DOTALL)
_ENTITY = re.compile(r"&(?:lt|gt|amp);")
_IDENT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
MOST_TEXT: Final = 16_384
_LONGEST_IDENT: Final = 200
_GENERAL: Final = ("general_fb", "correct_fb", "general_incorrect_fb")


def lint(draft: Draft) -> None:
    """Note what Canvas changes or loses beside fields and pictures."""
    if len(draft.text) > MOST_TEXT:
        draft.note(
            "X720", f"the text takes {len(draft.text):,} characters; of more than {MOST_TEXT:,} Canvas keeps none"
        )
    _check_ident(draft)
    for text in draft.texts:
        _check_markup(draft, text)
    _check_feedback(draft)
    check_rules(draft)


def check_rules(draft: Draft) -> None:
    """Note conditions that do not say whether others follow, and references that lead to no feedback."""
    known = frozenset(draft.feedback_idents)
    for node in draft.node.iter("{*}respcondition", "{*}displayfeedback"):
        if node.tag.endswith("respcondition"):
            goes_on = node.get("continue", "No")
            if goes_on not in ("Yes", "No"):
                draft.note("X732", f"a condition says continue={goes_on[:40]!r}: QTI 1.2 knows Yes and No")
        elif (shown := node.get("linkrefid", "")) not in known:
            draft.note("X730", f"a condition shows the feedback {shown[:40]!r}, which the item does not have")


def check_single_text(draft: Draft, markup: str, what: str) -> None:
    """Note a text in which students read entities, as Canvas takes it for plain text."""
    inner = markup.strip()
    while found := _AROUND.fullmatch(inner):
        inner = found[2].strip()
    if "<" not in inner and (entity := _ENTITY.search(inner)):
        draft.note(
            "X728", f"students read {entity[0]!r} in {what}, which Canvas takes for plain text: put a tag into it"
        )


def _check_ident(draft: Draft) -> None:
    ident = draft.node.get("ident", "")
    if not ident:
        draft.note("X722", "the item has no ident: importing it again cannot find it")
    elif not _IDENT.fullmatch(ident):
        draft.note(
            "X722", f"Canvas changes the ident {ident[:40]!r}: write letters, digits, '-', '_' and '.', a letter first"
        )
    if len(ident) > _LONGEST_IDENT:
        draft.note(
            "X722", f"the ident has {len(ident)} characters: with more than {_LONGEST_IDENT} the import may fail"
        )


def _check_markup(draft: Draft, text: str) -> None:
    if "<" not in text:
        return
    for pattern, what in ((_DROPPED, "the element"), (_HANDLER, "the script in"), (_SCRIPT, "the script in")):
        if found := pattern.search(text):
            draft.note("X728", f"Canvas drops {what} {found[0][:40]!r}")


def _check_feedback(draft: Draft) -> None:
    shown = {one.get("linkrefid", "") for one in draft.node.iter("{*}displayfeedback")}
    labels = {label.get("ident", "") for label in draft.node.iter("{*}response_label")}
    for ident in draft.feedback_idents:
        answer = ident.removesuffix("_fb")
        check_single_text(draft, draft.feedback(ident), f"the feedback '{ident[:40]}'")
        if ident in _GENERAL or ident in shown:
            continue
        if answer in labels and answer.isdigit():
            draft.note("X730", f"New Quizzes shows the feedback {ident[:40]!r} nowhere: nothing refers to it")
        else:
            draft.note("X730", f"Canvas shows the feedback {ident[:40]!r} nowhere: nothing refers to it")
