"""The road there and back: a variant is written, read as the LMS reads it, and graded by the LMS's rules."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING, assert_never

from markscheme.bank.numbers import plain
from markscheme.bank.problems import BankError, Problem
from markscheme.bank.text.html import UNFIT
from markscheme.bank.variants import (
    ChoiceResponse,
    EssayResponse,
    MatchResponse,
    NumericResponse,
    OrderResponse,
    SelectionResponse,
    TextResponse,
)
from markscheme.exporters.format import Format, Heading, Held, Note, Options
from markscheme.exporters.keeping import unkept
from markscheme.exporters.submissions import Made, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from markscheme.bank.problems import Place
    from markscheme.bank.variants import Picture, Variant
    from markscheme.exporters.format import ReadItem, Stored

_TAG = re.compile(r"<[^>]*>")
_FIELD = re.compile(r"\bfield ([0-9]{1,6})\b")
_ANSWER = re.compile(r"\b(?:answer|option|options|subquestion|choice|choices|item|items)\b")
_ZEROS = re.compile(r"&#0+(?=[0-9])")
_LESS = re.compile(r"<(?:(?P<closes>/?)(?P<name>[A-Za-z][\w:-]*)(?:\s[^<>]*?)?(?P<empty>/?)>)?")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
"""Elements of HTML that have no end."""
_SHOWN = 24
_LEAST_ROOM = 254
"""Names of 255 characters are kept everywhere; one that is cut at a space has one less."""
_ENDLESS = re.compile(r"&#[0-9]{8,};?")
"""An entity of more digits than any character has."""


def roundtrip(variant: Variant, form: Format, place_of: Callable[[str], Place]) -> list[Problem]:
    """Return what goes wrong when a variant passes through a format; the rest is as in `Roundtrip`."""
    return Roundtrip(form, place_of, Made()).problems([variant])[0]


class Roundtrip:
    """The road of a question's variants through a format.

    Parameters
    ----------
    form
        The format.
    place_of
        Returns where a slot is, and for an empty name where the question is.
    made
        Remembers submissions from one format to the next.
    """

    def __init__(self, form: Format, place_of: Callable[[str], Place], made: Made) -> None:
        self.form = form
        self.place_of = place_of
        self.made = made

    def problems(self, variants: Sequence[Variant]) -> list[list[Problem]]:
        """Return, for each variant, what goes wrong when they pass through the format together.

        One file holds them all, as an export does, and costs much less than a file for each. Where anything is amiss,
        each goes again by itself, so that what is said of a variant is its own.

        Parameters
        ----------
        variants
            The variants, in the format's own target.
        """
        found = [
            [self._problem(variant, "X710", refusal.reason, refusal.slot) for refusal in self.form.refusals(variant)]
            for variant in variants
        ]
        at = [number for number, refusals in enumerate(found) if not refusals]
        slips = self._together([variants[number] for number in at])
        if len(at) > 1 and any(slips):
            alone = [problems for number in at for problems in self._together([variants[number]])]
            slips = alone if any(alone) else slips
        for number, problems in zip(at, slips, strict=True):
            found[number] = problems
        return found

    def _problem(self, variant: Variant, code: str, message: str, slot: str = "") -> Problem:
        return Problem(place=self.place_of(slot), code=code, message=f"{self.form.name}: {message}", variant=variant.id)

    def _together(self, held: Sequence[Variant]) -> list[list[Problem]]:
        """Return, for each variant, what goes wrong when one file holds all; what concerns the file is the first's."""
        found: list[list[Problem]] = [[] for _ in held]
        if not held:
            return found
        try:
            items = list(self.form.read(exported(held, self.form), f"{held[0].id}{self.form.suffix}"))
        except BankError as error:
            found[0] += (self._problem(held[0], "X711", one.message) for one in error.problems)
            return found
        by_id = {item.id: item for item in items}  # not all formats keep the order: originals may stand apart
        if len(items) != len(held) or by_id.keys() != {variant.id for variant in held}:
            holds = ", ".join(item.id or "a nameless item" for item in items) or "nothing"
            found[0].append(self._problem(held[0], "X711", f"the file holds {holds}"))
            return found
        return [list(self._slips(by_id[variant.id], variant)) for variant in held]

    def _slips(self, item: ReadItem, variant: Variant) -> Iterator[Problem]:
        """Yield what is otherwise in an item that was read than in the variant that was written."""
        held = self.form.held(variant)
        yield from (self._problem(variant, "X713", slip, slot) for slot, slip in unkept(variant, held))
        every = self.made.submissions(held.variant, held.finest)
        slots = _Slots(held.variant, every)
        for note in (*item.notes, *_lost(item, held, self.form)):
            yield self._problem(variant, note.code if isinstance(note, Note) else "X712", note, slots.of_note(note))
        for submission in every:
            slot = submission.slot or slots.only
            yield from (self._problem(variant, "X713", slip, slot) for slip in _graded(item, submission))


