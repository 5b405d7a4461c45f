"""Items: a document taken apart into what students see, hand in and are told."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from markscheme.exporters.qti.elements import attribute, child, children, descendants, name, read_text
from markscheme.exporters.qti.expressions import Declared, read_declaration
from markscheme.exporters.qti.rules import Processing
from markscheme.exporters.qti.values import Value, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from markscheme.bank.problems import Place

INTERACTIONS: Final = (
    "textEntryInteraction", "extendedTextInteraction", "inlineChoiceInteraction", "choiceInteraction",
    "matchInteraction", "orderInteraction",
)  # fmt: skip
_ONE_EACH: Final = ("matchInteraction", "orderInteraction")
"""Of these each choice is a field of its own."""

_MOST: Final = {
    "choiceInteraction": ("maxChoices", 1),
    "matchInteraction": ("maxAssociations", 1),
    "orderInteraction": ("maxChoices", 0),
}
"""What says how much a student may choose, and what holds where nothing is said: 0 is without limit."""

_MOST_DIGITS: Final = 6
_CHOICES: Final = ("inlineChoice", "simpleChoice", "simpleAssociableChoice")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose.

    Attributes
    ----------
    identifier, text
        Its identifier, and what is read there.
    most
        How many pairs of a match it may be in; 0 for any number.
    """

    identifier: str
    text: str
    most: int = 0


@dataclass(frozen=True, slots=True)
class Interaction:
    """Where a student answers.

    Attributes
    ----------
    kind
        Its name in QTI 2.
    response
        The variable that it fills.
    choices
        What is chosen from; the prompts of a match.
    targets
        What the prompts of a match are given.
    most
        How many choices or pairs a student may make; 0 for any number.
    """

    kind: str
    response: str
    choices: tuple[Choice, ...]
    targets: tuple[Choice, ...]
    element: _Element
    most: int = 0

    @property
    def fields(self) -> int:
        """How many answers it takes: one a prompt of a match, one an item of an order, else one."""
        return len(self.choices) if self.kind in _ONE_EACH else 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is said once an outcome has a value."""

    outcome: str
    identifier: str
    shows: bool
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file: its name in the package, whether it is there, and its digest."""

    name: str
    digest: str


