"""The types beside numbers and choices: what a variant shows, and what earns marks."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from markscheme.bank.fingerprint import appearance, content
from markscheme.bank.sampling import REFERENCE, Sampler
from markscheme.bank.values import PassedOver

N = "parameters:\n  n: {integers: [2, 60]}\nstem: '{{ n }}'\nanswers:\n"
DIVISORS = (
    N
    + """\
  y:
    type: choices
    options:
      - {text: one, right: true}
      - {text: two, right: n % 2 == 0}
      - {text: three, right: n % 3 == 0}
      - {text: nought}
"""
)


def variants(question, count=40):
    return list(Sampler(question, 1).variants(count))


def responses(question, count=40):
    return [variant.responses[0] for variant in variants(question, count)]


def test_right_ticks_share_the_marks_and_wrong_ones_cost_as_much(make):
    for variant in variants(make(DIVISORS)):
        n = int(variant.stem.pieces[0].partition("<p>")[2].partition("<")[0])
        rights = 1 + (n % 2 == 0) + (n % 3 == 0)
        earned = {option.text.markup: option.credit for option in variant.responses[0].options}
        assert earned["one"] == Fraction(1, rights)
        assert earned["nought"] == -Fraction(1, rights)
        assert (earned["two"] > 0) is (n % 2 == 0)


def test_a_part_of_the_ticks_holds_both_kinds(make):
    text = DIVISORS.replace("type: choices", "type: choices\n    show: 2")
    for response in responses(make(text)):
        assert sorted(option.right for option in response.options) == [False, True]


def test_order_of_ticks_is_drawn_unless_it_is_fixed(make):
    drawn = {tuple(o.text.markup for o in one.options) for one in responses(make(DIVISORS))}
    fixed = {
        tuple(o.text.markup for o in one.options)
        for one in responses(make(DIVISORS.replace("type: choices", "type: choices\n    order: fixed")))
    }
    assert len(drawn) > 10
    assert fixed == {("one", "two", "three", "nought")}


POOL = """\
stem: Tick.
answers:
  y:
    type: statements
    show: 5
    none: %s
    tick: %s
    statements:
