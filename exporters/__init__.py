"""Formats: one module or folder a format, each writing variants and reading them back."""
