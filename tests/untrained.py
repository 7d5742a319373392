"""Finished runs without any training: a network whose every weight is drawn, statistics of batches included."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from compiler import build_model, training_plan
from compiler.normalization import ChannelStatistics, normalization
from runtime.data.naming import data_name
from runtime.data.run_data import load_run_data
from runtime.directory.manifest import DataUsed, Manifest
from runtime.directory.rundir import RunWriter, create_run_directory, utc_now
from runtime.directory.weights import weights_npz
from runtime.machine import machine, versions
from runtime.specs.spec_file import SpecFolder
from spec_lang import check_text
from spec_lang.program_json import to_json


def untrained_run(folder: Path, spec: str) -> Path:
    """A run directory below a folder that says it is finished; the paths of its data begin at the folder.

    Its weights are what no training would leave them: no variance of a batch normalization is 1, no slope 0, so that a
    converter that forgets one shows.
    """
    checked = check_text(spec, "made.cnn", world=SpecFolder(folder))
    made = checked.program
    assert made is not None, checked.diagnostics
    assert made.data is not None
    model = build_model(made)
    random = np.random.default_rng(5)
    for weight in model.weights:
        # Kernels keep their scale, since they were drawn by it; vectors begin at 0 or 1.
        if len(weight.shape) < 2:
            weight.assign(weight.numpy() + random.uniform(0.1, 0.6, weight.shape))
    plan = training_plan(made)
    fingerprint = load_run_data(made.data, plan, folder).fingerprint
    channels = made.input_shape[-1]
    statistics = ChannelStatistics((0.4, 0.5, 0.45)[:channels], (0.2, 0.25, 0.3)[:channels])
    line = normalization(plan.normalize, statistics)
    manifest = Manifest(
        spec="made",
        command="cnn run made.cnn",
        seed=plan.seed,
        data=DataUsed(data_name(made.data), fingerprint, "made", 1, 1, 1),
        versions=versions(),
        machine=machine(),
        started=utc_now(),
        folder=str(folder),
        normalization=asdict(line),
    )
    run = RunWriter(create_run_directory(folder / "runs", "made"), manifest)
    run.write("program.json", json.dumps(to_json(made)))
    run.write("weights.npz", weights_npz(model))
    run.end("finished")
    return run.path
