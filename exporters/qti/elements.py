"""Elements of QTI documents by the names of QTI 2, whichever version they are in.

An attribute counts as its element's version spells it, as on a platform. Elements are found in either spelling, for
that is quick; `misspelled` tells of those that are not in their document's own.

Examples
--------
>>> from lxml import etree
>>> item = etree.fromstring('<qti-text-entry-interaction xmlns="urn:q" response-identifier="R" expected-length="5"/>')
>>> name(item), attribute(item, "responseIdentifier"), attribute(item, "format")
('textEntryInteraction', 'R', '')
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

QTI3: Final = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_WORDS: Final = (
    "assessmentItem", "responseDeclaration", "outcomeDeclaration", "itemBody", "textEntryInteraction",
    "extendedTextInteraction", "choiceInteraction", "inlineChoiceInteraction", "matchInteraction", "orderInteraction",
    "simpleChoice", "inlineChoice", "simpleAssociableChoice", "responseProcessing", "responseCondition", "responseIf",
    "setOutcomeValue", "baseValue", "modalFeedback",
)  # fmt: skip
"""The elements by which a version is told: those that make up an item. More would cost more than they tell."""

_HYPHEN: Final = re.compile(r"-(\w)")
_UPPER: Final = re.compile(r"[A-Z]")
_PREFIX: Final = "qti-"


@cache
def _canonical(tag: str) -> str:
    local = tag.rpartition("}")[2]
    if local.startswith(_PREFIX):
        return _HYPHEN.sub(lambda found: found[1].upper(), local.removeprefix(_PREFIX))
    return local


@cache
def _hyphenated(word: str) -> str:
    return _UPPER.sub(lambda found: f"-{found[0].lower()}", word)


@cache
def _tags(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return how elements of some names are spelled in any version: libxml2 finds them much faster than Python."""
    return tuple(f"{{*}}{spelled}" for word in words for spelled in (word, f"{_PREFIX}{_hyphenated(word)}"))


@cache
def _attribute(tag: str, word: str) -> str:
    """Return how an element of QTI spells an attribute."""
    return _hyphenated(word) if tag.rpartition("}")[2].startswith(_PREFIX) else word


@cache
def _of_the_other(namespace: str) -> tuple[str, ...]:
    """Return the names of elements that are no document's of a namespace, but those of another version."""
    if namespace == QTI3:
        return tuple(f"{{{namespace}}}{word}" for word in _WORDS)
    return tuple(f"{{{namespace}}}{_PREFIX}{_hyphenated(word)}" for word in _WORDS)


def misspelled(root: _Element) -> str:
    """Return the name of the first element that is spelled as another version does; empty if there is none.

    Examples
    --------
    >>> from lxml import etree
    >>> misspelled(etree.fromstring(f'<qti-assessment-item xmlns="{QTI3}"><itemBody/></qti-assessment-item>'))
    'itemBody'
    """
    found = next(root.iter(*_of_the_other(root.tag.rpartition("}")[0].removeprefix("{"))), None)
    return "" if found is None else found.tag.rpartition("}")[2]


def name(element: _Element) -> str:
    """Return an element's name in QTI 2; elements of HTML and MathML keep theirs."""
    return _canonical(element.tag)


def attribute(element: _Element, word: str) -> str:
    """Return an attribute by its name in QTI 2; empty where there is none in the spelling of the element's version."""
    if _hyphenated(word) != word:
        word = _attribute(element.tag, word)
    return element.get(word) or ""


def children(element: _Element, *words: str) -> list[_Element]:
    """Return the children of some names, in order."""
    return list(element.iterchildren(*_tags(words)))


def child(element: _Element | None, word: str) -> _Element | None:
    """Return the first child of a name."""
    return None if element is None else next(element.iterchildren(*_tags((word,))), None)


def descendants(element: _Element, *words: str) -> Iterator[_Element]:
    """Yield the element and what is in it, as far as it has one of some names, in order."""
    return element.iter(*_tags(words))


def raw_text(element: _Element) -> str:
    """Return the text of a simple element, such as a value, with all its spaces."""
    if not len(element):
        return element.text or ""
    return "".join(map(str, element.itertext()))


def read_text(element: _Element | None, *left_out: str) -> str:
    """Return what is read in an element, a space for each tag, without elements of some names."""
    if element is None:
        return ""
    texts = _texts(element, left_out) if left_out else map(str, element.itertext())
    return " ".join(" ".join(texts).split())


def _texts(element: _Element, left_out: tuple[str, ...]) -> Iterator[str]:
    """Yield texts in order; the stack is a list, never Python's own."""
    stack: list[_Element | str] = [element]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
            continue
        if next(one.iter(*_tags(left_out)), None) is None:
            yield from map(str, one.itertext())
            continue
        for part in reversed(one):
            if part.tail:
                stack.append(part.tail)
            if name(part) not in left_out:
                stack.append(part)
        if one.text:
            yield one.text
