"""What a verb of the command is, and the arguments that several of them share."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from runtime.errors import UserError
from runtime.extras import not_installed
from runtime.standard_input import STANDARD_STREAM


class Verb(NamedTuple):
    """One thing that the command does."""

    arguments: str
    """For the overview: what follows the verb."""
    summary: str
    description: str
    """For the verb's own help, under the summary."""
    declare: Callable[[argparse.ArgumentParser], object]
    """Add the verb's arguments to its parser."""
    execute: Callable[[argparse.Namespace], int]
    """Do it; returns the exit code."""


def declare_spec(parser: argparse.ArgumentParser, *, or_input: bool = False) -> None:
    also = ", or - for standard input" if or_input else ""
    parser.add_argument("file", metavar="FILE", help=f"a spec, such as specs/mnist.cnn{also}")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="SECTION.SETTING=VALUE",
        help="override a setting of the spec, such as train.epochs=1 or data.validation=20%%; may be repeated",
    )
    declare_outside(parser)


def declare_outside(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--outside",
        action="append",
        default=[],
        type=_readable_folder,
        metavar="FOLDER",
        help="let specs include files of this folder too, not of their own alone; may be repeated",
    )


def _readable_folder(path: str) -> Path:
    from runtime.specs.spec_file import readable_folder

    return readable_folder(path)


def declare_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", metavar="OUT", help="file to write; standard output unless given, or as -")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")


def positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def need_file(verb: str, file: str, why: str) -> None:
    """Refuse standard input where a verb needs a file, and say why it does."""
    if file == STANDARD_STREAM:
        raise UserError(f"`cnn {verb}` needs a file: {why}", help="name one in the place of -")


def need_spec_file(verb: str, file: str) -> None:
    """Refuse standard input where a spec is to be run."""
    need_file(verb, file, "the paths of a spec's data begin at the folder of the spec")


def need_training_packages(verb: str) -> None:
    """Refuse a verb whose packages are not installed."""
    need_packages(verb, "train", ("tensorflow", "keras", "sklearn", "matplotlib", "PIL", "rich"))


def need_packages(verb: str, extra: str, packages: Iterable[str]) -> None:
    """Refuse a verb that needs packages which come with an extra, where one is not installed."""
    from importlib.util import find_spec

    missing = [name for name in packages if not find_spec(name)]
    if missing:
        raise UserError(not_installed(f"`cnn {verb}`", missing[0], extra))
