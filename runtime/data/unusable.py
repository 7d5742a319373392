"""How it is said that a person's own pictures cannot be used."""


class UnusableError(Exception):
    """Pictures that cannot be used; the text says why."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.remedy = remedy
        """What to do about something that is there; empty where nothing is."""
