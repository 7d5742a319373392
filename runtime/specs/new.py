"""The verb `cnn new`: a first spec of one's own, copied from the gallery."""

import sys
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

from runtime.errors import UserError
from runtime.output import put_out, write_new
from runtime.standard_input import STANDARD_STREAM
from runtime.targets import refuse_to_write
from runtime.terminal import UNBOUNDED, broken, columns_of, in_two_columns, printable
from spec_lang.suggestions import nearest

_ENDING = ".cnn"


def new(name: str | None, out: str | None) -> int:
    """Write the spec of the gallery with this name, as `out` or under its own name; without a name, list them all.

    As `-` it goes to standard output.

    Raises UserError for a name that the gallery does not have, and where the file is there already.
    """
    gallery = _gallery()
    if name is None:
        if out is not None:
            raise UserError(f"which spec is to become {out}?", help="cnn new NAME -o OUT; cnn new lists the names")
        print(_listing(gallery))
        return 0
    key = name.removesuffix(_ENDING)
    if key not in gallery:
        near = nearest(key, gallery)
        known = f"the gallery has {', '.join(gallery)}"
        raise UserError(f"there is no '{name}' in the gallery", help=f"did you mean '{near}'?" if near else known)
    if out == STANDARD_STREAM:
        put_out(gallery[key].decode())
        return 0
    path = Path(out) if out is not None else Path(key + _ENDING)
    refuse_to_write(path)
    if path.exists():
        raise UserError(f"{path} exists already", help="nothing is overwritten: name another file with -o")
    write_new(path, gallery[key], force=False)
    print(f"wrote {printable(str(path))}; cnn plan {printable(str(path))} shows what it is")
    return 0


def _gallery() -> dict[str, bytes]:
    """The specs that ship with dotcnn, by their names."""
    try:
        found = {each.name: each for each in files("specs").iterdir() if each.name.endswith(_ENDING)}
    except TypeError:  # a module that is no package
        found = {}
    if not found:
        raise ImportError("the package `specs` is none of dotcnn's: it has no gallery")
    return {name.removesuffix(_ENDING): found[name].read_bytes() for name in sorted(found)}


def _listing(gallery: dict[str, bytes]) -> str:
    width = columns_of(sys.stdout) or UNBOUNDED
    lines = in_two_columns({name: _summary(text.decode()) for name, text in gallery.items()}, width)
    hint = "cnn new NAME writes one of them as NAME.cnn, cnn new NAME -o OUT as another file"
    return "\n".join([*lines, "", *broken(hint, width)])


def _summary(text: str) -> str:
    """The first sentence of the comment that a spec begins with."""
    comment = takewhile(lambda line: line.startswith("#"), text.split("\n"))
    return " ".join(line.removeprefix("#").strip() for line in comment).partition(". ")[0].rstrip(".")
