"""The verbs that list runs, show one, and compare several: none of them needs the packages of training."""

import argparse

from runtime.verbs.verb import Verb


def _declare_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", default="runs", metavar="DIR", help="folder that holds the runs (default: %(default)s)"
    )
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: %(default)s")
    parser.add_argument(
        "--sort",
        choices=("started", "name", "state", "accuracy"),
        default="started",
        help="the newest or the best come first (default: %(default)s)",
    )
    parser.add_argument("--reverse", action="store_true", help="the other way round")


def _runs(options: argparse.Namespace) -> int:
    from runtime.library.listing import list_runs

    return list_runs(options.folder, options.format, options.sort, reverse=options.reverse)


def _declare_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="the folder of a run, such as runs/mnist-1")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")


def _show(options: argparse.Namespace) -> int:
    from runtime.library.show import show_run

    return show_run(options.run, options.format)


def _declare_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folders of runs; each is compared with the first")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")
    parser.add_argument("--html", metavar="FILE", help="write the comparison as one self-contained page, too")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def _compare(options: argparse.Namespace) -> int:
    from runtime.library.compare import compare_runs

    return compare_runs(options.runs, options.format, options.html, force=options.force)


LIBRARY: dict[str, Verb] = {
    "runs": Verb(
        "[DIR]",
        "List runs: spec, data, when, state and test accuracy.",
        "Damaged run directories are named on standard error, and the exit code is 1. See docs/runs.md.",
        _declare_runs,
        _runs,
    ),
    "show": Verb(
        "RUN",
        "Show one run: its state, settings, accuracy, and where it errs.",
        "A run in any state is shown, after the checksums of its files; one that was changed is refused.",
        _declare_show,
        _show,
    ),
    "compare": Verb(
        "RUN RUN...",
        "Compare runs: spec, settings, data, curves, and whether one is better by more than chance.",
        "Runs that were scored on the same test images are compared image by image, by McNemar's test; of others the\n"
        "intervals are compared. See docs/runs.md.",
        _declare_compare,
        _compare,
    ),
}
