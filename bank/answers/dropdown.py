"""``dropdown``: a menu within a line, of which exactly one option is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers.choice import ChoiceSpec


@ANSWERS.register("dropdown")
@dataclass(frozen=True, slots=True, kw_only=True)
class DropdownSpec(ChoiceSpec):
    """A menu of plain texts."""

    in_a_menu: ClassVar[bool] = True
