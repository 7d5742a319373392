"""Every verb that takes a spec, on every setting of every section and on every layer: an answer, never a traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pictures import save_tree

from runtime import cli
from spec_lang import check_text
from spec_lang.kinds import Choice
from spec_lang.layers import LAYERS
from spec_lang.sections import SECTIONS, Section, Setting

QUICK = (
    ("check",),
    ("fmt", "--check"),
    ("plan",),
    ("plan", "--format", "json"),
    ("compile", "--to", "json"),
    ("compile", "--to", "python"),
)
"""What builds no model."""
SLOW = (("compile", "--to", "keras"), ("data", "--html", "--force"))
SHEET = ("augment", "--force")
IMAGES = 'folder "pets"'


def spec(section: str, setting: str, source: str = IMAGES) -> str:
    """A spec that says one thing beside what it has to."""
    data = f"data {source} {{ {'size 12x12; ' * (source == IMAGES)}{setting if section == 'data' else ''} }}"
    other = f"{section} {{ {setting} }}" if section != "data" else ""
    return f"{data}\nconv 4 3x3 relu; flatten; dense classes softmax\n{other}\n"


def writings(section: Section, setting: Setting) -> Iterator[str]:
    """A setting as its example has it, then with each of the words that it takes."""
    yield setting.example
    first, *others = setting.example.split()
    for parameter in setting.parameters:
        if isinstance(parameter.kind, Choice):
            for word in parameter.kind.words:
                rest = [word, *others[1:]] if others and others[0] in parameter.kind.words else [word]
                yield " ".join([first, *rest])


SETTINGS = [(section.keyword, setting.keyword) for section in SECTIONS.values() for setting in section.settings]


def specs_of(section: str, keyword: str) -> list[str]:
    setting = SECTIONS[section].by_keyword[keyword]
    text = dict.fromkeys(writings(SECTIONS[section], setting))
    if keyword == "size":
        return [spec(section, "").replace("size 12x12", each) for each in text]
    return [spec(section, each) for each in text]


def layer_spec(keyword: str) -> str:
    """A layer where it fits; where it does not, the verbs have an error to tell."""
    example = LAYERS[keyword].example
    before = {"dense": "flatten; ", "reshape": "flatten; dense 784; "}.get(keyword, "")
    after = "" if keyword in ("flatten", "dense", "globalpool", "globalavgpool") else "; flatten"
    start = "" if keyword == "input" else f"data {IMAGES} {{ size 28x28 }}\n"
    return f"{start}{before}{example}{after}; dense {'2' if keyword == 'input' else 'classes'} softmax\n"


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("every")
    save_tree(folder / "pets", dict.fromkeys(["cat", "dog", *(f"class {number}" for number in range(2, 12))], 12))
    return folder


def answered(folder: Path, text: str, verbs: tuple[tuple[str, ...], ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("all.cnn").write_text(text)
    for verb, *options in verbs:
        assert cli.main([verb, "all.cnn", *options]) in (0, 1), f"cnn {verb} on {text}"


@pytest.mark.parametrize(("section", "keyword"), SETTINGS)
def test_every_setting(section: str, keyword: str, pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = specs_of(section, keyword)
    for text in texts:
        answered(pets, text, QUICK, monkeypatch)
    assert cli.main(["explain", f"{section}.{keyword}"]) == 0
    if keyword not in ("log", "devices"):  # which need what a machine may not have
        monkeypatch.chdir(pets)
        from runtime.specs.spec_file import SpecFolder

        assert check_text(texts[0], world=SpecFolder(pets)).program is not None


@pytest.mark.parametrize("keyword", LAYERS)
def test_every_layer(keyword: str, pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(pets, layer_spec(keyword), QUICK, monkeypatch)
    assert cli.main(["explain", keyword]) == 0


@pytest.mark.heavy
@pytest.mark.parametrize(("section", "keyword"), SETTINGS)
def test_every_setting_with_what_builds_a_model(
    section: str, keyword: str, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = specs_of(section, keyword)[0]
    answered(pets, text, (SHEET, *SLOW) if section == "augment" else SLOW, monkeypatch)


@pytest.mark.heavy
@pytest.mark.parametrize("keyword", [keyword for keyword in LAYERS if keyword != "input"])
def test_every_layer_with_what_builds_a_model(keyword: str, pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(pets, layer_spec(keyword), SLOW, monkeypatch)


@pytest.mark.parametrize("metrics", ["f1", "top2 auc", "precision recall"])
def test_the_metrics_of_a_spec_are_counted_in_the_steps_that_are_timed(
    metrics: str, pets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(pets, spec("train", f"metrics {metrics}", "digits"), (("data", "--set", "data.limit=100"),), monkeypatch)
    assert "time     about " in capsys.readouterr().out
