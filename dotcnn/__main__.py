"""The command `cnn`, also as `python -m dotcnn`: packages are then looked for in the working directory first."""

import sys


def main() -> int:
    """Execute the command line of the process; returns the exit code."""
    try:
        from runtime.cli import main as command

        return command()
    except (ImportError, AttributeError):
        from dotcnn.hiding import hidden_package

        if said := hidden_package():
            print(f"error: {said}", file=sys.stderr)
            return 2
        raise


if __name__ == "__main__":
    sys.exit(main())
