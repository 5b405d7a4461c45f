"""Read questions that ask for true or false, a short text or an essay, as Moodle 4.5 stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markscheme.exporters.moodle.answer_parts import read_fraction, read_setting, read_whole
from markscheme.exporters.moodle.draft import LOST
from markscheme.exporters.moodle.fields import ChoiceField, EssayField, TextField
from markscheme.exporters.moodle.settings import is_numeric
from markscheme.exporters.moodle.texts import read_shown_text, strip_tags
from markscheme.exporters.said import MARKUP

if TYPE_CHECKING:
    from markscheme.exporters.moodle.draft import Draft
    from markscheme.exporters.moodle.xmlize import Node

_FORMATS: Final = ("editor", "editorfilepicker", "plain", "monospaced", "noinline")
_LIMITS: Final = ("minwordlimit", "maxwordlimit", "maxbytes")


def read_truefalse(draft: Draft) -> tuple[ChoiceField, ...]:
    """Return the field of a question of type truefalse: "True" first, then "False"."""
    said: dict[str, str] = {}
    fulls: list[bool] = []
    right = False
    for number, node in enumerate(draft.node.children.get("answer", ()), 1):
        label = f"answer {number}"
        word = draft.plain(node, label)
        if word not in ("true", "false"):
            taken = "false" if said else "true"
            draft.notes.append(f"{label} reads {word!r}, neither 'true' nor 'false': Moodle takes it for {taken!r}")
            word = taken
        said[word] = read_shown_text(draft, node.first("feedback"), f"{label} feedback")
        fulls.append(_is_full(node))
        right = fulls[-1] is (word == "true")  # the last answer decides
    if len(said) < 2:
        draft.refuse("there must be an answer 'true' and an answer 'false'", LOST)
        return ()
    if len(fulls) > 2 or sum(fulls) != 1:
        draft.notes.append(f"one of two answers must be at 100 %; Moodle takes '{str(right).lower()}' for right")
    options = (("True", float(right), said["true"]), ("False", float(not right), said["false"]))
    return (ChoiceField(options=options),)


def _is_full(node: Node) -> bool:
    text = node.attributes.get("fraction", "")
    return is_numeric(text) and float(text) == 100


def read_shortanswer(draft: Draft) -> tuple[TextField, ...]:
    """Return the field of a question of type shortanswer."""
    answers = []
    for number, node in enumerate(draft.node.children.get("answer", ()), 1):
        label = f"answer {number}"
        pattern = draft.plain(node, label)
        feedback = read_shown_text(draft, node.first("feedback"), f"{label} feedback")
        fraction = read_fraction(draft, node, label)
        if pattern or fraction or strip_tags(feedback):
            answers.append((pattern, fraction, feedback))
        else:
            draft.notes.append(f"{label} is blank and dropped")
    if max((fraction for _, fraction, _ in answers), default=-1.0) != 1:
        draft.refuse("no answer is worth 100 %", LOST)
    return (TextField(answers=tuple(answers), case=read_whole(draft, "usecase", 0) != 0),)


def read_essay(draft: Draft) -> tuple[EssayField, ...]:
    """Return the field of a question of type essay."""
    form = read_setting(draft, "responseformat", "editor")
    if form not in _FORMATS:
        draft.notes.append(f"responseformat {form!r} is unknown, and breaks every attempt")
    elif form == "noinline":
        draft.notes.append("responseformat 'noinline' leaves no box to write in")
    for name in (*_LIMITS, *(("attachmentsrequired",) if read_whole(draft, "attachments", 0) else ())):
        read_whole(draft, name, 0)
    template = _template(draft)
    if form in ("plain", "monospaced") and MARKUP.search(template):
        draft.notes.append(f"responsetemplate shows its tags, as the responseformat is {form!r}")
    lines, required = read_whole(draft, "responsefieldlines", 15), read_whole(draft, "responserequired", 1)
    return (EssayField(lines=lines, template=template, required=required != 0, format=form),)


def _template(draft: Draft) -> str:
    node = draft.node.first("responsetemplate")
    if node is not None and "file" in node.children:
        draft.notes.append("the files of responsetemplate are lost")
    return draft.plain(node, "responsetemplate")


def read_marker(draft: Draft, kind: str) -> str:
    """Return what only the marker of a question sees, in HTML."""
    return read_shown_text(draft, draft.node.first("graderinfo"), "graderinfo") if kind == "essay" else ""
