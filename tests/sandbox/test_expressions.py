"""What expressions reach, and that none, however odd, does more than give a value or a sentence."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markscheme.bank.expressions import EvaluationError, Expression, Scope, compile_expression
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.guards import Borderline
from markscheme.bank.maths import Node
from markscheme.bank.problems import BankError, Place
from markscheme.bank.values import freeze


def frozen(*items: float) -> object:
    return freeze(np.array(items))


VALUES = {
    "n": 3,
    "big": 2**53,
    "x": 0.3,
    "huge": 1e308,
    "a": freeze(np.arange(6).reshape(2, 3)),
    "v": frozen(0.5, -1.5, 2.0),
    "b": freeze(np.array([True, False])),
    "long": freeze(np.arange(1024)),
    "e": freeze(np.zeros((0,), dtype=np.int64)),
    "s": "text",
    "t": (1, 2.5, "c"),
    "m": freeze(FUNCTIONS["sum_of"](1, -2)),
}
SCOPE = Scope(values=frozenset(VALUES), functions=FUNCTIONS, later=frozenset({"later"}))


def evaluate(source: str) -> object:
    return compile_expression(source, lambda i: Place("q.yaml", 1, 1 + i), SCOPE).evaluate(VALUES)


def is_legal(value: object) -> bool:
    if isinstance(value, np.ndarray):
        bounded = value.size <= 1024 and not value.flags.writeable and type(value) is np.ndarray
        finite = value.dtype != np.float64 or bool(np.isfinite(value).all())
        small = value.dtype != np.int64 or not value.size or int(np.abs(value).max()) <= 2**53
        return bounded and finite and small and value.dtype in (np.int64, np.float64, np.bool_)
    if isinstance(value, tuple):
        return len(value) <= 1024 and all(is_legal(item) for item in value)
    if type(value) is int:
        return abs(value) <= 2**53
    if type(value) is float:
        return math.isfinite(value)
    return type(value) in (bool, str) or isinstance(value, Node)


def test_nothing_is_reached_beyond_the_guards():
    expression = compile_expression("exp(x) + n", lambda i: Place("q.yaml", 1, 1 + i), SCOPE)
    assert expression._globals["__builtins__"] == {}
    assert sorted(expression._code.co_names) == ["_add", "_call_exp", "n", "x"]


def test_values_that_are_built_from_themselves_are_refused_before_they_explode():
    scope = Scope(values=frozenset({"p"}), functions=FUNCTIONS)
    for source in ("(p, p)", "p + p", "product_of(p, p)", "sum_of(p, 1)"):
        expression = compile_expression(source, lambda i: Place("q.yaml", 1, 1 + i), scope)
        start = time.perf_counter()
        with pytest.raises(EvaluationError, match=r"too large|nested deeper|more than 1024"):
            fold(expression, (1, 2))
        assert time.perf_counter() - start < 0.5


def fold(expression: Expression, value: object) -> None:
    for _ in range(100):
        value = expression.evaluate({"p": value})


def test_solver_that_breaks_is_reported_with_its_name():
    def broken(x: int) -> int:
        return {}[x]

    scope = Scope(values=frozenset(), functions={"broken": broken})
    with pytest.raises(EvaluationError, match="'broken' failed: KeyError: 3"):
        compile_expression("broken(3)", lambda i: Place("q.yaml", 1, 1 + i), scope).evaluate({})


def test_array_is_handed_out_read_only():
    def mine(x: object) -> object:
        x[0] = 5  # type: ignore[index]
        return x

    scope = Scope(values=frozenset({"v"}), functions={"mine": mine})
    with pytest.raises(EvaluationError, match="read-only"):
        compile_expression("mine(v)", lambda i: Place("q.yaml", 1, 1 + i), scope).evaluate(VALUES)


NAMES = st.sampled_from(sorted(VALUES))
LEAVES = st.one_of(
    NAMES,
    NAMES,
    st.integers(-20, 2**53).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["0", "1", "-1", "2", "0.5", "1e-9", "'a'", "True", "()", "(1, 2)"]),
)


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["+", "-", "*", "/", "//", "%", "**", "@", "<", "<=", "==", "!=", " in ", " not in ", " and ", " or "]
    return st.one_of(
        st.builds("({}{}{})".format, inner, st.sampled_from(operators), inner),
        st.builds("({}{}{}{}{})".format, inner, st.sampled_from(["<", "=="]), inner, st.sampled_from("<>"), inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["-", "+", "not "]), inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({})[{}:{}]".format, inner, inner, inner),
        st.builds("({})[:, {}]".format, inner, inner),
        st.builds("({}, {})".format, inner, inner),
        st.builds("{}({})".format, st.sampled_from(sorted(FUNCTIONS)), inner),
        st.builds("{}({}, {})".format, st.sampled_from(sorted(FUNCTIONS)), inner, inner),
    )


TREES = st.recursive(LEAVES, grow, max_leaves=8)


def gives_a_value_or_a_sentence(source: str) -> None:
    try:
        value = evaluate(source)
    except (BankError, EvaluationError, Borderline):
        return
    assert is_legal(value), value


@given(TREES)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tree_of_operations_gives_a_legal_value_or_a_sentence(source):
    gives_a_value_or_a_sentence(source)


FRAGMENTS = st.lists(
    st.sampled_from([*"()[]{}.,:;+-*/%@<>=!~^|&'\"\\#", "not ", " if ", " else ", " in ", "lambda ", *sorted(VALUES)]),
    max_size=20,
).map("".join)


@given(st.one_of(st.text(max_size=60), FRAGMENTS))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_legal_value_or_a_sentence(source):
    gives_a_value_or_a_sentence(source)


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(st.sampled_from([*sorted(VALUES), "-1", "2", "1e-9"]), max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_function_takes_any_values(name, arguments):
    gives_a_value_or_a_sentence(f"{name}({', '.join(arguments)})")
