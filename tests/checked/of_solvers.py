"""Breakages of solvers: a function that questions call by name gives another value."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np
from checked_harness import Breakage, Caught, Workshop, add

from markscheme.bank.registry import SOLVERS

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[..., Any]


def _broken(question: str, solver: str, change: Change) -> Callable[[Workshop, str], Caught]:
    """Return a breakage of one solver: `change` takes the solver and its arguments, and gives the wrong value."""

    def run(workshop: Workshop, _form: str) -> Caught:
        right = SOLVERS.get(solver)
        assert right is not None, f"there is no solver '{solver}' any more"
        changed = []

        @wraps(right)
        def wrong(*arguments: Any) -> Any:
            other = change(right, *arguments)
            changed.append(not np.array_equal(right(*arguments), other))
            if isinstance(other, np.ndarray):
                other.flags.writeable = False
            return other

        workshop.bank(question)
        workshop.patch.setattr(SOLVERS, "_things", dict(SOLVERS.items()) | {solver: wrong})
        caught = workshop.validate()
        assert any(changed), "the solver gave the right value all the same"
        return caught

    return run


def _solver(name: str) -> Callable[..., Any]:
    found = SOLVERS.get(name)
    assert found is not None
    return found


_SLIPS = (
    (
        "sign of the scores", "attention scores have the wrong sign",
        "hard-attention", "attention_scores", "E521", lambda f, *a: -f(*a),
    ),
    (
        "scores moved", "attention scores are one too large, which changes no winner",
        "hard-attention", "attention_scores", "E520", lambda f, *a: f(*a) + 1,
    ),
    (
        "loser of a row", "the smallest score wins",
        "hard-attention", "hard_attention", "E520", lambda f, *a: f(-a[0], *a[1:]),
    ),
    (
        "kernel not rotated", "a convolution is computed as a correlation",
        "conv2d-output", "conv2d", "E520", lambda f, *a: _solver("correlate2d")(*a),
    ),
    (
        "activation of the other side", "activations see the wrong sign",
        "conv-activation-map", "activate", "E520", lambda f, *a: f(-a[0], *a[1:]),
    ),
    (
        "one place short", "the output of a convolution lacks a row and a column",
        "conv-output-shape", "conv_output_size", "E520", lambda f, *a: f(*a) - 1,
    ),
    (
        "padding the other way", "the larger half of the padding comes first",
        "same-padding", "same_padding", "E520", lambda f, *a: f(*a)[::-1],
    ),
    (
        "maximum too small", "max pooling gives one less than the maximum",
        "max-pooling", "max_pool2d", "E520", lambda f, *a: f(*a) - 1,
    ),
    (
        "bias forgotten", "parameters of a dense layer are counted without its biases",
        "parameter-counts", "dense_parameters", "E520", lambda f, *a: f(*a) - a[1],
    ),
    (
        "three gates", "an LSTM has three blocks of weights in the place of four",
        "seq2seq-lengths", "lstm_parameters", "E520", lambda f, *a: f(*a) * 3 // 4,
    ),
    (
        "two steps more", "the decoder takes two steps after the end token",
        "seq2seq-lengths", "decoder_steps", "E520", lambda f, *a: f(*a) + 2,
    ),
    (
        "separation turned round", "dependent variables are taken for independent",
        "dag-independence", "d_separated", "E520", lambda f, *a: not f(*a),
    ),
    (
        "separability turned round", "inseparable patterns are taken for separable",
        "shift-orbit-separability", "orbits_linearly_separable", "E520", lambda f, *a: not f(*a),
    ),
    (
        "probability to drop", "dropout keeps with the probability to drop",
        "dropout-batchnorm-shift", "dropout_variance", "E520",
        lambda f, *a: f(a[0], a[1], 1 - a[2]),
    ),
    (
        "probability of generated", "the discriminator gives the probability that a pair is generated",
        "optimal-discriminator", "optimal_discriminator", "E520", lambda f, *a: 1 - f(*a),
    ),
    (
        "constant of the game", "the value of the game lacks the logarithm of four",
        "optimal-generator", "adversarial_value", "E520", lambda f, *a: f(*a) + np.log(4),
    ),
    (
        "half of the divergence", "a Kullback-Leibler divergence lacks its factor one half",
        "vae-objective", "gaussian_kl", "E520", lambda f, *a: 2 * f(*a),
    ),
    (
        "mean less value", "features are standardised with the wrong sign",
        "batchnorm-single-sample", "standardise_columns", "E520", lambda f, *a: -f(*a),
    ),
    (
        "slope forgotten", "errors go back without the slope of tanh",
        "bptt-gradient", "recurrent_errors", "C401",
        lambda f, *a: f(*a[:3], "identity"),
    ),
    (
        "states without recurrence", "hidden states have the wrong sign",
        "bptt-gradient", "recurrent_states", "E520", lambda f, *a: -f(*a),
    ),
    (
        "radius by the entries", "the largest entry is taken for the spectral radius",
        "recurrent-spectral-radius", "spectral_radius", "E521", lambda f, *a: float(np.max(np.abs(a[0]))),
    ),
    (
        "residual added twice", "the target of a residual block is the output itself",
        "residual-target", "residual_target", "E520", lambda f, *a: f(*a) + a[2],
    ),
)  # fmt: skip

for _name, _what, _question, _named, _code, _change in _SLIPS:
    add(
        Breakage(
            name=_name, part="Solvers", what=f"`{_named}`: {_what}", question=_question, command="validate", code=_code,
            formats=(), run=_broken(_question, _named, _change),
        )
    )  # fmt: skip