@dataclass(frozen=True)
class Item:
    """An item of a package, by what its document says.

    Attributes
    ----------
    place
        Its document.
    root
        The document's root.
    pictures
        The picture files that it shows, each once.
    """

    place: Place
    root: _Element
    pictures: tuple[Picture, ...] = field(default=())

    @property
    def id(self) -> str:
        """The identifier."""
        return attribute(self.root, "identifier")

    @property
    def title(self) -> str:
        """What people find it by."""
        return " ".join(attribute(self.root, "title").split())

    @property
    def label(self) -> str:
        """What an export says of its content."""
        return attribute(self.root, "label")

    @cached_property
    def responses(self) -> dict[str, Declared]:
        """The declared responses, by identifier."""
        return self._declared("responseDeclaration")

    @cached_property
    def outcomes(self) -> dict[str, Declared]:
        """The declared outcomes, by identifier."""
        return self._declared("outcomeDeclaration")

    def _declared(self, word: str) -> dict[str, Declared]:
        found = [read_declaration(one) for one in children(self.root, word)]
        return {one.identifier: one for one in found}

    @cached_property
    def body(self) -> _Element | None:
        """What a student sees; None where there is nothing."""
        return child(self.root, "itemBody")

    def every(self, *words: str) -> Iterator[_Element]:
        """Yield the elements of some names, name by name."""
        return (element for word in words for element in descendants(self.root, word))

    @cached_property
    def rules(self) -> _Element | None:
        """The rules by which it is scored."""
        return child(self.root, "responseProcessing")

    @cached_property
    def processing(self) -> Processing:
        """The rules, taken apart.

        Raises
        ------
        RuleError
            If they cannot be.
        """
        return Processing(self.responses, self.outcomes, self.rules)

    @cached_property
    def interactions(self) -> tuple[Interaction, ...]:
        """Where the student answers, in the order of the body."""
        if self.body is None:
            return ()
        return tuple(map(_interaction, descendants(self.body, *INTERACTIONS)))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What is said afterwards, in the order of the document, the worked solution left out."""
        return tuple(_told(one) for one in children(self.root, "modalFeedback"))

    @cached_property
    def stem(self) -> str:
        """What is asked, without what stands in interactions."""
        return read_text(self.body, *INTERACTIONS, "rubricBlock", "feedbackBlock")

    @property
    def solution(self) -> str:
        """What is read in the feedback within the body: the worked solution."""
        return self._blocks("feedbackBlock")

    @property
    def rubric(self) -> str:
        """What the scorer reads."""
        return self._blocks("rubricBlock")

    def _blocks(self, word: str) -> str:
        return " ".join(map(read_text, self.every(word)))

    @cached_property
    def by_hand(self) -> frozenset[str]:
        """The responses that a person must mark: long texts that no rule looks at."""
        used = {attribute(one, "identifier") for one in self.every("variable", "mapResponse")}
        long = {one.response for one in self.interactions if one.kind == "extendedTextInteraction"}
        return frozenset(long - used)

    @cached_property
    def most(self) -> float:
        """The marks: MAXSCORE, else the greatest value that SCORE says it may have, else 1."""
        declared = self.outcomes.get("MAXSCORE")
        if declared is not None and isinstance(declared.default, float):
            return declared.default
        for one in children(self.root, "outcomeDeclaration"):
            most = parse(attribute(one, "normalMaximum"), "float")
            if attribute(one, "identifier") == "SCORE" and isinstance(most, float):
                return most
        return 1.0

    @cached_property
    def told_of(self) -> dict[str, tuple[Told, ...]]:
        """What may be said of each response that an interaction fills, in the order of the document."""
        wanted = {one.response: self.outcomes_of.get(one.response, ()) for one in self.interactions}
        return {name: tuple(one for one in self.told if one.outcome in outcomes) for name, outcomes in wanted.items()}

    @cached_property
    def outcomes_of(self) -> dict[str, tuple[str, ...]]:
        """The outcomes that decide what is said of each response: those that a condition on it sets."""
        found: dict[str, list[str]] = {response: [] for response in self.responses}
        for condition in () if self.rules is None else children(self.rules, "responseCondition"):
            named = [attribute(one, "identifier") for one in descendants(condition, "variable", "mapResponse")]
            outcomes = [attribute(one, "identifier") for one in descendants(condition, "setOutcomeValue")]
            for response in dict.fromkeys(named):
                if response in found:
                    found[response] += outcomes
        return {response: tuple(dict.fromkeys(outcomes)) for response, outcomes in found.items()}

    @cached_property
    def told_together(self) -> frozenset[str]:
        """The responses that share a feedback with others, such as the entries of a matrix."""
        waited_for = {told.outcome for told in self.told}
        users: dict[str, list[str]] = {}
        for response, outcomes in self.outcomes_of.items():
            for outcome in waited_for.intersection(outcomes):
                users.setdefault(outcome, []).append(response)
        return frozenset(one for responses in users.values() if len(responses) > 1 for one in responses)

    @cached_property
    def outcomes_alone(self) -> dict[tuple[str, Value], dict[str, Value]]:
        """What one response by itself leads to, as far as that was asked for."""
        return {}


def _interaction(element: _Element) -> Interaction:
    sets = children(element, "simpleMatchSet")
    sides = [_choices(one) for one in sets] if sets else [_choices(element)]
    kind = name(element)
    return Interaction(
        kind=kind,
        response=attribute(element, "responseIdentifier"),
        choices=sides[0],
        targets=sides[1] if len(sides) > 1 else (),
        element=element,
        most=_limit(element, *_MOST[kind]) if kind in _MOST else 0,
    )


def _choices(element: _Element) -> tuple[Choice, ...]:
    found = children(element, *_CHOICES)
    return tuple(
        Choice(
            attribute(one, "identifier"),
            read_text(one),
            _limit(one, "matchMax", 1) if name(one) == "simpleAssociableChoice" else 0,
        )
        for one in found
    )


def _limit(element: _Element, word: str, default: int) -> int:
    """Return a greatest number that an element states; its default where it states none that can be read."""
    written = attribute(element, word).strip()
    is_number = written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS
    return int(written) if is_number else default


def _told(element: _Element) -> Told:
    return Told(
        outcome=attribute(element, "outcomeIdentifier"),
        identifier=attribute(element, "identifier"),
        shows=attribute(element, "showHide") != "hide",
        text=read_text(element),
    )


def labels(item: Item) -> Iterator[str]:
    """Yield what stands beside each field: the prompt of a match, the item of an order, else nothing."""
    for interaction in item.interactions:
        if interaction.kind in _ONE_EACH:
            yield from (html.escape(choice.text) for choice in interaction.choices)
        else:
            yield ""


def options(item: Item) -> Iterator[Sequence[str]]:
    """Yield what each field lets choose from, where it does."""
    for interaction in item.interactions:
        match interaction.kind:
            case "choiceInteraction" | "inlineChoiceInteraction":
                yield [html.escape(choice.text) for choice in interaction.choices]
            case "matchInteraction":
                yield from ([html.escape(choice.text) for choice in interaction.targets] for _ in interaction.choices)
            case "orderInteraction":
                places = [str(place + 1) for place in range(len(interaction.choices))]
                yield from (places for _ in interaction.choices)
            case _:
                pass
