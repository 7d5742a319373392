"""What killed writes left is cleared, and nothing that only looks like it."""

from pathlib import Path

from runtime.directory.leftovers import clear_leftovers
from runtime.files import temporary_beside


def test_only_ones_own_temporary_files_are_cleared(tmp_path: Path) -> None:
    run, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    for folder in (run / "figures", run / "extension", elsewhere):
        folder.mkdir(parents=True)
    ours = [temporary_beside(run / name) for name in ("checkpoint.npz", "manifest.json", "model.keras", "report.html")]
    ours += [temporary_beside(run / "figures" / "loss.png"), temporary_beside(run / "extension" / "weights.npz")]
    theirs = [
        run / name for name in ("checkpoint.npz", ".notes.0123abcd.txt", ".checkpoint.backup.npz", ".weights.npz")
    ]
    theirs += [run / ".spec.0123ABCD.cnn", elsewhere / ".loss.0123abcd.png"]
    for path in (*ours, *theirs):
        path.write_text("")
    (run / ".history.0123abcd.csv").symlink_to(theirs[0])
    (run / ".metrics.0123abcd.json").mkdir()
    clear_leftovers(run)
    assert not any(path.exists() for path in ours)
    assert all(path.exists() for path in theirs)
    assert (run / ".history.0123abcd.csv").is_symlink() and (run / ".metrics.0123abcd.json").is_dir()


def test_folders_that_are_links_are_not_cleared(tmp_path: Path) -> None:
    run, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    run.mkdir()
    elsewhere.mkdir()
    (elsewhere / ".loss.0123abcd.png").write_text("")
    (run / "figures").symlink_to(elsewhere)
    clear_leftovers(run)
    assert (elsewhere / ".loss.0123abcd.png").exists()
