"""What is said about each spec in the Markdown files of this folder.

`make specifications` writes the outputs anew. Read the difference before you keep it: is each message true, does it
point at the right place, does it say what to do?
"""

from collections import Counter

import pytest
from specifications.pages import Case, cases, pages

from spec_lang import check_text, decode
from spec_lang.fixes import apply_edits

CASES = [case for page in pages() for case in cases(page)]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}-{case.file}")


@each_case
def test_says_what_is_written(case: Case) -> None:
    assert {output.kind: output.text for output in case.outputs} == {
        output.kind: case.says(output.kind) for output in case.outputs
    }


@each_case
def test_says_something(case: Case) -> None:
    assert case.outputs


def test_the_cases_of_a_page_have_names_of_their_own() -> None:
    times = Counter((case.page, case.file) for case in CASES)
    assert [name for name, number in times.items() if number > 1] == []


@each_case
def test_each_fix_removes_what_it_fixes(case: Case) -> None:
    text = decode(case.spec)
    before = check_text(text, case.file, world=case.world)
    messages = Counter(each.message for each in before.diagnostics)
    for diagnostic in before.diagnostics:
        if diagnostic.fix and diagnostic.span.source is before.source:
            after = check_text(apply_edits(text, diagnostic.fix.edits), case.file, world=case.world)
            left = Counter(each.message for each in after.diagnostics)
            assert left[diagnostic.message] < messages[diagnostic.message]
