"""The verbs of the command: for each its arguments, its help, and the call that does it.

Each call imports its own module when it is executed: `cnn check` answers before TensorFlow would have begun to load.
"""

import argparse
import gc
from collections.abc import Callable
from typing import NamedTuple

from runtime.errors import UserError


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


def _declare_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec, a folder of specs, or - for standard input")
    parser.add_argument("--fix", action="store_true", help="write the files with all fixes applied")
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    for option, meaning in (
        ("--select", "only these warnings, such as W505 or W5; commas between several"),
        ("--ignore", "not these warnings"),
    ):
        parser.add_argument(option, action="append", default=[], metavar="CODES", help=meaning)
    parser.add_argument(
        "--output-format",
        choices=("full", "concise", "json", "github", "sarif"),
        default="full",
        help="default: %(default)s",
    )


def _check(options: argparse.Namespace) -> int:
    # A check is over before garbage could matter; looking for it would take a tenth of its time.
    gc.disable()
    from runtime.check import CheckOptions, check

    select, ignore = (tuple(",".join(codes).split(",")) if codes else () for codes in (options.select, options.ignore))
    return check(options.files, CheckOptions(select, ignore, options.output_format, options.fix, options.diff))


def _declare_fmt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec, a folder of specs, or - for standard input")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="name the files that would change, and change nothing")
    mode.add_argument("--diff", action="store_true", help="show what would change, and change nothing")


def _fmt(options: argparse.Namespace) -> int:
    from runtime.fmt import fmt

    return fmt(options.files, "check" if options.check else "diff" if options.diff else "write")


def _declare_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", metavar="CODE|NAME", help="a rule, such as E301, or a layer, section or setting")


def _explain(options: argparse.Namespace) -> int:
    from spec_lang.explain import UnknownTopicError, explain

    try:
        print(explain(options.topic))
    except UnknownTopicError as error:
        raise UserError(str(error), help="a code such as E301, or a name such as conv, train or stop") from error
    return 0


def _declare_spec(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec, such as specs/mnist.cnn")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="SECTION.SETTING=VALUE",
        help="override a setting of the spec, such as train.epochs=1 or data.validation=20%%; may be repeated",
    )


def _declare_plan(parser: argparse.ArgumentParser) -> None:
    _declare_spec(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: %(default)s")


def _plan(options: argparse.Namespace) -> int:
    from runtime.plan import plan

    return plan(options.file, options.overrides, options.format)


def _declare_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", metavar="OUT", help="file to write; standard output unless given")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")


def _declare_augment(parser: argparse.ArgumentParser) -> None:
    _declare_spec(parser)
    parser.add_argument("-o", "--out", metavar="OUT", help="file to write (default: NAME-augment.png)")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")


def _augment(options: argparse.Namespace) -> int:
    _need_training_packages("augment")
    from runtime.contact_sheet import augment_file

    return augment_file(options.file, options.overrides, options.out, force=options.force)


def _declare_data(parser: argparse.ArgumentParser) -> None:
    _declare_spec(parser)
    parser.add_argument("--similar", action="store_true", help="look for nearly equal pictures too")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: %(default)s")


def _data(options: argparse.Namespace) -> int:
    _need_training_packages("data")
    from runtime.data import DataOptions, data_file

    return data_file(options.file, DataOptions(options.overrides, options.similar, options.format))


def _declare_compile(parser: argparse.ArgumentParser) -> None:
    _declare_spec(parser)
    parser.add_argument("--to", choices=("python", "json", "keras"), required=True, help="what to make of the spec")
    _declare_out(parser)


def _compile(options: argparse.Namespace) -> int:
    if options.to != "json":
        _need_training_packages("compile")
    from runtime.compile import CompileOptions, compile_file

    return compile_file(options.file, CompileOptions(options.to, options.overrides, options.out, options.force))


def _declare_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .keras file, or the JSON that model.to_json() gives")
    _declare_out(parser)


def _import(options: argparse.Namespace) -> int:
    from runtime.import_model import import_file

    return import_file(options.file, options.out, force=options.force)


def _declare_run(parser: argparse.ArgumentParser) -> None:
    _declare_spec(parser)
    parser.add_argument(
        "--runs", default="runs", metavar="DIR", help="folder that holds the run directories (default: %(default)s)"
    )


def _run(options: argparse.Namespace) -> int:
    _need_training_packages("run")
    from runtime.run import run_file

    return run_file(options.file, options.overrides, options.runs)


def _declare_resume(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="the folder of a run, such as runs/mnist-1")
    parser.add_argument("--epochs", type=_positive, metavar="N", help="train until there are N epochs in all")


def _resume(options: argparse.Namespace) -> int:
    _need_training_packages("resume")
    from runtime.resume import resume

    return resume(options.run, options.epochs)


def _declare_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="the folder of a finished run, such as runs/mnist-1")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a picture: PNG, JPEG, BMP or WebP, of any size")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: %(default)s")
    parser.add_argument(
        "--top", type=_positive, default=1, metavar="K", help="show the K most probable classes (default: %(default)s)"
    )


