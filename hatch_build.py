"""Writes the stand-alone parser into the wheel while it is being built."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParserHook(BuildHookInterface[Any]):
    """Lets Lark write `spec_lang/generated_parser.py`, which git ignores and the wheel holds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write the module where it is not current; called by hatchling before it gathers the files."""
        generator = runpy.run_path(str(Path(self.root, "spec_lang", "parser_generator.py")))
        generator["write"]()
        build_data["artifacts"].append("/spec_lang/generated_parser.py")
