"""Write what is around the items: banks, the quiz that draws from them, the manifest."""

from __future__ import annotations

import html
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from markscheme.exporters.canvas.markup import attribute, field, marks, xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from markscheme.exporters.canvas.dialects import Dialect
    from markscheme.exporters.format import Heading

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPENING: Final = '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
CLOSING: Final = "</questestinterop>\n"
BANKS: Final = "non_cc_assessments"
_LONGEST_TITLE: Final = 255
_MORE: Final = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_FLAG: Final = "course_settings/canvas_export.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A question bank: the variants of a question.

    Attributes
    ----------
    is_original
        Whether it holds a printed paper's own question, which no quiz draws.
    """

    ident: str
    title: str
    question: str
    name: str
    marks: Decimal
    is_original: bool

    @property
    def file(self) -> str:
        """The file that holds it."""
        return f"{BANKS}/{self.ident}.xml.qti"

    @property
    def opening(self) -> str:
        """What stands before its items."""
        title = field("bank_title", self.title[:_LONGEST_TITLE])
        return f'{DECLARATION}{OPENING}<objectbank ident="{self.ident}"><qtimetadata>{title}</qtimetadata>\n'


BANK_CLOSING: Final = f"</objectbank>{CLOSING}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a quiz that draws one variant from a bank."""

    bank: Bank
    title: str
    marks: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """A quiz that draws from banks.

    Attributes
    ----------
    minutes
        The time that students have; 0 for no limit.
    """

    ident: str
    title: str
    instructions: str = ""
    minutes: int = 0
    groups: tuple[Group, ...]

    def sections(self) -> str:
        """Return the section of each group."""
        return "".join(
            f'<section ident="group.{group.bank.ident}" title="{attribute(group.title)}">'
            "<selection_ordering><selection>"
            f"<sourcebank_ref>{group.bank.ident}</sourcebank_ref><selection_number>1</selection_number>"
            f"<selection_extension><points_per_item>{marks(float(group.marks))}</points_per_item></selection_extension>"
            "</selection></selection_ordering></section>\n"
            for group in self.groups
        )

    def assessment(self, sections: str) -> str:
        """Return the file of the quiz."""
        return (
            f'{DECLARATION}{OPENING}<assessment ident="{self.ident}" title="{attribute(self.title)}">\n'
            f'<section ident="root_section">\n{sections}</section></assessment>{CLOSING}'
        )

    def settings(self) -> str:
        """Return the file of its settings: it is not published, and hides the keys."""
        total = marks(float(sum((group.marks for group in self.groups), Fraction())))
        limit = f"<time_limit>{self.minutes}</time_limit>" if self.minutes else ""
        said = xml(f"<p>{html.escape(self.instructions)}</p>" if self.instructions else "")
        return (
            f'{DECLARATION}<quiz identifier="{self.ident}" xmlns="http://canvas.instructure.com/xsd/cccv1p0">'
            f"<title>{xml(self.title)}</title><description>{said}</description>"
            f"<shuffle_answers>false</shuffle_answers><scoring_policy>keep_highest</scoring_policy>"
            f"<quiz_type>assignment</quiz_type><points_possible>{total}</points_possible>{limit}"
            "<show_correct_answers>false</show_correct_answers><allowed_attempts>1</allowed_attempts>"
            "<one_question_at_a_time>false</one_question_at_a_time><available>false</available></quiz>\n"
        )


def quiz_of(heading: Heading, banks: list[Bank]) -> Quiz:
    """Return the quiz of the paper, or of all questions where there is none.

    A question of which there are only originals is drawn from these.
    """
    drawn: dict[str, Bank] = {}
    for bank in banks:
        if bank.question not in drawn or drawn[bank.question].is_original:
            drawn[bank.question] = bank
    paper = heading.paper
    if paper is None or len(drawn) == 1:
        only = next(iter(drawn.values())) if len(drawn) == 1 else None
        return Quiz(
            ident=f"quiz.{heading.bank}" if only is None else f"quiz.{heading.bank}.{only.question}",
            title=heading.title if only is None else only.name,
            groups=tuple(Group(bank=bank, title=bank.name, marks=Fraction(bank.marks)) for bank in drawn.values()),
        )
    items = [item for item in paper.items if item.question in drawn]
    return Quiz(
        ident=f"quiz.{heading.bank}",
        title=paper.title,
        instructions=paper.instructions,
        minutes=paper.minutes + paper.extra_minutes,
        groups=tuple(
            Group(
                bank=drawn[item.question],
                title=f"{item.label} {drawn[item.question].name}",
                marks=item.marks,
            )
            for item in items
        ),
    )


def manifest(heading: Heading, banks: list[Bank], pictures: list[str], quiz: Quiz | None, dialect: Dialect) -> str:
    """Return the manifest: New Quizzes reads only what it lists, and Canvas imports only pictures that it lists."""
    schema = ("IMS Common Cartridge", "1.1.0") if dialect.cartridge else ("IMS Content", "1.1.3")
    return (
        f'{DECLARATION}<manifest identifier="manifest.{heading.bank}" xmlns="{_namespace(dialect)}"><metadata>'
        f"<schema>{schema[0]}</schema><schemaversion>{schema[1]}</schemaversion></metadata>\n<organizations/>\n"
        f"<resources>\n{''.join(_resources(banks, pictures, quiz, dialect))}</resources></manifest>\n"
    )


def _namespace(dialect: Dialect) -> str:
    return f"http://www.imsglobal.org/xsd/{'imsccv1p1/imscp_v1p1' if dialect.cartridge else 'imscp_v1p1'}"


def _resources(banks: list[Bank], pictures: list[str], quiz: Quiz | None, dialect: Dialect) -> Iterator[str]:
    if dialect.cartridge:
        yield _resource("settings", _MORE, [_FLAG], href=True)
    if quiz is not None:
        kind = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment" if dialect.cartridge else "imsqti_xmlv1p2"
        more = f"{quiz.ident}.settings"
        yield _resource(quiz.ident, kind, [quiz_file(quiz, dialect)], needs=more)
        files = [settings_file(quiz), *([bank_copy(quiz)] if dialect.cartridge else [])]
        yield _resource(more, _MORE, files, href=True)
    for bank in banks:
        yield _resource(bank.ident, _MORE, [bank.file], href=True)
    for name in pictures:
        yield _resource(f"picture.{name}", "webcontent", [f"{dialect.files}/{name}"], href=True)


def _resource(ident: str, kind: str, files: list[str], needs: str = "", *, href: bool = False) -> str:
    listed = "".join(f'<file href="{name}"/>' for name in files)
    first = f' href="{files[0]}"' if href else ""
    return (
        f'<resource identifier="{ident}" type="{kind}"{first}>{listed}'
        + (f'<dependency identifierref="{needs}"/>' if needs else "")
        + "</resource>\n"
    )


def quiz_file(quiz: Quiz, dialect: Dialect) -> str:
    """Return the name of the file that holds a quiz."""
    return f"{quiz.ident}/{'assessment_qti' if dialect.cartridge else quiz.ident}.xml"


def settings_file(quiz: Quiz) -> str:
    """Return the name of the file that holds a quiz's settings, by which Canvas finds it."""
    return f"{quiz.ident}/assessment_meta.xml"


def bank_copy(quiz: Quiz) -> str:
    """Return the name of the file from which Canvas reads the quiz of a cartridge."""
    return f"{BANKS}/{quiz.ident}.xml.qti"


FLAG: Final = _FLAG
