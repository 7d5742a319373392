"""What touches the world: data, training, evaluation, reports, and the command `cnn` (`runtime.cli`).

Importing the package loads nothing: each verb imports what it needs when it is executed.
"""
