"""Padding that keeps the size, against a kernel that really slides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from markscheme.solvers.padding import same_padding

kernels, dilations = st.integers(1, 9), st.integers(1, 5)


@pytest.mark.parametrize(
    ("kernel", "dilation", "sides"),
    # An odd kernel has ⌊k/2⌋ on each side (Dumoulin & Visin 2016, relationship 3). Of an uneven total, PyTorch's Conv2d
    # with padding="same" puts total // 2 before and the rest after.
    [(3, 1, (1, 1)), (7, 1, (3, 3)), (3, 2, (2, 2)), (4, 1, (1, 2)), (2, 1, (0, 1)), (1, 4, (0, 0)), (4, 3, (4, 5))],
)
def test_known_values(kernel, dilation, sides):
    assert same_padding(kernel, dilation) == sides


@given(st.integers(1, 20), kernels, dilations)
def test_a_spread_kernel_slid_over_the_padded_signal_gives_as_many_outputs_as_inputs(size, kernel, dilation):
    taps = np.zeros(dilation * (kernel - 1) + 1)
    taps[::dilation] = 1
    padded = np.pad(np.ones(size), same_padding(kernel, dilation))
    assert len(padded) >= len(taps)
    assert len(signal.correlate(padded, taps, mode="valid")) == size


@given(kernels, dilations)
def test_the_sides_differ_by_one_at_most_and_the_larger_comes_after(kernel, dilation):
    before, after = same_padding(kernel, dilation)
    assert after - before in (0, 1)
    assert (after == before) == (kernel % 2 == 1 or dilation % 2 == 0)


@given(kernels)
def test_all_of_the_kernel_but_one_on_each_side_is_right_for_dilation_two(kernel):
    assert same_padding(kernel, 2) == (kernel - 1, kernel - 1)


@pytest.mark.parametrize(
    ("kernel", "dilation", "message"),
    [
        (0, 1, "the kernel's size must be a whole number of at least 1, not 0"),
        (3, 0, "the dilation must be a whole number of at least 1, not 0"),
        (3.0, 1, "not 3.0"),
    ],
)
def test_arguments_without_sense_are_refused(kernel, dilation, message):
    with pytest.raises(ValueError, match=message):
        same_padding(kernel, dilation)
