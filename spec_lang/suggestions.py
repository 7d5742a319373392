"""Did you mean …: what a name that is not known here was meant as.

A suggestion keeps the meaning. It comes from the catalogues of `synonyms`, or it is a slip of the hand:

- The two names differ by one letter too many, too few or wrong, or by two neighbors that changed places; words of eight
  letters or more by two such slips. Words of three letters are only taken for each other where letters changed places.
- Both begin with the same letter, unless the slip itself is at the beginning: `ocnv`, `onv`.
- Digits are no letters: `top5` was hardly meant as `top3`.
- A name that is a word of another meaning, here or elsewhere, is no slip: `avgpool` is none of `maxpool`.
- All names of the same role compete, those of other programs too: `maxpol` is near to `maxpool`, so it is `pool`. Where
  two that mean different things are equally near, nothing is suggested.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from spec_lang.synonyms import Meaning, Role, meanings, meanings_of, plain

LONGEST_NAME = 64
"""Characters; a longer name is no slip of anything."""
_TWO_SLIPS = 8
"""From so many letters on, two slips are forgiven."""


class Suggestion(NamedTuple):
    """What was meant by a name."""

    word: str = ""
    """What to write in its place; empty where there is no such word."""
    advice: str = ""
    """What to do where there is none."""
    meaning: Meaning | None = None
    """What the name stands for elsewhere, where it is known for that."""
    letters: str = ""
    """Which of its letters are of another script, where it only looks like the word."""


NOTHING = Suggestion()


def suggest(name: str, known: Iterable[str], *roles: Role) -> Suggestion:
    """What was meant by a name, in a place that knows these words and is for names of these roles."""
    return _suggest(name, tuple(known), roles)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name that another one is a slip of, among names that people choose; None where none is near."""
    return _nearest(name, tuple(known))


@lru_cache
def _suggest(name: str, known: tuple[str, ...], roles: tuple[Role, ...]) -> Suggestion:
    if len(name) > LONGEST_NAME:
        return NOTHING
    by_plain = {plain(each): each for each in reversed(known)}
    if not name.isascii():
        from spec_lang.scripts import in_latin, strange_letters

        latin = in_latin(name)
        if latin == name:
            return NOTHING
        meant = latin if latin in known else _suggest(latin, known, roles).word
        return Suggestion(meant, letters=strange_letters(name)) if meant else NOTHING
    if word := by_plain.get(plain(name)):
        return Suggestion(word)
    found = sorted(meanings_of(name), key=lambda each: each.role not in roles)
    for meaning in found:
        if word := _word_of(meaning, known, roles):
            return Suggestion(word, meaning=meaning)
        if meaning.role in roles and not meaning.words:
            return Suggestion(advice=meaning._replace(name=name).advice, meaning=meaning)
    if found:
        return Suggestion(meaning=found[0])
    return _by_letters(name, by_plain, known, roles)


def _word_of(meaning: Meaning, known: Sequence[str], roles: tuple[Role, ...]) -> str | None:
    """The word of a meaning that fits into its place."""
    return next((word for word in meaning.words if word in known), None) if meaning.role in roles else None


def _by_letters(name: str, by_plain: dict[str, str], known: tuple[str, ...], roles: tuple[Role, ...]) -> Suggestion:
    candidates: dict[str, Suggestion] = {key: Suggestion(word) for key, word in by_plain.items()}
    for key, found in meanings().items():
        for meaning in found:
            if meaning.role in roles:
                word, advice = _word_of(meaning, known, roles), "" if meaning.words else meaning.advice
                candidates.setdefault(key, Suggestion(word) if word else Suggestion(advice=advice))
    near = _near(plain(name), candidates)
    if not near:
        return NOTHING
    meant = {candidates[key] for key in near}
    only = meant.pop()
    return NOTHING if meant else only


@lru_cache
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    if len(name) > LONGEST_NAME:
        return None
    by_plain = {plain(each) if "." not in each else each: each for each in reversed(known)}
    key = plain(name) if "." not in name else name
    if key in by_plain:
        return by_plain[key]
    near = _near(key, by_plain)
    return by_plain[near[0]] if len(near) == 1 else None


def _near(name: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that a name is a slip of, those with the fewest slips; all in plain form."""
    found: dict[tuple[int, bool], list[str]] = {}
    digits = _digits(name)
    for each in candidates:
        longer = max(len(name), len(each))
        most = 2 if min(len(name), len(each)) >= _TWO_SLIPS - 1 and longer >= _TWO_SLIPS else 1
        if abs(len(name) - len(each)) > most or digits != _digits(each):
            continue
        slips = _slips(name, each)
        if slips <= most and _is_slip(name, each, slips):
            # Where two letters changed places, none is wrong: nothing is nearer.
            found.setdefault((slips, sorted(name) != sorted(each)), []).append(each)
    return found[min(found)] if found else []


def _is_slip(name: str, meant: str, slips: int) -> bool:
    """Whether names that differ by so little differ as a slip of the hand has it."""
    if not name or not meant or slips == 0:
        return slips == 0
    if sorted(name) == sorted(meant) and slips == 1:
        return len(name) >= 3
    if max(len(name), len(meant)) < 4:
        return False
    return name[0] == meant[0] or (slips == 1 and (name[1:] == meant or name == meant[1:]))


def _digits(name: str) -> list[str]:
    return re.findall(r"\d", name)


def _slips(name: str, meant: str) -> int:
    """How many letters are too many, too few, wrong, or exchanged with their neighbor (Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(name, 1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(meant, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and name[i - 2] == other:
                least = min(least, two_before[j - 2] + 1)
            row.append(least)
    return row[-1]
