"""TensorFlow and Keras, loaded the way this project needs them: every other module imports both from here.

- oneDNN's kernels are on. TensorFlow leaves them off on processors without AVX-512, where they are faster all the
  same: a max pooling's gradient five times. TF_ENABLE_ONEDNN_OPTS=0 in the environment turns them off again.
- Operations are deterministic: equal inputs give equal bits, on a GPU too.
- Keras runs on TensorFlow, in float32 and channels last, whatever the environment or ~/.keras/keras.json say.
- What the libraries print while they load is held back, unless loading fails; Ctrl-C is no failure.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["keras", "tf"]


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Hold back what native code writes to standard error: TensorFlow logs before its own filter is in force."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except Exception:
            held_back.seek(0)
            os.write(stderr, held_back.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)


os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with _quiet_stderr():
    import keras
    import tensorflow as tf

    # The search for a GPU logs, and takes place once.
    tf.config.list_physical_devices()

keras.config.set_floatx("float32")
keras.config.set_image_data_format("channels_last")
tf.config.experimental.enable_op_determinism()
