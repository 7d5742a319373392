"""`loss` is one function, Keras's, in training, validation and judgement; the bare cross-entropy stands beside it."""

from dataclasses import replace

import numpy as np
import pytest
from programs import program
from sklearn.metrics import log_loss
from trainings import PLAN, examples

from compiler import EarlyStopping, TrainingPlan, build_model
from compiler.augment import augment
from compiler.backend import keras, tf
from compiler.objective import image_losses
from compiler.randomness import epoch_order
from runtime.data.examples import Examples
from runtime.evaluation.inference import judged
from runtime.training.loops import PLAIN, Preparation
from runtime.training.train import train

BARE = {
    "categorical_crossentropy": keras.metrics.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": keras.metrics.SparseCategoricalCrossentropy,
    "binary_crossentropy": keras.metrics.BinaryCrossentropy,
}
CASES = [
    ("categorical_crossentropy", 0.4, 0.1, None),
    ("categorical_crossentropy", 0.0, 0.0, None),
    ("categorical_crossentropy", 0.1, 0.0, (0.2, 3.0, 1.0)),
    ("sparse_categorical_crossentropy", 0.0, 0.1, (0.2, 3.0, 1.0)),
    ("binary_crossentropy", 0.4, 0.1, None),
    ("binary_crossentropy", 0.4, 0.1, (0.2, 3.0)),
]


def network(outputs: int, l2: float) -> keras.Sequential:
    keras.utils.set_random_seed(4)
    penalty = keras.regularizers.L1L2(l2 / 10, l2) if l2 else None
    head = "softmax" if outputs > 1 else "sigmoid"
    layers = (
        keras.layers.Conv2D(3, 3, activation="relu", kernel_regularizer=penalty),
        keras.layers.Flatten(),
        keras.layers.Dense(outputs, activation=head, kernel_regularizer=penalty),
    )
    return keras.Sequential([keras.Input((8, 8, 1)), *layers])


def arrays(chosen: Examples, order: np.ndarray, plan: TrainingPlan) -> tuple[np.ndarray, np.ndarray]:
    labels = chosen.source.labels[order]
    images = next(chosen.source.batches(order, len(order))).astype(np.float32) / 255
    return images, keras.utils.to_categorical(labels, 3) if plan.loss.startswith("cat") else labels[:, None]


def compiled(model: keras.Sequential, plan: TrainingPlan) -> keras.Sequential:
    """As a person compiles it."""
    classes = {name: getattr(keras.losses, type_.__name__) for name, type_ in BARE.items()}
    smoothing = {"label_smoothing": plan.label_smoothing} if plan.label_smoothing else {}
    bare = BARE[plan.loss](name="cross_entropy")
    model.compile("adam", classes[plan.loss](**smoothing), metrics=["accuracy", bare])
    return model


@pytest.mark.parametrize(("loss", "smoothing", "l2", "weights"), CASES)
def test_every_loss_is_that_of_keras(loss: str, smoothing: float, l2: float, weights: tuple[float, ...] | None) -> None:
    plan = replace(PLAN, loss=loss, label_smoothing=smoothing, metrics=("accuracy",))
    outputs = 1 if loss.startswith("binary") else 3
    classes = max(outputs, 2)
    learnt, watched = examples(150, classes), examples(70, classes, seed=1)  # the last batch of each is a part of one
    ours, theirs = network(outputs, l2), compiled(network(outputs, l2), plan)
    preparation = Preparation(class_weights=None if weights is None else np.array(weights))
    class_weight = dict(enumerate(weights)) if weights else None
    result = train(ours, plan, learnt, watched, preparation=preparation)
    for record in result.history:
        order = epoch_order(plan.seed, record.epoch, learnt.indices)
        fitted = theirs.fit(
            *arrays(learnt, order, plan),
            batch_size=plan.batch,
            shuffle=False,
            class_weight=class_weight,
            validation_data=arrays(watched, watched.indices, plan),
            verbose=0,
        ).history
        assert record.figures() == pytest.approx({name: values[0] for name, values in fitted.items()}, rel=2e-5)

    evaluation, probabilities = judged(ours, plan, watched, list("abc")[:classes], PLAIN.normalization)
    theirs.set_weights(ours.get_weights())
    keras_says = theirs.evaluate(*arrays(watched, watched.indices, plan), verbose=0, return_dict=True)
    assert keras_says["loss"] == pytest.approx(evaluation.loss, abs=1e-6)
    assert result.history[-1].val_loss == pytest.approx(evaluation.loss, abs=1e-6)
    for bare in (
        result.history[-1].val_cross_entropy,
        keras_says["cross_entropy"],
        log_loss(watched.labels, probabilities),
    ):
        assert bare == pytest.approx(evaluation.cross_entropy, abs=1e-6)
    assert (evaluation.loss != evaluation.cross_entropy) == bool(smoothing or l2)


