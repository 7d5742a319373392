"""What a person calls the images of a run."""

from pathlib import PurePath

from runtime.terminal import printable
from spec_lang.program import Data


def data_name(data: Data) -> str:
    """The name of a published data set; of other data, its folder or file, by the path that the spec has.

    Of a path that begins above the spec or elsewhere on the machine, no more is told than the last name.
    """
    if "path" not in data.arguments:
        return data.source
    path = PurePath(str(data.arguments["path"]))
    outside = path.is_absolute() or str(path).startswith(("~", ".."))
    shown = path.name if outside else path.as_posix()
    return data.source if shown in ("", ".", "..", "~") else printable(shown)
