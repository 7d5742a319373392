"""Errors that a person is meant to read."""


class UserError(Exception):
    """Something that the user can put right: shown as one message, never as a traceback.

    `message` says what is wrong and where; `help`, where there is any, says what to do. Both without a full stop.
    """

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def first_line(error: BaseException) -> str:
    """What an exception from a library says, in one line."""
    return str(error).partition("\n")[0] or type(error).__name__
