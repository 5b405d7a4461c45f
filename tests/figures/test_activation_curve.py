"""Curves: the words and the picture against numpy's own formulas."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from markscheme.bank.figures import make_figure
from markscheme.bank.figures.activation_curve import CURVES, LEFT, SIDE, TOP

FORMULAS = [
    (("relu",), lambda x: np.maximum(x, 0)),
    (("abs",), np.abs),
    (("step",), lambda x: np.heaviside(x, 1)),
    (("leaky_relu", 0.1), lambda x: np.where(x < 0, 0.1 * x, x)),
    (("leaky_relu", 0.97), lambda x: np.where(x < 0, 0.97 * x, x)),
    (("hard_tanh", 0.5), lambda x: np.clip(x, -0.5, 0.5)),
    (("hard_tanh", 2), lambda x: np.clip(x, -2, 2)),
    (("hard_tanh", 10), lambda x: np.clip(x, -10, 10)),
]
CASES = pytest.mark.parametrize(("arguments", "formula"), FORMULAS, ids=[str(arguments) for arguments, _ in FORMULAS])


def parse(words: str):
    """Return the range, the pieces as pairs of texts, and the points of a description."""
    low, high, pieces, points = re.fullmatch(
        r"Graph of f\(x\) for x from (-\d+) to (\d+): (.*?)(?:; it jumps [^;]*)?; through (.*)\.", words
    ).groups()
    pairs = re.findall(r"f\(x\) = (.+?) for (.+?)(?:,(?= f)| and|$)", pieces)
    return int(low), int(high), pairs, [tuple(map(float, p)) for p in re.findall(r"\((\S+), (\S+)\)", points)]


def value(pairs, x: float) -> float:
    """Evaluate a description as a reader would."""
    (body,) = [body for body, where in pairs if eval(re.sub(r"\bx\b", f"({x})", where))]
    return eval(re.sub(r"(?<=\d) x", " * x", body), {"x": x})


@CASES
def test_words_give_the_formulas_values_at_whole_numbers(arguments, formula):
    low, high, pairs, points = parse(make_figure("activation_curve", arguments).alt)
    for x in range(low, high + 1):
        assert value(pairs, x) == pytest.approx(float(formula(np.float64(x)))), x
    assert {low, 0, high} <= {x for x, _ in points}
    for x, y in points:
        assert y == pytest.approx(float(formula(np.float64(x))))


@CASES
def test_drawn_curve_passes_through_the_formulas_values(arguments, formula):
    figure = make_figure("activation_curve", arguments)
    dark = np.asarray(Image.open(BytesIO(figure.read()))) < 40
    _, reach, _, _ = parse(figure.alt)
    unit = SIDE / (2 * (reach + 0.6))
    for x in np.arange(-reach + 0.25, reach, 0.5):  # between grid lines and axes, where only the curve is black
        column = round(2 * (LEFT + (x + reach + 0.6) * unit))
        y = float(formula(np.float64(x)))
        row = 2 * (TOP + (reach + 0.6 - y) * unit)
        assert dark[round(row) - 1 : round(row) + 1, column].any(), (x, y)


@CASES
def test_words_do_not_give_the_name_away(arguments, formula):
    words = make_figure("activation_curve", arguments).alt.lower()
    for name in ("relu", "leaky", "tanh", "step", "abs", "hard", "slope", "limit"):
        assert name not in words


def test_jump_shows_which_value_holds_at_zero():
    figure = make_figure("activation_curve", ("step",))
    assert "an empty dot at (0, 0) and a full one at (0, 1)" in figure.alt
    pixels = np.asarray(Image.open(BytesIO(figure.read())))
    unit = SIDE / 9.2
    column = round(2 * (LEFT + 4.6 * unit))
    assert pixels[round(2 * (TOP + 4.6 * unit)), column] == 255
    assert pixels[round(2 * (TOP + 3.6 * unit)), column] == 0


def test_second_argument_counts_only_where_the_curve_has_one():
    for name in ("abs", "relu", "step"):
        assert make_figure("activation_curve", (name, 0.5)) == make_figure("activation_curve", (name,))
    assert make_figure("activation_curve", ("leaky_relu", 0.1)) != make_figure("activation_curve", ("leaky_relu", 0.2))


def test_all_curves_have_one_size():
    figures = [make_figure("activation_curve", (name, 0.5)) for name in CURVES]
    assert len({(figure.width, figure.height) for figure in figures}) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rely",), "there is no activation curve 'rely' (did you mean 'relu'?)"),
        ((3,), "there is no activation curve 3 (there are abs, hard_tanh, leaky_relu, relu, step)"),
        (("leaky_relu",), "the slope of 'leaky_relu' is missing"),
        (("leaky_relu", 1), "the slope of 'leaky_relu' must be above 0 and below 1, not 1"),
        (("leaky_relu", -0.1), "the slope of 'leaky_relu' must be above 0 and below 1, not -0.1"),
        (
            ("leaky_relu", 0.125),
            "the slope of 'leaky_relu' must have at most 2 decimals to be read off a curve, not 0.125",
        ),
        (("hard_tanh", 0), "the limit of 'hard_tanh' must be above 0 and at most 10, not 0"),
        (("hard_tanh", 11), "the limit of 'hard_tanh' must be above 0 and at most 10, not 11"),
        (("hard_tanh", 0.25), "the limit of 'hard_tanh' must have at most 1 decimal to be read off a curve, not 0.25"),
        (("hard_tanh", "2"), "the limit of 'hard_tanh' must be above 0 and at most 10, not '2'"),
        (("hard_tanh", (1, 2)), "the limit of 'hard_tanh' must be above 0 and at most 10, not (1, 2)"),
    ],
)
def test_unreadable_curve_is_refused_with_the_authors_values(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make_figure("activation_curve", arguments)
