"""Each broken spec here, beside the diagnostics that a person sees for it.

`python tests/goldens/test_goldens.py` writes them anew. Read the difference before you keep it: is each message true,
does it point at the right place, does it say what to do?
"""

from collections import Counter
from pathlib import Path

import pytest

from spec_lang import Files, check_bytes, check_text, decode
from spec_lang.fixes import apply_edits
from spec_lang.rendering import render
from spec_lang.world import Pictures

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*.cnn"))
WORLD = Files(
    {path.relative_to(FOLDER).as_posix(): decode(path.read_bytes()) for path in FOLDER.rglob("*.cnn")},
    sources={
        "pets": Pictures(("cat", "dog")),
        "parted": Pictures(("cat", "dog"), frozenset({"validation", "test"})),
        "labels.csv": Pictures(("cat", "dog")),
    },
)


def rendered(case: Path) -> str:
    return render(check_bytes(case.read_bytes(), case.name, world=WORLD).diagnostics)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_diagnostics_read_as_before(case: Path) -> None:
    assert rendered(case) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_each_spec_stands_beside_its_diagnostics() -> None:
    assert {text.stem for text in FOLDER.glob("*.txt")} == {case.stem for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_fix_removes_what_it_mends(case: Path) -> None:
    text = decode(case.read_bytes())
    before = check_text(text, case.name, world=WORLD)
    messages = Counter(each.message for each in before.diagnostics)
    for diagnostic in before.diagnostics:
        if diagnostic.fix and diagnostic.span.source is before.source:
            after = check_text(apply_edits(text, diagnostic.fix.edits), case.name, world=WORLD)
            left = Counter(each.message for each in after.diagnostics)
            assert left[diagnostic.message] < messages[diagnostic.message]


def renew() -> None:
    texts = {case.with_suffix(".txt"): rendered(case) for case in CASES}
    for stale in set(FOLDER.glob("*.txt")) - texts.keys():
        stale.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    renew()
