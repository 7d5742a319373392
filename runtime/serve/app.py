"""The addresses that the server answers at."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from os import cpu_count
from typing import Final

import numpy as np
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from runtime.errors import UserError
from runtime.evaluation.predict import guesses
from runtime.evaluation.prediction_output import Prediction, plain
from runtime.serve.batching import Batcher
from runtime.serve.body import Picture, read_pictures
from runtime.serve.guard import Guard
from runtime.serve.limits import LIMITS, Limits, Room, Share
from runtime.serve.page import Page, load_page
from runtime.serve.refusal import Json, RefusalAnswer, RefusedError
from runtime.serve.served import Served

_LOG: Final = logging.getLogger("uvicorn.error")
_DECODERS: Final = min(4, cpu_count() or 1)
"""Threads that decode pictures; each holds one, undecoded and decoded."""


def make_app(served: Served, hosts: frozenset[str] | None, limits: Limits = LIMITS) -> ASGIApp:
    """The whole application, to be run in one event loop; its threads live from its start-up to its shut-down.

    Args:
        served: The model.
        hosts: The names that it answers to; None for all.
        limits: What it grants.
    """
    page = load_page()
    predictions = _Predictions(served, limits)
    routes = [
        Route("/", lambda _: _page(page)),
        Route("/model", lambda _: Json(served.facts)),
        Route("/health", lambda _: Json({"status": "ok"})),
        Route("/predict", predictions.answer, methods=["POST"]),
    ]
    handlers = {RefusedError: _refused, HTTPException: _no_such_address, ClientDisconnect: _gone}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=predictions.running)
    return Guard(app, hosts)


class _Predictions:
    """`POST /predict`: from the body to the answer."""

    def __init__(self, served: Served, limits: Limits) -> None:
        self._served = served
        self._limits = limits
        self._bytes = Room(limits.bytes_at_once)
        self._images = Room(limits.waiting)
        self._batcher: Batcher
        self._decoders: ThreadPoolExecutor

    @asynccontextmanager
    async def running(self, _app: Starlette) -> AsyncIterator[None]:
        """Keep the threads; at the end, all that was asked is answered."""
        self._batcher = Batcher(self._served.predict, self._limits.batch)
        with ThreadPoolExecutor(_DECODERS, thread_name_prefix="pictures") as self._decoders:
            try:
                yield
            finally:
                self._batcher.close()

    async def answer(self, request: Request) -> Response:
        top = _top(request, len(self._served.classes))
        with self._images.share() as places:
            with self._bytes.share() as held:
                pictures = await read_pictures(request, self._limits, held)
                images = await self._decoded(pictures, places)
            asked = (asyncio.wrap_future(self._batcher.submit(image)) for image in images)
            rows = _all_answered(await asyncio.gather(*asked, return_exceptions=True))
        if not all(np.isfinite(row).all() for row in rows):
            raise RefusedError(500, "the model's answer is no number", help="its weights may have diverged in training")
        names = (name for name, _ in pictures)
        found = [
            Prediction(name, guesses(self._served.classes, row, top)) for name, row in zip(names, rows, strict=True)
        ]
        return Json([plain(each) for each in found])

    async def _decoded(self, pictures: list[Picture], places: Share) -> list[NDArray[np.uint8]]:
        places.take(len(pictures))
        loop = asyncio.get_running_loop()
        tasks = [
            loop.run_in_executor(self._decoders, self._served.decode, content, name, self._limits.pixels)
            for name, content in pictures
        ]
        # All are awaited before one is complained of: none may go on with bytes that were given back.
        done = await asyncio.gather(*tasks, return_exceptions=True)
        images = []
        for each in done:
            if isinstance(each, UserError):
                raise RefusedError(422, each.message, help=each.help)
            if isinstance(each, BaseException):
                raise each
            images.append(each)
        return images


def _all_answered(answers: list[NDArray[np.float32] | BaseException]) -> list[NDArray[np.float32]]:
    """The answers of the model, where it gave all. Raises RefusedError for its failure, which is logged."""
    rows = []
    for each in answers:
        if isinstance(each, Exception):
            # Not raised on: uvicorn would close the connection, and with it what the client asks next.
            _LOG.error("the model failed", exc_info=each)
            raise RefusedError(500, "the model failed at this picture")
        if isinstance(each, BaseException):
            raise each
        rows.append(each)
    return rows


def _top(request: Request, classes: int) -> int:
    """How many classes are asked for: all, unless `?top=` says otherwise."""
    given = request.query_params.get("top", str(classes))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) > 0):
        raise RefusedError(400, f"top={given:.20} is not a whole number from 1 on")
    return int(given)


def _page(page: Page) -> Response:
    return Response(page.content, media_type="text/html", headers={"content-security-policy": page.policy})


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return RefusalAnswer(error)


async def _no_such_address(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    addresses = "GET /, GET /model, GET /health and POST /predict"
    message = (
        f"{request.method} {request.url.path:.80} is not answered here" if error.status_code < 500 else error.detail
    )
    return RefusalAnswer(RefusedError(error.status_code, message, f"the addresses are {addresses}", error.headers))


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # that nobody reads
