"""Answer types: one module a type; each lowers what the author wrote to responses."""
