"""Readers that go away, as `head -1` does: what they no longer read ends no verb, and changes no exit code."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


class _Lasting(io.FileIO):
    """A stream of the process; once nobody reads it any more, what is written to it is lost, and nothing else."""

    def write(self, data: "memoryview | bytes") -> int:  # type: ignore[override]
        try:
            return super().write(data)
        except BrokenPipeError:
            _lead_nowhere(self.fileno())
            return len(data)


@contextmanager
def readers_may_leave() -> Iterator[None]:
    """Inside, the end of the program that reads the output, such as `head -1`, ends nothing here.

    Streams that a test or another program has put in the place of the process's own are left alone.
    """
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is getattr(sys, f"__{name}__"):
                stack.enter_context(_lasting(name))
        yield


@contextmanager
def _lasting(name: str) -> Iterator[None]:
    before = getattr(sys, name)
    if before is None:  # the program was started without it
        yield
        return
    try:
        before.flush()
    except BrokenPipeError:
        _lead_nowhere(before.fileno())
    raw = _Lasting(before.fileno(), "w", closefd=False)
    text = io.TextIOWrapper(
        io.BufferedWriter(raw),  # type: ignore[type-var]
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.line_buffering,
    )
    setattr(sys, name, text)
    try:
        yield
    finally:
        setattr(sys, name, before)
        text.flush()  # and not closed or detached: TensorFlow's log keeps the stream that it first saw


def _lead_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