"""


def pool(count: int, *, none="true", tick="true", without=(), original=()) -> str:
    lines = [
        f"      - {{id: s{i}, text: Number {i}., truth: {str(i % 2 == 0).lower()}, reason: Because.}}\n"
        for i in range(count)
        if i not in without
    ]
    end = f"original: {{y: [{', '.join(original)}]}}\n" if original else ""
    return POOL % (none, tick) + "".join(lines) + end


def names(response) -> list[str]:
    return [option.name for option in response.options]


@pytest.mark.parametrize("tick", ["true", "false"])
def test_none_of_the_above_is_last_and_right_where_nothing_else_is(make, tick):
    shown = responses(make(pool(24, tick=tick)), 900)
    for response in shown:
        *statements, none = response.options
        assert len(statements) == 4
        assert none.name == "none"
        assert none.right is not any(option.right for option in statements)
        for option in statements:
            assert option.right is ((int(option.name[1:]) % 2 == 0) is (tick == "true"))
    share = sum(response.options[-1].right for response in shown) / len(shown)
    assert 0.18 < share < 0.27


def test_without_none_a_variant_has_true_and_false_statements(make):
    counts = Counter(sum(o.right for o in one.options) for one in responses(make(pool(24, none="false")), 400))
    assert sorted(counts) == [1, 2, 3, 4]
    assert min(counts.values()) > 60


def test_position_of_right_statements_is_even(make):
    places = Counter(
        place
        for one in responses(make(pool(24, none="false")), 800)
        for place, option in enumerate(one.options)
        if option.right
    )
    expected = sum(places.values()) / 5
    assert sum((count - expected) ** 2 / expected for count in places.values()) < 18.5  # chi-squared, 4, p = 0.001


def test_a_statement_that_joins_changes_few_variants(make):
    def sets(text):
        question = make(text)
        return [
            frozenset(names(question.solve(question.source(1), 1, i).word(REFERENCE).responses[0]))
            for i in range(1, 301)
        ]

    before, after = sets(pool(25, without={7})), sets(pool(25))
    changed = sum(one != two for one, two in zip(before, after, strict=True))
    assert all("s7" in two for one, two in zip(before, after, strict=True) if one != two)
    assert 0 < changed < 90


def test_original_shows_its_statements_in_the_printed_order(make):
    question = make(pool(24, original=["s8", "s3", "s5"]))
    first = variants(question, 1)[0]
    assert first.id == "q.original"
    assert names(first.responses[0]) == ["s8", "s3", "s5", "none"]


def test_statements_of_the_original_alone_are_never_drawn(make):
    text = pool(24, original=["s8", "s3"]).replace("id: s8,", "id: s8, only: original,")
    assert not any("s8" in names(one) for one in responses(make(text), 200)[1:])


def test_truth_may_depend_on_the_variant(make):
    text = (
        "parameters:\n  n: {integers: [2, 60]}\nstem: '{{ n }}'\nanswers:\n  y:\n    type: statements\n    show: 3\n"
        "    statements:\n"
    ) + "".join(
        f"      - {{id: d{k}, text: Divisible by {k}., truth: n % {k} == 0, reason: Look.}}\n"
        for k in (2, 3, 4, 5, 7, 9)
    )
    for variant in variants(make(text)):
        n = int(variant.stem.pieces[0].partition("<p>")[2].partition("<")[0])
        for option in variant.responses[0].options:
            assert option.right is (n % int(option.name[1:]) == 0)


def test_true_false_is_always_in_this_order(make):
    text = N + "  y: {type: true_false, value: n % 2 == 0, if_true: T., if_false: F.}\n"
    for variant in variants(make(text)):
        response = variant.responses[0]
        n = int(variant.stem.pieces[0].partition("<p>")[2].partition("<")[0])
        assert [o.text.markup for o in response.options] == ["True", "False"]
        assert [o.right for o in response.options] == [n % 2 == 0, n % 2 == 1]
        assert [o.feedback.markup for o in response.options] == ["<p>T.</p>", "<p>F.</p>"]


def test_text_takes_each_spelling_once_and_leaves_the_key_out_of_mistakes(make):
    text = (
        N + "  y:\n    type: text\n    accept: ['Red {{ n }}', 'red  {{ n }}', crimson]\n"
        "    mistakes: [{texts: [CRIMSON, pink], feedback: No.}]\n"
    )
    response = responses(make(text))[0]
    assert len(response.accepted) == 2
    assert response.accepted[1] == "crimson"
    assert response.mistakes[0].texts == ("pink",)


def test_text_that_heeds_case_takes_both_spellings(make):
    text = N + "  y: {type: text, accept: [Red, red], case: true}\n"
    assert responses(make(text))[0].accepted == ("Red", "red")


def test_draw_in_which_a_mistake_is_the_key_is_passed_over(make):
    question = make(
        "parameters:\n  w: {one_of: [red, pink]}\nstem: '{{ w }}'\nanswers:\n"
        "  y: {type: text, accept: ['{{ w }}'], mistakes: [{texts: [pink], feedback: No.}]}\n"
    )
    seen = Counter()
    for number in range(1, 30):
        try:
            seen[question.solve(question.source(1), 1, number).word(REFERENCE).responses[0].accepted[0]] += 1
        except PassedOver:
            seen["passed over"] += 1
    assert set(seen) == {"red", "passed over"}


PAIRS = (
    N
    + """\
  y:
    type: match
    pairs:
      - {prompt: "double", choice: "{{ 2 * n }}"}
      - {prompt: "half", choice: "{{ n / 2:.1f }}"}
      - {prompt: "twice", choice: "{{ 2 * n }}"}
    distractors: ["{{ 2 * n }}", none]
