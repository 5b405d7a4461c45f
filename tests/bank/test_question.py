"""Questions: what compiling reports, how a draw is solved, and on what a variant depends."""

from __future__ import annotations

import pytest

from markscheme.bank.problems import BankError
from markscheme.bank.sampling import REFERENCE
from markscheme.bank.values import PassedOver

ONE = """\
parameters:
  a: {integers: [1, 9]}
  b: {integers: [0, 9]}
"""
NUMBER = "answers:\n  y: {type: number, value: a}\n"


def solved(question, number: int = 1, seed: int = 1):
    return question.solve(question.source(seed), seed, number)


def test_everything_wrong_in_a_question_is_reported_together(refused):
    text = """\
parameters:
  a: {integers: [5, 1]}
  b: {integers: [1, 2], places: 2}
let:
  c: a + x
require:
  - c > y
check:
  - c < z
stem: What is {{ p }}?
answers:
  r: {type: number, value: q, decimals: 1, significant: 2}
  s: {type: choice, options: [{text: '{{ u }}'}, {}]}
feedback: It is {{ v }}.
"""
    assert refused(text) == [
        "2:18 E310", "3:6 E211", "5:10 E305", "7:9 E305", "9:9 E305", "10:18 E305",
        "12:28 E305", "12:44 E502", "13:42 E305", "13:50 E506", "14:20 E305",
    ]  # fmt: skip


def test_a_name_whose_rule_is_wrong_is_not_reported_as_unknown_too(refused):
    assert refused("parameters:\n  a: {integers: [5, 1]}\n" + NUMBER) == ["2:18 E310"]


def test_a_requirement_is_met_before_what_it_does_not_need_is_solved(make):
    text = "parameters:\n  a: {integers: [0, 1]}\nlet:\n  b: 1 / a\n  c: a + 1\nrequire:\n  - c > 1\n" + NUMBER
    question = make(text)
    assert [step.name for step in question.steps] == ["c", "", "b"]
    outcomes = set()
    for number in range(1, 30):
        try:
            outcomes.add(solved(question, number).values["b"])
        except PassedOver as reason:
            outcomes.add(str(reason))
    assert outcomes == {1.0, "'require: c > 1' does not hold"}


def test_a_requirement_waits_for_what_it_needs_at_any_remove(make):
    text = ONE + "let:\n  c: a + 1\n  d: c + 1\n  e: b\nrequire:\n  - e >= 0\n  - d > 0\n" + NUMBER
    assert [step.name for step in make(text).steps] == ["e", "", "c", "d", ""]


def test_a_problem_of_a_draw_names_its_variant(make):
    with pytest.raises(BankError) as caught:
        solved(make(ONE + "let:\n  c: 1 / (a - a)\n" + NUMBER), 3, seed=7)
    assert [one.variant for one in caught.value.problems] == ["q.7.3"]


def test_a_problem_of_a_text_names_its_variant(make):
    with pytest.raises(BankError) as caught:
        solved(make(ONE + "stem: '{{ 1 / (a - a) :.2f}}'\n" + NUMBER), 3, seed=7).word(REFERENCE)
    assert [one.variant for one in caught.value.problems] == ["q.7.3"]


def test_numpy_overflow_is_a_problem_wherever_it_happens(make):
    text = "parameters:\n  x: {integers: [800, 900], shape: [2]}\nstem: $ {{ sum(exp(x)) :.2f}} $\n"
    question = make(text.replace("$ ", "'$").replace(" $\n", "$'\n") + "answers:\n  y: {type: number, value: 1}\n")
    with pytest.raises(BankError):
        solved(question).word(REFERENCE)


@pytest.mark.parametrize(
    "where",
    [
        "let:\n  c: 1 if a / 3 == 1.0 / 3 * a else 0\n",
        "require:\n  - a / 3 == 1.0 / 3 * a\n",
        "check:\n  - a / 3 == 1.0 / 3 * a\n",
    ],
)
def test_a_comparison_too_close_to_decide_passes_the_draw_over_and_is_named(make, where):
    with pytest.raises(PassedOver, match=r"in '.*a / 3 == 1\.0 / 3 \* a.*', a comparison is too close to decide"):
        solved(make(ONE + where + NUMBER))


def test_the_space_is_the_product_of_the_rules(make):
    assert make(ONE + NUMBER).space() == 90
    assert make(NUMBER.replace("value: a", "value: 1")).space() == 1


