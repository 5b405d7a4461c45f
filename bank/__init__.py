"""Questions without a format: reading, drawing, solving, wording and checking."""
