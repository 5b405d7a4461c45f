"""Solvers: pure functions of numbers and arrays, one module a topic."""
