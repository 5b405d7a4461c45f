"""Holes, slots and formulas: found, and reported at the right line and column."""

import pytest

from markscheme.bank.problems import BankError

PROBLEMS = [
    ("a {{ b }}", "2:8", "E305"),
    ("line\nx {{ n }} and {{ }}", "3:20", "E301"),
    ("one {{ n", "2:7", "E402"),
    ("one {{ 'a}}", "2:10", "E301"),
    ("{{ n:.3x }}", "2:8", "E406"),
    ("{{ n: 3 }}", "2:9", "E406"),
    ("[a](http://x/{{ n }})", "2:19", "E408"),
    ("<http://x/{{ n }}>", "2:16", "E408"),
    ("![a]({{ n }}.png)", "2:11", "E408"),
    ("``` {{ n }}\ncode\n```", "2:10", "E408"),
    ("[a]: http://x/{{ n }}", "2:20", "E408"),
    ("a \ue000", "2:5", "E401"),
    ("a \U000f0000", "2:5", "E401"),
    ("a &#xE000; {{ n }}", "2:5", "E401"),
    ("a &#57344;", "2:5", "E401"),
    ("see [[z]]", "2:7", "E403"),
    ("[[y]] and [[y]]", "2:13", "E403"),
    ("the $x = [[y]]$", "2:12", "E403"),
    ("`[[y]]`", "2:4", "E408"),
    ("    [[y]]", "2:7", "E408"),
    ("[a](http://x/[[y]])", "2:16", "E408"),
    ("![see [[y]]](missing.png)", "2:3", "E421"),
    ("a $x + \\foo$", "2:10", "E410"),
    ("$\\foo$ `$\\foo$`", "2:4", "E410"),
    ("`$\\foo$` $\\foo$", "2:13", "E410"),
    ("$$\na\n\\foo\n$$", "4:3", "E410"),
    ("> $$a\n> + \\foo$$", "3:7", "E410"),
    ("- a\n- $b$\n\n  $$\n  b \\\\\n  $$", "6:7", "E410"),
    ("| a | b |\n|---|---|\n| $x$ | $\\foo$ |", "4:12", "E410"),
    ("{{ n }} ${{ n }} \\foo$", "2:20", "E410"),
    ("$\\text{a {{ n }}}$", "2:12", "E410"),
    ("$x$ is ![](a.png)", "2:10", "E420"),
    ("![a](a.png) ![b](b.png)", "2:3", "E421"),
    ("![](a.png) ![b](b.png)", "2:3", "E420"),
]


@pytest.mark.parametrize(("text", "place", "code"), PROBLEMS)
def test_problem_is_reported_at_its_place(compiled, filled, text, place, code):
    with pytest.raises(BankError) as caught:
        filled(text, slots=("y",), n=3)
    (problem,) = caught.value.problems
    assert (f"{problem.place.line}:{problem.place.column}", problem.code) == (place, code)
    assert str(problem).isprintable()


def test_same_formula_twice_is_reported_where_the_slip_is_first(compiled):
    with pytest.raises(BankError, match=r"2:10: E410"):
        compiled("$a$ $a \\foo$ $a \\foo$")


HOLES = [
    ("{{ 'a}}b' }}", "a&#125;&#125;b"),
    ("{{ x[1:3][0] }}", "5"),
    ("{{ length('a:b'):.2f }}", "3.00"),
    ("{{ 'a:b' }}", "a:b"),
    ('{{ "}}" }}', "&#125;&#125;"),
    ("{{ n if n > 0 else 1:+d }}", "+7"),
    ("{{{ n }}}", "&#123;7&#125;"),
    ("`{{ n }}`", "<code>7</code>"),
    ("*{{ n }}* **{{ n }}**x", "<em>7</em> <strong>7</strong>x"),
    ("{{ n }}. no list", "7. no list"),
    ("{{ n\n+ 1 }}", "8"),
    ("[{{ n }}](http://x)", '<a href="http://x">7</a>'),
    ("$x${{ n }} {{ n }}$x$", "\\(x\\)7 7\\(x\\)"),
    ("[not a slot] [[not a slot]]", "[not a slot] [[not a slot]]"),
]


@pytest.mark.parametrize(("text", "expected"), HOLES)
def test_hole_is_filled(filled, text, expected):
    assert filled(text, n=7, x=(4, 5, 6)) == f"<p>{expected}</p>"


def test_holes_are_filled_in_headings_lists_tables_and_code(filled):
    assert filled("# {{ n }}", n=7) == "<h1>7</h1>"
    assert filled("- {{ n }}", n=7) == "<ul>\n<li>7\n</li>\n</ul>"
    assert "<td>7</td>" in filled("| a |\n|---|\n| {{ n }} |", n=7)
    assert filled("```\n{{ n }}\n```", n=7) == "<pre><code>7\n</code></pre>"


DOLLARS = [
    ("$5 and $6", "<span>$</span>5 and <span>$</span>6"),
    (r"\$5 and $x$", r"<span>$</span>5 and \(x\)"),
    (r"$a\$b$", r"\(a\$b\)"),
    ("a $x$b", r"a \(x\)b"),
    ("2$x$", r"2\(x\)"),
    ("$n$ is 5", r"\(n\) is 5"),
    ("$$a$$ (eq)", r"\[a\] (eq)"),
    ("$$a$$ and more", r"\[a\] and more"),
    ("so $$a$$, $$b$$ and $c$", r"so \[a\], \[b\] and \(c\)"),
    ("$$ a $$", r"\[a\]"),
    (r"\\$x$", r"<span>\</span>\(x\)"),
    ("$*a*$ *b*", r"\(*a*\) <em>b</em>"),
    ("$a_1 b_2$", r"\(a_1 b_2\)"),
    ("$a<b$", r"\(a&lt;b\)"),
]


@pytest.mark.parametrize(("text", "expected"), DOLLARS)
def test_dollars_follow_pandocs_rule(filled, text, expected):
    assert filled(text) == f"<p>{expected}</p>"


@pytest.mark.parametrize("text", ["costs 5$ or 6$.", "$x$2", "$ x$ $x $", "$$a", "the divisor $n - 1?"])
def test_dollar_that_begins_no_formula_is_reported_unless_a_digit_follows(filled, text):
    with pytest.raises(BankError, match="E411"):
        filled(text)


def test_formula_of_several_lines_and_formula_between_paragraphs(filled):
    assert filled("$$\na\n= b\n$$") == "<p>\\[a\n= b\\]</p>"
    assert filled("a\n\n$x$\n\nb") == "<p>a</p>\n<p>\\(x\\)</p>\n<p>b</p>"


def test_slot_stands_in_the_text(filled):
    assert filled("$Y =$ [[y]] cm", slots=("y",)) == "<p>\\(Y =\\) [[y]] cm</p>"
    wrapped = filled("$Y =$ [[y]]", slots=("y",), blocks=("y",))
    assert wrapped == '<div style="margin-bottom:1em">\\(Y =\\) [[y]]</div>'
