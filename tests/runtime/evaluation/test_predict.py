import csv
import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from runtime import cli
from runtime.data.datasets import load_dataset
from runtime.evaluation import predict

Altered = Callable[[str, bytes], Path]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The first five test images as files."""
    folder = tmp_path_factory.mktemp("images")
    for index, pixels in enumerate(load_dataset("digits").x_test[:5, ..., 0]):
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return [str(folder / f"{index}.png") for index in range(5)]


@pytest.fixture(scope="module")
def expected(finished_run: Path) -> list[dict[str, str]]:
    """What the run itself answered for these images."""
    with (finished_run / "predictions.csv").open(newline="") as file:
        return list(csv.DictReader(file))[:5]


@pytest.fixture
def altered(finished_run: Path, tmp_path: Path) -> Altered:
    """Copies the run with other content in one file, its checksum made to fit, as a stranger could."""

    def alter(name: str, content: bytes) -> Path:
        copy = tmp_path / "copy"
        shutil.copytree(finished_run, copy)
        (copy / name).write_bytes(content)
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["artefacts"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        (copy / "manifest.json").write_text(json.dumps(manifest))
        return copy

    return alter


def test_the_table_names_class_and_probability_of_each_image(
    finished_run: Path, images: list[str], expected: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["predict", str(finished_run), *images]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["image", "probability", "class"]
    assert [row.split() for row in rows] == [
        [image, f"{float(row['confidence']):.2%}", row["predicted"]]
        for image, row in zip(images, expected, strict=True)
    ]


def test_json_and_csv_give_the_probabilities_of_the_run_itself(
    finished_run: Path, images: list[str], expected: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    def top(row: dict[str, str]) -> list[tuple[str, float]]:
        probabilities = [(str(digit), float(row[f"p({digit})"])) for digit in range(10)]
        return sorted(probabilities, key=lambda each: -each[1])[:3]

    assert cli.main(["predict", str(finished_run), *images, "--format", "json", "--top", "3"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert [each["image"] for each in given] == images
    assert [[(p["class"], p["probability"]) for p in each["predictions"]] for each in given] == [
        top(row) for row in expected
    ]

    assert cli.main(["predict", str(finished_run), "--top", "3", *images, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["rank"] for row in rows] == ["1", "2", "3"] * 5
    given_pairs = [(row["class"], float(row["probability"])) for row in rows]
    assert given_pairs == [pair for row in expected for pair in top(row)]


def test_more_classes_than_there_are_shows_all(
    finished_run: Path, images: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["predict", str(finished_run), images[0], "--format", "json", "--top", "99"]) == 0
    (given,) = json.loads(capsys.readouterr().out)
    assert len(given["predictions"]) == 10
    assert sum(each["probability"] for each in given["predictions"]) == pytest.approx(1, abs=1e-5)


def test_many_images_are_read_a_few_at_a_time(
    finished_run: Path, images: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["predict", str(finished_run), *images, "--format", "csv"]) == 0
    at_once = capsys.readouterr().out
    monkeypatch.setattr(predict, "_BATCH", 2)
    assert cli.main(["predict", str(finished_run), *images, "--format", "csv"]) == 0
    images_and_classes = [[row.split(",")[column] for column in (0, 2)] for row in capsys.readouterr().out.splitlines()]
    assert images_and_classes == [[row.split(",")[column] for column in (0, 2)] for row in at_once.splitlines()]


@pytest.mark.parametrize("format_", ["table", "json", "csv"])
def test_what_is_no_image_is_named_and_the_rest_predicted(
    finished_run: Path, images: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    text = tmp_path / "text.png"
    text.write_text("no image")
    missing = str(tmp_path / "missing.png")
    arguments = [missing, images[0], str(text), images[1], str(tmp_path)]
    assert cli.main(["predict", str(finished_run), *arguments, "--format", format_]) == 1
    captured = capsys.readouterr()
    for path in (missing, str(text), str(tmp_path)):
        assert path in captured.err
        assert f"{path}\n" not in captured.out
    assert all(image in captured.out for image in images[:2])


def test_no_image_at_all_is_still_sound_output(
    finished_run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["predict", str(finished_run), str(tmp_path / "missing.png"), "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == []


def test_odd_file_names_stay_one_cell(
    finished_run: Path, images: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / 'a,"b"\n\x1b[31m.png'
    shutil.copy(images[0], odd)
    assert cli.main(["predict", str(finished_run), str(odd)]) == 0
    assert r"a,\"b\"\n\x1b[31m.png".replace(r"\"", '"') in capsys.readouterr().out
    for format_ in ("csv", "json"):
        assert cli.main(["predict", str(finished_run), str(odd), "--format", format_]) == 0
        output = capsys.readouterr().out
        rows = json.loads(output) if format_ == "json" else list(csv.DictReader(io.StringIO(output)))
        assert rows[0]["image"] == str(odd)


def refusal(run: Path, image: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["predict", str(run), image]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err
    return captured.err


def test_a_run_that_is_none_is_refused(images: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not exist" in refusal(tmp_path / "runs" / "digits-9", images[0], capsys)
    assert "has no manifest.json" in refusal(tmp_path, images[0], capsys)


@pytest.mark.parametrize("name", ["weights.npz", "program.json"])
def test_an_altered_run_is_refused(
    finished_run: Path, images: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(finished_run, copy)
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    assert f"{name} was changed or damaged since the run wrote it" in refusal(copy, images[0], capsys)


def archive(**arrays: Any) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def test_weights_that_do_not_fit_are_refused(
    finished_run: Path, altered: Altered, images: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with np.load(finished_run / "weights.npz", allow_pickle=False) as weights:
        arrays = dict(weights)
    assert list(arrays) == ["conv_1/kernel", "conv_1/bias", "dense_4/kernel", "dense_4/bias"]
    run = altered("weights.npz", archive(**{**arrays, "dense_4/bias": np.zeros(11, np.float32)}))
    assert "dense_4/bias is float32 11, not float32 10" in refusal(run, images[0], capsys)


class Trap:
    def __reduce__(self) -> Any:
        return pytest.fail, ("unpickled",)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x05\x06" + bytes(18), pickle.dumps(1), archive(**{"conv_1/kernel": np.array([Trap()], object)})],
    ids=["empty", "empty archive", "pickle", "pickled array"],
)
def test_weights_that_are_none_are_refused_and_nothing_is_unpickled(
    altered: Altered, images: list[str], capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    assert "weights.npz" in refusal(altered("weights.npz", content), images[0], capsys)


@pytest.mark.parametrize(
    "change",
    [
        lambda program: program["model"]["layers"].insert(0, {"layer": "lambda", "function": "__import__('os')"}),
        lambda program: program["model"]["layers"][0].update(kernel=[10**9, 10**9]),
        lambda program: program.update(data=None),
        lambda program: program["model"].update(layers="none"),
        lambda program: program["data"].update(classes=["only one"]),
        lambda program: program.clear(),
    ],
)
def test_a_program_that_is_not_sound_is_refused(
    finished_run: Path,
    altered: Altered,
    images: list[str],
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Any], None],
) -> None:
    program = json.loads((finished_run / "program.json").read_text())
    change(program)
    error = refusal(altered("program.json", json.dumps(program).encode()), images[0], capsys)
    assert "cannot be used: its program.json" in error


def test_a_program_that_claims_more_memory_than_its_weights_take_is_refused(
    finished_run: Path,
    altered: Altered,
    images: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = json.loads((finished_run / "program.json").read_text())
    convolution, dense = program["model"]["layers"][0], program["model"]["layers"][3]
    for layer in program["model"]["layers"]:
        del layer["output"], layer["parameters"]
    convolution["filters"] = 10**6
    assert dense["units"] == 10
    monkeypatch.setattr(predict, "build_model", lambda _: pytest.fail("it is built"))
    run = altered("program.json", json.dumps(program).encode())
    assert "too small" in refusal(run, images[0], capsys)


@pytest.mark.parametrize("content", [b"", b"null", b"[" * 100_000, b"\xff", b"1e999"])
def test_a_program_that_is_no_program_is_refused(
    altered: Altered, images: list[str], capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    assert "its program.json" in refusal(altered("program.json", content), images[0], capsys)
