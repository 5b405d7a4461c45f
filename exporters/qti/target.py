"""The markup of QTI's texts: XHTML, in which each formula is MathML that also says in LaTeX what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.text.holes import MATHS_HOLE, PRIVATE, SIGN, SLOT, TEX_HOLE
from markscheme.bank.text.html import ANNOTATION
from markscheme.bank.text.mathml import NAMESPACE, MathMl
from markscheme.bank.text.mathml import _Renderer as _MathMlRenderer

if TYPE_CHECKING:
    from markdown_it.token import Token

    from markscheme.bank.maths import Node

_LAST_SLOT = 0xF8FF
_ATTRIBUTES = frozenset({"href", "src", "alt", "start", "style"})

FIRST = 'class="first-'
"""Stands in a list that should begin with another number than 1, where the version knows no such lists."""


class QtiMarkup(MathMl):
    """XHTML with MathML as a version of QTI takes it.

    Parameters
    ----------
    name
        The name of the target.
    attributes
        Which of Markdown's attributes the version knows.
    """

    def __init__(self, name: str, attributes: frozenset[str] = _ATTRIBUTES) -> None:
        self.name = name
        self.attributes = attributes

    def formula(self, node: Node) -> str:
        """Return mathematics as a formula within a line of text."""
        return _formula(ANNOTATION.maths(node, ""), self.maths(node, ""), "")

    def renderer(self) -> type[_Renderer]:
        """Return the class that turns Markdown tokens into XHTML."""
        return _Renderer


class _Renderer(_MathMlRenderer):
    target: QtiMarkup

    def tag(self, token: Token, following: Token) -> str:
        if token.type == "paragraph_open" and any(SLOT <= ord(one) <= _LAST_SLOT for one in following.content):
            return 'div class="block"'  # what stands there may be a table
        return super().tag(token, following)

    def attribute(self, name: str, value: str) -> str:
        if name in self.target.attributes:
            return super().attribute(name, value)
        return f' {FIRST}{value}"' if name == "start" else ""

    def title(self, token: Token) -> str:  # noqa: ARG002 - no version has titles on all elements
        return ""

    def element(self, latex: str, written: str, attributes: str) -> str:
        escaped = self.target.attribute(latex)
        return _formula(PRIVATE.sub(_repeated, escaped), written, attributes)


def _repeated(found: object) -> str:
    """Return a hole of a formula as it is repeated in its LaTeX."""
    return chr(TEX_HOLE + (ord(found[0]) - MATHS_HOLE) % SIGN)  # type: ignore[index]


def _formula(latex: str, written: str, attributes: str) -> str:
    return (
        f'<math xmlns="{NAMESPACE}"{attributes} alttext="{latex}"><semantics><mrow>{written}</mrow>'
        f'<annotation encoding="application/x-tex">{latex}</annotation></semantics></math>'
    )
