"""The settings of an editor that the server heeds: `dotcnn.outside`, folders that specs may read beside their own."""

from collections.abc import Mapping

_SECTION = "dotcnn"


def outside_of(settings: object) -> tuple[str, ...] | None:
    """The folders that `dotcnn.outside` names; None where the settings of an editor say nothing of it.

    Editors send the settings of a server with the name of their section or without.
    """
    if not isinstance(settings, Mapping):
        return None
    section = settings.get(_SECTION, settings)
    folders = section.get("outside") if isinstance(section, Mapping) else None
    if not isinstance(folders, list):
        return None
    return tuple(folder for folder in folders if isinstance(folder, str))
