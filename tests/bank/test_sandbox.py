"""What expressions cannot do, and that no expression, however odd, does more than give a value or a sentence."""

from __future__ import annotations

import math
import time
import tracemalloc

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


REFUSED_WHEN_COMPILED = [
    "n.real",
    "a.T",
    "a.tofile('x')",
    "a.dtype",
    "a.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "''.join(('a', 'b'))",
    "s.format(n)",
    "'{0.__class__}'.format(n)",
    "f'{n}'",
    "f'{n.__class__}'",
    "b'bytes'",
    "1j",
    "1e999",
    "...",
    "None",
    "'\\ud800'",
    "'\\x00'",
    "(y := 3)",
    "lambda: 1",
    "(lambda: 1)()",
    "[1, 2]",
    "[i for i in t]",
    "(i for i in t)",
    "sum(i for i in t)",
    "{1, 2}",
    "{1: 2}",
    "{i for i in t}",
    "*t",
    "sum(*t)",
    "(*t, 1)",
    "a[*t]",
    "round(**t)",
    "round(x, **t)",
    "round(x, digits=1, digits=2)",
    "exp(x, out=v)",
    "zeros(3, dtype=s)",
    "array(1, dtype='O')",
    "sum(v, axis=0)",
    "await n",
    "yield n",
    "n if x",
    "n; x",
    "n = 3",
    "del n",
    "import os",
    "__import__('os')",
    "__import__",
    "__builtins__",
    "__builtins__['eval']",
    "__debug__",
    "__name__",
    "_add",
    "_add(n, n)",
    "_call_exp(x)",
    "_make_slice(1, 2, 3)",
    "eval('1')",
    "ｅval('1')",
    "𝐞𝐱𝐞𝐜('1')",
    "exec('1')",
    "open('x')",
    "globals()",
    "getattr(n, 'real')",
    "type(n)",
    "vars()",
    "print(n)",
    "np.save('x', a)",
    "exp",
    "n()",
    "n(3)",
    "exp(x)(x)",
    "(exp)(x)(1)",
    "(exp if n else log)(x)",
    "t[0](1)",
    "later",
    "unknown",
    "n ^ 2",
    "n | 2",
    "n & 2",
    "n << 60",
    "n >> 1",
    "~n",
    "n is n",
    "n is not x",
    "1 < n in t",
    "9007199254740993",
    "9" * 900,
    "0x" + "f" * 900,
    "-" * 900 + "1",
    "not " * 200 + "b",
    "(" * 900 + "1" + ")" * 900,
    "[" * 400,
    "1" + "+1" * 400,
    "n" * 2000,
    "a[" * 90 + "0" + "]" * 90,
    "exp(" * 90 + "x" + ")" * 90,
    "'a' " * 600,
    "1 if 1 else " * 60 + "1",
    "1if 1else 2",
    "'\\d'",
    "0777",
    "",
    "   ",
    "# comment",
    "\x00",
    "\ud800",
    "n\x0c;",
    "\\",
    "'",
    "'''",
    "${n}",
    "{{ n }}",
    "%s",
    "🙂",
]

