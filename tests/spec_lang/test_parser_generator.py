from importlib import resources
from pathlib import Path

import pytest

import specs
from spec_lang import grammar, parser_generator

GALLERY = sorted(each.name for each in resources.files(specs).iterdir() if each.name.endswith(".cnn"))


@pytest.mark.parametrize("name", GALLERY)
def test_the_parser_in_use_and_lark_itself_read_the_same_tree(name: str) -> None:
    text = resources.files(specs).joinpath(name).read_text(encoding="utf-8")
    used, built = grammar.lark().parse(text), parser_generator.build().parse(text)
    assert used.pretty() == built.pretty()


def test_a_module_that_was_written_is_current_and_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "generated_parser.py"
    monkeypatch.setattr(parser_generator, "MODULE", module)
    assert not parser_generator.is_current()
    parser_generator.write()
    assert parser_generator.is_current()
    before = module.stat().st_mtime_ns
    parser_generator.write()
    assert module.stat().st_mtime_ns == before
    module.write_text("# stale\n", encoding="utf-8")
    parser_generator.write()
    assert parser_generator.is_current()
