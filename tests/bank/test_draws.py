"""Draws: golden values from the documented construction, and that their statistics are those of fair dice."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import shake_128
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from markscheme.bank.draws import Source


def documented(bank: str, seed: int, question: str, draw: int, name: str, count: int) -> list[int]:
    """Return the words as the module's documentation tells: length-prefixed fields, SHAKE-128, 64-bit words."""
    text = b""
    for field in (bank, str(seed) if draw else "original", question, str(draw), name):
        text += len(field.encode("utf-8")).to_bytes(4, "little") + field.encode("utf-8")
    digest = shake_128(text).digest(8 * count)
    return [sum(byte << 8 * i for i, byte in enumerate(digest[at : at + 8])) for at in range(0, 8 * count, 8)]


# Made by `openssl dgst -shake128 -xoflen 16`, and not by this package.
GOLDEN_WORDS = (11909136791975307881, 5148210160759925315)


def test_golden_words_never_change():
    draw = Source("dl", 2021, "conv2d-output").draw(1)
    assert draw.words("k", 2) == GOLDEN_WORDS
    assert draw.numbers("k", 4, 5) == [3, 1, 4, 2]


TEXTS = st.text(max_size=8).filter(lambda text: text.isprintable())


@given(TEXTS, st.integers(0, 10**6), TEXTS, st.integers(0, 10**6), TEXTS, st.integers(0, 40))
def test_words_follow_the_documented_construction(bank, seed, question, number, name, count):
    words = Source(bank, seed, question).draw(number).words(name, count)
    assert list(words) == documented(bank, seed, question, number, name, count)


@given(st.integers(0, 50), st.integers(0, 50))
def test_more_words_begin_with_the_same_ones(few, more):
    draw = Source("b", 1, "q").draw(7)
    assert draw.words("x", few + more)[:few] == draw.words("x", few)


def test_fields_cannot_run_into_each_other():
    sources = [("ab", 1, "c"), ("a", 1, "bc"), ("ab1", 1, ""), ("a", 11, "bc"), ("a", 1, "1bc")]
    assert len({Source(*source).draw(1).words("x", 1) for source in sources}) == len(sources)
    draw = Source("a", 1, "b")
    assert draw.draw(11).words("x", 1) != draw.draw(1).words("1x", 1)


def test_original_does_not_depend_on_the_seed():
    assert Source("b", 1, "q").draw(0).words("x", 3) == Source("b", 2, "q").draw(0).words("x", 3)
    assert Source("b", 1, "q").draw(1).words("x", 3) != Source("b", 2, "q").draw(1).words("x", 3)


def test_same_words_in_a_process_with_another_hash_seed():
    code = "from markscheme.bank.draws import Source; d = Source('b', 5, 'q').draw(3);"
    code += "print(d.words('x', 3), d.distinct('y', 5, 9), d.order('z', ['one', 'two', 'three', 'four']))"
    draw = Source("b", 5, "q").draw(3)
    here = f"{draw.words('x', 3)} {draw.distinct('y', 5, 9)} {draw.order('z', ['one', 'two', 'three', 'four'])}\n"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        there = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        assert there.stdout == here


@given(st.integers(1, 2**32), st.integers(0, 30))
def test_numbers_are_the_high_half_of_word_times_span(span, count):
    numbers = Source("b", 1, "q").draw(2).numbers("x", count, span)
    assert numbers == [word * span // 2**64 for word in documented("b", 1, "q", 2, "x", count)]
    assert all(0 <= number < span for number in numbers)


@pytest.mark.parametrize("span", [0, -1, 2**32 + 1])
def test_span_out_of_bounds_is_refused(span):
    with pytest.raises(ValueError, match="span"):
        Source("b", 1, "q").draw(1).numbers("x", 1, span)


@pytest.mark.parametrize("span", [2, 3, 5, 6, 7, 10, 100])
def test_numbers_are_uniform_within_a_draw_and_across_draws(span):
    source = Source("statistics", 1, "q")
    within = source.draw(1).numbers("x", 20_000, span)
    across = [source.draw(number).numbers("x", 1, span)[0] for number in range(1, 10_001)]
    for numbers in (within, across):
        counts = [numbers.count(value) for value in range(span)]
        assert stats.chisquare(counts).pvalue > 1e-3


def test_neighbouring_draws_and_names_are_independent():
    source = Source("statistics", 2, "q")
    first = [source.draw(number).numbers("x", 1, 5)[0] for number in range(1, 5_001)]
    renamed = [source.draw(number).numbers("y", 1, 5)[0] for number in range(1, 5_001)]
    for other in (renamed, [*first[1:], first[0]]):
        table = [
            [sum(a == i and b == j for a, b in zip(first, other, strict=True)) for j in range(5)] for i in range(5)
        ]
        assert stats.chi2_contingency(table).pvalue > 1e-3


@given(st.integers(0, 60), st.integers(0, 60))
def test_distinct_numbers_are_different_and_in_range(count, extra):
    numbers = Source("b", 1, "q").draw(4).distinct("x", count, count + extra)
    assert len(set(numbers)) == len(numbers) == count
    assert all(0 <= number < count + extra for number in numbers)


@given(st.integers(1, 40))
def test_all_of_a_span_is_a_permutation_and_begins_as_fewer_do(span):
    draw = Source("b", 1, "q").draw(5)
    whole = draw.distinct("x", span, span)
    assert sorted(whole) == list(range(span))
    assert draw.distinct("x", span // 2, span) == whole[: span // 2]


def test_distinct_numbers_of_a_large_span_take_no_memory():
    assert len(set(Source("b", 1, "q").draw(6).distinct("x", 1024, 2**32))) == 1024


def test_permutations_are_equally_frequent():
    source = Source("statistics", 3, "q")
    drawn = [tuple(source.draw(number).distinct("x", 4, 4)) for number in range(1, 12_001)]
    ordered = [tuple(source.draw(number).order("x", ["a", "b", "c", "d"])) for number in range(1, 12_001)]
    for sample in (drawn, ordered):
        assert stats.chisquare([sample.count(order) for order in permutations(range(4))]).pvalue > 1e-3


@pytest.mark.parametrize(("count", "span"), [(3, 2), (-1, 5), (1, 0), (1, 2**32 + 1)])
def test_more_distinct_numbers_than_there_are_is_refused(count, span):
    with pytest.raises(ValueError, match="cannot be chosen"):
        Source("b", 1, "q").draw(1).distinct("x", count, span)


@given(st.lists(st.text(max_size=5), unique=True, max_size=8), st.text(max_size=5), st.integers(0, 8))
def test_added_thing_leaves_the_order_of_the_others(things, extra, at):
    draw = Source("b", 1, "q").draw(8)
    if extra in things:
        return
    more = [*things[:at], extra, *things[at:]]
    before = [things[i] for i in draw.order("x", things)]
    after = [more[i] for i in draw.order("x", more)]
    assert [thing for thing in after if thing != extra] == before


def test_order_of_things_does_not_depend_on_how_they_are_listed():
    draw = Source("b", 1, "q").draw(9)
    for things in permutations(["a", "b", "c"]):
        assert [things[i] for i in draw.order("x", things)] == [
            ["a", "b", "c"][i] for i in draw.order("x", ["a", "b", "c"])
        ]
