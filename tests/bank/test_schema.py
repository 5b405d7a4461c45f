"""The schema language: what each kind takes, and what it says of the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest

from markscheme.bank.problems import BankError, Place
from markscheme.bank.schema import (
    Flag,
    Integer,
    ListOf,
    NamesTo,
    OneOf,
    Real,
    SectionOf,
    Slips,
    Text,
    Typed,
    Word,
    entries_of,
    entry,
    number_of,
)
from markscheme.bank.spec import QUESTION
from markscheme.bank.yaml_reader import read_yaml


def node(value: str):
    return read_yaml(f"key: {value}\n".encode(), "s.yaml").entries[0][1]


def said(kind, value: str) -> list[str]:
    with pytest.raises(BankError) as caught:
        kind.read(node(value))
    return [str(problem) for problem in caught.value.problems]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    radius: int = entry(Integer(1, 9), "The radius.")
    name: str = entry(Word("a name", re.compile("[a-z]+")), "The name.", default="c")
    place: Place
    keys: dict[str, Place]


CIRCLE = SectionOf(Circle, "a circle")


@pytest.mark.parametrize("text", ["4", "'4'", "+4"])
def test_an_integer_is_read_by_its_field_however_it_is_quoted(text):
    assert Integer(1, 9).read(node(text)) == 4


@pytest.mark.parametrize("text", ["04", "4.0", "1e1", "four", "10", "-1", "0x4", "1_0", "٤"])
def test_what_is_no_integer_of_the_range_is_refused_at_its_place(text):
    assert said(Integer(1, 9), text) == [f"s.yaml:1:6: E204 '{text}' is not a whole number from 1 to 9"]


@pytest.mark.parametrize(
    ("text", "number"), [("1e-3", "0.001"), (".5", "0.5"), ("5.", "5"), ("'0.25'", "0.25"), ("-0", "0"), ("007", "7")]
)
def test_a_real_is_the_decimal_that_is_written(text, number):
    assert Real("-1", "10").read(node(text)) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("5 %", " (write 0.01 for 1 %)"),
        ("0,5", " (write a decimal point)"),
        ("nan", ""),
        (".inf", ""),
        ("1e99", ""),
        (".", ""),
    ],
)
def test_what_is_no_real_is_refused_with_a_hint(text, hint):
    assert said(Real("0", "10"), text) == [f"s.yaml:1:6: E204 '{text}' is not a number from 0 to 10{hint}"]


def test_a_number_without_a_type_of_its_own_is_one_only_without_quotes():
    assert number_of(node("1.50")) == Decimal("1.50")
    assert number_of(node("'1.50'")) is None
    assert number_of(node("1.2.3")) is None


@pytest.mark.parametrize(("text", "meant"), [("yes", "true"), ("No", "false"), ("TRUE", "true"), ("off", "false")])
def test_a_flag_is_true_or_false_and_yes_gets_a_hint(text, meant):
    assert Flag().read(node("true")) is True
    assert Flag().read(node("false")) is False
    assert said(Flag(), text) == [f"s.yaml:1:6: E204 '{text}' is not true or false (write {meant})"]


def test_a_word_of_a_few_gets_the_nearest_as_a_hint():
    kind = OneOf(("stated", "silent"))
    assert kind.read(node("silent")) == "silent"
    assert said(kind, "slient") == ["s.yaml:1:6: E204 'slient' is not one of stated, silent (did you mean 'silent'?)"]


@pytest.mark.parametrize(
    "kind", [Text(), Integer(1, 9), Real("0", "1"), Flag(), OneOf(("a",)), Word("a w", re.compile("a"))]
)
@pytest.mark.parametrize(
    ("text", "what"), [("[a, b]", "a list"), ("{a: b}", "a mapping"), ("", "nothing"), ("' '", "nothing")]
)
def test_a_value_of_another_kind_is_named(kind, text, what):
    (message,) = said(kind, text)
    assert f"E202 {what} stands where {kind.words} is expected" in message


def test_a_text_knows_the_place_of_each_character():
    text = Text().read(read_yaml(b"key: |\n  one\n  two\n", "s.yaml").entries[0][1])
    assert str(text.at(4)) == "s.yaml:3:3"


def test_a_text_is_bounded_and_may_have_to_be_one_line():
    assert said(Text(longest=3), "four") == ["s.yaml:1:6: E203 a text of 4 characters (at most 3)"]
    assert said(Text(words="a title", single_line=True), "|\n  a\n  b") == [
        "s.yaml:1:6: E203 a title must be on one line"
    ]
    assert Text(single_line=True).read(node("|\n  a")).text == "a\n"


def test_a_list_reports_all_its_wrong_items_and_their_number():
    assert ListOf(Integer(1, 9)).read(node("[1, 2]")) == (1, 2)
    assert [one[:14] for one in said(ListOf(Integer(1, 9)), "[x, 2, y]")] == ["s.yaml:1:7: E2", "s.yaml:1:13: E"]
    assert said(ListOf(Integer(1, 9), 2, 2), "[1]") == ["s.yaml:1:6: E205 the list has 1 item (exactly 2 must be here)"]
    assert "brackets" in said(ListOf(Integer(1, 9)), "3")[0]


def test_names_keep_the_order_and_the_places_of_the_author():
    pairs = NamesTo(Integer(1, 9)).read(node("{b: 1, a: 2}"))
    assert [(one.name, one.value, one.place.column) for one in pairs] == [("b", 1, 7), ("a", 2, 13)]


def test_names_are_checked_and_their_values_too():
    problems = said(NamesTo(Integer(1, 9)), "{a b: 1, _c: 1, d: x, e: 2}")
    assert [re.search("E2..", one)[0] for one in problems] == ["E206", "E206", "E204"]
    assert "E205" in said(NamesTo(Integer(1, 9), most=1), "{a: 1, b: 2}")[0]


def test_a_section_knows_its_place_and_those_of_its_keys():
    circle = CIRCLE.read(node("{radius: 3}"))
    assert (circle.radius, circle.name, circle.place.column) == (3, "c", 6)
    assert circle.keys["radius"].column == 7


def test_a_section_reports_unknown_missing_and_wrong_keys_together():
    assert said(CIRCLE, "{radios: 3, name: A}") == [
        "s.yaml:1:6: E201 a circle lacks the key 'radius'",
        "s.yaml:1:7: E102 unknown key 'radios' in a circle (did you mean 'radius'?)",
        "s.yaml:1:24: E204 'A' is not a name",
    ]


def test_an_unknown_key_like_no_other_gets_the_list_of_keys():
    assert said(CIRCLE, "{radius: 1, zzz: 3}")[0].endswith("(known are radius, name)")


def test_the_type_chooses_the_section():
    kind = Typed("a shape", {"circle": Circle}.get, lambda: ("circle",))
    assert kind.read(node("{type: circle, radius: 3}")).radius == 3
    assert said(kind, "{type: circel}") == ["s.yaml:1:13: E207 there is no type 'circel' (did you mean 'circle'?)"]
    assert said(kind, "{radius: 3}") == ["s.yaml:1:6: E201 a shape lacks the key 'type' (one of circle)"]
    assert "E202 a list stands where a type" in said(kind, "{type: [circle]}")[0]


def test_slips_gather_what_fails_and_raise_it_all_at_once():
    slips = Slips()
    for text in ("x", "3", "y"):
        with slips.gather():
            Integer(1, 9).read(node(text))
    with pytest.raises(BankError) as caught:
        slips.raise_any()
    assert len(caught.value.problems) == 2


def test_every_key_of_a_question_is_documented_in_a_sentence():
    for name, declared in entries_of(QUESTION.section).items():
        assert declared.doc.endswith("."), name
        assert declared.kind.words, name
