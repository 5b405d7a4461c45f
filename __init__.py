"""Exam questions as text files that solve themselves."""

__version__ = "0.1.0"
