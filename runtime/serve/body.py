"""The pictures in the body of a request: the body itself, or the files of a form."""

import asyncio
import codecs
import logging
from collections.abc import AsyncIterator
from typing import Final, TypeAlias

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
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
_CHARSETS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})
"""Of the names in a form, as Python calls them. Others would be decoders that a stranger chooses."""
_LONGEST_NAME: Final = 255
"""Characters of a file's name, as on most disks: it comes back in the answer."""


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


def _need_known_charset(headers: Headers) -> None:
    """Raises RefusedError for a form whose names are said to be in a charset that no browser sends."""
    _, parameters = parse_options_header(headers["content-type"])
    charset = parameters.get(b"charset", b"utf-8").decode("latin-1")
    try:
        known = codecs.lookup(charset).name in _CHARSETS
    except (LookupError, ValueError):  # a null character in it
        known = False
    if not known:
        raise RefusedError(400, f"the form's charset is {charset!r:.40}, which is not read", help="use UTF-8")


def _too_large(limits: Limits) -> RefusedError:
    return RefusedError(413, f"the body is larger than {limits.body_bytes:,} bytes", help="scale the image down")


class _FormParser(MultiPartParser):
    """Starlette's, which passes over a part that is cut off at the end."""

    has_ended = False

    def on_end(self) -> None:
        self.has_ended = True


async def _files(request: Request, content: bytes, limits: Limits) -> list[Picture]:
    """The files of a form that was read already; what else it holds is left out."""

    async def whole() -> AsyncIterator[bytes]:
        yield content
        if not parser.has_ended:  # raised here, where the parser closes what it has opened
            raise MultiPartException("It ends before its last boundary.")

    _need_known_charset(request.headers)
    parser = _FormParser(request.headers, whole(), max_files=limits.images, max_fields=limits.images)  # type: ignore[arg-type]
    parser.spool_max_size = limits.body_bytes + 1  # in memory: no file is written
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise RefusedError(400, f"the form cannot be read: {error.message}") from error
    except Exception as error:  # the body is here: what the parser meets now is the form's own
        raise RefusedError(400, "the form cannot be read: it is not of the form that RFC 7578 describes") from error
    pictures = []
    for _, value in form.multi_items():
        if isinstance(value, UploadFile):
            pictures.append(((value.filename or _UNNAMED)[:_LONGEST_NAME], await value.read()))
            await value.close()
    if not pictures:
        raise RefusedError(400, "the form holds no file", help="for example: curl -F image=@photo.png ADDRESS/predict")
    return pictures
