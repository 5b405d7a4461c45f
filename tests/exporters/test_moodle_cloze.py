"""Cloze fields; what Moodle itself did with the same texts is compared in test_moodle_grade.py."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.exporters.moodle.cloze import split_cloze
from markscheme.exporters.moodle.cloze_search import scan, search
from markscheme.exporters.moodle.fields import ChoiceField, NumericField, TextField


def only(text):
    cloze = split_cloze(text)
    assert len(cloze.fields) == 1, cloze
    return cloze.fields[0]


def test_the_text_around_the_fields_is_kept_piece_by_piece():
    cloze = split_cloze("a {1:NM:=1} b {2:MCV:=x~y}")
    assert cloze.between == ("a ", " b ", "")
    assert cloze.text == "a {#1} b {#2}"


@pytest.mark.parametrize(("weight", "value"), [("", 1), ("1", 1), ("0", 0), ("007", 7), ("12", 12)])
def test_a_weight_is_a_whole_number_or_nothing(weight, value):
    assert only(f"{{{weight}:NM:=1}}").weight == value


@pytest.mark.parametrize(
    "text", ["{1.5:SA:=a}", "{1:numerical:=1}", "{1: NM:=1}", "{1:FOO:=1}", "{ 1:NM:=1}", "{-1:NM:=1}"]
)
def test_what_is_almost_a_field_stays_as_text_and_is_noted(text):
    cloze = split_cloze(text + "{1:NM:=1}")
    assert cloze.between[0] == text
    assert any("leaves it as text" in note for note in cloze.notes) or text == "{-1:NM:=1}"


@pytest.mark.parametrize(
    ("name", "single", "shuffle", "layout"),
    [
        *((name, True, False, "dropdown") for name in ("MULTICHOICE", "MC")),
        *((name, True, False, "vertical") for name in ("MULTICHOICE_V", "MCV")),
        *((name, True, False, "horizontal") for name in ("MULTICHOICE_H", "MCH")),
        *((name, True, True, "dropdown") for name in ("MULTICHOICE_S", "MCS")),
        *((name, True, True, "vertical") for name in ("MULTICHOICE_VS", "MCVS")),
        *((name, True, True, "horizontal") for name in ("MULTICHOICE_HS", "MCHS")),
        *((name, False, False, "vertical") for name in ("MULTIRESPONSE", "MR")),
        *((name, False, False, "horizontal") for name in ("MULTIRESPONSE_H", "MRH")),
        *((name, False, True, "vertical") for name in ("MULTIRESPONSE_S", "MRS")),
        *((name, False, True, "horizontal") for name in ("MULTIRESPONSE_HS", "MRHS")),
    ],
)
def test_every_name_of_a_choice_is_known(name, single, shuffle, layout):
    field = only(f"{{1:{name}:=a~b}}")
    assert isinstance(field, ChoiceField)
    assert (field.single, field.shuffle, field.layout) == (single, shuffle, layout)


@pytest.mark.parametrize("name", ["MCX", "MRV", "MULTIRESPONSE_V", "NUM", "SHORTANSWER_S", "SAS", "MC_V"])
def test_other_names_are_no_fields(name):
    assert split_cloze(f"{{1:{name}:=a~b}}").fields == ()


@pytest.mark.parametrize(("name", "case"), [("SA", False), ("MW", False), ("SHORTANSWER_C", True), ("MWC", True)])
def test_short_answers_differ_in_case_only(name, case):
    assert only(f"{{1:{name}:=a~%50%b#c}}") == TextField(answers=(("a", 1.0, ""), ("b", 0.5, "c")), case=case)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"x\}y", "x}y"),
        (r"x\#y", "x#y"),
        ("x&#125;y", "x}y"),
        ("x&#126;y", "x~y"),
        ("x&#35;y", "x#y"),
        ("x&#x7D;y", "x}y"),
        (r"x\~y", r"x\~y"),
        ("&lt;b&gt;", "<b>"),
        ("&amp;lt;", "&lt;"),
        ("&apos;&quot;&#39;", "&apos;\"'"),
        ("R&D", "R&D"),
        ("&#0;&#128;&nope;", "&#0;&#128;&nope;"),
    ],
)
def test_escapes_and_entities_are_undone_once(source, shown):
    assert only(f"{{1:MCV:={source}~other#{source}}}").options == ((shown, 1.0, ""), ("other", 0.0, shown))


def test_a_brace_in_maths_ends_the_field():
    cloze = split_cloze(r"{1:MCV:=\(x^{2}\)~b}")
    assert cloze.fields[0].options == ((r"\(x^{2", 1.0, ""),)
    assert cloze.between[1] == r"\)~b}"
    assert cloze.refusals == ("field 1: a choice needs two options",)


def test_an_empty_alternative_swallows_what_follows():
    cloze = split_cloze("{1:MCV:=a~b~} and more } {1:NM:=1}")
    assert cloze.fields[0].options[2][0] == "} and more"
    assert cloze.between == ("", " ", "")


@pytest.mark.parametrize(
    ("percent", "fraction"),
    [("=", 1), ("%100%", 1), ("%33.333%", 0.33333), ("%12,5%", 0.125), ("%-25%", -0.25), ("", 0), ("%0.000001%", 0)],
)
def test_any_percentage_goes_and_seven_decimals_stay(percent, fraction):
    assert only(f"{{1:NM:={1}~{percent}2}}").answers[1] == ("2", "0", fraction, "")


def test_numbers_carry_tolerance_and_feedback():
    field = only("{1:NUMERICAL:=-3.5:0.25#Right~%50%.5:1e-1#Half~*#No}")
    assert field == NumericField(
        answers=(("-3.5", "0.25", 1.0, "Right"), (".5", "1e-1", 0.5, "Half"), ("*", "0", 0.0, "No"))
    )


@pytest.mark.parametrize("answer", ["3 kg", "3:0.5 ", "3..4", "abc", "−3", "3:x"])
def test_what_is_no_number_is_refused(answer):
    assert "must be a number" in split_cloze(f"{{1:NM:={answer}}}").refusals[0]


def test_multiple_response_is_rescaled():
    assert [row[1] for row in only("{1:MR:=a~=b~c}").options] == [0.5, 0.5, -0.5]
    assert [row[1] for row in only("{1:MR:%100%a~%100%b~c}").options] == [0.5, 0.5, 0.0]


@pytest.mark.parametrize("text", ["", "no field", "{1:FOO:=a}", "{1:NM:=1", "{"])
def test_a_text_without_a_field_is_refused(text):
    assert split_cloze(text).refusals == ("the text holds no answer field",)


def test_no_answer_at_100_is_refused():
    assert split_cloze("{1:NM:%99%3}").refusals == ("field 1: no answer is worth 100 %",)


def test_literal_places_are_noted():
    notes = split_cloze("{1:NM:=1} {#1} {#9}").notes
    assert notes == ("{#1} in the text shows that field a second time", "{#9} in the text names no field")


def test_maths_in_a_dropdown_is_noted():
    assert "dropdown" in split_cloze(r"{1:MC:=\(x\)~b}").notes[0]
    assert split_cloze(r"{1:MCV:=\(x\)~b}").notes == ()


@given(st.text(alphabet="{}1:NMCV=~#%&;\\a \n$", max_size=60))
def test_no_text_breaks_the_search(text):
    cloze = split_cloze("{1:NM:=" + text)
    assert len(cloze.between) == len(cloze.fields) + 1


SPELLINGS = ["=", "%50%", "%-1,5%", "%", "~", "#", "}", "\\", "&", "&amp;", "&#125;", "amp;", "a", "1:2", " ", "\n"]


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(SPELLINGS), max_size=14).map("".join))
def test_the_short_way_through_a_field_leads_where_the_long_one_does(text):
    text = f"=1~{text}}} x }}"
    found = scan(text, 0)
    assert found is None or found == search(text, 0)


@pytest.mark.parametrize(
    "text",
    ["=1:0~%50%2:1#<b>No</b> &#35;1", "=a&#125;~b&amp;lt;#c", r"=\(x\}\)~a\#b#c\}d", "%33.3%a b", "=R&D #1~=&~#"],
)
def test_an_ordinary_field_takes_the_short_way(text):
    found = scan(text + "}", 0)
    assert found is not None
    assert found == search(text + "}", 0)


def test_hostile_text_is_given_up_in_time():
    began = time.perf_counter()
    split_cloze("{1:MCV:" + "~a#" * 20000 + "&}")
    split_cloze("{1:NM:=" * 2000)
    split_cloze("{1:MC:" + "~" * 5000)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("<table><tr><td>a</td><td>{1:NM:=1}</td></tr></table>", ["<td>a</td><td>"]),
        ("<TR class='>'><td>a {1:NM:=1}</td><td>{1:NM:=2}", ["<td>a ", ""]),
        ("<tr><td>a</td></tr></table> {1:NM:=1}", [""]),
        ("<tr>a {1:NM:=1}</tr><tr><td>b</td>{1:MC:=x~y}", ["a ", "<td>b</td>"]),
        ("<tr><td><table><tr><td>x</td></tr></table></td>{1:SA:=1}", ["<td><table><tr><td>x</td></tr></table></td>"]),
        ("a {1:NM:=1} <track> {1:NM:=2}", ["", ""]),
    ],
)
def test_a_field_is_labelled_by_what_stands_before_it_in_its_row(text, labels):
    assert [field.label for field in split_cloze(text).fields] == labels


def test_an_entity_in_a_dropdown_is_no_maths():
    assert split_cloze("{1:MC:=&amp;#36;&amp;#36;x&amp;#36;&amp;#36;~&amp;lt;b&amp;gt;}").notes == ()
