"""Readers know what platforms know, whatever the writers say: each slip of a writer is seen when its file is read.

The slips are made in the files, by patterns; nothing here is shared with a writer or a reader.
"""

import io
import re
import zipfile
from pathlib import Path

import pytest

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.roundtrip import roundtrip

TYPES = read_bank(Path(__file__).parent.parent / "types")
QUESTIONS = {question.id: question for question in TYPES.questions}
SHIPPED_QUESTIONS = {question.id: question for question in read_bank(SHIPPED / "deep_learning").questions}
QTI2 = ("qti21", "qti22")
QTI = (*QTI2, "qti30")
CANVAS = ("canvas", "canvas-cartridge")


class Edited:
    """A format whose files are edited before they are read: texts by patterns, and the names of members likewise."""

    def __init__(self, form, pattern, new):
        self.form, self.pattern, self.new = form, re.compile(pattern, re.DOTALL), new
        self.edits = 0

    def __getattr__(self, name):
        return getattr(self.form, name)

    def read(self, data, name):
        return self.form.read(self.edited(data), name)

    def edited(self, data):
        if not zipfile.is_zipfile(io.BytesIO(data)):
            return self._text(data.decode()).encode()
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(stream, "w") as written:
            for name in package.namelist():
                content = package.read(name)
                if not name.endswith(".png"):
                    content = self._text(content.decode()).encode()
                written.writestr(self._text(name), content)
        return stream.getvalue()

    def _text(self, text):
        edited, count = self.pattern.subn(self.new, text)
        self.edits += count
        return edited


def found(question, form, pattern, new):
    """Return the codes and messages of what is found once a pattern is replaced in all texts of a file."""
    known = QUESTIONS.get(question) or SHIPPED_QUESTIONS[question]
    form = FORMATS.get(form)
    variant = next(Sampler(known, 3).variants(1, form.target))
    assert roundtrip(variant, form, known.place_of) == []
    edited = Edited(form, pattern, new)
    problems = roundtrip(variant, edited, known.place_of)
    assert edited.edits, f"nothing is like {pattern}"
    return [(problem.code, problem.message) for problem in problems]


def is_said(problems, code, words):
    return any(said == code and words in message for said, message in problems)


def camel(found):
    return re.sub("-([a-z])", lambda one: one[1].upper(), found[0])


def kebab(found):
    return re.sub("[A-Z]", lambda one: f"-{one[0].lower()}", found[0])


