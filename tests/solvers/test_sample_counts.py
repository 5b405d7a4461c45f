"""The size of a grid, against grids that are built and against whole-number powers."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.solvers.sample_counts import grid_exponent


def test_the_paper_needs_ten_to_the_1024_samples():
    # COMP70010 Deep Learning, 23 March 2021, 1.b.ii: 1,024 dimensions and an error of 0.1.
    assert grid_exponent(1024, 0.1) == 1024


@given(st.integers(1, 3000), st.integers(1, 6))
def test_powers_of_ten_give_the_exact_digits_of_the_whole_power(dimension, digits):
    exponent = grid_exponent(dimension, float(f"1e-{digits}"))
    assert type(exponent) is int
    assert (10**digits) ** dimension == 10**exponent


@pytest.mark.parametrize("dimension", [1, 2, 3, 4])
@pytest.mark.parametrize("parts", [2, 4, 5, 8])
def test_it_counts_the_cells_of_a_grid_that_is_built(dimension, parts):
    cells = sum(1 for _ in itertools.product(range(parts), repeat=dimension))
    assert 10 ** grid_exponent(dimension, 1 / parts) == pytest.approx(cells)


@pytest.mark.parametrize(("dimension", "parts"), [(1, 4), (2, 4), (2, 5)])
def test_a_sample_in_each_cell_predicts_a_function_of_slope_one_within_the_error(dimension, parts):
    # The steepest functions allowed are the distances to a point, in the maximum norm; the worst samples are corners.
    error = 1 / parts
    fine = [i / (4 * parts) for i in range(4 * parts + 1)]
    points = list(itertools.product(fine, repeat=dimension))
    for pole in points:
        for point in points:
            corner = [min(math.floor(x * parts), parts - 1) / parts for x in point]
            value, predicted = (max(abs(a - b) for a, b in zip(pole, x, strict=True)) for x in (point, corner))
            assert abs(value - predicted) <= error + 1e-12


@given(st.integers(1, 500), st.floats(0.001, 0.9))
def test_twice_the_axes_take_the_square(dimension, error):
    assert grid_exponent(2 * dimension, error) == pytest.approx(2 * grid_exponent(dimension, error))


@pytest.mark.parametrize(
    ("dimension", "error", "message"),
    [
        (0, 0.1, "the dimension must be a whole number of at least 1, not 0"),
        (2, 0, "the error must be between 0 and 1, not 0"),
        (2, 1, "the error must be between 0 and 1, not 1"),
        (2, float("nan"), "not nan"),
    ],
)
def test_arguments_without_sense_are_refused(dimension, error, message):
    with pytest.raises(ValueError, match=message):
        grid_exponent(dimension, error)
