"""README.md shows what the command prints today, and links to what exists."""

import re
import shutil
from pathlib import Path

import pytest

from runtime.cli import main
from spec_lang import check_text

CHECKOUT = Path(__file__).parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CONSOLE: dict[str, str] = dict(re.findall(r"```console\n\$ cnn ([^\n]+)\n(.*?)```", README, flags=re.DOTALL))
LENET = """\
data mnist

model {
  conv 20 5x5 relu
  pool 2x2
  conv 50 5x5 relu
  pool 2x2
  pool 6x6
  flatten
  dense 500 rleu
  dense 10 softmax
}
"""


def test_the_first_example_is_a_program_without_findings() -> None:
    (example,) = re.findall(r"```\n(data .*?)```", README, flags=re.DOTALL)
    result = check_text(example, "readme.cnn")
    assert result.diagnostics == ()
    assert result.program is not None


def test_the_examples_are_found() -> None:
    assert set(CONSOLE) == {"check lenet.cnn", "plan specs/mnist.cnn"}


@pytest.mark.parametrize("command", CONSOLE)
def test_an_example_shows_what_the_command_prints(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lenet.cnn").write_text(LENET, encoding="utf-8")
    shutil.copytree(CHECKOUT / "specs", tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runtime.specs.plan.memory_bytes", lambda: 16 * 10**9)
    monkeypatch.delenv("COLUMNS", raising=False)
    main(command.split())
    shown, cut, _ = CONSOLE[command].partition("…\n")
    printed = capsys.readouterr().out
    assert printed.startswith(shown) if cut else printed == shown


def test_every_link_leads_to_a_file() -> None:
    missing = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not (CHECKOUT / link).exists()]
    assert missing == []
