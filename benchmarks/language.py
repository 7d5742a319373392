"""How fast specs are checked: as a whole process beside yamllint, many in one process, and one that is very long.

Run it as `python -m benchmarks.language [--rounds 20]`.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.paired import median_seconds, run_in_turn
from spec_lang import check_text

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "specs" / "mnist.cnn"


def yaml_of_same_length(text: str) -> str:
    """The same network as a YAML file with as many lines, clean under yamllint's default rules."""
    lines = ["---", "data: mnist", "model:"]
    count = len(text.splitlines())
    layers = ["conv", "pool", "flatten", "dense"]
    lines += [f"  - {layers[index % len(layers)]}: [{index}, relu]" for index in range(count - len(lines))]
    return "\n".join(lines) + "\n"


def long_spec(folder: Path, layers: int) -> Path:
    """A clean spec of so many layers, in a new file."""
    path = folder / f"{layers}.cnn"
    path.write_text("conv 8 3x3 relu same\n" * layers + "flatten\ndense 10 softmax\n", encoding="utf-8")
    return path


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    text = SPEC.read_text(encoding="utf-8")
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        peer = Path(folder) / "mnist.yaml"
        peer.write_text(yaml_of_same_length(text), encoding="utf-8")
        pairs = run_in_turn([scripts / "cnn", "check", SPEC], [scripts / "yamllint", peer], rounds)
        long, short = (long_spec(Path(folder), layers) for layers in (10_000, 1_000))
        scaling = run_in_turn([scripts / "cnn", "check", long], [scripts / "cnn", "check", short], 3)
    gallery = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "specs").glob("*.cnn"))]
    texts = [gallery[index % len(gallery)] for index in range(1000)]
    batch = median_seconds(lambda: [check_text(each) for each in texts], 3)
    ours, theirs = statistics.median(pairs.first), statistics.median(pairs.second)
    print("| measured | figure | bound |")
    print("| --- | --- | --- |")
    print(f"| `cnn check` on mnist.cnn / `yamllint`, whole process, CPU | {pairs.ratio:.2f} | at most 1 |")
    print(f"| the two in milliseconds | {ours * 1000:.0f} / {theirs * 1000:.0f} | |")
    print(f"| 1,000 files of the gallery in one process, files a second | {1000 / batch:.0f} | at least 300 |")
    print(f"| `cnn check` on 10,000 layers / on 1,000, whole process, CPU | {scaling.ratio:.1f} | below 12 |")


if __name__ == "__main__":
    main()
