"""How many images a second `cnn serve` answers for, and after how long, beside bare `model.predict` image by image.

    python -m benchmarks.serving runs/mnist-1

The server is a process of its own, the clients are threads of this one, each with one connection on the loopback; all
share the machine. `model.predict` gets the same images, already decoded, one at a time and by 64. Each way is gone
through once unmeasured; the rounds are taken in turn, and medians printed.
"""

import argparse
import http.client
import io
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from compiler.normalization import normalized
from compiler.pipeline import scaled
from runtime.data.datasets import load_dataset
from runtime.directory.rundir import open_run
from runtime.evaluation.predict import load_model, normalization_of

CLIENTS = (1, 8, 64)


@contextmanager
def server(run: Path) -> Iterator[int]:
    """The port of `cnn serve` on a run."""
    command = [sys.executable, "-m", "runtime.cli", "serve", str(run), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r":(\d+) ", process.stdout.readline())
        try:
            yield int(found[1]) if found else sys.exit("the server did not start")
        finally:
            process.terminate()


def ask(port: int, bodies: list[bytes], clients: int) -> tuple[float, list[float]]:
    """The images a second, and the seconds of each request, with so many clients at a time."""

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        seconds = []
        for body in bodies[number::clients]:
            start = time.perf_counter()
            connection.request("POST", "/predict?top=1", body)
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - start)
            if answer.status != 200:
                sys.exit(f"the server answered {answer.status}")
        connection.close()
        return seconds

    with ThreadPoolExecutor(clients) as pool:
        start = time.perf_counter()
        seconds = [each for each_client in pool.map(client, range(clients)) for each in each_client]
        return len(bodies) / (time.perf_counter() - start), seconds


def bare(predict: Callable[[NDArray[np.uint8]], object], images: NDArray[np.uint8], batch: int) -> float:
    """The images a second by batches of `batch`."""
    start = time.perf_counter()
    for first in range(0, len(images), batch):
        predict(images[first : first + batch])
    return len(images) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a finished run on a data set that is known by name")
    parser.add_argument("--images", type=int, default=1000, help="of each round (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="default %(default)s")
    options = parser.parse_args()
    run = open_run(options.run)
    program, model = load_model(run)
    assert program.data is not None
    images = load_dataset(program.data.source).x_test[: options.images]
    line = normalization_of(run.manifest)

    def predict(some: NDArray[np.uint8]) -> object:
        return model.predict(normalized(scaled(some), line), verbose=0)

    rates: dict[str, list[float]] = {}
    seconds: dict[str, list[float]] = {}
    with server(options.run) as port:
        bodies = [png(image) for image in images]
        for measured in [False] + [True] * options.rounds:
            for clients in CLIENTS:
                rate, taken = ask(port, bodies, clients)
                note(measured, rates, f"cnn serve, {clients} at a time", [rate])
                note(measured, seconds, f"cnn serve, {clients} at a time", taken)
            for batch in (1, 64):
                note(measured, rates, f"model.predict, by {batch}", [bare(predict, images, batch)])
    print(f"{'':28}  images/s  median ms  95% ms")
    for name, found in rates.items():
        times = sorted(seconds.get(name, ()))
        latency = (
            f"  {1e3 * statistics.median(times):9.1f}  {1e3 * times[len(times) * 95 // 100]:6.1f}" if times else ""
        )
        print(f"{name:28}  {statistics.median(found):8.0f}{latency}")


def note(measured: bool, where: dict[str, list[float]], name: str, values: list[float]) -> None:
    if measured:
        where.setdefault(name, []).extend(values)


def png(image: NDArray[np.uint8]) -> bytes:
    content = io.BytesIO()
    Image.fromarray(image if image.shape[-1] == 3 else image[..., 0]).save(content, "PNG")
    return content.getvalue()


if __name__ == "__main__":
    main()
