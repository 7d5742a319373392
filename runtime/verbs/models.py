"""The verbs for what came out of a finished run."""

import argparse

from runtime.verbs.verb import Verb, need_packages, need_training_packages, positive


def _declare_finished_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="the folder of a finished run, such as runs/mnist-1")


def _declare_predict(parser: argparse.ArgumentParser) -> None:
    _declare_finished_run(parser)
    parser.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help="a picture of any size: PNG, JPEG, BMP, GIF, TIFF or WebP; a folder of them; a pattern such as '*.png';\n"
        "or - for a list of files on standard input, one a line",
    )
    parser.add_argument(
        "-0",
        "--null",
        action="store_true",
        help="the files of the list end with a null character, as from find -print0",
    )
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: %(default)s")
    parser.add_argument(
        "--top", type=positive, default=1, metavar="K", help="show the K most probable classes (default: %(default)s)"
    )


def _predict(options: argparse.Namespace) -> int:
    need_training_packages("predict")
    from runtime.evaluation.predict import predict

    return predict(options.run, options.images, options.format, options.top, null=options.null)


def _declare_evaluate(parser: argparse.ArgumentParser) -> None:
    _declare_finished_run(parser)
    parser.add_argument(
        "--data",
        metavar="DATA",
        help="other images: an .npz file with x_test and y_test, or x and y; a folder with a folder for each class;\n"
        "a .csv file with the columns of the run's own `data csv`, or image and label, its paths beginning at its\n"
        "folder; unless given, the run's own test images",
    )
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: %(default)s")


def _evaluate(options: argparse.Namespace) -> int:
    need_training_packages("evaluate")
    from runtime.evaluation.evaluate import evaluate_run

    return evaluate_run(options.run, options.data, options.format)


def _declare_export(parser: argparse.ArgumentParser) -> None:
    _declare_finished_run(parser)
    parser.add_argument(
        "--to", choices=("keras", "savedmodel", "onnx", "litert", "python"), required=True, help="the format"
    )
    parser.add_argument("-o", "--out", metavar="OUT", help="folder to write (default: RUN/export/FORMAT)")
    parser.add_argument("--force", action="store_true", help="replace OUT if it is an earlier export")


def _export(options: argparse.Namespace) -> int:
    need_training_packages("export")
    from runtime.export.export import export

    return export(options.run, options.to, options.out, force=options.force)


def _declare_serve(parser: argparse.ArgumentParser) -> None:
    _declare_finished_run(parser)
    parser.add_argument(
        "--port", type=_port, default=8000, metavar="PORT", help="0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help="the address to listen on (default: %(default)s, this machine alone; 0.0.0.0 is every network)",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a whole number from 0 to 65535")
    return int(text)


def _serve(options: argparse.Namespace) -> int:
    need_training_packages("serve")
    need_packages("serve", "serve", ("starlette", "uvicorn", "python_multipart"))
    from runtime.serve.server import serve

    return serve(options.run, options.host, options.port)


MODELS: dict[str, Verb] = {
    "predict": Verb(
        "RUN IMAGE...",
        "Say what new images show, with a finished run.",
        "Each image is brought to the size and colours that the model was trained on. Of a folder, all pictures in it\n"
        "and beneath it are taken, by name. A file that is no image is named on standard error, the others are still\n"
        "predicted, in the order in which they were named, and the exit code is 1.",
        _declare_predict,
        _predict,
    ),
    "evaluate": Verb(
        "RUN",
        "Score a finished run, on its own test images or on others.",
        "Shows accuracy with its 95% interval, loss, and how well each class is recognised. Classes of other images\n"
        "are matched by their names.",
        _declare_evaluate,
        _evaluate,
    ),
    "export": Verb(
        "RUN --to FORMAT",
        "Write a finished run as a model that other programs open.",
        "The export takes images as they are (0 to 255), carries preprocessing and class names, and is compared with\n"
        "`cnn predict` before it is kept: the exit code is 1, and nothing is left, where they differ.\n"
        "See docs/export.md.",
        _declare_export,
        _export,
    ),
    "serve": Verb(
        "RUN",
        "Try a finished run in the browser, and let programs ask it.",
        "Opens a page on this machine to drop, paste, choose or draw a picture, and answers POST /predict with the\n"
        "classes and their probabilities as JSON, in the form of `cnn predict --format json`. Ctrl-C ends it.\n"
        "See docs/serve.md.",
        _declare_serve,
        _serve,
    ),
}
