"""`cnn serve` as a process of its own, on a run that was trained."""

import csv
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from serving import asking

from runtime import cli
from runtime.data.datasets import load_dataset

WINDOWS = sys.platform == "win32"


@contextmanager
def served_run(run: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process that serves a run, and its port."""
    command = [sys.executable, "-m", "runtime.cli", "serve", str(run), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        found = re.fullmatch(r"serving tiny-1 on http://127\.0\.0\.1:(\d+)  \(Ctrl-C ends it\)\n", ready)
        assert found, ready or process.communicate()[1]
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate()


def digit(index: int) -> bytes:
    content = io.BytesIO()
    Image.fromarray(load_dataset("digits").x_test[index, ..., 0]).save(content, "PNG")
    return content.getvalue()


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["serve", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    return captured.err


def test_a_port_that_is_taken_is_said_in_one_line(finished_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        error = refusal(capsys, str(finished_run), "--port", port)
    assert error.splitlines() == [
        f"error: port {port} on 127.0.0.1 is taken by another program",
        "help: choose another with --port, or --port 0 for a free one",
    ]


@pytest.mark.parametrize("port", ["65536", "-1", "http", "1e3", "²", ""])
def test_what_is_no_port_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert "is not a port" in refusal(capsys, "runs/x-1", f"--port={port}")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "256.1.1.1", "x" * 300, "a..b", "192.0.2.1"])
def test_what_is_no_address_of_this_machine_is_refused(capsys: pytest.CaptureFixture[str], host: str) -> None:
    assert "cannot listen on" in refusal(capsys, "runs/x-1", "--port", "0", "--host", host)


def test_a_run_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "has no manifest.json" in refusal(capsys, str(tmp_path), "--port", "0")


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "python_multipart"])
def test_a_package_that_is_missing_is_named_with_its_remedy(
    package: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import util

    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == package else real(name))
    error = refusal(capsys, "runs/x-1")
    how = 'pip install ".[serve]" in the clone of dotcnn'
    assert error == f"error: `cnn serve` needs {package}, which is not installed: {how}\n"


@pytest.mark.heavy
def test_other_machines_are_warned_of(finished_run: Path) -> None:
    with served_run(finished_run) as (process, _):
        pass
    command = [sys.executable, "-m", "runtime.cli", "serve", str(finished_run), "--port", "0", "--host", "0.0.0.0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "http://0.0.0.0:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert "warning: 0.0.0.0 can be reached from other machines" in process.communicate(timeout=60)[1]


@pytest.mark.heavy
@pytest.mark.skipif(WINDOWS, reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_as_the_run_did_and_a_signal_ends_it_cleanly(finished_run: Path, number: signal.Signals) -> None:
    with (finished_run / "predictions.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))[:8]
    metrics = json.loads((finished_run / "metrics.json").read_text())["test"]
    with served_run(finished_run) as (process, port), asking(port) as client:
        facts = client.get("/model").json()
        assert facts["accuracy"] == metrics["accuracy"]
        assert facts["input"] == {"height": 8, "width": 8, "channels": 1}
        for index, row in enumerate(expected):
            (answer,) = client.post("/predict", content=digit(index)).json()
            assert answer["predictions"][0]["class"] == row["predicted"]
            for each in answer["predictions"]:
                assert each["probability"] == pytest.approx(float(row[f"p({each['class']})"]), abs=1e-6)

        # A request whose body ends only after the signal is still answered.
        image = digit(0)
        with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as slow:
            head = f"POST /predict?top=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(image)}\r\n\r\n"
            slow.sendall(head.encode() + image[:20])
            client.get("/health")  # the server has come to it
            process.send_signal(number)
            threading.Timer(1, slow.sendall, (image[20:],)).start()
            answered = b""
            while chunk := slow.recv(65536):
                answered += chunk
        assert answered.startswith(b"HTTP/1.1 200")
        assert f'"class": "{expected[0]["predicted"]}"'.encode() in answered
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "stopped\n", "")


@pytest.mark.heavy
@pytest.mark.skipif(WINDOWS, reason="memory is counted otherwise there")
def test_a_storm_of_requests_neither_crashes_it_nor_makes_it_grow(finished_run: Path) -> None:
    """200 requests at a time, a quarter of them garbage, too large, or slow; six rounds of 400."""
    with (finished_run / "predictions.csv").open(newline="") as file:
        labels = [row["predicted"] for row in csv.DictReader(file)]
    images = [digit(index) for index in range(100)]
    large = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (700, 700, 3), dtype=np.uint8)
    Image.fromarray(noise).save(large, "PNG")
    slow_head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhalf"

    with served_run(finished_run) as (process, port), ThreadPoolExecutor(200) as askers:
        watched = psutil.Process(process.pid)

        def asked(body: bytes) -> tuple[int, bytes]:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
                connection.request("POST", "/predict?top=1", body)
                answer = connection.getresponse()
                return answer.status, answer.read()

        def one(number: int) -> str:
            match number % 12:
                case 3:
                    return str(asked(os.urandom(5000))[0])
                case 6:
                    return str(asked(large.getvalue())[0])
                case 9 if number % 5 == 0:
                    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
                        connection.sendall(b"GET \x00\xff\r\n\r\n" if number % 2 else slow_head)
                    return "left"
                case 9:
                    try:
                        return str(asked(bytes(17_000_000))[0])
                    except OSError:  # where sending it took longer than the server would wait
                        return "cut off"
                case _:
                    status, content = asked(images[number % 100])
                    found = json.loads(content)[0]["predictions"][0]["class"] if status == 200 else status
                    return "right" if found == labels[number % 100] else f"{found} for image {number % 100}"

        sizes = []
        for _ in range(6):
            outcomes = list(askers.map(one, range(400)))
            assert set(outcomes) <= {"right", "422", "200", "413", "left", "cut off"}, set(outcomes)
            assert outcomes.count("right") == sum(number % 12 not in (3, 6, 9) for number in range(400))
            sizes.append(watched.memory_info().rss)
        assert process.poll() is None
        print([round(size / 1e6) for size in sizes])
        # What allocators keep is had after the first rounds; what leaked with each request would go on.
        assert sizes[-1] - sizes[2] < 0.05 * sizes[2], sizes
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "stopped\n", "")
