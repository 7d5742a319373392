"""Each spec of the gallery as it is on the way to being written, character by character."""

import re
from pathlib import Path

import pytest
from editing import WORLD, analysed

import specs
from spec_lang import check_text, decode
from spec_lang.fixes import apply_edits
from spec_lang.language_server.closing import closed
from spec_lang.language_server.code_actions import FIX_ALL, actions
from spec_lang.language_server.code_lens import code_lenses
from spec_lang.language_server.completion import completions
from spec_lang.language_server.folding import folds
from spec_lang.language_server.formatting import formatting
from spec_lang.language_server.hover import hover
from spec_lang.language_server.inlay_hints import inlay_hints
from spec_lang.language_server.semantic_tokens import semantic_tokens
from spec_lang.language_server.signatures import signature
from spec_lang.language_server.symbols import symbols

GALLERY = {path.stem: decode(path.read_bytes()) for path in sorted(Path(specs.__file__).parent.glob("*.cnn"))}
OF_ONES_OWN = re.compile(r"block |classes \[|test \[")
"""What is written behind these is a name that nobody can know."""
each_spec = pytest.mark.parametrize("text", GALLERY.values(), ids=GALLERY)


@each_spec
def test_every_word_is_offered_where_it_begins(text: str) -> None:
    missing = []
    for match in re.finditer(r"(?<=[\s{(;])[A-Za-z_]\w*", text):
        line = text[: match.start()].rpartition("\n")[2]
        if "#" in line or (OF_ONES_OWN.match(line.lstrip()) and "{" not in line):
            continue
        analysis = closed(analysed(text[: match.start()]))
        labels = {item.label for item in completions(analysis, match.start())}
        if not {match[0], f"{match[0]}="} & labels:
            missing.append(f"{line}|{match[0]}")
    assert missing == []


@pytest.mark.heavy
@each_spec
def test_every_prefix_is_answered_for(text: str) -> None:
    for end in range(len(text) + 1):
        prefix = text[:end]
        analysis = analysed(prefix)
        expected = check_text(prefix, "spec.cnn", world=WORLD).diagnostics
        assert [(each.code, each.span[1:], each.message) for each in analysis.checked.diagnostics] == [
            (each.code, each.span[1:], each.message) for each in expected
        ]
        for action in (*actions(analysis, 0, end), *actions(analysis, 0, end, (FIX_ALL,))):
            assert apply_edits(prefix, action.edits) != prefix
        formatting(analysis)
        whole = closed(analysis)
        for feature in (hover, completions, signature):
            feature(whole, end)
        for view in (inlay_hints, code_lenses, symbols, folds, semantic_tokens):
            view(whole)
