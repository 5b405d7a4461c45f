r"""C407: no text shows what a program wrote by mistake.

All texts are searched, in the target of each format, with titles, the words of pictures, what is to be chosen or typed,
model answers and rubrics: for ``nan`` and ``None`` where a value should be, zero with a sign
(``-0``), rounding errors such as ``1e-17``, two signs in a row (``+ -3``), places that were never filled, and
mathematics that was lost: commands such as ``\frac`` outside of a formula, dollar signs around one, an empty formula,
fewer formulas in one target than in another.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from markscheme.bank.checks import CHECKS, Check, Findings
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.variants import ChoiceResponse, MatchResponse, TextResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.problems import Problem
    from markscheme.bank.question import Question, Solved
    from markscheme.bank.text.template import Target
    from markscheme.bank.variants import Variant

_ASIDE = re.compile(r"<(annotation|code|pre)\b.*?</\1>", re.DOTALL)
"""What repeats a formula for machines, and what shows a program's text on purpose."""

_TAG = re.compile(r"<[^>]*>")
_WORDS = re.compile(r' (?:alt|title)="([^"]*)"')
"""What a tag says in words: of a picture, or where the mouse points at a link."""

_ELEMENT = re.compile(r"<math\b")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_AROUND = 24

_MINUS = "-\N{MINUS SIGN}"
_UNFILLED = "a place that was not filled"
_EXPONENTS = ("e-", "E-", "e\N{MINUS SIGN}", "E\N{MINUS SIGN}")
# What stands before is looked at last: a search for a certain sign is much faster than one from each place on.
_TWO_SIGNS = rf"\+[\s{{]*[{_MINUS}]\s*\d|[{_MINUS}](?<![{_MINUS}]{{2}})[\s{{]+[{_MINUS}]\s*\d|-(?<=\w-)-\d"


class _Slip(NamedTuple):
    """What a program writes by mistake: how it is called, and its form; with clues, only texts that have one do."""

    what: str
    form: re.Pattern[str]
    clues: tuple[str, ...] = ()

    def search(self, text: str) -> re.Match[str] | None:
        if self.clues and not any(map(text.__contains__, self.clues)):
            return None
        return self.form.search(text)


_EVERYWHERE = (
    _Slip("'nan'", re.compile(r"nan(?<![\w\\]nan)(?!\w)")),
    _Slip(
        "'None' for a value",
        re.compile(r"(?:[=+*/,(\[{&<]|[\d)] ?-)\s*None\b(?!\s+[a-z])|\bNone\s*[=+*/,)\]}&]"),
        clues=("None",),
    ),
    _Slip("zero with a sign", re.compile(rf"(?:^|[=<>(\[{{,;:&+*/]|\\\\)\s*[{_MINUS}]\s?0(?:\.0+)?(?!\.?\d)")),
    _Slip("two signs in a row", re.compile(_TWO_SIGNS)),
    _Slip(_UNFILLED, re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]|@@PLUGINFILE@@|\[\[[a-z]\w*\]\]")),
)
_OUTSIDE_OF_FORMULAS = (
    _Slip(
        "a rounding error",
        re.compile(rf"(?<![\w.])\d+(?:\.\d+)?[eE][{_MINUS}](?:[1-9]\d\d+|[1-9]\d)(?!\w)"),
        clues=_EXPONENTS,
    ),
    _Slip("lost mathematics", re.compile(r"\\[A-Za-z]{2,}|\$\S(?:[^$]*\S)?\$(?!\d)|\\[()]")),
    _Slip(_UNFILLED, re.compile(r"\{\{.*?\}\}")),
)
_WITHIN_FORMULAS = (_Slip("a rounding error", re.compile(r"\\times 10\^\{?-1[5-9]\}?|\d[eE]-\d\d")),)
_EMPTY = re.compile(r"<math\b[^>]*>\s*</math>|<merror\b")

Delimiters: TypeAlias = tuple[tuple[str, str], ...]


