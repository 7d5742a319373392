"""One run from its spec to its report: `cnn run` and `cnn resume`."""
