"""What of a QTI item belongs to one slot: its variables, what the student handles, how it is scored, what is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    Response,
    SelectionResponse,
    TextResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markscheme.bank.variants import Entry, RichText
    from markscheme.exporters.qti.dialects import Dialect
    from markscheme.exporters.qti.processing import Rules

_TAG = re.compile(r"<[^>]*>")
_BLOCKS = ("<p", "<div", "<ul", "<ol", "<table", "<blockquote", "<h", "<img")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What belongs to one slot.

    Attributes
    ----------
    responses, outcomes
        Declarations.
    body
        What stands in the stem.
    rules
        Response processing.
    feedback
        What is said afterwards.
    rubric
        What the scorer reads before the stem.
    loss
        The least of the marks that an answer can lack which is not all right; 0 where a person marks it.
    """

    responses: str
    outcomes: str
    body: str
    loss: Fraction = Fraction(0)
    rules: str = ""
    feedback: str = ""
    rubric: str = ""


def number(share: Fraction | float) -> str:
    """Return a score as QTI writes it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> number(Fraction(1, 3)), number(2)
    ('0.333333333333', '2')
    """
    return f"{float(share):.12g}"


def score_name(response: Response) -> str:
    """Return the name of the outcome that holds what a slot earns."""
    return f"S_{response.slot}"


