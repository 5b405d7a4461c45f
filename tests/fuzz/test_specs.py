"""Whatever an author writes, it ends soon, in variants or in problems and in nothing else.

Every shipped question is mutated in five ways (see `mutations.py`) and put through everything that the product does
with a spec (see `examine.py`), in a process that can write nothing and read nothing from elsewhere. An example that
fails is shown whole, and with the command that looks at it again.

`MARKSCHEME_FUZZ` is the number of examples of each kind, and `MARKSCHEME_FUZZ_SEED` their seed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.bank.problems import BankError
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.sampling import Sampler
from markscheme.bank.spec import QUESTION
from markscheme.bank.yaml_reader import read_yaml

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("MARKSCHEME_FUZZ", "350"))
SEED = int(os.environ.get("MARKSCHEME_FUZZ_SEED", "1"))
SLICE = 5_000

found = spec_from_file_location("mutations", HERE / "mutations.py")
assert found is not None
assert found.loader is not None
mutations = module_from_spec(found)
found.loader.exec_module(mutations)


def examined(kind: str, first: int, count: int, folder: Path) -> dict:
    """Look at examples in a process of its own, in an empty folder."""
    script = [sys.executable, "-W", "error", str(HERE / "examine.py"), kind, str(SEED), str(first), str(count)]
    run = subprocess.run(script, cwd=folder, capture_output=True, text=True, timeout=120 + count, check=False)
    last = run.stdout.strip().rpartition("\n")[2]
    if run.returncode or not last.startswith("{"):
        number = int(last) if last.isdigit() else first
        text = mutations.example(kind, SEED, number)
        pytest.fail(f"the process died at {' '.join(script[3:6])} {number} 1:\n{run.stderr[-2000:]}\n{text}")
    assert list(folder.iterdir()) == []
    return json.loads(last)


@pytest.mark.parametrize("kind", mutations.KINDS)
def test_mutated_specs_end_in_variants_or_problems(kind, tmp_path):
    for first in range(0, EXAMPLES, SLICE):
        count = min(SLICE, EXAMPLES - first)
        seen = examined(kind, first, count, tmp_path)
        shown = [
            f"{one['what']}\n{one['detail']}\n{one['text']}\nagain: examine.py {kind} {SEED} {one['number']} 1"
            for one in seen["findings"]
        ]
        assert not shown, "\n\n".join(shown[:5])
        assert seen["met"].get("variants", 0) > count / 20  # enough of them reach the writer, the reader and the marker
        print(f"{kind}: {count} examples from {first} in {seen['seconds']} s, the slowest {seen['slowest']} s")


def test_the_same_number_is_the_same_example():
    for kind in mutations.KINDS:
        assert mutations.example(kind, 3, 7) == mutations.example(kind, 3, 7) != mutations.example(kind, 3, 8)


def test_a_tree_that_is_not_mutated_is_the_question_it_was():
    for text in mutations.shipped_texts():
        again = mutations.written(mutations.tree_of(text))
        question = compile_question(QUESTION.read(read_yaml(again.encode(), "q.yaml")), "fuzz", mutations.ROOT)
        first = compile_question(QUESTION.read(read_yaml(text.encode(), "q.yaml")), "fuzz", mutations.ROOT)
        assert [one.fingerprint for one in Sampler(question, 1).variants(1)] == [
            one.fingerprint for one in Sampler(first, 1).variants(1)
        ]


HARMFUL = {
    "opens a file to write it": "open('x', 'w')",
    "reads a file from elsewhere": "open('/etc/passwd')",
    "makes a folder": "os.mkdir('x')",
    "starts a process": "os.system('true')",
    "takes much memory": "bytearray(2**30)",
    "does not end": "list(map(str, range(10**9)))",
    "fails in a way of its own": "{}['x']",
}


@pytest.mark.parametrize("what", HARMFUL)
def test_an_example_that_does_harm_is_found(what, tmp_path):
    script = f"""
import os, sys
sys.argv = ["examine.py", "tokens", "1", "0", "1"]
sys.path.insert(0, {str(HERE)!r})
import examine
examine.MOST_SECONDS = 0.3
def look(self, text):
    if self.number >= 0:
        {HARMFUL[what]}
examine.Examiner.look = look
examine.main("tokens", 1, 0, 1)
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    (finding,) = json.loads(run.stdout.strip().rpartition("\n")[2])["findings"]
    wanted = {"memory": "MemoryError", "end": "TooLongError", "own": "KeyError"}
    assert finding["what"] == next((wanted[word] for word in what.split() if word in wanted), "ReachedOutError")
    assert finding["text"] == mutations.example("tokens", 1, 0)
    assert list(tmp_path.iterdir()) == []


PLACES = """\
id: q
title: A title
topics: [t]
marks: 2
penalty: 0.1
parameters:
  n: {integers: [1, 9]}
  d: {decimals: [0, 1], places: 2}
  o: {one_of: [1, b, [2, 3]]}
  x: {integers: [1, 9], shape: [2, 2]}
original: {n: 1, d: 0.5, o: 1, x: [[1, 2], [3, 4]]}
symbols:
  M: {integers: [1, 9]}
domain: [M > 0]
require: [n > 0]
let: {a: n + 1}
check: [a > 1]
skip: [{draw: 1, reason: Why.}]
stem: [{text: "What is {{ n }}?"}, {when: n > 1, text: More.}]
answers:
  y: {type: number, value: a, tolerance: 0.1, mistakes: [{value: n, credit: 0.5, when: n > 2, feedback: No.}]}
  z: {type: matrix, value: x, mistakes: [{value: x + 1, feedback: No.}]}
  w: {type: choice, value: M + n, show: 2, options: [{symbolic: M + n}, {symbolic: M}, {symbolic: 2*M}]}
feedback: That.
"""
SPOTS = [match.span() for match in re.finditer(r"(?<=[:\[,] )[^\n:,\[\]{}]+(?=[,\]}\n])|(?<=\[)[^\n:,\[\]{}]+", PLACES)]
VALUE = st.recursive(
    st.sampled_from(mutations.ODD) | st.integers().map(str) | st.floats().map(str) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        | st.tuples(st.sampled_from(["integers", "one_of", "type", "a"]), inner).map(
            lambda pair: f"{{{pair[0]}: {pair[1]}}}"
        )
    ),
    max_leaves=6,
)


def survive(text: str) -> None:
    """Read, compile and sample a text; anything but a `BankError` comes through."""
    with suppress(BankError):
        data = text.encode(errors="replace")
        question = compile_question(QUESTION.read(read_yaml(data, "q.yaml")), "attack", mutations.ROOT)
        question.space()
        list(Sampler(question, 1).variants(3))


def test_the_question_to_be_attacked_is_sound():
    question = compile_question(QUESTION.read(read_yaml(PLACES.encode(), "q.yaml")), "attack")
    assert len(list(Sampler(question, 1).variants(3))) == 3
    assert len(SPOTS) > 40


@settings(max_examples=max(150, EXAMPLES // 4), deadline=None)
@given(st.sampled_from(SPOTS), VALUE)
def test_any_value_at_any_place_raises_nothing_but_problems(spot, value):
    survive(PLACES[: spot[0]] + value + PLACES[spot[1] :])
