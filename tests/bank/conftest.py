"""What the tests of the bank share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from markscheme.bank.problems import BankError
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.spec import QUESTION
from markscheme.bank.yaml_reader import read_yaml

if TYPE_CHECKING:
    from markscheme.bank.question import Question

DEFAULTS = {
    "id": "id: q",
    "title": "title: A question",
    "topics": "topics: [testing]",
    "stem": "stem: What?",
    "feedback": "feedback: That.",
}


def whole(text: str) -> str:
    """Return a question's text with the keys that it leaves out."""
    present = {line.partition(":")[0] for line in text.splitlines() if line and not line[0].isspace()}
    return text + "".join(f"{line}\n" for key, line in DEFAULTS.items() if key not in present)


@pytest.fixture
def make():
    """Compile a question from its text; the keys of `DEFAULTS` may be left out."""

    def compiled(text: str, bank: str = "test") -> Question:
        return compile_question(QUESTION.read(read_yaml(whole(text).encode(), "q.yaml")), bank)

    return compiled


@pytest.fixture
def refused(make):
    """Return the problems of a question that cannot be compiled, or of a call that fails, as 'line:column code'."""

    def problems(work) -> list[str]:
        with pytest.raises(BankError) as caught:
            make(work) if isinstance(work, str) else work()
        return [f"{one.place.line}:{one.place.column} {one.code}" for one in caught.value.problems]

    return problems
