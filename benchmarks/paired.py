"""Commands timed in turn, A B A B …, so that a noisy machine troubles both alike."""

import resource
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pairs:
    """The processor seconds (user and system) of two commands over paired runs."""

    first: tuple[float, ...]
    second: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of first / second, pair by pair."""
        return statistics.median(a / b for a, b in zip(self.first, self.second, strict=True))


def run_in_turn(first: Sequence[str], second: Sequence[str], rounds: int) -> Pairs:
    """Run two commands in turn, once unmeasured and then `rounds` times; raises where one fails."""
    cpu_seconds(first), cpu_seconds(second)
    pairs = [(cpu_seconds(first), cpu_seconds(second)) for _ in range(rounds)]
    return Pairs(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def cpu_seconds(command: Sequence[str]) -> float:
    """The processor seconds that a command takes as a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def median_seconds(function: object, rounds: int) -> float:
    """The median processor time of a call in this process."""
    assert callable(function)
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)
