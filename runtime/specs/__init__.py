"""What is done with specs as they are written: checking, formatting, planning, compiling; the language server."""
