"""The JSON Schema for editors: it takes what the reader takes, and refuses a good share of what is wrong."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from markscheme.bank.answers import ANSWERS
from markscheme.bank.banks import SHIPPED
from markscheme.bank.json_schema import bank_schema, paper_schema, question_schema
from markscheme.bank.problems import BankError
from markscheme.bank.schema import entries_of
from markscheme.bank.spec import QUESTION, QuestionSpec
from markscheme.bank.yaml_reader import Mapping, Scalar, read_yaml
from markscheme.cli import main

TESTS = Path(__file__).parent
SPECS = sorted(
    path
    for folder in (SHIPPED / "deep_learning", TESTS / "types", TESTS / "preview" / "bank")
    for path in folder.rglob("*.yaml")
)
OTHERS = {"bank.yaml": bank_schema, "paper.yaml": paper_schema}
BAD = sorted((TESTS / "bad").glob("*.yaml"))
FORM = re.compile(r"expect E(102|201|202|204|205|206|207)\b")
"""Codes of what has the wrong form, which a schema can see."""


def as_an_editor_reads(node):
    """Return the data of a YAML node by the core schema of YAML 1.2, as a language server resolves it."""
    if isinstance(node, Mapping):
        return {key.text: as_an_editor_reads(value) for key, value in node.entries}
    if not isinstance(node, Scalar):
        return [as_an_editor_reads(item) for item in node.items]
    text = node.text
    if node.style:
        return text
    if re.fullmatch(r"true|True|TRUE|false|False|FALSE", text):
        return text.lower() == "true"
    if re.fullmatch(r"null|Null|NULL|~|", text):
        return None
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


def data_of(path: Path):
    return as_an_editor_reads(read_yaml(path.read_bytes(), path.name))


def validator(path: Path) -> Draft202012Validator:
    return Draft202012Validator(OTHERS.get(path.name, question_schema)())


@pytest.mark.parametrize("make", [question_schema, bank_schema, paper_schema])
def test_schema_is_one_and_describes_every_key(make):
    schema = make()
    Draft202012Validator.check_schema(schema)
    keys = 0
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if part.get("type") == "object":
                for name, key in part.get("properties", {}).items():
                    keys += 1
                    assert len(key["description"]) > 5, name
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    assert keys >= 5


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_that_is_right_is_right_in_an_editor(path):
    assert [error.message for error in validator(path).iter_errors(data_of(path))] == []


def test_a_good_share_of_what_is_wrong_is_refused_in_an_editor_and_nothing_that_the_reader_takes():
    seen = refused = 0
    for path in BAD:
        try:
            data = data_of(path)
        except BankError:
            continue  # it is no YAML
        is_refused = bool(list(validator(path).iter_errors(data)))
        if FORM.search(path.read_text(encoding="utf-8", errors="replace")):
            seen += 1
            refused += is_refused
        elif is_refused:
            with pytest.raises(BankError):
                QUESTION.read(read_yaml(path.read_bytes(), path.name))
    assert seen > 20
    assert refused >= 0.9 * seen, f"{refused} of {seen}"


def test_schema_knows_every_key_and_every_type():
    schema = question_schema()
    assert list(schema["properties"]) == list(entries_of(QuestionSpec))
    types = [name for name, section in schema["$defs"].items() if "const" in section["properties"].get("type", {})]
    assert sorted(types) == list(ANSWERS.names())


@pytest.mark.parametrize("option", ["", "--bank", "--paper", "--report"])
def test_schema_is_printed_as_json(option):
    result = CliRunner().invoke(main, ["schema", *option.split()])
    assert result.exit_code == 0
    schema = json.loads(result.output)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
