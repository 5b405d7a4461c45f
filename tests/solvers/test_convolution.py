"""Convolution, against SciPy and against loops that really slide a window and count."""

from __future__ import annotations

import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import signal

from markscheme.solvers.convolution import (
    conv2d,
    conv_multiplications,
    conv_operations,
    conv_output_size,
    correlate2d,
)

# Dumoulin & Visin 2016, arXiv:1603.07285, figure 1.1: its input, kernel and output.
GUIDE_INPUT = np.array([[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]])
GUIDE_KERNEL = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
GUIDE_OUTPUT = [[12, 12, 17], [10, 17, 19], [9, 6, 14]]


@st.composite
def inputs_and_kernels(draw, unit=1):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    height, width = draw(st.integers(rows, 8)), draw(st.integers(columns, 8))
    elements = st.integers(-1000, 1000)
    x = draw(arrays.arrays(np.int64, (height, width), elements=elements)) * unit
    k = draw(arrays.arrays(np.int64, (rows, columns), elements=elements)) * unit
    x.flags.writeable = k.flags.writeable = False
    return x, k


class TestKnownValues:
    def test_correlation_gives_the_output_printed_in_the_guide(self):
        assert correlate2d(GUIDE_INPUT, GUIDE_KERNEL).tolist() == GUIDE_OUTPUT

    def test_convolution_with_the_rotated_kernel_gives_the_output_printed_in_the_guide(self):
        assert conv2d(GUIDE_INPUT, np.rot90(GUIDE_KERNEL, 2)).tolist() == GUIDE_OUTPUT

    def test_one_row_gives_the_values_in_numpys_manual(self):
        # The examples of numpy.convolve(mode="valid") and of numpy.correlate.
        x, k = np.array([[1, 2, 3]]), np.array([[0, 1, 0.5]])
        assert conv2d(x, k).tolist() == [[2.5]]
        assert correlate2d(x, k).tolist() == [[3.5]]

    def test_rows_and_columns_are_both_reversed(self):
        x = np.array([[1, 10], [100, 1000]])
        k = np.array([[1, 2], [3, 4]])
        assert conv2d(x, k).tolist() == [[4 * 1 + 3 * 10 + 2 * 100 + 1 * 1000]]
        assert correlate2d(x, k).tolist() == [[1 * 1 + 2 * 10 + 3 * 100 + 4 * 1000]]


class TestAgainstScipy:
    @given(inputs_and_kernels())
    def test_integers_agree_exactly_and_stay_integers(self, pair):
        x, k = pair
        for ours, theirs in ((conv2d, signal.convolve2d), (correlate2d, signal.correlate2d)):
            y = ours(x, k)
            assert y.dtype == np.int64
            assert y.shape == (x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1)
            np.testing.assert_array_equal(y, theirs(x, k, mode="valid"))

    @given(inputs_and_kernels(unit=0.1))
    def test_floats_agree_and_stay_floats(self, pair):
        x, k = pair
        for ours, theirs in ((conv2d, signal.convolve2d), (correlate2d, signal.correlate2d)):
            y = ours(x, k)
            assert y.dtype == np.float64
            np.testing.assert_allclose(y, theirs(x, k, mode="valid"), rtol=1e-12, atol=1e-9)


