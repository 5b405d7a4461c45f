"""The names of Canvas's question types, of which an export uses these."""

from __future__ import annotations

from typing import Final

NUMBER: Final = "numerical_question"
TEXT: Final = "short_answer_question"
CHOICE: Final = "multiple_choice_question"
TRUTH: Final = "true_false_question"
CHOICES: Final = "multiple_answers_question"
MATCH: Final = "matching_question"
ESSAY: Final = "essay_question"
BLANKS: Final = "fill_in_multiple_blanks_question"
MENUS: Final = "multiple_dropdowns_question"
