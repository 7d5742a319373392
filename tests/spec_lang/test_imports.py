import json
import subprocess
import sys

import pytest

HEAVY = {"PIL", "jsonschema", "keras", "matplotlib", "numpy", "pandas", "pygls", "rich", "sklearn", "tensorflow"}

CHECK = """
import json, sys
before = set(sys.modules)
from spec_lang import check_bytes
from spec_lang.rendering import render
sound = check_bytes(b"conv 32 3x3 relu; pool 2x2; flatten; dense 10 softmax")
broken = check_bytes(b"cnov 3; train { epoch 3 }")
assert sound.program and not broken.program
render(broken.diagnostics)
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """The modules that a process has after it checked two specs, beyond those that Python itself starts with."""
    done = subprocess.run([sys.executable, "-c", CHECK], check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout))


def test_checking_a_spec_imports_no_heavy_library(imported: set[str]) -> None:
    assert not HEAVY & imported


def test_checking_a_spec_needs_the_standard_library_alone(imported: set[str]) -> None:
    outside = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    assert outside == {"spec_lang"}


def test_checking_a_spec_makes_no_dataclass(imported: set[str]) -> None:
    assert not {"dataclasses", "inspect"} & imported


def test_checking_a_spec_opens_neither_network_nor_process(imported: set[str]) -> None:
    assert not {"socket", "ssl", "subprocess", "asyncio", "multiprocessing", "urllib.request"} & imported
