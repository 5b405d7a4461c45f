"""Write a variant as an item of QTI 1.2.1, by the specification alone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.text.html import BLOCK
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.canvas.items import FINGERPRINT, essays, marker_notes, name_of
from markscheme.exporters.canvas.markup import attribute, between, condition, equals, field, marks, plain_text, shows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.numbers import Accepted
    from markscheme.bank.variants import Entry, Option, Response, RichText, Variant
    from markscheme.exporters.canvas.markup import Texts
    from markscheme.exporters.canvas.plain_holding import PlainHeld

_EMPTY: Final = f"<{BLOCK}></div>"
_ALL: Final = Fraction(1)
_FLOW: Final = "<flow_mat>{}</flow_mat>"


def plain_item(held: PlainHeld, texts: Texts) -> str:
    """Return the element of an item."""
    variant = held.variant
    body = _Body(variant, texts)
    for number, response in zip(held.numbers, variant.responses, strict=True):
        body.add(response, number)
    general = texts.feedback("general_fb", variant.feedback)
    if general:
        body.conditions.insert(0, condition("<other/>", shows("general_fb"), goes_on=True))
    metadata = field("qmd_topic", ", ".join(variant.topics)) + field(FINGERPRINT, variant.fingerprint)
    rubric = "".join(
        f'<rubric view="Scorer">{_FLOW.format(texts.material(marker_notes(response)))}</rubric>\n'
        for response in essays(variant)
    )
    stem = "".join(variant.stem.pieces).replace(_EMPTY, "").strip()
    return (
        f'<item ident="{variant.id}" title="{attribute(name_of(variant))}">\n'
        f"<itemmetadata><qtimetadata>{metadata}</qtimetadata></itemmetadata>\n{rubric}"
        f"<presentation><flow>{texts.material(stem)}\n{''.join(body.fields)}</flow></presentation>\n"
        f"<resprocessing><outcomes>{_outcome(variant)}</outcomes>\n{''.join(body.conditions)}</resprocessing>\n"
        f"{general}{''.join(body.feedback)}</item>\n"
    )


def _outcome(variant: Variant) -> str:
    most = marks(variant.marks)
    # Several ticks never cost more than they earn; a single wrong option may.
    least = ' minvalue="0"' if any(isinstance(one, SelectionResponse) for one in variant.responses) else ""
    return f'<decvar varname="SCORE" vartype="Decimal" defaultval="0"{least} maxvalue="{most}"/>'


class _Body:
    """The fields, conditions and feedback of an item in the making."""

    def __init__(self, variant: Variant, texts: Texts) -> None:
        self.texts = texts
        whole = sum((response.marks for response in variant.responses), Fraction())
        self.scale = Fraction(variant.marks) / whole
        self.fields: list[str] = []
        self.conditions: list[str] = []
        self.feedback: list[str] = []
        self.count = 0

    def add(self, response: Response, number: int) -> None:
        """Write a response."""
        match response:
            case NumericResponse():
                for offset, entry in enumerate(response.entries):
                    self.number(response, entry, number + offset if number else 0)
            case TextResponse():
                self.text(response, number)
            case ChoiceResponse(options=options, layout=layout):
                name = self.choice(options, number, "Single", is_plain=layout == "dropdown")
                self.credits(name, options, response.marks)
            case SelectionResponse(options=options):
                name = self.choice(options, number, "Multiple", is_plain=False)
                self.credits(name, options, response.marks)
            case MatchResponse():
                self.match(response)
            case OrderResponse():
                self.order(response)
            case EssayResponse():
                self.essay(response)
            case _:
                assert_never(response)

    def name(self) -> str:
        self.count += 1
        return f"response_{self.count}"

    def earns(self, part: Fraction, response_marks: Fraction) -> str:
        """Return the part of a condition that adds marks; nothing for none."""
        if not part:
            return ""
        return f'<setvar varname="SCORE" action="Add">{marks(float(part * response_marks * self.scale))}</setvar>'

    def says(self, ident: str, said: RichText | None) -> str:
        """Return the part of a condition that shows feedback, and keep the feedback."""
        written = self.texts.feedback(ident, said)
        if not written:
            return ""
        self.feedback.append(written)
        return shows(ident)

    def mark(self, number: int) -> str:
        return plain_text(f"({number})") if number else ""

    def when(self, test: str, effect: str) -> None:
        if effect:
            self.conditions.append(condition(test, effect, goes_on=True))

    def number(self, response: NumericResponse, entry: Entry, number: int) -> None:
        name = self.name()
        self.fields.append(
            f'<response_num ident="{name}" rcardinality="Single" numtype="Decimal">{self.mark(number)}'
            f'<render_fib fibtype="Decimal" columns="12"/></response_num>\n'
        )
        marks_each = response.marks / len(response.entries)
        known = [entry.accepted]
        self.when(_within(name, entry.accepted), self.earns(_ALL, marks_each))
        for index, wrong in entry.mistakes:
            mistake = response.mistakes[index]
            if mistake is not None:
                effect = self.earns(mistake.credit, marks_each) + self.says(f"{name}.{index}_fb", mistake.feedback)
                self.when(_within(name, wrong, known), effect)
                known.append(wrong)

    def text(self, response: TextResponse, number: int) -> None:
        name = self.name()
        self.fields.append(
            f'<response_str ident="{name}" rcardinality="Single">{self.mark(number)}'
            f'<render_fib fibtype="String" columns="30"/></response_str>\n'
        )
        case = "Yes" if response.case else "No"
        self.when(_any(name, response.accepted, case), self.earns(_ALL, response.marks))
        for index, mistake in enumerate(response.mistakes):
            effect = self.earns(mistake.credit, response.marks) + self.says(f"{name}.{index}_fb", mistake.feedback)
            self.when(_any(name, mistake.texts, case), effect)

    def choice(self, options: Sequence[Option], number: int, cardinality: str, *, is_plain: bool) -> str:
        name = self.name()
        material = plain_text if is_plain else self.texts.material
        labels = "".join(
            f'<response_label ident="{ident}">{material(option.text.markup)}</response_label>\n'
            for ident, option in zip(_idents(), options, strict=False)
        )
        self.fields.append(
            f'<response_lid ident="{name}" rcardinality="{cardinality}">{self.mark(number)}'
            f'<render_choice shuffle="No">\n{labels}</render_choice></response_lid>\n'
        )
        return name

    def credits(self, name: str, options: Sequence[Option], response_marks: Fraction) -> None:
        for ident, option in zip(_idents(), options, strict=False):
            effect = self.earns(option.credit, response_marks) + self.says(f"{name}.{ident}_fb", option.feedback)
            self.when(equals(name, ident), effect)

    def match(self, response: MatchResponse) -> None:
        labels = "".join(
            f'<response_label ident="{ident}">{plain_text(choice)}</response_label>\n'
            for ident, choice in zip(_idents(), response.choices, strict=False)
        )
        idents = [ident for ident, _ in zip(_idents(), response.choices, strict=False)]
        each = response.marks / len(response.pairs)
        for pair in response.pairs:
            name = self.name()
            self.fields.append(
                f'<response_lid ident="{name}" rcardinality="Single">{self.texts.material(pair.prompt.markup)}'
                f'<render_choice shuffle="No">\n{labels}</render_choice></response_lid>\n'
            )
            self.when(equals(name, idents[pair.key]), self.earns(_ALL, each))

    def order(self, response: OrderResponse) -> None:
        """Write items to be put into order; the idents do not tell it."""
        name = self.name()
        idents = dict(zip(response.shown, _idents(), strict=False))
        labels = "".join(
            f'<response_label ident="{idents[place]}">{material}</response_label>\n'
            for place in response.shown
            for material in [self.texts.material(response.items[place].markup)]
        )
        self.fields.append(
            f'<response_lid ident="{name}" rcardinality="Ordered"><render_choice shuffle="No">\n{labels}'
            "</render_choice></response_lid>\n"
        )
        each = response.marks / len(response.items)
        for place in range(len(response.items)):
            test = f'<varequal respident="{name}" index="{place + 1}">{idents[place]}</varequal>'
            self.when(test, self.earns(_ALL, each))

    def essay(self, response: EssayResponse) -> None:
        name = self.name()
        template = "" if response.template is None else self.texts.material(response.template.markup)
        self.fields.append(
            f'<response_str ident="{name}" rcardinality="Single">{template}'
            f'<render_fib fibtype="String" prompt="Box" rows="{response.lines}" columns="80"/></response_str>\n'
        )


def _idents() -> Iterator[str]:
    """Yield idents of options: A to Z, then with numbers."""
    number = 0
    while True:
        letter = chr(ord("A") + number % 26)
        yield letter if number < 26 else f"{letter}{number // 26}"
        number += 1


def _within(name: str, accepted: Accepted, known: Sequence[Accepted] = ()) -> str:
    """Return the test for an interval, without what it shares with earlier ones: at most an end."""
    test = between(name, plain(accepted.low), plain(accepted.high))
    for other in known:
        if other.low <= accepted.high and accepted.low <= other.high:
            test += f"<not><and>{between(name, plain(other.low), plain(other.high))}</and></not>"
    return f"<and>{test}</and>"


def _any(name: str, texts: Sequence[str], case: str) -> str:
    tests = [equals(name, text.strip()).replace("<varequal ", f'<varequal case="{case}" ', 1) for text in texts]
    return tests[0] if len(tests) == 1 else f"<or>{''.join(tests)}</or>"
