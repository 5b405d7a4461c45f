"""Checks of variants: what they find, and that they do not cry wolf."""

from __future__ import annotations

from pathlib import Path

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.checks import CHECKS
from markscheme.bank.checks.mathml import mathml_slip
from markscheme.bank.codes import CODES
from markscheme.bank.sampling import Sampler, in_target
from markscheme.exporters import FORMATS

SHIPPED = Path(__file__).parents[2] / "bank" / "deep_learning"
HEAD = "parameters:\n  a: {integers: [1, 1000]}\nstem: '{{ a }}'\nanswers:\n  y:\n"


def checked(name: str, question, count: int):
    check = CHECKS.get(name)(question)
    for solved, variant in Sampler(question, 1).solved(count):
        check.see(variant, solved)
        for _, form in FORMATS.items():
            check.see_in(form.target, in_target(form.target, solved, variant))
    return [f"{one.place.line} {one.code} {one.message}" for one in check.problems()], list(check.statements())


def unused(question, count: int = 10):
    return checked("unused-wrong-answers", question, count)


def test_every_check_has_a_manual_page_that_starts_with_its_code():
    from importlib import import_module

    for _, check in CHECKS.items():
        code, colon, _ = import_module(check.__module__).__doc__.partition(":")
        assert (code in CODES, colon) == (True, ":")


@pytest.mark.parametrize("count", [1, 3, 10])
def test_shipped_questions_pass_the_checks_with_however_few_variants(count):
    for question in read_bank(SHIPPED).questions:
        intended = {one.check for one in question.spec.intended}
        for name in CHECKS.names():
            assert [found for found in checked(name, question, count)[0] if found.split()[1] not in intended] == []


def test_a_mistake_whose_condition_never_holds_is_reported(make):
    text = (
        HEAD
        + "    type: number\n    value: a\n"
        + "    mistakes:\n      - {value: a + 1, name: never, when: a < 0, feedback: No.}\n"
    )
    problems, statements = unused(make(text))
    assert problems == ["9 C401 'never' in 'y' is of use in none of 10 variants, nor in 290 others"]
    assert statements == ["'y', wrong answers of use in so many of 10 variants: never 0"]


@pytest.mark.parametrize("count", [1, 10])
def test_a_mistake_that_is_rarely_of_use_is_not_reported(make, count):
    text = (
        HEAD
        + "    type: number\n    value: a\n"
        + "    mistakes:\n      - {value: a + 1, name: rare, when: a % 50 == 1, feedback: No.}\n"
    )
    assert unused(make(text), count)[0] == []


def test_a_matrix_mistake_of_another_shape_everywhere_is_reported(make):
    text = (
        HEAD
        + "    type: matrix\n    value: array(a, 2)\n"
        + "    mistakes:\n      - {value: 'array(a, 2, 3)', name: longer, feedback: No.}\n"
    )
    assert unused(make(text))[0] == ["9 C401 'longer' in 'y' is of use in none of 10 variants, nor in 290 others"]


def test_an_option_that_always_looks_like_the_right_one_is_reported(make):
    options = "      - {text: A, right: true}\n      - {text: B}\n      - {text: A, name: again}\n"
    problems, _ = unused(make(HEAD + "    type: choice\n    options:\n" + options))
    assert problems == ["10 C401 'again' in 'y' is of use in none of 10 variants, nor in 290 others"]


def test_an_option_that_is_only_seldom_drawn_is_not_reported(make):
    options = "".join(f"      - {{text: o{number}}}\n" for number in range(39))
    text = HEAD + f"    type: choice\n    show: 2\n    options:\n      - {{text: A, right: true}}\n{options}"
    assert unused(make(text), 1)[0] == []


def test_a_small_space_is_searched_whole(make):
    text = (
        HEAD.replace("1000", "5")
        + "    type: number\n    value: a\n"
        + "    mistakes:\n      - {value: a + 1, name: never, when: a > 5, feedback: No.}\n"
    )
    assert unused(make(text), 5)[0] == ["9 C401 'never' in 'y' is of use in none of 5 variants, nor in 5 others"]


def test_a_formula_that_cannot_be_converted_is_reported_with_its_variant(make, monkeypatch):
    question = make("stem: 'What is $x^2$?'\nanswers:\n  y: {type: number, value: 1}\n")
    assert checked("mathml", question, 1)[0] == []
    monkeypatch.setattr("markscheme.bank.checks.mathml.mathml_slip", lambda formula: "is broken")
    assert checked("mathml", question, 1)[0] == ["1 C402 the formula 'x^2' is broken"]


@pytest.mark.parametrize("formula", [r"\frac{1}{2}", r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "x_{1}^{2} < y"])
def test_common_formulas_convert(formula):
    assert mathml_slip(formula) == ""


def test_a_formula_with_an_unknown_macro_does_not():
    assert "unknownmacro" in mathml_slip(r"\unknownmacro{2}")
