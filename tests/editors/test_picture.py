"""The pictures of the documentation: drawn anew, they hold what the language server says of their specs."""

import html
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

CHECKOUT = Path(__file__).parents[2]
SCRIPT = CHECKOUT / "editors" / "picture.py"
IMAGES = CHECKOUT / "docs" / "images"
PROGRAM = "import picture; print(picture.findings_and_hover()); print(picture.typing())"
TOLD = ("help: put 'flatten' on the line before", "W514", "2 × 28x28x16", "402,442 parameters", "weight_decay=")


def run(*words: str | Path) -> str:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, timeout=120)
    if "needs Chromium" in done.stderr:
        pytest.skip("needs Chromium")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_pages_hold_what_the_server_says() -> None:
    pages = run("-c", f"import sys; sys.path.append({str(SCRIPT.parent)!r}); {PROGRAM}")
    assert [each for each in TOLD if html.escape(each) not in pages] == []


@pytest.mark.heavy
def test_the_pictures_are_drawn(tmp_path: Path) -> None:
    run(SCRIPT, tmp_path)
    shown = sorted(IMAGES.glob("editor*.png"))
    assert [each.name for each in shown] == ["editor-completion.png", "editor.png"]
    for kept in shown:
        with Image.open(tmp_path / kept.name) as drawn, Image.open(kept) as before:
            assert drawn.width == before.width
            colours = drawn.convert("RGB").resize((200, 100)).getcolors(20_000) or []
            assert len(colours) > 100  # Not an empty page.
