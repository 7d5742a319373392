"""The settings and figures of a run for MLflow: in the store that MLFLOW_TRACKING_URI names, or in a local one.

The local store is a folder `mlruns` beside the run directory, so that the runs of one project stand together. MLflow
tells its makers about its use unless told not to; here it is told not to.
"""

import json
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from runtime.errors import UserError, first_line
from runtime.files import read_regular, write_whole
from runtime.training.history import EpochRecord

STATE: Final = "mlflow.json"
"""In the run directory: which run of MLflow this is, so that a resumed one goes on with it."""
EXPERIMENT: Final = "dotcnn"
_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
_LIMIT: Final = 10_000
_LONGEST: Final = 6000
"""Characters of a parameter that MLflow takes."""
_T = TypeVar("_T")


class MlflowLog:
    """One run of MLflow."""

    def __init__(self, run: Path, settings: Mapping[str, str]) -> None:
        """Go on with the run of MLflow that the run directory names, or begin one with the settings as parameters.

        Raises UserError where the store cannot be reached.
        """
        self._uri = os.environ.get("MLFLOW_TRACKING_URI") or (run.absolute().parent / "mlruns").as_uri()
        self._client = self._asked(lambda: _client(self._uri))
        known = _known_run(run)
        if known and self._exists(known):
            self._id = known
            self._asked(lambda: self._client.update_run(known, status="RUNNING"))
            return
        self._id = self._asked(lambda: self._begin(run, settings))
        write_whole(run / STATE, json.dumps({"run_id": self._id}) + "\n")

    def settle(self, record: EpochRecord) -> None:
        self._log(record.figures(), record.epoch)

    def finish(self, figures: Mapping[str, float]) -> None:
        """The scores on the test images, and that the run is finished."""
        self._log({f"test_{name}": value for name, value in figures.items()}, 0)
        self._asked(lambda: self._client.set_terminated(self._id, "FINISHED"))

    def fail(self) -> None:
        self._asked(lambda: self._client.set_terminated(self._id, "FAILED"))

    def _begin(self, run: Path, settings: Mapping[str, str]) -> str:
        from mlflow.entities import Param

        experiment = self._client.get_experiment_by_name(EXPERIMENT)
        number = experiment.experiment_id if experiment else self._client.create_experiment(EXPERIMENT)
        name = str(self._client.create_run(number, run_name=run.name).info.run_id)
        parameters = [Param(setting, value[:_LONGEST]) for setting, value in settings.items()]
        self._client.log_batch(name, params=parameters)
        return name

    def _exists(self, name: str) -> bool:
        from mlflow.exceptions import MlflowException

        try:
            self._client.get_run(name)
        except (MlflowException, OSError):
            return False
        return True

    def _log(self, figures: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric

        now = round(time.time() * 1000)
        metrics = [Metric(name, value, now, step) for name, value in figures.items()]
        self._asked(lambda: self._client.log_batch(self._id, metrics=metrics))

    def _asked(self, ask: Callable[[], _T]) -> _T:
        from mlflow.exceptions import MlflowException

        try:
            return ask()
        except (MlflowException, OSError) as error:
            raise UserError(
                f"cannot log to MLflow at {self._uri}: {first_line(error)}",
                help="leave the setting `log mlflow` out, or name another store in MLFLOW_TRACKING_URI",
            ) from error


def _client(uri: str) -> Any:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")  # by default it takes minutes to give up
    if uri.startswith("file:"):
        # MLflow wants to be told that a store of plain files is meant: its others need a data base.
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.tracking import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    return MlflowClient(tracking_uri=uri)


def _known_run(run: Path) -> str | None:
    """The run that the run directory names; None where it names none, or something that is no name of a run."""
    try:
        name = json.loads(read_regular(run / STATE, _LIMIT))["run_id"]
    except (UserError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return name if isinstance(name, str) and _RUN_ID.fullmatch(name) else None
