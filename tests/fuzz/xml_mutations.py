"""Mutations of Moodle files: of the bytes, the elements, the texts and the ids.

Everything comes from one `random.Random`, so that a kind, a seed and a number make the same file again.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.exporters import FORMATS
from markscheme.exporters.export import Order, export_stream
from markscheme.exporters.format import Options

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDED = Path(__file__).parents[1] / "exporters" / "recorded"
FOLDERS = (RECORDED / "reexported-bank", SHIPPED / "deep_learning")

BYTES = [
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x99\x82",
        b"&",
        b"<",
        b">",
        b"]]>",
        b"\x0b",
    ),
    *(
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<?x ?>",
        b"<?xml version='1.0' encoding='UTF-7'?>",
        b"&#xD800;",
        b"&#0;",
        b"&nbsp;",
    ),
    *(
        b"<!DOCTYPE quiz [<!ENTITY a 'b'>]>",
        b"<!ENTITY % a SYSTEM 'file:///etc/passwd'>",
        b"&a;",
        b"%a;",
        b"&amp;",
        b'"',
    ),
    *(
        b"<xi:include href='/etc/passwd' xmlns:xi='http://www.w3.org/2001/XInclude'/>",
        b"<quiz>",
        b"</quiz>",
        b"\r",
        b"\n",
    ),
    *(b"</question>", b"<question>", b"<question type='category'><category/></question>", b" ", b"<a/>" * 50),
]
"""Pieces that mean something in XML, or must not be there."""

ODD = [
    *("0", "-1", "1e999", "-1e-999", "9" * 30, "9" * 5000, "0" * 5000 + "1", "1,5", "1.5.5", "NaN", "INF", "-"),
    *("+", ".", "٣", "½"),
    *("&#" + "9" * 5000 + ";", "&#x" + "f" * 5000 + ";", "&#0;", "&#128;", "&nbsp;", "&amp;lt;", "&", "&#"),
    *("&lt;b&gt;", "\ufeff"),
    *("{1:SA:=", "{1:NM:=3:0.1}", "{1:MC:a~=b}", "{#1}", "{#0}", "{#" + "9" * 5000 + "}", "{9999999:SA:=a}"),
    *("{1:NM:%999%1}", "{"),
    *("{1:MR:%-50%a~%0%b}", "{1:SA:=" + "&#" + "9" * 5000 + ";}", "{1:XX:=a}", "}", "~", "=", "#", "%", "*", "\\"),
    *("\\}", "~%100%"),
    *("<b>", "</b>", "<", ">", "<a href='x'>", "<img src='@@PLUGINFILE@@/a.png'>", "<s>", "<sup>2</sup>", "<!--"),
    *("-->", "'", '"', "`"),
    *("\\(", "\\)", "\\[", "$$", "$a$", ":)", "(n)", "_____", "______", "@@PLUGINFILE@@/", "<pre "),
    *('<span class="nolink">', "\n", "\t"),
    *("é", "İ", "ß", "𝔸", "🙂", "\u202e", "\u200b", "\u0301", "\xa0", "\u2028", "\x85", "ﬁ", "\u009b31m", "a" * 300),
    *("//", "/", "$course$"),
    *("true", "false", "True", "100", "33.33333", "html", "plain_text", "markdown", "", " ", "ABSOLUTE_POSITION"),
    *("ms:0123456789abcdef",),
]
"""Pieces that mean something to Moodle or to a browser, numbers that are none, and odd characters."""

KINDS_OF_QUESTIONS = "numerical multichoice truefalse shortanswer matching ordering essay cloze description gapselect x"
_BLOCK = re.compile(r"<question .*?</question>", re.DOTALL)
_TEXT = re.compile(r"<!\[CDATA\[(.*?)\]\]>|(?<=>)([^<>]+)(?=<)|(?<==\")([^\"<>]*)(?=\")", re.DOTALL)
_ID = re.compile(r"(?<=\.)[0-9]+(?=[.<])|original|[a-z][a-z0-9-]*(?=\.(?:original|[0-9]+\.[0-9]+)[<\]])")


@lru_cache(maxsize=1)
def bases() -> tuple[tuple[str, ...], ...]:
    """Return the questions of each bank that are mutated, as they stand in a file."""
    bank = read_bank(FOLDERS[1])
    pieces: list[bytes] = []
    order = Order(bank=bank, form=FORMATS.get("moodle"), seed=bank.spec.seed, count=1, options=Options())
    export_stream(order, pieces.append, lambda _question: None)
    exported = b"".join(pieces).decode()
    recorded = (RECORDED / "reexported.xml").read_text(encoding="utf-8")
    return tuple(tuple(one for one in _BLOCK.findall(text) if len(one) < 30_000) for text in (recorded, exported))


def example(kind: str, seed: int, number: int) -> tuple[int, bytes]:
    """Return which bank a mutated file belongs to, and the file."""
    chance = random.Random(f"{kind} {seed} {number}")
    which = chance.randrange(2)
    blocks = chance.sample(bases()[which], chance.choice([1, 1, 2, 3]))
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(blocks) + "\n</quiz>\n"
    data = text.encode()
    for _ in range(chance.choice([1, 1, 2, 3, 6])):
        data = KINDS[kind](data, chance)
    return which, data


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Flip, cut, double, move or insert bytes."""
    first, last = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    near = min(last, first + chance.choice([1, 3, 30, 3000]))
    match chance.randrange(7):
        case 0:
            return data[:first] + bytes([chance.randrange(256)]) + data[first + 1 :]
        case 1:
            return data[:first] + data[near:]
        case 2:
            return data[:first]
        case 3:
            return data[:near] + data[first:near] * chance.choice([1, 2, 40]) + data[near:]
        case 4:
            return data[:first] + data[near:last] + data[first:near] + data[last:]
        case _:
            return data[:first] + chance.choice(BYTES) + data[first:]


