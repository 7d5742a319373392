"""The lock file: everything pinned and hashed, no address in it, current with pyproject.toml."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[1]
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
ENTRY = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; [^\\]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"
)


def test_holds_only_pinned_packages_with_their_hashes() -> None:
    assert ENTRY.sub("", LOCK) == ""


def test_every_dependency_of_the_project_is_pinned_to_a_version_that_it_admits() -> None:
    pinned = {entry["name"]: entry["version"] for entry in ENTRY.finditer(LOCK)}
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    for requirement in map(Requirement, [*project["dependencies"], *(line for extra in extras for line in extra)]):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement
