"""What a project says about checks: `[tool.dotcnn]` in the nearest pyproject.toml above a spec."""

from functools import cache
from pathlib import Path

from runtime.errors import UserError
from runtime.files import reason
from spec_lang.lint.selection import Selection, SelectionError
from spec_lang.suggestions import nearest

_KEYS = ("select", "ignore")
_LIMIT = 1_000_000
"""Bytes. What is larger is not a project's settings; it is not read."""


def selection_for(path: Path, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Selection:
    """Which warnings are shown for a spec: as the command line says, else as its project says.

    Raises UserError for a code that no rule has, and for a pyproject.toml that cannot be read or has unknown settings.
    """
    project = _project(str(path.absolute().parent))
    selected = select or tuple(code for code in project.select if code not in ignore)
    try:
        return Selection(selected, (*project.ignore, *ignore))
    except SelectionError as error:
        raise UserError(str(error), help="`cnn explain CODE` tells about a rule") from error


@cache
def _project(folder: str) -> Selection:
    """The selection of the nearest pyproject.toml in a folder or above it."""
    file = nearest_project(Path(folder))
    return read_project(file) if file else Selection()


def nearest_project(folder: Path) -> Path | None:
    """The pyproject.toml in a folder, or else the nearest one above it."""
    return next((file for each in (folder, *folder.parents) if (file := each / "pyproject.toml").is_file()), None)


def read_project(file: Path) -> Selection:
    """The warnings that a pyproject.toml selects; raises UserError where it cannot be read or is wrong."""
    try:
        with file.open("rb") as content:
            text = content.read(_LIMIT + 1).decode()
        if len(text) > _LIMIT or "tool.dotcnn" not in text:
            return Selection()
        import tomllib

        tools = tomllib.loads(text.replace("\r\n", "\n")).get("tool", {})
        settings = tools.get("dotcnn", {}) if isinstance(tools, dict) else {}
    except OSError as error:
        raise UserError(f"cannot read {file}: {reason(error)}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, or not TOML, or nested without end
        raise UserError(f"{file} is not valid TOML: {error}") from error
    if not isinstance(settings, dict):
        raise UserError(f"{file}: tool.dotcnn is not a table", help="write [tool.dotcnn]")
    for key, value in settings.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            known = f"its settings are {' and '.join(_KEYS)}"
            raise UserError(
                f"{file}: [tool.dotcnn] has no setting '{key}'", help=f"did you mean '{near}'?" if near else known
            )
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise UserError(f"{file}: {key} in [tool.dotcnn] must be a list of codes", help=f'write {key} = ["W505"]')
    try:
        return Selection(tuple(settings.get("select", ())), tuple(settings.get("ignore", ())))
    except SelectionError as error:
        raise UserError(f"{file}: {error}") from error
