"""Writes the reference pages in `docs/reference/` from the tables; with --check, tells whether they are current."""

import sys
from collections.abc import Iterable
from pathlib import Path

from spec_lang.explain_form import LONGEST_LIST, accepted, default_text, usage
from spec_lang.forms import Form, Parameter
from spec_lang.layers import LAYERS
from spec_lang.layers.activations import ACTIVATIONS
from spec_lang.layers.kind import LayerKind
from spec_lang.rules import RULES
from spec_lang.sections import SECTIONS
from spec_lang.structure import STRUCTURES

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTE = "<!-- Written by generators/reference.py from the tables of spec_lang; renewed by `make generated`. -->"

FAMILIES = {
    "E1": "E1: text that cannot be read",
    "E2": "E2: names, values and structure",
    "E3": "E3: layers that do not fit",
    "E4": "E4: head, classes and loss",
    "E6": "E6: programs given as JSON",
    "W5": "W5: practice that costs results",
}


LAYERS_INTRODUCTION = """# Layers

A layer is a keyword, its values in any order that their kinds make unambiguous, then options as `name=value`. In the
usage lines, `<…>` must be given and `[…]` may be; what is not written as an option may stand without its name."""

RULES_INTRODUCTION = """# Rules

Errors begin with E and stop every later stage; warnings begin with W and stop nothing. A warning is suppressed on its
line by `# cnn: ignore[W505]`, chosen by `--select` and `--ignore`, and for a project in `pyproject.toml`:

```toml
[tool.dotcnn]
ignore = ["W508"]
```"""


def layers_page() -> str:
    """Every layer, with its parameters."""
    parts = [
        LAYERS_INTRODUCTION,
        *(_form(kind, f"`{kind.keyword}`") for kind in LAYERS.values()),
        "## Activations",
        "Every layer with weights takes one of these words; each is the function of the same name in Keras.",
        _table(("word", "meaning"), ((f"`{word}`", meaning) for word, meaning in ACTIVATIONS.items())),
    ]
    return _page(parts)


def sections_page() -> str:
    """Every section with its settings, and what gives a spec its structure."""
    parts = ["# Sections and structure"]
    for section in SECTIONS.values():
        parts.append(_form(section.form, f"`{section.keyword}`"))
        parts += [_form(setting, f"`{setting.keyword}` in `{section.keyword}`", 3) for setting in section.settings]
    parts += ["## Structure", *(_form(form, f"`{form.keyword}`", 3) for form in STRUCTURES.values())]
    return _page(parts)


def rules_page() -> str:
    """Every rule, with why it matters and both of its examples."""
    parts = [RULES_INTRODUCTION]
    for prefix, title in FAMILIES.items():
        parts.append(f"## {title}")
        for rule in (rule for rule in RULES.values() if rule.code.startswith(prefix)):
            found = ["found by `cnn data`"] if rule.of_data else []
            marks = [
                *found,
                *(["has a fix"] if rule.fixable else []),
                *(["off unless selected"] if rule.opt_in else []),
            ]
            remark = f" ({', '.join(marks)})" if marks else ""
            parts += [
                f"### {rule.code} {rule.name}",
                f"**{rule.title}.**{remark} {rule.why}",
            ]
            if not rule.of_data:
                parts.append(f"Wrong:\n\n{_example(rule.bad)}\n\nRight:\n\n{_example(rule.good)}")
    return _page(parts)


def _form(form: Form, title: str, level: int = 2) -> str:
    rows = [_row(parameter) for parameter in form.parameters]
    rows += [_row(each, word) for word, parameters in form.variants.items() for each in parameters]
    parts = [f"{'#' * level} {title}", form.summary, f"```cnn\n{usage(form)}\n```"]
    if rows:
        parts.append(_table(("value", "meaning", "kind", "default"), rows))
    keras = f" In Keras: `{form.keras}`." if isinstance(form, LayerKind) and form.keras else ""
    return "\n\n".join([*parts, f"Example: `{form.example}`.{keras}"])


def _row(parameter: Parameter, word: str = "") -> tuple[str, ...]:
    name = f"`{parameter.name}`" if parameter.positional else f"`{parameter.name}=`"
    values, words = accepted(parameter.kind)
    parts = [values] if values else []
    if len(words) <= LONGEST_LIST:
        parts += [f"`{each}`: {meaning}" for each, meaning in words.items()]
    elif words.keys() == ACTIVATIONS.keys():
        parts.append("an [activation](#activations)")
    else:
        parts.append(", ".join(f"`{each}`" for each in words))
    return f"{name} ({word})" if word else name, parameter.doc, "; ".join(parts), default_text(parameter)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _example(text: str) -> str:
    shown = text.encode("ascii", "backslashreplace").decode() if "\0" in text or "\udcdf" in text else text
    shown = shown.replace("\0", "\\x00")
    return f"```cnn\n{shown if len(shown) < 400 else shown[:200] + ' …'}\n```"


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join([NOTE, *parts]) + "\n"


PAGES_BY_NAME = {"layers.md": layers_page, "sections.md": sections_page, "rules.md": rules_page}


def main() -> int:
    """Write the pages, or with --check compare them; the exit code is 1 where one is not current."""
    stale = 0
    for name, page in PAGES_BY_NAME.items():
        path = PAGES / name
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(), encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != page():
            print(f"{path.relative_to(ROOT)} is not current: run `make generated`", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
