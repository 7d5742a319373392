"""The run directory: what it holds, how it is written, and how it is read when a stranger wrote it."""
