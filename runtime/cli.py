"""The command `cnn`: one table of verbs, and what every verb does about errors.

Only the parser of the verb in hand is built, and each verb imports its own module when it is executed: `cnn check`
answers before TensorFlow would have begun to load.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Final, NoReturn, TextIO

from runtime.errors import UserError
from runtime.readers import readers_may_leave
from runtime.verbs import VERBS, Verb

_OTHER_VERBS: Final = {
    "run": "train fit start learn fine_tune",
    "plan": "summary model_summary info describe flops params",
    "evaluate": "test score eval validate val benchmark",
    "predict": "classify infer inference forward recognize",
    "runs": "list ls history experiments",
    "check": "lint validate_spec verify doctor",
    "new": "init create scaffold startproject template",
    "fmt": "format reformat",
    "explain": "man docs what",
    "compile": "build codegen generate",
    "export": "convert save deploy_model",
    "import": "load from_keras",
    "compare": "diff",
    "resume": "continue restart",
    "serve": "server deploy web app api",
    "data": "dataset datasets inspect",
    "show": "report open view",
    "lsp": "language_server langserver server_lsp",
    "augment": "augmentation preview",
}
"""By each verb: what other programs, Keras first of all, call what it does."""
_NO_VERBS: Final = {
    "sweep": "searching for settings is not in the language; a run for each value: cnn run FILE --set train.epochs=20",
    "tune": "searching for settings is not in the language; a run for each value: cnn run FILE --set train.epochs=20",
    "search": "searching for settings is not in the language; a run for each value: cnn run FILE --set train.epochs=20",
    "detect": "finding objects in images is not in the language: docs/from-keras.md",
    "segment": "segmentation is not in the language: docs/from-keras.md",
    "track": "figures are tracked by other programs: train { log tensorboard }",
    "install": "pip installs: pip install 'dotcnn[train]'",
    "download": "data sets are downloaded when a run needs them",
    "version": "cnn --version says which version this is",
    "help": "cnn --help lists the verbs, cnn VERB --help tells more about one",
}
"""What is asked for and no verb does."""
_OTHER_CHOICES: Final = {
    "tflite": "litert",
    "lite": "litert",
    "tf": "savedmodel",
    "h5": "keras",
    "py": "python",
    "text": "table",
    "date": "started",
    "time": "started",
}
"""What other programs call a choice of an option."""


_OUT_OF_MEMORY: Final = UserError(
    "there is not enough memory for this", help="close other programs, or allow this one more (ulimit -v)"
)
_NO_ROOM: Final = ("failed to map segment", "cannot allocate memory", "Cannot allocate memory")


class _HelpFormatter(argparse.HelpFormatter):
    """Help as wide as the terminal; to ask for that, argparse itself would load more than a whole check takes."""

    def __init__(self, prog: str) -> None:
        from runtime.terminal import prose_width

        width = prose_width(sys.stdout)
        super().__init__(prog, max_help_position=min(30, width // 3), width=width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:  # noqa: ARG002 - argparse calls it so
        """The description, paragraph by paragraph."""
        from textwrap import fill

        return "\n\n".join(fill(paragraph, width, break_on_hyphens=False) for paragraph in text.split("\n\n"))


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints look like all others of the command."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, help=f"see `{self.prog} --help`")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        # Where argparse would list the choices as Python values.
        if action.choices is not None and value not in action.choices:
            raise _unknown_choice(self.prog, action, str(value))


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute one command line; returns the exit code: 0 clean, 1 findings, 2 misuse, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _give_streams()
    for stream in (sys.stdout, sys.stderr):
        _show_what_cannot_be_encoded(stream)
    pressed = _heeding_interrupts() if arguments is None else []
    try:
        return _guarded(words)
    except KeyboardInterrupt:
        return _interrupted()
    except Exception:
        # Native code that is being loaded turns the interrupt into an error of its own.
        if pressed:
            return _interrupted()
        raise


def _guarded(words: list[str]) -> int:
    try:
        with readers_may_leave():
            code = _execute(words)
            sys.stdout.flush()
    except UserError as error:
        return _report(error)
    except MemoryError:
        return _report(_OUT_OF_MEMORY)
    except ImportError as error:
        # The loader of shared libraries has no error of its own for want of memory.
        if any(words in str(error) for words in _NO_ROOM):
            return _report(_OUT_OF_MEMORY)
        raise
    except OSError as error:
        from runtime.files import reason

        where = f"cannot use {error.filename}: " if error.filename else ""
        return _report(UserError(f"{where}{reason(error)}"))
    return code


def _interrupted() -> int:
    print("\ninterrupted", file=sys.stderr)
    return 128 + signal.SIGINT


def _heeding_interrupts() -> list[int]:
    """Ctrl-C raises KeyboardInterrupt as ever, and is remembered in the list."""
    pressed: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> NoReturn:
        pressed.append(number)
        raise KeyboardInterrupt

    # A shell has what it puts into the background ignore Ctrl-C: so let it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, handle)
    return pressed


def _execute(words: list[str]) -> int:
    if not words or words[0] in ("help", "-h", "--help"):
        if len(words) > 1 and words[0] == "help":
            if words[1] not in VERBS:
                raise _unknown_verb(words[1])
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
        usage=_usage(words[0], verb),
        description=f"{verb.summary}\n\n{verb.description}",
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )
    verb.declare(parser)
    try:
        return verb.execute(_parsed(parser, words[1:]))
    except SystemExit as stop:  # after --help
        return int(stop.code or 0)


def _usage(name: str, verb: Verb) -> str:
    from runtime.terminal import broken, prose_width

    words = " ".join(each for each in ("cnn", name, verb.arguments, "[options]") if each)
    return "\n       ".join(broken(words, prose_width(sys.stdout) - len("usage: ")))


def _parsed(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace:
    """The arguments, also where options stand between files; that takes argparse longer, so it is the second try."""
    options, rest = parser.parse_known_args(words)
    if not rest:
        return options
    if unknown := [word for word in rest if word.startswith("-") and word != "-" and "--" not in words]:
        raise _unknown_option(parser, unknown[0].partition("=")[0])
    return parser.parse_intermixed_args(words)


def _unknown_option(parser: argparse.ArgumentParser, word: str) -> UserError:
    from spec_lang.suggestions import nearest

    options = [name for action in parser._actions for name in action.option_strings]  # noqa: SLF001 - it lists them nowhere else
    # `--format` for `--output-format`: an option of which the word is a part, where there is but one.
    parts = [each for each in options if word.lstrip("-") in each.lstrip("-").split("-")]
    near = nearest(word, options) or (parts[0] if len(parts) == 1 else None)
    see = f"see `{parser.prog} --help`"
    setting = word.lstrip("-")
    if not near and "--set" in options:
        from spec_lang.sections import SECTIONS

        if sections := [name for name, section in SECTIONS.items() if setting in section.by_keyword]:
            see = f"a setting of the spec is overridden so: --set {sections[0]}.{setting}=VALUE"
    return UserError(f"`{parser.prog}` has no option {word}", help=f"did you mean {near}?" if near else see)


def _unknown_choice(prog: str, action: argparse.Action, value: str) -> UserError:
    from spec_lang.suggestions import nearest

    choices = [str(each) for each in action.choices or ()]
    other = _OTHER_CHOICES.get(value.lower())
    near = other if other in choices else nearest(value, choices)
    known = f"choose from {', '.join(choices)}"
    return UserError(
        f"`{prog} {'/'.join(action.option_strings)}` has no choice {value!r}",
        help=f"did you mean {near}? {known}" if near else known,
    )


def _overview() -> str:
    from runtime.terminal import broken, columns_of, in_two_columns

    width = columns_of(sys.stdout) or 120
    lines = (
        "usage: cnn VERB ...",
        "",
        "Say in a dozen lines what an image classifier is; check it, train it, and see how good it is.",
        "",
        *in_two_columns({f"{name} {verb.arguments}": verb.summary for name, verb in VERBS.items()}, width, "  "),
        "",
        "`cnn VERB --help` tells more about a verb, `cnn --version` which version this is.",
        "Exit codes: 0 all is well, 1 there were findings, 2 the command could not be carried out, 130 Ctrl-C.",
    )
    return "\n".join(part for line in lines for part in broken(line, width))


def _unknown_verb(word: str) -> UserError:
    from spec_lang.suggestions import nearest
    from spec_lang.synonyms import plain

    if word.endswith(".cnn"):
        return UserError(f"{word} is no verb", help=f"to train it: cnn run {word}")
    others = {plain(name): verb for verb, names in _OTHER_VERBS.items() for name in names.split()}
    if reason := _NO_VERBS.get(plain(word)):
        return UserError(f"there is no verb {word!r}", help=reason)
    near = nearest(word, [*VERBS, *others])
    near = others.get(near, near) if near else None
    known = f"the verbs are {', '.join(VERBS)}; see `cnn --help`"
    return UserError(f"there is no verb {word!r}", help=f"did you mean `cnn {near}`?" if near else known)


def _report(error: UserError) -> int:
    from runtime.terminal import show_error

    show_error(error)
    return 2


def _give_streams() -> None:
    """A program that is started with a closed stream has none: what is said there goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open as long as the process


def _show_what_cannot_be_encoded(stream: TextIO) -> None:
    """A file name may hold bytes that are no text, a terminal may lack a letter: show an escape rather than fail."""
    reconfigure = getattr(stream, "reconfigure", None)  # absent where a test or a program has put its own stream
    if reconfigure:
        reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
