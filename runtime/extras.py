"""What is not in the light install, and how it gets there."""


def not_installed(what: str, package: str, extra: str) -> str:
    """The message for something that needs a package of an extra, with the command that installs it."""
    return f'{what} needs {package}, which is not installed: pip install ".[{extra}]" in the clone of dotcnn'
