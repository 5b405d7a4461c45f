"""QTI's versions: they share their words, but spell them otherwise and live in other namespaces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from markscheme.exporters.qti.target import QtiMarkup

_CAPITAL = re.compile("[A-Z]")
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


@cache
def kebab(name: str) -> str:
    """Return a name of QTI 2 as QTI 3 spells it, without what stands before it.

    Examples
    --------
    >>> kebab("responseDeclaration"), kebab("maxChoices"), kebab("xml:lang")
    ('response-declaration', 'max-choices', 'xml:lang')
    """
    return _CAPITAL.sub(lambda capital: "-" + capital[0].lower(), name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dialect:
    """A version of QTI.

    Attributes
    ----------
    name
        The name of the format.
    version
        What people call it.
    namespace, schema
        Of items and tests, with the address of their XSD.
    manifest_namespace, manifest_schema
        Of the manifest, likewise.
    package, package_version
        What the manifest says that it is.
    packages
        How what packages of the version say of themselves begins.
    item_type, test_type
        The types of the manifest's resources.
    kebab
        Whether elements begin with ``qti-`` and names are in small letters.
    external_scoring
        Whether an outcome may say that a person scores it.
    """

    name: str
    version: str
    namespace: str
    schema: str
    manifest_namespace: str
    manifest_schema: str
    package: str
    package_version: str
    packages: str
    item_type: str
    test_type: str
    target: QtiMarkup = field(repr=False)
    kebab: bool = False
    external_scoring: bool = True

    def tag(self, name: str) -> str:
        """Return the name of an element."""
        return f"qti-{kebab(name)}" if self.kebab else name

    def element(self, name: str, content: str = "", /, **attributes: object) -> str:
        """Return an element; attributes of the value None are left out."""
        given = attributes
        if None in given.values():
            given = {key: value for key, value in given.items() if value is not None}
        start, end = _frame(self, name, tuple(given))
        start %= tuple(given.values())
        return f"{start}>{content}{end}" if content else f"{start}/>"

    def attribute(self, name: str) -> str:
        """Return the name of an attribute."""
        return kebab(name) if self.kebab else name

    def content(self, markup: str) -> str:
        """Return what stands in a feedback or rubric; QTI 3 wants it in an element of its own."""
        return f"<qti-content-body>{markup}</qti-content-body>" if self.kebab else markup

    def root(self, name: str, content: str, attributes: str) -> str:
        """Return a document's root element with its declaration."""
        tag = self.tag(name)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{tag} xmlns="{self.namespace}" xmlns:xsi="{_XSI}" '
            f'xsi:schemaLocation="{self.namespace} {self.schema}" {attributes}>{content}</{tag}>\n'
        )


_MARKUP: Final = QtiMarkup("qti")


@cache
def _frame(dialect: Dialect, name: str, attributes: tuple[str, ...]) -> tuple[str, str]:
    """Return what stands before and behind an element's content, with %s for each attribute's value."""
    tag = dialect.tag(name)
    return f"<{tag}" + "".join([f' {dialect.attribute(one)}="%s"' for one in attributes]), f"</{tag}>"


_IMS: Final = "http://www.imsglobal.org/xsd"
_PURL: Final = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd"

QTI21: Final = Dialect(
    name="qti21",
    version="QTI 2.1",
    namespace=f"{_IMS}/imsqti_v2p1",
    schema=f"{_IMS}/qti/qtiv2p1/imsqti_v2p1.xsd",
    manifest_namespace=f"{_IMS}/imscp_v1p1",
    manifest_schema=f"{_IMS}/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
    package="QTIv2.1 Package",
    packages="QTIv2.1",
    package_version="1.0.0",
    item_type="imsqti_item_xmlv2p1",
    test_type="imsqti_test_xmlv2p1",
    target=QtiMarkup("qti21", frozenset({"href", "src", "alt"})),
    external_scoring=False,
)
QTI22: Final = Dialect(
    name="qti22",
    version="QTI 2.2",
    namespace=f"{_IMS}/imsqti_v2p2",
    schema=f"{_IMS}/qti/qtiv2p2/imsqti_v2p2p2.xsd",
    manifest_namespace=f"{_IMS}/imscp_v1p1",
    manifest_schema=f"{_IMS}/qti/qtiv2p2/qtiv2p2_imscpv1p2_v1p0.xsd",
    package="QTIv2.2 Package",
    packages="QTIv2.2",
    package_version="1.0.0",
    item_type="imsqti_item_xmlv2p2",
    test_type="imsqti_test_xmlv2p2",
    target=_MARKUP,
)
QTI30: Final = Dialect(
    name="qti30",
    version="QTI 3.0",
    namespace=f"{_IMS}/imsqtiasi_v3p0",
    schema=f"{_PURL}/imsqti_asiv3p0_v1p0.xsd",
    manifest_namespace=f"{_IMS}/qti/qtiv3p0/imscp_v1p1",
    manifest_schema=f"{_PURL}/imsqtiv3p0_imscpv1p2_v1p0.xsd",
    package="QTI Package",
    packages="QTI ",
    package_version="3.0.0",
    item_type="imsqti_item_xmlv3p0",
    test_type="imsqti_test_xmlv3p0",
    target=_MARKUP,
    kebab=True,
)

DIALECTS: Final = (QTI21, QTI22, QTI30)
