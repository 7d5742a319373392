"""What one look at each picture file tells: its format, its size, its content, or what is wrong with it."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from runtime.data.formats import is_named_after_another
from runtime.data.images import Look, look_at
from runtime.data.opening import open_regular
from runtime.errors import UserError

WORKERS: Final = min(8, os.cpu_count() or 1)
_AHEAD: Final = 4
"""Tasks for each worker that wait their turn."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, slots=True)
class Facts:
    """One file, looked at once."""

    path: Path
    size: int
    """Bytes."""
    sha256: str
    """Of its bytes; empty where they cannot be read."""
    look: Look | None
    """None where it is no picture that can be read."""
    problem: str = ""
    """What is wrong with it then."""

    @property
    def misnamed(self) -> bool:
        """Whether its ending says another format than its content."""
        return self.look is not None and is_named_after_another(self.path.suffix, self.look.format)


def facts_of(paths: Sequence[Path], advance: Callable[[int], object] = lambda _done: None) -> list[Facts]:
    """The facts of each file, in order, looked at by several threads; `advance` is told how many are done."""
    found = []
    for facts in in_parallel(_facts, paths):
        found.append(facts)
        advance(len(found))
    return found


def _facts(path: Path) -> Facts:
    try:
        look, digest, size = look_at(path)
    except UserError as error:
        problem = error.message.replace(f"cannot read {path}: ", "cannot be read: ", 1).replace(f"{path} ", "", 1)
        return Facts(path, _size(path), _sha256(path), None, problem)
    return Facts(path, size, digest, look)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sha256(path: Path) -> str:
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, UserError):
        return ""


def in_parallel(
    function: Callable[[_In], _Out], inputs: Iterable[_In], workers: int = WORKERS, ahead: int = 0
) -> Iterator[_Out]:
    """`map` by several threads: results in order, and none left when it ends early.

    So many as `ahead`, or as keep the threads busy, are under way or wait to be taken.
    """
    most = max(ahead, workers * _AHEAD)
    pending: deque[Future[_Out]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="pictures") as pool:
        try:
            for each in inputs:
                pending.append(pool.submit(function, each))
                if len(pending) >= most:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
