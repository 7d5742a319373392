"""The verb `cnn import`: a saved Keras model as a spec, with everything named that a spec cannot express."""

import sys
from typing import Final

from runtime.errors import UserError
from runtime.output import check_out, deliver
from runtime.specs.keras_file import read_keras_config
from runtime.specs.spec_file import show_findings
from runtime.terminal import show_note, show_warning
from spec_lang import check_text
from spec_lang.keras_import import NotImportableError, import_keras

_HELP: Final = (
    "imported are models that are a chain of layers and residuals, from one input to one output, as .keras files or as "
    "JSON configs"
)


def import_file(path: str, out: str | None, *, force: bool) -> int:
    """Write the spec of a model; the exit code is 1 where something of the model is not in it, or it has errors.

    Raises UserError where the file holds no model that a spec can say, or cannot be read or written.
    """
    check_out(out, force=force, inputs=[path])
    try:
        imported = import_keras(read_keras_config(path))
    except NotImportableError as error:
        raise UserError(f"{path} cannot be imported: {error}", help=_HELP) from error
    checked = check_text(imported.text, out or "<imported>")
    deliver(imported.text, out, force=force, inputs=[path])
    for note in imported.notes:
        show_note(note)
    for loss in imported.losses:
        show_warning(f"not in the spec: {loss}")
    show_findings(checked, sys.stderr)
    return 1 if imported.losses or checked.program is None else 0
