"""A program as a plain Keras script, of the kind that a person would write."""
