"""Models that leave: a trained run in formats that other programs open, each compared with `cnn predict` first."""