class TestProperties:
    @given(inputs_and_kernels())
    def test_convolution_is_correlation_with_the_kernel_rotated_by_half_a_turn(self, pair):
        x, k = pair
        np.testing.assert_array_equal(conv2d(x, k), correlate2d(x, np.rot90(k, 2)))

    @given(inputs_and_kernels())
    def test_transposing_both_arguments_transposes_the_output(self, pair):
        x, k = pair
        np.testing.assert_array_equal(conv2d(x.T, k.T), conv2d(x, k).T)

    @given(inputs_and_kernels(), inputs_and_kernels())
    def test_convolving_twice_is_convolving_with_the_full_convolution_of_the_kernels(self, pair, other):
        (x, k), (_, second) = pair, other
        joint = np.asarray(signal.convolve2d(k, second))
        assume(joint.shape[0] <= x.shape[0] and joint.shape[1] <= x.shape[1])
        np.testing.assert_array_equal(conv2d(conv2d(x, k), second), conv2d(x, joint))

    @given(inputs_and_kernels())
    def test_arguments_are_left_as_they_were(self, pair):
        x, k = pair
        before = x.copy(), k.copy()
        y = conv2d(x, k)
        assert not np.shares_memory(x, y)
        np.testing.assert_array_equal(x, before[0])
        np.testing.assert_array_equal(k, before[1])

    def test_a_one_by_one_kernel_scales(self):
        assert conv2d(GUIDE_INPUT, np.array([[-3]])).tolist() == (-3 * GUIDE_INPUT).tolist()

    def test_an_integer_and_a_float_matrix_give_floats(self):
        assert conv2d(GUIDE_INPUT, np.array([[0.5]])).dtype == np.float64
        assert conv2d(np.array([[0.5]]), np.array([[2]])).tolist() == [[1.0]]

    def test_zero_has_no_sign(self):
        y = conv2d(np.array([[0.0, -1.0]]), np.array([[-1.0], [0.0]]).T * 0)
        assert not np.signbit(y).any()


class TestBounds:
    def test_sums_may_reach_two_to_the_53(self):
        assert conv2d(np.array([[2**52]]), np.array([[-2]])).tolist() == [[-(2**53)]]

    def test_sums_that_may_pass_two_to_the_53_are_refused(self):
        message = (
            "the sums of the input 1x2 times the kernel 1x2 could reach 18014398509481984, "
            "and exact integers of at most 9007199254740992 are needed"
        )
        with pytest.raises(ValueError, match=f"^{message}$"):
            conv2d(np.array([[2**53, 0]]), np.array([[1, 0]]))

    @pytest.mark.parametrize("function", [conv2d, correlate2d])
    def test_the_most_negative_integer_is_refused_though_numpys_absolute_value_wraps(self, function):
        with pytest.raises(ValueError, match=f"could reach {2**63}, "):
            function(np.array([[np.iinfo(np.int64).min]]), np.array([[1]]))

    @pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("where", ["input", "kernel"])
    def test_numbers_that_are_not_finite_are_refused(self, odd, where):
        good, bad = np.array([[1.0, 2.0]]), np.array([[2.0, odd]])
        x, k = (bad, good) if where == "input" else (good, bad)
        with pytest.raises(ValueError, match="the input 1x2 or the kernel 1x2 has numbers not finite"):
            conv2d(x, k)

    def test_floats_whose_products_overflow_are_refused(self):
        with pytest.raises(ValueError, match="not finite or too large"):
            conv2d(np.array([[1e200]]), np.array([[1e200]]))


