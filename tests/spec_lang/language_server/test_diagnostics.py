from spec_lang import Files
from spec_lang.diagnostics import Severity
from spec_lang.language_server.analysis import Analysis, analyse
from spec_lang.language_server.diagnostics import documentation, findings
from spec_lang.rules import RULES


def analysis(text: str, **files: str) -> Analysis:
    return analyse(text, "/project/spec.cnn", Files({f"{name}.cnn": each for name, each in files.items()}))


def test_a_finding_tells_what_where_why_and_how() -> None:
    [finding] = findings(analysis("flatten; dense 10 sofmax"))
    assert finding.span.text == "sofmax"
    assert finding.severity is Severity.ERROR
    assert finding.code == "E205"
    assert finding.message.splitlines()[0] == "'dense' does not know the word 'sofmax'"
    assert finding.message.splitlines()[-1] == "help: did you mean 'softmax'?"
    assert finding.href.endswith("rules.html#e205-unknown-word")


def test_the_layer_that_left_the_shape_is_related() -> None:
    [finding] = findings(analysis("conv 8 3x3 relu; dense 10 softmax"))
    [related] = finding.related
    assert related.span.text == "conv 8 3x3 relu"
    assert related.text == "leaves 6x6x8"


def test_a_finding_in_an_included_file_is_shown_where_it_is_included() -> None:
    found = findings(
        analysis('include "a.cnn"\nflatten; dense 10 softmax', a='include "b.cnn"', b="block c { cnov 3 }")
    )
    [finding] = [each for each in found if each.code == "E201"]
    assert finding.span.text == 'include "a.cnn"'
    assert finding.message.startswith("in /project/b.cnn: unknown layer 'cnov'")
    assert finding.related[0].span.source.name == "/project/b.cnn"
    assert finding.related[0].span.text == "cnov"


def test_text_that_does_nothing_is_marked() -> None:
    found = findings(analysis("block unused { conv 3 3x3 relu }\nflatten; dense 10 softmax"))
    assert [each.span.text for each in found if each.unnecessary] == ["unused"]


def test_every_rule_has_a_place_in_the_documentation() -> None:
    assert len({documentation(rule) for rule in RULES.values()}) == len(RULES)


def test_a_file_that_is_not_utf8_is_a_finding() -> None:
    [finding] = findings(analysis("flatten\udcff"))
    assert finding.code == "E101"
