"""The network of specs/mnist.cnn or specs/cifar10.cnn as a reader of tutorials writes it in plain Keras.

Run by `benchmarks.throughput`, or as `python -m benchmarks.by_hand mnist [--epochs 10]`.
"""

import keras
import numpy as np

from benchmarks.contender import Stopwatch, arguments, data_file, report

args = arguments(__doc__)

with np.load(data_file(args.data)) as arrays:
    x_train, y_train, x_test, y_test = (arrays[name] for name in ("x_train", "y_train", "x_test", "y_test"))
shape = (28, 28, 1) if args.data == "mnist" else (32, 32, 3)
x_train = x_train.reshape(-1, *shape) / 255
x_test = x_test.reshape(-1, *shape) / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)

model = keras.Sequential()
model.add(keras.Input(shape))
for _ in range(1 if args.data == "mnist" else 2):
    model.add(keras.layers.Conv2D(32, (4, 4), activation="relu"))
    model.add(keras.layers.MaxPooling2D((2, 2)))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(128, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])

stopwatch = Stopwatch()
model.fit(
    x_train,
    y_train,
    epochs=args.epochs,
    batch_size=32,
    validation_split=0.1,
    callbacks=[
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True),
        keras.callbacks.LambdaCallback(on_epoch_end=lambda _epoch, _logs: stopwatch.lap()),
    ],
    verbose=0,
)
_, accuracy = model.evaluate(x_test, y_test, verbose=0)
report(images=round(0.9 * len(x_train)), seconds=stopwatch.laps, accuracy=accuracy)
