"""The answer types in packages for Canvas and in plain QTI 1.2: what is written, adapted and refused."""

import io
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.format import Heading, Options
from markscheme.exporters.roundtrip import exported, roundtrip

CANVAS, CARTRIDGE, PLAIN = (FORMATS.get(name) for name in ("canvas", "canvas-cartridge", "qti12"))
BANK = read_bank(Path(__file__).parent.parent / "types")
QUESTIONS = {question.id: question for question in BANK.questions}
KINDS = {
    "divisors": "multiple_answers_question",
    "menu": "multiple_dropdowns_question",
    "pairs": "multiple_dropdowns_question",
    "pick": "multiple_choice_question",
    "pool": "multiple_answers_question",
    "single": "numerical_question",
    "steps": "matching_question",
    "sums": "fill_in_multiple_blanks_question",
    "talk": "essay_question",
    "truth": "true_false_question",
    "words": "short_answer_question",
}


def variants(name, count=12, form=CANVAS):
    return list(Sampler(QUESTIONS[name], 3).variants(count, form.target))


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".png")}


def shown(data):
    """Return the readable files of a package as one text, in its order."""
    return "".join(f"=== {name}\n{text}" for name, text in members(data).items())


def package(name, form):
    return exported(variants(name, 1, form), form)


@pytest.mark.parametrize("name", KINDS)
def test_every_type_is_the_question_type_that_canvas_has_for_it(name):
    found = re.findall(r"question_type</fieldlabel><fieldentry>(\w+)<", shown(package(name, CANVAS)))
    assert found == [KINDS[name]]


@pytest.mark.parametrize("form", [CANVAS, CARTRIDGE, PLAIN], ids=lambda form: form.name)
@pytest.mark.parametrize("name", KINDS)
def test_every_type_comes_back_and_is_graded_as_its_author_said(name, form):
    for variant in variants(name, 12, form):
        assert [str(problem) for problem in roundtrip(variant, form, QUESTIONS[name].place_of)] == []


def test_several_ticks_beside_other_answers_are_refused_with_a_hint():
    variant = variants("everything", 1)[0]
    for form in (CANVAS, PLAIN):
        (refusal,) = form.refusals(variant)
        assert refusal.slot == "tick"
        assert "put it into a file without other answers" in refusal.reason


@pytest.mark.parametrize("form", [CANVAS, CARTRIDGE, PLAIN], ids=lambda form: form.name)
def test_the_shipped_bank_is_held_whole_and_proved(form):
    bank = read_bank(SHIPPED / "deep_learning")
    for question in bank.questions:
        for variant in Sampler(question, bank.spec.seed).variants(2, form.target):
            assert [str(problem) for problem in roundtrip(variant, form, question.place_of)] == []


def heading(bank):
    return Heading(bank=bank.id, title=bank.title, paper=bank.paper)


def whole(form, options, only=(), count=2):
    bank = read_bank(SHIPPED / "deep_learning", only=only)
    pieces = []
    writer = form.writer(pieces.append, heading(bank), options)
    for question in bank.questions:
        for variant in Sampler(question, bank.spec.seed).variants(count, form.target):
            writer.add(variant)
    writer.finish()
    return bank, b"".join(pieces)


def test_quiz_draws_one_variant_of_each_question_of_the_paper_for_its_marks():
    bank, data = whole(CANVAS, Options())
    files = members(data)
    quiz = files["quiz.deep-learning/quiz.deep-learning.xml"]
    drawn = re.findall(
        r"<sourcebank_ref>(.*?)</sourcebank_ref><selection_number>1</selection_number>.*?<points_per_item>(.*?)<", quiz
    )
    assert [ident for ident, _ in drawn] == [f"bank.{item.question}.2021" for item in bank.paper.items]
    for (_, points), item in zip(drawn, bank.paper.items, strict=True):
        assert float(points) == pytest.approx(float(item.marks), abs=1e-6)
    assert sum(float(points) for _, points in drawn) == pytest.approx(float(bank.paper.marks), abs=1e-5)
    settings = files["quiz.deep-learning/assessment_meta.xml"]
    assert "<points_possible>200</points_possible><time_limit>105</time_limit>" in settings
    assert "<available>false</available>" in settings


