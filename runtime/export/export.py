"""The verb `cnn export`: a finished run in another format, compared with `cnn predict` before it gets its name."""

import hashlib
import json
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from runtime.directory.rundir import open_run, utc_now
from runtime.errors import UserError, first_line
from runtime.evaluation.predict import program_of
from runtime.export.comparison import LARGEST_ALLOWED, Comparison, compare, images_to_compare
from runtime.export.formats import FORMATS, Target
from runtime.export.labels import LABELS, labels_txt
from runtime.export.raw_images import INPUT, OUTPUT
from runtime.export.staging import clear_killed, put_in_place, staging_beside
from runtime.export.trained import Trained, load_trained
from runtime.extras import not_installed
from runtime.files import cannot_write, inside, read_regular
from runtime.machine import version_of, versions
from runtime.targets import run_around
from runtime.terminal import printable, show_error, show_warning

DESCRIPTION: Final = "export.json"
_DESCRIPTION_LIMIT: Final = 10_000_000
_CONVERTERS: Final = ("onnx", "onnxruntime", "tf2onnx")


def export(run: str, target: Target, out: str | None, *, force: bool) -> int:
    """Write `RUN/export/TARGET`, or the folder `out`; returns the exit code.

    The exit code is 1, and nothing is left, where the export's answers differ from those of `cnn predict`.

    Raises UserError where the run cannot be used, a package is missing, the network cannot be expressed in the format,
    or the folder exists and is not to be replaced.
    """
    if missing := [name for name in FORMATS[target].packages if not find_spec(name)]:
        raise UserError(not_installed(f"`cnn export --to {target}`", missing[0], "export"))
    program_of(open_run(Path(run)))  # complains before TensorFlow is loaded
    folder = Path(out) if out is not None else inside(Path(run), f"export/{target}")
    if out is not None and (around := run_around(folder)) and folder.resolve().parent != around / "export":
        raise UserError(f"{folder} is part of the run {around}", help="name a folder outside of it, or leave out --out")
    clear_killed(inside(Path(run), "export/x").parent)
    _check_free(folder, force=force)
    trained = load_trained(Path(run))
    try:
        with staging_beside(folder) as staging:
            comparison = _write(trained, target, staging)
            if comparison.holds:
                _check_free(folder, force=force)
                put_in_place(staging, folder)
    except OSError as error:
        raise cannot_write(folder, error) from error
    figure = f"largest difference from `cnn predict` {comparison.largest_difference:.2g}"
    on = f"on {comparison.images:,} {comparison.of}, by {comparison.runtime}"
    if not comparison.holds:
        show_error(
            UserError(
                f"the export was not kept: {figure}, {on}; {LARGEST_ALLOWED:g} is allowed",
                help="the converter computes this network differently; choose another format",
            )
        )
        return 1
    print(f"wrote {printable(str(folder))}\n{printable(figure)}, {printable(on)}")
    return 0


def _write(trained: Trained, target: Target, staging: Path) -> Comparison:
    (staging / LABELS).write_text(labels_txt(trained.classes), encoding="utf-8", newline="\n")
    try:
        FORMATS[target].write(trained, staging)
    except (UserError, OSError):
        raise
    except Exception as error:  # a converter fails in as many ways as there are operations
        raise UserError(
            f"this network cannot be written as {target}: {first_line(error)}", help="choose another format"
        ) from error
    given = images_to_compare(trained)
    if not given.real:
        show_warning(f"the export is compared on {given.of}")
    files = {path.relative_to(staging).as_posix(): path for path in sorted(staging.rglob("*")) if path.is_file()}
    artefacts = {name: {"sha256": _sha256(path), "size": path.stat().st_size} for name, path in files.items()}
    comparison = compare(trained, given, FORMATS[target].run, staging)
    text = json.dumps(_description(trained, target, artefacts, comparison), indent=2, ensure_ascii=False)
    # A class named after a folder may hold bytes that are no text: JSON's own escapes stand for them.
    (staging / DESCRIPTION).write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
    return comparison


def _description(trained: Trained, target: Target, files: dict[str, Any], comparison: Comparison) -> dict[str, Any]:
    height, width, channels = trained.program.input_shape
    return {
        "format": target,
        "run": trained.run.path.absolute().name,
        "exported": utc_now(),
        "classes": list(trained.classes),
        "input": {
            "name": INPUT,
            "type": "uint8",
            "shape": ["n", height, width, channels],
            "meaning": f"{'gray' if channels == 1 else 'RGB'} images, 0 (black) to 255 (white), not scaled",
            "resize": trained.data.settings.get("resize", {}).get("how", "stretch"),
        },
        "output": {
            "name": OUTPUT,
            "type": "float32",
            "shape": ["n", len(trained.classes)],
            "meaning": "the probability of each class, in the order of `classes`",
        },
        "normalization": asdict(trained.normalization),
        "compared": {"with": "cnn predict", **asdict(comparison), "allowed": LARGEST_ALLOWED},
        "versions": {**versions(), **{name: version_of(name) for name in _CONVERTERS if target == "onnx"}},
        "files": files,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_free(folder: Path, *, force: bool) -> None:
    """Refuse to take the place of anything but, with `force`, an export that nobody has added to."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not force:
        raise UserError(f"{folder} exists already", help="name another folder, or replace this one with --force")
    if folder.is_symlink() or not folder.is_dir():
        raise UserError(f"{folder} is not a folder that an export wrote", help="name another folder")
    known = _named_files(folder)
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name not in known and (path.is_symlink() or not path.is_dir()):
            raise UserError(
                f"{folder} holds {name}, which no export wrote", help="move it elsewhere, or name another folder"
            )


def _named_files(folder: Path) -> set[str]:
    """The files that an export says it consists of; none where it says nothing sensible."""
    try:
        entries = json.loads(read_regular(folder / DESCRIPTION, _DESCRIPTION_LIMIT))
        return {DESCRIPTION, *entries["files"]}
    except (UserError, ValueError, TypeError, KeyError, RecursionError):
        return set()
