"""The language server: what an editor shows while a spec is being written.

Each feature is a pure function of an `Analysis` and an offset, in a module of its own; `server.py` is the thin shell
that speaks the protocol. Only this package imports pygls and lsprotocol, and only when it serves.
"""

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from socket import socket

    from spec_lang.language_server.documents import Outside
    from spec_lang.language_server.framing import ByteStream

__all__ = ["serve", "serve_tcp"]


def serve(outside: "Outside", version: str, reader: "ByteStream", writer: BinaryIO) -> int:
    """Serve one client until it leaves; returns the exit code that the protocol wants.

    `outside` answers what the server must know of the disk; `version` is what the client is told of this program.
    """
    from spec_lang.language_server.handlers import new_server

    server = new_server(outside, version)
    server.serve(reader, writer)
    return server.exit_code


def serve_tcp(outside: "Outside", version: str, listener: "socket") -> int:
    """Serve the first client that connects to a listening socket, until it leaves."""
    from spec_lang.language_server.handlers import new_server

    server = new_server(outside, version)
    with listener:
        client, _ = listener.accept()
    with client, client.makefile("rb") as reader, client.makefile("wb") as writer:
        server.serve(reader, writer)
    return server.exit_code
