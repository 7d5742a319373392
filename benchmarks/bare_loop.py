"""The limit: nothing but the steps of the same network, in one graph on images that are already there as float32.

No validation, no order, no progress; oneDNN's kernels and Keras's own Adam. Run by `benchmarks.throughput`, or as
`python -m benchmarks.bare_loop mnist FOLDER [--epochs 3]`.
"""

import numpy as np

from benchmarks.contender import BATCH, Stopwatch, arguments, data_file, epoch_figures, leave
from compiler.backend import keras, tf

args = arguments(__doc__)

with np.load(data_file(args.data)) as arrays:
    x_train, y_train, x_test, y_test = (arrays[name] for name in ("x_train", "y_train", "x_test", "y_test"))
shape = (28, 28, 1) if args.data == "mnist" else (32, 32, 3)
images = tf.constant((x_train.reshape(-1, *shape) / 255).astype(np.float32))
labels = tf.constant(y_train.reshape(-1).astype(np.int32))

keras.utils.set_random_seed(0)
model = keras.Sequential()
model.add(keras.Input(shape))
for _ in range(1 if args.data == "mnist" else 2):
    model.add(keras.layers.Conv2D(32, (4, 4), activation="relu"))
    model.add(keras.layers.MaxPooling2D((2, 2)))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(128, activation="relu"))
model.add(keras.layers.Dense(10))
optimizer = keras.optimizers.Adam()
optimizer.build(model.trainable_variables)


@tf.function(autograph=False)
def epoch() -> None:
    """Every whole batch once, in the order of the file."""

    def step(start: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = model(images[start : start + BATCH], training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels[start : start + BATCH], logits)
            loss = tf.reduce_mean(losses)
        optimizer.apply(tape.gradient(loss, model.trainable_variables))
        return start + BATCH

    tf.while_loop(lambda start: start + BATCH <= len(images), step, [0])


stopwatch = Stopwatch()
for _ in range(args.epochs):
    epoch()
    stopwatch.lap()
fit = stopwatch.total
guesses = model.predict(x_test.reshape(-1, *shape) / 255, verbose=0).argmax(axis=1)
accuracy = float((guesses == y_test.ravel()).mean())
leave(args.folder, epoch_figures(len(images) // BATCH * BATCH, stopwatch.laps, fit, accuracy))
