"""Checks of variants: what they find, and that they do not cry wolf."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from gc import get_referents
from itertools import combinations
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.answers import ANSWERS
from markscheme.bank.banks import read_bank
from markscheme.bank.checks import CHECKS, given_away
from markscheme.bank.checks.answers_apart import _slips
from markscheme.bank.checks.guessing import of_ticks
from markscheme.bank.checks.mathml import mathml_slip
from markscheme.bank.checks.roundings import rounding_slip
from markscheme.bank.checks.wording import wording_slip
from markscheme.bank.codes import CODES
from markscheme.bank.likeness import Look, alike, look
from markscheme.bank.numbers import Accepted, Decimals, Significant, Tolerance, accept
from markscheme.bank.sampling import Sampler, in_target
from markscheme.bank.text.html import REFERENCE, Html
from markscheme.bank.variants import Entry, NumericResponse
from markscheme.exporters import FORMATS

SHIPPED = Path(__file__).parents[2] / "bank" / "deep_learning"
HEAD = "parameters:\n  a: {integers: [1, 1000]}\nstem: '{{ a }}'\nanswers:\n  y:\n"


def checked(name: str, question, count: int):
    check = CHECKS.get(name)(question)
    for solved, variant in Sampler(question, 1).solved(count):
        check.see(variant, solved)
        for _, form in FORMATS.items():
            check.see_in(form.target, in_target(form.target, solved, variant))
    return [f"{one.place.line} {one.code} {one.message}" for one in check.problems()], list(check.statements())


def unused(question, count: int = 10):
    return checked("unused-wrong-answers", question, count)


def test_every_check_has_a_manual_page_that_starts_with_its_code():
    from importlib import import_module

    for _, check in CHECKS.items():
        code, colon, _ = import_module(check.__module__).__doc__.partition(":")
        assert (code in CODES, colon) == (True, ":")


@pytest.mark.parametrize("count", [1, 3, 10])
def test_shipped_questions_pass_the_checks_with_however_few_variants(count):
    for question in read_bank(SHIPPED).questions:
        intended = {one.check for one in question.spec.intended}
        for name in CHECKS.names():
            assert [found for found in checked(name, question, count)[0] if found.split()[1] not in intended] == []


def test_a_mistake_whose_condition_never_holds_is_reported(make):
    text = (
        HEAD
        + "    type: number\n    value: a\n"
        + "    mistakes:\n      - {value: a + 1, name: never, when: a < 0, feedback: No.}\n"
    )
    problems, statements = unused(make(text))
    assert problems == ["9 C401 'never' in 'y' is of use in none of 10 variants, nor in 290 others"]
    assert statements == ["'y', wrong answers of use in so many of 10 variants: never 0"]


@pytest.mark.parametrize("count", [1, 10])
def test_a_mistake_that_is_rarely_of_use_is_not_reported(make, count):
    text = (
        HEAD
        + "    type: number\n    value: a\n"
        + "    mistakes:\n      - {value: a + 1, name: rare, when: a % 50 == 1, feedback: No.}\n"
    )
    assert unused(make(text), count)[0] == []


def test_a_matrix_mistake_of_another_shape_everywhere_is_reported(make):
    text = (
        HEAD
        + "    type: matrix\n    value: array(a, 2)\n"
        + "    mistakes:\n      - {value: 'array(a, 2, 3)', name: longer, feedback: No.}\n"
    )
    assert unused(make(text))[0] == ["9 C401 'longer' in 'y' is of use in none of 10 variants, nor in 290 others"]


def test_an_option_that_always_looks_like_the_right_one_is_reported(make):
    options = "      - {text: A, right: true}\n      - {text: B}\n      - {text: '{{ \"A\" }}', name: again}\n"
    problems, _ = unused(make(HEAD + "    type: choice\n    options:\n" + options))
    assert problems == ["10 C401 'again' in 'y' is of use in none of 10 variants, nor in 290 others"]


def test_an_option_that_is_only_seldom_drawn_is_not_reported(make):
    options = "".join(f"      - {{text: o{number}}}\n" for number in range(39))
    text = HEAD + f"    type: choice\n    show: 2\n    options:\n      - {{text: A, right: true}}\n{options}"
    assert unused(make(text), 1)[0] == []


def test_a_small_space_is_searched_whole(make):
    text = (
        HEAD.replace("1000", "5")
        + "    type: number\n    value: a\n"
        + "    mistakes:\n      - {value: a + 1, name: never, when: a > 5, feedback: No.}\n"
    )
    assert unused(make(text), 5)[0] == ["9 C401 'never' in 'y' is of use in none of 5 variants, nor in 5 others"]


def test_a_formula_that_cannot_be_converted_is_reported_with_its_variant(make, monkeypatch):
    question = make("stem: 'What is $x^2$?'\nanswers:\n  y: {type: number, value: 1}\n")
    assert checked("mathml", question, 1)[0] == []
    monkeypatch.setattr("markscheme.bank.checks.mathml.mathml_slip", lambda formula: "is broken")
    assert checked("mathml", question, 1)[0] == ["1 C402 the formula 'x^2' is broken"]


@pytest.mark.parametrize("formula", [r"\frac{1}{2}", r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "x_{1}^{2} < y"])
def test_common_formulas_convert(formula):
    assert mathml_slip(formula) == ""


def test_a_formula_with_an_unknown_macro_does_not():
    assert "unknownmacro" in mathml_slip(r"\unknownmacro{2}")


def cautions(name: str, question, count: int = 10) -> list[str]:
    check = CHECKS.get(name)(question)
    for solved, variant in Sampler(question, 1).solved(count):
        check.see(variant, solved)
    return [f"{one.place.line} {one.code} {one.message}" for one in check.cautions()]


@pytest.mark.parametrize(
    ("key", "half", "precision", "slip"),
    [
        ("1.23", "0.005", Decimals(2), ""),
        ("1.24", "0.005", Decimals(2), "1.23 is a correct rounding of 1.2345, and is refused"),
        ("1.23", "0.05", Decimals(2), "is no correct rounding of 1.2345, and is accepted"),
        ("1.23", "0.0005", Decimals(2), "is a correct rounding of 1.2345, and is refused"),
        ("1.2", "0.05", Significant(2), ""),
        ("1.2345", "0.01", Tolerance(Decimal("0.01")), ""),
        ("1.2345", "0.1", Tolerance(Decimal("0.01")), "is no correct rounding of 1.2345, and is accepted"),
        ("1.2345", "0.001", Tolerance(Decimal("0.01")), "is a correct rounding of 1.2345, and is refused"),
    ],
)
def test_intervals_hold_every_correct_rounding_and_nothing_one_step_off(key, half, precision, slip):
    found = rounding_slip(1.2345, Accepted(Decimal(key), Decimal(half)), precision)
    assert slip in found
    assert bool(found) == bool(slip)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_intervals_that_are_made_pass(value, digits):
    assert rounding_slip(value, accept(value, Decimals(digits)), Decimals(digits)) == ""


def test_whole_number_beside_the_key_must_not_be_accepted(make, monkeypatch):
    question = make(HEAD + "    type: number\n    value: a\n")
    assert checked("roundings", question, 3)[0] == []
    wide = lambda number: Accepted(Decimal(number), Decimal(1))  # noqa: E731
    monkeypatch.setattr("markscheme.bank.numbers.exactly", wide)
    (problem,) = checked("roundings", question, 3)[0]
    assert problem.startswith("5 C404 in 'y', ")
    assert problem.endswith("and is accepted")


@pytest.mark.parametrize("a", [(1, 2), (3, 4), (10, 5)])
def test_an_interval_that_meets_anothers_end_alone_is_apart(a):
    key, half = Accepted(Decimal(a[0]), Decimal("0.5")), Decimal("0.5")
    for distance, meets in ((Decimal(1), False), (Decimal("0.9"), True), (Decimal(0), True)):
        entry = Entry(accepted=key, mistakes=((0, Accepted(key.key + distance, half)),))
        response = NumericResponse(slot="y", marks=Fraction(1), shape=(), entries=(entry,), mistakes=(None,))
        assert bool(list(_slips(response))) is meets


def test_an_option_that_equals_the_key_with_more_zeros_is_reported(make):
    options = "    options:\n      - {text: '2.50', right: true}\n      - {text: '2.5'}\n      - {text: '4'}\n"
    found = checked("answers-apart", make(HEAD + "    type: choice\n" + options), 1)[0]
    assert found == ["5 C405 in 'y', 'option 2' (2.5) is 'option 1' (2.50) to fewer digits"]


@pytest.mark.parametrize(
    ("stem", "reported"),
    [
        ("'{{ a }} and {{ a + 1 }}'", False),
        ("'{{ a + 2 }}'", True),
        ("'{{ 2 + a }} apples'", True),
        ("'{{ a + 2 if a > 500 else a }}'", False),
    ],
)
def test_a_hole_gives_the_key_away_if_it_shows_it_in_every_variant(make, stem, reported):
    question = make(HEAD.replace("'{{ a }}'", stem) + "    type: number\n    value: a + 2\n")
    assert bool(checked("given-away", question, 10)[0]) is reported


def test_words_to_choose_from_give_no_answer_away(make):
    text = (
        "parameters:\n  w: {one_of: ['convolution', 'pooling']}\nstem: '{{ w }}, a layer: convolution or pooling?'\n"
        "answers:\n  y: {type: text, accept: ['{{ w }}']}\nfew_variants: so it is\n"
    )
    assert checked("given-away", make(text), 2)[0] == []
    told = text.replace("'{{ w }}, a layer: convolution or pooling?'", "'{{ w }} is what?'")
    assert len(checked("given-away", make(told), 2)[0]) == 1


TEXTS = st.lists(st.sampled_from(["a", "ab", "b", "a b", "+", "c+a", "b a"]), min_size=1, max_size=3)


def stands_in(text: str, stem: str) -> bool:
    before, behind = (r"(?<!\w)" if text[0].isalnum() else ""), (r"(?!\w)" if text[-1].isalnum() else "")
    return bool(re.search(before + re.escape(text) + behind, stem))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=12))
def test_texts_are_found_in_stems_by_the_rule_that_the_manual_states(variants):
    texts = given_away._Texts()
    keys = []
    for number, (words, accepted) in enumerate(variants):
        texts.see(accepted, " ".join(words), str(number))
        keys.append(next((text for text in accepted if stands_in(text, " ".join(words))), accepted[0]))
    told = [
        (key, str(number))
        for number, (key, (words, _)) in enumerate(zip(keys, variants, strict=True))
        if [other for other in set(keys) if stands_in(other, " ".join(words))] == [key]
    ]
    most = len(variants) / 2
    assert texts.given() == told if len(told) > most else len(texts.given()) <= most


def test_a_text_in_its_sentence_is_searched_for_a_few_times_a_variant(monkeypatch):
    searches = []
    holds = given_away._holds
    monkeypatch.setattr(given_away, "_holds", lambda *texts: searches.append(texts) or holds(*texts))
    texts = given_away._Texts()
    for number in range(20_000):
        texts.see([f"word{number}"], f"which word of the sentence is number {number}: word{number} or what", "q")
    assert len(texts.given()) == len(texts.stems) == given_away._ENOUGH_STEMS
    assert len(searches) < 50_000


def size_of(thing, but) -> int:
    """Return how many objects a thing holds, but for those that others hold."""
    found, left = {}, [thing]
    while left:
        one = left.pop()
        if id(one) not in found and not isinstance(one, type | ModuleType | FunctionType) and one is not but:
            found[id(one)] = one
            left += get_referents(one)
    return len(found)


@pytest.mark.parametrize("name", CHECKS.names())
def test_checks_do_not_grow_with_the_number_of_variants(make, name):
    question = make(
        "parameters:\n  a: {integers: [1, 100000]}\nstem: '{{ a }} {{ 7 * a }} {{ a / 3:.1f }} [[x]] [[y]]'\nanswers:\n"
        "  x: {type: number, value: 7 * a}\n"
        "  y: {type: choice, options: [{text: '{{ a / 3:.1f }} is it', right: true}, {text: 'nan {{ a }}'}]}\n"
    )
    check = CHECKS.get(name)(question)
    sizes = []
    for number, (solved, variant) in enumerate(Sampler(question, 1).solved(1_000), 1):
        check.see(variant, solved)
        if number in (100, 1_000):
            sizes.append(size_of(check, question))
    assert sizes[1] - sizes[0] < 100


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("the loss is nan", "'nan'"),
        ("a nanometre, NaN, and bananas", ""),
        (r"\(\operatorname{nan}x\)", "'nan'"),
        ("x = None", "'None' for a value"),
        ("<p>None of the above</p>", ""),
        ("(None of these)", ""),
        ("None", ""),
        (r"\(-0\)", "zero with a sign"),
        (r"\(x = -0.00\)", "zero with a sign"),
        (r"\(\begin{pmatrix} 1 &amp; -0 \end{pmatrix}\)", "zero with a sign"),
        (r"\(-0.5\) and \(10-0\) and 2021-01-05", ""),
        ("1e-17", "a rounding error"),
        ("a step of 1e-3, and 2.5e+04", ""),
        (r"\(2.2 \times 10^{-16}\)", "a rounding error"),
        (r"\(1.6 \times 10^{-9}\)", ""),
        (r"\(2 + -3\)", "two signs in a row"),
        (r"\(2 - -3\)", "two signs in a row"),
        (r"\(x--3\)", "two signs in a row"),
        (r"\(2 + (-3)\), e^{-3}, \(- 3\)", ""),
        ("an option such as --5 and a dash -- 5", ""),
        (r"half is \frac{1}{2}", "lost mathematics"),
        ("<code>\\frac{1}{2} {{ x }}</code>", ""),
        ("so $x^2$ is", "lost mathematics"),
        ("it costs $5 and $6", ""),
        (r"nothing: \(  \)", "lost mathematics"),
        ("<math>\n</math>", "lost mathematics"),
        ("a hole {{ a }}", "a place that was not filled"),
        (r"\(\frac{a}{{b}}\)", ""),
        ("a slot [[y]]", "a place that was not filled"),
        ("a mark \ue001", "a place that was not filled"),
        ('<a href="x-1">@@PLUGINFILE@@</a>', "a place that was not filled"),
    ],
)
def test_what_a_program_wrote_is_told_from_what_people_write(text, slip):
    found = wording_slip(text, REFERENCE.delimiters)
    assert found.startswith(slip)
    assert bool(found) == bool(slip)


EVERY_TYPE = {
    "number": "type: number\n    value: a\n    mistakes: [{value: a + 1, feedback: No.}]",
    "matrix": "type: matrix\n    value: array(a, 2)\n    mistakes: [{value: 'array(2, a)', feedback: No.}]",
    "choice": "type: choice\n    options: [{text: A, right: true, feedback: Yes.}, {text: B, feedback: No.}]",
    "choices": "type: choices\n    options: [{text: A, right: true, feedback: Yes.}, {text: B, feedback: No.}]",
    "statements": "type: statements\n    show: 2\n    statements: [{id: a, text: A., truth: true, reason: Yes.}, "
    "{id: b, text: B., truth: false, reason: No.}, {id: c, text: C., truth: false, reason: No.}]",
    "true_false": "type: true_false\n    value: a > 2",
    "text": "type: text\n    accept: [red, crimson]\n    mistakes: [{texts: [blue], feedback: No.}]",
    "dropdown": "type: dropdown\n    options: [{text: A, right: true}, {text: B}]",
    "match": "type: match\n    pairs: [{prompt: One, choice: '1'}, {prompt: Two, choice: '2'}]\n    distractors: ['3']",
    "order": "type: order\n    items: [A, B, C]",
    "essay": "type: essay\n    model: So it is.\n    template: It is\n    rubric: [{points: 1, text: It is.}]",
}
NO_TEXTS = {"id", "bank", "question", "topics", "fingerprint", "slot", "slots", "name", "layout"}
"""The words of a variant that are names."""


def texts_of(thing, name: str = "", build=lambda text: text):
    """Yield the texts of a variant, each with what puts another one in its place."""
    if isinstance(thing, str):
        if name not in NO_TEXTS:
            yield name, build
    elif is_dataclass(thing):
        for one in fields(thing):
            own = lambda new, one=one: build(replace(thing, **{one.name: new}))  # noqa: E731
            yield from texts_of(getattr(thing, one.name), one.name, own)
    elif isinstance(thing, tuple):
        for at, part in enumerate(thing):
            own = lambda new, at=at: build((*thing[:at], new, *thing[at + 1 :]))  # noqa: E731
            yield from texts_of(part, name, own)


@pytest.mark.parametrize("answer", EVERY_TYPE)
def test_every_text_of_every_type_of_answer_is_searched(make, answer):
    question = make(HEAD + f"    {EVERY_TYPE[answer]}\n")
    solved, variant = next(Sampler(question, 1).solved(1))
    found = []
    for name, build in texts_of(variant):
        slips = ["2 + -3, = nan"]
        slips += ['<img src="picture:x" alt="2 + -3, = nan"/>', '<a href="y" title="-0">x</a>'] * (
            name == "markup" and answer != "dropdown"  # the options of a menu are plain text
        )
        for slip in slips:
            check = CHECKS.get("wording")(question)
            check.see(build(slip), solved)
            found.append((name, slip, len(list(check.problems()))))
    assert [one for one in found if one[2] != 1] == []
    assert {name for name, _, _ in found} >= {"title", "pieces", "markup"}


def test_options_of_a_menu_are_searched_as_the_plain_text_that_they_are(make):
    menu = "    type: dropdown\n    options: [{text: A, right: true}, {text: '3 < 2 + -{{ a }} > 1'}]\n"
    (problem,) = checked("wording", make(HEAD + menu), 1)[0]
    assert problem.startswith("1 C407 two signs in a row in '3 < 2 + -")


def test_every_type_of_answer_has_its_texts_searched():
    assert EVERY_TYPE.keys() == set(ANSWERS.names())


def test_a_formula_in_the_words_of_a_picture_is_no_lost_mathematics():
    assert wording_slip(r'<img src="picture:x" alt="the graph of &#92;frac&#123;1&#125;&#123;x&#125;"/>', ()) == ""


def test_a_formula_that_one_target_lost_is_reported(make):
    class Forgetful(Html):
        name = "forgetful"
        delimiters = ()

    question = make(HEAD.replace("'{{ a }}'", "'What is $x$ for {{ a }}?'") + "    type: number\n    value: a + 2\n")
    check = CHECKS.get("wording")(question)
    solved, variant = next(Sampler(question, 1).solved(1))
    check.see(variant, solved)
    stem = replace(variant.stem, pieces=tuple(piece.replace(r"\(x\)", "x") for piece in variant.stem.pieces))
    check.see_in(Forgetful(), replace(variant, stem=stem))
    (problem,) = check.problems()
    assert (problem.code, problem.message[:16]) == ("C407", "lost mathematics")
    assert problem.message.endswith("0 formulas instead of 1")


@pytest.mark.parametrize(("count", "right"), [(2, 1), (5, 2), (4, 4), (5, 4), (7, 3), (6, 1)])
def test_ticks_at_random_earn_what_all_sets_of_ticks_earn_on_average(count, right):
    best = max(
        sum(Fraction(max(2 * sum(one < right for one in ticks) - size, 0), right) for ticks in every) / len(every)
        for size in range(1, count + 1)
        for every in [list(combinations(range(count), size))]
    )
    assert of_ticks(count, right) == best


def test_a_guesser_is_pointed_out_from_more_than_half_of_the_marks_on(make):
    text = HEAD + "    type: choice\n    options:\n      - {text: A, right: true}\n      - {text: B, credit: 0}\n"
    assert cautions("guessing", make(text)) == []
    generous = make(text.replace("credit: 0", "credit: 0.5"))
    assert cautions("guessing", generous) == ["1 C408 a random guesser earns 75% of the marks"]
    assert checked("guessing", make(text), 3)[1] == ["a random guesser earns 0.5 of 1 marks (50%)"]


def test_numbers_cannot_be_guessed(make):
    assert checked("guessing", make(HEAD + "    type: number\n    value: a\n"), 3)[1] == []


@pytest.mark.parametrize(
    ("value", "slip"),
    [
        ("a", ""),
        ("10 ** (a % 8)", "digits"),
        ("array(1, 2) if a % 2 == 0 else array(range(1, 9))", "numbers"),
        ("1.0 if a % 2 == 0 else 200000.0", "in q.1."),
    ],
)
def test_variants_that_are_not_equally_hard_are_pointed_out(make, value, slip):
    kind = "matrix" if "array" in value else "number"
    precision = "    decimals: 0\n" if "." in value else ""
    found = cautions("unequal-variants", make(HEAD + f"    type: {kind}\n    value: {value}\n{precision}"))
    assert len(found) == bool(slip)
    assert not slip or (slip in found[0] and "5 C410 'y' is not equally hard: " in found[0])


STEM = "A long stem with many words that says what is asked of a filter."


def likenesses(make, stems: dict[str, str]) -> list[tuple[str, str]]:
    looks = []
    for name, stem in stems.items():
        question = make(f"id: {name}\nstem: '{stem}'\nanswers:\n  y: {{type: number, value: 1}}\n")
        looks.append(look(question, next(Sampler(question, 1).variants(1))))
    return [(one, other) for one, other, _ in alike(looks)]


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (("sum", "sum-essay", "sum-symbolic"), []),
        (("sum-essay", "sum"), []),
        (("sum", "sum-essay", "two"), [("sum", "two")]),
        (("sum", "sum-copy"), [("sum", "sum-copy")]),
        (("sum", "sum-2", "sum-essay-2"), [("sum", "sum-2"), ("sum", "sum-essay-2")]),
        (("sum-copy", "sum"), [("sum-copy", "sum")]),
    ],
)
@pytest.mark.parametrize("change", [("many", "many"), ("A long", "A very long")])
def test_questions_that_are_nearly_the_same_are_pointed_out_but_not_forms_of_one(make, ids, found, change):
    stems = dict.fromkeys(ids, STEM) | {ids[-1]: STEM.replace(*change)}
    assert sorted(likenesses(make, stems | {"far": STEM.replace("many words", "no word at all")})) == sorted(found)


def test_questions_that_have_half_of_their_words_in_common_are_not_pointed_out(make):
    assert likenesses(make, {"one": STEM, "far": STEM.replace("many words", "no word at all")}) == []


def test_what_is_copied_hundreds_of_times_is_pointed_out_once_for_each_copy():
    runs = frozenset({"what is asked of", "is asked of a"})
    looks = [Look(f"q{number}", runs, intended=number == 1) for number in range(1_000)]
    assert list(alike(looks)) == [("q0", f"q{number}", 1.0) for number in range(2, 1_000)]


def test_phrases_of_a_bank_make_no_two_questions_alike():
    phrase = frozenset({f"round to {number} decimals" for number in range(8)})
    assert list(alike([Look(f"q{number}", phrase | {str(number)}, intended=False) for number in range(300)])) == []
