"""The verbs about specs as they are written: nothing is trained, no image is opened."""

import argparse
import gc
import sys

from runtime.errors import UserError
from runtime.verbs.verb import Verb, declare_out, declare_outside, declare_spec, need_file, need_training_packages


def _declare_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a spec of the gallery, such as mnist")
    parser.add_argument(
        "-o", "--out", metavar="OUT", help="file to write, - for standard output; NAME.cnn unless given"
    )


def _new(options: argparse.Namespace) -> int:
    from runtime.specs.new import new

    return new(options.name, options.out)


def _declare_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec, a folder of specs, or - for standard input")
    parser.add_argument("--fix", action="store_true", help="write the files with all fixes applied")
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    for option, meaning in (
        ("--select", "only these warnings, such as W505 or W5; commas between several"),
        ("--ignore", "not these warnings"),
    ):
        parser.add_argument(option, action="append", default=[], metavar="CODES", help=meaning)
    declare_outside(parser)
    parser.add_argument(
        "--output-format",
        choices=("full", "concise", "json", "github", "sarif"),
        default="full",
        help="default: %(default)s",
    )


def _check(options: argparse.Namespace) -> int:
    # A check is over before garbage could matter; looking for it would take a tenth of its time.
    gc.disable()
    from runtime.specs.check import CheckOptions, check

    select, ignore = (tuple(",".join(codes).split(",")) if codes else () for codes in (options.select, options.ignore))
    return check(
        options.files,
        CheckOptions(select, ignore, options.output_format, options.fix, options.diff, tuple(options.outside)),
    )


def _declare_fmt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec, a folder of specs, or - for standard input")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="name the files that would change, and change nothing")
    mode.add_argument("--diff", action="store_true", help="show what would change, and change nothing")


def _fmt(options: argparse.Namespace) -> int:
    from runtime.specs.fmt import fmt

    return fmt(options.files, "check" if options.check else "diff" if options.diff else "write")


def _declare_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "topic",
        metavar="CODE|NAME",
        help="a rule, such as E301; a layer, section, setting or word, such as conv, train.stop or relu",
    )


def _explain(options: argparse.Namespace) -> int:
    from runtime.terminal import PROSE, broken, columns_of
    from spec_lang.explain import UnknownTopicError, explain

    try:
        width = columns_of(sys.stdout) or PROSE
        # An example stays as it is wherever it fits.
        print("\n".join(part for line in explain(options.topic).split("\n") for part in broken(line, width, "  ")))
    except UnknownTopicError as error:
        raise UserError(str(error), help="a code such as E301, or a name such as conv, train.stop or relu") from error
    return 0


def _declare_plan(parser: argparse.ArgumentParser) -> None:
    declare_spec(parser, or_input=True)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: %(default)s")


def _plan(options: argparse.Namespace) -> int:
    from runtime.specs.plan import plan

    return plan(options.file, options.overrides, options.format, outside=options.outside)


def _declare_compile(parser: argparse.ArgumentParser) -> None:
    declare_spec(parser, or_input=True)
    parser.add_argument("--to", choices=("python", "json", "keras"), required=True, help="what to make of the spec")
    declare_out(parser)


def _compile(options: argparse.Namespace) -> int:
    if options.to != "json":
        need_training_packages("compile")
    from runtime.specs.compile import CompileOptions, compile_file

    return compile_file(
        options.file,
        CompileOptions(options.to, options.overrides, options.out, options.force, tuple(options.outside)),
    )


def _declare_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .keras file, or the JSON that model.to_json() gives")
    declare_out(parser)


def _import(options: argparse.Namespace) -> int:
    need_file("import", options.file, "a .keras file is an archive, which cannot be read as it comes")
    from runtime.specs.import_model import import_file

    return import_file(options.file, options.out, force=options.force)


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
    if not (text.isascii() and text.isdecimal() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, a number up to 65535")
    return int(text)


def _lsp(options: argparse.Namespace) -> int:
    # What the server imports stays; looking for garbage meanwhile would take a quarter of its start.
    gc.disable()
    from runtime.specs.lsp import serve

    return serve(options.tcp)


SPECS: dict[str, Verb] = {
    "new": Verb(
        "[NAME]",
        "Write a first spec to change and run, from the gallery.",
        "Without a name, the gallery is listed: networks of tutorials and papers, each with its source. A file that\n"
        "is there already is left as it is.",
        _declare_new,
        _new,
    ),
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
        "Tell what a rule, a layer, a setting or a word means.",
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
        "Turn a saved Keras model back into a spec.",
        "Sequential models, and functional ones that are a chain of layers and residuals. Only the description of the\n"
        "network is read, and nothing in it is executed. What a spec cannot express is named, and stands in the\n"
        "spec as a comment; the exit code is then 1. Names and seeds of layers are not kept.",
        _declare_import,
        _import,
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
