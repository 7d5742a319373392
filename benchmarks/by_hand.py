"""The network of specs/mnist.cnn or specs/cifar10.cnn as a reader of tutorials writes it in plain Keras.

From the images to a saved model, the curves, the classification report and the confusion matrix.

Run by `benchmarks.throughput`, or as `python -m benchmarks.by_hand mnist FOLDER [--epochs 3]`.
"""

import keras
import matplotlib as mpl
import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay, classification_report

from benchmarks.contender import BATCH, Stopwatch, arguments, data_file, epoch_figures, leave

mpl.use("Agg")
import matplotlib.pyplot as plt

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
history = model.fit(
    x_train,
    y_train,
    epochs=args.epochs,
    batch_size=BATCH,
    validation_split=0.1,
    callbacks=[
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True),
        keras.callbacks.LambdaCallback(on_epoch_end=lambda _epoch, _logs: stopwatch.lap()),
    ],
    verbose=0,
).history
fit = stopwatch.total
model.save(args.folder / "model.keras")

truth, guesses = y_test.argmax(axis=1), model.predict(x_test, verbose=0).argmax(axis=1)
(args.folder / "report.txt").write_text(classification_report(truth, guesses), encoding="utf-8")
for figure in ("loss", "accuracy"):
    plt.figure()
    plt.plot(history[figure], label="training")
    plt.plot(history[f"val_{figure}"], label="validation")
    plt.legend()
    plt.savefig(args.folder / f"{figure}.png")
ConfusionMatrixDisplay.from_predictions(truth, guesses)
plt.savefig(args.folder / "confusion.png")
plt.figure(figsize=(10, 4))
for place in range(30):
    plt.subplot(3, 10, place + 1)
    plt.imshow(x_train[place].squeeze(), cmap="gray")
    plt.axis("off")
plt.savefig(args.folder / "samples.png")
leave(
    args.folder,
    epoch_figures(round(0.9 * len(x_train)), stopwatch.laps, fit, float((guesses == truth).mean())),
)
