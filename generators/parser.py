"""Writes the stand-alone parser into this checkout, as a build does into the wheel; with --check, tells if it is stale.

Git ignores the module: where there is none, Lark reads the grammar itself, which is right too.
"""

import sys

from spec_lang.parser_generator import MODULE, is_current, write


def main() -> int:
    """Write the module, or with --check tell whether it is stale; the exit code is 1 where it is."""
    if "--check" not in sys.argv[1:]:
        write()
    elif MODULE.exists() and not is_current():
        print(f"{MODULE.name} is not current: run `make generated`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
