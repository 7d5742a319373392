"""Ctrl-C while a model trains: the first asks for a clean end, the second stops at once.

Where whoever started the program had it ignore Ctrl-C, as a shell does with what a script puts into the background, it
stays ignored.
"""

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
        if self._heeds:
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._heeds:
            signal.signal(signal.SIGINT, self._previous)

    @property
    def _heeds(self) -> bool:
        # Python lets no thread but the first handle signals.
        return self._previous != signal.SIG_IGN and threading.current_thread() is threading.main_thread()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        # Not `print`: the signal may have come in the middle of one, and Python's streams do not bear that.
        os.write(2, _NOTICE)
