"""The pictures in the body of a request: the body itself, or the files of a form."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final, TypeAlias

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from runtime.serve.limits import Limits, Share
from runtime.serve.refusal import RefusedError

# What is wrong with a form is said in the answer; the parser would print it on the terminal too.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())

Picture: TypeAlias = tuple[str, bytes]
"""A name, to be told apart by, and the content of a file."""

_UNNAMED: Final = "body"
_FORM: Final = "multipart/form-data"


async def read_pictures(request: Request, limits: Limits, share: Share) -> list[Picture]:
    """The pictures of a request, whose bytes are taken from `share` as they arrive.

    Raises RefusedError for a body that is too large, too slow, or holds no file.
    """
    try:
        async with asyncio.timeout(limits.body_seconds):
            content = await _read(request, limits, share)
    except TimeoutError:
        message = f"the body did not arrive within {limits.body_seconds:g} seconds"
        raise RefusedError(408, message) from None
    if request.headers.get("content-type", "").lower().startswith(_FORM):
        return await _files(request, content, limits)
    if not content:
        raise RefusedError(400, "there is no image", help="send one as the body, or as a file of a multipart form")
    return [(_UNNAMED, content)]


async def _read(request: Request, limits: Limits, share: Share) -> bytes:
    # Compared as numbers only where they are few digits: h11 has seen to it that they are digits.
    length = request.headers.get("content-length", "")
    if len(length) > 18 or (length.isdigit() and int(length) > limits.body_bytes):
        raise _too_large(limits)
    chunks: list[bytes] = []
    async for chunk in request.stream():
        share.take(len(chunk))
        chunks.append(chunk)
        if share.taken > limits.body_bytes:
            raise _too_large(limits)
    return b"".join(chunks)


def _too_large(limits: Limits) -> RefusedError:
    return RefusedError(413, f"the body is larger than {limits.body_bytes:,} bytes", help="scale the image down")


async def _files(request: Request, content: bytes, limits: Limits) -> list[Picture]:
    """The files of a form that was read already; what else it holds is left out."""

    async def whole() -> AsyncIterator[bytes]:
        yield content

    parser = MultiPartParser(request.headers, whole(), max_files=limits.images, max_fields=limits.images)  # type: ignore[arg-type]
    parser.spool_max_size = limits.body_bytes + 1  # in memory: no file is written
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise RefusedError(400, f"the form cannot be read: {error.message}") from error
    pictures = []
    for _, value in form.multi_items():
        if isinstance(value, UploadFile):
            pictures.append((value.filename or _UNNAMED, await value.read()))
            await value.close()
    if not pictures:
        raise RefusedError(400, "the form holds no file", help="for example: curl -F image=@photo.png ADDRESS/predict")
    return pictures
