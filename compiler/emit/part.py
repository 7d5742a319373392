"""What one step adds to the places of a script."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What one step adds to the places of a script. All texts but imports end with a line end."""

    imports: tuple[str, ...] = ()
    """Lines; those that import names from one module are put together later."""
    constants: str = ""
    definitions: tuple[str, ...] = ()
    statements: str = ""
