"""Altered run directories, with checksums that fit: whatever a verb meets there, it answers.

    python tests/runtime/test_fuzz_runs.py FROM TO

Alteration number n is made from the seed n, so that a failure is repeated with `examine(n, prepared(folder))`. Each is
met by one of six verbs, drawn by its number, those that answer soon more often; `resume` trains one epoch more. Every
fiftieth is a run that failed, with a folder that leads elsewhere, and is resumed to its report; the others are spared
what takes time and reads nothing of a run. An answer is an exit code and some lines: no exception, no change outside
of the run directory, no waiting.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from runtime import cli

SPEC = "conv 4 3x3 relu; pool 2x2; flatten; dense 10 softmax; train { epochs 2; batch 512; stop val_loss patience=1 }"
VERBS = {"resume": 2, "predict": 3, "evaluate": 2, "export": 3, "show": 5, "compare": 5}
"""How often each is drawn."""
WHOLE = 50
"""Every so manieth alteration is met by all that a resumed run does."""
FEW = 100
LONGEST_WAIT = 30.0
"""Seconds for one answer."""
MOST_SAID = 100_000
"""Characters of one answer."""
JSON_FILES = ("manifest.json", "program.json", "metrics.json")
TABLES = ("history.csv", "predictions.csv", "spec.cnn")
ARCHIVES = ("checkpoint.npz", "weights.npz")
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1, 3, 2**31, 2**53, 2**63, 10**40, 0.5, -0.0, 1e-320, 1e308, float("nan"), float("inf")),
    *("", "a", "\ud800", "\udcff", "../x", "\x1b[31m", "1", "9" * 50, "x" * 5000, "nan", "finished", "training"),
    *([], {}, [[]], [1], ["a"], {"a": 1}, [None] * 300, {"": {}}),
)
CELLS = ("", "x", "-1", "nan", "inf", "1e400", "9" * 30, "1_0", "\u0661", '"', "\x00", "=1+1", "\u2028", "0.5")


def words(verb: str, run: Path, image: Path) -> list[str]:
    """The command line for a verb."""
    return {
        "resume": ["resume", str(run), "--epochs", "3"],
        "predict": ["predict", str(run), str(image)],
        "evaluate": ["evaluate", str(run)],
        "export": ["export", str(run), "--to", "keras"],
        "show": ["show", str(run)],
        "compare": ["compare", str(run.parent.parent / "sound" / "tiny-1"), str(run)],
    }[verb]


# Alterations: each changes something in a run directory.


def in_json(run: Path, random: Random) -> None:
    """One value of a JSON file becomes another one, or is gone, or gets company."""
    path = run / random.choice(JSON_FILES)
    entries = json.loads(path.read_text())
    for _ in range(random.choice((1, 1, 1, 3))):
        parent, key = random.choice(list(places(entries)))
        match random.randrange(4):
            case 0:
                del parent[key]
            case 1 if isinstance(parent, dict):
                parent[random.choice(("x", "\ud800", "format", "../a", "state"))] = random.choice(VALUES)
            case 2 if type(parent[key]) in (int, float):
                parent[key] *= random.choice((-1, 0, 2, 10, 1000))
            case _:
                parent[key] = random.choice(VALUES)
        if not list(places(entries)):
            break
    path.write_text(json.dumps(entries))


def places(entries: Any) -> Any:
    """Every place in nested lists and objects, as (what holds it, index or key)."""
    pairs = entries.items() if isinstance(entries, dict) else enumerate(entries) if isinstance(entries, list) else ()
    for key, value in list(pairs):
        yield entries, key
        yield from places(value)


def in_table(run: Path, random: Random) -> None:
    """A cell, a row or a column of a table is another one."""
    path = run / random.choice(TABLES)
    rows = [line.split(",") for line in path.read_text().splitlines()]
    row = random.choice(rows)
    match random.randrange(4):
        case 0:
            rows.remove(row)
        case 1:
            row.extend(random.choices(CELLS, k=random.choice((1, 1000))))
        case 2:
            rows = [each[1:] for each in rows]
        case _:
            row[random.randrange(len(row))] = random.choice(CELLS)
    path.write_text("\n".join(map(",".join, rows)), errors="replace")


def in_archive(run: Path, random: Random) -> None:
    """An array of another shape, type or content; one more, one less; or not what a checkpoint says of itself."""
    path = run / random.choice(ARCHIVES)
    with np.load(path) as archive:
        arrays: dict[str, Any] = dict(archive)
    name = random.choice(list(arrays))
    if "about" in arrays and random.random() < 0.5:
        about = json.loads(arrays["about"].tobytes())
        parent, key = random.choice(list(places(about)))
        parent[key] = random.choice(VALUES)
        arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        arrays["size"] = np.array(len(arrays["about"]))
    else:
        array = arrays[name]
        arrays[name] = random.choice(
            (
                lambda: array.astype(random.choice((np.float64, np.int8, np.complex64, bool, "S3"))),
                lambda: array[None],
                lambda: array.reshape(-1)[:1],
                lambda: np.full_like(array, random.choice((np.nan, np.inf, 1e30)) if array.dtype.kind == "f" else 99),
                lambda: np.array(random.choice((-1, 2**40, 10**15))),
            )
        )()
        if random.random() < 0.1:
            del arrays[name]
    (np.savez_compressed if random.random() < 0.3 else np.savez)(path, **arrays)


def in_zip(run: Path, random: Random) -> None:
    """The tricks of archives: doubled names, names that lead outside, other packings, claims of size."""
    path = run / random.choice(ARCHIVES)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(list(members))
    packing = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with contextlib.suppress(UserWarning), zipfile.ZipFile(path, "w", packing) as archive:
        for each, content in members.items():
            match random.randrange(12):
                case 0:
                    archive.writestr(f"../{each}", content)
                case 1:
                    archive.writestr(each, content[:10])
                case 2:
                    archive.writestr(each, content[:8] + b"\xff\xff" + b"(" * 70_000)
                case 3 if each == name:
                    archive.writestr(each, content + b"\0" * 1_000_000)
                case _:
                    archive.writestr(each, content)


def in_bytes(run: Path, random: Random) -> None:
    """Bits are turned, bytes are cut off or put in, in any file."""
    path = random.choice(files(run))
    content = bytearray(path.read_bytes())
    match random.randrange(3):
        case 0:
            del content[random.randrange(len(content) + 1) :]
        case 1:
            for _ in range(random.choice((1, 1, 30))):
                if content:
                    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        case _:
            at = random.randrange(len(content) + 1)
            content[at:at] = random.randbytes(random.choice((1, 100)))
    path.write_bytes(content)


def of_another_kind(run: Path, random: Random) -> None:
    """A pipe, a device, a folder, a link or nothing where a file was."""
    path = random.choice(files(run))
    path.unlink()
    match random.randrange(6):
        case 0:
            os.mkfifo(path)
        case 1:
            path.symlink_to("/dev/zero")
        case 2:
            path.mkdir()
        case 3:
            path.symlink_to(run.parent.parent / "outside" / "secret")
        case 4:
            path.touch()


def folders_elsewhere(run: Path, random: Random) -> None:
    """A folder that leads out of the run, or a pipe in its place."""
    path = run / random.choice(("figures", "export", "extension", "tensorboard"))
    shutil.rmtree(path, ignore_errors=True)
    if random.random() < 0.8:
        path.symlink_to(run.parent.parent / "outside")
    else:
        os.mkfifo(path)


def failed_with_folders_elsewhere(run: Path, random: Random) -> None:
    """As above, of a run that goes on: it writes its figures and its logs for TensorBoard."""
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["state"] = random.choice(("failed", "training", "interrupted"))
    (run / "manifest.json").write_text(json.dumps(manifest))
    program = json.loads((run / "program.json").read_text())
    program["train"]["log"] = {"programs": ["tensorboard"]}
    (run / "program.json").write_text(json.dumps(program))
    folders_elsewhere(run, random)


def exchanged(run: Path, random: Random) -> None:
    """Two files have each other's content."""
    one, other = random.sample(files(run), 2)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def half_extended(run: Path, random: Random) -> None:
    """An extension that somebody altered, or a state that the files do not bear out."""
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["state"] = random.choice(("training", "failed", "interrupted", "finished"))
    manifest["stopped"] = random.choice((None, "early stopping", "interrupted", "time limit", "diverged in epoch 2"))
    manifest["moving"] = random.random() < 0.3
    if random.random() < 0.6:
        inner = run / "extension"
        shutil.copytree(run, inner, symlinks=True)
        (inner / "manifest.json").write_text(json.dumps({**manifest, "state": random.choice(("training", "finished"))}))
        ALTERATIONS[random.randrange(5)](inner, random)
        manifest["state"] = "finished"
    (run / "manifest.json").write_text(json.dumps(manifest))


