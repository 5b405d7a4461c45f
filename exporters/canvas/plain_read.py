"""Read items of plain QTI 1.2 and mark answers by their own response processing, as the specification says."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markscheme.exporters.archive import read_archive
from markscheme.exporters.canvas.draft import Draft
from markscheme.exporters.canvas.elements import children, content, first, name_of, text, within
from markscheme.exporters.canvas.lint import check_rules
from markscheme.exporters.canvas.package import manifest_files
from markscheme.exporters.canvas.pictures import PlainPictures
from markscheme.exporters.canvas.plain_rules import amount, read_rule
from markscheme.exporters.format import Fact, Outcome, Stored
from markscheme.exporters.roundtrip import words
from markscheme.exporters.said import decimal, reading, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lxml import etree

    from markscheme.exporters.canvas.plain_rules import Given
    from markscheme.exporters.format import Answer, FactPath, Note

FINGERPRINT: Final = "markscheme_digest"
_RESPONSES: Final = ("response_lid", "response_str", "response_num")
_NUMBERED = re.compile(r"\([0-9]+\)")
_MOST_DIGITS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainField:
    """A response of an item, or one of the items that it puts into order.

    Attributes
    ----------
    name
        The response's ident.
    kind
        "number", "text", "essay", "single", "multiple" or "place".
    label
        What stands beside it, in HTML; empty for a number in the text.
    options
        Ident and text in HTML of what may be chosen.
    ident
        Of an item to be put into order: its ident.
    """

    name: str
    kind: str
    label: str = ""
    options: tuple[tuple[str, str], ...] = ()
    ident: str = ""


class PlainItem:
    """An item as its file says it is."""

    def __init__(self, draft: Draft, files: tuple[tuple[str, str], ...]) -> None:
        self._draft = draft
        self._files = files
        node = draft.node
        self.id = node.get("ident", "")
        self.name = " ".join(node.get("title", "").split())
        self.place = draft.place
        self.fingerprint = draft.metadata.get(FINGERPRINT, "")
        self.fields = tuple(_fields(draft.presentation))
        self._conditions = [
            one for processing in children(node, "resprocessing") for one in children(processing, "respcondition")
        ]
        self._rules = tuple(rule for one in self._conditions if (rule := read_rule(one)) is not None)
        rubric = next(children(node, "rubric"), None)  # all is looked up now: a file that is read forgets its elements
        self._marker = "" if rubric is None else content(next(within(rubric, "mattext"), None))
        self._score = next(within(node, "decvar"), None)

    @property
    def notes(self) -> Sequence[Note]:
        """What is lost of it: pictures that the package lacks."""
        return self._draft.notes

    @property
    def labels(self) -> Sequence[str]:
        """What stands beside each field."""
        return [field.label for field in self.fields]

    @property
    def stored(self) -> Stored:
        """What is asked and said."""
        return Stored(
            name=self.name,
            stem=self._draft.text,
            feedback=self._draft.feedback("general_fb"),
            mark=self._number("maxvalue") or 0.0,
            penalty=None,
            category=None,
            pictures=frozenset(self._files),
            marker=self._marker,
        )

    def options(self) -> Iterator[Sequence[str]]:
        """Yield what may be chosen in each field."""
        for field in self.fields:
            if field.kind == "place":
                yield [str(place + 1) for place in range(len(field.options))]
            elif field.options:
                yield [shown for _, shown in field.options]

    def _number(self, name: str) -> float | None:
        given = None if self._score is None else self._score.get(name)
        return None if given is None else amount(given)

    def submit(self, answers: Sequence[Answer]) -> Outcome:
        """Return what the response processing makes of answers, one for each field.

        Raises
        ------
        ValueError
            If a student could not hand that in.
        """
        if len(answers) != len(self.fields):
            raise ValueError(f"{len(answers)} answers for {len(self.fields)} fields")
        given = _given(self.fields, answers)
        if any(field.kind == "essay" for field in self.fields):
            return Outcome(fraction=None if answers[0] else 0.0, feedback=("",) * len(answers))
        score, said = 0.0, dict.fromkeys(given, "")
        for rule in self._rules:
            if not rule.holds(given):
                continue
            for adds, much in rule.effects:
                score = score + much if adds else much
            for name in rule.responses:
                for reference in rule.feedback:
                    said[name] = f"{said.get(name, '')} {self._draft.feedback(reference)}".strip()
            if not rule.goes_on:
                break
        low, high = self._number("minvalue"), self._number("maxvalue")
        score = score if low is None else max(score, low)
        score = score if high is None else min(score, high)
        return Outcome(fraction=score / high if high else 0.0, feedback=tuple(said[one.name] for one in self.fields))

    def facts(self) -> Iterator[Fact]:
        """Yield what the file says of the item."""
        yield Fact(("name",), words(html.escape(self.name)))
        yield Fact(("mark",), decimal(self.stored.mark))
        stored = self.stored
        for what, markup in (
            ("stem", stored.stem),
            ("worked solution", stored.feedback),
            ("marker's information", stored.marker),
        ):
            yield Fact((what,), reading(markup))
            yield from shown(markup, (what,))
        for name, digest in self._files:
            yield Fact((f"file '{name}'",), f"SHA-256 {digest}")
        for number, field in enumerate(self.fields, start=1):
            yield Fact(("kind", ("field", number)), field.kind)
            yield Fact(("prompt", ("field", number)), reading(field.label))
            for place, (ident, option) in enumerate(field.options, start=1):
                yield Fact(("text", ("option", place), ("field", number)), reading(option))
                yield Fact(("identifier", ("option", place), ("field", number)), ident)
        for number, condition in enumerate(self._conditions, start=1):
            row = ("rule", number)
            yield Fact(("condition", row), " ".join(_said(first(condition, "conditionvar"))))
            yield Fact(("effect", row), ", ".join(text(effect) for effect in children(condition, "setvar")))
            told = [self._draft.feedback(one.get("linkrefid", "")) for one in children(condition, "displayfeedback")]
            yield Fact(("feedback", row), reading(" ".join(told)))
        yield from self._keys()

    def _keys(self) -> Iterator[Fact]:
        """Yield what earns most in each field: the ends of an interval, or what must be equal."""
        tests = [(one, first(one, "conditionvar")) for one in self._conditions]
        earned = [
            (test, max((amount(text(effect)) for effect in children(one, "setvar")), default=0.0))
            for one, test in tests
            if test is not None
        ]
        for number, field in enumerate(self.fields, start=1):
            own = [(test, most) for test, most in earned if _asks(test) == {field.name} and most > 0]
            best = max((most for _, most in own), default=0.0)
            for place, (test, _) in enumerate([one for one in own if one[1] == best], start=1):
                yield from _key(test, (("right answer", place), ("field", number)))


def _asks(test: etree._Element) -> set[str]:
    """Return the names of the fields that a condition looks at."""
    return {one.get("respident", "") for one in within(test, "varequal", "vargte", "varlte")}


def _key(test: etree._Element, row: FactPath) -> Iterator[Fact]:
    low, high = (first(test, "and", end) for end in ("vargte", "varlte"))
    if low is not None and high is not None:
        yield Fact(("lower end", *row), decimal(text(low)))
        yield Fact(("upper end", *row), decimal(text(high)))
    else:
        yield Fact(("key", *row), "; ".join(text(one) for one in within(test, "varequal")))


def _fields(presentation: etree._Element) -> Iterator[PlainField]:
    for node in within(presentation, *_RESPONSES):
        name = node.get("ident", "")
        beside = first(node, "material", "mattext")
        label = content(beside)
        label = "" if _NUMBERED.fullmatch(label) else label
        if name_of(node) == "response_num":
            yield PlainField(name=name, kind="number", label=label)
        elif name_of(node) == "response_str":
            box = next(within(node, "render_fib"), None)
            is_essay = box is not None and box.get("prompt") == "Box"
            yield PlainField(name=name, kind="essay" if is_essay else "text")
        else:
            yield from _chosen(node, name, label)


def _chosen(node: etree._Element, name: str, label: str) -> Iterator[PlainField]:
    options = tuple(
        (one.get("ident", ""), _shown(next(within(one, "mattext"), None))) for one in within(node, "response_label")
    )
    cardinality = node.get("rcardinality", "Single")
    if cardinality == "Ordered":
        for ident, shown_text in options:
            yield PlainField(name=name, kind="place", label=shown_text, options=options, ident=ident)
    else:
        yield PlainField(name=name, kind=cardinality.lower(), label=label, options=options)


def _shown(mattext: etree._Element | None) -> str:
    written = content(mattext)
    return html.escape(written) if mattext is not None and mattext.get("texttype") == "text/plain" else written


def _given(fields: Sequence[PlainField], answers: Sequence[Answer]) -> Given:
    """Return what is handed in for each response."""
    given: Given = {}
    places: dict[str, dict[int, str]] = {}
    for field, answer in zip(fields, answers, strict=True):
        if field.kind == "place":
            taken = places.setdefault(field.name, {})
            place = int(str(answer))
            if place in taken or not 0 < place <= len(field.options):
                raise ValueError(f"each place must be taken once, not {answer!r}")
            taken[place] = field.ident
        elif field.kind == "multiple":
            if not isinstance(answer, tuple):
                raise ValueError(f"several indices are due, not {answer!r}")
            given[field.name] = tuple(field.options[index][0] for index in answer)
        elif field.kind == "single":
            given[field.name] = _ident(field, answer)
        else:
            if not (answer is None or isinstance(answer, str)):
                raise ValueError(f"a text is due, not {answer!r}")
            given[field.name] = answer
    for name, taken in places.items():
        given[name] = tuple(taken[place] for place in sorted(taken))
    return given


def _ident(field: PlainField, answer: Answer) -> str | None:
    if answer is None:
        return None
    if isinstance(answer, str):
        found = [ident for ident, shown_text in field.options if words(shown_text) == words(html.escape(answer))]
        if not found:
            raise ValueError(f"{answer!r} is not among the options")
        return found[0]
    if not isinstance(answer, int) or not 0 <= answer < len(field.options):
        raise ValueError(f"{answer!r} is none of {len(field.options)} options")
    return field.options[answer][0]


def _said(test: etree._Element | None) -> Iterator[str]:
    """Yield the words of a condition."""
    for node in () if test is None else test.iter():
        if node is not test and name_of(node):
            index = f"[{node.get('index')}]" if node.get("index") else ""
            yield f"{name_of(node)}{index} {(node.text or '').strip()}".strip()


def read_plain(source: bytes | Path, file: str) -> Iterator[PlainItem]:
    """Yield the items of a package of plain QTI 1.2, one at a time.

    Raises
    ------
    BankError
        If it is no archive that an export could have written, or a file in it is no XML.
    """
    with read_archive(source, file) as archive:
        listed = manifest_files(archive)
        pictures = PlainPictures(archive, listed)
        for name in archive.names:
            if name.endswith(".xml") and name != "imsmanifest.xml":
                for node in archive.elements(name, "item"):
                    line: object = node.sourceline
                    draft = Draft(node, archive.place(name, line if isinstance(line, int) else 0, 1))
                    check_rules(draft)
                    yield PlainItem(draft, pictures.of(draft))
