"""Little that asks for much: what a few characters of a spec make is bounded, and so is the work on them.

Memory is measured; times are bounds on whether it ends at all, some twenty times what was measured.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from markscheme.bank.expressions import Scope
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.problems import BankError, Place
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler
from markscheme.bank.spec import QUESTION, BlockSpec
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.text.mathml import MATHML
from markscheme.bank.text.plain import PLAIN, flat
from markscheme.bank.text.terminal import Terminal
from markscheme.bank.text.text import compile_text, one_room
from markscheme.bank.yaml_reader import Scalar, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

TERMINAL = Terminal()
HEAD = "id: q\ntitle: T\ntopics: [t]\nlet: {a: 'zeros(32, 32)', n: '3'}\nanswers: {y: {type: number, value: n}}\n"


def problems_of(text: str) -> list[str]:
    """Return the problems of a question, worded and drawn once; the memory is bounded."""
    tracemalloc.start()
    try:
        question = compile_question(QUESTION.read(read_yaml(text.encode(), "q.yaml")), "b")
        list(Sampler(question, 1).variants(1, MATHML))
    except BankError as error:
        return [f"{problem.place} {problem.code} {problem.message}" for problem in error.problems]
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 60 * 2**20
    return []


LARGE = {
    "a long text, a thousand times": "- {each: {i: range(1024)}, text: " + "a" * 15_000 + "}",
    "a short text, a thousand times in each of a hundred blocks": "\n".join(
        ["- {each: {i: range(1024)}, text: a}"] * 99
    ),
    "many holes, a thousand times": "- {each: {i: range(1024)}, text: '" + "{{ i }}" * 2_500 + "'}",
    "holes that show nothing, a thousand times": "- {each: {i: range(1024)}, text: '" + '{{""}}' * 2_500 + "'}",
    "a large expression, a thousand times": "- {each: {i: range(1024)}, text: '{{ max(" + "n, " * 150 + "n) }}'}",
    "many matrices": "- '" + "${{ a }}$ " * 1_500 + "'",
}


@pytest.mark.parametrize("what", LARGE)
def test_text_that_becomes_too_long_is_refused_at_its_place(what):
    text = f"{HEAD}feedback: f\nstem:\n- text: s [[y]]\n{LARGE[what]}\n".replace("- '$", "- text: '$")
    start = time.process_time()
    (problem,) = problems_of(text)
    assert "E203 the text becomes too long when its holes are filled" in problem
    assert int(problem.split(":")[1]) >= 9
    assert time.process_time() - start < 10


def test_a_long_worked_solution_has_room():
    steps = "- {each: {i: range(200)}, text: 'Step {{ i }}: ${{ i }} + {{ n }} = {{ i + n }}$, as was to be shown.'}"
    assert problems_of(f"{HEAD}stem: s\nfeedback:\n{steps}\n") == []


def test_texts_in_one_room_share_it():
    scope = Scope(values=frozenset(), functions=FUNCTIONS)
    place = Place("q.yaml", 1, 1)
    block = BlockSpec(text=Scalar(text="a" * 15_000 + "{{ 1 }}", place=place), place=place)
    texts = [compile_text((block,) * 40, scope, None) for _ in range(4)]
    assert all(len(text.fill(REFERENCE, {}).markup) > 40 * 15_000 for text in texts)
    with one_room():
        for text in texts[:3]:
            text.fill(REFERENCE, {})
        with pytest.raises(BankError, match="E203"):
            texts[3].fill(REFERENCE, {})


def repeated(unit: str, size: int = 20_000, before: str = "", after: str = "") -> str:
    return before + unit * ((size - len(before + after)) // len(unit)) + after


_MARKS = """
* _ [ ] ![ ` `a \\ < & | $ ** *a* [a](b) [a]( ]( {{1}} ${{1}}$ $\\$ \\$ ``a` [a][b] *a**b***c <a@b.c> $x$
"""
UNITS = [*_MARKS.split(), "> ", "- ", "$a ", "*a ", "_a_ ", "- a\n", "a\n=\n", "a|b\n-|-\n", "a\n\n", ">" * 30 + "\n"]
IN_MATHS = [
    "x",
    "~",
    "\\,",
    "{",
    "{}",
    "\\displaystyle x",
    "\\displaystyle ",
    "x_1 ",
    "'",
    "(",
    "-",
    "\\frac12",
    "{{ 1 }}",
]
HOSTILE = {
    **{unit: repeated(unit) for unit in UNITS},
    **{f"${unit}": repeated(unit, 20_000, "$", "$") for unit in IN_MATHS},
    "many rows of a wide table": "|" + "a|" * 2_500 + "\n|" + "-|" * 2_500 + "\n" + "|\n" * 4_000,
    "a tall matrix with a wide row": "$$\\begin{matrix}" + "x\\\\" * 3_000 + "x&" * 3_000 + "x\\end{matrix}$$",
    "brackets in brackets": "[" * 9_000 + "](a)" * 2_000,
    "ticks of every length": " ".join("`" * count for count in range(1, 199)),
    "a matrix of a thousand holes": "$$\\begin{matrix}" + "{{ 1 }}&" * 1_000 + "1\\end{matrix}$$",
}  # fmt: skip


def taken(text: str) -> str:
    """Read a text and fill it for every target; return the reason where it is refused."""
    source = Scalar(text=text, place=Place("q.yaml", 1, 1))
    try:
        compiled = compile_text(
            (BlockSpec(text=source, place=source.place),), Scope(values=frozenset(), functions={}), None
        )
        for target in (REFERENCE, MATHML):
            assert len(compiled.fill(target, {}).markup) < 2_000_000
        assert len(TERMINAL.finish(compiled.fill(TERMINAL, {}).markup)) < 2_000_000
        flat(compiled.fill(PLAIN, {}).markup)
    except (BankError, ValueError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("what", HOSTILE, ids=ascii)
def test_hostile_text_is_soon_read_and_filled_for_every_target(what):
    start = time.process_time()
    assert len(taken(HOSTILE[what])) < 400
    assert time.process_time() - start < 12  # the slowest took 0.6 s


def work(text: str) -> int:
    """Return how many lines of our modules of texts are gone through."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Callable | None:
        nonlocal count
        count += event == "line"
        return trace if f"bank{os.sep}text" in frame.f_code.co_filename else None

    sys.settrace(trace)
    try:
        taken(text)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("unit", [*UNITS, *(f"${unit}" for unit in IN_MATHS)], ids=ascii)
def test_work_on_a_text_grows_with_its_length_only(unit):
    before, after = ("$", "$") if unit[1:] in IN_MATHS and unit not in UNITS else ("", "")
    repeat = unit.removeprefix("$") if before else unit
    taken(repeat)  # what is imported late, and compiled once
    once, twice = (work(repeated(repeat, size, before, after)) for size in (1_200, 2_400))
    assert twice < 2.5 * once + 2_000


def test_table_with_too_many_cells_is_refused_where_it_begins():
    rows = "  | |\n" * 2_000
    (problem,) = problems_of(f"{HEAD}feedback: f\nstem: |\n  Look:\n\n  | a | b |\n  |---|---|\n{rows}")
    assert problem.startswith("q.yaml:10:3 E203 a table of more than 4,096 cells")


def test_many_dollars_that_begin_nothing_take_no_memory():
    (problem,) = problems_of(f"{HEAD}feedback: f\nstem: '{'$a ' * 6_000}'\n")
    assert problem.startswith("q.yaml:7:8 E411")


def test_pinned_shape_that_hangs_on_a_close_comparison_is_no_crash():
    rules = "p: {integers: [1, 9]}\n  x: {integers: [1, 9], shape: [2 if p*0.1 < 0.3 else 2]}"
    text = f"{HEAD}feedback: f\nstem: s\nparameters:\n  {rules}\noriginal: {{p: 3, x: [1, 2]}}\n"
    assert problems_of(text) == []


def test_long_and_invisible_words_are_cut_and_shown_in_messages():
    for source in ("n" + "\u200b" * 3, "n" * 900, "'" + "a" * 900 + "' + 1", "abs(" + "n" * 900 + "=1)"):
        (problem,) = problems_of(f"{HEAD}feedback: f\nstem: '{{{{ {source.replace(chr(39), chr(39) * 2)} }}}}'\n")
        assert problem.isprintable()
        assert len(problem) < 300


WRONG_FIGURES = {
    "bit_pattern()": "E308 'bit_pattern' cannot be called so: missing a required argument: 'first'",
    "bit_pattern((0, 2))": "E320 'bit_pattern((0, 2))': the first pattern must hold only 0 and 1, not 2",
}


@pytest.mark.parametrize("source", WRONG_FIGURES)
def test_figure_that_no_text_shows_is_checked_too(source):
    (problem,) = problems_of(f"{HEAD}feedback: f\nstem: s\nfigures:\n  plot: {source}\n")
    assert problem == f"q.yaml:9:9 {WRONG_FIGURES[source]}"
