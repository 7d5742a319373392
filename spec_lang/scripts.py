"""Letters and digits of other scripts that look like Latin ones, or stand for the same number."""

from typing import Final
from unicodedata import combining, decimal, name, normalize

_LOOK_ALIKE: Final = {
    "\u0430": "a", "\u0435": "e", "\u043e": "o", "\u0440": "p", "\u0441": "c", "\u0443": "y", "\u0445": "x",
    "\u0456": "i", "\u0458": "j", "\u0455": "s", "\u0501": "d", "\u051b": "q", "\u051d": "w", "\u04bb": "h",
    "\u04cf": "l", "\u0433": "r", "\u043a": "k", "\u043c": "m", "\u0442": "t", "\u0432": "b", "\u043d": "h",
    "\u0410": "A", "\u0412": "B", "\u0415": "E", "\u041a": "K", "\u041c": "M", "\u041d": "H", "\u041e": "O",
    "\u0420": "P", "\u0421": "C", "\u0422": "T", "\u0423": "Y", "\u0425": "X", "\u0406": "I", "\u0408": "J",
    "\u0405": "S", "\u03b1": "a", "\u03b5": "e", "\u03b9": "i", "\u03ba": "k", "\u03bd": "v", "\u03bf": "o",
    "\u03c1": "p", "\u03c4": "t", "\u03c5": "u", "\u03c7": "x", "\u03b3": "y", "\u0391": "A", "\u0392": "B",
    "\u0395": "E", "\u0396": "Z", "\u0397": "H", "\u0399": "I", "\u039a": "K", "\u039c": "M", "\u039d": "N",
    "\u039f": "O", "\u03a1": "P", "\u03a4": "T", "\u03a5": "Y", "\u03a7": "X", "\u0131": "i", "\u0261": "g",
    "\u0251": "a", "\u0578": "n", "\u057d": "u", "\u0585": "o", "\u0570": "h", "\u0581": "g",
}  # fmt: skip
"""Cyrillic, Greek, Armenian and phonetic letters, by what they look like in most fonts."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def in_latin(text: str) -> str:
    """The text with look-alikes, full-width letters and digits of other scripts as ASCII; the rest as it was."""
    return text if text.isascii() else "".join(map(_latin, text))


def in_ascii_digits(text: str) -> str:
    """The text with digits of other scripts as ASCII."""
    return text if text.isascii() else "".join(map(_digit, text))


def strange_letters(text: str) -> str:
    """Which letters of a word are of another script, in words; the first of them where there are several."""
    strange = [(place, each) for place, each in enumerate(text) if _latin(each) != each]
    if not strange:
        return ""
    place, letter = strange[0]
    ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"
    kind = "digit" if letter.isdecimal() else "letter"
    known = f"U+{ord(letter):04X} {name(letter, '').lower()}".rstrip()
    latin = f"the digit {_latin(letter)}" if letter.isdecimal() else f"the Latin {_latin(letter)}"
    if name(letter, "").startswith("LATIN"):
        latin = f"a plain {_latin(letter)}"
    more = f", and {len(strange) - 1} more" if len(strange) > 1 else ""
    return f"the {ordinal} {kind} is {known}, not {latin}{more}"


def _latin(letter: str) -> str:
    if letter.isascii():
        return letter
    plain = _LOOK_ALIKE.get(letter) or "".join(
        each for each in normalize("NFKD", _digit(letter)) if not combining(each)
    )
    return plain if len(plain) == 1 and plain.isascii() else letter


def _digit(letter: str) -> str:
    return letter if letter.isascii() or not letter.isdecimal() else str(decimal(letter))
