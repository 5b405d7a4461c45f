"""Texts: Markdown with maths and holes, parsed once and filled for every variant."""
