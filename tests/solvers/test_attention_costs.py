"""Shapes and costs of attention, against multiplications that are counted one by one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.solvers.attention_costs import head_projection_shape, patch_count, self_attention_multiplications


class Counting(int):
    """A whole number that counts how often it is multiplied."""

    count = 0

    def __mul__(self, other):
        Counting.count += 1
        return Counting(int(self) * int(other))

    def __add__(self, other):
        return Counting(int(self) + int(other))

    __radd__ = __add__


def dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True)), Counting(0))


def corners(size, patch, step=1):
    """List where a patch can start along one axis."""
    return [first for first in range(0, size, step) if first + patch <= size]


@st.composite
def images(draw):
    height, width, channels = draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    return height, width, draw(st.integers(1, height)), draw(st.integers(1, width)), channels


class TestPatches:
    @given(images())
    def test_the_multiplications_are_those_that_comparing_every_patch_with_every_patch_takes(self, image):
        height, width, h, w, channels = image
        pixels = {(i, j, c): Counting(i - j + c) for i in range(height) for j in range(width) for c in range(channels)}
        patches = [
            [pixels[top + i, left + j, c] for i in range(h) for j in range(w) for c in range(channels)]
            for top in corners(height, h)
            for left in corners(width, w)
        ]
        Counting.count = 0
        for query in patches:
            for key in patches:
                dot(query, key)
        assert len(patches) == patch_count(height, width, h, w)
        assert self_attention_multiplications(len(patches), h * w * channels) == Counting.count

    @given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4), st.integers(1, 4), st.data())
    def test_with_any_stride_it_counts_the_places_that_fit(self, height, width, down, across, data):
        h, w = data.draw(st.integers(1, height)), data.draw(st.integers(1, width))
        places = [(i, j) for i in corners(height, h, down) for j in corners(width, w, across)]
        assert patch_count(height, width, h, w, (down, across)) == len(places)

    def test_patches_side_by_side_tile_an_image_that_they_divide(self):
        # Dosovitskiy and others 2020: 224x224 pixels are 14x14 words of 16x16 pixels.
        assert patch_count(224, 224, 16, 16, 16) == 196


class TestHeads:
    @given(st.integers(1, 4), st.integers(1, 4))
    def test_all_heads_together_cost_as_much_as_one_of_full_width(self, heads, size):
        features = heads * size
        rows, columns = head_projection_shape(features, heads)

        def cost(count, height):
            query = key = [Counting(i) for i in range(columns)]
            weights = [[Counting(i + j) for j in range(columns)] for i in range(height)]
            Counting.count = 0
            for _ in range(count):
                dot([dot(row, query) for row in weights], [dot(row, key) for row in weights])
            return Counting.count

        assert cost(heads, rows) == cost(1, features)

    def test_the_heads_of_the_first_transformer_have_64_features_of_512(self):
        # Vaswani and others 2017, section 3.2.2: d_model = 512, h = 8, d_k = 64.
        assert head_projection_shape(512, 8) == (64, 512)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: head_projection_shape(10, 4), "10 features cannot be shared equally among 4 heads"),
        (lambda: head_projection_shape(10, 0), "the number of heads must be a whole number of at least 1, not 0"),
        (lambda: patch_count(4, 4, 5, 2), "a patch of height 5 does not fit into an image of height 4"),
        (lambda: patch_count(4, 4, 2, 5), "a patch of width 5 does not fit into an image of width 4"),
        (lambda: patch_count(4, 4, 2, 2, 0), "the stride must be a whole number of at least 1, not 0"),
        (
            lambda: self_attention_multiplications(0, 3),
            "the number of elements must be a whole number of at least 1, not 0",
        ),
    ],
)
def test_what_makes_no_sense_is_named(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
