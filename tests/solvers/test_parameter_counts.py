"""Parameter counts, against the sizes of arrays that hold the parameters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.solvers.parameter_counts import conv_parameters, dense_parameters

small = st.integers(1, 6)


def test_the_paper_has_26_parameters_for_one_filter_and_4097_for_one_unit():
    # COMP70010 Deep Learning, 23 March 2021, 1.b.i: an input of 64 x 64 x 1 and a kernel of 5 x 5.
    assert conv_parameters(5, 5, 1, 1) == 26
    assert dense_parameters(64 * 64 * 1, 1) == 4097
    assert dense_parameters(64 * 64 * 1, 64 * 64) == 16_781_312


def test_vgg_16_has_the_numbers_that_its_paper_gives():
    # Simonyan & Zisserman 2014, arXiv:1409.1556, table 1 (configuration D) and table 2: 138 million.
    channels = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    convolutions = sum(conv_parameters(3, 3, c, f) for c, f in pairwise(channels))
    widths = [7 * 7 * 512, 4096, 4096, 1000]
    dense = sum(dense_parameters(i, u) for i, u in pairwise(widths))
    assert round((convolutions + dense) / 1e6) == 138


@given(small, small, small, small, small, st.integers(0, 1))
def test_the_parameters_fill_arrays_that_compute_the_layer(height, width, channels, filters, units, bias):
    kernel, offsets = np.zeros((filters, channels, height, width)), np.zeros(filters * bias)
    assert conv_parameters(height, width, channels, filters, bias) == kernel.size + offsets.size
    weights, shifts = np.zeros((units, height * width * channels)), np.zeros(units * bias)
    assert dense_parameters(height * width * channels, units, bias) == weights.size + shifts.size


@given(small, small, small, small)
def test_a_kernel_as_large_as_the_input_is_a_fully_connected_layer(height, width, channels, filters):
    dense = dense_parameters(height * width * channels, filters)
    assert conv_parameters(height, width, channels, filters) == dense


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense_parameters(0, 1), "the number of inputs must be a whole number of at least 1, not 0"),
        (lambda: dense_parameters(1, 0), "the number of units must be"),
        (lambda: dense_parameters(1, 1, -1), "the number of biases must be a whole number of at least 0, not -1"),
        (lambda: conv_parameters(0, 1, 1, 1), "the kernel's height must be"),
        (lambda: conv_parameters(1, 0, 1, 1), "the kernel's width must be"),
        (lambda: conv_parameters(1, 1, 0, 1), "the number of input channels must be"),
        (lambda: conv_parameters(1, 1, 1, 0), "the number of filters must be"),
        (lambda: conv_parameters(1, 1, 1, 1, -1), "the number of biases must be"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
