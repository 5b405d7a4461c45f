"""What a player would lose of an item, or could not work out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from markscheme.exporters.qti.elements import (
    attribute,
    child,
    descendants,
    misspelled,
    name,
    raw_text,
    read_text,
)
from markscheme.exporters.qti.expressions import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from markscheme.exporters.qti.item import Interaction, Item

_TYPES: Final = {
    "textEntryInteraction": ("string", "float", "integer"),
    "extendedTextInteraction": ("string",),
    "inlineChoiceInteraction": ("identifier",),
    "choiceInteraction": ("identifier",),
    "matchInteraction": ("directedPair",),
    "orderInteraction": ("identifier",),
}
_NAMING: Final = ("variable", "mapResponse", "correct", "setOutcomeValue")


def notes(item: Item) -> Iterator[str]:
    """Yield a sentence on each thing that is amiss."""
    if other := misspelled(item.root):
        yield f"the element <{other}> is spelled as in another version of QTI"
    filled = Counter(interaction.response for interaction in item.interactions)
    for response, times in filled.items():
        if response not in item.responses:
            yield f"the response '{response}' is not declared"
        elif times > 1:
            yield f"{times} interactions fill the response '{response}'"
    yield from (f"nothing fills the response '{one}'" for one in item.responses if one not in filled)
    for number, interaction in enumerate(item.interactions, 1):
        yield from (f"field {number}: {slip}" for slip in _of_interaction(item, interaction))
    yield from _of_outcomes(item)
    yield from _of_feedback(item)
    yield from _of_pictures(item)
    yield from _of_formulas(item)
    try:
        item.processing.run({})
    except RuleError as error:
        yield f"the rules cannot be worked out where nothing is answered: {error}"


def _of_interaction(item: Item, interaction: Interaction) -> Iterator[str]:
    declared = item.responses.get(interaction.response)
    if declared is None:
        return
    if declared.base_type not in _TYPES[interaction.kind]:
        yield f"a {interaction.kind} cannot give a {declared.base_type}"
    if interaction.kind == "choiceInteraction" and declared.cardinality == "single" and interaction.most != 1:
        yield f"students may choose more than one option, but '{interaction.response}' holds one"
    everything = [choice.identifier for choice in (*interaction.choices, *interaction.targets)]
    yield from (f"two choices are called '{one}'" for one, times in Counter(everything).items() if times > 1)
    if interaction.choices:
        known = set(everything)
        keys = declared.correct if isinstance(declared.correct, tuple) else (declared.correct,)
        named = [str(key) for key in keys if key is not None]
        named += [] if declared.mapping is None else declared.mapping.entries
        for identifier in dict.fromkeys(part for one in named for part in one.split()):
            if identifier not in known:
                yield f"the key names a choice '{identifier}' that is not there"
        yield from ("an option shows nothing" for one in _empty(interaction) if one)
    if declared.correct is None and interaction.response not in item.by_hand:
        yield "it has no key"


def _empty(interaction: Interaction) -> Iterator[bool]:
    for element in interaction.element.iter():
        if name(element) in ("simpleChoice", "inlineChoice", "simpleAssociableChoice"):
            yield not read_text(element) and next(descendants(element, "img", "math", "object"), None) is None


def _of_outcomes(item: Item) -> Iterator[str]:
    declared = {*item.outcomes, *item.responses}
    named = dict.fromkeys(attribute(one, "identifier") for one in descendants(item.root, *_NAMING))
    yield from (f"the rules name '{one}', which is not declared" for one in named if one not in declared)
    for told in item.told:
        if told.outcome not in item.outcomes:
            yield f"feedback waits for '{told.outcome}', which is not declared"
    if "SCORE" not in item.outcomes:
        yield "no SCORE is declared"


def _of_feedback(item: Item) -> Iterator[str]:
    """Yield what is never shown, as no rule gives its outcome the value that it waits for."""
    waited = [(told.outcome, told.identifier) for told in item.told if told.shows]
    waited += [
        (attribute(block, "outcomeIdentifier"), attribute(block, "identifier"))
        for block in (() if item.body is None else descendants(item.body, "feedbackBlock", "feedbackInline"))
        if attribute(block, "showHide") != "hide"
    ]
    values: dict[str, set[str] | None] = {outcome: set() for outcome, _ in waited}
    for rule in () if item.rules is None else descendants(item.rules, "setOutcomeValue"):
        outcome = attribute(rule, "identifier")
        known = values.get(outcome)
        if known is None:
            continue
        given = child(rule, "baseValue")
        if given is None:  # what a response holds: any of its values
            values[outcome] = None
        else:
            known.add(raw_text(given).strip())
    for outcome, identifier in dict.fromkeys(waited):
        known = values[outcome]
        declared = item.outcomes.get(outcome)
        if known is None or declared is None or identifier in known:
            continue
        default = declared.default if isinstance(declared.default, tuple) else (declared.default,)
        if identifier not in default:
            yield f"feedback waits for '{identifier}' in '{outcome}', which no rule puts there"


def _of_pictures(item: Item) -> Iterator[str]:
    yield from (f"the picture '{one.name}' is not in the package" for one in item.pictures if not one.digest)
    for image in item.every("img"):
        if not image.get("alt", "").strip():
            yield "a picture says nothing in words"


def _of_formulas(item: Item) -> Iterator[str]:
    for formula in item.every("math"):
        semantics = child(formula, "semantics")
        latex = read_text(child(semantics, "annotation"))
        if not latex or not formula.get("alttext", "").strip() or not _shows_something(semantics):
            yield "a formula has lost its LaTeX or its MathML"


def _shows_something(semantics: _Element | None) -> bool:
    """Return whether anything is read in a formula beside its LaTeX."""
    shown = () if semantics is None else (one for one in semantics if name(one) != "annotation")
    return any(text.strip() for one in shown for text in one.itertext())
