"""Fidelity: what each format makes of each answer type, found out by putting an example of it to the format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from markscheme.bank.answers import ANSWERS
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler
from markscheme.bank.spec import QUESTION
from markscheme.bank.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.variants import Variant
    from markscheme.exporters.format import Format

EXACT: Final = "exact"

_EXAMPLES: Final = {
    "choice": "options: [{text: $a$, right: true, feedback: Yes.}, {text: $b$, feedback: No.}, {text: $c$}]",
    "choices": "options: [{text: $a$, right: true}, {text: $b$, right: true}, {text: $c$, feedback: No.}]",
    "dropdown": "options: [{text: a, right: true}, {text: b, feedback: No.}]",
    "essay": "model: All of it.\n    rubric: [{points: 1, text: It is all there.}]",
    "match": "pairs: [{prompt: $a$, choice: one}, {prompt: $b$, choice: two}]\n    distractors: [three]",
    "matrix": "value: array((1, 2), (3, 4))\n    mistakes: [{value: 'array((1, 3), (2, 4))', feedback: Transposed.}]",
    "number": "value: 2.5\n    decimals: 1\n    mistakes: [{value: 5, feedback: Halve it., credit: 0.5}]",
    "order": "items: [$a$, $b$, $c$]",
    "statements": (
        "show: 3\n    statements: [{id: p, text: One., truth: true, reason: So.}, {id: q, text: Two., truth: false, "
        "reason: So.}, {id: r, text: Three., truth: true, reason: So.}]"
    ),
    "text": "accept: [word]\n    mistakes: [{texts: [work], feedback: No.}]",
    "true_false": "value: 2 > 1",
}
_BESIDE: Final = "\n  beside:\n    type: number\n    value: 2"


def fidelity(form: Format) -> Iterator[tuple[str, str, str]]:
    """Yield each answer type, and what a format makes of it alone and beside another slot.

    Yields
    ------
    tuple of str
        The type's name, and twice "exact", "adapted: …" or "refused: …".
    """
    for name in ANSWERS.names():
        alone, beside = (_made_of(_example(name, form, more), form) for more in ("", _BESIDE))
        yield name, alone, beside


def _example(name: str, form: Format, more: str) -> Variant:
    """Return an example of an answer type in a format's target."""
    slots = "[[y]]" + " and [[beside]]" * bool(more)
    text = (
        f"id: example\ntitle: Example\ntopics: [example]\nfew_variants: it is an example\nstem: 'What? {slots}'\n"
        f"marks: {2 if more else 1}\n"
        f"answers:\n  y:\n    type: {name}\n    {_EXAMPLES[name]}{more}\nfeedback: Like this.\n"
    )
    question = compile_question(QUESTION.read(read_yaml(text.encode(), "example.yaml")), "example", Path())
    return next(Sampler(question, 1).variants(1, form.target))


def _made_of(variant: Variant, form: Format) -> str:
    refused = next(form.refusals(variant), None)
    if refused is not None:
        return f"refused: {refused.reason}".replace("'y'", "it")
    adapted = next(form.adaptations(variant), None)
    return EXACT if adapted is None else f"adapted: {adapted.form}"
