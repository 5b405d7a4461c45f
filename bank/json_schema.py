"""JSON Schema (2020-12) of question files, banks and papers, for editors: made from the declared schema.

A schema says what may stand where, and what each key means. What it cannot say, such as that two keys exclude each
other, `markscheme validate` does.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final

from markscheme.bank.paper import PAPER
from markscheme.bank.schema import entries_of
from markscheme.bank.spec import BANK, QUESTION

if TYPE_CHECKING:
    from markscheme.bank.schema import JsonSchema, Refer, SectionOf

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def question_schema() -> JsonSchema:
    """Return the schema of a question's file."""
    return _schema(QUESTION, "A question of a markscheme bank")


def bank_schema() -> JsonSchema:
    """Return the schema of ``bank.yaml``."""
    return _schema(BANK, "bank.yaml of a markscheme bank")


def paper_schema() -> JsonSchema:
    """Return the schema of ``paper.yaml``."""
    return _schema(PAPER, "paper.yaml of a markscheme bank")


def _schema(root: SectionOf[Any], title: str) -> JsonSchema:
    """Return the schema of a file, its sections under ``$defs``."""
    names: dict[tuple[type[Any], str], str] = {}

    def refer(section: type[Any], word: str) -> JsonSchema:
        if (section, word) not in names:
            name = word or section.__name__.lstrip("_").removesuffix("Spec")
            taken = sum(other.rstrip("0123456789") == name for other in names.values())
            names[section, word] = f"{name}{taken + 1}" if taken else name
        return {"$ref": f"#/$defs/{names[section, word]}"}

    first = _section(root.section, "", refer)
    defined: dict[str, JsonSchema] = {}
    while waiting := [(key, name) for key, name in names.items() if name not in defined]:
        for (section, word), name in waiting:
            defined[name] = _section(section, word, refer)
    return {"$schema": DRAFT, "title": title, **first, "$defs": dict(sorted(defined.items()))}


def _section(section: type[Any], word: str, refer: Refer) -> JsonSchema:
    """Return the schema of a section; `word` is its type, where its mapping says one."""
    declared = entries_of(section)
    required = [one.name for one in fields(section) if one.name in declared and one.default is MISSING]
    properties = {name: {"description": entry.doc, **entry.kind.json_schema(refer)} for name, entry in declared.items()}
    if word:
        properties = {"type": {"description": "What kind of answer it is.", "const": word}, **properties}
        required = ["type", *required]
    return {
        "description": (section.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
