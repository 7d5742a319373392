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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from string import ascii_lowercase
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


@lru_cache(4096)
def _suggest(name: str, known: tuple[str, ...], roles: tuple[Role, ...]) -> Suggestion:
    if len(name) > LONGEST_NAME:
        return NOTHING
    by_plain = _by_plain_name(known)
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
    return _by_letters(name, known, roles)


def _word_of(meaning: Meaning, known: Sequence[str], roles: tuple[Role, ...]) -> str | None:
    """The word of a meaning that fits into its place."""
    return next((word for word in meaning.words if word in known), None) if meaning.role in roles else None


def _by_letters(name: str, known: tuple[str, ...], roles: tuple[Role, ...]) -> Suggestion:
    candidates, index = _candidates(known, roles)
    meant = {candidates[key] for key in _near(plain(name), index)}
    return meant.pop() if len(meant) == 1 else NOTHING


@lru_cache(64)
def _by_plain_name(known: tuple[str, ...]) -> Mapping[str, str]:
    return {plain(each): each for each in reversed(known)}


@lru_cache(64)
def _candidates(known: tuple[str, ...], roles: tuple[Role, ...]) -> tuple[Mapping[str, Suggestion], "_Index"]:
    """What each name of these roles means in a place that knows these words, by plain names."""
    candidates = {key: Suggestion(word) for key, word in _by_plain_name(known).items()}
    for key, found in meanings().items():
        for meaning in found:
            if meaning.role in roles:
                word, advice = _word_of(meaning, known, roles), "" if meaning.words else meaning.advice
                candidates.setdefault(key, Suggestion(word) if word else Suggestion(advice=advice))
    return candidates, _index(candidates)


@lru_cache(4096)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    if len(name) > LONGEST_NAME:
        return None
    by_plain, index = _plain_names(known)
    key = name if "." in name else plain(name)
    if key in by_plain:
        return by_plain[key]
    near = _near(key, index)
    return by_plain[near[0]] if len(near) == 1 else None


@lru_cache(64)
def _plain_names(known: tuple[str, ...]) -> tuple[Mapping[str, str], "_Index"]:
    by_plain = {each if "." in each else plain(each): each for each in reversed(known)}
    return by_plain, _index(by_plain)


class _Index(NamedTuple):
    """Names in plain form, so that those that may be near are found without a look at all."""

    names: frozenset[str]
    groups: Mapping[tuple[str, int], Sequence[str]]
    """By the first letter and the length."""


def _index(names: Iterable[str]) -> _Index:
    groups: dict[tuple[str, int], list[str]] = {}
    for name in names:
        groups.setdefault((name[:1], len(name)), []).append(name)
    return _Index(frozenset(names), groups)


def _may_be_near(name: str, index: _Index) -> Iterator[str]:
    """Names that begin as one does, or would if its first letter were another, missing or one too many."""
    for first in dict.fromkeys((name[:1], name[1:2])):
        for length in range(len(name) - 2, len(name) + 3):
            yield from index.groups.get((first, length), ())
    yield from (each for letter in ascii_lowercase if (each := letter + name) in index.names and letter != name[:1])


def _near(name: str, index: _Index) -> list[str]:
    """The names of an index that a name is a slip of, those with the fewest slips; all in plain form."""
    found: dict[tuple[int, bool], list[str]] = {}
    digits, letters, length = _digits(name), set(name), len(name)
    for each in _may_be_near(name, index):
        longer = max(length, len(each))
        most = 2 if min(length, len(each)) >= _TWO_SLIPS - 1 and longer >= _TWO_SLIPS else 1
        if abs(length - len(each)) > most or len(letters.symmetric_difference(each)) > 2 * most:
            continue
        if not _begins_alike(name, each) or digits != _digits(each):
            continue
        slips = _slips(name, each)
        if slips <= most and _is_slip(name, each, slips):
            # Where two letters changed places, none is wrong: nothing is nearer.
            found.setdefault((slips, sorted(name) != sorted(each)), []).append(each)
    return found[min(found)] if found else []


def _begins_alike(name: str, meant: str) -> bool:
    """Whether the beginnings of two names leave it possible that one is a slip of the other."""
    return name[:1] == meant[:1] or name[1:] == meant or name == meant[1:] or name[1::-1] == meant[:2]


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
