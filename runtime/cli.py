"""The command `cnn`: one table of verbs, and what every verb does about errors.

Only the parser of the verb in hand is built, and each verb imports its own module when it is executed: `cnn check`
answers before TensorFlow would have begun to load.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn, TextIO

from runtime.errors import UserError
from runtime.verbs import VERBS


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help of a fixed width: to ask for that of the terminal, argparse loads more than a whole check takes."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=100)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints look like all others of the command."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, help=f"see `{self.prog} --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute one command line; returns the exit code: 0 clean, 1 findings, 2 misuse, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        _show_what_cannot_be_encoded(stream)
    try:
        code = _execute(words)
        sys.stdout.flush()
    except UserError as error:
        return _report(error)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader, such as `head`, has had enough. Python flushes once more at exit: let it have somewhere to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13  # SIGPIPE, which Windows does not name
    except OSError as error:
        from runtime.files import reason

        where = f"cannot use {error.filename}: " if error.filename else ""
        return _report(UserError(f"{where}{reason(error)}"))
    return code


def _execute(words: list[str]) -> int:
    if not words or words[0] in ("help", "-h", "--help"):
        if len(words) > 1 and words[0] == "help" and words[1] in VERBS:
            return _execute([words[1], "--help"])
        print(_overview(), file=sys.stdout)
        return 0 if words else 2
    if words[0] in ("-V", "--version"):
        from runtime.machine import version_of

        print(f"cnn {version_of('dotcnn')}")
        return 0
    verb = VERBS.get(words[0])
    if verb is None:
        raise _unknown_verb(words[0])
    parser = _Parser(
        prog=f"cnn {words[0]}",
        description=f"{verb.summary}\n\n{verb.description}",
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )
    verb.declare(parser)
    try:
        return verb.execute(_parsed(parser, words[1:]))
    except SystemExit as stop:  # after --help
        return int(stop.code or 0)


def _parsed(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace:
    """The arguments, also where options stand between files; that takes argparse longer, so it is the second try."""
    options, rest = parser.parse_known_args(words)
    return parser.parse_intermixed_args(words) if rest else options


def _overview() -> str:
    width = max(len(f"{name} {verb.arguments}") for name, verb in VERBS.items())
    lines = (f"  {f'{name} {verb.arguments}':<{width}}  {verb.summary}" for name, verb in VERBS.items())
    return "\n".join(
        (
            "usage: cnn VERB ...",
            "",
            "Say in a dozen lines what an image classifier is; check it, train it, and see how good it is.",
            "",
            *lines,
            "",
            "`cnn VERB --help` tells more about a verb, `cnn --version` which version this is.",
            "Exit codes: 0 all is well, 1 there were findings, 2 the command could not be carried out.",
        )
    )


def _unknown_verb(word: str) -> UserError:
    from difflib import get_close_matches

    if word.endswith(".cnn"):
        return UserError(f"{word} is no verb", help=f"to train it: cnn run {word}")
    near = get_close_matches(word, VERBS, n=1)
    known = f"the verbs are {', '.join(VERBS)}; see `cnn --help`"
    return UserError(f"there is no verb {word!r}", help=f"did you mean `cnn {near[0]}`?" if near else known)


def _report(error: UserError) -> int:
    from runtime.terminal import show_error

    show_error(error)
    return 2


def _show_what_cannot_be_encoded(stream: TextIO) -> None:
    """A file name may hold bytes that are no text, a terminal may lack a letter: show an escape rather than fail."""
    reconfigure = getattr(stream, "reconfigure", None)  # absent where a test or a program has put its own stream
    if reconfigure:
        reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