"""
)


def test_equal_choices_of_a_match_are_one(make):
    for variant in variants(make(PAIRS)):
        n = int(variant.stem.pieces[0].partition("<p>")[2].partition("<")[0])
        response = variant.responses[0]
        assert sorted(response.choices) == sorted({str(2 * n), f"{n / 2:.1f}", "none"})
        keys = {pair.prompt.markup: response.choices[pair.key] for pair in response.pairs}
        assert keys == {"double": str(2 * n), "half": f"{n / 2:.1f}", "twice": str(2 * n)}


def test_match_shows_as_many_prompts_as_asked_for(make):
    shown = responses(make(PAIRS.replace("type: match", "type: match\n    show: 2")), 59)
    assert {len(one.pairs) for one in shown} == {2}
    assert len({frozenset(pair.prompt.markup for pair in one.pairs) for one in shown}) == 3


def test_items_never_stand_in_the_right_order_at_first(make):
    text = N + "  y: {type: order, items: [a, b]}\n"
    for response in responses(make(text)):
        assert [item.markup for item in response.items] == ["a", "b"]
        assert response.shown == (1, 0)


def test_part_of_the_items_keeps_their_order(make):
    text = N + "  y: {type: order, items: [a, b, c, d, e], show: 3}\n"
    shown = responses(make(text))
    for response in shown:
        assert [item.markup for item in response.items] == sorted(item.markup for item in response.items)
        assert sorted(response.shown) == [0, 1, 2]
    assert len({response.items for response in shown}) > 5


ESSAY = """\
stem: Why?
marks: 3
answers:
  y:
    type: essay
    model: Because.
    rubric: [{points: 2, text: A reason.}, {points: 1, text: A word.}]
