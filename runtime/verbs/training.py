"""The verbs that look at a spec's images and train on them."""

import argparse

from runtime.verbs.verb import Verb, declare_spec, need_spec_file, need_training_packages, positive

_ONE_IMAGE = "look at one image: its number from 0, or its path in the folder of the images"


def _declare_data(parser: argparse.ArgumentParser) -> None:
    declare_spec(parser)
    parser.add_argument("--similar", action="store_true", help="look for nearly equal pictures too")
    parser.add_argument("--image", metavar="N|PATH", help=_ONE_IMAGE)
    parser.add_argument(
        "--html",
        nargs="?",
        const="",
        metavar="PAGE",
        help="write a page that shows images of each class, or the one of --image (default: NAME-data.html)",
    )
    parser.add_argument("--force", action="store_true", help="replace PAGE if it exists")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: %(default)s")


def _data(options: argparse.Namespace) -> int:
    need_spec_file("data", options.file)
    need_training_packages("data")
    from runtime.look.data import DataOptions, data_file

    return data_file(
        options.file,
        DataOptions(
            options.overrides,
            options.similar,
            options.format,
            options.outside,
            options.image,
            options.html,
            options.force,
        ),
    )


def _declare_augment(parser: argparse.ArgumentParser) -> None:
    declare_spec(parser)
    parser.add_argument("--image", metavar="N|PATH", help=_ONE_IMAGE)
    parser.add_argument("-o", "--out", metavar="OUT", help="PNG file to write (default: NAME-augment.png)")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")


def _augment(options: argparse.Namespace) -> int:
    need_spec_file("augment", options.file)
    need_training_packages("augment")
    from runtime.look.contact_sheet import AugmentOptions, augment_file

    return augment_file(
        options.file,
        AugmentOptions(options.overrides, options.image, options.out, options.force, options.outside),
    )


def _declare_run(parser: argparse.ArgumentParser) -> None:
    declare_spec(parser)
    parser.add_argument(
        "--runs", default="runs", metavar="DIR", help="folder that holds the run directories (default: %(default)s)"
    )


def _run(options: argparse.Namespace) -> int:
    need_spec_file("run", options.file)
    need_training_packages("run")
    from runtime.runs.run import run_file

    return run_file(options.file, options.overrides, options.runs, outside=options.outside)


def _declare_resume(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="the folder of a run, such as runs/mnist-1")
    parser.add_argument("--epochs", type=positive, metavar="N", help="train until there are N epochs in all")
    parser.add_argument(
        "--patience", type=positive, metavar="N", help="have early stopping wait for N epochs without a better figure"
    )


def _resume(options: argparse.Namespace) -> int:
    need_training_packages("resume")
    from runtime.runs.resume import resume

    return resume(options.run, options.epochs, options.patience)


TRAINING: dict[str, Verb] = {
    "data": Verb(
        "FILE",
        "Look over the images that a spec learns from, before anything is learnt.",
        "Shows how many there are of each class in each part, their sizes, formats and values, and names what costs\n"
        "results: damaged, doubled, contradicting, small and missing ones. --html writes a page that shows images of\n"
        "each class, --image tells of one. The exit code is 1 where there are findings.",
        _declare_data,
        _data,
    ),
    "augment": Verb(
        "FILE",
        "Draw a contact sheet: training images, and what the network will see of them.",
        "The variants are those of the first epochs of a run, by the seed of the spec. Where nothing varies the\n"
        "images, they are drawn as they are.",
        _declare_augment,
        _augment,
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
        "in undisturbed. With --epochs or --patience, a finished run is trained on; it stays as it is until the new\n"
        "epochs are finished, too.",
        _declare_resume,
        _resume,
    ),
}
