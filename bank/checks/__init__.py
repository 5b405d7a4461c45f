"""Checks: one module a check; the module's docstring is the check's manual page."""
