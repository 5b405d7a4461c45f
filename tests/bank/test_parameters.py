"""Parameters: what the rules draw, how many values they have, and where their errors point."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.bank.draws import Source
from markscheme.bank.expressions import Scope
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.parameters import Rule, compile_rule
from markscheme.bank.problems import BankError
from markscheme.bank.schema import SectionOf
from markscheme.bank.spec import RuleSpec
from markscheme.bank.values import PassedOver
from markscheme.bank.yaml_reader import Mapping, Node, read_yaml

SOURCE = Source("bank", 1, "question")


def node(text: str) -> Node:
    tree = read_yaml(f"x: {text}\n".encode(), "q.yaml")
    assert isinstance(tree, Mapping)
    return tree.entries[0][1]


def rule(text: str, *names: str) -> Rule:
    spec = SectionOf(RuleSpec, "a rule").read(node(text))
    return compile_rule(spec, Scope(values=frozenset(names), functions=FUNCTIONS))


def draws(made: Rule, count: int, **values: object) -> list[object]:
    return [made.draw("x", SOURCE.draw(number), values) for number in range(1, count + 1)]


def problem(action, *arguments):
    with pytest.raises(BankError) as caught:
        action(*arguments)
    (found,) = caught.value.problems
    return found


@pytest.mark.parametrize("nonzero", [False, True])
@pytest.mark.parametrize(("low", "high"), [(-2, 2), (0, 3), (-3, 0), (1, 4), (5, 5)])
def test_integers_reach_every_value_of_the_range_and_no_other(low, high, nonzero):
    made = rule(f"{{integers: [{low}, {high}], nonzero: {str(nonzero).lower()}}}")
    expected = set(range(low, high + 1)) - ({0} if nonzero else set())
    drawn = draws(made, 300)
    assert set(drawn) == expected
    assert all(type(value) is int for value in drawn)
    assert made.size() == len(expected)
    assert made.exact


@pytest.mark.parametrize("places", [1, 2, 9])
def test_decimals_are_the_floats_nearest_to_the_decimals(places):
    for value in draws(rule(f"{{decimals: [-1.5, 2.3], places: {places}}}"), 200):
        assert type(value) is float
        assert len(repr(value).partition(".")[2].partition("e")[0]) <= places
        assert value == float(f"{value:.{places}f}")
        assert -1.5 <= value <= 2.3


def test_decimals_reach_both_ends_and_leave_out_zero():
    made = rule("{decimals: [-0.3, 0.3], places: 1, nonzero: true}")
    assert set(draws(made, 200)) == {-0.3, -0.2, -0.1, 0.1, 0.2, 0.3}
    assert made.size() == 6


def test_one_of_draws_numbers_texts_and_arrays_as_written():
    made = rule("{one_of: [1, 2.0, 1e3, 2.5, word, '7', [1, 2], [[0.5, 1], [2, 3]]]}")
    drawn = draws(made, 200)
    found = {repr(value) for value in drawn}
    plain = {"1", "2.0", "1000", "2.5", "'word'", "'7'", "array([1, 2])"}
    assert found == plain | {repr(np.array([[0.5, 1], [2, 3]]))}
    assert not any(value.flags.writeable for value in drawn if isinstance(value, np.ndarray))
    assert made.size() == 8


def test_value_that_is_listed_twice_is_drawn_more_often_and_counted_once():
    made = rule("{one_of: [a, a, a, b]}")
    assert made.size() == 2
    assert draws(made, 400).count("a") > 250


def test_shape_and_bounds_follow_earlier_parameters():
    made = rule("{integers: [m, m + n], shape: [m, 2*n]}", "m", "n")
    drawn = made.draw("x", SOURCE.draw(1), {"m": 3, "n": 2})
    assert isinstance(drawn, np.ndarray)
    assert drawn.shape == (3, 4)
    assert drawn.dtype == np.int64
    assert not drawn.flags.writeable
    assert set(drawn.ravel().tolist()) <= {3, 4, 5}
    assert made.size() is None


def test_shape_of_one_axis_is_a_vector():
    drawn = rule("{decimals: [0, 1], places: 2, shape: [5]}").draw("x", SOURCE.draw(1), {})
    assert isinstance(drawn, np.ndarray)
    assert (drawn.shape, drawn.dtype) == ((5,), np.float64)


def test_distinct_elements_are_different():
    made = rule("{integers: [-3, 3], shape: [2, 3], nonzero: true, distinct: true}")
    for value in draws(made, 100):
        assert isinstance(value, np.ndarray)
        assert len(set(value.ravel().tolist()) - {0}) == 6


RULES = st.tuples(
    st.integers(-2, 1), st.integers(0, 2), st.sampled_from([(), (1,), (2,), (1, 2)]), st.booleans(), st.booleans()
)


@given(RULES)
@settings(max_examples=40, deadline=None)
def test_size_is_the_number_of_values_that_are_ever_drawn(made):
    low, width, shape, nonzero, distinct = made
    values = [v for v in range(low, low + width + 1) if v or not nonzero]
    distinct = distinct and bool(shape)
    if len(values) < (np.prod(shape, dtype=int) if distinct else 1):
        return
    text = f"integers: [{low}, {low + width}], nonzero: {str(nonzero).lower()}, distinct: {str(distinct).lower()}"
    compiled = rule(f"{{{text}, shape: {list(shape)}}}" if shape else f"{{{text}}}")
    assert compiled.size() == len({repr(value) for value in draws(compiled, 150)})


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("{nonzero: true}", "E210", 4),
        ("{integers: [1, 2], one_of: [1]}", "E210", 4),
        ("{integers: [1, 2], decimals: [1, 2], places: 1}", "E210", 4),
        ("{integers: [1, 2], places: 1}", "E211", 4),
        ("{decimals: [1, 2]}", "E211", 4),
        ("{one_of: [1], places: 1}", "E211", 4),
        ("{integers: [1, 2], distinct: true}", "E211", 4),
        ("{one_of: [1, 2], shape: [2]}", "E211", 4),
        ("{one_of: [1, 2], nonzero: true}", "E211", 4),
        ("{one_of: [1, {a: 1}]}", "E212", 17),
        ("{one_of: [1, [[1, 2], [3]]]}", "E212", 17),
        ("{one_of: [1, [2, word]]}", "E212", 21),
        ("{one_of: [1, 9007199254740993]}", "E212", 17),
        ("{one_of: [1, [9007199254740993]]}", "E212", 17),
        ("{integers: [1, m]}", "E305", 19),
    ],
)
def test_rule_that_makes_no_sense_is_refused_at_its_place(text, code, column):
    found = problem(rule, text)
    assert (found.code, found.place.column) == (code, column)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("{integers: [3, 1]}", 16, "the lowest value 3 is above the highest 1"),
        ("{integers: [0, 0], nonzero: true}", 4, "there is nothing to draw from"),
        ("{integers: [0, 2**33]}", 4, "there are more than 2"),
        ("{integers: [0.5, 3]}", 16, "the bound '0.5' is not an integer"),
        ("{integers: [0, 'True']}", 20, "the bound 'True' is true or false, not a number"),
        ("{decimals: [0.25, 1], places: 1}", 16, "the bound '0.25' is not a number of 1 decimal place"),
        ("{decimals: [0, 2**53], places: 1}", 19, "the bound '2\\*\\*53' is not a number of 1 decimal place"),
        ("{integers: [0, 1/0]}", 4, "division by zero"),
        ("{integers: [0, 1], shape: [0]}", 4, "the shape"),
        ("{integers: [0, 1], shape: [33, 32]}", 4, "the shape"),
        ("{integers: [0, 1], shape: [1.5]}", 4, "the shape"),
        ("{integers: [0, 1], shape: [3], distinct: true}", 4, "3 different values cannot be drawn from 2"),
    ],
)
def test_rule_that_cannot_be_drawn_is_reported_at_its_place(text, column, message):
    found = problem(lambda: rule(text).draw("x", SOURCE.draw(1), {}))
    assert (found.code, found.place.column) == ("E310", column)
    assert found.message.startswith(("the rule cannot be evaluated", message.replace("\\", "")[:10]))
    assert message.replace("\\", "") in found.message


def test_computed_bound_is_read_without_its_noise():
    assert set(draws(rule("{decimals: [0.1 + 0.2, 3*0.1], places: 1}"), 3)) == {0.3}


def test_size_of_a_rule_with_a_borderline_bound_is_not_known():
    made = rule("{integers: [0, 1 if 0.1 + 0.2 == 0.3 else 2]}")
    assert made.size() is None
    with pytest.raises(PassedOver):
        made.draw("x", SOURCE.draw(1), {})


@pytest.mark.parametrize(
    ("text", "pinned", "expected"),
    [
        ("{integers: [1, 2]}", "7", 7),
        ("{integers: [1, 2]}", "3.0", 3),
        ("{decimals: [1, 2], places: 1}", "2.125", 2.125),
        ("{decimals: [1, 2], places: 1}", "3", 3.0),
        ("{integers: [1, 2], shape: [2]}", "[1, 2, 3]", [1, 2, 3]),
        ("{integers: [1, 2], shape: [1, 2]}", "[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("{decimals: [1, 2], places: 1, shape: [2]}", "[1, 2.25]", [1.0, 2.25]),
        ("{one_of: [a, b]}", "c", "c"),
        ("{one_of: [1, 2]}", "[1, 2]", [1, 2]),
    ],
)
def test_original_is_pinned_to_the_papers_own_value(text, pinned, expected):
    value = rule(text).pin(node(pinned))
    if isinstance(value, np.ndarray):
        assert not value.flags.writeable
        assert value.dtype == np.array(expected).dtype
        value = value.tolist()
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "pinned", "column", "message"),
    [
        ("{integers: [1, 2]}", "[1, 2]", 4, "must be a number"),
        ("{integers: [1, 2]}", "word", 4, "a number is expected"),
        ("{integers: [1, 2]}", "'3'", 4, "a number is expected"),
        ("{integers: [1, 2]}", "1.5", 4, "must be of whole numbers"),
        ("{integers: [1, 2]}", "9007199254740993", 4, "beyond 2"),
        ("{integers: [1, 2]}", "1e99", 4, "beyond 2"),
        ("{integers: [1, 2], shape: [2]}", "3", 4, "must be a list of numbers"),
        ("{integers: [1, 2], shape: [2]}", "[1, 1e99]", 4, "beyond 2"),
        ("{integers: [1, 2], shape: [2]}", "[1, 1.5]", 4, "must be of whole numbers"),
        ("{integers: [1, 2], shape: [2]}", "[[1, 2]]", 4, "must be a list of numbers"),
        ("{integers: [1, 2], shape: [2, 2]}", "[1, 2]", 4, "must be a list of rows"),
        ("{integers: [1, 2], shape: [2, 2]}", "[[1, 2], [3]]", 4, "the rows of the array differ"),
        ("{integers: [1, 2], shape: [2, 2]}", "[[1, 2], [3, word]]", 17, "a number is expected"),
        ("{decimals: [1, 2], places: 1, shape: [2]}", "[1, {a: 1}]", 8, "a number is expected"),
    ],
)
def test_pinned_value_that_does_not_fit_is_refused_at_its_place(text, pinned, column, message):
    found = problem(rule(text).pin, node(pinned))
    assert (found.code, found.place.column) == ("E212", column)
    assert message in found.message


@given(st.integers(-(10**6), 10**6), st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_drawn_decimal_is_what_its_digits_say(scaled, places):
    exact = Decimal(scaled).scaleb(-places)
    value = rule(f"{{decimals: ['{exact:f}', '{exact:f}'], places: {places}}}").draw("x", SOURCE.draw(1), {})
    assert value == float(exact)
