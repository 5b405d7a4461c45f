"""Whatever an author writes, reading and sampling end soon, with variants or with problems and with nothing else."""

from __future__ import annotations

import random
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.bank.problems import BankError
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler
from markscheme.bank.spec import QUESTION
from markscheme.bank.yaml_reader import read_yaml

ROOT = Path(__file__).parents[2]
SHIPPED = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "bank/deep_learning").glob("*/*.yaml"))]
WRONG = [
    path.read_text(encoding="utf-8", errors="replace")
    for path in sorted((ROOT / "tests/bad").glob("*.yaml"))
    if path.stat().st_size < 2_000
]
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
ODD = [
    *(
        "0",
        "-1",
        "1",
        "2",
        "64",
        "1e308",
        "1e-308",
        "9007199254740992",
        "9999999999999999",
        "99999999999999999",
        "1e99",
        "1e9",
    ),
    *(
        ".5",
        "nan",
        ".inf",
        "1/0",
        "0.1",
        "true",
        "True",
        "None",
        "''",
        '"',
        "'",
        "[]",
        "{}",
        "[[]]",
        "[1, [2]]",
        "{{",
        "}}",
    ),
    *(
        "[[",
        "]]",
        "[[y]]",
        "{{ n }}",
        "$",
        "$$",
        "\\",
        "\\frac",
        "|",
        ">",
        "- ",
        ": ",
        "#",
        "&a",
        "*a",
        "!t",
        "%",
        "@",
        "`",
        "\t",
    ),
    *(
        "**",
        "//",
        "==",
        "<",
        "if",
        "else",
        "for",
        "lambda",
        "not",
        "and",
        "x[0]",
        "x[5:1]",
        "(1, 2)",
        "()",
        "(",
        ")",
        ",",
    ),
    *(
        "round(2.5, -9)",
        "round(5, -1000000000)",
        "factorial(18)",
        "2**53",
        "9**9**9",
        "'a'*9",
        "zeros(1024)",
        "range(1024)",
    ),
    *(
        "sum_of(1)",
        "product_of(2, 3)",
        "array(1, 2)",
        "abs(True)",
        "max()",
        "sort(('a', 'b'))",
        "gcd(1.5, 2)",
        "length(1)",
    ),
    *(
        "integers",
        "decimals",
        "one_of",
        "shape",
        "places",
        "nonzero",
        "distinct",
        "symbolic",
        "original",
        "symbols",
        "domain",
    ),
    *(
        "number",
        "matrix",
        "choice",
        "tolerance",
        "relative",
        "significant",
        "show",
        "order",
        "fixed",
        "each",
        "when",
        "text",
    ),
    *("\ue000", "\uf000", "\U000f0000", "\x00", "\ufeff", "é", "λ", "\u2028", "𝔸", "\n", "\n\n", "  ", "-", "a" * 50),
]


def survive(text: str) -> None:
    """Read, compile and sample a text; anything but a `BankError` comes through."""
    started = time.perf_counter()
    with suppress(BankError):
        question = compile_question(QUESTION.read(read_yaml(text.encode(errors="replace"), "q.yaml")), "attack", ROOT)
        question.space()
        list(Sampler(question, 1).variants(3))
    assert time.perf_counter() - started < 5


def mutated(text: str, chance: random.Random) -> str:
    """Change one to three tokens of a text."""
    tokens = TOKEN.findall(text)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(tokens))
        other = chance.randrange(len(tokens))
        match chance.randrange(6):
            case 0:
                tokens[at] = chance.choice(ODD)
            case 1:
                tokens.insert(at, chance.choice(ODD))
            case 2:
                tokens[at] = ""
            case 3:
                tokens[at] = tokens[other]
            case 4:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case _:
                tokens[at:at] = tokens[other : other + chance.randint(1, 8)]
    return "".join(tokens)


@pytest.mark.parametrize("seed", range(8))
def test_mutated_questions_raise_nothing_but_problems(seed):
    chance = random.Random(seed)
    for _ in range(50):
        survive(mutated(chance.choice(SHIPPED if chance.random() < 0.5 else WRONG), chance))


VALUE = st.recursive(
    st.sampled_from(ODD) | st.integers().map(str) | st.floats().map(str) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        | st.tuples(st.sampled_from(["integers", "one_of", "type", "a"]), inner).map(
            lambda pair: f"{{{pair[0]}: {pair[1]}}}"
        )
    ),
    max_leaves=6,
)
PLACES = """\
id: q
title: A title
topics: [t]
marks: 2
penalty: 0.1
parameters:
  n: {integers: [1, 9]}
  d: {decimals: [0, 1], places: 2}
  o: {one_of: [1, b, [2, 3]]}
  x: {integers: [1, 9], shape: [2, 2]}
original: {n: 1, d: 0.5, o: 1, x: [[1, 2], [3, 4]]}
symbols:
  M: {integers: [1, 9]}
domain: [M > 0]
require: [n > 0]
let: {a: n + 1}
check: [a > 1]
skip: [{draw: 1, reason: Why.}]
stem: [{text: "What is {{ n }}?"}, {when: n > 1, text: More.}]
answers:
  y: {type: number, value: a, tolerance: 0.1, mistakes: [{value: n, credit: 0.5, when: n > 2, feedback: No.}]}
  z: {type: matrix, value: x, mistakes: [{value: x + 1, feedback: No.}]}
  w: {type: choice, value: M + n, show: 2, options: [{symbolic: M + n}, {symbolic: M}, {symbolic: 2*M}]}
feedback: That.
"""
SPOTS = [match.span() for match in re.finditer(r"(?<=[:\[,] )[^\n:,\[\]{}]+(?=[,\]}\n])|(?<=\[)[^\n:,\[\]{}]+", PLACES)]


def test_the_question_to_be_attacked_is_sound():
    question = compile_question(QUESTION.read(read_yaml(PLACES.encode(), "q.yaml")), "attack")
    assert len(list(Sampler(question, 1).variants(3))) == 3
    assert len(SPOTS) > 40


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SPOTS), VALUE)
def test_any_value_at_any_place_raises_nothing_but_problems(spot, value):
    survive(PLACES[: spot[0]] + value + PLACES[spot[1] :])
