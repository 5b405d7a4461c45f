"""C402: every formula can be shown by every target.

Moodle and Canvas show LaTeX through MathJax; QTI players and the preview show MathML. Formulas of the first variants
are converted to MathML here, so that what cannot be converted, or would come out as broken markup, is found before a
format needs it.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markscheme.bank.checks import CHECKS, Check
from markscheme.bank.problems import Problem
from markscheme.bank.text.mathml_formula import formula as convert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.question import Question, Solved
    from markscheme.bank.variants import Variant

_FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
_ENOUGH = 3


@CHECKS.register("mathml")
class MathMl(Check):
    """Converts the formulas of the first variants."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.seen = 0
        self.formulas: dict[str, str] = {}

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - its texts are enough
        """Gather the formulas."""
        self.seen += 1
        if self.seen <= _ENOUGH:
            for markup in _texts(variant):
                for inline, display in _FORMULA.findall(markup):
                    self.formulas.setdefault(html.unescape(inline or display), variant.id)

    def problems(self) -> Iterator[Problem]:
        """Report what cannot be converted."""
        for formula, variant in self.formulas.items():
            slip = mathml_slip(formula)
            if slip:
                yield Problem(
                    place=self.question.spec.place,
                    code="C402",
                    message=f"the formula '{formula}' {slip}",
                    variant=variant,
                )


def mathml_slip(formula: str) -> str:
    r"""Return what is wrong with a formula's MathML, or an empty text.

    Examples
    --------
    >>> mathml_slip(r"\frac{1}{2}")
    ''
    """
    from lxml import etree  # noqa: PLC0415 - slow to import

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        etree.fromstring(f"<math>{convert(formula)}</math>", parser)
    except (ValueError, IndexError) as error:
        return f"cannot be converted to MathML: {error}"
    except etree.XMLSyntaxError:
        return "becomes broken MathML"
    return ""


def _texts(variant: Variant) -> Iterator[str]:
    yield from variant.stem.pieces
    yield variant.feedback.markup
    for response in variant.responses:
        yield from (text.markup for text in response.texts)
