"""Numbers against tables recorded from a real Moodle (the product is named in the file)."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.exporters.moodle.numbers import (
    FRACTIONS,
    accepts,
    is_number,
    matches_fraction,
    parse_stored,
    parse_tolerance,
    parse_typed,
    php_number,
    store,
)

RECORDED = json.loads((Path(__file__).parent / "moodle_numbers.json").read_text(encoding="utf-8"))


def test_the_recording_is_large_enough_to_mean_something():
    assert RECORDED["product"].startswith("Moodle 4.5.6")
    assert len(RECORDED["typed"]) >= 300
    assert len(RECORDED["accepts"]) >= 80


@pytest.mark.parametrize(("typed", "read"), RECORDED["typed"])
def test_typed_text_is_read_as_moodle_read_it(typed, read):
    assert parse_typed(typed) == (None if read is None else float(read))


@pytest.mark.parametrize(("given", "stored"), RECORDED["stored"])
def test_an_answer_is_stored_as_moodle_stored_it(given, stored):
    assert store(given) == stored


@pytest.mark.parametrize(("given", "value"), RECORDED["tolerance"])
def test_a_tolerance_counts_as_moodle_counted_it(given, value):
    assert parse_tolerance(given) == float(value)


@pytest.mark.parametrize(("answer", "tolerance", "typed", "right"), RECORDED["accepts"])
def test_the_edges_of_the_interval_are_where_moodle_has_them(answer, tolerance, typed, right):
    value = parse_typed(typed)
    inside = answer == "*" or accepts(value or 0.0, parse_stored(answer), parse_tolerance(tolerance))
    assert (value is not None and inside) is right


@given(st.text(alphabet="0123456789.,eE+-x×*^ \t−½abc", max_size=12))
def test_reading_never_fails_and_never_invents_a_nan(text):
    value = parse_typed(text)
    assert value is None or not math.isnan(value)


@given(st.text(alphabet="0123456789.,eE+-x×*^ ", max_size=12), st.text(max_size=3))
def test_what_is_a_number_to_its_end_has_no_rest(text, rest):
    if is_number(text):
        assert parse_typed(text) is not None
        assert not is_number(text + "m" + rest)


@given(st.floats(-1e300, 1e300))
def test_an_answer_of_14_digits_accepts_itself(value):
    written = f"{value:.14g}"
    assert accepts(float(written), parse_stored(written), 0.0)


def test_an_answer_of_15_digits_may_refuse_itself_without_a_tolerance():
    # Recorded: it is stored with 14 digits, and the slack is smaller than what that takes away.
    assert not accepts(parse_typed("0.123456789012345"), parse_stored("0.123456789012345"), 0.0)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e3), st.floats(-1e6, 1e6))
def test_acceptance_is_the_plain_interval_but_for_its_last_digits(answer, tolerance, value):
    off = abs(value - answer) - tolerance
    scale = max(abs(answer), tolerance, 1e-9)
    if abs(off) > 1e-12 * scale:
        assert accepts(value, answer, tolerance) is (off < 0)


def test_every_spelled_percentage_is_accepted_as_its_own_fraction():
    assert {spelled: matches_fraction(float(spelled) / 100) for spelled in FRACTIONS} == dict(FRACTIONS)
    assert len(FRACTIONS) == 41


@pytest.mark.parametrize("percent", ["33.333", "66.667", "16.667", "14.286", "11.111", "83.333", "33.3333333"])
def test_percentages_within_a_hundred_thousandth_pass(percent):
    assert matches_fraction(float(percent) / 100) in FRACTIONS.values()


@pytest.mark.parametrize(
    "percent",
    [
        "33.33",
        "33.3",
        "66.67",
        "16.67",
        "14.29",
        "11.11",
        "15",
        "35",
        "45",
        "37.5",
        "62.5",
        "28.57143",
        "22.22222",
        "1",
        "2.5",
        "120",
        "-33.33",
        "101",
    ],
)
def test_percentages_off_the_list_are_refused(percent):
    assert matches_fraction(float(percent) / 100) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("50", 50.0), (" 5", 5.0), ("100%", 100.0), ("1e2x", 100.0), (".5", 0.5), ("abc", None), ("", None), ("%5", None)],
)
def test_php_takes_the_number_at_the_start_of_an_attribute(text, value):
    assert php_number(text) == value
