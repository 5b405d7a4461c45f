"""What holds for figures of every kind."""

import os
import re
import subprocess
import sys
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from markscheme.bank.figures import FIGURES, make_figure

SAMPLES = {
    "activation_curve": [("relu",), ("leaky_relu", 0.2), ("hard_tanh", 2.5), ("hard_tanh", 10), ("step",), ("abs",)],
    "bit_pattern": [((1, 0, 1),), ((1, 0, 1, 1), (0, 0, 0, 1)), ((1, 0) * 16, (0,) * 32)],
    "directed_graph": [
        (("z1", "z2", "x1"), (("z1", "x1"), ("z2", "x1"))),
        (("a", "b"), (("a", "b"), ("b", "a"))),
        (tuple("abcdefghijkl"), tuple((a, b) for a in "abcdefghijkl" for b in "abcdefghijkl" if a < b)),
    ],
}
CASES = [
    pytest.param(kind, arguments, id=f"{kind}{i}") for kind in SAMPLES for i, arguments in enumerate(SAMPLES[kind])
]


def run(script: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_every_kind_has_samples_here():
    assert set(FIGURES.names()) == set(SAMPLES)


@pytest.mark.parametrize(("kind", "arguments"), CASES)
def test_picture_has_two_pixels_to_each_of_its_stated_size(kind, arguments):
    figure = make_figure(kind, arguments)
    picture = Image.open(BytesIO(figure.read()))
    assert picture.size == (2 * figure.width, 2 * figure.height)
    assert picture.info["dpi"] == pytest.approx((192, 192), abs=0.1)


@pytest.mark.parametrize(("kind", "arguments"), CASES)
def test_picture_is_grey_on_an_opaque_white_sheet(kind, arguments):
    picture = Image.open(BytesIO(make_figure(kind, arguments).read()))
    assert picture.mode == "L"
    assert "transparency" not in picture.info
    pixels = np.asarray(picture)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (border == 255).all()
    assert (pixels < 64).any()


@pytest.mark.parametrize(("kind", "arguments"), CASES)
def test_kinds_paint_no_colour(kind, arguments, monkeypatch):
    from markscheme.bank.figures import _canvas

    seen = []

    def keep(grey):
        seen.append(grey.base if grey.base is not None else grey)
        return b""

    monkeypatch.setattr(_canvas, "_png", keep)
    FIGURES.get(kind).draw(*make_figure(kind, arguments).arguments)
    pixels = np.asarray(seen[0]).reshape(-1, 4)
    assert (pixels[:, 0] == pixels[:, 1]).all()
    assert (pixels[:, 1] == pixels[:, 2]).all()
    assert (pixels[:, 3] == 255).all()


def test_bytes_are_the_same_in_other_processes_and_under_a_users_own_settings(tmp_path):
    (tmp_path / "matplotlibrc").write_text("lines.antialiased: False\nfont.family: serif\naxes.facecolor: red\n")
    script = (
        "from hashlib import sha256\nfrom markscheme.bank.figures import make_figure\n"
        f"samples = {SAMPLES!r}\n"
        "for kind in samples:\n"
        "    for arguments in samples[kind]:\n"
        "        print(make_figure(kind, arguments).name, sha256(make_figure(kind, arguments).read()).hexdigest())\n"
    )
    first = run(script, PYTHONHASHSEED="1")
    assert len(set(first.split())) == 2 * len(CASES)
    assert run(script, PYTHONHASHSEED="2", MATPLOTLIBRC=str(tmp_path / "matplotlibrc")) == first


def test_drawing_leaves_the_programs_own_settings_alone():
    mpl.rcParams["lines.linewidth"] = 7.5
    try:
        make_figure("bit_pattern", ((1, 1, 1, 1, 0),)).read()
        assert mpl.rcParams["lines.linewidth"] == 7.5
    finally:
        mpl.rcdefaults()


def test_nothing_but_reading_imports_matplotlib():
    script = (
        "import sys\nfrom markscheme.bank.figures import make_figure\n"
        f"for kind, cases in {SAMPLES!r}.items():\n"
        "    for arguments in cases:\n"
        "        figure = make_figure(kind, arguments)\n"
        "        figure.name, figure.alt, figure.width, figure.height\n"
        "print('matplotlib' in sys.modules)\nfigure.read()\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)\n"
    )
    assert run(script).split() == ["False", "True", "False"]


def test_equal_arguments_of_other_types_make_the_same_figure():
    from markscheme.bank import figures as module

    module._checked.cache_clear()  # it would find the figure of the first type again
    bits = [(True, 0.0, 1), np.array([1, 0, 1]), np.array([1.0, 0.0, 1.0]), np.array([True, False, True]), (1, 0, 1)]
    figures = [make_figure("bit_pattern", (pattern,)) for pattern in bits]
    assert len(set(figures)) == 1
    assert len({figure.name for figure in figures}) == 1
    assert repr(figures[0].arguments) == "((1, 0, 1),)"


def test_float_noise_makes_no_other_figure():
    assert make_figure("activation_curve", ("leaky_relu", 0.1 + 0.2)) == make_figure(
        "activation_curve", ("leaky_relu", 0.3)
    )


def test_names_and_words_differ_wherever_arguments_do():
    figures = [make_figure(kind, arguments) for kind in SAMPLES for arguments in SAMPLES[kind]]
    assert len({figure.name for figure in figures}) == len(CASES)
    assert len({figure.alt for figure in figures}) == len(CASES)
    for figure in figures:
        assert figure.name.startswith(figure.kind.replace("_", "-") + "-")
        assert figure.name.endswith(".png")


def test_name_changes_with_the_version_of_the_kind(monkeypatch):
    from dataclasses import replace

    figure = make_figure("bit_pattern", ((1, 0),))
    before = figure.name
    monkeypatch.setitem(FIGURES._things, "bit_pattern", replace(FIGURES.get("bit_pattern"), version=2))
    assert figure.name != before


def test_picture_is_drawn_once(monkeypatch):
    from dataclasses import replace

    drawn = []
    kind = FIGURES.get("bit_pattern")
    draw = lambda *arguments: drawn.append(arguments) or b"picture"  # noqa: E731
    monkeypatch.setitem(FIGURES._things, "bit_pattern", replace(kind, draw=draw))
    pattern = (1, 1, 1, 0, 1, 0, 0, 0, 1)  # no other test draws it
    assert [make_figure("bit_pattern", (pattern,)).read() for _ in range(3)] == [b"picture"] * 3
    assert len(drawn) == 1
    from markscheme.bank import figures

    figures._draw.cache_clear()


@pytest.mark.parametrize(
    ("kind", "arguments", "sentence"),
    [
        ("bit_patern", ((1,),), "there is no figure kind 'bit_patern'"),
        ("bit_pattern", (), "'bit_pattern' takes 1 or 2 arguments, not 0"),
        ("bit_pattern", ((1,), (1,), (1,)), "'bit_pattern' takes 1 or 2 arguments, not 3"),
        ("directed_graph", (("a",),), "'directed_graph' takes 2 arguments, not 1"),
        ("activation_curve", ("relu", float("nan")), "nan"),
        ("activation_curve", ("relu", 2**60), "beyond 2**53"),
        ("activation_curve", (object(),), "not a number, text, tuple or array"),
    ],
)
def test_what_makes_no_figure_is_refused(kind, arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        make_figure(kind, arguments)
