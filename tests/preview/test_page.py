"""The page: one file that needs nothing else, with texts as texts, and no key in it where a student reads it."""

import base64
import hashlib
import json
import re
from fractions import Fraction

import lxml.html
import pytest

from markscheme.bank.problems import BankError, Place, Problem
from markscheme.bank.sampling import Sampler
from markscheme.bank.variants import RichText
from markscheme.exporters import FORMATS
from markscheme.exporters.preview.data import Describer
from markscheme.exporters.preview.page import Settings, describe_bank, page, write_page


def data_of(text):
    return json.loads(lxml.html.fromstring(text).get_element_by_id("data").text)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def test_page_has_one_script_one_style_and_nothing_from_elsewhere(built):
    tree = lxml.html.fromstring(built)
    assert [s.get("type") for s in tree.iter("script")] == ["application/json", None]
    assert len(list(tree.iter("style"))) == 1
    assert not [node for node in tree.iter() if node.get("src") or node.tag in ("link", "iframe", "img", "object")]
    assert not re.search(r"https?://|@import|url\(", built)
    assert not [node.attrib for node in tree.iter() if any(name.startswith("on") for name in node.attrib)]


def test_policy_allows_this_script_and_this_style_alone(built):
    tree = lxml.html.fromstring(built)
    (policy,) = [meta.get("content") for meta in tree.iter("meta") if meta.get("http-equiv")]
    for name in ("style", "script"):
        content = next(node.text for node in tree.iter(name) if node.get("type") is None)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "connect-src" not in policy


def test_hostile_title_is_text_and_comes_back_as_it_was(built, bank):
    told = data_of(built)
    assert told["title"] == bank.title == "Every kind <script>alert(1)</script>"
    assert lxml.html.fromstring(built).findtext(".//title") == bank.title
    assert "</script><img src=x onerror=alert(1)>" in [question["title"] for question in told["questions"]][1]
    assert built.count("</script>") == 2
    assert not re.search(r"<img|alert\(1\)</", built)


def test_data_holds_no_character_that_html_or_javascript_reads_as_its_own():
    hostile = "</script><!-- \u2028\u2029 & ]]>"
    text = page({"title": hostile, "questions": [], "pictures": {}, "student": False}).decode()
    (raw,) = re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert not set(raw) & set("<>&\u2028\u2029")
    assert json.loads(raw)["title"] == hostile


SECRETS = ["Feedback of", "worked solution", "minus-mistake", "untransposed", "softmax", "soft-max", "sigmoid",
           "The model answer", "Rubric line", "Twice anything", "That is the matrix"]  # fmt: skip
SECRET_KEYS = {"entries", "mistakes", "right", "credit", "feedback", "keys", "places", "accepted", "rubric", "model",
               "low", "high", "key", "case"}  # fmt: skip


PUBLIC_KEYS = {"bank", "title", "student", "problems", "version", "questions", "id", "marks", "topics", "draws", "stem",
               "responses", "kind", "shape", "count", "options", "text", "layout", "prompts", "choices", "items",
               "lines", "template"}  # fmt: skip
"""All that a page for students may tell of a question: what Moodle shows before the attempt."""


def names(value):
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from names(item)


def test_page_for_students_holds_no_key_and_no_feedback(built, for_students):
    told = data_of(for_students)
    marker = "\n".join(strings(data_of(built)))
    for secret in SECRETS:
        assert secret in marker
        assert secret not in "\n".join(strings(told))
    assert set(names(data_of(built))) >= SECRET_KEYS
    del told["pictures"]
    assert set(names(told)) <= PUBLIC_KEYS
    assert not SECRET_KEYS & PUBLIC_KEYS


def test_page_for_students_lists_items_as_shown_and_not_in_the_right_order(bank, for_students):
    question = next(question for question in bank.questions if question.id == "words")
    told = next(question for question in data_of(for_students)["questions"] if question["id"] == "words")
    orders = set()
    for (_, variant), draw in zip(Sampler(question, 7).solved(3), told["draws"], strict=True):
        shown = variant.responses[2].shown
        plain = [re.sub(r"<[^>]*>", "", draw["responses"][2]["items"][place])[0] for place in range(4)]
        assert plain == ["FSTF"[index] for index in shown]
        orders.add(shown)
    assert len(orders) > 1


def test_numbers_and_marks_are_told_exactly(described, bank):
    question = next(question for question in bank.questions if question.id == "a-number")
    (_, variant) = next(iter(Sampler(question, 7).solved(1)))
    told = next(each for each in described["questions"] if each["id"] == "a-number")["draws"][0]["responses"]
    for response, shown in zip(variant.responses, told, strict=True):
        assert Fraction(shown["marks"]) == response.marks
        for entry, interval in zip(response.entries, shown["entries"], strict=True):
            assert Fraction(interval["low"]) == Fraction(entry.accepted.low)
            assert Fraction(interval["high"]) == Fraction(entry.accepted.high)


def test_picture_is_embedded_once_and_only_where_it_may_be_seen():
    class Dot:
        name = "dot.svg"

        def read(self):
            return b"<svg/>"

    describer = Describer(student=False)
    for _ in range(2):
        describer._text(RichText(markup='<img src="picture:dot.svg" alt=""/>', pictures=(Dot(),)))
    assert describer.pictures == {"dot.svg": "data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode()}


def test_fewer_variants_than_asked_for_are_shown_as_they_are(make_bank):
    from markscheme.bank.banks import read_bank

    text = "id: q\ntitle: T\ntopics: [a]\nmarks: 1\nparameters:\n  a: {integers: [1, 2]}\nstem: '${{ a }}$ [[x]]'\n"
    text += "answers:\n  x: {type: number, value: a}\nfeedback: F.\n"
    told, problems = describe_bank(read_bank(make_bank({"q": text})), Settings(seed=1, draws=5), lambda _question: None)
    assert [len(question["draws"]) for question in told["questions"]] == [2]
    assert problems == []


BROKEN = """id: b
title: T
topics: [a]
marks: 1
parameters:
  a: {integers: [1, 9]}
check: ['a > 9']
stem: '${{ a }}$ [[x]]'
answers:
  x: {type: number, value: a}
feedback: F.
"""


def test_broken_question_hides_no_other_but_no_file_is_written(make_bank, sum_bank, tmp_path):
    from markscheme.bank.banks import read_bank

    (sum_bank / "topic" / "b.yaml").write_text(BROKEN, encoding="utf-8")
    bank = read_bank(sum_bank)
    told, problems = describe_bank(bank, Settings(seed=1, draws=2), lambda _question: None)
    assert [question["id"] for question in told["questions"]] == ["sum"]
    assert [problem.code for problem in problems] == ["E520"]
    with pytest.raises(BankError):
        write_page(bank, Settings(seed=1, draws=2), tmp_path / "p.html", lambda _question: None)
    assert not (tmp_path / "p.html").exists()


def test_problem_is_told_with_its_place_and_hint():
    problem = Problem(place=Place("q.yaml", 3, 4), code="E102", message="bad <b>", hint="do", variant="q.1.2")
    text = page({"title": "", "questions": [], "pictures": {}, "student": False}, problems=[problem]).decode()
    expected = {"place": "q.yaml:3:4", "code": "E102", "message": "bad <b>", "hint": "do", "variant": "q.1.2"}
    assert data_of(text)["problems"] == [expected]


def test_same_bank_gives_the_same_bytes(bank, tmp_path):
    for name in ("a", "b"):
        write_page(bank, Settings(seed=7, draws=2), tmp_path / name, lambda _question: None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_preview_is_no_format():
    assert "preview" not in FORMATS.names()
