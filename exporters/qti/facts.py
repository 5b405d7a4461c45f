"""What a document says of an item, as facts to be compared: texts by what is read, numbers as decimals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markscheme.exporters.format import Fact
from markscheme.exporters.qti.elements import attribute, child, children, name, raw_text
from markscheme.exporters.said import decimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from markscheme.exporters.format import FactPath
    from markscheme.exporters.qti.item import Interaction, Item

_FINGERPRINT: Final = re.compile(r"ms:([0-9a-f]{16})")
_SIGNS: Final = {"gte": ">=", "lte": "<=", "gt": ">", "lt": "<", "match": "is", "equal": "=", "and": "and", "or": "or"}
_SETTINGS: Final = (
    "shuffle", "maxChoices", "minChoices", "maxAssociations", "expectedLines", "expectedLength", "patternMask", "format"
)  # fmt: skip


def fingerprint(item: Item) -> str:
    """Return the digest that the export wrote as the item's label; empty if it is gone."""
    found = _FINGERPRINT.fullmatch(item.label.strip().lower())
    return found[1] if found else ""


def facts(item: Item) -> Iterator[Fact]:
    """Yield what the document says of the question, in a stable order."""
    yield Fact(("name",), item.title)
    yield Fact(("mark",), decimal(f"{item.most:.12g}"))
    yield Fact(("stem",), item.stem)
    yield Fact(("worked solution",), item.solution)
    yield Fact(("marker's information",), item.rubric)
    yield from _pictures(item)
    for number, interaction in enumerate(item.interactions, 1):
        yield from _interaction(interaction, (("field", number),))
    for number, declared in enumerate(children(item.root, "responseDeclaration", "outcomeDeclaration"), 1):
        yield from _declaration(declared, (("variable", number),))
    processing = item.rules
    if processing is not None:
        yield Fact(("template", "rules"), attribute(processing, "template"))
        for number, rule in enumerate(processing, 1):
            yield from _rule(rule, (("rule", number),))
    for number, told in enumerate(item.told, 1):
        path: FactPath = (("feedback", number),)
        yield Fact(("text", *path), told.text)
        yield Fact(("condition", *path), f"{told.outcome} {'has' if told.shows else 'has not'} {told.identifier}")


def _pictures(item: Item) -> Iterator[Fact]:
    for number, image in enumerate(item.every("img", "object"), 1):
        yield Fact(("words", ("picture", number)), " ".join(image.get("alt", "").split()))
        yield Fact(("file", ("picture", number)), image.get("src") or image.get("data") or "")
    for picture in item.pictures:
        yield Fact((f"file '{picture.name}'",), f"SHA-256 {picture.digest}" if picture.digest else "")


def _interaction(interaction: Interaction, path: FactPath) -> Iterator[Fact]:
    yield Fact(("kind", *path), f"{interaction.kind} for {interaction.response}")
    for setting in _SETTINGS:
        if said := attribute(interaction.element, setting):
            yield Fact((setting, *path), said)
    for what, choices in (("option", interaction.choices), ("choice", interaction.targets)):
        for number, choice in enumerate(choices, 1):
            yield Fact(("text", (what, number), *path), choice.text)
            yield Fact(("identifier", (what, number), *path), choice.identifier)


def _declaration(element: _Element, path: FactPath) -> Iterator[Fact]:
    said = [attribute(element, word) for word in ("identifier", "cardinality", "baseType")]
    yield Fact(("declaration", *path), " ".join(said))
    for word in ("normalMaximum", "normalMinimum", "externalScored"):
        if value := attribute(element, word):
            yield Fact((word, *path), decimal(value))
    for word, what in (("correctResponse", "key"), ("defaultValue", "default")):
        found = child(element, word)
        if found is not None:
            yield Fact((what, *path), "; ".join(decimal(_inner(one)) for one in children(found, "value")))
    mapping = child(element, "mapping")
    if mapping is not None:
        bounds = [attribute(mapping, word) for word in ("lowerBound", "upperBound", "defaultValue")]
        yield Fact(("bounds", *path), " ".join(decimal(one) or "-" for one in bounds))
        for number, entry in enumerate(children(mapping, "mapEntry"), 1):
            credit = f"{attribute(entry, 'mapKey')} earns {decimal(attribute(entry, 'mappedValue'))}"
            yield Fact(("credit", ("entry", number), *path), credit)


def _rule(rule: _Element, path: FactPath) -> Iterator[Fact]:
    if name(rule) != "responseCondition":
        yield Fact(("consequence", *path), _written(rule))
        return
    for number, case in enumerate(rule, 1):
        own: FactPath = (("case", number), *path)
        parts = [_written(one) for one in case]
        condition = "else" if name(case) == "responseElse" or not parts else parts.pop(0)
        yield Fact(("condition", *own), condition)
        yield Fact(("consequence", *own), "; ".join(parts))


def _written(element: _Element) -> str:
    """Return a rule or an expression in one line."""
    kind = name(element)
    inner = [_written(one) for one in element]
    match kind:
        case "baseValue":
            return decimal(_inner(element))
        case "variable":
            return attribute(element, "identifier")
        case "setOutcomeValue":
            return f"{attribute(element, 'identifier')} := {' '.join(inner)}"
        case _ if kind in _SIGNS and inner:
            return "(" + f" {_SIGNS[kind]} ".join(inner) + ")"
        case _:
            more = [f"{key}={value}" for key, value in sorted((str(k), str(v)) for k, v in element.attrib.items())]
            return f"{kind}({', '.join((*more, *inner))})"


def _inner(element: _Element) -> str:
    return raw_text(element).strip()
