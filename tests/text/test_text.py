"""Texts of blocks: conditions, loops, slots, and what cannot be shown."""

import numpy as np
import pytest

from markscheme.bank.maths import Symbol
from markscheme.bank.problems import BankError


def test_block_appears_only_where_its_condition_holds(filled):
    text = "- text: a\n- {when: n > 0, text: b}\n- {when: n < 0, text: c}"
    assert filled(text, n=1) == "<p>a</p>\n<p>b</p>"
    assert filled(text, n=-1) == "<p>a</p>\n<p>c</p>"
    assert filled("- {when: n > 0, text: b}", n=0) == ""


def test_block_appears_once_for_each_item(filled):
    text = "- each: {i: 'range(1, 4)'}\n  text: '{{ i }} of {{ n }}'"
    assert filled(text, n=3) == "<p>1 of 3</p>\n<p>2 of 3</p>\n<p>3 of 3</p>"
    assert filled("- each: {i: t}\n  text: x", t=()) == ""


def test_name_of_a_loop_hides_a_value_inside_the_block_only(filled):
    text = "- each: {n: \"('a', 'b')\"}\n  text: '{{ n }}'\n- text: '{{ n }}'"
    assert filled(text, n=7) == "<p>a</p>\n<p>b</p>\n<p>7</p>"


def test_condition_of_a_loop_does_not_see_its_items(compiled):
    with pytest.raises(BankError, match="E305 unknown name 'i'"):
        compiled("- {each: {i: range(2)}, when: i > 0, text: x}")


def test_item_of_a_loop_is_exact_only_if_the_tuple_is(filled):
    assert filled("- each: {v: t}\n  text: '{{ v }}'", t=(0.5,), exact=("t",)) == "<p>0.5</p>"
    with pytest.raises(BankError, match="E404"):
        filled("- each: {v: '(n/3, 1)'}\n  text: '{{ v }}'", n=1)
    with pytest.raises(BankError, match="E404"):
        filled("- each: {v: '(n/3, 1)'}\n  text: '{{ v }}'", n=1, v=0.5, exact=("v",))


@pytest.mark.parametrize("head", ["when: n > 0", "each: {i: range(2)}"])
def test_slot_under_a_condition_or_in_a_loop_is_refused_at_its_place(compiled, head):
    with pytest.raises(BankError, match=r"q.yaml:3:14: E405"):
        compiled(f"- {head}\n  text: 'see [[y]]'", slots=("y",), names=("n",))


def test_slot_in_two_blocks_is_refused_at_the_second(compiled):
    with pytest.raises(BankError, match=r"q.yaml:3:10: E403 the slot 'y' is here for the second time"):
        compiled("- text: '[[y]]'\n- text: '[[y]]'", slots=("y",))


ARRAY = np.array([[1, 2], [3, 4]])
REFUSED = [
    ("{{ v }}", 0.5, "E404", "write {{ …:.3f }}"),
    ("${{ v }}$", 0.5, "E404", "has no format"),
    ("${{ v }}$", ARRAY * 0.5, "E404", "has no format"),
    ("${{ v }}$", (1, 0.5), "E404", "has no format"),
    ("{{ v }}", (1, 0.5), "E404", "has no format"),
    ("{{ v }}", ARRAY, "E407", "put the hole between $ and $"),
    ("{{ v }}", Symbol("x"), "E407", "put the hole between $ and $"),
    ("{{ v }}", True, "E407", "true or false cannot be shown"),
    ("${{ v }}$", True, "E407", "cannot be shown"),
    ("${{ v }}$", ARRAY > 2, "E407", "cannot be shown"),
    ("${{ v }}$", np.zeros((2, 2, 2), dtype=np.int64), "E407", "cannot be shown"),
    ("${{ v }}$", ("a", 1), "E407", "cannot be shown"),
    ("${{ v[5] }}$", (1, 2), "E320", ""),
    ("{{ 1 // v }}", 0, "E320", "zero"),
]


@pytest.mark.parametrize(("text", "value", "code", "words"), REFUSED)
def test_value_that_cannot_be_shown_is_refused(filled, text, value, code, words):
    with pytest.raises(BankError) as caught:
        filled(text, v=value)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert words in f"{problem.message} ({problem.hint})"


@pytest.mark.parametrize("character", list("\\{}$%#&_^~@\x1b"))
def test_text_with_a_character_of_latex_is_refused_in_mathematics(filled, character):
    with pytest.raises(BankError, match="E407"):
        filled("${{ v }}$", v=f"a{character}b")


def test_text_without_such_a_character_stands_in_mathematics_as_words(maths):
    assert maths(r"x \text{ is } {{ v }}", v="a < b") == r"x \text{ is } \text{a &lt; b}"


@pytest.mark.parametrize("condition", ["n", "\"'a'\"", "n / 0", "n > 'a'"])
def test_condition_that_is_neither_true_nor_false_is_refused(filled, condition):
    with pytest.raises(BankError, match="E320"):
        filled(f"- when: {condition}\n  text: x", n=1)


@pytest.mark.parametrize("items", ["n", "\"'ab'\"", "n / 0"])
def test_loop_over_no_tuple_is_refused(filled, items):
    with pytest.raises(BankError, match="E320"):
        filled(f"- each: {{i: {items}}}\n  text: x", n=1)


def test_numbers_are_worded_alike_in_text_and_mathematics(filled):
    assert filled("{{ v:.2f }} ${{ v:.2f }}$", v=-0.001) == "<p>0.00 \\(0.00\\)</p>"
    assert filled("{{ v:+d }} {{ v:.1f }} {{ (v, 2) }}", v=3) == "<p>+3 3.0 (3, 2)</p>"
    assert filled("${{ v:.2e }}$", v=12345.0) == "<p>\\(1.23 \\times 10^{4}\\)</p>"


def test_the_same_text_is_parsed_once_for_each_target(compiled):
    from markscheme.bank.text.html import Html

    text = compiled("{{ n }}", names=("n",))
    assert text.templates(Html()) is text.templates(Html())