def test_original_has_a_bank_of_its_own_that_no_group_draws_from():
    files = members(whole(CANVAS, Options(), only=["hard-attention"])[1])
    banks = [name for name in files if name.endswith(".qti")]
    assert banks == [
        "non_cc_assessments/bank.hard-attention.original.xml.qti",
        "non_cc_assessments/bank.hard-attention.2021.xml.qti",
    ]
    assert files[banks[0]].count("<item ") == 1
    quiz = files["quiz.deep-learning.hard-attention/quiz.deep-learning.hard-attention.xml"]
    assert re.findall(r"<sourcebank_ref>(.*?)<", quiz) == ["bank.hard-attention.2021"]


def test_package_of_one_question_has_a_quiz_of_its_own_name():
    first, second = (members(whole(CANVAS, Options(), only=[name])[1]) for name in ("conv2d-output", "max-pooling"))
    quizzes = [[name for name in files if name.startswith("quiz.")] for files in (first, second)]
    assert not set(quizzes[0]) & set(quizzes[1])


def test_without_a_quiz_there_are_banks_alone():
    files = members(whole(CANVAS, Options(quiz=False), only=["max-pooling"])[1])
    assert set(files) == {"non_cc_assessments/bank.max-pooling.2021.xml.qti", "imsmanifest.xml"} | {
        name for name in files if name.endswith("original.xml.qti")
    }


def test_manifest_lists_all_files_and_makes_the_quiz_need_its_settings():
    data = whole(CANVAS, Options(), only=["dag-*"])[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist()) - {"imsmanifest.xml"}
        manifest = archive.read("imsmanifest.xml").decode()
    assert set(re.findall(r'<file href="(.*?)"', manifest)) == names
    assert any(name.startswith("images/directed-graph") for name in names)
    assert '<dependency identifierref="quiz.deep-learning.settings"/>' in manifest
    assert "imsqti_v2" not in manifest


def test_cartridge_has_the_folders_and_the_flag_by_which_canvas_knows_it():
    data = whole(CARTRIDGE, Options(), only=["dag-*"])[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    assert "course_settings/canvas_export.txt" in names
    assert "non_cc_assessments/quiz.deep-learning.xml.qti" in names
    assert all(name.startswith("web_resources/images/") for name in names if name.endswith(".png"))


def test_same_bank_gives_the_same_bytes():
    assert whole(CANVAS, Options(), only=["dag-*"])[1] == whole(CANVAS, Options(), only=["dag-*"])[1]


def test_plain_test_has_the_order_of_the_paper_and_the_bank_the_rest():
    bank, data = whole(PLAIN, Options())
    files = members(data)
    drawn = re.findall(r'<section ident="(.*?)"', files["test.xml"])
    assert drawn == [f"{item.question}.2021" for item in bank.paper.items]
    rest = re.findall(r'<section ident="(.*?)"', files["bank.xml"])
    assert "max-pooling.2021" in rest
    assert "hard-attention.original" in rest
    assert files["test.xml"].count("<item ") + files["bank.xml"].count("<item ") == len(
        re.findall(r"<item ", "".join(files.values()))
    )


def test_blanks_share_the_marks_evenly_and_that_is_said():
    bank = read_bank(SHIPPED / "deep_learning", only=["multi-head-projection"])
    variant = next(Sampler(bank.questions[0], 2021).variants(1, CANVAS.target))
    assert [response.marks for response in variant.responses] == [1, 1, 2]
    held = CANVAS.held(variant)
    assert [response.marks for response in held.variant.responses] == [Fraction(4, 3)] * 3
    forms = {one.slot: one.form for one in CANVAS.adaptations(variant)}
    assert "worth 1/3 of the marks, not 1/2: all blanks weigh the same" in forms["every"]
    half = next(mistake for mistake in variant.responses[2].mistakes if mistake.credit)
    assert f"no partial marks for '{half.name}'" in forms["every"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_golden_packages_of_every_type(name, golden):
    golden(f"canvas/{name}.txt", shown(package(name, CANVAS)))
    golden(f"qti12/{name}.txt", shown(package(name, PLAIN)))


def test_golden_cartridge(golden):
    golden("canvas/cartridge.txt", shown(package("sums", CARTRIDGE)))