@CHECKS.register("wording")
class Wording(Check):
    """Searches the texts of each variant in each target."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.formulas: list[int] = []
        self.found = Findings("C407", "mend it, or say under 'intended' why it stands there")

    def see(self, variant: Variant, solved: Solved) -> None:  # noqa: ARG002 - its texts are enough
        """Search the texts, and count their formulas."""
        texts = list(_texts(variant))
        self.formulas = [_formulas(text, REFERENCE.delimiters) for text in texts]
        for text in (*texts, *_plain_texts(variant)):
            self._report(wording_slip(text, REFERENCE.delimiters), variant)

    def see_in(self, target: Target, variant: Variant) -> None:
        """Search the texts in another target; the formulas must be as many."""
        if target.name == REFERENCE.name:
            return
        for text, count in zip(_texts(variant), self.formulas, strict=True):
            slip, found = wording_slip(text, target.delimiters), _formulas(text, target.delimiters)
            if not slip and found != count:
                slip = f"lost mathematics in '{_cut(_shown(text), 0)}': {found} formulas instead of {count}"
            self._report(slip, variant)

    def _report(self, slip: str, variant: Variant) -> None:
        if slip:
            self.found.add(self.question.spec.place, slip.partition(" in '")[0], slip, variant.id)

    def problems(self) -> Iterator[Problem]:
        """Report what was found."""
        yield from self.found.problems()


def _texts(variant: Variant) -> Iterator[str]:
    yield from variant.stem.pieces
    yield variant.feedback.markup
    for response in variant.responses:
        if isinstance(response, ChoiceResponse) and response.layout == "dropdown":
            yield from (html.escape(option.text.markup) for option in response.options)  # they are plain text
            yield from (option.feedback.markup for option in response.options if option.feedback is not None)
        else:
            yield from (text.markup for text in response.texts)


def _plain_texts(variant: Variant) -> Iterator[str]:
    """Yield the texts that are in no target's markup."""
    yield html.escape(variant.title)
    for response in variant.responses:
        match response:
            case MatchResponse(choices=choices):
                yield from map(html.escape, choices)
            case TextResponse(accepted=accepted, mistakes=mistakes):
                yield from map(html.escape, accepted)
                yield from (html.escape(text) for mistake in mistakes for text in mistake.texts)
            case _:
                pass


@lru_cache(maxsize=4096)
def _formulas(markup: str, delimiters: Delimiters) -> int:
    pattern = _within(delimiters)
    return len(_ELEMENT.findall(markup)) + (len(pattern.findall(_ASIDE.sub(" ", markup))) if pattern else 0)


@cache
def _within(delimiters: Delimiters) -> re.Pattern[str] | None:
    """Return what finds formulas between delimiters; a backslash before one takes its meaning."""
    one = (rf"(?<!\\){re.escape(before)}(.*?){re.escape(behind)}" for before, behind in delimiters)
    return re.compile("|".join(one), re.DOTALL) if delimiters else None


@lru_cache(maxsize=4096)
def wording_slip(markup: str, delimiters: Delimiters) -> str:
    r"""Return what a program wrote into a text by mistake, in words; empty if there is nothing.

    Examples
    --------
    >>> wording_slip("<p>The sum $2 + -3$</p>", (("$", "$"),)), wording_slip("None of the above, and 5-0 = 5 - 0", ())
    ("two signs in a row in '2 + -3'", '')
    """
    if empty := _EMPTY.search(markup):
        return f"lost mathematics: an empty formula in '{_cut(markup, empty.start())}'"
    shown = _shown(markup)
    pattern = _within(delimiters)
    formulas = ["".join(one.groups("")) for one in pattern.finditer(shown)] if pattern else []
    outside = pattern.sub(" ", shown) if pattern and formulas else shown
    if not all(map(str.strip, formulas)):
        return f"lost mathematics: an empty formula in '{_cut(shown, 0)}'"
    words = _words(markup)
    formulas += (text for text in words if "\\" in text)  # a picture's words hold a formula as it was written
    for texts, slips in (
        ([_COMMAND.sub(" ", one) for one in formulas], _EVERYWHERE),
        (formulas, _WITHIN_FORMULAS),
        ([outside, *(text for text in words if "\\" not in text)], (*_EVERYWHERE, *_OUTSIDE_OF_FORMULAS)),
    ):
        for text in texts:
            for slip in slips:
                if found := slip.search(text):
                    return f"{slip.what} in '{_cut(text, found.start())}'"
    return ""


def _shown(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", _ASIDE.sub(" ", markup)))


def _words(markup: str) -> list[str]:
    """Return what tags say in words."""
    if ' alt="' not in markup and ' title="' not in markup:
        return []
    return [html.unescape(text) for tag in _TAG.findall(markup) for text in _WORDS.findall(tag)]


def _cut(text: str, at: int) -> str:
    """Return a text, or the surroundings of a place in it, in one line."""
    start = max(at - _AROUND, 0)
    part = " ".join(text[start : at + 2 * _AROUND].split())
    return f"{'…' * (start > 0)}{part}{'…' * (at + 2 * _AROUND < len(text))}"
