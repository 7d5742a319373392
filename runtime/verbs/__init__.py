"""The verbs of the command: for each its arguments, its help, and the call that does it.

Each call imports its own module when it is executed: `cnn check` answers before TensorFlow would have begun to load.
"""

from typing import Final

from runtime.verbs.library import LIBRARY
from runtime.verbs.models import MODELS
from runtime.verbs.specs import SPECS
from runtime.verbs.training import TRAINING
from runtime.verbs.verb import Verb

__all__ = ["VERBS", "Verb"]

VERBS: Final[dict[str, Verb]] = {**SPECS, **TRAINING, **LIBRARY, **MODELS}
