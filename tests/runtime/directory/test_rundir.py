import json
import shlex
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from runtime.directory.manifest import DataUsed, Manifest
from runtime.directory.rundir import MANIFEST, RunWriter, create_run_directory, open_run, utc_now
from runtime.errors import UserError
from runtime.machine import command_line, machine, versions, without_home


def new_manifest() -> Manifest:
    return Manifest(
        spec="digits",
        command="cnn run digits.cnn",
        seed=7,
        data=DataUsed("digits", "0" * 64, "inside scikit-learn", 1293, 144, 360),
        versions=versions(),
        machine=machine(),
        started=utc_now(),
    )


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A finished run with two artefacts."""
    run = RunWriter(create_run_directory(tmp_path / "runs", "digits"), new_manifest())
    with run.phase("train"):
        run.write("program.json", "{}")
        run.write("figures/curves.png", b"\x89PNG")
    run.end("finished")
    return run.path


def alter(run: Path, **entries: Any) -> None:
    manifest = json.loads((run / MANIFEST).read_text())
    (run / MANIFEST).write_text(json.dumps(manifest | entries))


def test_runs_are_numbered_by_name_and_numbers_only_grow(tmp_path: Path) -> None:
    runs = tmp_path / "deep" / "runs"
    names = [create_run_directory(runs, name).name for name in ("a", "a", "a-b", "a")]
    assert names == ["a-1", "a-2", "a-b-1", "a-3"]
    (runs / "a-1").rmdir()
    (runs / "a-007").mkdir()
    (runs / "a-9.bak").mkdir()
    assert create_run_directory(runs, "a").name == "a-4"


def test_a_file_of_that_name_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a-1").write_text("mine")
    assert create_run_directory(tmp_path, "a").name == "a-2"
    assert (tmp_path / "a-1").read_text() == "mine"


def test_runs_started_together_get_different_directories(tmp_path: Path) -> None:
    made: list[Path] = []
    start = threading.Barrier(8)

    def create() -> None:
        start.wait()
        made.extend(create_run_directory(tmp_path, "a") for _ in range(10))

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 80


def test_a_runs_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("mine")
    for runs in (tmp_path / "runs", tmp_path / "runs" / "below"):
        with pytest.raises(UserError, match="not a folder"):
            create_run_directory(runs, "a")


def test_a_runs_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", deny)
    with pytest.raises(UserError, match="permission denied") as caught:
        create_run_directory(tmp_path / "runs", "a")
    assert "who may write to" in (caught.value.help or "")


def test_the_manifest_says_what_a_run_left(finished: Path) -> None:
    manifest = json.loads((finished / MANIFEST).read_text())
    assert manifest["format"] == 1
    assert manifest["state"] == "finished"
    assert manifest["started"] <= manifest["ended"]
    assert manifest["seconds"].keys() == {"train"}
    assert manifest["artefacts"]["program.json"] == {
        "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "size": 2,
    }
    assert manifest["versions"].keys() >= {"python", "dotcnn", "tensorflow", "keras", "numpy", "scikit-learn"}


def test_the_manifest_names_neither_computer_nor_person(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import getpass
    import platform

    text = (finished / MANIFEST).read_text()
    assert platform.node() not in text
    assert f"/{getpass.getuser()}" not in text
    monkeypatch.setenv("HOME", "/home/ada")
    assert without_home("found in /home/ada/data") == "found in ~/data"
    assert without_home("data.path=/home/ada") == "data.path=~"
    for other in ("/home/adam/data", "/mnt/home/ada/data"):
        assert without_home(other) == other
    monkeypatch.setenv("HOME", "/")
    assert without_home("/data/x") == "/data/x"


def test_a_recorded_command_is_one_that_a_shell_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    words = ["cnn", "run", "/home/ada/my nets/x.cnn", "--runs", "/home/ada", "it's"]
    line = command_line(words)
    assert line == """cnn run ~/'my nets/x.cnn' --runs ~ 'it'"'"'s'"""
    assert command_line(shlex.split(line)) == line
    told = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], check=True, capture_output=True, text=True)
    assert told.stdout.splitlines() == words


def test_a_run_under_way_says_so_on_disk(tmp_path: Path) -> None:
    run = RunWriter(tmp_path, new_manifest())
    with pytest.raises(UserError, match="is not finished: it is still training, or was cut off"):
        open_run(tmp_path)
    run.write("history.csv", "epoch\n")
    run.end("interrupted")
    with pytest.raises(UserError, match="is not finished: the run was interrupted"):
        open_run(tmp_path)
    assert set(json.loads((tmp_path / MANIFEST).read_text())["artefacts"]) == {"history.csv"}


def test_a_finished_run_gives_back_what_it_wrote(finished: Path) -> None:
    run = open_run(finished)
    assert run.manifest.spec == "digits"
    assert run.manifest.data.train_images == 1293
    assert run.read("program.json") == b"{}"
    assert run.read("figures/curves.png") == b"\x89PNG"
    with pytest.raises(UserError, match=r"its manifest names no weights\.npz"):
        run.read("weights.npz")


@pytest.mark.parametrize("content", ["{ }", "[]", "", "{}{}"])
def test_an_altered_file_is_refused(finished: Path, content: str) -> None:
    (finished / "program.json").write_text(content)
    with pytest.raises(UserError, match="cannot be used"):
        open_run(finished).read("program.json")


def test_a_link_in_place_of_a_file_is_refused(finished: Path, tmp_path: Path) -> None:
    (finished / "program.json").rename(tmp_path / "elsewhere")
    (finished / "program.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="not a regular file"):
        open_run(finished).read("program.json")


def test_a_missing_file_is_named(finished: Path) -> None:
    (finished / "program.json").unlink()
    with pytest.raises(UserError, match=r"cannot be used: there is no file .*program\.json"):
        open_run(finished).read("program.json")


@pytest.mark.parametrize(
    "name",
    ["../secret", "/etc/passwd", "a/../../b", "a/b/c", "", "..", ".", "a\\..\\b", "C:b", "a\n", "figures/", ".a"],
)
def test_names_that_could_lead_outside_are_refused(finished: Path, name: str) -> None:
    alter(finished, artefacts={name: {"sha256": "0" * 64, "size": 2}})
    with pytest.raises(UserError, match="names a file that cannot be part of a run"):
        open_run(finished)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"format": 2}, "of format 2, and this version of dotcnn knows format 1"),
        ({"format": None}, "of format None"),
        ({"state": "done"}, "state is 'done', not one of training, finished, interrupted, failed"),
        ({"artefacts": []}, "artefacts is a list, not an object"),
        ({"artefacts": {"a": {"sha256": "0" * 64}}}, r"artefacts\.a\.size is missing"),
        ({"artefacts": {"a": {"sha256": "0" * 63, "size": 1}}}, "no valid checksum for a"),
        ({"artefacts": {"a": {"sha256": "0" * 64, "size": 1.5}}}, r"artefacts\.a\.size is 1\.5, not a whole number"),
        ({"artefacts": {"a": {"sha256": "0" * 64, "size": -1}}}, r"artefacts\.a\.size is -1, not a whole number"),
        ({"extra": 1}, "there is an unknown entry 'extra'"),
        ({"data": None}, "data is null, not an object"),
        ({"spec": "\ud800"}, "spec is .*, not text"),
        ({"spec": 3}, "spec is 3, not text"),
        ({"machine": {"cpu_count": [1]}}, r"machine\.cpu_count is a list, not "),
        ({"versions": {"\ud800": "1"}}, "versions is .*, not text"),
        ({"seconds": {"train": -1}}, "less than no time"),
        ({"seconds": {"train": 10**400}}, r"seconds\.train is 1000.*, not a finite number"),
        ({"seed": True}, "seed is True, not a whole number"),
        ({"normalization": {"scale": [1.0]}}, "no valid normalization"),
        ({"normalization": {"scale": [], "offset": []}}, "no valid normalization"),
        ({"normalization": {"scale": ["1"], "offset": [0]}}, r"normalization\.scale\.1 is '1', not a finite number"),
        ({"normalization": {"scale": [1e40], "offset": [0]}}, "no valid normalization"),
    ],
)
def test_an_unsound_manifest_is_refused(finished: Path, entries: dict[str, Any], words: str) -> None:
    alter(finished, **entries)
    with pytest.raises(UserError, match=words):
        open_run(finished)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'"' + b"a" * 2_000_000 + b'"'])
def test_a_manifest_that_is_none_is_refused(finished: Path, content: bytes) -> None:
    (finished / MANIFEST).write_bytes(content)
    with pytest.raises(UserError, match="cannot be used"):
        open_run(finished)


def test_what_is_no_run_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="does not exist"):
        open_run(tmp_path / "nothing")
    with pytest.raises(UserError, match="is a file"):
        open_run(tmp_path / "file")
    with pytest.raises(UserError, match="has no manifest"):
        open_run(tmp_path)
