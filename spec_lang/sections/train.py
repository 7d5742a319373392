"""The section `train`: how the network is trained."""

from typing import Final

from spec_lang.forms import Form, Parameter
from spec_lang.kinds import Choice, Flag, Real, Whole
from spec_lang.sections.form import Section, Setting

_MOMENTUM: Final = Parameter("momentum", Real(0.0, 1.0), "share of the last step that is kept", 0.0, positional=False)


def _learning_rate(default: float) -> Parameter:
    return Parameter(
        "lr",
        Real(0.0, above_low=True),
        "learning rate: how far each step goes",
        default,
        keras="learning_rate",
        positional=False,
    )


OPTIMIZERS: Final = {
    "adam": "adaptive steps from running means of the gradient and its square: the usual choice",
    "adamw": "adam with decoupled weight decay",
    "rmsprop": "steps scaled by a running mean of the squared gradient",
    "sgd": "plain stochastic gradient descent, with momentum where given",
}
LOSSES: Final = {
    "categorical_crossentropy": "for a softmax head, labels one-hot",
    "sparse_categorical_crossentropy": "the same figure from whole-number labels, with less memory for many classes",
    "binary_crossentropy": "for a head of one sigmoid unit",
}
MONITORS: Final = {
    "val_loss": "loss on the validation images; lower is better",
    "val_accuracy": "accuracy on the validation images; higher is better",
    "loss": "loss on the training images; lower is better",
    "accuracy": "accuracy on the training images; higher is better",
}
LOSS_BY_HEAD: Final = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}

TRAIN: Final = Section(
    Form("train", "How the network is trained.", "train { epochs 10; stop val_loss patience=2 }"),
    (
        Setting(
            "epochs",
            "How many times the training images are gone through, at most.",
            "epochs 10",
            (Parameter("count", Whole(1, 100_000), "number of epochs", 10),),
        ),
        Setting(
            "batch",
            "How many images make one step.",
            "batch 32",
            (Parameter("size", Whole(1, 1_000_000), "images in a step", 32),),
        ),
        Setting(
            "optimizer",
            "How the weights are moved along the gradient.",
            "optimizer adam lr=0.001",
            (Parameter("name", Choice(OPTIMIZERS), "the algorithm, one of Keras's", "adam"),),
            {
                "adam": (_learning_rate(0.001),),
                "adamw": (
                    _learning_rate(0.001),
                    Parameter("weight_decay", Real(0.0), "how fast weights shrink", 0.004, positional=False),
                ),
                "rmsprop": (_learning_rate(0.001), _MOMENTUM),
                "sgd": (
                    _learning_rate(0.01),
                    _MOMENTUM,
                    Parameter("nesterov", Flag(), "look ahead along the momentum", False, positional=False),
                ),
            },
        ),
        Setting(
            "loss",
            "What training makes small; it follows from the head unless given.",
            "loss categorical_crossentropy",
            (Parameter("name", Choice(LOSSES), "the function, one of Keras's", LOSS_BY_HEAD["softmax"]),),
        ),
        Setting(
            "metrics",
            "What is measured beside the loss.",
            "metrics accuracy",
            (
                Parameter(
                    "names",
                    Choice({"accuracy": "share of images whose most probable class is the true one"}),
                    "figures to measure",
                    ("accuracy",),
                    many=True,
                ),
            ),
        ),
        Setting(
            "stop",
            "Early stopping: end when a figure gets no better, and go back to the best weights.",
            "stop val_loss patience=2",
            (
                Parameter("monitor", Choice(MONITORS), "the figure to watch", "val_loss"),
                Parameter(
                    "patience", Whole(0, 100_000), "epochs without a better figure to wait for", 2, positional=False
                ),
            ),
            optional=True,
        ),
        Setting(
            "seed",
            "Where all randomness begins: weights, order of images, dropout.",
            "seed 7",
            (Parameter("value", Whole(0, 2**31 - 1), "any whole number", 0),),
        ),
    ),
)
