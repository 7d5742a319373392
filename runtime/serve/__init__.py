"""The verb `cnn serve`: a finished run behind a page and an address, on this machine unless told otherwise."""
