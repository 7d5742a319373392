"""Names of classes that look the same to a person, and names that are none."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

_NO_NAMES = frozenset({"nan", "NaN", "NAN", "null", "NULL", "None", "NA", "N/A", "n/a", "#N/A", "<NA>", "?", "-", "--"})
"""What programs write into cells without a value, as they write it: "none" may well be a class."""
_SEPARATORS = re.compile(r"(?<=\w)[\s_-]+(?=\w)")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")

_NO_FRACTION = re.compile(r"(?<=^\d)\.0+$|(?<=\d\d)\.0+$")
"""What a table of numbers with empty cells makes of whole numbers."""
PARTED = re.compile(r"\s*[|,;]\s*")


def alike(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of two names or more that differ only in case, separators, invisible characters, composition or zeros."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[_looks(name)].append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def joined(names: Sequence[str]) -> list[str]:
    """Names that join others by commas or bars, as for pictures of several classes at once."""
    known = {*names}
    parts = {name: PARTED.split(name.strip()) for name in names if PARTED.search(name.strip())}
    return [name for name, each in parts.items() if len(each) > 1 and known.issuperset(each)]


def is_no_name(name: str) -> bool:
    """Whether a name is what programs write into an empty cell."""
    return name.strip() in _NO_NAMES


def shown_exactly(name: str) -> str:
    """A name in quotes, with the code of each character that cannot be seen or that joins another."""
    if name.isascii() and name.isprintable():
        return f"'{name}'"
    import unicodedata

    def shown(character: str) -> str:
        seen = character == " " or (
            character.isprintable() and not character.isspace() and not unicodedata.combining(character)
        )
        return character if seen else f"\\u{ord(character):04x}"

    return f"'{''.join(map(shown, name))}'"


def _looks(name: str) -> str:
    if not (name.isascii() and name.isprintable()):
        import unicodedata

        name = unicodedata.normalize("NFKC", name)
        name = "".join(each for each in name if unicodedata.category(each) not in ("Cf", "Cc", "Mn") or each.isspace())
    parted = _SEPARATORS.sub(" ", name.strip().casefold())
    return _LEADING_ZEROS.sub("", _NO_FRACTION.sub("", parted))