@pytest.mark.parametrize("figure", ["loss", "cross_entropy", "val_loss", "val_cross_entropy"])
def test_both_can_be_watched(figure: str) -> None:
    plan = replace(PLAN, label_smoothing=0.4, epochs=4, optimizer_arguments={"learning_rate": 0.1}, keep=figure)
    result = train(network(10, 0.01), plan, examples(150), examples(70, seed=1))
    values = [record.figures()[figure] for record in result.history]
    assert not EarlyStopping(figure, 1).higher_is_better
    assert result.best_epoch == values.index(min(values)) + 1


def test_blended_images_count_for_the_class_that_they_are_mostly_of() -> None:
    """Loss, cross-entropy and accuracy of mixup are what Keras makes of blended targets; validation blends nothing."""
    learnt, watched = examples(150, 3), examples(70, 3, seed=1)
    still = {"augmentation": {"mixup": {"alpha": 0.4}}, "optimizer_arguments": {"learning_rate": 1e-12}}
    plan = replace(PLAN, epochs=1, batch=len(learnt), label_smoothing=0.4, **still)
    [record] = train(network(3, 0.01), plan, learnt, watched).history

    order = epoch_order(plan.seed, 1, np.arange(len(learnt)))
    [(images, labels, ids)] = learnt.batches(order, len(learnt))
    wanted = tf.one_hot(labels, 3)
    assert plan.augmentation is not None
    mixed, wanted = augment(
        tf.constant(images / 255, tf.float32),
        wanted,
        tf.constant(1, tf.int64),
        tf.constant(ids),
        plan.augmentation,
        plan.seed,
    )
    model = compiled(network(3, 0.01), plan)
    expected = model.evaluate(mixed, wanted, batch_size=len(learnt), verbose=0, return_dict=True)
    validated = model.evaluate(*arrays(watched, watched.indices, plan), verbose=0, return_dict=True)
    expected |= {f"val_{name}": value for name, value in validated.items()}
    assert record.figures() == pytest.approx(expected, rel=2e-5)


def test_a_probability_is_at_least_the_epsilon_of_keras() -> None:
    sure = tf.constant([[1.0, 0.0, 0.0]])
    for loss in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
        wanted = tf.constant([[0.0, 1.0, 0.0]]) if loss.startswith("cat") else tf.constant([1])
        [bare] = image_losses(replace(PLAN, loss=loss), wanted, sure)[1]
        assert float(bare) == pytest.approx(-np.log(1e-7), rel=1e-5)


def test_losses_of_16_bits_are_counted_in_32() -> None:
    """One batch an epoch: a loss that was rounded to 16 bits could be written with 8 binary digits."""
    plan = replace(PLAN, epochs=1, batch=200, label_smoothing=0.4, precision="mixed_bfloat16")
    model = build_model(program("conv 3 3x3 relu l2=0.1; flatten; dense 10 softmax l1=0.01"), plan.precision)
    [record] = train(model, plan, examples(150), examples(70, seed=1)).history
    for name in ("loss", "cross_entropy", "val_loss", "val_cross_entropy"):
        value = record.figures()[name]
        assert float(tf.cast(value, tf.bfloat16)) != value, name
