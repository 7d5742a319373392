"""Large amounts in few digits."""

from typing import Final

_PREFIXES: Final = ("", "k", "M", "G", "T", "P", "E", "Z")
"""Powers of a thousand, as SI has them: a kB is 1,000 bytes."""


def short(amount: float, unit: str = "") -> str:
    """An amount to three digits: 15470264320 is `15.5 G`, and 2367144 with the unit B is `2.37 MB`."""
    power = 0
    while amount >= 999.5 and power < len(_PREFIXES) - 1:
        amount, power = amount / 1000, power + 1
    return f"{amount:.3g} {_PREFIXES[power]}{unit}".rstrip()
