"""The manifest of a QTI package: every file, what it is, and what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme import __version__
from markscheme.exporters.qti.items import LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markscheme.exporters.format import Heading
    from markscheme.exporters.qti.dialects import Dialect
    from markscheme.exporters.qti.package import Entry

_LOM = "http://ltsc.ieee.org/xsd/LOM"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
TEST = "test"


def manifest(dialect: Dialect, heading: Heading, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield a package's manifest, piece by piece.

    Parameters
    ----------
    entries
        Its items, in order.
    """
    escaped = dialect.target.escape
    about = f"<schema>{dialect.package}</schema><schemaversion>{dialect.package_version}</schemaversion>"
    about += _about(escaped(heading.title), [heading.bank], __version__)
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{dialect.manifest_namespace}" '
        f'xmlns:xsi="{_XSI}" xsi:schemaLocation="{dialect.manifest_namespace} {dialect.manifest_schema}" '
        f'identifier="{escaped(heading.bank)}"><metadata>{about}</metadata><organizations/><resources>'
    )
    yield _resource(TEST, dialect.test_type, "test.xml", [_item(entry.id) for entry in entries])
    for entry in entries:
        yield _resource(
            _item(entry.id),
            dialect.item_type,
            f"items/{entry.id}.xml",
            map(_picture, entry.pictures),
            _about(escaped(entry.title), [f"ms:{entry.fingerprint}", entry.question, *map(escaped, entry.topics)]),
        )
    for name in dict.fromkeys(name for entry in entries for name in entry.pictures):
        yield _resource(_picture(name), "webcontent", f"images/{name}", ())
    yield "</resources></manifest>\n"


def _item(name: str) -> str:
    return f"item-{name}"


def _picture(name: str) -> str:
    return f"image-{name}"


def _about(title: str, keywords: Iterable[str], version: str = "") -> str:
    """Return what people search for, in the words of LOM (IEEE 1484.12.3)."""
    words = "".join(f"<keyword>{_string(word)}</keyword>" for word in keywords)
    cycle = f"<lifeCycle><version>{_string(version)}</version></lifeCycle>" if version else ""
    return f'<lom xmlns="{_LOM}"><general><title>{_string(title)}</title>{words}</general>{cycle}</lom>'


def _string(text: str) -> str:
    return f'<string language="{LANGUAGE}">{text}</string>'


def _resource(identifier: str, kind: str, file: str, needs: Iterable[str], about: str = "") -> str:
    dependencies = "".join(f'<dependency identifierref="{name}"/>' for name in needs)
    content = f'<file href="{file}"/>{dependencies}'
    if about:
        content = f"<metadata>{about}</metadata>{content}"
    return f'<resource identifier="{identifier}" type="{kind}" href="{file}">{content}</resource>'
