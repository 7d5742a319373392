"""specs/mnist.cnn or specs/cifar10.cnn through this project, from text to test accuracy.

Run by `benchmarks.throughput`, or as `python -m benchmarks.ours mnist [--epochs 10]`.
"""

from pathlib import Path

from benchmarks.contender import Stopwatch, arguments, report
from compiler import build_model, training_plan
from runtime.datasets import load_dataset
from runtime.examples import ArraySource, Examples
from runtime.history import EpochRecord
from runtime.inference import predict_probabilities
from runtime.splits import stratified_holdout
from runtime.training import train
from spec_lang import check_text

args = arguments(__doc__)


class Laps(Stopwatch):
    """Takes the time between the ends of two epochs, as the other contenders do."""

    def advance(self, *_: float) -> None:
        pass

    def settle(self, _: EpochRecord, *, best: bool) -> None:  # noqa: ARG002
        self.lap()


spec = Path(__file__).parent.parent / "specs" / f"{args.data}.cnn"
program = check_text(spec.read_text(encoding="utf-8"), spec.name, [f"train.epochs={args.epochs}"]).program
assert program is not None
plan = training_plan(program)
data = load_dataset(args.data)
kept, held_out = stratified_holdout(data.y_train, 0.1, plan.seed)
model = build_model(program)
stopwatch = Laps()
source = ArraySource(data.x_train, data.y_train)
train(
    model,
    plan,
    Examples(source, kept),
    Examples(source, held_out),
    observer=stopwatch,
)
probabilities = predict_probabilities(model, data.x_test, batch=256)
accuracy = float((probabilities.argmax(axis=1) == data.y_test).mean())
report(images=len(kept), seconds=stopwatch.laps, accuracy=accuracy)