class Interactions:
    """Writes what belongs to slots, in a version of QTI."""

    def __init__(self, dialect: Dialect, rules: Rules) -> None:
        self.dialect = dialect
        self.rules = rules
        self._element = dialect.element

    def part(self, response: Response) -> Part:
        """Return what belongs to a slot."""
        match response:
            case NumericResponse():
                return self._numeric(response)
            case ChoiceResponse():
                return self._choice(response)
            case SelectionResponse():
                return self._selection(response)
            case TextResponse():
                return self._text(response)
            case MatchResponse():
                return self._match(response)
            case OrderResponse():
                return self._order(response)
            case EssayResponse():
                return self._essay(response)
            case _:
                assert_never(response)

    def response(self, name: str, cardinality: str, base_type: str, right: Iterable[str], mapping: str = "") -> str:
        """Return the declaration of a response with its key."""
        values = "".join(self._element("value", text) for text in right)
        return self._element(
            "responseDeclaration",
            (self._element("correctResponse", values) if values else "") + mapping,
            identifier=name,
            cardinality=cardinality,
            baseType=base_type,
        )

    def outcome(
        self, name: str, base_type: str, default: str | None = None, *, cardinality: str = "single", **more: object
    ) -> str:
        """Return the declaration of an outcome."""
        value = "" if default is None else self._element("defaultValue", self._element("value", default))
        return self._element(
            "outcomeDeclaration", value, identifier=name, cardinality=cardinality, baseType=base_type, **more
        )

    def modal(self, outcome: str, identifier: str, markup: str) -> str:
        """Return what is said once an outcome has a value."""
        content = self.dialect.content(markup if markup.startswith("<") else f"<p>{markup}</p>")
        return self._element(
            "modalFeedback", content, outcomeIdentifier=outcome, identifier=identifier, showHide="show"
        )

    def _score(self, response: Response, scored_by: str | None = None) -> str:
        most = number(response.marks)
        return self.outcome(score_name(response), "float", "0", normalMaximum=most, externalScored=scored_by)

    def _mapping(self, entries: Iterable[tuple[str, Fraction]], response: Response, *, least: bool = False) -> str:
        written = "".join(
            self._element("mapEntry", mapKey=key, mappedValue=number(value * response.marks)) for key, value in entries
        )
        least_ = "0" if least else None
        most = number(response.marks) if least else None
        return self._element("mapping", written, lowerBound=least_, upperBound=most, defaultValue="0")

    def _mapped(self, response: Response, name: str, more: str = "") -> str:
        """Return the rule that scores by a mapping; where nothing was answered some players fail on one."""
        r = self.rules
        score = r.put(score_name(response), r.call("mapResponse", identifier=name))
        return r.choose([(r.call("not", r.call("isNull", r.variable(name))), score + more)])

    def _numeric(self, response: NumericResponse) -> Part:
        names = list(_field_names(response))
        share = response.marks / len(names)
        # A mistake is told once, in however many entries it is made: players show each feedback in a window of its own.
        met = {index for entry in response.entries for index, _ in entry.mistakes}
        told = [(index, one) for index, one in enumerate(response.mistakes) if one is not None and index in met]
        return Part(
            responses="".join(
                self.response(f"R_{name}", "single", "float", [plain(entry.accepted.key)])
                for name, entry in zip(names, response.entries, strict=True)
            ),
            outcomes=self._score(response)
            + "".join(self.outcome(_told_name(response, index), "identifier") for index, _ in told),
            body=self._boxes(response, names),
            loss=share * (1 - _greatest(mistake.credit for mistake in response.mistakes if mistake is not None)),
            rules="".join(
                self._judged(name, entry, response, share) for name, entry in zip(names, response.entries, strict=True)
            ),
            feedback="".join(
                self.modal(_told_name(response, index), "told", mistake.feedback.markup) for index, mistake in told
            ),
        )

    def _judged(self, name: str, entry: Entry, response: NumericResponse, share: Fraction) -> str:
        """Return the rule for one number: the first interval that holds it decides."""
        r = self.rules
        score = score_name(response)
        accepted = entry.accepted
        cases = [
            (
                r.between(f"R_{name}", plain(accepted.low), plain(accepted.high)),
                r.add(score, number(share)),
            )
        ]
        for index, wrong in entry.mistakes:
            mistake = response.mistakes[index]
            if mistake is None:
                continue
            rules = r.put(_told_name(response, index), r.value("identifier", "told"))
            if mistake.credit:
                rules += r.add(score, number(mistake.credit * share))
            cases.append((r.between(f"R_{name}", plain(wrong.low), plain(wrong.high)), rules))
        return r.choose(cases)

    def _boxes(self, response: NumericResponse, names: Sequence[str]) -> str:
        boxes = [
            self._element("textEntryInteraction", responseIdentifier=f"R_{name}", expectedLength=_length(response))
            for name in names
        ]
        if not response.shape:
            return boxes[0]
        columns = response.shape[1] if len(response.shape) == 2 else 1
        rows = [boxes[start : start + columns] for start in range(0, len(boxes), columns)]
        cells = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
        return f'<table class="matrix"><tbody>{cells}</tbody></table>'

    def _choice(self, response: ChoiceResponse) -> Part:
        name = f"R_{response.slot}"
        right = next(index for index, option in enumerate(response.options) if option.right)
        credits_ = [(f"c{i}", option.credit) for i, option in enumerate(response.options) if option.credit]
        told = [(i, option.feedback) for i, option in enumerate(response.options) if option.feedback is not None]
        r = self.rules
        say = r.put(f"F_{response.slot}", r.variable(name)) if told else ""
        return Part(
            responses=self.response(name, "single", "identifier", [f"c{right}"], self._mapping(credits_, response)),
            outcomes=self._score(response) + (self.outcome(f"F_{response.slot}", "identifier") if told else ""),
            body=self._menu(response) if response.layout == "dropdown" else self._list(response, "1"),
            loss=response.marks * (1 - _greatest(option.credit for option in response.options if not option.right)),
            rules=self._mapped(response, name, say),
            feedback="".join(self.modal(f"F_{response.slot}", f"c{i}", text.markup) for i, text in told),
        )

    def _menu(self, response: ChoiceResponse) -> str:
        options = "".join(
            self._element("inlineChoice", self.dialect.target.escape(option.text.markup), identifier=f"c{index}")
            for index, option in enumerate(response.options)
        )
        return self._element(
            "inlineChoiceInteraction", options, responseIdentifier=f"R_{response.slot}", shuffle="false"
        )

    def _list(self, response: ChoiceResponse | SelectionResponse, most: str) -> str:
        options = "".join(
            self._element("simpleChoice", _whole(option.text), identifier=f"c{index}")
            for index, option in enumerate(response.options)
        )
        return self._element(
            "choiceInteraction", options, responseIdentifier=f"R_{response.slot}", shuffle="false", maxChoices=most
        )

    def _selection(self, response: SelectionResponse) -> Part:
        name = f"R_{response.slot}"
        credits_ = [(f"c{index}", option.credit) for index, option in enumerate(response.options)]
        right = [f"c{index}" for index, option in enumerate(response.options) if option.right]
        told = [(i, option.feedback) for i, option in enumerate(response.options) if option.feedback is not None]
        r = self.rules
        say = r.put(f"F_{response.slot}", r.variable(name)) if told else ""
        # Where nothing is ticked, one player looks into an outcome that holds nothing, and fails.
        saying = self.outcome(f"F_{response.slot}", "identifier", "none", cardinality="multiple") if told else ""
        return Part(
            responses=self.response(
                name, "multiple", "identifier", right, self._mapping(credits_, response, least=True)
            ),
            outcomes=self._score(response) + saying,
            body=self._list(response, "0"),
            loss=response.marks / len(right),
            rules=self._mapped(response, name, say),
            feedback="".join(self.modal(f"F_{response.slot}", f"c{i}", text.markup) for i, text in told),
        )

    def _text(self, response: TextResponse) -> Part:
        name = f"R_{response.slot}"
        r = self.rules
        full = r.put(score_name(response), r.value("float", number(response.marks)))
        nothing = r.put(score_name(response), r.value("float", "0"))
        cases = [(r.call("isNull", r.variable(name)), nothing), (self._typed(name, response.accepted, response), full)]
        feedback = ""
        for index, mistake in enumerate(response.mistakes):
            rules = r.put(f"F_{response.slot}", r.value("identifier", f"m{index}"))
            if mistake.credit:
                rules += r.put(score_name(response), r.value("float", number(mistake.credit * response.marks)))
            cases.append((self._typed(name, mistake.texts, response), rules))
            if mistake.feedback is not None:
                feedback += self.modal(f"F_{response.slot}", f"m{index}", mistake.feedback.markup)
        longest = max(len(text) for text in response.accepted)
        say = self.outcome(f"F_{response.slot}", "identifier") if response.mistakes else ""
        return Part(
            responses=self.response(name, "single", "string", [self.dialect.target.escape(response.accepted[0])]),
            outcomes=self._score(response) + say,
            body=self._element("textEntryInteraction", responseIdentifier=name, expectedLength=longest + 5),
            loss=response.marks * (1 - _greatest(mistake.credit for mistake in response.mistakes)),
            rules=r.choose(cases),
            feedback=feedback,
        )

    def _typed(self, name: str, texts: Sequence[str], response: TextResponse) -> str:
        """Return the condition that one of some texts was typed.

        By the standard a pattern must match the whole text, but in one player a part of it will do. So it counts
        only where "a" does not match "ab"; elsewhere the texts themselves do, without spaces before or behind them.
        """
        r = self.rules
        escape = self.dialect.target.escape
        case = "true" if response.case else "false"
        same = [
            r.call("stringMatch", r.variable(name), r.value("string", escape(text)), caseSensitive=case)
            for text in texts
        ]
        pattern = rf"\s*({'|'.join(_pattern(text, case=response.case) for text in texts)})\s*"
        whole = r.call("not", r.call("patternMatch", r.value("string", "ab"), pattern="a"))
        match = r.call("patternMatch", r.variable(name), pattern=self.dialect.target.attribute(pattern))
        return r.call("or", *same, r.call("and", whole, match))

    def _match(self, response: MatchResponse) -> Part:
        name = f"R_{response.slot}"
        pairs = [f"p{index} q{pair.key}" for index, pair in enumerate(response.pairs)]
        share = Fraction(1, len(pairs))
        prompts = "".join(
            self._element("simpleAssociableChoice", _whole(pair.prompt), identifier=f"p{index}", matchMax="1")
            for index, pair in enumerate(response.pairs)
        )
        choices = "".join(
            self._element(
                "simpleAssociableChoice", self.dialect.target.escape(choice), identifier=f"q{index}", matchMax="0"
            )
            for index, choice in enumerate(response.choices)
        )
        sets = self._element("simpleMatchSet", prompts) + self._element("simpleMatchSet", choices)
        mapping = self._mapping([(pair, share) for pair in pairs], response)
        return Part(
            responses=self.response(name, "multiple", "directedPair", pairs, mapping),
            outcomes=self._score(response),
            body=self._element(
                "matchInteraction", sets, responseIdentifier=name, shuffle="false", maxAssociations=len(pairs)
            ),
            loss=response.marks * share,
            rules=self._mapped(response, name),
        )

    def _order(self, response: OrderResponse) -> Part:
        name = f"R_{response.slot}"
        places = {item: place for place, item in enumerate(response.shown)}  # an id that says the place tells the key
        share = response.marks / len(response.items)
        r = self.rules
        each = "".join(
            r.choose(
                [
                    (
                        r.call(
                            "match",
                            r.call("index", r.variable(name), n=item + 1),
                            r.value("identifier", f"c{places[item]}"),
                        ),
                        r.add(score_name(response), number(share)),
                    )
                ]
            )
            for item in range(len(response.items))
        )
        # Some players cannot look at single places: there at least the whole order earns its marks.
        nothing = r.put(score_name(response), r.value("float", "0"))
        full = r.put(score_name(response), r.value("float", number(response.marks)))
        right_order = r.call("match", r.variable(name), r.call("correct", identifier=name))
        rules = r.choose([(r.call("isNull", r.variable(name)), nothing), (right_order, full)], each)
        items = "".join(
            self._element("simpleChoice", _whole(response.items[item]), identifier=f"c{place}")
            for place, item in enumerate(response.shown)
        )
        right = [f"c{places[item]}" for item in range(len(response.items))]
        return Part(
            responses=self.response(name, "ordered", "identifier", right),
            outcomes=self._score(response),
            body=self._element("orderInteraction", items, responseIdentifier=name, shuffle="false"),
            loss=share,
            rules=rules,
        )

    def _essay(self, response: EssayResponse) -> Part:
        name = f"R_{response.slot}"
        begun = "" if response.template is None else self._element("value", self._plain(response.template))
        default = self._element("defaultValue", begun) if begun else ""
        return Part(
            responses=self._element(
                "responseDeclaration", default, identifier=name, cardinality="single", baseType="string"
            ),
            outcomes=self._score(response, "human" if self.dialect.external_scoring else None),
            body=self._element("extendedTextInteraction", responseIdentifier=name, expectedLines=response.lines),
            rubric=self._rubric(response),
        )

    def _rubric(self, response: EssayResponse) -> str:
        """Return what the scorer alone reads."""
        rows = "".join(
            f"<tr><td>{plain(one.points.normalize())}</td><td>{one.text.markup}</td></tr>" for one in response.rubric
        )
        table = f"<table><thead><tr><th>Points</th><th>For</th></tr></thead><tbody>{rows}</tbody></table>"
        return self._element(
            "rubricBlock",
            self.dialect.content(f"<p>Model answer</p>{_block(response.model)}{table}"),
            view="scorer",
            use="scoring" if self.dialect.kebab else None,
        )

    def _plain(self, text: RichText) -> str:
        return self.dialect.target.escape(unescape(_TAG.sub("", text.markup)))


