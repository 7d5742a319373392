"""Every rule against its own examples: what the documentation shows is what the checks do."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

import spec_lang.rules
from spec_lang import Checked, Files, Selection, check_text
from spec_lang.diagnostics import Diagnostic, Rule, Severity
from spec_lang.fixes import apply_edits, fix_all
from spec_lang.rules import RULES
from spec_lang.world import LeftOut, Nested, Pictures

OF_TEXT = [rule for rule in RULES.values() if not rule.of_data]
EACH = pytest.mark.parametrize("rule", OF_TEXT, ids=lambda rule: rule.code)
FIXABLE = pytest.mark.parametrize("rule", [each for each in RULES.values() if each.fixable], ids=lambda rule: rule.code)

PICTURES = {
    "pets": Pictures(("cat", "dog")),
    "cats": Pictures(("cat",)),
    "parted": Pictures(("cat", "dog"), frozenset({"validation", "test"})),
    "empty": Pictures(("cat", "dog", "eel"), empty={"train": ("eel",)}),
    "mixed": Pictures(("cat", "dog"), left_out=(LeftOut(".eel", "a hidden folder"),)),
    "twice": Pictures(("Cat", "cat", "dog")),
    "unequal": Pictures(("cat", "dog"), frozenset({"test"}), empty={"test": ("dog",)}),
    "nested": Pictures(("color", "gray"), nested=(Nested(("color", "gray"), ("apple", "elm"), "color"),)),
    "doubtful": Pictures(("cat", "test"), like_splits=("test",)),
    "nameless.csv": Pictures(("cat", "dog", "nan"), places={"nan": "line 7"}),
    "repeated.csv": Pictures(("cat", "dog"), doubled=("a.png (lines 2 and 7)",)),
    "joined.csv": Pictures(("cat", "cat|dog", "dog")),
    "once.csv": Pictures(("cat", "dog")),
}
"""The folders that examples name."""


def checked(rule: Rule, text: str) -> Checked:
    selection = Selection(select=("W", rule.code)) if rule.severity is Severity.WARNING else Selection()
    world = Files(rule.files, memory=16 * 10**9, sources=PICTURES)
    return check_text(text, "spec.cnn", world=world, selection=selection)


def codes(found: tuple[Diagnostic, ...]) -> set[str]:
    return {diagnostic.code for diagnostic in found}


@EACH
def test_the_bad_example_yields_the_rule_and_no_other(rule: Rule) -> None:
    assert codes(checked(rule, rule.bad).diagnostics) - opt_in_but(rule) == {rule.code}


@EACH
def test_the_good_example_yields_nothing(rule: Rule) -> None:
    result = checked(rule, rule.good)
    assert codes(result.diagnostics) - opt_in_but(rule) == set()
    assert result.program is not None


@EACH
def test_the_rule_has_a_fix_exactly_where_it_says_so(rule: Rule) -> None:
    found = [each for each in checked(rule, rule.bad).diagnostics if each.rule is rule]
    assert {each.fix is not None for each in found} == {rule.fixable}


@FIXABLE
def test_the_fix_removes_the_finding_and_adds_no_other(rule: Rule) -> None:
    [found] = [each for each in checked(rule, rule.bad).diagnostics if each.rule is rule]
    assert found.fix is not None
    mended = checked(rule, apply_edits(rule.bad, found.fix.edits))
    assert codes(mended.diagnostics) - opt_in_but(rule) == set()


@FIXABLE
def test_fixing_leads_to_a_sound_spec(rule: Rule) -> None:
    assert fix_all(rule.bad, lambda text: checked(rule, text)).checked.program is not None


@EACH
def test_an_error_leaves_no_program_and_a_warning_does(rule: Rule) -> None:
    assert (checked(rule, rule.bad).program is None) == (rule.severity is Severity.ERROR)


@EACH
def test_the_code_tells_the_severity(rule: Rule) -> None:
    assert re.fullmatch(r"[EW][1-9]\d\d", rule.code)
    assert (rule.severity is Severity.ERROR) == rule.code.startswith("E")


@EACH
def test_messages_are_filled_in(rule: Rule) -> None:
    for diagnostic in checked(rule, rule.bad).diagnostics:
        for text in (diagnostic.message, diagnostic.help, *(label.text for label in diagnostic.related)):
            assert not re.search(r"\bNone\b|<.* object|\{\w*\}", text)
        assert diagnostic.message


@EACH
def test_wording_keeps_to_the_house_style(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert not rule.message.endswith(".")
    assert len(rule.title) < 80


def test_names_and_codes_are_unique() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert all(code == rule.code for code, rule in RULES.items())


def test_every_rule_that_is_declared_is_in_the_table() -> None:
    families = [import_module(f"spec_lang.rules.{module.name}") for module in iter_modules(spec_lang.rules.__path__)]
    declared = [each for family in families for each in vars(family).values() if isinstance(each, Rule)]
    assert sorted(rule.code for rule in declared) == sorted(RULES)


def opt_in_but(rule: Rule) -> set[str]:
    """The warnings that are not shown unless asked for, other than this rule."""
    return {each.code for each in RULES.values() if each.opt_in and each is not rule}
