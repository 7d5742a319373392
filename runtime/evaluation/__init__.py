"""How good a model is, and what it answers: `cnn evaluate` and `cnn predict`."""