def test_a_space_that_depends_on_parameters_or_is_beyond_counting_is_unknown(make):
    assert make("parameters:\n  a: {integers: [1, 9]}\n  c: {integers: [0, a]}\n" + NUMBER).space() is None
    huge = "parameters:\n  a: {integers: [1, 9]}\n  x: {integers: [-2000000000, 2000000000], shape: [32, 32]}\n"
    assert make(huge + NUMBER).space() is None


def test_changing_a_rule_leaves_the_other_parameters_alone(make):
    before, after = make(ONE + NUMBER), make(ONE.replace("a: {integers: [1, 9]}", "a: {integers: [100, 999]}") + NUMBER)
    more = make("parameters:\n  z: {integers: [0, 9]}\n" + ONE.partition("\n")[2] + NUMBER)
    for number in range(1, 20):
        assert solved(before, number).values["b"] == solved(after, number).values["b"]
        assert solved(before, number).values["b"] == solved(more, number).values["b"]
        assert solved(before, number).values["a"] == solved(more, number).values["a"]


def test_a_longer_array_begins_with_the_elements_of_a_shorter_one(make):
    short, long = (
        make(
            f"parameters:\n  a: {{integers: [0, 9], shape: [{n}]}}\n"
            + NUMBER.replace("a", "1", 0).replace("number", "matrix")
        )
        for n in (3, 5)
    )
    assert solved(long).values["a"].tolist()[:3] == solved(short).values["a"].tolist()


def test_a_draw_depends_on_bank_question_and_seed(make):
    values = [
        [dict(solved(question, n, seed).values) for n in range(1, 9)]
        for question, seed in (
            (make(ONE + NUMBER), 1),
            (make(ONE + NUMBER), 2),
            (make(ONE + NUMBER, bank="other"), 1),
            (make("id: p\n" + ONE + NUMBER), 1),
        )
    ]
    assert all(values[0] != other for other in values[1:])
    assert values[0] == [dict(solved(make(ONE + NUMBER), n, 1).values) for n in range(1, 9)]


def test_marks_are_shared_equally_or_as_stated(make):
    two = "answers:\n  y: {type: number, value: a%s}\n  z: {type: number, value: a%s}\n"

    def shares(text):
        return [str(response.marks) for response in solved(make(text)).word(REFERENCE).responses]

    assert shares(ONE + "marks: 5\n" + two % ("", "")) == ["5/2", "5/2"]
    assert shares(ONE + "marks: 5\n" + two % (", marks: 0.5", ", marks: 4.5")) == ["1/2", "9/2"]


def test_slots_left_out_of_the_stem_follow_it_in_the_order_of_the_answers(make):
    answers = "answers:\n  y: {type: number, value: a}\n  z: {type: number, value: a}\n  x: {type: number, value: a}\n"
    assert solved(make(ONE + "stem: Give [[z]].\n" + answers)).word(REFERENCE).stem.slots == ("z", "y", "x")


def test_pinned_values_may_have_more_digits_than_drawn_ones(make):
    text = "parameters:\n  a: {decimals: [0, 1], places: 1}\noriginal: {a: 0.123}\n"
    text += "answers:\n  y: {type: number, value: a, decimals: 3}\n"
    assert solved(make(text), 0).values["a"] == 0.123


@pytest.mark.parametrize(
    "value", ["99999999999999999", "9999999999999999", "1e99", "[[1, 2], [3]]", "[]", "{}", "x", "nan"]
)
def test_a_value_that_cannot_be_pinned_is_a_problem(refused, value):
    assert [one[-4:] for one in refused(ONE + f"original:\n  a: {value}\n  b: 1\n" + NUMBER)] == ["E212"]


def test_points_of_the_symbols_are_distinct_and_lie_in_the_domain(make):
    text = "symbols:\n  M: {integers: [1, 4]}\n  N: {integers: [1, 4]}\ndomain:\n  - M != N\n"
    choice = "answers:\n  y: {type: choice, value: M, options: [{symbolic: M}, {symbolic: N}]}\n"
    points = make(text + choice).answers[0][1].points
    assert sorted((p["M"], p["N"]) for p in points) == [(m, n) for m in range(1, 5) for n in range(1, 5) if m != n]


def test_a_domain_whose_edge_is_too_close_to_decide_is_no_crash(make, refused):
    text = "symbols:\n  M: {integers: [1, 400]}\ndomain:\n  - M / 2 %s\n"
    text += "answers:\n  y: {type: choice, value: M, options: [{symbolic: M}, {symbolic: M + 1}]}\n"
    assert all(point["M"] != 4 for point in make(text % "!= 2.0").answers[0][1].points)
    assert refused(text % "== 2.0") == ["1:1 E322"]
