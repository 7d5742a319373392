"""How a program is trained, as plain data."""

import importlib.resources

import pytest
from programs import TINY, program

from compiler import EarlyStopping, TrainingPlan, training_plan


def test_the_plan_of_the_mnist_example() -> None:
    text = importlib.resources.files("specs").joinpath("mnist.cnn").read_text()
    assert training_plan(program(text, "train.seed=7")) == TrainingPlan(
        optimizer="adam",
        optimizer_arguments={"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999},
        loss="categorical_crossentropy",
        metrics=("accuracy",),
        epochs=10,
        batch=32,
        stop=EarlyStopping("val_loss", 2),
        seed=7,
        validation=0.1,
    )


def test_what_a_spec_leaves_out_has_defaults() -> None:
    plan = training_plan(program(TINY))
    assert plan.stop is None
    assert (plan.optimizer, plan.loss, plan.validation) == ("adam", "categorical_crossentropy", 0.1)


@pytest.mark.parametrize(
    ("written", "arguments"),
    [
        ("adamw lr=0.01", {"learning_rate": 0.01, "beta_1": 0.9, "beta_2": 0.999, "weight_decay": 0.004}),
        ("rmsprop", {"learning_rate": 0.001, "momentum": 0.0, "rho": 0.9}),
        ("sgd lr=1 momentum=0.9 nesterov=on", {"learning_rate": 1.0, "momentum": 0.9, "nesterov": True}),
    ],
)
def test_an_optimizer_has_its_own_arguments_by_the_names_of_keras(written: str, arguments: dict[str, object]) -> None:
    plan = training_plan(program(f"{TINY}\ntrain {{ optimizer {written} }}"))
    assert plan.optimizer_arguments == arguments
    assert plan.learning_rate == arguments["learning_rate"]


def test_accuracy_is_better_when_it_is_higher() -> None:
    better_when_higher = {
        name for name in ("loss", "accuracy", "val_loss", "val_accuracy") if EarlyStopping(name, 1).higher_is_better
    }
    assert better_when_higher == {"accuracy", "val_accuracy"}


def test_the_test_images_may_serve_for_validation() -> None:
    assert training_plan(program(f"data digits {{ validation test }}\n{TINY}")).validation == "test"


def test_an_architecture_on_its_own_has_no_plan() -> None:
    with pytest.raises(ValueError, match="tiny has no data"):
        training_plan(program("input 8x8x1; flatten; dense 10 softmax"))
