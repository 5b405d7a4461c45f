"""What tests share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="Rewrite golden files; then read the difference.")


@pytest.fixture(autouse=True)
def _at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands take this for a person's machine: a server where tests run would change what they say."""
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare a text with a file in tests/golden, or rewrite the file with --accept."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing: run pytest --accept, then read it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def make_bank(tmp_path: Path):
    """Make a bank of questions, given as texts by id."""

    def make(questions: dict[str, str], header: str = "id: test\ntitle: Test bank\nseed: 7\n") -> Path:
        folder = tmp_path / "bank"
        (folder / "topic").mkdir(parents=True, exist_ok=True)
        (folder / "bank.yaml").write_text(header, encoding="utf-8")
        for name, text in questions.items():
            (folder / "topic" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return make


SUM = """
id: sum
title: Sum of two numbers
topics: [arithmetic]
marks: 2
parameters:
  a: {integers: [1, 50]}
  b: {integers: [1, 50]}
require:
  - a != b
stem: What is ${{ a }} + {{ b }}$?
answers:
  total:
    type: number
    value: a + b
    mistakes:
      - name: difference
        value: a - b
        feedback: That is the difference.
        credit: 0.25
feedback: The sum is ${{ a }} + {{ b }} = {{ a + b }}$.
"""


@pytest.fixture
def sum_bank(make_bank) -> Path:
    """Make a bank of one question with one number."""
    return make_bank({"sum": SUM.lstrip()})
