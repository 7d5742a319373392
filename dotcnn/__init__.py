"""dotcnn from Python: the functions of the command, under one name to import.

    import dotcnn

    checked = dotcnn.check_text("data digits; flatten; dense classes softmax")
    print(dotcnn.render(checked.diagnostics))
    model = dotcnn.build_model(checked.program)

Nothing is loaded before it is used: TensorFlow by the first model that is built, not by the import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from compiler import build_model, training_plan
    from runtime.directory.rundir import open_run
    from runtime.errors import UserError
    from runtime.evaluation.inference import predict_probabilities
    from runtime.evaluation.predict import load_model
    from runtime.runs.resume import resume
    from runtime.runs.run import run_file
    from spec_lang import Checked, Diagnostic, Program, check_bytes, check_text
    from spec_lang.explain import explain
    from spec_lang.format import format_text
    from spec_lang.rendering import render
    from spec_lang.unparse import unparse

_FROM: Final = {
    "build_model": "compiler",
    "training_plan": "compiler",
    "open_run": "runtime.directory.rundir",
    "UserError": "runtime.errors",
    "predict_probabilities": "runtime.evaluation.inference",
    "load_model": "runtime.evaluation.predict",
    "resume": "runtime.runs.resume",
    "run_file": "runtime.runs.run",
    "Checked": "spec_lang",
    "Diagnostic": "spec_lang",
    "Program": "spec_lang",
    "check_bytes": "spec_lang",
    "check_text": "spec_lang",
    "explain": "spec_lang.explain",
    "format_text": "spec_lang.format",
    "render": "spec_lang.rendering",
    "unparse": "spec_lang.unparse",
}
"""The module that each name comes from."""

__all__ = [
    "Checked",
    "Diagnostic",
    "Program",
    "UserError",
    "build_model",
    "check_bytes",
    "check_text",
    "explain",
    "format_text",
    "load_model",
    "open_run",
    "predict_probabilities",
    "render",
    "resume",
    "run_file",
    "training_plan",
    "unparse",
]


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module 'dotcnn' has no attribute {name!r}")
    try:
        value = getattr(import_module(_FROM[name]), name)
    except (ImportError, AttributeError) as error:
        from dotcnn.hiding import hidden_package

        if said := hidden_package():
            raise ImportError(said) from error
        raise
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
