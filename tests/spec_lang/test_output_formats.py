"""What programs are told: SARIF under its official schema and the rules beyond it, annotations that GitHub reads."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft4Validator

from spec_lang import Files, check_bytes, check_text, decode
from spec_lang.diagnostics import MOST_FOUND, Diagnostic
from spec_lang.output_formats import to_github, to_json, to_sarif
from spec_lang.rendering import MOST_SHOWN, render, render_concise

TESTS = Path(__file__).parents[1]
GOLDENS = TESTS / "goldens"
CASES = sorted(GOLDENS.glob("*.cnn"))
WORLD = Files(
    {path.relative_to(GOLDENS).as_posix(): decode(path.read_bytes()) for path in GOLDENS.rglob("*.cnn")}, sources={}
)
WARNED = "flatten; dense 64; dense 10 softmax\n"
# RFC 3986: what may stand in a relative reference without being percent-encoded.
URI = re.compile(r"(?:[A-Za-z0-9._~/:@!$&'()*+,;=-]|%[0-9A-F]{2})*")


@cache
def schema() -> Draft4Validator:
    (path,) = (TESTS / "schemas").glob("sarif-*.json")
    official = json.loads(path.read_text(encoding="utf-8"))
    Draft4Validator.check_schema(official)
    return Draft4Validator(official)


def findings(name: str, text: str = WARNED) -> tuple[Diagnostic, ...]:
    return check_text(text, name, world=WORLD).diagnostics


def run_of(diagnostics: tuple[Diagnostic, ...]) -> dict:
    (run,) = json.loads(to_sarif(diagnostics, "0.1.0"))["runs"]
    return run


def uri_of(name: str) -> str:
    (result,) = run_of(findings(name))["results"]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def locations_in(node: object) -> list[dict]:
    """Every region and every artifactLocation at any depth."""
    if isinstance(node, list):
        return [found for each in node for found in locations_in(each)]
    if not isinstance(node, dict):
        return []
    here = [value for key, value in node.items() if key in ("region", "deletedRegion", "artifactLocation")]
    return here + [found for each in node.values() for found in locations_in(each)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_sarif_is_valid_under_the_official_schema_and_the_rules_beyond_it(case: Path) -> None:
    text = decode(case.read_bytes())
    diagnostics = check_bytes(case.read_bytes(), case.name, world=WORLD).diagnostics
    log = json.loads(to_sarif(diagnostics, "0.1.0"))
    assert [error.message for error in schema().iter_errors(log)] == []

    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(diagnostics)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    lines = text.split("\n")
    for place in locations_in(run):
        if "uri" in place:
            assert URI.fullmatch(place["uri"])
            assert not place["uri"].startswith("/")
        elif len({each["uri"] for each in locations_in(run) if "uri" in each}) == 1:
            start, end = (place["startLine"], place["startColumn"]), (place["endLine"], place["endColumn"])
            assert (1, 1) <= start <= end
            assert end[0] <= len(lines)
            assert end[1] <= len(lines[end[0] - 1]) + 1


def test_the_schema_finds_what_is_wrong() -> None:
    log = json.loads(to_sarif(findings("net.cnn"), "0.1.0"))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not schema().is_valid(log)


def test_sarif_of_nothing_is_valid() -> None:
    log = json.loads(to_sarif((), "0.1.0"))
    assert schema().is_valid(log)
    assert log["runs"][0]["results"] == []


def test_a_column_counts_code_points() -> None:
    text = "include '😀'; cnov 3\n"
    (result,) = (each for each in run_of(findings("net.cnn", text))["results"] if each["ruleId"] == "E201")
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == text.index("cnov") + 1 == 14


def test_each_rule_explains_itself() -> None:
    (rule,) = run_of(findings("net.cnn"))["tool"]["driver"]["rules"]
    assert rule["id"] == "W505"
    assert "Right:" in rule["help"]["text"]
    assert rule["defaultConfiguration"] == {"level": "warning"}


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("net.cnn", "net.cnn"),
        ("./models/net.cnn", "models/net.cnn"),
        ("../net.cnn", "../net.cnn"),
        ("my nets/größe #1?.cnn", "my%20nets/gr%C3%B6%C3%9Fe%20%231%3F.cnn"),
        ("a:b%.cnn", "a%3Ab%25.cnn"),
        ("\udcff.cnn", "%FF.cnn"),
        ("<stdin>", "%3Cstdin%3E"),
        ("/tmp/net one.cnn", "file:///tmp/net%20one.cnn"),
    ],
)
def test_a_path_becomes_a_uri(name: str, uri: str) -> None:
    assert uri_of(name) == uri
    assert schema().is_valid(json.loads(to_sarif(findings(name), "0.1.0")))
    path = unquote(urlsplit(uri).path, errors="surrogateescape")
    assert path == name.removeprefix("./")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_an_annotation_is_one_line_that_its_reader_undoes(case: Path) -> None:
    name = "odd, na:me%0A\r\n.cnn"
    diagnostics = check_bytes(case.read_bytes(), name, world=WORLD).diagnostics
    written = to_github(diagnostics)
    assert "\r" not in written
    lines = written.split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(diagnostics)
    for line, diagnostic in zip(lines, diagnostics, strict=True):
        match = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line)
        assert match, line
        properties = dict(each.split("=", 1) for each in match[2].split(","))
        assert undone(properties["file"]) == diagnostic.span.source.name
        assert undone(properties["title"]).startswith(diagnostic.code)
        assert ("col" in properties) == (properties["line"] == properties["endLine"])
        assert undone(match[3]).startswith(diagnostic.message)


def undone(text: str) -> str:
    """As the runner of GitHub reads a workflow command."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_json_counts_from_one(case: Path) -> None:
    for found in json.loads(to_json(check_bytes(case.read_bytes(), case.name, world=WORLD).diagnostics)):
        assert (1, 1) <= (found["line"], found["column"]) <= (found["end_line"], found["end_column"])


def test_of_too_many_findings_every_format_says_how_many_are_left_out() -> None:
    text = "".join(f"layer{number} 3\n" for number in range(5_000))
    found = check_text(text, "many.cnn").diagnostics
    told = "and at least 800 more: 800 errors"
    assert len(found) == MOST_FOUND
    assert render(found).endswith(f"\n\n{told}\n")
    assert render_concise(found).splitlines()[MOST_SHOWN:] == [told]
    *shown, note = json.loads(to_json(found))
    assert len(shown) == MOST_SHOWN
    assert (note["severity"], note["message"], note["code"]) == ("note", told, None)
    assert to_github(found).splitlines()[MOST_SHOWN:] == [f"::notice::{told}"]
    [run] = json.loads(to_sarif(found, "1"))["runs"]
    assert len(run["results"]) == MOST_SHOWN
    [notification] = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == told