class _Slots:
    """Tells which slot of a variant a note speaks of.

    Attributes
    ----------
    only
        The slot of a variant that has one; empty for others.
    """

    def __init__(self, variant: Variant, every: Sequence[Submission]) -> None:
        slots = list(dict.fromkeys(response.slot for response in variant.responses))
        self.only = slots[0] if len(slots) == 1 else ""
        self._of_fields = every[0].slots

    def of_note(self, note: str) -> str:
        """Return the slot whose answer a note is about, empty where that is not known."""
        if field := _FIELD.search(note):
            number = int(field[1])
            return self._of_fields[number - 1] if 0 < number <= len(self._of_fields) else ""
        return self.only if _ANSWER.search(note) else ""


def _lost(item: ReadItem, held: Held, form: Format) -> Iterator[str]:
    """Yield what a platform stores otherwise than the variant says."""
    stored, variant = item.stored, held.variant
    for what, is_, wanted in (
        ("stem", stored.stem, " ".join(variant.stem.pieces)),
        ("worked solution", stored.feedback, variant.feedback.markup),
        ("marker's information", stored.marker, _for_the_marker(variant)),
        ("feedback of a wrong answer", stored.wrong, "" if held.wrong is None else held.wrong.markup),
    ):
        if words(is_) != words(wanted):
            yield f"the {what} reads '{words(is_)}', not '{words(wanted)}'"
        if slip := unclosed(is_):
            yield f"the markup of the {what} is broken: {slip}"
    if slip := _misnamed(stored, variant):
        yield f"the name '{stored.name}' {slip}"
    if variant.fingerprint and item.fingerprint != variant.fingerprint:
        yield f"the digest of the content is '{item.fingerprint}', not '{variant.fingerprint}'"
    if abs(stored.mark - float(form.default_mark(variant))) > 1e-6:
        yield f"the mark is {stored.mark:g}, not {form.default_mark(variant)}"
    if stored.penalty is not None and abs(stored.penalty - float(variant.penalty)) > 1e-6:
        yield f"the penalty is {stored.penalty:g}, not {variant.penalty}"
    shelf = stored.category
    if shelf is not None and (len(shelf) != 2 + variant.is_original or variant.question not in shelf[1]):
        yield f"the category is {' / '.join(shelf)}"
    if stored.pictures != {(picture.name, _digest(picture)) for picture in held.pictures}:
        yield "the picture files are not those of the question"
    options = []
    for field in item.options():
        options.append(list(map(words, field)))
        yield from (f"the markup of an option is broken: {slip}" for slip in map(unclosed, field) if slip)
    shown = list(_shown_options(variant))
    if len(options) != len(shown) or any(
        is_ != wanted if in_order else sorted(is_) != sorted(wanted)
        for is_, (wanted, in_order) in zip(options, shown, strict=True)
    ):
        yield f"the options read {options}"


def _misnamed(stored: Stored, variant: Variant) -> str:
    """Return what a name lacks; spaces do not count, as platforms put some behind a sign that could begin a tag."""
    title = "".join(variant.title.translate(UNFIT).split())
    if stored.shows_id:
        return "" if "".join(stored.name.split()) == title else f"is not the title '{variant.title}'"
    begins, between, end = stored.name.rpartition(" ")
    if end != variant.id or not between:
        return "does not end with the id"
    shown = "".join(begins.split())
    is_cut = len(stored.name) >= _LEAST_ROOM and title.startswith(shown)
    return "" if shown == title or is_cut else f"does not begin with the title '{variant.title}'"


@lru_cache(maxsize=256)
def _digest(picture: Picture) -> str:
    return sha256(picture.read()).hexdigest()


def _for_the_marker(variant: Variant) -> str:
    """Return the words that the marker of an essay must read."""
    texts = []
    for response in variant.responses:
        if isinstance(response, EssayResponse):
            texts += ["Model answer", response.model.markup, "Points", "For"]
            texts += [part for one in response.rubric for part in (plain(one.points.normalize()), one.text.markup)]
    return " ".join(texts)


