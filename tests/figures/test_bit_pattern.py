"""Patterns of bits: the words and the squares carry the digits."""

import re
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from markscheme.bank.figures import make_figure

PATTERNS = st.integers(1, 32).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 1), min_size=n, max_size=n), min_size=1, max_size=2)
)


def squares(figure) -> list[list[int]]:
    """Read the digits off the picture: find the outlined rows, and see which squares are filled near a corner."""
    dark = np.asarray(Image.open(BytesIO(figure.read()))) < 100
    count = int(re.search(r"(\d+) square", figure.alt)[1])
    right = np.flatnonzero(dark.any(axis=0))[-1]
    last = dark[:, right - 1]  # the last square's right side: one run of dark pixels for each row
    edges = np.flatnonzero(np.diff(np.concatenate([[0], last.astype(int), [0]])))
    rows = list(zip(edges[::2], edges[1::2], strict=True))
    side = rows[0][1] - rows[0][0]
    left = right - (side - 2) * count
    return [[int(dark[top + 8, round(left + (i + 0.5) * (side - 2))]) for i in range(count)] for top, _ in rows]


@given(PATTERNS)
def test_words_spell_the_digits(patterns):
    words = make_figure("bit_pattern", tuple(map(tuple, patterns))).alt
    found = re.findall(r"([AB]): ([01 ]+)\.", words)
    assert [[int(digit) for digit in digits.split()] for _, digits in found] == patterns
    assert "".join(label for label, _ in found) == "AB"[: len(patterns)]


@settings(max_examples=25, deadline=None)
@given(PATTERNS)
def test_squares_are_filled_where_the_digit_is_one(patterns):
    assert squares(make_figure("bit_pattern", tuple(map(tuple, patterns)))) == patterns


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((5,), "the first pattern must be a vector of 0 and 1, not 5"),
        (("101",), "the first pattern must be a vector of 0 and 1, not '101'"),
        (((1, 0), (0, 2)), "the second pattern must hold only 0 and 1, not 2"),
        (((1, 0.5),), "the first pattern must hold only 0 and 1, not 0.5"),
        ((np.eye(2, dtype=np.int64),), "the first pattern must hold only 0 and 1, not (1, 0)"),
        (((),), "the first pattern must have from 1 to 32 digits, not 0"),
        (((0,) * 33,), "the first pattern must have from 1 to 32 digits, not 33"),
        (((1, 0), (0, 1, 1)), "the two patterns must be of the same length, not of 2 and 3 digits"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_authors_values(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make_figure("bit_pattern", arguments)
