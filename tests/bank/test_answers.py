"""Answers: what is accepted, which mistakes are recognised, which options are shown."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from markscheme.bank.problems import BankError
from markscheme.bank.sampling import REFERENCE, Sampler
from markscheme.bank.values import PassedOver

NUMBER = """\
parameters:
  a: {integers: [%s, %s]}
stem: '{{ a }}'
answers:
  y:
    type: number
    value: %s
"""


def response(question, number: int = 1, slot: int = 0):
    return question.solve(question.source(1), 1, number).word(REFERENCE).responses[slot]


def number(value: str, extra: str = "", low: int = 3, high: int = 3) -> str:
    return NUMBER % (low, high, value) + "".join(f"    {line}\n" for line in extra.splitlines())


def mistakes(*values: str) -> str:
    return "mistakes:\n" + "".join(
        f"  - {{value: {value}, name: m{i}, feedback: No.}}\n" for i, value in enumerate(values)
    )


def matrix(key: str, *wrong: str, precision: str = "") -> str:
    head = f"stem: What?\nanswers:\n  y:\n    type: matrix\n    value: {key}\n{precision}    mistakes:\n"
    return head + "".join(f"      - {{value: '{value}', name: m{i}, feedback: No.}}\n" for i, value in enumerate(wrong))


def recognised(question) -> list[list[int]]:
    return [[index for index, _ in entry.mistakes] for entry in response(question).entries]


def interval(text: str, make) -> tuple[str, str]:
    accepted = response(make(text)).entries[0].accepted
    return str(accepted.low), str(accepted.high)


# Numbers


def test_an_integer_is_exact(make):
    assert interval(number("a"), make) == ("3", "3")


@pytest.mark.parametrize(
    ("value", "precision", "low", "high"),
    [
        ("a / 7", "decimals: 2", "0.425", "0.435"),
        ("a / 7", "significant: 1", "0.35", "0.45"),
        ("a / 24", "decimals: 2", "0.120", "0.130"),  # 0.125 rounds up or to even: both are accepted
        ("a / 8", "tolerance: 0.01", "0.365", "0.385"),
        ("100.0 * a", "tolerance: {relative: 0.1, absolute: 1}", "270", "330"),
        ("0.0 * a", "tolerance: {relative: 0.1, absolute: 1}", "-1", "1"),
        ("a", "tolerance: 1", "2", "4"),
        ("a", "decimals: 0", "2.5", "3.5"),
    ],
)
def test_the_accepted_interval_is_half_a_step_around_the_key(make, value, precision, low, high):
    assert [Fraction(end) for end in interval(number(value, precision), make)] == [Fraction(low), Fraction(high)]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("decimals: 2", "(to 2 decimal places)"),
        ("significant: 3", "(to 3 significant figures)"),
        ("tolerance: {relative: 0.01}", "(within 1 %)"),
        ("decimals: 2\nprecision: silent", ""),
        ("", ""),
    ],
)
def test_the_student_is_told_the_precision_after_the_slot(make, extra, said):
    question = make(number("a / 1" if extra else "a", extra))
    stem = question.solve(question.source(1), 1, 1).word(REFERENCE).stem
    assert said in stem.pieces[1]
    assert bool(said) == ("(" in stem.pieces[1])


def test_the_precision_of_a_matrix_is_said_of_each_entry(make):
    question = make("stem: What?\nanswers:\n  y: {type: matrix, value: 'array(1.5, 2)', decimals: 1}\n")
    assert "(each entry to 1 decimal place)" in question.solve(question.source(1), 1, 1).word(REFERENCE).stem.pieces[1]


@pytest.mark.parametrize("value", ["array(1, 2)", "'x'", "a > 2", "(1, 2)"])
def test_a_number_is_nothing_else(make, value):
    with pytest.raises(BankError, match="E503"):
        response(make(number('"' + value + '"')))


@pytest.mark.parametrize(
    "value",
    ["3", "(1, 2)", "array(1 < 2, 2 < 1)", "array(1, 2)[0:0]", "array(array((1, 2), (3, 4)), array((1, 2), (3, 4)))"],
)
def test_a_matrix_has_one_or_two_axes_and_an_entry_of_numbers(make, value):
    with pytest.raises(BankError, match="E503"):
        response(make(f"answers:\n  y: {{type: matrix, value: '{value}'}}\n"))


def test_a_vector_and_a_matrix_keep_their_shape(make):
    text = "answers:\n  y: {type: matrix, value: '%s'}\n"
    assert response(make(text % "array(1, 2, 3)")).shape == (3,)
    assert response(make(text % "array((1, 2, 3), (4, 5, 6))")).shape == (2, 3)


# Mistakes


def test_a_mistake_says_what_it_earns(make):
    text = number("a", "mistakes:\n  - {value: a + 1, credit: 0.25, feedback: 'No, {{ a + 1 }}.'}\n")
    (mistake,) = response(make(text)).mistakes
    assert (mistake.name, mistake.credit) == ("a + 1", Fraction(1, 4))
    assert "No, 4." in mistake.feedback.markup


def test_a_draw_in_which_a_mistake_equals_the_key_is_passed_over(make):
    question = make(number("a", mistakes("a * a"), low=0, high=3))
    assert sorted(one.values["a"] for one, _ in Sampler(question, 1).solved(2)) == [2, 3]


def test_a_draw_in_which_two_mistakes_equal_each_other_is_passed_over(make):
    question = make(number("a + 100", mistakes("a * a", "2 * a"), low=1, high=2))
    assert [one.values["a"] for one, _ in Sampler(question, 1).solved(1)] == [1]


def test_mistakes_are_equal_after_rounding(make):
    with pytest.raises(PassedOver, match="'m0' equals the key"):
        response(make(number("a / 7", "decimals: 2\n" + mistakes("a / 7 + 0.004"))))


@pytest.mark.parametrize(
    "precision", ["decimals: 2", "significant: 2", "tolerance: 0.01", "tolerance: {relative: 0.01}"]
)
def test_a_mistake_may_be_zero(make, precision):
    (mistake,) = response(make(number("a / 7", f"{precision}\n" + mistakes("0.0 * a")))).mistakes
    assert mistake.entries[0].key == 0


def test_a_mistake_exists_only_where_its_condition_holds(make):
    text = number(
        "a", "mistakes:\n  - {value: a + 1, when: a > 3, feedback: No.}\n  - {value: a + 2, when: true, feedback: No.}"
    )
    assert [one is None for one in response(make(text)).mistakes] == [True, False]


def test_an_entry_equal_to_the_key_leaves_the_mistake_out_there_only(make):
    assert recognised(make(matrix("array(1, 2, 3)", "array(1, 5, 3)"))) == [[], [0], []]


def test_a_mistake_of_another_shape_is_left_out_of_the_variant(make):
    question = make(matrix("array(1, 2, 3)", "array(1, 5)", "array(4, 5, 6)"))
    assert recognised(question) == [[1], [1], [1]]
    assert response(question).mistakes[0] is None


def test_the_first_mistake_listed_wins_an_entry(make):
    assert recognised(make(matrix("array(1, 2)", "array(7, 8)", "array(7, 9)"))) == [[0], [0, 1]]


def test_a_matrix_mistake_that_equals_the_key_throughout_passes_the_draw_over(make):
    with pytest.raises(PassedOver, match="'m1' equals the key"):
        response(make(matrix("array(1, 2)", "array(7, 8)", "array(1, 2)")))


# Choices


def choice(options: str, extra: str = "", head: str = "parameters:\n  a: {integers: [1, 4]}\n") -> str:
    listed = "".join(f"      - {line}\n" for line in options.splitlines())
    return f"{head}stem: '{{{{ a }}}}'\nanswers:\n  y:\n    type: choice\n{extra}    options:\n{listed}"


LETTERS = "{text: A, name: A, right: true}\n" + "\n".join(f"{{text: {x}, name: {x}}}" for x in "BCDEFG")


def names(question, draw: int) -> list[str]:
    return [option.name for option in response(question, draw).options]


def test_right_may_be_true_or_false_or_an_expression(make):
    question = make(
        choice("{text: A, name: A, right: true}\n{text: B, name: B, right: false}\n{text: C, name: C, right: a > 9}")
    )
    assert [option.name for option in response(question).options if option.right] == ["A"]


def test_exactly_one_option_is_right_and_earns_all(make):
    question = make(choice("{text: A, right: a < 3}\n{text: B, right: a >= 3}\n{text: C, credit: -0.5}"))
    for draw in range(1, 20):
        options = response(question, draw).options
        assert sorted(option.credit for option in options) == [Fraction(-1, 2), 0, 1]
        assert [option.credit for option in options if option.right] == [1]


@pytest.mark.parametrize(("second", "said"), [("a > 0", "'A' and 'B' are right together"), ("a > 9", "")])
def test_two_right_options_are_a_problem(make, second, said):
    question = make(choice(f"{{text: A, name: A, right: a > 0}}\n{{text: B, name: B, right: {second}}}"))
    if said:
        with pytest.raises(BankError, match=said):
            response(question)
    else:
        assert len(response(question).options) == 2


def test_no_right_option_is_a_problem(make):
    with pytest.raises(BankError, match="E507 no option is right"):
        response(make(choice("{text: A, right: a > 9}\n{text: B}")))


def test_an_option_exists_only_where_its_condition_holds(make):
    question = make(choice("{text: A, name: A, right: true}\n{text: B, name: B}\n{text: C, name: C, when: a > 2}"))
    for draw in range(1, 20):
        solved = question.solve(question.source(1), 1, draw)
        assert ("C" in names(question, draw)) == (solved.values["a"] > 2)


def test_a_draw_with_one_option_only_is_passed_over(make):
    question = make(choice("{text: A, right: true}\n{text: B, when: a > 2}"))
    assert sorted(one.values["a"] for one, _ in Sampler(question, 1).solved(2)) == [3, 4]


def test_show_keeps_the_right_option_and_draws_the_others(make):
    question = make(choice(LETTERS, "    show: 3\n"))
    shown = [names(question, draw) for draw in range(1, 40)]
    assert all(len(one) == 3 and "A" in one for one in shown)
    assert {name for one in shown for name in one} == set("ABCDEFG")
    assert {one.index("A") for one in shown} == {0, 1, 2}


def test_an_added_option_keeps_the_order_of_the_others(make):
    before, after = make(choice(LETTERS)), make(choice(LETTERS + "\n{text: H, name: H}"))
    for draw in range(1, 20):
        assert [name for name in names(after, draw) if name != "H"] == names(before, draw)


def test_a_fixed_order_keeps_the_order_written_and_an_original_draws_one_of_its_own(make):
    assert names(make(choice(LETTERS, "    order: fixed\n")), 1) == list("ABCDEFG")
    pinned = make(choice(LETTERS, head="parameters:\n  a: {integers: [1, 4]}\noriginal: {a: 1}\n"))
    assert sorted(names(pinned, 0)) == list("ABCDEFG")
    assert names(pinned, 0) not in (list("ABCDEFG"), names(pinned, 1))


def test_options_that_look_alike_are_shown_once(make):
    options = "{text: '{{ a }}', name: A, right: true}\n{text: '2', name: B}\n{text: '9', name: C}"
    question = make(choice(options))
    for draw in range(1, 20):
        two = question.solve(question.source(1), 1, draw).values["a"] == 2
        assert sorted(names(question, draw)) == (["A", "C"] if two else ["A", "B", "C"])


# Symbolic options


def symbolic(value: str, *options: str, domain: str = "", low: int = 1, high: int = 60, head: str = "") -> str:
    listed = "\n".join(f"{{symbolic: '{one}', name: o{i}}}" for i, one in enumerate(options))
    return choice(
        listed,
        f"    value: '{value}'\n    order: fixed\n",
        head=f"parameters:\n  a: {{integers: [1, 4]}}\nsymbols:\n  m: {{integers: [{low}, {high}]}}\n{head}"
        + (f"domain:\n  - {domain}\n" if domain else ""),
    )


def shown(question, draw: int = 1) -> list[tuple[str, bool]]:
    return [(option.name, option.right) for option in response(question, draw).options]


def test_a_symbolic_option_is_right_where_it_equals_the_value(make):
    assert shown(make(symbolic("(m + 1) * 2", "m + 2", "2*m + 2"))) == [("o0", False), ("o1", True)]


def test_an_option_that_equals_the_key_for_odd_values_only_is_told_apart(make):
    assert shown(make(symbolic("m//2*2 + 1", "m//2*2 + 1", "m"))) == [("o0", True), ("o1", False)]
    assert shown(make(symbolic("m//2*2 + 1", "m//2*2 + 1", "m", "m + 2", domain="m % 2 == 1"))) == [
        ("o0", True),
        ("o2", False),
    ]


def test_an_option_that_differs_at_one_value_in_six_is_told_apart(make):
    assert shown(make(symbolic("m + 1", "m + 1", "m + 1 + m//7", low=2, high=7))) == [("o0", True), ("o1", False)]


def test_large_integers_that_differ_by_one_are_told_apart(make):
    text = symbolic("m * m", "m * m", "m * m - 1", low=30_000_000, high=60_000_000)
    assert shown(make(text)) == [("o0", True), ("o1", False)]


def test_options_that_equal_each_other_are_shown_once_and_of_right_ones_the_first(make):
    text = symbolic("2*m", "m + m", "2*m", "3*m", "m + 2*m", "m")
    assert shown(make(text)) == [("o0", True), ("o2", False), ("o4", False)]


def test_a_whole_and_a_float_of_equal_value_are_equal(make):
    assert shown(make(symbolic("m", "m * 2 / 2", "m + 1"))) == [("o0", True), ("o1", False)]


def test_an_option_may_be_right_for_some_parameters_only(make):
    question = make(symbolic("a * m", "2*m", "a*m", "m"))
    for draw in range(1, 20):
        a = question.solve(question.source(1), 1, draw).values["a"]
        expected = {1: [("o0", False), ("o1", True)], 2: [("o0", True), ("o2", False)]}
        assert shown(question, draw) == expected.get(a, [("o0", False), ("o1", True), ("o2", False)])


def test_an_option_without_a_value_at_a_point_says_at_which(make):
    with pytest.raises(BankError, match=r"E320 '1/m': division by zero, at m = 0"):
        response(make(symbolic("m", "m", "1/m", low=0, high=3)))


@pytest.mark.parametrize("option", ["m if m > 3 else 2", "(m, True)", "m > 3", "max(m, 3)[0:1]"])
def test_what_has_no_formula_is_a_problem(make, option):
    with pytest.raises(BankError):
        response(make(symbolic(option, option, "m")))


def test_the_key_stands_at_each_place_equally_often(make):
    """Chi-squared with 4 degrees of freedom: above 18.5 once in a thousand; the draws are fixed."""
    question = make(choice(LETTERS, "    show: 5\n"))
    key = next(option.name for option in question.answers[0][1].options if option.right is not None)
    places = Counter(names(question, draw).index(key) for draw in range(1, 1001))
    assert sum((places[place] - 200) ** 2 / 200 for place in range(5)) < 18.5
