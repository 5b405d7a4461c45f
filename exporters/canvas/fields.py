"""What a student answers in a question that Canvas read, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField:
    """A number to type: intervals, in any of which it is right, each with its feedback."""

    intervals: tuple[tuple[Decimal, Decimal, str], ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A text to type, right if it is one of these; in a question with blanks each has a name."""

    name: str = ""
    texts: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuField:
    """A menu within a line.

    Attributes
    ----------
    options
        Text, whether it is right, feedback.
    """

    name: str
    options: tuple[tuple[str, bool, str], ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField:
    """Options of which one or several are chosen.

    Attributes
    ----------
    options
        Text in HTML, whether it is right, feedback.
    """

    options: tuple[tuple[str, bool, str], ...]
    is_single: bool
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairField:
    """A prompt that is given one of the choices; the label is the prompt in HTML."""

    label: str
    choices: tuple[str, ...]
    key: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayField:
    """A text that a person marks."""

    label: str = ""


Field: TypeAlias = NumberField | TextField | MenuField | ChoiceField | PairField | EssayField