def _shown_options(variant: Variant) -> Iterator[tuple[list[str], bool]]:
    """Yield what the options of each field must read, and whether in this order.

    Options are handed in by their places. Choices of pairs are handed in as texts, and platforms show them in orders of
    their own.
    """
    for response in variant.responses:
        match response:
            case ChoiceResponse(options=options, layout=layout):
                plain_text = layout == "dropdown"
                yield [option.text.markup if plain_text else words(option.text.markup) for option in options], True
            case SelectionResponse(options=options):
                yield [words(option.text.markup) for option in options], True
            case MatchResponse(pairs=pairs, choices=choices):
                yield from (([*choices], False) for _ in pairs)
            case OrderResponse(items=items):
                yield from (([str(place + 1) for place in range(len(items))], False) for _ in items)
            case NumericResponse() | TextResponse() | EssayResponse():
                pass  # nothing to choose from
            case _:
                assert_never(response)


_HEADING = Heading(bank="bank", title="Bank")


def exported(variants: Sequence[Variant], form: Format, heading: Heading = _HEADING) -> bytes:
    """Return a whole file of some variants."""
    pieces: list[bytes] = []
    writer = form.writer(pieces.append, heading, Options())
    for variant in variants:
        writer.add(variant)
    writer.finish()
    return b"".join(pieces)


def _graded(item: ReadItem, submission: Submission) -> Iterator[str]:
    count = len(item.fields)
    if count != len(submission.answers):
        yield f"{count} fields instead of {len(submission.answers)}"
        return
    try:
        places = _places(item, submission) if any(submission.labels) else range(count)
        answers = [answer for _, answer in sorted(zip(places, submission.answers, strict=True), key=itemgetter(0))]
        outcome = item.submit(answers)
    except ValueError as error:
        yield f"{submission.label} cannot be handed in: {error}"
        return
    if not _agree(outcome.fraction, submission.fraction):
        earned, due = (_part(fraction) for fraction in (outcome.fraction, submission.fraction))
        yield f"{submission.label} earns {earned}, not {due}"
    for place, wanted in zip(places, submission.feedback, strict=True):
        said = outcome.feedback[place]
        if wanted is not None and said != wanted and words(said) != words(wanted):
            yield f"{submission.label} is answered '{words(said)}', not '{words(wanted)}'"
        if slip := unclosed(said):
            yield f"{submission.label} is answered in broken markup: {slip}"


def _places(item: ReadItem, submission: Submission) -> list[int]:
    """Return the field that each answer belongs to: the first free one that has the answer's label.

    Raises
    ------
    ValueError
        If there is no such field.
    """
    free = dict.fromkeys(range(len(item.fields)))
    labels = [words(label) for label in item.labels]
    places = []
    for wanted in submission.labels:
        place = next((i for i in free if wanted is None or labels[i] == words(wanted)), None)
        if place is None:
            raise ValueError(f"there is no field beside '{words(wanted or '')}'")
        del free[place]
        places.append(place)
    return places


def _agree(earned: float | None, due: Fraction | None) -> bool:
    if earned is None or due is None:
        return earned is None and due is None
    return abs(earned - float(due)) <= 1e-5


def _part(fraction: float | Fraction | None) -> str:
    return "what a person decides" if fraction is None else f"{float(fraction):.4g} of the marks"


@lru_cache(maxsize=4096)
def words(markup: str) -> str:
    """Return what a reader sees of markup: no tags, entities decoded, spaces collapsed."""
    end = markup.rfind(">") + 1  # behind it nothing is closed, and looking for that takes long
    return " ".join(unescaped(_TAG.sub(" ", markup[:end]) + markup[end:]).split())


@lru_cache(maxsize=4096)
def unclosed(markup: str) -> str:
    """Return what is wrong with the tags of markup: one that is not closed where it should be, or is no tag.

    Examples
    --------
    >>> unclosed("<p>1 &lt; 2<br></p>"), unclosed("<table><tr></table"), unclosed("<p><em>a</p>")
    ('', "'</table' is no tag", "'</p>' closes <em>")
    """
    open_: list[str] = []
    for tag in _LESS.finditer(markup):
        if not tag["name"]:
            return f"'{markup[tag.start() : tag.start() + _SHOWN]}' is no tag"
        name = tag["name"].lower()
        if tag["closes"]:
            began = open_.pop() if open_ else ""
            if began != name:
                return f"'{tag[0]}' closes {f'<{began}>' if began else 'nothing'}"
        elif not tag["empty"] and name not in _VOID:
            open_.append(name)
    return f"<{open_[-1]}> is not closed" if open_ else ""


def unescaped(text: str) -> str:
    r"""Return a text with its entities decoded; a number that is no character's is the sign for that, however long.

    Examples
    --------
    >>> unescaped("a&nbsp;&#60;&#000000000098;&#99999999999;")
    'a\xa0<b�'
    """
    if "&#" in text:  # Python reads no number of thousands of digits
        text = _ENDLESS.sub("\ufffd", _ZEROS.sub("&#", text))
    return html.unescape(text)
