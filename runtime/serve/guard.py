"""Who may ask, and what every answer says to a browser: the outermost layer of the application."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.serve.refusal import BODY_ENDED, RefusalAnswer, RefusedError

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For answers that are no page."""


class Guard:
    """Refuses requests that a page of somebody else's has a browser send.

    A name of somebody else's may be made to lead to this machine ("DNS rebinding"); the browser then takes our answers
    for that site's own, so on the loopback only the loopback's names are answered to. And any site may have a browser
    send a form here, without seeing the answer; the browser says where it comes from.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        """`hosts` are the names, without a port, that are answered to; None for all."""
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # the server's start and end
            await self._app(scope, receive, send)
            return

        async def receive_noted() -> Message:
            message = await receive()
            if not message.get("more_body"):
                scope[BODY_ENDED] = True
            return message

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", _POLICY)
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        app = self._app if refusal is None else RefusalAnswer(refusal)
        await app(scope, receive_noted, send_guarded)

    def _refusal(self, headers: Headers) -> RefusedError | None:
        host = headers.get("host", "")
        if self._hosts is not None and _name(host) not in self._hosts:
            return RefusedError(
                421, "this server answers to another name", help="open the address that `cnn serve` printed"
            )
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            return RefusedError(403, "this server answers no page but its own")
        return None


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # an odd bracket
        return ""