ALTERATIONS: tuple[Callable[[Path, Random], None], ...] = (
    *(in_json, in_table, in_archive, in_zip, in_bytes),
    *(of_another_kind, folders_elsewhere, exchanged, half_extended),
)


def alter(number: int) -> Callable[[Path, Random], None]:
    return ALTERATIONS[number % len(ALTERATIONS)] if number % WHOLE else failed_with_folders_elsewhere


def files(run: Path) -> list[Path]:
    return sorted(path for path in run.rglob("*") if path.is_file() and not path.is_symlink())


def with_fitting_checksums(run: Path) -> None:
    """What a stranger would do too; a manifest that is none stays as it is."""
    try:
        manifest = json.loads((run / "manifest.json").read_text())
        for name in manifest["artefacts"]:
            path = run / name
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                manifest["artefacts"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        (run / "manifest.json").write_text(json.dumps(manifest))
    except (ValueError, TypeError, KeyError, AttributeError, OSError):
        return


def prepared(folder: Path) -> Path:
    """A folder with a sound run in `sound/tiny-1`, a picture, and something outside of it that is nobody's business."""
    (folder / "tiny.cnn").write_text(SPEC)
    with contextlib.redirect_stdout(io.StringIO()):
        assert cli.main(["run", str(folder / "tiny.cnn"), "--runs", str(folder / "sound")]) == 0
    Image.new("L", (8, 8)).save(folder / "picture.png")
    (folder / "outside").mkdir()
    (folder / "outside" / "secret").write_text("secret")
    return folder


def examine(number: int, folder: Path) -> int:
    """Alter a run, have a verb look at it, and see that it answers and changes nothing elsewhere; the exit code."""
    random = Random(number)
    run = folder / "runs" / "tiny-1"
    shutil.rmtree(run.parent, ignore_errors=True)
    shutil.copytree(folder / "sound" / "tiny-1", run)
    alter(number)(run, random)
    whole = number % WHOLE == 0
    if whole or random.random() < 0.9:
        with_fitting_checksums(run)
    (verb,) = ("resume",) if whole else random.choices(list(VERBS), list(VERBS.values()))
    before = outside(folder)
    out, err, began = io.StringIO(), io.StringIO(), time.monotonic()
    with (
        contextlib.nullcontext() if whole else in_haste(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = cli.main(words(verb, run, folder / "picture.png"))
    assert time.monotonic() - began < LONGEST_WAIT, f"{verb} took {time.monotonic() - began:.0f} s"
    assert code in (0, 1, 2), f"{verb} ends with {code}"
    assert code == 0 or err.getvalue(), f"{verb} ends with {code} and says nothing"
    said = out.getvalue() + err.getvalue()
    assert "Traceback" not in said, said
    assert "secret" not in said, said
    assert len(said) < MOST_SAID, f"{verb} says {len(said)} characters"
    assert outside(folder) == before, f"{verb} changes what is not the run's"
    return code


def outside(folder: Path) -> dict[str, tuple[int, int, int]]:
    """All that is not the altered run's."""
    looked_at = (folder, folder / "outside", folder / "sound", folder / "sound" / "tiny-1")
    found = (path for place in looked_at for path in place.iterdir())
    status = {str(path): path.lstat() for path in found if path != folder / "runs"}
    return {
        name: (each.st_mode, each.st_size, each.st_mtime_ns) for name, each in status.items() if "/runs" not in name
    }


@contextlib.contextmanager
def in_haste() -> Iterator[None]:
    """Spares the examination what takes time and reads nothing of a run.

    That is figures, graphs, exports opened elsewhere, waiting for the disk, and a model of the sound run's program made
    anew: its weights are those of the start again.
    """
    import tensorflow as tf

    from runtime import files as runtime_files
    from runtime.evaluation import predict
    from runtime.export import export
    from runtime.export.comparison import Comparison
    from runtime.runs import job
    from runtime.training import trained

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "_report", lambda run, *_: run.write("report.html", ""))
        patch.setattr(export, "_write", lambda *_: Comparison(0.0, 1, "images", "nothing"))
        patch.setattr(runtime_files, "_sync", lambda _: None)
        patch.setattr(predict, "build_model", built)
        patch.setattr(trained, "build_model", built)
        tf.config.run_functions_eagerly(True)
        try:
            yield
        finally:
            tf.config.run_functions_eagerly(False)


def built(program: Any, precision: str = "float32") -> Any:
    """As `build_model`, but sparing with the commonest program."""
    from compiler import build_model
    from compiler.precision import FULL

    if program != sound_program() or precision != FULL:
        return build_model(program, precision)
    model, weights = sound_model()
    model.set_weights(weights)
    return model


@cache
def sound_program() -> Any:
    from spec_lang import check_text

    return check_text(SPEC, "tiny.cnn").program


@cache
def sound_model() -> Any:
    """The model of the sound program, and its weights before any training."""
    from compiler import build_model

    model = build_model(sound_program())
    return model, model.get_weights()


def examine_all(numbers: range, folder: Path) -> dict[int, int]:
    """Examine many alterations; how many ended with each exit code."""
    codes: dict[int, int] = {}
    for number in numbers:
        try:
            code = examine(number, folder)
        except BaseException as error:
            raise AssertionError(f"alteration {number}, {alter(number).__name__}") from error
        codes[code] = codes.get(code, 0) + 1
    return codes


@pytest.mark.skipif(os.name == "nt", reason="needs pipes and links")
def test_altered_runs_are_answered(tmp_path: Path) -> None:
    codes = examine_all(range(FEW), prepared(tmp_path))
    # Else nothing would be altered, or nothing but the first look would be tried.
    assert codes[2] > FEW // 10 and codes[0] > FEW // 10


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        place = prepared(Path(made))
        started = time.monotonic()
        counted = examine_all(range(int(sys.argv[1]), int(sys.argv[2])), place)
        print(f"{sum(counted.values())} answered, {counted} by exit code, in {time.monotonic() - started:.0f} s")
