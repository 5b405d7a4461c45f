"""The table of a bank, and that the shipped bank's own page has it as it is today."""

import re

import pytest

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.overview import table

PAGE = SHIPPED / "deep_learning" / "README.md"


@pytest.fixture(scope="module")
def shipped():
    return read_bank(SHIPPED / "deep_learning")


def rows_of(text: str) -> list[list[str]]:
    """Return the cells of a table's rows, without its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_the_bank_s_own_page_has_the_table_of_today(shipped, request):
    text, head, written = PAGE.read_text(encoding="utf-8").partition("| part |")
    today = table(shipped)
    if request.config.getoption("--accept"):
        PAGE.write_text(text + today, encoding="utf-8")
    else:
        assert head + written == today, "run pytest --accept, or 'markscheme paper --table'"


def test_the_paper_has_32_parts_and_every_question_belongs_to_one(shipped):
    assert len(shipped.paper.items) == 32
    assert [section.marks for section in shipped.paper.sections] == [100, 100]
    marks = [[part.marks for part in section.parts] for section in shipped.paper.sections]
    assert marks == [[40, 40, 20], [25, 25, 30, 20]]
    assert sorted(name for item in shipped.paper.items for name in item.ids) == sorted(q.id for q in shipped.questions)


def test_computed_questions_have_enough_variants_or_say_why_not(shipped):
    page = PAGE.read_text(encoding="utf-8")
    specs = {question.id: question.spec for question in shipped.questions}
    for _, name, answers, _, _, variants in rows_of(page[page.index("| part |") :]):
        spec = specs[name.strip("`")]
        number = variants.replace(",", "")
        few = number.isdigit() and int(number) < 200
        assert not few or answers == "essay" or spec.few_variants is not None, name


def test_variants_are_counted_where_they_are_few(make_bank):
    text = (
        "id: pair\ntitle: Pair\ntopics: [t]\nparameters:\n  a: {integers: [1, 9]}\n  b: {integers: [1, 9]}\n"
        "require: [a < b]\nstem: What is ${{ a }} + {{ b }}$?\n"
        "answers:\n  y: {type: number, value: a + b, decimals: 1}\n  z: {type: number, value: a - b}\nfeedback: Add.\n"
    )
    wide = text.replace("[1, 9]", "[1, 900]").replace("id: pair", "id: wide")
    rows = rows_of(table(read_bank(make_bank({"pair": text, "wide": wide}))))
    distinct = len({(a, b) for a in range(1, 10) for b in range(1, 10) if a < b})
    assert rows[0] == ["", "`pair`", "number", "", "1 decimal, exact", str(distinct)]
    assert rows[1][-1] == "about 4·10⁵"  # half of 900² pairs


def test_solvers_of_any_part_of_a_spec_are_named_once(make_bank):
    text = (
        "id: area\ntitle: Area\ntopics: [t]\nparameters:\n  x: {integers: [1, 9], shape: [2, 2]}\n"
        "let: {y: 'conv2d(x, x)'}\nstem: What is it?\n"
        "answers:\n  y: {type: matrix, value: y}\nfeedback: It is ${{ conv2d(x, x) }}$, not ${{ rot180(x) }}$.\n"
    )
    ((_, _, kind, solvers, _, _),) = rows_of(table(read_bank(make_bank({"area": text}))))
    assert (kind, re.findall(r"\w+", solvers)) == ("matrix", ["conv2d"])
