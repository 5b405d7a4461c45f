"""Elements of QTI 1.2 by their names, whatever their namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator


def name_of(node: etree._Element) -> str:
    """Return an element's name without its namespace; empty for what is no element."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a name."""
    return node.iterchildren(f"{{*}}{name}")


def within(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of some names anywhere in an element, in the order of the file."""
    return (one for one in node.iter(*[f"{{*}}{name}" for name in names]) if one is not node)


def first(node: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first child of a name, of the first child of a name, and so on."""
    for name in path:
        if node is None:
            return None
        node = next(children(node, name), None)
    return node


def content(node: etree._Element | None) -> str:
    """Return the text in an element, its own elements written out as they are."""
    if node is None:
        return ""
    parts = [node.text or ""]
    for child in node:
        parts.append(etree.tostring(child, encoding="unicode"))
    return "".join(parts)


def text(node: etree._Element | None) -> str:
    """Return the text in an element and all that are in it, without blanks at its ends."""
    return "" if node is None else "".join(map(str, node.itertext())).strip()


def metadata(item: etree._Element) -> dict[str, str]:
    """Return the fields of an element's metadata; of two with one label the first counts."""
    found: dict[str, str] = {}
    for field in within(item, "qtimetadatafield"):
        found.setdefault(text(first(field, "fieldlabel")), text(first(field, "fieldentry")))
    return found