@pytest.mark.parametrize("function", [conv2d, correlate2d])
@pytest.mark.parametrize(
    ("x", "k", "message"),
    [
        (np.ones((4, 4)), np.ones((5, 5)), "the kernel 5x5 is larger than the input 4x4"),
        (np.ones((4, 4)), np.ones((1, 5)), "the kernel 1x5 is larger than the input 4x4"),
        (np.ones((4, 4)), np.ones((5, 1)), "the kernel 5x1 is larger than the input 4x4"),
        (3, np.ones((1, 1)), "the input must be a matrix, not 3"),
        ("X", np.ones((1, 1)), "the input must be a matrix, not 'X'"),
        (np.ones((1, 1)), ((1, 2), (3, 4)), "the kernel must be a matrix, not ((1, 2), (3, 4))"),
        (np.ones((2, 2)), np.ones(2), "the kernel must be a matrix, not an array of shape (2,)"),
        (np.ones((2, 2, 1)), np.ones((1, 1)), "the input must be a matrix, not an array of shape (2, 2, 1)"),
        (np.ones((2, 2)), np.ones((0, 2)), "the kernel 0x2 has no entries, and at least 1x1 is needed"),
        (np.ones((2, 2), bool), np.ones((1, 1)), "the input must hold int64 or float64 numbers, not bool"),
        (np.ones((2, 2)), np.ones((1, 1), np.uint8), "the kernel must hold int64 or float64 numbers, not uint8"),
    ],
)
def test_what_cannot_be_convolved_is_named(function, x, k, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function(x, k)


def starts(size, kernel, stride, padding, dilation):
    """List the positions on the padded axis at which the first tap may stand."""
    axis = ["zero"] * padding + ["input"] * size + ["zero"] * padding
    found, start = [], 0
    while start + dilation * (kernel - 1) < len(axis):
        found.append(start)
        start += stride
    return found


class TestOutputSize:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [  # the examples of Dumoulin & Visin 2016, arXiv:1603.07285
            ({"size": 4, "kernel": 3}, 2),  # figure 2.1
            ({"size": 5, "kernel": 4, "padding": 2}, 6),  # figure 2.2
            ({"size": 5, "kernel": 3, "padding": 1}, 5),  # figure 2.3, half padding
            ({"size": 5, "kernel": 3, "padding": 2}, 7),  # figure 2.4, full padding
            ({"size": 5, "kernel": 3, "stride": 2}, 2),  # figure 2.5
            ({"size": 5, "kernel": 3, "stride": 2, "padding": 1}, 3),  # figure 2.6
            ({"size": 6, "kernel": 3, "stride": 2, "padding": 1}, 3),  # figure 2.7, a column left over
            ({"size": 7, "kernel": 3, "dilation": 2}, 3),  # figure 5.1
        ],
    )
    def test_it_is_what_the_guide_prints(self, arguments, expected):
        assert conv_output_size(**arguments) == expected

    def test_it_is_the_number_of_places_where_the_kernel_fits(self):
        for size in range(1, 12):
            for kernel in range(1, 6):
                for stride in range(1, 5):
                    for padding in range(4):
                        for dilation in range(1, 4):
                            places = len(starts(size, kernel, stride, padding, dilation))
                            if places:
                                assert conv_output_size(size, kernel, stride, padding, dilation) == places
                            else:
                                with pytest.raises(ValueError, match="spans"):
                                    conv_output_size(size, kernel, stride, padding, dilation)

    @given(st.integers(1, 2**53), st.integers(1, 2**20), st.integers(1, 2**20), st.integers(0, 2**53))
    def test_one_more_stride_of_input_gives_one_more_output(self, size, kernel, stride, padding):
        assume(kernel <= size + 2 * padding)
        before = conv_output_size(size, kernel, stride, padding)
        assert conv_output_size(size + stride, kernel, stride, padding) == before + 1

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((0, 3), "the input's size must be a whole number of at least 1, not 0"),
            ((5, 0), "the kernel's size must be a whole number of at least 1, not 0"),
            ((5, 3, 0), "the stride must be a whole number of at least 1, not 0"),
            ((5, 3, 1, -1), "the padding must be a whole number of at least 0, not -1"),
            ((5, 3, 1, 0, 0), "the dilation must be a whole number of at least 1, not 0"),
            ((5.0, 3), "the input's size must be a whole number of at least 1, not 5.0"),
            ((5, "3"), "the kernel's size must be a whole number of at least 1, not '3'"),
            (
                (3, 4, 1, 1, 2),
                (
                    "a kernel of size 4 with dilation 2 spans 7, "
                    "more than the input of size 3 with padding 1, which is 5 long"
                ),
            ),
        ],
    )
    def test_sizes_that_make_no_sense_are_named(self, arguments, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv_output_size(*arguments)


layers = st.fixed_dictionaries(
    {
        "height": st.integers(1, 6),
        "width": st.integers(1, 6),
        "kernel_height": st.integers(1, 3),
        "kernel_width": st.integers(1, 3),
        "stride": st.integers(1, 3),
        "padding": st.integers(0, 2),
        "in_channels": st.integers(1, 3),
        "out_channels": st.integers(1, 3),
        "activation": st.integers(0, 2),
    }
)


def count(layer):
    """Run the layer over a padded grid of ones, counting each multiplication and each addition."""
    padding, stride, channels = layer["padding"], layer["stride"], layer["in_channels"]
    grid = np.pad(np.ones((channels, layer["height"], layer["width"])), ((0, 0), (padding,) * 2, (padding,) * 2))
    multiplications = additions = activations = 0
    for _ in range(layer["out_channels"]):
        for top in range(0, grid.shape[1], stride):
            for left in range(0, grid.shape[2], stride):
                window = grid[:, top : top + layer["kernel_height"], left : left + layer["kernel_width"]]
                if window.shape[1:] != (layer["kernel_height"], layer["kernel_width"]):
                    continue
                products = [entry * 1.0 for entry in window.ravel()]
                multiplications += len(products)
                total = products[0]
                for product in products[1:]:
                    total += product
                    additions += 1
                activations += layer["activation"]
    return multiplications, additions, activations


class TestCost:
    def test_a_padded_3x3_filter_on_4x4_with_an_activation_that_multiplies_takes_160(self):
        # 16 outputs, each 9 products and 1 multiplication by the slope.
        assert conv_multiplications(4, 4, 3, 3, padding=1, activation=1) == 160

    def test_a_layer_of_several_channels_counts_every_pair_of_channels(self):
        # The first layer of LeNet-5 (LeCun et al. 1998) has 6 maps of 28x28 and 5x5 kernels: 117,600 products
        # (its 122,304 connections are these and one bias for each of 4,704 outputs).
        assert conv_multiplications(32, 32, 5, 5, out_channels=6) == 122_304 - 6 * 28 * 28

    @given(layers)
    def test_it_is_what_a_sliding_window_counts(self, layer):
        multiplications, additions, activations = count(layer)
        assume(multiplications)
        assert conv_multiplications(**layer) == multiplications + activations
        assert conv_operations(**layer) == multiplications + additions + activations

    @given(layers)
    def test_swapping_height_and_width_changes_nothing(self, layer):
        assume(count(layer)[0])
        swapped = layer | {
            "height": layer["width"],
            "width": layer["height"],
            "kernel_height": layer["kernel_width"],
            "kernel_width": layer["kernel_height"],
        }
        assert conv_multiplications(**swapped) == conv_multiplications(**layer)

    def test_large_sizes_do_not_wrap(self):
        assert conv_multiplications(2**53, 2**53, 1, 1) == 2**106

    @pytest.mark.parametrize("function", [conv_multiplications, conv_operations])
    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"in_channels": 0}, "the number of input channels must be a whole number of at least 1, not 0"),
            ({"out_channels": 0}, "the number of output channels must be a whole number of at least 1, not 0"),
            ({"activation": -1}, "the activation's cost must be a whole number of at least 0, not -1"),
            ({"activation": 0.5}, "the activation's cost must be a whole number of at least 0, not 0.5"),
            ({"kernel_width": 2.0}, "the kernel's size must be a whole number of at least 1, not 2.0"),
            ({"stride": 0}, "the stride must be a whole number of at least 1, not 0"),
            (
                {"kernel_width": 5},
                (
                    "a kernel of size 5 with dilation 1 spans 5, "
                    "more than the input of size 4 with padding 0, which is 4 long"
                ),
            ),
        ],
    )
    def test_layers_that_make_no_sense_are_named(self, function, changed, message):
        layer = {"height": 4, "width": 4, "kernel_height": 3, "kernel_width": 3} | changed
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(**layer)