REFUSED_WHEN_EVALUATED = [
    "9**9**9",
    "9**(9**9)",
    "2**54",
    "(-3)**53",
    "2.0**5000",
    "0**-1",
    "0.0**-1",
    "(-8)**(1/3)",
    "v**0.5",
    "a**54",
    "10**(-400)*0 + 1/10**(-400)",
    "big + 1",
    "big*big",
    "-big - 1",
    "long*long*long*long*long*long",
    "huge*10",
    "v*huge*10",
    "huge + huge",
    "(v*huge)@(v*huge)",
    "exp(1000)",
    "exp(v*1000)",
    "log(0)",
    "log(v)",
    "sqrt(-1)",
    "sqrt(-v)",
    "tan(s)",
    "1/0",
    "1//0",
    "1%0",
    "v/0",
    "a//a",
    "a%a",
    "1/e[0]",
    "s*1000",
    "t*1000",
    "1000*s",
    "s + 1",
    "s % n",
    "s % t",
    "'%1000000000d' % 1",
    "t + s",
    "t - t",
    "b + 1",
    "b*b",
    "-b",
    "True + True",
    "-True",
    "exp(True)",
    "exp(b)",
    "sum(True, 2)",
    "m + 1",
    "m*m",
    "m == m",
    "a @ a",
    "a @ n",
    "v @ long",
    "a + v[0:2]",
    "zeros(1024, 1)*zeros(1, 1024)",
    "zeros(1024, 1) @ zeros(1, 1024)",
    "zeros(1024, 1) == zeros(1, 1024)",
    "zeros(1024, 1)*1.0 < zeros(1, 1024)*1.0",
    "(zeros(1024, 1) + 0.5)//(zeros(1, 1024) + 0.3)",
    "zeros(10**6)",
    "zeros(10**15, 10**15)",
    "zeros(-1)",
    "zeros(0)",
    "zeros(True)",
    "zeros(t)",
    "zeros(" + "1, " * 80 + ")",
    "range(10**9)",
    "range(0, 10**15)",
    "range(x)",
    "range()",
    "range(1, 2, 3)",
    "array()",
    "array(s)",
    "array(m, m)",
    "array((1, 2), (3,))",
    "array((1, 2), 3)",
    "array(s, 1)",
    "a[5, 5]",
    "a[0, 0, 0]",
    "a[x]",
    "a[b]",
    "a[True]",
    "a[s]",
    "a[t]",
    "a[(0, 1), ]",
    "a[a]",
    "t[10**15]",
    "t[0, 1]",
    "t[0:2, 1]",
    "s[::0]",
    "s['a':]",
    "long[::x]",
    "n[0]",
    "m[0]",
    "1 if n else 2",
    "1 if a else 2",
    "1 if a > 0 else 2",
    "1 if s else 2",
    "not n",
    "n and x",
    "b or b",
    "0 < a < 3",
    "s < s",
    "t < t",
    "s == n",
    "t == n",
    "True == 1",
    "1 in a",
    "1 in s",
    "'e' in s",
    "floor(huge)",
    "ceil(v*huge)",
    "round(huge)",
    "round(v*huge)",
    "round(v, 10**9)",
    "round(v, -10**9)",
    "round(x, x)",
    "round(x, a)",
    "round(s)",
    "gcd(x, 1)",
    "gcd(long[3:4], 2)",
    "comb(10**9, 5)",
    "comb(60, x)",
    "factorial(10**9)",
    "factorial(s)",
    "factorial(long)",
    "prod(long + 1)",
    "prod(v + huge/10)",
    "sum(v*0 + huge)",
    "mean(v*0 + huge)",
    "median(huge, huge)",
    "variance(v*huge)",
    "variance(v, 5)",
    "variance(v, -1)",
    "variance(v, s)",
    "min(e)",
    "mean(e)",
    "max(s)",
    "min(t)",
    "sort(t)",
    "rows(v)",
    "transpose(v)",
    "length(n)",
    "items(b)",
    "items(s)",
    "sum_of()",
    "sum_of(s)",
    "sum_of(b)",
    "sum_of_products(v, a)",
    "complex_numbers(a)",
    "float(s)",
    "abs(t)",
    "(" + "long, " * 5 + ")",
]

HARMLESS = [
    "n",
    "1_000",
    "0x10",
    "long[::10**15]",
    "long[-10**15:10**15]",
    "s[::-1]",
    "t[::-1]",
    "()",
    "(1,)",
    "e",
    "e + e",
    "sum(e)",
    "any(e)",
    "e @ e",
    "sort(b)",
    "min(b)",
    "a[()]",
    "a[:, 1]",
    "a[-1]",
    "comb(60, 10**15)",
    "comb(5, -1)",
    "round(huge, 20)",
    "round(n, -20)",
    "range(5, 2)",
    "1**10**15",
    "(-1)**(10**15)",
    "0**10**15",
    "2**53",
    "(-2)**53",
    "huge < -huge",
    "v/4*huge < -huge",
    "n\u2028",
    "(" * 150 + "1" + ")" * 150,
    "1/huge/huge",
    "'a' 'b' + s",
    "s == 'text'",
    "'1' in t",
    "n # comment",
    "\n n\t+\r 1 ",
    "ｎ",
    "'" + "a" * 900 + "'",
    "exp(-1000)",
    "floor(-0.0)",
    "-0.0",
    "big/3",
    "product_of(m, m, m)",
]


def bounded(source: str) -> object:
    """Evaluate within a time and a memory that no expression may need."""
    tracemalloc.start()
    start = time.perf_counter()
    try:
        return evaluate(source)
    finally:
        elapsed = time.perf_counter() - start
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert elapsed < 0.2
        assert peak < 4_000_000


@pytest.mark.parametrize("source", REFUSED_WHEN_COMPILED, ids=ascii)
def test_attack_is_refused_when_compiled(source):
    with pytest.raises(BankError) as caught:
        bounded(source)
    (problem,) = caught.value.problems
    assert problem.code in {"E301", "E302", "E303", "E304", "E305", "E306", "E307", "E308"}
    assert 1 <= problem.place.column <= len(source) + 1
    assert len(str(problem)) < 250


@pytest.mark.parametrize("source", REFUSED_WHEN_EVALUATED, ids=ascii)
def test_attack_is_refused_when_evaluated(source):
    with pytest.raises(EvaluationError) as caught:
        bounded(source)
    assert 10 < len(str(caught.value)) < 250


@pytest.mark.parametrize("source", HARMLESS, ids=ascii)
def test_odd_expression_is_harmless(source):
    assert is_legal(bounded(source))


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
    with pytest.raises(EvaluationError, match="'broken' failed: 3"):
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