def _predict(options: argparse.Namespace) -> int:
    _need_training_packages("predict")
    from runtime.predict import predict

    return predict(options.run, options.images, options.format, options.top)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _need_training_packages(verb: str) -> None:
    """Refuse a verb whose packages are not installed."""
    from importlib.util import find_spec

    missing = [name for name in ("tensorflow", "keras", "sklearn", "matplotlib", "PIL", "rich") if not find_spec(name)]
    if missing:
        raise UserError(f'`cnn {verb}` needs {missing[0]}, which is not installed: pip install "dotcnn[train]"')


def _declare_lsp(parser: argparse.ArgumentParser) -> None:
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="speak over standard input and output, as without it")
    transport.add_argument(
        "--tcp",
        nargs="?",
        type=_port,
        const=0,
        metavar="PORT",
        help="speak over TCP on this machine, for debugging; any free port unless given",
    )


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, a number up to 65535")
    return int(text)


def _lsp(options: argparse.Namespace) -> int:
    # What the server imports stays; looking for garbage meanwhile would take a quarter of its start.
    gc.disable()
    from runtime.lsp import serve

    return serve(options.tcp)


VERBS: dict[str, Verb] = {
    "check": Verb(
        "FILE...",
        "Find the mistakes in specs, without training.",
        "Every finding is shown with its place and, where one is known, its remedy. The exit code is 0 for none,\n"
        "1 for some, 2 where a file could not be read.",
        _declare_check,
        _check,
    ),
    "fmt": Verb(
        "FILE...",
        "Write specs in their one canonical form.",
        "Comments and meaning stay; a file with a syntax error is left as it is. A folder stands for all .cnn files\n"
        "in it; what comes in through - goes out on standard output. The exit code is 0 for none, 1 for syntax errors\n"
        "or, with --check and --diff, for a file that would change, 2 where a file could not be read or written.",
        _declare_fmt,
        _fmt,
    ),
    "explain": Verb(
        "CODE|NAME",
        "Tell what a rule, a layer, a section or a setting means.",
        "The same text stands in the reference pages.",
        _declare_explain,
        _explain,
    ),
    "plan": Verb(
        "FILE",
        "Show what a spec costs, layer by layer, every setting in force, and what a run will need.",
        "Nothing is trained. The exit code is 1 where the spec has errors, or where the run will not fit into this\n"
        "machine's memory.",
        _declare_plan,
        _plan,
    ),
    "data": Verb(
        "FILE",
        "Look over the images that a spec learns from, before anything is learnt.",
        "Shows how many there are of each class in each part, their sizes and formats, and names what costs results:\n"
        "damaged, doubled, contradicting, small and missing ones. No file is changed. The exit code is 1 where there\n"
        "are findings.",
        _declare_data,
        _data,
    ),
    "augment": Verb(
        "FILE",
        "Draw a contact sheet: training images, and what the network will see of them.",
        "The variants are those of the first epochs of a run, by the seed of the spec.",
        _declare_augment,
        _augment,
    ),
    "compile": Verb(
        "FILE --to python|json|keras",
        "Write a spec as a Keras script, as JSON, or as a Keras config.",
        "The script runs by itself and trains the same network on the same images. The JSON is accepted wherever a\n"
        "spec is. The exit code is 1 where the spec has errors.",
        _declare_compile,
        _compile,
    ),
    "import": Verb(
        "FILE",
        "Turn a saved Keras Sequential model back into a spec.",
        "Only the description of the network is read, and nothing in it is executed. What a spec cannot express is\n"
        "named, and stands in the spec as a comment; the exit code is then 1. Names and seeds of layers are not kept.",
        _declare_import,
        _import,
    ),
    "run": Verb(
        "FILE",
        "Train what a spec describes, evaluate it, and write a report.",
        "The results go to a new folder DIR/NAME-NUMBER: the model, metrics.json, predictions.csv and report.html.\n"
        "Ctrl-C ends the training early and evaluates what was learnt so far; a second Ctrl-C stops at once.",
        _declare_run,
        _run,
    ),
    "resume": Verb(
        "RUN",
        "Go on with a run that was cut off, or extend a finished one.",
        "Whatever ended it, it goes on from its last checkpoint and ends in the very weights that it would have ended\n"
        "in undisturbed. With --epochs, a finished run is trained on.",
        _declare_resume,
        _resume,
    ),
    "predict": Verb(
        "RUN IMAGE...",
        "Say what new images show, with a finished run.",
        "Each image is brought to the size and colours that the model was trained on. A file that is no image is\n"
        "named on standard error, the others are still predicted, and the exit code is 1.",
        _declare_predict,
        _predict,
    ),
    "lsp": Verb(
        "",
        "Show an editor what is known of a spec while it is being written.",
        "A language server (LSP 3.17) for the editor to start: diagnostics, fixes, completion, hover, shapes behind\n"
        "the layers, formatting and more. See docs/editors.md.",
        _declare_lsp,
        _lsp,
    ),
}
