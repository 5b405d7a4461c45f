"""What formats make of answer types, and what an export says of it."""

import pytest
from click.testing import CliRunner

from markscheme.bank.answers import ANSWERS
from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.fidelity import fidelity

MATCH = """id: pairs
title: Pairs
topics: [t]
parameters:
  n: {integers: [1, 50]}
stem: "What is {{ n }}? [[y]] Match: [[pairs]] Sort: [[sorted]]"
answers:
  y: {type: number, value: n}
  pairs: {type: match, pairs: [{prompt: one, choice: "1"}, {prompt: two, choice: "2"}]}
  sorted: {type: order, items: [a, b, c]}
feedback: x
"""


@pytest.fixture
def bank(make_bank):
    return str(make_bank({"pairs": MATCH}))


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_answer_type_has_a_verdict_in_every_format(name):
    rows = list(fidelity(FORMATS.get(name)))
    assert [kind for kind, _, _ in rows] == list(ANSWERS.names())
    assert {verdict.partition(":")[0] for row in rows for verdict in row[1:]} <= {"exact", "adapted", "refused"}


def test_moodle_has_matching_alone_and_adapts_it_beside_others():
    rows = {kind: verdicts for kind, *verdicts in fidelity(FORMATS.get("moodle"))}
    assert rows["match"] == ["exact", "adapted: a table with a menu for each prompt"]
    assert rows["essay"][0] == "exact"
    assert rows["essay"][1].startswith("refused: it is an essay")


def test_formats_prints_a_table_for_each():
    result = CliRunner().invoke(main, ["formats"])
    assert result.exit_code == 0
    for name, form in FORMATS.items():
        assert name in result.output
        assert form.title in result.output


def test_an_export_says_once_a_question_what_it_adapts(bank, tmp_path):
    result = CliRunner().invoke(main, ["export", bank, "-f", "moodle", "-n", "5", "-o", str(tmp_path / "o.xml")])
    assert result.exit_code == 0
    assert result.output.count("  pairs: 'pairs' is a table with a menu for each prompt") == 1


def test_strict_refuses_what_would_be_adapted_and_leaves_no_file(bank, tmp_path):
    path = tmp_path / "o.xml"
    result = CliRunner().invoke(main, ["export", bank, "-f", "moodle", "--strict", "-o", str(path)])
    assert result.exit_code == 1
    assert "X714 moodle: 'pairs' would be a table with a menu for each prompt" in result.output
    assert "X714 moodle: 'sorted' would be a table with a menu of places for each item" in result.output
    assert not path.exists()


def test_strict_lets_pass_what_is_exact(make_bank, tmp_path):
    text = "id: one\ntitle: One\ntopics: [t]\nparameters:\n  n: {integers: [1, 50]}\nstem: What is {{ n }}?\n"
    folder = make_bank({"one": text + "answers:\n  y: {type: number, value: n}\nfeedback: x\n"})
    command = ["export", str(folder), "-f", "moodle", "--strict", "-o", str(tmp_path / "o.xml")]
    assert CliRunner().invoke(main, command).exit_code == 0
