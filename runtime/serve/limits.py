"""What the server grants to those who ask: sizes, numbers and times, and the counters that hold them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from runtime.serve.refusal import RefusedError


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond each of these a request is refused; what a client may claim of memory and time follows from them."""

    body_bytes: int = 16 * 2**20
    """Of one request."""
    bytes_at_once: int = 128 * 2**20
    """Of all requests that are being read or decoded."""
    pixels: int = 25_000_000
    """Of one picture, before it is brought to the model's size; decoded they take up to 11 bytes each."""
    pixels_of_request: int = 100_000_000
    """Of all pictures of one request together."""
    images: int = 64
    """Of one request."""
    waiting: int = 256
    """Images that are decoded or wait for the model, of all requests."""
    batch: int = 64
    """Images that the model is given at a time."""
    connections: int = 512
    """Open at a time."""
    head_seconds: float = 10
    """From the opening of a connection, or the first byte of a further request, to the end of the request's head."""
    body_seconds: float = 20
    """From the end of the head to the end of the body."""
    idle_seconds: int = 15
    """That a connection is kept open between two requests; longer than clients do, who would else find it closed."""
    ending_seconds: int = 30
    """That requests under way are given when the server ends."""


LIMITS: Final = Limits()


class Room:
    """So much of something, for all requests together; used on the event loop alone."""

    def __init__(self, size: int) -> None:
        self._free = size

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """A share of nothing yet, given back at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            self._free += share.taken

    def take(self, amount: int) -> None:
        if amount > self._free:
            raise RefusedError(503, "the server is busy", help="try again in a second", headers={"retry-after": "1"})
        self._free -= amount


class Share:
    """What one request holds of a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.taken = 0

    def take(self, amount: int) -> None:
        """Take more. Raises RefusedError where there is not so much left."""
        self._room.take(amount)
        self.taken += amount