QTI_SLIPS = {
    # forms, question, what is written, what becomes of it, code, words
    "an element of QTI 2 in 3": (
        ("qti30",), "pick", "qti-simple-choice", "simpleChoice", "X712", "<simpleChoice> is spelled as in another",
    ),
    "the root of QTI 2 in 3": (
        ("qti30",), "pick", "qti-assessment-item(?=[ >])", "assessmentItem", "X712", "<assessmentItem> is spelled",
    ),
    "an element of QTI 3 in 2": (
        QTI2, "pick", "simpleChoice", "qti-simple-choice", "X712", "<qti-simple-choice> is spelled as in another",
    ),
    "attributes of QTI 2 in 3": (
        ("qti30",), "pick", "response-identifier=", "responseIdentifier=", "X712", "response '' is not declared",
    ),
    "attributes of QTI 3 in 2": (
        QTI2, "pick", "responseIdentifier=", "response-identifier=", "X712", "response '' is not declared",
    ),
    "all attributes of QTI 2 in 3": (
        ("qti30",), "pick", "(?<= )[a-z]+(?:-[a-z]+)+(?==\")", camel, "X713", "",
    ),
    "all attributes of QTI 3 in 2": (
        QTI2, "pick", "(?<= )[a-z]+(?:[A-Z][a-z]+)+(?==\")", kebab, "X713", "",
    ),
    "a second if": (
        QTI2, "sums", "responseElseIf", "responseIf", "X712", "a 'responseIf' where 'responseElseIf' is due",
    ),
    "a second if in 3": (
        ("qti30",), "sums", "response-else-if", "response-if", "X712", "a 'responseIf' where 'responseElseIf' is due",
    ),
    "an else without an if": (
        QTI2, "sums", "<responseIf>.*?</responseIf>", "", "X712", "where 'responseIf' is due",
    ),
    "two ends": (
        QTI2, "sums", "(<responseElse>.*?</responseElse>)", r"\1\1", "X712", "a 'responseElse' behind its end",
    ),
    "one pair only": (
        QTI, "pairs", ' (?:maxAssociations|max-associations)="[0-9]+"', "", "X713", "make at most 1 pairs",
    ),
    "a choice for one pair only": (
        QTI, "pairs", '(?:matchMax|match-max)="0"', 'matchMax="1" match-max="1"', "X713", "at most 1 pairs with 'q",
    ),
    "one tick only": (
        QTI, "divisors", ' (?:maxChoices|max-choices)="0"', "", "X713", "make at most 1 options",
    ),
    "several ticks for one option": (
        QTI, "pick", '(?:maxChoices|max-choices)="1"', 'maxChoices="0" max-choices="0"', "X712", "but 'R_",
    ),
    "no rule for the verdict": (
        QTI, "single", '<(?P<t>(?:qti-)?set-?[oO]utcome-?[vV]alue) identifier="VERDICT">.*?</(?P=t)>', "",
        "X712", "feedback waits for 'right' in 'VERDICT', which no rule puts there",
    ),
    "a verdict of another name": (
        QTI, "single", ">partly</", ">party</", "X712", "feedback waits for 'partly' in 'VERDICT'",
    ),
    "no rule for the solution": (
        QTI, "single", '<(?P<t>(?:qti-)?set-?[oO]utcome-?[vV]alue) identifier="SOLUTION">.*?</(?P=t)>', "",
        "X712", "feedback waits for 'solution' in 'SOLUTION', which no rule puts there",
    ),
}  # fmt: skip
FILEBASE = re.escape("$IMS-CC-FILEBASE$/")
FIGURE = "dag-independence"
DIGEST = "(ms:|digest</fieldlabel><fieldentry>)[0-9a-f]+"
OLD_SLIPS = {
    "a type that is cut": (
        CANVAS, "pick", "multiple_choice_question", "multiple_choice_questio", "X724", "'multiple_choice_questio'",
    ),
    "no type": (
        CANVAS, "pick", "(question_type</fieldlabel><fieldentry>)[a-z_]+", r"\1", "X724", "has no question_type",
    ),
    "neither yes nor no": (
        (*CANVAS, "qti12"), "pick", 'continue="[A-Za-z]+"', 'continue=""', "X732", "QTI 1.2 knows Yes and No",
    ),
    "no more than one condition": (
        ("qti12",), "pick", 'continue="Yes"', 'continue="No"', "X713", "the key",
    ),
    "a package that is no cartridge": (
        ("canvas-cartridge",), "pick", "course_settings/canvas_export.txt", "course_settings/other.txt",
        "X731", "it lacks 'course_settings/canvas_export.txt'",
    ),
    "a cartridge without FILEBASE": (
        ("canvas-cartridge",), FIGURE, FILEBASE, "", "X725", "is not among the files",
    ),
    "FILEBASE in plain QTI": (
        ("qti12",), FIGURE, "images/(?=[^&]*&quot;|[^&]*\" alt)", "$IMS-CC-FILEBASE$/images/", "X725", "is not among",
    ),
    "pictures of a cartridge elsewhere": (
        ("canvas-cartridge",), FIGURE, "web_resources/", "", "X725", "is not among the files",
    ),
    "pictures in the folder of a cartridge": (
        ("canvas",), FIGURE, r'(?<!/)(\bimages/)(?=[^"<>&]*(?:"/>|$))', r"web_resources/\1", "X725", "is not among",
    ),
    "general feedback lost": (
        (*CANVAS, "qti12"), "pick", 'linkrefid="general_fb"', 'linkrefid=""', "X730", "shows the feedback ''",
    ),
    "feedback of another name": (
        CANVAS, "curse-of-dimensionality", 'linkrefid="([0-9]+)_fb"', r'linkrefid="\1_f"',
        "X730", "which the item does not have",
    ),
    "feedback without a reference": (
        CANVAS, "curse-of-dimensionality", '<displayfeedback [^>]*linkrefid="[0-9]+_fb"/>', "",
        "X730", "New Quizzes shows the feedback",
    ),
}  # fmt: skip
NAME_SLIPS = {
    "a digest of something else": (
        FORMATS.names(), "pick", DIGEST, r"\g<1>0123456789abcdef", "X712", "the digest of the content is '012",
    ),
    "no digest": (
        FORMATS.names(), "pick", DIGEST, r"\1", "X712", "the digest of the content is ''",
    ),
    "a name of an id alone": (
        ("moodle", *CANVAS, "qti12"), "pick",
        '(<item ident="[^"]*" title="|<name><text>(?:<!.CDATA.)?)[^"<]*?(pick[.])',
        r"\1\2", "X712", "the name 'pick.",
    ),
    "a name of another title": (
        FORMATS.names(), "pick", '( title="|<name><text>(?:<!.CDATA.)?)', r"\1Not ", "X712", "the name 'Not",
    ),
}  # fmt: skip
SLIPS = QTI_SLIPS | OLD_SLIPS | NAME_SLIPS
EACH = [
    pytest.param(form, *slip, id=f"{name} {form}".replace(" ", "-"))
    for name, (forms, *slip) in SLIPS.items()
    for form in forms
]


@pytest.mark.parametrize(("form", "question", "pattern", "new", "code", "words"), EACH)
def test_a_slip_of_a_writer_is_seen(form, question, pattern, new, code, words):
    problems = found(question, form, pattern, new)
    assert is_said(problems, code, words), problems
