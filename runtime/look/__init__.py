"""The look at the images before training: `cnn data` and `cnn augment`."""
