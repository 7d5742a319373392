"""The parts of a script behind its model: training, and the judgement on the test images."""

from collections.abc import Sequence
from typing import Final

from compiler.emit.arrays import arrays_part
from compiler.emit.augment import augment_part
from compiler.emit.batches import batches_part
from compiler.emit.feed import feed_of
from compiler.emit.metrics import definitions, metrics, names
from compiler.emit.optimizer import STEPS, callbacks, loss, needs_steps, optimizer
from compiler.emit.part import Part
from compiler.emit.pictures import pictures_part
from compiler.emit.python_source import Expression, call, lines, list_of
from compiler.plan import TrainingPlan
from spec_lang.datasets import DATASETS
from spec_lang.program import Data


def data_parts(data: Data, plan: TrainingPlan) -> tuple[Part, ...]:
    """Loading and dividing, and what prepares images batch by batch where they are read or varied so."""
    from_files = data.source in ("folder", "csv")
    first = pictures_part(data, plan) if from_files else arrays_part(data, plan)
    varying = [augment_part(plan, data.image_shape)] if plan.augmentation is not None else []
    batches = [batches_part(plan, from_files=from_files)] if from_files or varying else []
    return (first, *varying, *batches)


def training_parts(data: Data, plan: TrainingPlan) -> tuple[Part, ...]:
    """Compiling and fitting, then judging on the test images."""
    one_hot = plan.loss == "categorical_crossentropy"
    feed = feed_of(data, plan)
    measured = list_of(metrics(plan, len(data.classes)))
    compiling = lines(call("model.compile", optimizer=optimizer(plan), loss=loss(plan), metrics=measured))
    options: dict[str, Expression] = {**feed.options, "epochs": str(plan.epochs)}
    if feed.validation:
        options["validation_data"] = feed.validation
    if plan.balance == "weights":
        options["class_weight"] = "class_weight"
    made = callbacks(plan)
    if made:
        options["callbacks"] = list_of(list(made))
    if needs_steps(plan):
        compiling = [f"{STEPS} = -(-len({feed.images}) // {plan.batch})", *compiling]
    fitting = [
        *(line for each in made.values() for line in each),
        *lines(call("model.fit", *feed.training, **options)),
    ]
    if plan.time_limit:
        fitting.insert(0, "# A run ends in time; this script ends after its epochs.")
    if plan.validation == "test":
        fitting.insert(0, "# Judged on the images that it is tested on: the score below is too good.")
    predicted = "probabilities.argmax(axis=1)" if one_hot or plan.loss.startswith("sparse") else _SIGMOID
    evaluation = [
        *_testing(plan, feed.test),
        f"probabilities = model.predict({feed.test[0]})",
        f"predicted = {predicted}",
        *_scores_of_classes(data, feed.labels),
    ]
    return (
        *(Part(statements="".join(f"{line}\n" for line in each)) for each in (feed.targets, feed.statements) if each),
        Part(definitions=definitions(plan), statements="".join(f"{line}\n" for line in compiling)),
        Part(statements="".join(f"{line}\n" for line in fitting)),
        Part(
            imports=("from sklearn.metrics import classification_report",),
            statements="".join(f"{line}\n" for line in evaluation),
        ),
    )


def _scores_of_classes(data: Data, labels: str) -> list[str]:
    """Those of the classes that have test images, as the means of a run: of own data, some may have none."""
    named: dict[str, Expression] = {"target_names": "CLASSES"}
    present = []
    if data.source not in DATASETS:
        present = [f"present = np.unique({labels})  # a class without test images has no score"]
        named = {"labels": "present", "target_names": "[CLASSES[each] for each in present]"}
    report = call("classification_report", labels, "predicted", **named, zero_division="0")
    return [*present, *lines(call("print", report))]


def _testing(plan: TrainingPlan, test: Sequence[str]) -> list[str]:
    given = ", ".join(test)
    if names(plan) == ("accuracy",):
        return [
            f"loss, accuracy = model.evaluate({given})",
            'print(f"test loss {loss:.4f}, test accuracy {accuracy:.2%}")',
        ]
    return [
        f"for name, value in model.evaluate({given}, return_dict=True).items():",
        '    print(f"test {name} {value:.4f}")',
    ]


_SIGMOID: Final = "(probabilities[:, 0] > 0.5).astype(int)"
