"""Moodle XML as it is written: each trap of Moodle's importer has a test."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from lxml import etree

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.numbers import Accepted
from markscheme.bank.paper import PAPER, make_paper
from markscheme.bank.sampling import Sampler
from markscheme.bank.text.html import PICTURE
from markscheme.bank.text.source import PictureFile
from markscheme.bank.variants import (
    ChoiceResponse,
    Entry,
    Mistake,
    NumericResponse,
    Option,
    RichText,
    Stem,
    Variant,
)
from markscheme.bank.yaml_reader import read_yaml
from markscheme.exporters import FORMATS
from markscheme.exporters.format import Heading, Options
from markscheme.exporters.moodle.holding import default_mark, refusals
from markscheme.exporters.moodle.write import MoodleWriter, question
from markscheme.exporters.roundtrip import exported, roundtrip

MOODLE = FORMATS.get("moodle")


def number(slot="a", key="3", half="0", mistakes=(), marks=1):
    wrong = [Accepted(Decimal(value), Decimal(half)) for value, _, _ in mistakes]
    return NumericResponse(
        slot=slot,
        marks=Fraction(marks),
        shape=(),
        entries=(Entry(accepted=Accepted(Decimal(key), Decimal(half)), mistakes=tuple(enumerate(wrong))),),
        mistakes=tuple(
            Mistake(name=f"m{i}", entries=(wrong[i],), credit=Fraction(credit), feedback=RichText(markup=said))
            for i, (_, credit, said) in enumerate(mistakes)
        ),
    )


def choice(slot="c", options=("right", "wrong"), marks=1, feedback=None, credit=0):
    return ChoiceResponse(
        slot=slot,
        marks=Fraction(marks),
        options=tuple(
            Option(
                name=f"o{i}",
                text=RichText(markup=text),
                right=i == 0,
                credit=Fraction(1) if i == 0 else Fraction(credit),
                feedback=RichText(markup=feedback) if feedback else None,
            )
            for i, text in enumerate(options)
        ),
    )


def variant(*responses, pieces=None, title="Title", **rest):
    slots = tuple(response.slot for response in responses)
    pieces = pieces or ("<p>Stem ", *["</p><p>more "] * (len(slots) - 1), "</p>")
    return Variant(
        **{
            "id": "q.7.1",
            "bank": "b",
            "question": "q",
            "title": title,
            "topics": ("t",),
            "draw": 1,
            "marks": Decimal(sum(int(response.marks) for response in responses)),
            "penalty": Decimal("0.3333333"),
            "stem": Stem(pieces=pieces, slots=slots),
            "responses": responses,
            "feedback": RichText(markup="<p>Worked.</p>"),
            "fingerprint": "0123456789abcdef",
            **rest,
        }
    )


def text_of(xml: str, path: str) -> str:
    return etree.fromstring(xml).findtext(path)


def test_every_text_is_one_cdata_section():
    xml = exported([variant(number(mistakes=[("4", 0, "<p>a &amp; b</p>")])), variant(choice())], MOODLE).decode()
    texts = re.findall(r"<text>(.*?)</text>", xml, re.DOTALL)
    assert texts
    numbers = [text for text in texts if re.fullmatch(r"-?[\d.]+", text)]
    assert all(
        re.fullmatch(r"<!\[CDATA\[(?:(?!\]\]>).)*\]\]>", text, re.DOTALL) for text in texts if text not in numbers
    )


def test_cdata_end_in_a_name_is_split():
    assert text_of(question(variant(number(), title="a ]]> b")), "name/text") == "a ]]> b q.7.1"


def test_name_keeps_what_moodle_would_take_for_a_tag_and_ends_with_the_id():
    assert text_of(question(variant(number(), title="if a<b then")), "name/text") == "if a< b then q.7.1"


def test_long_name_is_cut_before_the_id():
    name = text_of(question(variant(number(), title="x" * 300)), "name/text")
    assert len(name) == 255
    assert name.endswith(" q.7.1")


def test_single_number_is_numerical_with_its_box_at_the_slot():
    xml = question(variant(number(key="-1.5", half="0.05"), pieces=("<p>x = ", " (to 1 decimal place)</p>")))
    assert etree.fromstring(xml).get("type") == "numerical"
    assert text_of(xml, "questiontext/text") == "<p>x = _____ (to 1 decimal place)</p>"
    assert text_of(xml, "answer/text") == "-1.5"
    assert text_of(xml, "answer/tolerance") == "0.05"


def test_choice_at_the_end_is_multichoice_and_in_the_middle_cloze():
    at_end = variant(choice(), pieces=("<p>Which?</p>\n", ""))
    assert etree.fromstring(question(at_end)).get("type") == "multichoice"
    assert etree.fromstring(question(variant(choice(), pieces=("<p>It is ", " indeed</p>")))).get("type") == "cloze"


@pytest.mark.parametrize(
    ("credit", "written"),
    [
        ("1/3", "33.33333"),
        ("2/3", "66.66667"),
        ("1/6", "16.66667"),
        ("5/6", "83.33333"),
        ("1/8", "12.5"),
        ("1/2", "50"),
    ],
)
def test_credit_is_written_with_the_digits_that_moodle_wants(credit, written):
    xml = question(variant(number(mistakes=[("4", credit, "")])))
    assert etree.fromstring(xml).findall("answer")[1].get("fraction") == written
    assert list(refusals(variant(number(mistakes=[("4", credit, "")])))) == []


def test_credit_that_moodle_does_not_know_is_refused_with_its_mistake():
    assert [one.reason for one in refusals(variant(number(mistakes=[("4", "0.15", "")])))] == [
        "'m0' in 'a' earns 15 %, which Moodle does not know; the nearest is 14.28571 %"
    ]


def test_negative_credit_of_an_option_is_kept():
    one = variant(choice(credit="-1/3"), pieces=("<p>?</p>", ""))
    assert [answer.get("fraction") for answer in etree.fromstring(question(one)).findall("answer")] == [
        "100",
        "-33.33333",
    ]
    assert list(roundtrip(one, MOODLE, None)) == []


def test_key_of_more_digits_than_moodle_stores_is_refused():
    assert "more than 14 digits" in next(refusals(variant(number(key="0.123456789012345")))).reason
    assert list(refusals(variant(number(key="9007199254740992")))) == []


@pytest.mark.parametrize(
    ("marks", "weights", "total"),
    [((2, 2), ["2", "2"], 4), ((1, 3), ["1", "3"], 4), ((Fraction(3, 2), Fraction(3, 2)), ["1", "1"], 2)],
)
def test_cloze_weights_are_whole_and_in_the_ratio_of_the_marks(marks, weights, total):
    one = variant(number("a", marks=marks[0]), number("b", marks=marks[1]), marks=Decimal(3))
    text = text_of(question(one), "questiontext/text")
    assert re.findall(r"\{(\d+):NM:", text) == weights
    assert default_mark(one) == total


NASTY = (
    "a}b",
    "a~b",
    "a#b",
    "=5",
    "%50%x",
    "{1:NM:=3}",
    r"\(x^{2}\)",
    "&lt;b&gt; &amp; &#35;",
    "O&#40;n)",
    "a / b",
    "\\",
)


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_in_a_cloze_field_ends_it_early(nasty):
    both = variant(
        number(mistakes=[("4", 0, f"<p>{nasty}</p>")]), choice(options=(nasty, f"no {nasty}", "other"), feedback=nasty)
    )
    assert list(roundtrip(both, MOODLE, None)) == []


@pytest.mark.parametrize("literal", [r"\({1:NM:=3}\)", r"\(a_{#1}\)", r"\(x_{12:b}\)"])
def test_latex_that_looks_like_a_field_is_no_field(literal):
    one = variant(number("a"), number("b"), pieces=(f"<p>{literal} ", " and ", "</p>"))
    item = next(iter(MOODLE.read(exported([one], MOODLE), "x.xml")))
    assert len(item.fields) == 2


@pytest.mark.parametrize(
    "face", [":-)", ":)", "8-)", "(n)", "(y)", "( )", "V-.", "}-]", "P-|", "xx-P", ":o)", "8-[", ":-)-)", "}-)"]
)
def test_text_that_moodle_would_turn_into_an_emoticon_keeps_its_letters(face):
    one = variant(number(), pieces=(f"<p>O{face.replace('}', '&#125;')} ", "</p>"))
    stored = text_of(question(one), "questiontext/text")
    assert face not in stored
    assert list(roundtrip(one, MOODLE, None)) == []
    assert etree.fromstring(stored).text == f"O{face} _____"


def test_picture_file_stands_inside_the_element_that_shows_it(tmp_path):
    path = Path(tmp_path, "a.png")
    path.write_bytes(b"\x89PNG")
    picture = PictureFile(source="a.png", name="abc.png", path=path)
    shown = f'<p><img src="{PICTURE}abc.png" alt="a"/></p>'
    one = variant(
        number(mistakes=[("4", 0, "")]),
        stem=Stem(pieces=(shown, ""), slots=("a",), pictures=(picture,)),
        feedback=RichText(markup=shown, pictures=(picture,)),
    )
    root = etree.fromstring(question(one))
    for element in ("questiontext", "generalfeedback"):
        assert "@@PLUGINFILE@@/abc.png" in root.findtext(f"{element}/text")
        assert root.find(f"{element}/file").attrib == {"name": "abc.png", "path": "/", "encoding": "base64"}
        assert root.findtext(f"{element}/file") == "iVBORw=="
    assert list(roundtrip(one, MOODLE, None)) == []
    damaged = exported([one], MOODLE).replace(b"iVBORw==", b"iVBORg==", 1)
    stored = next(iter(MOODLE.read(damaged, "x.xml"))).stored.pictures
    assert len({digest for _, digest in stored}) == 2


def test_pictures_in_cloze_options_are_refused(tmp_path):
    picture = PictureFile(source="a.png", name="a.png", path=tmp_path / "a.png")
    options = choice()
    shown = replace(options.options[1], text=RichText(markup="x", pictures=(picture,)))
    one = variant(number(), replace(options, options=(options.options[0], shown)))
    (refusal,) = refusals(one)
    assert refusal.slot == "c"
    assert refusal.reason == "'c' shows pictures in options or feedback; beside other slots Moodle loses them"


def test_categories_lie_under_the_bank_and_the_original_in_its_own():
    pieces: list[bytes] = []
    writer = MoodleWriter(pieces.append, Heading(bank="b", title="A/B"), Options())
    for one in (variant(number(), draw=0, id="q.original"), variant(number()), variant(number(), id="q.7.2")):
        writer.add(one)
    writer.finish()
    root = etree.fromstring(b"".join(pieces))
    assert [found.text for found in root.findall("question/category/text")] == [
        "$course$/top/A//B/Title (q)/original",
        "$course$/top/A//B/Title (q)",
    ]


def test_categories_follow_the_paper_and_say_its_marks():
    text = b"title: Test\nminutes: 30\nquestions:\n- title: Sums\n  marks: 10\n  parts:\n"
    text += b"  - {title: In words, marks: 2.5, items: [{question: p}]}\n"
    text += b"  - {title: In digits, marks: 7.5, items: [{question: r}, {question: q, forms: [other]}]}\n"
    paper = make_paper(PAPER.read(read_yaml(text, "paper.yaml")), ["p", "q", "r", "other"])
    pieces: list[bytes] = []
    writer = MoodleWriter(pieces.append, Heading(bank="b", title="B", paper=paper), Options())
    for name in ("q", "other", "outside"):
        writer.add(variant(number(), question=name, draw=0, id=f"{name}.original"))
        writer.add(variant(number(), question=name, id=f"{name}.7.1"))
        writer.add(variant(number(), question=name, id=f"{name}.7.2"))
    writer.finish()
    root = etree.fromstring(b"".join(pieces))
    part = "$course$/top/B/1 Sums/1.b In digits"
    assert [
        (one.findtext("category/text"), one.findtext("info/text")) for one in root if one.get("type") == "category"
    ] == [
        ("$course$/top/B/1 Sums", "10 marks."),
        (part, "7.5 marks."),
        (f"{part}/1.b.ii Title (q)/original", "Variants of the question q of the bank b."),
        (f"{part}/1.b.ii Title (q)", "Variants of the question q of the bank b."),
        (f"{part}/1.b.ii Title (other)/original", "Variants of the question other of the bank b."),
        (f"{part}/1.b.ii Title (other)", "Variants of the question other of the bank b."),
        ("$course$/top/B/Title (outside)/original", "Variants of the question outside of the bank b."),
        ("$course$/top/B/Title (outside)", "Variants of the question outside of the bank b."),
    ]


def test_idnumber_and_tags_tell_the_variant_and_its_content():
    root = etree.fromstring(question(variant(number())))
    assert root.findtext("idnumber") == "q.7.1"
    assert [tag.text for tag in root.findall("tags/tag/text")] == ["ms:0123456789abcdef", "b", "q", "t"]


@pytest.fixture(scope="module")
def shipped():
    return read_bank(SHIPPED / "deep_learning")


def test_every_shipped_question_survives_the_road_there_and_back(shipped):
    for one in shipped.questions:
        for drawn in Sampler(one, shipped.spec.seed).variants(15):
            assert list(roundtrip(drawn, MOODLE, one.place_of)) == []


def test_whole_export_is_as_it_was_read_and_accepted(shipped, golden):
    drawn = [each for one in shipped.questions for each in Sampler(one, 2021).variants(2)]
    pieces: list[bytes] = []
    writer = MOODLE.writer(pieces.append, Heading(bank=shipped.id, title=shipped.title, paper=shipped.paper), Options())
    for each in drawn:
        writer.add(each)
    writer.finish()
    # A picture's bytes are matplotlib's, and differ from release to release.
    without_bytes = re.sub(r'(<file name="[^"]*" path="/" encoding="base64">)[^<]*', r"\1", b"".join(pieces).decode())
    golden("moodle/deep-learning.xml", without_bytes)
