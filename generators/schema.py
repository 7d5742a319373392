"""Writes `spec_lang/program.schema.json` from the tables of the language; with --check, tells whether it is current."""

import json
import sys
from pathlib import Path

from spec_lang.schema import program_schema

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "spec_lang" / "program.schema.json"


def main() -> int:
    """Write the schema, or with --check tell whether it is current; the exit code is 1 where it is not."""
    text = json.dumps(program_schema(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv[1:]:
        SCHEMA.write_text(text, encoding="utf-8")
        return 0
    if SCHEMA.exists() and SCHEMA.read_text(encoding="utf-8") == text:
        return 0
    print(f"{SCHEMA.relative_to(ROOT)} is not current: run `make generated`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
