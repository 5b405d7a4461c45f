"""Pooling, against SciPy's filters, block by block, and against loops over plain lists."""

from __future__ import annotations

from statistics import fmean

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from markscheme.solvers.pooling import max_pool2d, mean_pool2d

X = np.array([[1, -2, 0, 4], [3, 0, -5, 2]])


@st.composite
def maps(draw):
    """Draw a map, and a window and a stride that fit."""
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    x = draw(arrays.arrays(np.int64, (rows, columns), elements=st.integers(-9, 9)))
    return x, draw(st.integers(1, min(rows, columns))), draw(st.integers(1, 4))


def windows(x, size, stride):
    """Return the entries of each window as a list, in rows of windows."""
    rows, columns, entries = len(x), len(x[0]), x.tolist()
    return [
        [
            [entries[top + a][left + b] for a in range(size) for b in range(size)]
            for left in range(0, columns - size + 1, stride)
        ]
        for top in range(0, rows - size + 1, stride)
    ]


def by_hand(choose, x, size, stride):
    return [[choose(window) for window in row] for row in windows(x, size, stride)]


class TestMaximum:
    @given(maps())
    def test_it_is_that_of_a_loop_over_each_window(self, drawn):
        assert max_pool2d(*drawn).tolist() == by_hand(max, *drawn)

    @given(maps())
    def test_it_is_scipys_maximum_filter_where_the_window_fits(self, drawn):
        x, size, stride = drawn
        # The filter's window starts at its pixel with this origin.
        filtered = ndimage.maximum_filter(x, size, origin=-(size // 2) if size > 1 else 0)
        fitting = filtered[: x.shape[0] - size + 1 : stride, : x.shape[1] - size + 1 : stride]
        np.testing.assert_array_equal(max_pool2d(x, size, stride), fitting)

    @given(maps())
    def test_integers_stay_integers(self, drawn):
        assert max_pool2d(*drawn).dtype == np.int64

    @given(arrays.arrays(np.int64, (4, 4), elements=st.integers(-9, 9)), st.integers(0, 3), st.integers(0, 3))
    def test_a_whole_stride_of_wrapped_shift_moves_the_output_by_one(self, x, down, right):
        moved = max_pool2d(np.roll(x, (2 * down, 2 * right), axis=(0, 1)), 2, 2)
        np.testing.assert_array_equal(moved, np.roll(max_pool2d(x, 2, 2), (down, right), axis=(0, 1)))

    def test_a_shift_by_one_pixel_may_change_the_output(self):
        x = np.zeros((4, 4), dtype=np.int64)
        x[0, 1] = 5
        assert max_pool2d(x, 2, 2).tolist() == [[5, 0], [0, 0]]
        assert max_pool2d(np.roll(x, 1, axis=1), 2, 2).tolist() == [[0, 5], [0, 0]]

    @given(arrays.arrays(np.int64, (8, 8), elements=st.integers(-9, 9)))
    def test_two_poolings_are_one_with_windows_of_four(self, x):
        np.testing.assert_array_equal(max_pool2d(max_pool2d(x, 2, 2), 2, 2), max_pool2d(x, 4, 4))


class TestMean:
    @given(maps())
    def test_it_is_that_of_the_standard_library(self, drawn):
        np.testing.assert_allclose(mean_pool2d(*drawn), by_hand(fmean, *drawn), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: max_pool2d(X, 3, 1), "a window of 3x3 does not fit into a map of 2x4"),
        (lambda: max_pool2d(X, 0, 1), "the size must be a whole number of at least 1, not 0"),
        (lambda: max_pool2d(X, 2, 0), "the stride must be a whole number of at least 1, not 0"),
        (lambda: max_pool2d(X[0], 1, 1), r"must be a matrix, not an array of shape \(4,\)"),
        (lambda: max_pool2d(np.array([[np.nan]]), 1, 1), "finite"),
        (lambda: mean_pool2d(np.full((2, 2), 2**52), 2, 2), f"could reach {2**54}"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
