"""Formats: one module or folder a format, each writing variants and reading them back."""

from __future__ import annotations

from typing import Any

from markscheme.bank.registry import Registry

FORMATS: Registry[Any] = Registry("format", "markscheme.exporters")