"""


def test_model_answer_is_the_worked_solution(make):
    (variant,) = variants(make(ESSAY + "feedback: ''\n".replace("feedback: ''\n", "")), 1)
    assert variant.feedback.markup.endswith("<p>Because.</p>")
    assert [criterion.points for criterion in variant.responses[0].rubric] == [2, 1]


def test_where_nothing_is_drawn_there_is_one_variant_whatever_is_asked_for(make):
    assert [variant.id for variant in variants(make(ESSAY), 10)] == ["q.1.1"]


def test_a_spec_may_say_why_it_has_few_variants(make):
    few = "parameters:\n  a: {integers: [1, 3]}\nstem: '{{ a }}'\nanswers:\n  y: {type: number, value: a}\n"
    assert len(variants(make(few + "few_variants: There are three.\n"), 10)) == 3


MENU = N + "  y: {type: dropdown, options: [{text: a, right: true}, {text: b}]}\n"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (DIVISORS, "right: true", "right: n > 0 and n != 1e3"),
        (DIVISORS, "text: nought}", "text: nought, feedback: No.}"),
        (DIVISORS, "{text: three, right: n % 3 == 0}", "{text: three}"),
        (PAIRS, 'prompt: "half", choice: "{{ n / 2:.1f }}"', 'prompt: "half", choice: "{{ 2 * n }}"'),
        (ESSAY, "points: 2, text: A reason.", "points: 2, text: A cause."),
        (ESSAY, "model: Because.", "model: So."),
        (MENU, "type: dropdown", "type: choice"),
    ],
)
def test_fingerprint_changes_with_what_is_shown_or_decides_the_marks(make, text, old, new):
    def prints(source):
        question = make(source)
        return {content(variant) for variant in variants(question, 1 if source.startswith("stem: Why") else 30)}

    assert old in text
    changed = prints(text) != prints(text.replace(old, new))
    assert changed is ("1e3" not in new)


def test_order_of_ticks_does_not_make_another_question(make):
    def looks(extra):
        return {appearance(one) for one in variants(make(DIVISORS.replace("type: choices", "type: choices" + extra)))}

    assert looks("") == looks("\n    order: fixed")


def test_dropdown_says_in_plain_characters_what_markdown_says(make):
    text = (
        "parameters:\n  n: {integers: [2, 60]}\nstem: '{{ n }} is [[y]]'\nanswers:\n"
        "  y: {type: dropdown, order: fixed, options: [{text: '**more** than $10^{-3} \\alpha_1$ & <b>', right: true},"
        " {text: '$-{{ n }} \\le x$'}]}\n"
    )
    response = responses(make(text))[0]
    assert response.layout == "dropdown"
    assert response.options[0].text.markup == "more than 10⁻³ α₁ & <b>"
    assert response.options[1].text.markup.endswith(" ≤ x")


def test_figure_names_a_kind_and_its_values(make):
    question = make(
        "parameters:\n  s: {decimals: [0.1, 0.5], places: 1}\nfigures: {c: \"activation_curve('leaky_relu', s)\"}\n"
        "stem: 'See ![The curve](c)'\nanswers:\n  y: {type: number, value: 1}\n"
    )
    stems = [variant.stem for variant in variants(question, 5)]
    assert len({stem.pictures[0].name for stem in stems}) == 5
    for stem in stems:
        assert f'src="picture:{stem.pictures[0].name}"' in stem.pieces[0]
        assert 'alt="The curve: ' in stem.pieces[0]


def test_statements_that_look_alike_never_stand_together(make):
    text = (
        "parameters:\n  a: {integers: [1, 3]}\n  b: {integers: [1, 3]}\nstem: '{{ a }} {{ b }}'\nfew_variants: Few.\n"
        "answers:\n  y:\n    type: statements\n    show: 2\n    statements:\n"
        "      - {id: one, text: 'It is {{ a }}.', truth: true, reason: 'True: it is.'}\n"
        "      - {id: two, text: 'It is {{ b }}.', truth: a == b, reason: 'Look.'}\n"
        "      - {id: three, text: 'It is 9.', truth: false, reason: 'False: it is not.'}\n"
    )
    for response in responses(make(text), 9):
        assert len({option.text.markup for option in response.options}) == 2


def test_none_of_the_above_needs_enough_wrong_statements(refused):
    assert refused(pool(24, without=range(7, 24, 2))) == ["4:5 E511"]


def test_original_with_too_many_right_statements_is_reported_at_its_pins(make, refused):
    ids = [f"s{number}" for number in range(0, 24, 2)]
    question = make(pool(24, original=ids))
    line = pool(24, original=ids).count("\n")
    assert refused(lambda: variants(question, 1)) == [f"{line}:15 E507"]
    assert len(make(pool(24, original=ids[:10])).solve(question.source(1), 1, 0).word(REFERENCE).responses) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "type: choice, show: 3, options: [{text: a, right: true}, {text: b}, {text: c}]",
        "type: choices, show: 3, options: [{text: a, right: true}, {text: b}, {text: c}]",
        "type: match, show: 3, pairs: [{prompt: a, choice: x}, {prompt: b, choice: y}, {prompt: c, choice: z}]",
        "type: order, show: 3, items: [a, b, c]",
    ],
)
def test_showing_all_of_them_draws_nothing(make, answer):
    question = make(f"stem: Which?\nanswers:\n  y: {{{answer}}}\n")
    assert question.is_single
    assert len(variants(question, 10)) == 1


def test_empty_distractor_is_reported_where_it_stands(make, refused):
    text = N + (
        "  y:\n    type: match\n    pairs: [{prompt: a, choice: x}, {prompt: b, choice: y}]\n"
        "    distractors:\n      - z\n      - \"{{ '' }}\"\n"
    )
    assert refused(lambda: variants(make(text), 1)) == ["10:9 E509"]


def test_sharp_s_and_double_s_are_two_texts(make):
    text = N + "  y: {type: text, accept: [Straße, Strasse, STRASSE]}\n"
    assert responses(make(text))[0].accepted == ("Straße", "Strasse")


def test_options_that_look_alike_are_passed_over_where_too_few_are_left(make):
    text = (
        "parameters:\n  a: {integers: [1, 2]}\n  b: {integers: [1, 2]}\nstem: '{{ a }} {{ b }}'\nfew_variants: Few.\n"
        "answers:\n  y: {type: choices, options: [{text: '{{ a }}', right: true}, {text: '{{ b }}', right: true}]}\n"
    )
    assert {len(response.options) for response in responses(make(text), 9)} == {2}
