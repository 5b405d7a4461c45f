"""Plain text says what a line of characters can say, and refuses the rest."""

import pytest

from markscheme.bank.text.plain import PLAIN, flat
from markscheme.bank.text.template import NotPlainError


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("**bold** and `code`", "bold and code"),
        ("a < b & 'c' \\$ {d} [e]", "a < b & 'c' $ {d} [e]"),
        (r"$10^{-3}$ or $x^2$", "10⁻³ or x²"),
        (r"$W_h \in \mathbb{R}^d$", "W_h ∈ R^d"),
        (r"$\alpha_1 \le 2$", "α₁ ≤ 2"),
        ("two\nlines", "two lines"),
    ],
)
def test_words_and_symbols_are_said(compiled, source, shown):
    assert flat(compiled(source).fill(PLAIN, {}).markup) == shown


@pytest.mark.parametrize(
    "source",
    [
        r"$\frac{1}{2}$",
        r"$\sqrt{x}$",
        r"$x_{i+1}$",
        "$$x$$",
        "one\n\ntwo",
        "- one",
        "[a](https://example.org)",
        r"$\begin{pmatrix} 1 \end{pmatrix}$",
    ],
)
def test_what_needs_more_is_refused(compiled, source):
    with pytest.raises(NotPlainError):
        compiled(source).templates(PLAIN)


def test_holes_are_filled(compiled):
    text = compiled("{{ a }} and $-{{ b }}^2$", names=("a", "b"), exact=("a", "b"))
    assert flat(text.fill(PLAIN, {"a": 3, "b": 4}).markup) == "3 and -4²"
