"""A request that is not carried out, and the answer that says why."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_LINGER_SECONDS: Final = 10.0
_LINGER_BYTES: Final = 2**26


BODY_ENDED: Final = "dotcnn.body_ended"
"""In a scope, once the request's body has been received to its end."""


class RefusedError(Exception):
    """What is wrong with a request: an HTTP status, a message and, where there is any, what to do about it."""

    def __init__(
        self,
        status: int,
        message: str,
        help: str | None = None,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.help = help
        self.headers = headers or {}
        self.details = details or {}
        """What else the answer holds, as the values of JSON."""

    def content(self) -> dict[str, Any]:
        """The refusal as the values of JSON."""
        return {"error": self.message} | ({"help": self.help} if self.help else {}) | dict(self.details)


class Json(Response):
    """A value as JSON in ASCII: class names of a stranger may hold halves of surrogate pairs, which UTF-8 cannot."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False).encode("ascii") + b"\n"


class RefusalAnswer(Json):
    """A refusal as JSON, after which the connection is closed.

    Where the body is still coming, it is thrown away for a moment first: a connection that is closed on a client in
    the middle of its sending takes the answer with it before it was read.
    """

    def __init__(self, refusal: RefusedError) -> None:
        headers = {**refusal.headers, "connection": "close"}
        super().__init__(refusal.content(), refusal.status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if BODY_ENDED not in scope and self.status_code != 408:  # who was too slow has been waited for
            with suppress(TimeoutError):
                async with asyncio.timeout(_LINGER_SECONDS):
                    await _thrown_away(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _thrown_away(receive: Receive) -> None:
    seen = 0
    while seen < _LINGER_BYTES:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
        seen += len(message["body"])