def _field_names(response: NumericResponse) -> Iterator[str]:
    """Yield the names of the fields, row by row, counted from 1."""
    slot = response.slot
    match response.shape:
        case ():
            yield slot
        case (rows,):
            yield from (f"{slot}_{row}" for row in range(1, rows + 1))
        case (rows, columns):
            yield from (f"{slot}_{row}_{column}" for row in range(1, rows + 1) for column in range(1, columns + 1))


def _told_name(response: NumericResponse, index: int) -> str:
    """Return the name of the outcome that says whether a mistake was made in any entry."""
    return f"F_{response.slot}_m{index}"


def _length(response: NumericResponse) -> int:
    """Return how wide a box is: the longest number that it knows, and a little more."""
    known = [entry.accepted for entry in response.entries]
    known += [number for mistake in response.mistakes if mistake is not None for number in mistake.entries]
    return max(len(plain(one.key)) for one in known) + 2


def _greatest(credits_: Iterable[Fraction]) -> Fraction:
    return max((Fraction(credit) for credit in credits_), default=Fraction(0))


def _whole(text: RichText) -> str:
    """Return a text as one element: players lay out what stands in a choice side by side, and lose spaces between."""
    return text.markup if text.markup.startswith(_BLOCKS) else f"<span>{text.markup}</span>"


def _block(text: RichText) -> str:
    return text.markup if text.markup.startswith("<") else f"<p>{text.markup}</p>"


def _pattern(text: str, *, case: bool) -> str:
    r"""Return a text as a regular expression of XML Schema, which knows no switch for capitals.

    Examples
    --------
    >>> print(_pattern("a+b", case=True), _pattern("No.", case=False))
    a\+b [nN][oO]\.
    """
    return "".join(_character(one, case=case) for one in text)


def _character(one: str, *, case: bool) -> str:
    both = sorted({one.lower(), one.upper()}, reverse=True)
    if not case and len(both) == 2 and all(len(each) == 1 for each in both):
        return f"[{''.join(both)}]"
    if one.isspace():
        return r"\s+"
    return f"\\{one}" if one in "\\|.?*+(){}[]^-$" else one
