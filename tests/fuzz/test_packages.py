"""Whatever a package of QTI 1.2 holds, reading it ends in questions or in problems.

A package of every answer type is mutated in its files, then read, stated fact by fact and answered. `MARKSCHEME_FUZZ`
is the number of examples for each format, and `MARKSCHEME_FUZZ_SEED` their seed.
"""

import io
import os
import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.problems import BankError
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import exported

ROOT = Path(__file__).parent.parent
EXAMPLES = int(os.environ.get("MARKSCHEME_FUZZ", "300"))
SEED = int(os.environ.get("MARKSCHEME_FUZZ_SEED", "1"))
PIECES = [
    b"<", b">", b"&", b"&lt;", b"\xff", b"\0", b"<item>", b"</item>", b"1e999", b"nan", b"-", b"9" * 500, b":", b" ",
    b"[y-1]", b'ident=""', b"<varequal/>", b"&#0;", b"&#55555;", "²".encode(), b"<!DOCTYPE a>", b"<img src=x>", b"%",
    b"<mattext>", b'rcardinality="Ordered"', b"<response_lid>", "<selection_number>²</selection_number>".encode(),
]  # fmt: skip
TAG = re.compile(rb"<(/?[a-z_]+)")


def mutated(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    end = min(len(content), start + rng.choice((1, 3, 20, 200)))
    match rng.randrange(5):
        case 0:
            return content[:start] + rng.choice(PIECES) + content[start:]
        case 1:
            return content[:start] + content[end:] or b"x"
        case 2:
            return content[:start] + rng.choice(PIECES) + content[end:]
        case 3:
            return content[:end] + content[start:]
        case _:
            tags = TAG.findall(content) or [b"x"]
            return content.replace(b"<" + rng.choice(tags), b"<" + rng.choice(tags), 1)


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def look_at(item) -> None:
    """Ask for all that commands ask of an item."""
    assert all(isinstance(value, str) for _, value in item.facts())
    assert all(str(note) for note in item.notes)
    assert isinstance(item.stored.stem, str)
    assert isinstance(item.fingerprint + item.name + item.id, str)
    count = len(item.fields)
    assert len(item.labels) == count
    list(item.options())
    for answers in (["1"] * count, [0] * count, [None] * count, [(0,)] * count):
        with suppress(ValueError):  # a student could not hand that in
            assert len(item.submit(answers).feedback) == count


@pytest.mark.parametrize("name", ["canvas", "canvas-cartridge", "qti12"])
def test_mutated_packages_end_in_questions_or_problems(name):
    form = FORMATS.get(name)
    every = [next(Sampler(one, 3).variants(1, form.target)) for one in read_bank(ROOT / "types").questions]
    data = exported([variant for variant in every if not list(form.refusals(variant))], form)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {member: package.read(member) for member in package.namelist()}
    rng = random.Random(SEED)
    read, codes = 0, set()
    for _ in range(EXAMPLES):
        changed = dict(files)
        for _times in range(rng.choice((1, 1, 2, 5))):
            member = rng.choice(sorted(changed))
            changed[member] = mutated(changed[member], rng)
        try:
            for item in form.read(packed(changed), "x.zip"):
                look_at(item)
            read += 1
        except BankError as error:
            codes |= {problem.code for problem in error.problems}
    assert codes <= {"X702", "X704", "X705"}
    assert read > EXAMPLES / 20
