"""Activation functions, against SciPy's and the derivatives that central differences of those give."""

from __future__ import annotations

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from markscheme.solvers.activation import activate, activation_derivative, saturates_on_both_sides

# Written with SciPy and numpy alone, by the formulas of PyTorch's manual.
FUNCTIONS = {
    "abs": np.abs,
    "arctan": np.arctan,
    "celu": lambda x: np.maximum(x, 0) + np.expm1(np.minimum(x, 0)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "erf": special.erf,
    "gaussian": lambda x: np.exp(-(x**2)),
    "gelu": lambda x: x * stats.norm.cdf(x),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "hardshrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "identity": lambda x: x,
    "leaky_relu": lambda x: np.maximum(x, 0.01 * x),
    "log_sigmoid": special.log_expit,
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "prelu": lambda x: np.maximum(x, 0.25 * x),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))),
    "sigmoid": special.expit,
    "silu": lambda x: x * special.expit(x),
    "softplus": lambda x: np.logaddexp(0, x),
    "softshrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "tanh": np.tanh,
    "tanhshrink": lambda x: x - np.tanh(x),
}
BOTH_SIDES = {"sigmoid", "tanh", "arctan", "softsign", "erf", "hard_tanh", "hard_sigmoid", "relu6", "gaussian"}
NAMES = sorted(FUNCTIONS)

# Apart from the kinks, which lie at whole and half numbers.
POINTS = [-4.3, -2.7, -1.3, -0.8, -0.3, 0.2, 0.7, 1.4, 2.6, 3.3, 5.8, 6.4]


def central_difference(name, x, step):
    function = FUNCTIONS[name]
    return float((function(np.float64(x + step)) - function(np.float64(x - step))) / (2 * step))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", POINTS)
def test_the_derivative_is_what_central_differences_of_the_function_give(name, x):
    assert activation_derivative(name, x) == pytest.approx(central_difference(name, x, 1e-6), abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_saturates_just_where_secants_far_out_are_flat_on_both_sides(name):
    # From 10⁴ to 3·10⁴: the secant of arctan and of softsign is 3e-9 there, of a straight end 1e-2 or more.
    secants = [abs(central_difference(name, x, 1e4)) for x in (-2e4, 2e4)]
    assert saturates_on_both_sides(name) == (max(secants) < 1e-7)
    assert all(secant < 1e-7 or secant > 5e-3 for secant in secants)


@pytest.mark.parametrize("name", NAMES)
def test_the_functions_that_saturate_are_those_of_the_list(name):
    assert saturates_on_both_sides(name) is (name in BOTH_SIDES)


@pytest.mark.parametrize(
    "name", ["relu", "elu", "selu", "celu", "softplus", "log_sigmoid", "gelu", "silu", "mish", "hard_swish"]
)
def test_these_are_flat_on_one_side_only(name):
    flat = [abs(activation_derivative(name, x)) < 1e-6 for x in (-1e4, 1e4)]
    assert sum(flat) == 1


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-1e6, 1e6))
def test_no_derivative_overflows_or_leaves_minus_two_to_two(name, x):
    assert -2 <= activation_derivative(name, x) <= 2


@pytest.mark.parametrize("name", ["arctan", "softsign", "erf", "tanh", "hard_tanh", "identity", "tanhshrink"])
@given(x=st.floats(-50, 50))
def test_the_derivative_of_an_odd_function_is_even(name, x):
    assert activation_derivative(name, x) == activation_derivative(name, -x)


@pytest.mark.parametrize("function", [saturates_on_both_sides, lambda name: activation_derivative(name, 0)])
def test_a_misspelt_name_is_answered_with_the_nearest(function):
    with pytest.raises(ValueError, match=r"^there is no activation 'leaky-relu' \(did you mean 'leaky_relu'\?\)$"):
        function("leaky-relu")


def test_a_name_near_to_none_is_answered_with_all():
    with pytest.raises(
        ValueError, match=r"^there is no activation 'xyz' \(there are abs, hard_tanh, leaky_relu, relu, step\)$"
    ):
        activate(1, "xyz")


@pytest.mark.parametrize("x", [1e7, -1e7, float("nan"), float("inf")])
def test_a_derivative_out_of_range_is_refused(x):
    with pytest.raises(ValueError, match="from -1000000 to 1000000"):
        activation_derivative("tanh", x)


KINDS = [("relu", 0), ("leaky_relu", 0.1), ("leaky_relu", 0.2), ("leaky_relu", 0.5), ("hard_tanh", 4), ("abs", 0)]
ORACLES = {
    "relu": lambda x, _: x * (x > 0),
    "leaky_relu": lambda x, slope: np.maximum(x, slope * x),
    "hard_tanh": lambda x, limit: np.sign(x) * np.minimum(np.abs(x), limit),
    "abs": lambda x, _: np.sqrt(np.square(x)),
}
integers = arrays.arrays(np.int64, arrays.array_shapes(max_dims=2, max_side=5), elements=st.integers(-1000, 1000))


class TestActivate:
    @pytest.mark.parametrize(("name", "parameter"), KINDS)
    @given(x=integers)
    def test_integers_get_the_values_that_an_unrelated_formula_gives(self, name, parameter, x):
        x.flags.writeable = False
        values = activate(x, name, parameter)
        assert values.shape == x.shape
        np.testing.assert_allclose(values, ORACLES[name](x, parameter), rtol=1e-11)
        assert values.dtype == (np.float64 if name == "leaky_relu" else np.int64)

    @pytest.mark.parametrize("slope", [0.1, 0.2, 0.5])
    @given(x=st.integers(-1000, 1000))
    def test_a_leaky_value_is_the_decimal_that_is_meant(self, slope, x):
        tenths = x * round(slope * 10) if x < 0 else 10 * x
        assert activate(x, "leaky_relu", slope) == tenths / 10

    def test_the_noise_of_a_tenth_times_three_is_gone(self):
        assert 0.1 * 3 != 0.3
        assert activate(np.array([-3, 3]), "leaky_relu", 0.1).tolist() == [-0.3, 3.0]

    def test_the_step_is_one_from_zero_on(self):
        assert activate(np.array([-2, -1, 0, 1]), "step").tolist() == [0, 0, 1, 1]
        assert activate(np.array([-0.1, 0.0]), "step").dtype == np.int64

    @pytest.mark.parametrize(("name", "parameter"), [*KINDS, ("step", 0)])
    @given(x=st.integers(-50, 50))
    def test_a_number_gets_what_an_array_of_it_gets(self, name, parameter, x):
        value = activate(x, name, parameter)
        assert type(value) in (int, float)
        assert [value] == activate(np.array([x]), name, parameter).tolist()

    def test_zero_has_no_sign(self):
        assert not np.signbit(activate(np.array([-0.0, 0.0]), "leaky_relu", 0.1)).any()

    @pytest.mark.parametrize(
        ("x", "name", "parameter", "message"),
        [
            (1, "leaky_relu", 0, "the slope must be between 0 and 1, not 0"),
            (1, "leaky_relu", 1.5, "the slope must be between 0 and 1, not 1.5"),
            (1, "hard_tanh", 0, "the limit must be positive, not 0"),
            (np.array([np.nan]), "relu", 0, "finite"),
            (2**53 + 1, "relu", 0, "at most 9007199254740992"),
            (np.array([np.iinfo(np.int64).min]), "abs", 0, "at most 9007199254740992"),
            (np.array([True]), "relu", 0, "not bool"),
        ],
    )
    def test_arguments_without_sense_are_refused(self, x, name, parameter, message):
        with pytest.raises(ValueError, match=message):
            activate(x, name, parameter)
