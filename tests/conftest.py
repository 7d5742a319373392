"""What every test relies on: the same surroundings on every machine."""

import os
import signal

import hypothesis

# Set before anything imports Keras or Matplotlib, and passed on to the processes that tests start.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["MPLBACKEND"] = "Agg"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
for name in ("CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(name, None)

# A shell has what it puts into the background ignore Ctrl-C, and so would all that the tests start from there.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline: a first call that imports TensorFlow or meets a busy machine is slow and not wrong.
hypothesis.settings.register_profile("dotcnn", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("dotcnn")
