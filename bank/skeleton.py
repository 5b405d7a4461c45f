"""Skeletons: a commented question of each answer type, to begin with; each is sound as it stands.

The comments, and the keys that may be added, come from the declared schema. What stands in the answer is an example:
that of the type's section (``skeleton``), or of the sections that it inherits from.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final

from markscheme.bank.answers import ANSWERS
from markscheme.bank.banks import as_shown
from markscheme.bank.problems import Place, fail
from markscheme.bank.schema import ID, entries_of
from markscheme.bank.spec import QuestionSpec
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WIDTH: Final = 110
_HEAD: Final = """\
# {doc} docs/writing-a-question.md explains every key.
# Look at it:   markscheme show {id}
# Prove it:     markscheme validate --only {id}

id: {id}                       # the file's name without .yaml
title: A title for teachers
topics: [{topic}]
"""
_BANK: Final = """\
id: {id}
title: {title}
seed: 1                        # of all draws: leave it as it is once variants are in use
"""
_USED: Final = ("id", "title", "topics", "marks", "parameters", "stem", "answers", "feedback")


def skeleton(kind: str, question: str, topic: str = "general") -> str:
    """Return the text of a new question.

    Parameters
    ----------
    kind
        The type of its answer.
    question
        Its id.
    topic
        Its topic.

    Raises
    ------
    KeyError
        If there is no such type, or it has no skeleton.

    Examples
    --------
    >>> print(skeleton("number", "a-sum").splitlines()[4])
    id: a-sum                       # the file's name without .yaml
    """
    section = ANSWERS.get(kind)
    sample = None if section is None else section.skeleton
    if section is None or sample is None:
        raise KeyError(kind)
    doc = (section.__doc__ or "").partition("\n")[0]
    answer = textwrap.indent(sample.answer, "    ")
    parts = [
        _HEAD.format(doc=doc, id=question, topic=topic),
        f"marks: {sample.marks}\n",
        "parameters:                  # one draw of these is one variant\n  n: {integers: [2, 50]}\n",
        f"stem: |\n{textwrap.indent(sample.stem, '  ')}",
        f"answers:\n  answer:                    # the stem's [[answer]]\n    type: {kind}\n{answer}",
    ]
    if sample.feedback:
        parts.append(f"feedback: |                  # shown after the attempt\n  {sample.feedback}\n")
    parts.append("# The answer may also have:\n" + "".join(_optional(section, sample.answer)))
    parts.append(
        "# The question may also have:\n"
        + "".join(_optional(QuestionSpec, "\n".join(_USED[: None if sample.feedback else -1])))
    )
    return "\n".join(parts)


def _new_bank(folder: Path) -> Path:
    """Write the ``bank.yaml`` of a bank that begins in a folder, and return it.

    Raises
    ------
    BankError
        E601 if the folder holds something already.
    """
    path = folder / "bank.yaml"
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        hint = "write one there (docs/writing-a-question.md shows it), or name a folder that is empty or new"
        raise fail(Place(as_shown(folder)), "E601", "there is no bank.yaml", hint)
    words = re.findall(r"[a-z0-9]+", folder.absolute().name.lower())
    name = re.sub(r"^[^a-z]+", "", "-".join(words)) or "bank"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as stream:
        stream.write(_BANK.format(id=name, title=name.replace("-", " ").capitalize()))
    return path


def new_question(folder: Path, kind: str, question: str, topic: str) -> tuple[Path, ...]:
    """Write a new question into a bank, which begins with it if there is none; return what was written.

    Raises
    ------
    BankError
        E204 if the id or the topic is none, E603 if another question has the id, E601 if there is no bank in a folder
        that holds other things.
    """
    place = Place(as_shown(folder))
    for name, what in ((question, "id"), (topic, "topic")):
        if not ID.fullmatch(name):
            message = f"'{shown(name)}' is no {what}"
            raise fail(place, "E204", message, "a lower-case letter, then lower-case letters, digits and '-'")
    if question in ("bank", "paper"):
        raise fail(
            place, "E603", f"no question can be called '{question}'", "its file would be the bank's or the paper's"
        )
    other = next((path for path in folder.rglob("*.yaml") if path.stem.casefold() == question), None)
    if other is not None:
        raise fail(place, "E603", f"another question has the id '{question}': {as_shown(other)}", "choose another")
    began = () if (folder / "bank.yaml").is_file() else (_new_bank(folder),)
    path = folder / topic / f"{question}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as stream:
        stream.write(skeleton(kind, question, topic))
    return *began, path


def _optional(section: type[Any], written: str) -> Iterator[str]:
    """Yield a comment on each key of a section that may be added."""
    used = {line.partition(":")[0] for line in written.splitlines()}
    defaults = {one.name: one.default for one in fields(section)}
    for name, entry in entries_of(section).items():
        if name not in used and defaults[name] is not MISSING:
            start = f"#   {name}: "
            yield (
                textwrap.fill(
                    entry.doc, _WIDTH, initial_indent=start, subsequent_indent="#     ", break_on_hyphens=False
                )
                + "\n"
            )
