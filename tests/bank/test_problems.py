"""Problems: their order, their wording, and that they cross from process to process whole."""

from __future__ import annotations

import copy
import pickle

from markscheme.bank.problems import BankError, Place, Problem, fail, nearest


def problem(line: int, code: str = "E100", **more: str) -> Problem:
    return Problem(place=Place("a.yaml", line, 1), code=code, message="it is wrong", **more)


def test_problems_are_sorted_by_place_then_code():
    error = BankError([problem(9), problem(2, "E300"), problem(2, "E200"), problem(10)])
    assert [(p.place.line, p.code) for p in error.problems] == [(2, "E200"), (2, "E300"), (9, "E100"), (10, "E100")]


def test_problem_is_one_line_with_hint_and_variant():
    assert str(problem(3)) == "a.yaml:3:1: E100 it is wrong"
    assert str(problem(3, hint="mend it", variant="q.1.2")) == "a.yaml:3:1: E100 it is wrong (mend it) [q.1.2]"
    assert str(Place("a.yaml")) == "a.yaml"


def test_error_says_every_problem():
    assert str(BankError([problem(2), problem(1)])) == "a.yaml:1:1: E100 it is wrong\na.yaml:2:1: E100 it is wrong"


def test_error_comes_whole_from_another_process():
    error = BankError([problem(2, hint="mend it"), problem(1, variant="q.1.2")])
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(twin) is BankError
        assert twin.problems == error.problems
        assert str(twin) == str(error)


def test_fail_makes_an_error_of_one_problem():
    error = fail(Place("a.yaml", 1, 2), "E101", "wrong", "mend it", "q.1.2")
    assert [str(p) for p in error.problems] == ["a.yaml:1:2: E101 wrong (mend it) [q.1.2]"]


def test_nearest_word_is_the_same_whatever_the_order_of_the_known_ones():
    assert nearest("tolerence", ["type", "tolerance"]) == "did you mean 'tolerance'?"
    assert nearest("xa", ["xb", "xc"]) == nearest("xa", ["xc", "xb"])
    assert nearest("zzz", ["type"]) == nearest("", []) == ""
