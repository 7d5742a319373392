"""Messages out of a stream of bytes: each has a header with its length, and not every client counts well.

pygls reads line by line and believes what a header says. So it is given a stream that was put in order: every message
has its true length, and where something came in that is none, a message stands in its place that cannot be read.
"""

import json
import logging
import re
from typing import Final, Protocol

MOST_BYTES: Final = 16 * 2**20
"""Of a message. The largest ones open a document; a spec has at most a million bytes."""
_PIECE: Final = 65_536
_LONGEST_LINE: Final = 4096
_LENGTH: Final = re.compile(rb"content-length:[ \t]*(\S{0,40})[ \t]*\r?\n", re.IGNORECASE)
"""It may also stand behind something else: the end of a message whose length was wrong."""
_FIELD: Final = re.compile(rb"[A-Za-z0-9-]{1,100}:")
_OVERLAP: Final = 80
"""Bytes that a length takes at most."""
_MOST_GUESSES: Final = 8
_UNREADABLE: Final = b"0"
"""What is handed on for what is no message: JSON, and no message either."""

log = logging.getLogger(__name__)


class ByteStream(Protocol):
    """What is read from: a binary file, or a socket as one."""

    def read1(self, size: int, /) -> bytes:
        """Up to so many bytes, as soon as there are any; none at the end."""
        ...


class Incoming:
    """The messages of a client, as pygls reads them: a header of one line, an empty line, and the body."""

    def __init__(self, stream: ByteStream) -> None:
        self.body = b""
        """Of the message that was read last."""
        self.problem = ""
        """What is wrong with what was read last; empty for a message."""
        self._stream = stream
        self._held = bytearray()
        """Bytes that were read and belong to no message yet."""
        self._lines: list[bytes] = []
        self._is_lost = False
        """Whether what was read last was no message either: that is said once."""

    def readline(self) -> bytes:
        """The next line of a header; nothing at the end of the stream."""
        if not self._lines:
            body = self._next()
            if body is None:
                return b""
            self.body = body
            self._lines = [b"\r\n", b"Content-Length: %d\r\n" % len(body)]
        return self._lines.pop()

    def read(self, _size: int) -> bytes:
        """The body that belongs to the header."""
        return self.body

    def _next(self) -> bytes | None:
        """The body of the next message, or what is handed on in its place; None at the end."""
        self.problem = ""
        while (found := self._header()) is not None:
            if isinstance(found, int):
                self._is_lost = False
                return self._body(found)
            if not self._is_lost:
                self._is_lost, self.problem = True, found
                return _UNREADABLE
        return None

    def _header(self) -> int | str | None:
        """The length that the next header states, or what is wrong with it or before it; None at the end."""
        length: int | None = None
        begun = False
        while (line := self._line()) is not None:
            match = _LENGTH.search(line)
            if match and line[: match.start()].strip():
                self._held[:0] = line[match.start() :]
                return "what stands before a Content-Length is no message"
            if match:
                stated = match[1]
                if not stated.isdigit():
                    return f"a Content-Length is {stated.decode('ascii', 'replace')!r}, which is no number of bytes"
                length = int(stated)
                if length > MOST_BYTES:
                    return f"a message of {length:,} bytes is too long: {MOST_BYTES:,} are read at most"
            elif not line.strip() and (begun or length is not None):
                return length or ("a message is empty" if length == 0 else "a header states no Content-Length")
            elif line.strip() and not _FIELD.match(line):
                return "a message begins with a header, as in 'Content-Length: 123' and an empty line"
            begun = begun or bool(line.strip())
        return None

    def _line(self) -> bytes | None:
        """The next line with its end, or a piece of a long one; None at the end of the stream."""
        searched = 0
        while (end := self._held.find(b"\n", searched)) < 0:
            searched = len(self._held)
            if searched > _LONGEST_LINE:
                end = searched - _OVERLAP
                break
            if not self._fill():
                if self._held.strip():
                    log.warning("the client ended in the middle of a message")
                return None
        line = bytes(self._held[: end + 1])
        del self._held[: end + 1]
        return line

    def _body(self, length: int) -> bytes:
        """So many bytes; fewer where the next header begins before, or where they are a whole message already."""
        guesses = searched = 0
        while True:
            match = _LENGTH.search(self._held, max(0, searched - _OVERLAP))
            if match and match.start() < length:
                log.warning("a message is shorter than its Content-Length, %s", f"{length:,}")
                return self._taken(match.start())
            searched = len(self._held)
            if searched >= length:
                return self._taken(length)
            # A client that waits for its answer sends no more: what is whole is not waited for.
            if guesses < _MOST_GUESSES and self._held.rstrip().endswith(b"}"):
                guesses += 1
                if _is_whole(self._held):
                    log.warning("a message is shorter than its Content-Length, %s", f"{length:,}")
                    return self._taken(len(self._held))
            if not self._fill():
                log.warning("the client ended in the middle of a message")
                return self._taken(len(self._held)) or _UNREADABLE

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def _fill(self) -> bool:
        """Wait for more bytes; whether there are any before the end."""
        try:
            read = self._stream.read1(_PIECE)
        except OSError:  # the connection was reset
            return False
        self._held += read
        return bool(read)


def _is_whole(text: bytes | bytearray) -> bool:
    """Whether a text is JSON from its beginning to its end."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
