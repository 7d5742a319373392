"""Ctrl-C while a model trains: the first asks for a clean end, the second stops at once."""

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

_NOTICE = b"\nending the training here to evaluate what was learnt so far; Ctrl-C again stops at once\n"


class Interrupts:
    """Inside this context manager, the first Ctrl-C only sets `requested`; the second raises KeyboardInterrupt."""

    def __init__(self) -> None:
        self.requested = False

    def __enter__(self) -> Self:
        self._previous = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread():  # Python lets no other thread handle signals
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._previous)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        # Not `print`: the signal may have come in the middle of one, and Python's streams do not bear that.
        os.write(2, _NOTICE)
