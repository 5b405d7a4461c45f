"""The road there and back finds what goes wrong on it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.problems import Place
from markscheme.bank.sampling import Sampler
from markscheme.bank.variants import EssayResponse
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import Roundtrip, exported, roundtrip
from markscheme.exporters.submissions import Made, submissions

MOODLE = FORMATS.get("moodle")


def place_of(slot: str) -> Place:
    return Place("q.yaml", 2 if slot else 1, 1)


@pytest.fixture(scope="module")
def variants():
    bank = read_bank(SHIPPED / "deep_learning")
    return {one.id: next(Sampler(one, 2021).variants(1)) for one in bank.questions}


class Broken:
    """A format that changes what it writes."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old.encode(), new.encode()
        self.changed = False

    def __getattr__(self, name):
        return getattr(MOODLE, name)

    def read(self, data, file):
        self.changed = self.old in data
        return MOODLE.read(data.replace(self.old, self.new, 1), file)


@pytest.mark.parametrize(
    ("question", "old", "new", "said"),
    [
        (
            "conv-multiplications",
            '<answer fraction="100"',
            '<answer fraction="0"',
            "the key earns 0 of the marks, not 1",
        ),
        ("conv-multiplications", "<tolerance>0</tolerance>", "<tolerance>2</tolerance>", "just below the interval"),
        ("conv-multiplications", "<idnumber>", "<idnumber>x", "the file holds x"),
        ("conv2d-output", "{1:NM:=", "{2:NM:=", "the mistake 'cross-correlation' in 'y' earns"),
        ("conv2d-output", ":NM:=", ":XX:=", "fields instead of"),
        ("recurrent-spectral-radius", "=1.84:0.005", "=1.84:0.004", "the lower end of the interval"),
        ("recurrent-spectral-radius", "#This is the determinant", "#This is the trace", "is answered"),
        ("conv-output-shape-symbolic", 'fraction="100"', 'fraction="50"', "earns 0.5 of the marks, not 1"),
        ("conv2d-output", "</table>", "</table", "the markup of the stem is broken: '</table"),
        ("conv2d-output", "</td>", "", "the markup of the stem is broken: '</tr>' closes <td>"),
        ("recurrent-spectral-radius", "</p>", "", "the markup of the stem is broken: <p> is not closed"),
    ],
)
def test_damage_to_a_file_is_found(variants, question, old, new, said):
    broken = Broken(old, new)
    problems = list(roundtrip(variants[question], broken, place_of))
    assert broken.changed
    assert any(said in problem.message for problem in problems), [str(problem) for problem in problems]
    assert all(problem.variant == variants[question].id for problem in problems)


@pytest.mark.parametrize(
    ("question", "old", "new", "slot"),
    [
        ("recurrent-spectral-radius", "=1.84:0.005", "=1.84:0.004", "radius"),
        ("conv-multiplications", "<tolerance>0</tolerance>", "<tolerance>2</tolerance>", "count"),
        ("conv-multiplications", 'fraction="100"', 'fraction="99"', "count"),
    ],
)
def test_what_goes_wrong_is_placed_at_its_slot(variants, question, old, new, slot):
    broken = Broken(old, new)
    problems = list(roundtrip(variants[question], broken, lambda name: Place(f"q.yaml#{name}", 1, 1)))
    assert broken.changed
    wanted = slot if len(variants[question].responses) > 1 else variants[question].responses[0].slot
    assert f"q.yaml#{wanted}" in {problem.place.file for problem in problems}
    if len(variants[question].responses) == 1:
        assert {problem.place.file for problem in problems} == {f"q.yaml#{wanted}"}


class Patched:
    """Moodle's format, with a change to each file that is read."""

    def __init__(self, change) -> None:
        self.change = change
        self.read_at_once: list[int] = []

    def __getattr__(self, name):
        return getattr(MOODLE, name)

    def read(self, data, file):
        self.read_at_once.append(data.count(b"<idnumber>"))
        return MOODLE.read(self.change(data), file)


@pytest.fixture(scope="module")
def five():
    bank = read_bank(SHIPPED / "deep_learning", only=["conv-multiplications"])
    return list(Sampler(bank.questions[0], 7).variants(5))


def through(form, variants):
    return Roundtrip(form, place_of, Made()).problems(variants)


def test_variants_that_are_all_right_share_a_file(five):
    sound = Patched(lambda data: data)
    assert through(sound, five) == [[]] * 5
    assert sound.read_at_once == [5]


