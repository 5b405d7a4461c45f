"""Packages for Canvas and of QTI 1.2 are told apart, compared with their bank, and refuse options that they lack."""

import io
import zipfile

import pytest
from click.testing import CliRunner

from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.verification import format_of

BANK = ["deep_learning", "--only", "dag-*", "--only", "multi-head-projection", "-n", "3"]
FILES = {"canvas": "c.zip", "canvas-cartridge": "c.imscc", "qti12": "q.zip"}


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    for name, file in FILES.items():
        assert run("export", *BANK, "-f", name, "-o", str(folder / file)).exit_code == 0
    assert run("export", *BANK, "-f", "canvas", "--canvas-math", "image", "-o", str(folder / "i.zip")).exit_code == 0
    return folder


@pytest.mark.parametrize(("name", "file"), [*FILES.items(), ("canvas", "i.zip")])
def test_format_is_known_by_the_package_itself(packages, name, file):
    assert format_of(packages / file, None) is FORMATS.get(name)


@pytest.mark.parametrize("file", [*FILES.values(), "i.zip"])
def test_export_agrees_with_its_bank(packages, file):
    result = run("verify", str(packages / file), "--bank", "deep_learning")
    assert result.exit_code == 0, result.output
    assert "9 items: 9 agree" in result.output


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("c.zip", "Right.", "Wrong.", "X902 edited in the LMS"),
        ("c.zip", "The graph shows", "The graph hides", "X902 edited in the LMS: the stem is"),
        ("c.imscc", "The graph shows", "The graph hides", "X902 edited in the LMS: the stem is"),
        ("q.zip", "The graph shows", "The graph hides", "X902 edited in the LMS: the stem is"),
        (
            "c.zip",
            ">points_possible</fieldlabel><fieldentry>4<",
            ">points_possible</fieldlabel><fieldentry>5<",
            "the mark",
        ),
        ("c.zip", '<item ident="dag-', '<item ident="dog-', "X901"),
    ],
)
def test_what_was_edited_is_said(packages, tmp_path, file, old, new, said):
    path = tmp_path / file
    changed = False
    with zipfile.ZipFile(packages / file) as package, zipfile.ZipFile(path, "w") as edited:
        for name in package.namelist():
            content = package.read(name)
            changed |= old.encode() in content
            edited.writestr(name, content if name.endswith(".png") else content.replace(old.encode(), new.encode(), 1))
    if not changed:
        pytest.fail(f"{old} is not there")
    result = run("verify", str(path), "--bank", "deep_learning")
    assert result.exit_code == 1
    assert said in result.output


def test_place_of_a_problem_is_in_the_file_of_the_package(packages, tmp_path):
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(packages / "c.zip") as package, zipfile.ZipFile(path, "w") as edited:
        for name in package.namelist():
            edited.writestr(name, package.read(name).replace(b"The graph shows", b"The graph hides"))
    result = run("verify", str(path), "--bank", "deep_learning")
    assert "c.zip/non_cc_assessments/bank.dag-independence.2021.xml.qti:3:1: X902" in result.output


@pytest.mark.parametrize(
    ("form", "option"),
    [
        ("canvas", ["--no-category"]),
        ("moodle", ["--no-quiz"]),
        ("moodle", ["--canvas-math", "image"]),
        ("qti12", ["--canvas-math", "text"]),
    ],
)
def test_option_that_a_format_does_not_know_is_wrong_usage(form, option):
    result = run("export", *BANK, "-f", form, *option, "-o", "-")
    assert result.exit_code == 2
    assert f"{option[0]} means nothing to the format '{form}'" in result.output


def test_images_of_formulas_are_those_that_canvas_draws(packages):
    with zipfile.ZipFile(packages / "i.zip") as package:
        text = package.read("non_cc_assessments/bank.multi-head-projection.2021.xml.qti").decode()
    assert "\\(" not in text
    assert 'class="equation_image"' in text
    assert 'src="/equation_images/' in text
    assert "%255C" in text


def test_refused_export_leaves_no_file_and_says_nothing_else(make_bank, tmp_path):
    body = (
        "id: both\ntitle: Both\ntopics: [x]\nfew_variants: it is one\nmarks: 2\nstem: '[[y]] [[z]]'\nanswers:\n"
        "  y: {type: number, value: 1}\n  z: {type: essay, model: So., rubric: [{points: 1, text: All.}]}\n"
        "feedback: So.\n"
    )
    path = tmp_path / "o.zip"
    result = run("export", str(make_bank({"both": body})), "-f", "canvas", "-o", str(path))
    assert result.exit_code == 1
    assert "X710 canvas: 'z' is an essay" in result.output
    assert "Traceback" not in result.output
    assert not path.exists()


def test_package_that_is_given_up_is_not_finished():
    from markscheme.exporters.archive import ArchiveWriter

    class Closed(io.BytesIO):
        def write(self, data):
            if self.closed:
                pytest.fail("something is written to what is closed")
            return super().write(data)

    stream = Closed()
    writer = ArchiveWriter(stream.write)
    writer.put("a", b"b")
    stream.close()
    del writer
