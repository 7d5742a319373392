"""A server in a thread of the test's own process, with a model that tells images apart by a pixel."""

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.serve.app import make_app
from runtime.serve.guard import LOOPBACK_NAMES
from runtime.serve.limits import LIMITS, Limits
from runtime.serve.served import Served
from runtime.serve.server import listening, server_of

CLASSES = tuple("abcdefghij")


def one_hot(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The class of an image is a tenth of its first pixel."""
    return np.eye(len(CLASSES), dtype=np.float32)[images[:, 0, 0, 0] // 10]


def served(predict: Any = one_hot, classes: tuple[str, ...] = CLASSES, **facts: Any) -> Served:
    return Served(classes, (4, 4, 1), "stretch", predict, {"classes": list(classes), **facts})


def png(value: int, size: tuple[int, int] = (4, 4)) -> bytes:
    content = io.BytesIO()
    Image.new("L", size, value).save(content, "PNG")
    return content.getvalue()


@contextmanager
def running(model: Served | None = None, limits: Limits = LIMITS, hosts: Any = LOOPBACK_NAMES) -> Iterator[int]:
    """The port of a server that runs meanwhile; afterwards it has ended, or the test fails."""
    with listening("127.0.0.1", 0) as listener:
        ready = threading.Event()
        server = server_of(make_app(model or served(), hosts, limits), limits, ready.set)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            assert ready.wait(20)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(40)
        assert not thread.is_alive()


@contextmanager
def client(model: Served | None = None, limits: Limits = LIMITS, hosts: Any = LOOPBACK_NAMES) -> Iterator[httpx.Client]:
    """A client of such a server."""
    with running(model, limits, hosts) as port, asking(port) as opened:
        yield opened


def asking(port: int) -> httpx.Client:
    bounds = httpx.Limits(max_connections=300, max_keepalive_connections=300)
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60, limits=bounds)
