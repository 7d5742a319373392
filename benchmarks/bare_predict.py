"""What `benchmarks.prediction` compares with: Pillow in a loop, then `model.predict` on the arrays, then a CSV file.

Run it as `python -m benchmarks.bare_predict RUN FOLDER`; it prints its seconds as one line of JSON.
"""

import time

STARTED = time.perf_counter()

import csv  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402


def main() -> None:
    """Predict, and write a table beside the folder."""
    run, folder = map(Path, sys.argv[1:])
    model = keras.saving.load_model(run / "model.keras", compile=False)
    classes = json.loads((run / "program.json").read_text(encoding="utf-8"))["data"]["classes"]
    height, width, channels = model.input_shape[1:]
    ready = time.perf_counter()

    files = sorted(folder.iterdir())
    pixels = [np.asarray(Image.open(file).convert("L" if channels == 1 else "RGB")) for file in files]
    images = np.stack(pixels).reshape(-1, height, width, channels)
    decoded = time.perf_counter()

    probabilities = model.predict(images.astype("float32") / 255, batch_size=256, verbose=0)
    predicted = time.perf_counter()

    with folder.with_suffix(".csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        for file, row in zip(files, probabilities, strict=True):
            writer.writerow([file, classes[row.argmax()], row.max()])
    figures = {"start": ready - STARTED, "decode": decoded - ready, "predict": predicted - decoded}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
