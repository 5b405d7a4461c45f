"""The paper: numbering, marks, and what stands where."""

from __future__ import annotations

from fractions import Fraction

import pytest

from markscheme.bank.paper import PAPER, make_paper, plan, said_marks
from markscheme.bank.yaml_reader import read_yaml

IDS = [f"q{number}" for number in range(1, 16)]
TEXT = """\
title: A paper
minutes: 90
extra_minutes: 15
instructions: Answer both.
questions:
  - title: One
    marks: 100
    parts:
      - title: Seven items
        marks: 40
        items: [{question: q1}, {question: q2}, {question: q3}, {question: q4}, {question: q5}, {question: q6},
                {question: q7, forms: [q8, q9]}]
      - {title: Stated, marks: 60, items: [{question: q10, marks: 12.5}, {question: q11}]}
  - {title: Two, marks: 50, parts: [{title: All, marks: 50, items: [{question: q12}]}]}
"""


@pytest.fixture
def paper():
    return make_paper(PAPER.read(read_yaml(TEXT.encode(), "paper.yaml")), IDS)


def test_items_are_numbered_by_their_places(paper):
    labels = [item.label for item in paper.items]
    assert labels == [*(f"1.a.{one}" for one in ["i", "ii", "iii", "iv", "v", "vi", "vii"]), "1.b.i", "1.b.ii", "2.a.i"]


def test_items_without_marks_share_what_is_left(paper):
    marks = {item.question: item.marks for item in paper.items}
    assert marks["q1"] == Fraction(40, 7)
    assert (marks["q10"], marks["q11"]) == (Fraction(25, 2), Fraction(95, 2))
    assert sum(marks.values()) == paper.marks == 150


def test_a_question_is_found_by_any_of_its_forms(paper):
    section, part, item = paper.path_of("q9")
    assert (section.label, part.label, item.label, item.question) == ("1", "1.a", "1.a.vii", "q7")
    assert paper.path_of("q15") is None


def test_roman_numbers_are_those_of_the_books():
    items = ", ".join(f"{{question: x{number}}}" for number in range(1, 41))
    part = f"{{title: B, marks: 1, items: [{items}]}}"
    text = f"title: T\nminutes: 1\nquestions: [{{title: A, marks: 1, parts: [{part}]}}]\n"
    paper = make_paper(PAPER.read(read_yaml(text.encode(), "p.yaml")), [f"x{number}" for number in range(1, 41)])
    numbers = [item.label.rpartition(".")[2] for item in paper.items]
    assert [numbers[at - 1] for at in (4, 9, 14, 19, 29, 39, 40)] == ["iv", "ix", "xiv", "xix", "xxix", "xxxix", "xl"]


@pytest.mark.parametrize("width", [40, 100])
def test_the_plan_fits_the_width_and_names_every_question(paper, width):
    lines = list(plan(paper, width))
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    assert all(name in text for item in paper.items for name in item.ids)
    assert "150 marks in 90 minutes" in " ".join(text.split())


def test_marks_are_shown_to_two_digits():
    assert [said_marks(Fraction(one)) for one in ("40/7", "3", "0.25", "100")] == ["5.71", "3", "0.25", "100"]
