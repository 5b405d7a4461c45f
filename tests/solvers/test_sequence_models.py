"""Sizes of LSTMs and steps of decoders, against layers that are built and loops that are run."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.solvers.sequence_models import decoder_steps, lstm_parameters


class Lstm:
    """A layer from the equations of Hochreiter and Schmidhuber with a forget gate, written out gate by gate."""

    def __init__(self, units, inputs):
        random = np.random.default_rng(units * 100 + inputs)
        self.gates = {
            gate: (random.normal(size=(units, inputs)), random.normal(size=(units, units)), random.normal(size=units))
            for gate in ("input", "forget", "output", "candidate")
        }

    @property
    def size(self):
        return sum(array.size for gate in self.gates.values() for array in gate)

    def run(self, sequence):
        h = c = np.zeros(len(self.gates["input"][2]))
        for x in sequence:
            i, f, o, g = (w @ x + u @ h + b for w, u, b in self.gates.values())
            c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            h = np.tanh(c) / (1 + np.exp(-o))
        return h


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 9))
def test_it_counts_the_numbers_of_a_layer_that_runs_over_a_sequence_of_any_length(units, inputs, length):
    layer = Lstm(units, inputs)
    before = layer.size
    assert layer.run(np.ones((length, inputs))).shape == (units,)
    assert layer.size == before == lstm_parameters(units, inputs)


def test_pytorchs_two_biases_make_144_of_128():
    # torch.nn.LSTM(3, 4) has weight_ih 16x3, weight_hh 16x4, bias_ih 16 and bias_hh 16.
    assert lstm_parameters(4, 3) == 16 * 3 + 16 * 4 + 16
    assert lstm_parameters(4, 3, biases=2) == 16 * 3 + 16 * 4 + 16 + 16


@given(st.integers(1, 50), st.integers(1, 50))
def test_three_blocks_are_three_quarters_and_no_bias_is_four_units_less(units, inputs):
    assert 4 * lstm_parameters(units, inputs, blocks=3) == 3 * lstm_parameters(units, inputs)
    assert lstm_parameters(units, inputs) - lstm_parameters(units, inputs, biases=0) == 4 * units


@given(st.integers(1, 40))
def test_a_decoder_that_stops_when_it_has_put_out_the_end_runs_so_many_steps(length):
    target, read, steps, written = [*range(length), "end"], "start", 0, []
    while read != "end":
        read = target[steps]
        written.append(read)
        steps += 1
    assert written[:-1] == target[:-1]
    assert decoder_steps(length) == steps
    assert decoder_steps(length, end_token=0) == steps - 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lstm_parameters(0, 3), "the number of units must be a whole number of at least 1, not 0"),
        (lambda: lstm_parameters(4, 0), "the number of inputs must be a whole number of at least 1, not 0"),
        (lambda: lstm_parameters(4, 3, -1), "the number of bias vectors must be a whole number of at least 0, not -1"),
        (lambda: lstm_parameters(4, 3, 1, 0), "the number of blocks must be a whole number of at least 1, not 0"),
        (lambda: decoder_steps(0), "the length of the target must be a whole number of at least 1, not 0"),
        (lambda: decoder_steps(2, -1), "the number of end tokens must be a whole number of at least 0, not -1"),
    ],
)
def test_what_makes_no_sense_is_named(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