@pytest.mark.parametrize(
    ("old", "new", "code"), [('fraction="100"', 'fraction="50"', "X713"), ("<idnumber>", "<idnumber>x", "X711")]
)
def test_damage_to_one_of_many_is_said_of_that_one_as_if_it_were_alone(five, old, new, code):
    name = five[3].id.encode()

    def damage(data: bytes) -> bytes:
        before, found, behind = data.partition(b"<idnumber>" + name)
        return before + (found + behind).replace(old.encode(), new.encode(), 1) if found else data

    problems = through(Patched(damage), five)
    assert [bool(found) for found in problems] == [False, False, False, True, False]
    assert code in {one.code for one in problems[3]}
    assert problems[3] == roundtrip(five[3], Patched(damage), place_of)
    assert {one.variant for one in problems[3]} == {five[3].id}


def test_what_goes_wrong_only_together_is_found(five):
    first, second = (f"<idnumber>{one.id}<".encode() for one in five[:2])
    clash = Patched(lambda data: data.replace(second, first) if first in data else data)
    problems = through(clash, five)
    assert [[one.code for one in found] for found in problems] == [[], ["X712"], [], [], []]
    assert f"the idnumber '{five[0].id}' is taken in its category" in problems[1][0].message


def test_what_a_format_refuses_goes_into_no_file(variants):
    sound = Patched(lambda data: data)
    essay = next(one for one in variants.values() if isinstance(one.responses[0], EssayResponse))
    *before, _ = essay.stem.pieces
    behind = replace(essay, stem=replace(essay.stem, pieces=(*before, "<table></table>")))
    assert [[one.code for one in found] for found in through(sound, [behind, variants["conv2d-output"], behind])] == [
        ["X710"],
        [],
        ["X710"],
    ]
    assert sound.read_at_once == [1]


@pytest.mark.parametrize("shown", ['<img src="a.png" alt="A">', "<p><svg></svg></p>", "<table></table>"])
def test_picture_behind_an_essay_is_refused_like_text(variants, shown):
    essay = next(one for one in variants.values() if isinstance(one.responses[0], EssayResponse))
    *before, _ = essay.stem.pieces
    behind = replace(essay, stem=replace(essay.stem, pieces=(*before, shown)))
    assert [problem.code for problem in roundtrip(essay, MOODLE, place_of)] == []
    problems = list(roundtrip(behind, MOODLE, place_of))
    assert problems[0].code == "X710"
    assert "stands behind the essay" in problems[0].message


def test_every_submission_is_judged_once_and_the_key_comes_first(variants):
    for variant in variants.values():
        made = list(submissions(variant))
        assert made[0].label == "the key"
        assert made[0].fraction == (None if made[0].label.startswith("an essay") or "essay" in variant.id else 1)
        assert all(submission.fraction < 1 for submission in made if "mistake" in submission.label)
        assert len({submission.label for submission in made}) == len(made)


def test_ends_of_the_interval_earn_full_marks_and_just_beyond_nothing(variants):
    radius = next(r for r in variants["recurrent-spectral-radius"].responses if r.slot == "radius")
    assert radius.entries[0].accepted.half == Decimal("0.005")
    made = {s.label: s for s in submissions(variants["recurrent-spectral-radius"])}
    assert made["the lower end of the interval in 'radius'"].answers[0] == "1.835"
    assert made["the lower end of the interval in 'radius'"].fraction == 1
    assert made["just below the interval in 'radius'"].answers[0] == "1.8345"
    assert made["just below the interval in 'radius'"].fraction < 1


def test_export_of_one_variant_is_a_whole_file(variants):
    data = exported([variants["conv2d-output"]], MOODLE)
    assert data.startswith(b"<?xml")
    assert data.endswith(b"</quiz>\n")


def test_refused_variant_is_not_written(variants):
    numeric = variants["conv-multiplications"]
    mistake = replace(numeric.responses[0].mistakes[0], credit=Decimal("0.15"))
    response = replace(numeric.responses[0], mistakes=(mistake, *numeric.responses[0].mistakes[1:]))
    from fractions import Fraction

    response = replace(response, mistakes=(replace(mistake, credit=Fraction(3, 20)), *response.mistakes[1:]))
    problems = list(roundtrip(replace(numeric, responses=(response,)), MOODLE, place_of))
    assert [(problem.code, problem.place.line) for problem in problems] == [("X710", 2)]
