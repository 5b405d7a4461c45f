"""Formats: one module or folder a format, each writing variants and reading them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markscheme.bank.registry import Registry

if TYPE_CHECKING:
    from markscheme.exporters.format import Format

FORMATS: Registry[Format] = Registry("format", "markscheme.exporters")
