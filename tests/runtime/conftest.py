from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of a tiny network on `digits`; look, and leave it as it is."""
    from runtime.runs.run import run_file

    folder = tmp_path_factory.mktemp("finished")
    spec = folder / "tiny.cnn"
    spec.write_bytes(b"# mine, with Windows line ends\r\nconv 4 3x3 relu; pool 2x2; flatten; dense 10 softmax\r\n")
    assert run_file(str(spec), ["train.epochs=2"], str(folder / "runs")) == 0
    return folder / "runs" / "tiny-1"