def rebuilt(data: bytes, chance: random.Random) -> bytes:
    """Delete, double, move, rename, nest or empty an element, or change an attribute."""
    parser = etree.XMLParser(
        strip_cdata=False, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return flipped(data, chance)
    elements = [one for one in root.iter() if isinstance(one.tag, str) and one is not root]
    if not elements:
        return flipped(data, chance)
    one, other = chance.choice(elements), chance.choice(elements)
    parent = one.getparent()
    again = etree.fromstring(etree.tostring(one), parser)
    match chance.randrange(10):
        case 0:
            parent.remove(one)
        case 1:
            for _ in range(chance.choice([1, 1, 30])):
                parent.append(etree.fromstring(etree.tostring(one), parser))
        case 2:
            other.append(again)
        case 3:
            parent.insert(chance.randrange(len(parent) + 1), again)
            parent.remove(one)
        case 4:
            one.tag = chance.choice(elements).tag
        case 5:
            one.text = chance.choice([None, "", "x", "1"])
        case 6:
            parent.replace(one, etree.fromstring(etree.tostring(other), parser))
        case 7 if one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]
        case _:
            value = chance.choice([*KINDS_OF_QUESTIONS.split(), "0", "-100", "33", "1e999", "/d/", "html", "", "a.png"])
            one.set(chance.choice(["type", "fraction", "format", "name", "path", "encoding", "x"]), value)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def retold(data: bytes, chance: random.Random) -> bytes:
    """Put odd pieces into a text, an attribute or a file, or put one text in the place of another."""
    text = data.decode(errors="replace")
    found = list(_TEXT.finditer(text))
    if not found:
        return flipped(data, chance)
    spot, other = chance.choice(found), chance.choice(found)
    start, end = spot.span(spot.lastindex or 0)
    inner = text[start:end]
    match chance.randrange(6):
        case 0:
            inner = chance.choice(ODD)
        case 1:
            inner = other[other.lastindex or 0]
        case 2:
            inner = re.sub(r"[0-9]+", lambda _: chance.choice(["0", "7", "99999999999999999999", "-1"]), inner, count=3)
        case 3:
            at = chance.randrange(len(inner) + 1)
            inner = inner[:at] + chance.choice(ODD) * chance.choice([2, 30, 1000]) + inner[at:]
            inner = inner[:20_000]
        case _:
            at = chance.randrange(len(inner) + 1)
            inner = inner[:at] + chance.choice(ODD) + inner[at + chance.choice([0, 0, 1, 5]) :]
    if not text[:start].endswith("<![CDATA[") and chance.random() < 0.8:
        inner = inner.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (text[:start] + inner + text[end:]).encode()


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """Change the question, the seed or the draw of an id, where it stands or everywhere."""
    text = data.decode(errors="replace")
    found = list(_ID.finditer(text))
    if not found:
        return flipped(data, chance)
    spot = chance.choice(found)
    odd = [
        "0",
        "1",
        "2",
        "3",
        "07",
        "31",
        "999",
        "1" * 12,
        "9" * 16,
        "9" * 5000,
        "original",
        "x",
        "",
        "sum",
        "number",
        "٣",
    ]
    new = chance.choice(odd)
    if chance.random() < 0.3:
        block = next((one for one in _BLOCK.findall(text) if spot[0] in one), "")
        return text.replace("</quiz>", block.replace(spot[0], new) + "</quiz>").encode()
    return (text[: spot.start()] + new + text[spot.end() :]).encode()


KINDS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bytes": flipped,
    "elements": rebuilt,
    "texts": retold,
    "ids": renumbered,
}
