"""Mark answers to an item by its own response processing."""

from __future__ import annotations

import html
from collections import Counter
from typing import TYPE_CHECKING

from markscheme.exporters.format import Outcome
from markscheme.exporters.qti.expressions import RuleError
from markscheme.exporters.qti.values import Value, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markscheme.exporters.format import Answer
    from markscheme.exporters.qti.item import Interaction, Item


def grade(item: Item, answers: Sequence[Answer]) -> Outcome:
    """Return what the answers earn and what the student reads at each field.

    Raises
    ------
    ValueError
        If a student could not hand that in, or the rules cannot be worked out.
    """
    values: dict[str, Value] = {}
    rest = list(answers)
    for interaction in item.interactions:
        own, rest = rest[: interaction.fields], rest[interaction.fields :]
        values[interaction.response] = _handed_in(item, interaction, own)
    try:
        outcomes = item.processing.run(values)
    except RuleError as error:
        raise ValueError(f"the rules cannot be worked out: {error}") from None
    score = outcomes.get("SCORE")
    if not isinstance(score, float):
        raise ValueError("the rules leave no SCORE that is a number")
    is_open = any(values.get(response) is not None for response in item.by_hand)
    feedback = []
    for interaction in item.interactions:
        told = (
            outcomes if interaction.response not in item.told_together else _alone(item, interaction.response, values)
        )
        feedback += [_said(item, interaction, told)] * interaction.fields
    return Outcome(fraction=None if is_open else score / item.most, feedback=tuple(feedback))


def _alone(item: Item, response: str, values: dict[str, Value]) -> dict[str, Value]:
    """Return the outcomes where nothing but one response was given: what of a feedback is due to it."""
    value = values[response]
    if (response, value) not in item.outcomes_alone:
        item.outcomes_alone[response, value] = item.processing.run({response: value})
    return item.outcomes_alone[response, value]


def _handed_in(item: Item, interaction: Interaction, answers: Sequence[Answer]) -> Value:
    """Return the value of a response that the answers to its fields make.

    Raises
    ------
    ValueError
        If the interaction takes no such answers.
    """
    declared = item.responses.get(interaction.response)
    if declared is None:
        raise ValueError(f"the response '{interaction.response}' is not declared")
    match interaction.kind, list(answers):
        case "choiceInteraction" | "inlineChoiceInteraction", [answer]:
            return _chosen(interaction, answer, declared.cardinality)
        case "matchInteraction", given:
            pairs = [_pair(interaction, index, answer) for index, answer in enumerate(given)]
            made = tuple(pair for pair in pairs if pair)
            _within_limits(interaction, made)
            return made or None
        case "orderInteraction", given:
            return _ordered(interaction, given)
        case "textEntryInteraction" | "extendedTextInteraction", [None]:
            return None
        case "textEntryInteraction" | "extendedTextInteraction", [str(typed)]:
            return parse(typed, declared.base_type)
        case _:
            raise ValueError(f"a {interaction.kind} takes no such answer")


def _chosen(interaction: Interaction, answer: Answer, cardinality: str) -> Value:
    many = cardinality == "multiple"
    if isinstance(answer, int) and not many and 0 <= answer < len(interaction.choices):
        return interaction.choices[answer].identifier
    if isinstance(answer, tuple) and many and all(0 <= one < len(interaction.choices) for one in answer):
        _at_most(interaction.most, len(answer), "options")
        return tuple(interaction.choices[one].identifier for one in answer) or None
    if answer is None:
        return None
    raise ValueError("there is no such option")


def _pair(interaction: Interaction, index: int, answer: Answer) -> str:
    if answer is None:
        return ""
    for target in interaction.targets:
        if target.text == (" ".join(answer.split()) if isinstance(answer, str) else answer):
            return f"{interaction.choices[index].identifier} {target.identifier}"
    raise ValueError(f"there is no choice '{answer}'")


def _within_limits(interaction: Interaction, pairs: Sequence[str]) -> None:
    _at_most(interaction.most, len(pairs), "pairs")
    times = Counter(part for pair in pairs for part in pair.split())
    for choice in (*interaction.choices, *interaction.targets):
        _at_most(choice.most, times[choice.identifier], f"pairs with '{choice.identifier}'")


def _at_most(limit: int, count: int, what: str) -> None:
    if 0 < limit < count:
        raise ValueError(f"the file lets students make at most {limit} {what}, not {count}")


def _ordered(interaction: Interaction, answers: Sequence[Answer]) -> Value:
    """Return the items in the order of the places that they are given, from 1."""
    places = {str(place + 1): place for place in range(len(interaction.choices))}
    given = [places.get(answer) if isinstance(answer, str) else None for answer in answers]
    if sorted(place for place in given if place is not None) != list(places.values()):
        raise ValueError("each item has a place of its own")
    _at_most(interaction.most, len(given), "choices")
    placed = sorted(zip(given, interaction.choices, strict=True), key=lambda pair: pair[0] or 0)
    return tuple(choice.identifier for _, choice in placed)


def _said(item: Item, interaction: Interaction, outcomes: dict[str, Value]) -> str:
    """Return what a student is told of one response."""
    said = []
    for told in item.told_of[interaction.response]:
        value = outcomes.get(told.outcome)
        holds = told.identifier in value if isinstance(value, tuple) else told.identifier == value
        if holds is told.shows:
            said.append(html.escape(told.text))
    return " ".join(said)
