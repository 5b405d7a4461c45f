"""``dropdown``: a menu within a line, of which exactly one option is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers.choice import ChoiceSpec
from markscheme.bank.spec import Skeleton


@ANSWERS.register("dropdown")
@dataclass(frozen=True, slots=True, kw_only=True)
class DropdownSpec(ChoiceSpec):
    """A menu of plain texts."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="The number ${{ n }}$ is [[answer]].\n",
        answer="""\
options:                     # exactly one is right; plain text only
  - text: even
    right: n % 2 == 0
  - text: odd
    right: n % 2 == 1
    feedback: Half of it is no whole number.
""",
        feedback="${{ n }}$ divided by $2$ leaves ${{ n % 2 }}$.",
    )

    in_a_menu: ClassVar[bool] = True
