"""The page: one file that needs nothing else, neither from the network nor from beside it."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from markscheme.bank.problems import BankError, Problem
from markscheme.bank.sampling import Sampler
from markscheme.bank.text.mathml import MATHML
from markscheme.exporters.output import check_name, whole_file
from markscheme.exporters.preview.data import Describer, Json, describe_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from markscheme.bank.banks import Bank
    from markscheme.bank.question import Question
    from markscheme.bank.variants import Variant

_TOO_FEW = "E522"
# In a script element, HTML looks for these even within a string; JavaScript took the last two for ends of lines.
_UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<noscript><p>This page needs JavaScript, all of which is within it.</p></noscript>
<div id="page"></div>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is to be shown.

    Attributes
    ----------
    draws
        How many variants of each question, an original included; fewer where there are no more.
    student
        Whether the page tells only what a student may know before the attempt.
    """

    seed: int
    draws: int = 5
    student: bool = False


def write_page(bank: Bank, settings: Settings, path: Path, progress: Callable[[str], object]) -> None:
    """Write the page of a bank to a file.

    Raises
    ------
    BankError
        If a question is not sound, or the file cannot be written; an old file then stays as it was.
    """
    check_name(path, (".html", ".htm"), "preview", bank.folder)
    described, problems = describe_bank(bank, settings, progress)
    if problems:
        raise BankError(problems)
    with whole_file(path) as stream:
        stream.write(page(described))


def describe_bank(bank: Bank, settings: Settings, progress: Callable[[str], object]) -> tuple[Json, list[Problem]]:
    """Describe all questions that are sound; return the problems of the others beside."""
    describer = Describer(student=settings.student)
    questions: list[Json] = []
    problems: list[Problem] = []
    for question in bank.questions:
        try:
            questions.append(_question(question, settings, describer))
        except BankError as error:
            problems += error.problems
        progress(question.id)
    described = {
        "bank": bank.id,
        "title": bank.title,
        "student": settings.student,
        "questions": questions,
        "pictures": describer.pictures,
    }
    return described, problems


def _question(question: Question, settings: Settings, describer: Describer) -> Json:
    spec = question.spec
    return {
        "id": spec.id,
        "title": spec.title.text.strip(),
        "marks": f"{spec.marks:f}",
        "topics": spec.topics,
        "draws": [describer.variant(variant) for variant in _variants(question, settings)],
    }


def _variants(question: Question, settings: Settings) -> Iterator[Variant]:
    """Yield variants in MathML, as many as there are up to the number asked for."""
    found = False
    try:
        for solved, _ in Sampler(question, settings.seed).solved(settings.draws):
            yield solved.word(MATHML)
            found = True
    except BankError as error:
        if not found or any(problem.code != _TOO_FEW for problem in error.problems):
            raise


def page(described: Json, *, problems: Iterable[Problem] = (), version: str = "") -> bytes:
    """Return the page.

    Parameters
    ----------
    described
        A bank; empty where it cannot be read.
    problems
        Shown first.
    version
        Given where a server has the page, which then asks it for news.
    """
    found = [describe_problem(problem) for problem in problems]
    told = described | {"problems": found, "version": version}
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
    style, script = (files(__package__).joinpath(f"preview.{kind}").read_text("utf-8") for kind in ("css", "js"))
    asks = "connect-src 'self'; " if version else ""
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        f"{asks}base-uri 'none'; form-action 'none'"
    )
    title = escape(described.get("title") or "markscheme")
    return _PAGE.format(policy=policy, title=title, style=style, data=data, script=script).encode()


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
