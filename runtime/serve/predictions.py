"""`POST /predict`: from the body of a request to an answer for each of its pictures."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from os import cpu_count
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from runtime.errors import UserError
from runtime.evaluation.predict import guesses
from runtime.evaluation.prediction_output import Prediction, plain
from runtime.serve.batching import Batcher
from runtime.serve.body import Picture, read_pictures
from runtime.serve.limits import Limits, Room, Share
from runtime.serve.refusal import Json, RefusedError
from runtime.serve.served import Served

_LOG: Final = logging.getLogger("uvicorn.error")
_DECODERS: Final = min(4, cpu_count() or 1)
"""Threads that decode pictures; each holds one, undecoded and decoded."""

Decoded: TypeAlias = NDArray[np.uint8] | RefusedError
Answer: TypeAlias = NDArray[np.float32] | RefusedError
"""The probabilities of one picture, or why there are none."""


class Predictions:
    """Each picture is answered for by itself: one that cannot be read costs the others of its request nothing."""

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
                decoded = await self._decoded(pictures, places)
            answers = await self._answered(decoded)
        _need_any(pictures, answers)
        found = zip(pictures, answers, strict=True)
        return Json([self._told(name, answer, top) for (name, _), answer in found])

    def _told(self, name: str, answer: Answer, top: int) -> dict[str, Any]:
        """What is said of one picture, as the values of JSON."""
        if isinstance(answer, RefusedError):
            return {"image": name, **answer.content()}
        return plain(Prediction(name, guesses(self._served.classes, answer, top)))

    async def _decoded(self, pictures: Sequence[Picture], places: Share) -> list[Decoded]:
        places.take(len(pictures))
        refusals = await self._beyond_pixels(pictures)
        loop = asyncio.get_running_loop()
        tasks = [
            loop.run_in_executor(self._decoders, self._served.decode, content, name, self._limits.pixels)
            for place, (name, content) in enumerate(pictures)
            if place not in refusals
        ]
        # All are awaited before anything is raised: none may go on with bytes that were given back.
        done = iter(await asyncio.gather(*tasks, return_exceptions=True))
        return [refusals[place] if place in refusals else _image(next(done)) for place in range(len(pictures))]

    async def _beyond_pixels(self, pictures: Sequence[Picture]) -> dict[int, RefusedError]:
        """The pictures, by their places, that a request has no pixels left for; sizes are read from their headers."""
        left = self._limits.pixels_of_request
        if len(pictures) * self._limits.pixels <= left:
            return {}
        loop = asyncio.get_running_loop()
        sizes = [
            loop.run_in_executor(self._decoders, self._served.pixels, content, name, self._limits.pixels)
            for name, content in pictures
        ]
        refusals = {}
        for place, size in enumerate(await asyncio.gather(*sizes, return_exceptions=True)):
            if isinstance(size, int) and size > left:
                message = f"the pictures of one request have more than {self._limits.pixels_of_request:,} pixels in all"
                refusals[place] = RefusedError(413, message, help="send this one in a request of its own")
            elif isinstance(size, int):
                left -= size
        return refusals

    async def _answered(self, images: Sequence[Decoded]) -> list[Answer]:
        asked = [self._batcher.submit(image) for image in images if not isinstance(image, RefusedError)]
        rows = iter(await asyncio.gather(*map(asyncio.wrap_future, asked), return_exceptions=True))
        answers = [image if isinstance(image, RefusedError) else _row(next(rows)) for image in images]
        for failure in {id(each.__cause__): each for each in answers if isinstance(each, RefusedError)}.values():
            if failure.__cause__ is not None:
                # Not raised on: uvicorn would close the connection, and with it what the client asks next.
                _LOG.error("the model failed", exc_info=failure.__cause__)
        return answers


def _image(done: NDArray[np.uint8] | BaseException) -> Decoded:
    """A picture as the model takes it, or what is wrong with it."""
    if isinstance(done, UserError):
        return RefusedError(422, done.message, help=done.help)
    if isinstance(done, BaseException):
        raise done
    return done


def _row(done: NDArray[np.float32] | BaseException) -> Answer:
    """What the model said of a picture; a failure of its own is kept as the cause, to be logged once."""
    if isinstance(done, Exception):
        failure = RefusedError(500, "the model failed at this picture")
        failure.__cause__ = done
        return failure
    if isinstance(done, BaseException):
        raise done
    if not np.isfinite(done).all():
        return RefusedError(500, "the model's answer is no number", help="its weights may have diverged in training")
    return done


def _need_any(pictures: Sequence[Picture], answers: Sequence[Answer]) -> None:
    """Raises RefusedError where not one picture has an answer: the request has failed."""
    refusals = [each for each in answers if isinstance(each, RefusedError)]
    if len(refusals) < len(answers):
        return
    if len(refusals) == 1:
        raise refusals[0]
    told = [{"image": name, **each.content()} for (name, _), each in zip(pictures, refusals, strict=True)]
    status = max(each.status for each in refusals)
    raise RefusedError(status, f"none of the {len(told)} pictures has an answer", details={"pictures": told})


def _top(request: Request, classes: int) -> int:
    """How many classes are asked for: all, unless `?top=` says otherwise."""
    given = request.query_params.get("top", str(classes))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) > 0):
        raise RefusedError(400, f"top={given:.20} is not a whole number from 1 on")
    return int(given)
