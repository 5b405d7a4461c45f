"""The page of problem codes: its examples run, and the command line shows it whole."""

import re
import tomllib
from pathlib import Path

import pytest

from markscheme.bank import codes
from markscheme.bank.banks import read_bank
from markscheme.bank.codes import CODES, UnknownCodeError, explained, explanation, find_code
from markscheme.bank.problems import BankError
from markscheme.exporters.validation import Plan, verdicts

PAGE = (Path(__file__).parent.parent / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^### (.*)$", PAGE, re.MULTILINE)
EXAMPLE = re.compile(r"^```yaml (wrong|right)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOP_LEVEL = re.compile(r"^(?=[^\s#-][^:]*:)", re.MULTILINE)
LEFT_OUT = re.compile(r"^# (\w+) is left out\n", re.MULTILINE)
RUNNING = re.search(r"^```yaml\n(id: example\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
OF_SPECS = re.compile(r"E[1-5]|C4|E605|X710")
IN_WORDS = {
    "E107": "needs a file of 1 MiB or 20,000 values",
    "E108": "needs bytes and characters that nobody sees",
    "E302": "needs more than 1,000 characters",
    "E523": "is met by a command only",
    "C404": "is a fault of the program and of no question",
    "C409": "needs two questions",
    "C411": "needs a whole bank",
    "C412": "needs more variants than are drawn here",
    "C413": "is met where two numbers differ by rounding errors only",
    "C402": "no formula is known that passes the texts' own checks and cannot be converted",
}


def blocks(text: str) -> dict[str, str]:
    """Return what stands under each key in column 1, with the key."""
    found = [block for block in TOP_LEVEL.split(LEFT_OUT.sub("", text)) if block]
    return {block.partition(":")[0]: block for block in found}


def question(changes: str) -> str:
    """Return the running example with an example's parts in the place of its own."""
    kept = {key: block for key, block in blocks(RUNNING).items() if key not in LEFT_OUT.findall(changes)}
    return "".join((kept | blocks(changes)).values())


def codes_of(text: str, folder: Path) -> set[str]:
    """Return the codes that a question's reading, compiling, drawing, checks and round trip report."""
    (folder / "bank.yaml").write_text("id: docs\ntitle: Examples\nseed: 1\n", encoding="utf-8")
    (folder / "example.yaml").write_text(text, encoding="utf-8")
    try:
        plan = Plan(seed=1, count=5, formats=("moodle",))
        found = list(verdicts(read_bank(folder), plan, lambda *_: None))
    except BankError as error:
        return {problem.code for problem in error.problems}
    problems = {problem.code for verdict in found for problem in verdict.problems}
    return problems | {one.code for verdict in found for one in verdict.cautions if one.code != "X710"}


def examples() -> list:
    return [
        pytest.param(code, kind, text, id=f"{code}-{kind}-{number}")
        for code in HEADINGS
        for number, (kind, text) in enumerate(EXAMPLE.findall(explanation(code)))
    ]


@pytest.mark.parametrize(("code", "kind", "text"), examples())
def test_wrong_example_reports_its_code_alone_and_right_one_nothing(code, kind, text, tmp_path):
    assert codes_of(question(text), tmp_path) == ({code} if kind == "wrong" else set())


def test_an_example_takes_the_place_of_the_parts_that_it_shows():
    changed = question("marks: 3\n# feedback is left out\nnotes: |\n  One: two\n")
    assert "marks: 3\nparameters:\n  a: {integers: [2, 20]}\n" in changed
    assert changed.endswith("value: a + b\nnotes: |\n  One: two\n")
    assert question("") == RUNNING


def test_every_code_of_specs_has_a_wrong_example_and_the_same_put_right():
    of_specs = {code for code in HEADINGS if OF_SPECS.match(code)}
    kinds = {code: [kind for kind, _ in EXAMPLE.findall(explanation(code))] for code in of_specs}
    assert {code for code, found in kinds.items() if found != ["wrong", "right"]} == set(IN_WORDS)
    assert set(re.findall(r"^```yaml (.*)$", PAGE, re.MULTILINE)) == {"wrong", "right"}


def test_every_section_has_a_meaning_of_its_own_and_says_more():
    assert list(CODES) == HEADINGS
    assert len(set(CODES.values())) == len(CODES)
    for code in CODES:
        meaning, _, rest = explanation(code).partition("\n\n")
        assert re.fullmatch(r"[A-Z][^\n]*\.", meaning), code
        assert CODES[code] == meaning
        words = len(re.sub(r"^```.*?^```$", "", rest, flags=re.MULTILINE | re.DOTALL).split())
        assert 15 <= words <= 90, (code, words)


def test_codes_stand_in_order():
    def rank(code: str) -> tuple[str, str]:
        # The checks of variants stand between banks and formats, as their work does.
        return ("E9" if code.startswith("C") else code[0], code)

    assert sorted(HEADINGS, key=rank) == HEADINGS
    assert len(set(HEADINGS)) == len(HEADINGS)


def test_explanation_ends_before_the_next_section():
    assert explanation("E116").endswith("```")
    assert "\n#" not in explanation("E116").replace("\n# ", "")
    assert explanation("X906").endswith("import it anew.")


@pytest.mark.parametrize("word", ["e110", "E110:", " E110 "])
def test_code_is_found_however_it_is_copied(word):
    assert find_code(word) == "E110"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("E10", "did you mean one of E101 to E1"),
        ("E199", "did you mean 'E1"),
        ("X90", "did you mean one of X901 to X909?"),
        ("C40", "did you mean one of C401 to C409?"),
        ("", "a code is a letter and three digits, such as E110"),
        ("yaml", "a code is a letter and three digits, such as E110"),
    ],
)
def test_unknown_code_is_refused_with_those_that_are_near(word, hint):
    with pytest.raises(UnknownCodeError, match=re.escape(f"there is no code '{word}' ({hint}")):
        explanation(word)


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("code", HEADINGS)
def test_terminal_shows_the_section_within_its_width_and_examples_whole(code, width):
    shown = explained(code, width)
    sections = re.findall(r"^```.*?\n(.*?)^```$", explanation(code), re.MULTILINE | re.DOTALL)
    for text in sections:
        lines = [f"    {line}" if line.strip() else "" for line in text.expandtabs(4).splitlines()]
        assert "\n".join(lines) in shown
    prose = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert [line for line in prose if len(line) > width and " " in line] == []
    assert shown.startswith(f"{code} ")
    assert not re.search(r"```|\]\(|(?<!\S)`|`(?!\S)|(?<!\S)\*\w|\x1b", "\n".join(prose))


def test_hostile_word_is_repeated_short_and_printable():
    with pytest.raises(UnknownCodeError) as caught:
        find_code("\x1b[2J\n" + "E" * 100_000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


def test_terminal_quotes_code_as_messages_do():
    assert "read as a mapping.\n\nTo YAML, a value that starts with '{' is a mapping." in explained("E110", 100)


def test_page_is_shipped_with_the_package():
    project = tomllib.loads((codes.PAGE.parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert "docs/troubleshooting.md" in project["tool"]["setuptools"]["package-data"]["markscheme"]


def test_missing_page_is_said_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(codes, "PAGE", tmp_path / "troubleshooting.md")
    codes._sections.cache_clear()
    try:
        with pytest.raises(BankError, match=r"E601 the explanations of codes cannot be read: .*install markscheme"):
            explanation("E110")
    finally:
        codes._sections.cache_clear()
