"""How a script measures what the spec asks for: Keras's metrics, and small classes for those that Keras lacks."""

from typing import Final

from compiler.counts import CONFUSION_METRICS
from compiler.emit.python_source import Expression, call, literal
from compiler.plan import TrainingPlan
from spec_lang.sections import top_count

_SCORES: Final = '''\
class ClassMean(keras.metrics.Metric):
    """Precision, recall or F1 of the most probable class: the mean of the classes that have images."""

    def __init__(self, score, classes):
        super().__init__(name=score)
        self.score = score
        shape = (classes, classes)
        self.counts = self.add_variable(shape, initializer="zeros", name="counts")

    def update_state(self, y_true, y_pred, sample_weight=None):
        classes = self.counts.shape[0]
        if y_pred.shape[-1] == 1:
            given = keras.ops.cast(y_pred[:, 0] > 0.5, "int32")
            y_true = keras.ops.cast(y_true, "float32") > 0.5
        else:
            given = keras.ops.argmax(y_pred, axis=-1)
        if len(y_true.shape) > 1 and y_true.shape[-1] > 1:
            y_true = keras.ops.argmax(y_true, axis=-1)
        labels = keras.ops.reshape(keras.ops.cast(y_true, "int32"), (-1,))
        rows = keras.ops.transpose(keras.ops.one_hot(labels, classes))
        counts = keras.ops.matmul(rows, keras.ops.one_hot(given, classes))
        self.counts.assign_add(counts)

    def result(self):
        right = keras.ops.diagonal(self.counts)
        given = keras.ops.sum(self.counts, axis=0)
        present = keras.ops.sum(self.counts, axis=1)
        part, whole = {
            "precision": (right, given),
            "recall": (right, present),
            "f1": (2 * right, given + present),
        }[self.score]
        scores = part / keras.ops.maximum(whole, 1)
        there = keras.ops.cast(present > 0, "float32")
        classes = keras.ops.maximum(keras.ops.sum(there), 1)
        return keras.ops.sum(scores * there) / classes
'''

_BLENDED_ACCURACY: Final = '''\
def accuracy(y_true, y_pred):
    """Blended images count for the class that they are mostly of."""
    return keras.metrics.binary_accuracy(keras.ops.round(y_true), y_pred)
'''

_AUC: Final = '''\
class ClassAUC(keras.metrics.AUC):
    """The area under the ROC curve, mean of the classes that some images are of."""

    def update_state(self, y_true, y_pred, sample_weight=None):
        if y_true.shape[-1] != y_pred.shape[-1]:
            labels = keras.ops.reshape(keras.ops.cast(y_true, "int32"), (-1,))
            y_true = keras.ops.one_hot(labels, y_pred.shape[-1])
        super().update_state(y_true, y_pred)

    def result(self):
        positive = self.true_positives + self.false_negatives
        negative = self.false_positives + self.true_negatives
        right = self.true_positives / keras.ops.maximum(positive, 1)
        wrong = self.false_positives / keras.ops.maximum(negative, 1)
        strips = (wrong[:-1] - wrong[1:]) * (right[:-1] + right[1:]) / 2
        both = keras.ops.minimum(positive[0], negative[0]) > 0
        there = keras.ops.cast(both, "float32")
        areas = keras.ops.sum(strips, axis=0) * there
        return keras.ops.sum(areas) / keras.ops.maximum(keras.ops.sum(there), 1)
'''

CROSS_ENTROPY: Final = "cross_entropy"


def names(plan: TrainingPlan) -> tuple[str, ...]:
    """What is measured beside the loss, as in a run: the accuracy always.

    The bare cross-entropy only where the loss is more than that, or where it is watched.
    """
    watched = (rule.monitor for rule in (plan.stop, plan.keeping, plan.plateau) if rule)
    apart = not plan.loss_is_cross_entropy or any(each.endswith(CROSS_ENTROPY) for each in watched)
    return tuple(dict.fromkeys((*([CROSS_ENTROPY] if apart else []), "accuracy", *plan.metrics)))


def metrics(plan: TrainingPlan, classes: int) -> list[Expression]:
    """The metrics, named as the spec names them."""
    return [_metric(name, plan, classes) for name in names(plan)]


def loss_class(plan: TrainingPlan) -> str:
    """Keras's class of the loss, among its losses and among its metrics: CategoricalCrossentropy."""
    return "".join(word.capitalize() for word in plan.loss.split("_"))


def definitions(plan: TrainingPlan) -> tuple[str, ...]:
    """The classes that they need."""
    return (
        *([_BLENDED_ACCURACY] if _blends_a_sigmoid(plan) else []),
        *([_SCORES] if CONFUSION_METRICS & set(plan.metrics) else []),
        *([_AUC] if "auc" in plan.metrics and plan.loss != "binary_crossentropy" else []),
    )


def _metric(name: str, plan: TrainingPlan, classes: int) -> Expression:
    sparse = plan.loss.startswith("sparse")
    if name == CROSS_ENTROPY:
        return call(f"keras.metrics.{loss_class(plan)}", name=literal(name))
    if top := top_count(name):
        kind = "SparseTopKCategoricalAccuracy" if sparse else "TopKCategoricalAccuracy"
        return call(f"keras.metrics.{kind}", str(top), name=literal(name))
    if name == "accuracy" and _blends_a_sigmoid(plan):
        return name
    if name in CONFUSION_METRICS:
        return call("ClassMean", literal(name), str(classes))
    if name == "auc" and plan.loss == "binary_crossentropy":
        return call("keras.metrics.AUC", name=literal(name))
    if name == "auc":
        return call("ClassAUC", multi_label="True", num_labels=str(classes), name=literal(name))
    return literal(name)


def _blends_a_sigmoid(plan: TrainingPlan) -> bool:
    """Keras's accuracy takes the largest of blended targets, but of a single one that it be 0 or 1."""
    return plan.loss == "binary_crossentropy" and "mixup" in (plan.augmentation or {})
