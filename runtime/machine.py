"""What a run was made with: versions and machine, without anything that names a person or a computer."""

import importlib.metadata
import os
import platform
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

_PACKAGES = ("dotcnn", "tensorflow", "keras", "numpy", "scikit-learn")


def versions() -> dict[str, str]:
    """Versions of what a result depends on."""
    return {"python": platform.python_version(), **{package: version_of(package) for package in _PACKAGES}}


def version_of(package: str) -> str:
    """The installed version of a package, without importing it."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def machine() -> dict[str, str | int | None]:
    """Platform, processors that this process may use, and bytes of memory (None where the system does not tell)."""
    return {
        "platform": platform.platform(),
        "cpu_count": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": memory_bytes(),
    }


def without_home(text: str) -> str:
    """The text with the user's home folder, which often holds a person's name, written as `~` where a path begins."""
    home = str(Path.home())
    if len(home) <= 1:
        return text
    return re.sub(rf"(?<![^\s=]){re.escape(home)}(?=[/\\\s]|$)", "~", text)


def command_line(words: Iterable[str]) -> str:
    """The words of a command as a shell takes them; a path below the home folder begins with `~`, to be expanded."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    home, slash, rest = without_home(word).partition("/")
    if home == "~":
        return home + slash + (shlex.quote(rest) if rest else "")
    return shlex.quote(without_home(word))


def memory_bytes() -> int | None:
    """What this process may use: the machine's memory, or what a container leaves of it; None where nobody tells."""
    return min((*_physical(), *group_limits(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))), default=None)


def _physical() -> Iterator[int]:
    try:
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on every system
        return


def group_limits(membership: Path, root: Path) -> Iterator[int]:
    """The memory limits of the control groups that a process is in, in bytes, of either version of Linux's interface.

    `membership` lists the groups as /proc/PID/cgroup does (https://man7.org/linux/man-pages/man7/cgroups.7.html),
    `root` is where their files are mounted.
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if not controllers:
            top, name = root, "memory.max"
        elif "memory" in controllers.split(","):
            top, name = root / "memory", "memory.limit_in_bytes"
        else:
            continue
        path = top / group.lstrip("/")
        # A limit holds for all groups below. In a container, only the topmost may be there.
        for folder in (path, *path.parents):
            if folder.is_relative_to(top):
                yield from _limit(folder / name)


def _limit(file: Path) -> Iterator[int]:
    try:
        yield int(file.read_text())
    except (OSError, ValueError):  # no such group, or `max`: no limit
        return
