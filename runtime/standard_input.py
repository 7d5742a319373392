"""Standard input, which a verb is given as `-` in the place of a file, and which a program may lack."""

import sys
from typing import BinaryIO, Final

from runtime.errors import UserError

STANDARD_STREAM: Final = "-"
"""In the place of a file that is read, standard input; of one that is written, standard output."""


def standard_input() -> BinaryIO:
    """The bytes that come in. Raises UserError where the program was started without any."""
    if sys.stdin is None:
        raise UserError("there is no standard input to read from", help="name a file in the place of -")
    return sys.stdin.buffer
