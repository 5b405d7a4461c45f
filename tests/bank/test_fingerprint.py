"""Fingerprints: what makes two variants look alike, and what changes a variant."""

from __future__ import annotations

import pytest

from markscheme.bank.fingerprint import appearance, content
from markscheme.bank.sampling import REFERENCE

TEXT = """\
title: A title
marks: 2
stem: |
  What is it?

  [[y]]

  [[z]]
answers:
  y:
    type: number
    value: 3
    mistakes: [{value: 4, name: m, credit: 0.5, feedback: No.}]
  z:
    type: choice
    order: fixed
    options: [{text: A, right: true, feedback: Yes.}, {text: B}, {text: C}]
feedback: Three.
"""


def variant(make, text: str):
    question = make(text)
    return question.solve(question.source(1), 1, 1).word(REFERENCE)


def test_the_same_question_has_the_same_fingerprints(make):
    one, two = variant(make, TEXT), variant(make, TEXT)
    assert (appearance(one), content(one)) == (appearance(two), content(two))
    assert len(appearance(one)) == 16
    assert len(content(one)) == 16


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("What is it?", "What was it?", True),
        ("{text: B}", "{text: D}", True),
        ("{text: B}, {text: C}", "{text: B}", True),
        ("{text: B}, {text: C}", "{text: C}, {text: B}", False),
        ("A title", "Another", False),
        ("marks: 2", "marks: 3", False),
        ("marks: 2", "marks: 2\npenalty: 0.1", False),
        ("value: 3", "value: 5", False),
        ("value: 3\n", "value: 3\n    tolerance: 0.1\n    precision: silent\n", False),
        ("value: 4", "value: 6", False),
        ("credit: 0.5", "credit: 0.25", False),
        ("feedback: No.", "feedback: Nope.", False),
        ("feedback: Yes.", "feedback: Yeah.", False),
        ("{text: B}", "{text: B, credit: 0.5}", False),
        ("feedback: Three.", "feedback: It is three.", False),
    ],
)
def test_what_is_seen_changes_the_look_and_what_counts_changes_the_content(make, old, new, seen):
    assert old in TEXT
    before, after = variant(make, TEXT), variant(make, TEXT.replace(old, new))
    assert (appearance(before) != appearance(after)) == seen
    assert content(before) != content(after)


def test_names_and_remarks_change_nothing(make):
    before, after = variant(make, TEXT), variant(make, TEXT.replace("name: m", "name: n") + "notes: A remark.\n")
    assert (appearance(before), content(before)) == (appearance(after), content(after))


def test_a_shape_that_differs_changes_the_content(make):
    text = "answers:\n  y: {type: matrix, value: 'array(%s)'}\n"
    wide, tall = (variant(make, text % rows) for rows in ("(1, 2, 3), (4, 5, 6)", "(1, 2), (3, 4), (5, 6)"))
    assert content(wide) != content(tall)


def test_options_of_two_choices_are_not_confused(make):
    text = "stem: What?\nanswers:\n  y: {type: choice, options: [%s]}\n  z: {type: choice, options: [%s]}\n"
    a, b, c, d, e = ("{text: A, right: true}", "{text: B}", "{text: C}", "{text: D, right: true}", "{text: E}")
    one = variant(make, text % (", ".join((a, b, c)), ", ".join((d, e))))
    two = variant(make, text % (", ".join((a, b)), ", ".join((c, d, e))))
    assert appearance(one) != appearance(two)
