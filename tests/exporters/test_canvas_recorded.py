"""What Canvas itself made of a package: recorded, and compared with what our reader says that it holds."""

import json
from functools import cache
from pathlib import Path

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.canvas.fields import ChoiceField, MenuField, NumberField, PairField, TextField
from markscheme.exporters.roundtrip import exported, words

HERE = Path(__file__).parent
CANVAS = FORMATS.get("canvas")
RECORDED = json.loads((HERE / "recorded" / "canvas.json").read_text(encoding="utf-8"))
QUESTIONS = {question["name"]: question for question in RECORDED["questions"]}


@cache
def items():
    bank = read_bank(HERE.parent / "types")
    variants = [
        variant
        for question in bank.questions
        for variant in Sampler(question, 3).variants(3, CANVAS.target)
        if not list(CANVAS.refusals(variant))
    ]
    return {item.name: item for item in CANVAS.read(exported(variants, CANVAS), "recorded.zip")}


def answer(given):
    return tuple(given) if isinstance(given, list) else given


def test_all_that_is_written_was_recorded():
    assert set(items()) == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_earn_what_canvas_gave(name):
    for grade in QUESTIONS[name]["grades"]:
        outcome = items()[name].submit([answer(one) for one in grade["answers"]])
        assert outcome.fraction == pytest.approx(grade["fraction"], abs=1e-4), grade


@pytest.mark.parametrize("name", QUESTIONS)
def test_texts_are_those_that_canvas_stored(name):
    item, stored = items()[name].item, QUESTIONS[name]
    assert item.kind == stored["type"]
    assert item.points == stored["points"]
    assert words(item.text) == words(stored["text"])
    assert words(item.general) == words(stored["general"] or "")
    assert words(item.incorrect) == words(stored["incorrect"] or "")


def rights(stored, blank=None):
    return [
        words(one.get("html") or one["text"]) for one in stored if one["weight"] == 100 and one.get("blank_id") == blank
    ]


@pytest.mark.parametrize("name", QUESTIONS)
def test_keys_are_those_that_canvas_found(name):
    stored = QUESTIONS[name]["answers"]
    for field in items()[name].item.fields:
        match field:
            case ChoiceField(options=options):
                assert [words(text) for text, is_right, _ in options if is_right] == rights(stored)
            case MenuField(name=blank, options=options):
                right = [one["text"] for one in stored if one["weight"] == 100 and one["blank_id"] == blank]
                assert [text for text, is_right, _ in options if is_right] == right
            case TextField(name=blank, texts=texts):
                assert [words(text) for text in texts] == [words(text) for text in rights(stored, blank or None)]
            case PairField(label=label, choices=choices, key=key):
                pairs = {words(one.get("left_html") or one["left"]): one["right"] for one in stored}
                assert pairs[words(label)] == choices[key]
            case NumberField(intervals=intervals):
                assert len(intervals) == len(stored) == 1
            case _:
                assert stored == []
