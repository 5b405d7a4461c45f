"""What the tests of the preview share: a bank with every kind of answer."""

from pathlib import Path

import pytest

from markscheme.bank.banks import read_bank
from markscheme.exporters.preview.page import Settings, describe_bank, page

FOLDER = Path(__file__).parent / "bank"


@pytest.fixture(scope="session")
def bank():
    return read_bank(FOLDER)


@pytest.fixture(scope="session")
def described(bank):
    """Describe the bank with three draws a question, for markers."""
    told, problems = describe_bank(bank, Settings(seed=7, draws=3), lambda _question: None)
    assert not problems
    return told


@pytest.fixture(scope="session")
def for_students(bank):
    told, _ = describe_bank(bank, Settings(seed=7, draws=3, student=True), lambda _question: None)
    return page(told).decode()


@pytest.fixture(scope="session")
def built(described):
    return page(described).decode()
