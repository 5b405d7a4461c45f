"""Plain text: nothing steers the terminal, everything stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.text.layout import SYMBOLS, in_line, layout
from markscheme.bank.text.terminal import Terminal
from markscheme.bank.text.tex import ARGUMENTS, MACROS

FORMULAS = [
    (r"h_t = W h_{t-1}", "h_t = W h_(t-1)"),
    (r"\frac{M + 2}{3}", "(M + 2)/3"),
    (r"\frac{(a)+(b)}{c}", "((a) + (b))/c"),
    (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
    (r"2\frac{1}{2}", "2(1/2)"),
    (r"\frac{a}{b}^2", "(a/b)^2"),
    (r"\frac{1}{2} \left( a - 1 \right)", "(1/2) (a - 1)"),
    (r"x = 1 \qquad \frac{a}{b} = 2 \quad -c", "x = 1     a/b = 2   -c"),
    (r"\left\lfloor \frac{M - m}{s} \right\rfloor + 1", "⌊(M - m)/s⌋ + 1"),
    ("-3+x-2=-1", "-3 + x - 2 = -1"),
    (r"|-3| \cdot |x|", "|-3| · |x|"),
    (r"x_{i,j}^{(t)}", "x_(i,j)^(t)"),
    (r"\sqrt[3]{x+1} \sqrt{2}", "³√(x + 1) √2"),
    (r"\hat{y} \bar x \vec{AB}", "ŷ x̄ vec(AB)"),
    (r"\text{a b} \mathrm{c}", "a b c"),
    (r"\begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix}^\top", "[1 -2; 3 4]^⊤"),
    (r"\frac{\begin{pmatrix} a \\ b \end{pmatrix}}{2}", "([a; b])/2"),
    (r"\begin{cases} 0 & x<0 \\ 1 & \text{else} \end{cases}", "{0 x < 0; 1 else"),
    (r"\max(0, -x)", "max(0, -x)"),
    (r"\log_2 n", "log_2 n"),
    (r"a \, b \quad c", "a b   c"),
    (r"x \in \{1, 2\}", "x ∈ {1, 2}"),
    (r"f'(x)", "f′(x)"),
    (r"\binom{n}{k}", "C(n, k)"),
]


@pytest.mark.parametrize(("formula", "expected"), FORMULAS)
def test_formula_on_one_line(formula, expected):
    assert in_line(formula) == expected


def test_matrices_stand_beside_one_another_on_a_common_line():
    box = layout(
        r"X = \begin{pmatrix} 1 & -2 \\ 3 & 4 \\ 5 & 60 \end{pmatrix} k + \begin{vmatrix} a \\ b \end{vmatrix}"
    )
    assert [line.rstrip() for line in box.lines] == [
        "    ⎡ 1  -2 ⎤     | a |",
        "X = ⎢ 3   4 ⎥ k + | b |",
        "    ⎣ 5  60 ⎦",
    ]


@pytest.mark.parametrize("macro", sorted(MACROS - set(ARGUMENTS) - {"left", "right", "begin", "end"}))
def test_every_macro_has_a_symbol_or_is_the_name_of_a_function(macro):
    names = "lim limsup liminf sup inf max min det dim exp gcd ker ln log lg Pr sin cos tan cot sec csc arcsin arccos"
    names += " arctan sinh cosh tanh coth deg hom big Big bigg Bigg bigl bigr Bigl Bigr"
    assert macro in SYMBOLS or macro in names.split()


@given(st.text())
def test_no_value_steers_the_terminal(shown, value):
    written = shown("a {{ s }} b", s=value)
    assert all(c.isprintable() or c in "\n\u200c\u200d" for c in written)


def test_escape_sequences_and_reversed_text_are_made_visible(shown):
    assert shown("{{ s }}", s="\x1b[31mred\u202ever\x07") == "�[31mred�ver�"
    assert shown("`{{ s }}`", s="\x1e\x1f\x01a\x02") == "���" + "a�"


def test_items_of_a_list_stand_on_lines_of_their_own(shown):
    assert shown("- a\n- b\n  - c\n  - d\n\n1. e\n2. f") == "- a\n- b\n  - c\n  - d\n\n1. e\n2. f"
    assert shown("- a\n\n- b") == "- a\n\n- b"


def test_quotations_code_tables_and_rules_keep_their_form(shown):
    assert shown("> a\n>\n> b") == "> a\n\n> b"
    assert shown("```\nx\n\n  y\n```") == "    x\n\n      y"
    assert shown("| a | b |\n|---|--:|\n| {{ n }} | $x_1$ |", n=1000) == "a       b\n----  ---\n1000  x_1"
    assert shown("a\n\n---\n\nb").split("\n\n")[1].strip("-") == ""


def test_display_formula_inside_a_paragraph_stands_on_its_own_line(shown):
    assert shown("so $$x = 1$$ and then") == "so\n\n    x = 1\n\nand then"


def test_hard_break_and_link(shown):
    assert shown("a  \nb [c](http://d) <http://e>") == "a\nb c <http://d> http://e"


def test_blocks_of_a_text_are_paragraphs(shown):
    assert shown("- text: a\n- text: b") == "a\n\nb"


TEXT = (
    "Some **words** that go on, with $x_{t-1} = \\frac{a + b}{2}$ and more.\n\n"
    "- an item too long for a line\n  - and another one inside it\n\n$$a = b + c + d + e + f \\qquad g = h + i$$"
)


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_lines_fit_the_width_and_end_without_spaces(compiled, width):
    target = Terminal()
    written = target.finish(compiled(TEXT).fill(target, {}).markup, width)
    assert all(len(line) <= width and line == line.rstrip() for line in written.split("\n"))


def test_parts_of_a_wide_formula_stand_one_below_the_other(compiled):
    target = Terminal()
    matrix = r"\begin{pmatrix} 100 & 200 \\ 300 & 400 \end{pmatrix}"
    text = compiled(f"$$X = {matrix} \\qquad K = {matrix}$$")
    written = target.finish(text.fill(target, {}).markup, 40)
    assert written == ("        ⎡ 100  200 ⎤\n    X = ⎣ 300  400 ⎦\n\n        ⎡ 100  200 ⎤\n    K = ⎣ 300  400 ⎦")
