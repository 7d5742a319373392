"""Runs as a library: what there is, what one run holds, how several differ. Needs the language tools alone."""
