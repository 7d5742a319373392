"""The documents show what the language says today: each spec in them is checked, each output compared."""

import re
from pathlib import Path

import pytest

from spec_lang import check_text
from spec_lang.rendering import render

CHECKOUT = Path(__file__).parents[1]
DOCUMENTS = [*(CHECKOUT / "docs").glob("*.md"), CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md"]
EXAMPLE = re.compile(r"```cnn\n(?P<spec>.*?)```(?:\n\n```text\n(?P<output>.*?)```)?", re.DOTALL)
EXAMPLES = [
    pytest.param(match["spec"], match["output"] or "", id=f"{path.name}-{number}")
    for path in DOCUMENTS
    for number, match in enumerate(EXAMPLE.finditer(path.read_text(encoding="utf-8")), start=1)
]


def test_the_examples_are_found() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize(("spec", "output"), EXAMPLES)
def test_an_example_says_what_the_check_says(spec: str, output: str) -> None:
    assert render(check_text(spec, "spec.cnn").diagnostics) == output


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
