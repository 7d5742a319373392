"""Diagnostics for programs: JSON, annotations for GitHub, SARIF 2.1.0."""

import json
from collections.abc import Sequence
from typing import Final

from spec_lang.diagnostics import Diagnostic, Edit, Label, Severity
from spec_lang.explain import explain_rule
from spec_lang.rendering import MOST_SHOWN, left_out
from spec_lang.rules import RULES
from spec_lang.source import Span

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def to_json(diagnostics: Sequence[Diagnostic]) -> str:
    """A JSON array with one object for each diagnostic; lines and columns count from 1, columns in code points.

    Where they are too many, a last object without code and place says how many are left out.
    """
    shown = [_diagnostic(each) for each in diagnostics[:MOST_SHOWN]]
    note = [{**dict.fromkeys(shown[0]), "severity": "note", "message": text} for text in left_out(diagnostics)]
    return json.dumps([*shown, *note], indent=2, ensure_ascii=False) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "name": diagnostic.rule.name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "label": diagnostic.primary.text,
        "help": diagnostic.help or None,
        "file": diagnostic.span.source.name,
        **_range(diagnostic.span),
        "related": [
            {"file": each.span.source.name, **_range(each.span), "message": each.text} for each in diagnostic.related
        ],
        "fix": {
            "title": diagnostic.fix.title,
            "edits": [{**_range(edit.span), "replacement": edit.replacement} for edit in diagnostic.fix.edits],
        }
        if diagnostic.fix
        else None,
    }


def _range(span: Span) -> dict[str, object]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def to_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands, one line each, that GitHub shows at the lines of a pull request."""
    notes = [f"::notice::{_data(text)}\n" for text in left_out(diagnostics)]
    return "".join((*(_annotation(each) for each in diagnostics[:MOST_SHOWN]), *notes))


def _annotation(diagnostic: Diagnostic) -> str:
    line, column = diagnostic.span.source.position(diagnostic.span.start)
    end_line, end_column = diagnostic.span.source.position(diagnostic.span.end)
    properties = {
        "file": diagnostic.span.source.name,
        "line": line,
        "endLine": end_line,
        **({"col": column, "endColumn": end_column} if line == end_line else {}),
        "title": f"{diagnostic.code} {diagnostic.rule.name}",
    }
    told = "; ".join(text for text in (diagnostic.message, diagnostic.primary.text, diagnostic.help) if text)
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{diagnostic.severity} {given}::{_data(told)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def to_sarif(diagnostics: Sequence[Diagnostic], version: str) -> str:
    """A SARIF log with one run (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).

    Where they are too many, a notification of the run says how many are left out.
    """
    shown = diagnostics[:MOST_SHOWN]
    codes = sorted({each.code for each in shown})
    notes = [{"level": "note", "message": {"text": text}} for text in left_out(diagnostics)]
    told = {"invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}]} if notes else {}
    return (
        json.dumps(
            {
                "$schema": SARIF_SCHEMA,
                "version": "2.1.0",
                "runs": [
                    {
                        "tool": {
                            "driver": {
                                "name": "dotcnn",
                                "version": version,
                                "rules": [_rule(code) for code in codes],
                            }
                        },
                        "columnKind": "unicodeCodePoints",
                        "results": [_result(each, codes) for each in shown],
                        **told,
                    }
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def _rule(code: str) -> dict[str, object]:
    rule = RULES[code]
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        # GitHub shows it beside the finding.
        "help": {"text": explain_rule(rule)},
        "defaultConfiguration": {"level": str(rule.severity)},
    }


def _result(diagnostic: Diagnostic, codes: list[str]) -> dict[str, object]:
    told = ". ".join(text for text in (diagnostic.message, diagnostic.help) if text)
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": "error" if diagnostic.severity is Severity.ERROR else "warning",
        "message": {"text": told},
        "locations": [{"physicalLocation": _physical(diagnostic.span)}],
        **({"relatedLocations": [_related(each) for each in diagnostic.related]} if diagnostic.related else {}),
        **({"fixes": [_fix(diagnostic.fix.title, diagnostic.fix.edits)]} if diagnostic.fix else {}),
    }


def _related(label: Label) -> dict[str, object]:
    return {"physicalLocation": _physical(label.span), "message": {"text": label.text or "related"}}


def _physical(span: Span) -> dict[str, object]:
    return {"artifactLocation": {"uri": _uri(span.source.name)}, "region": _region(span)}


def _fix(title: str, edits: Sequence[Edit]) -> dict[str, object]:
    return {
        "description": {"text": title},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(edits[0].span.source.name)},
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}
                    for edit in edits
                ],
            }
        ],
    }


def _region(span: Span) -> dict[str, object]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _uri(name: str) -> str:
    """A path as a URI, relative where it was given so: for whoever looks for it in a repository.

    Only what is percent-encoded may stand in one; a name may hold bytes that are no text.
    """
    from pathlib import PurePath
    from urllib.parse import quote

    path = PurePath(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix().encode("utf-8", "surrogateescape"))
