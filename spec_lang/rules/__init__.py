"""Every rule, by family.

A new rule is one record here and its check; the documentation and the tests of its examples follow from it.
"""

from spec_lang.diagnostics import Rule
from spec_lang.rules import (
    data,
    ignores,
    json_input,
    names,
    no_effect,
    pictures,
    practice,
    shapes,
    structure,
    syntax,
    training,
)

_FAMILIES = (syntax, names, structure, shapes, training, data, practice, no_effect, ignores, pictures, json_input)
RULES: dict[str, Rule] = {rule.code: rule for family in _FAMILIES for rule in family.RULES}
"""All rules by code."""
