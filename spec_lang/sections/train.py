"""The section `train`: how the network is trained."""

from typing import Final

from spec_lang.forms import Parameter, PlainForm
from spec_lang.kinds import Choice, Duration, Either, Flag, Real, Whole
from spec_lang.sections.form import Section, Setting
from spec_lang.sections.measures import METRICS, MONITORS
from spec_lang.synonyms import Role

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


def _option(name: str, doc: str, default: float, kind: Real | None = None) -> Parameter:
    return Parameter(name, kind or Real(0.0, 1.0), doc, default, positional=False)


_BETAS: Final = (
    _option("beta_1", "share of the running mean of the gradient that is kept", 0.9, Real(0.0, 1.0, below_high=True)),
    _option("beta_2", "share of the running mean of its square that is kept", 0.999, Real(0.0, 1.0, below_high=True)),
)
_DECAY: Final = _option("weight_decay", "how fast weights shrink, beside the gradient", 0.0, Real(0.0))

OPTIMIZERS: Final = {
    "adam": "adaptive steps from running means of the gradient and its square: the usual choice",
    "adamw": "adam with decoupled weight decay",
    "rmsprop": "steps scaled by a running mean of the squared gradient",
    "sgd": "plain stochastic gradient descent, with momentum where given",
    "adagrad": "steps scaled by the sum of all squared gradients so far",
    "nadam": "adam with Nesterov momentum",
    "lion": "steps of one size, by the sign of a running mean: little memory",
}
LOSSES: Final = {
    "categorical_crossentropy": "for a softmax head, labels one-hot",
    "sparse_categorical_crossentropy": "the same figure from whole-number labels, with less memory for many classes",
    "binary_crossentropy": "for a head of one sigmoid unit",
}
LOSS_BY_HEAD: Final = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}

TRAIN: Final = Section(
    PlainForm("train", "How the network is trained.", "train { epochs 10; stop val_loss patience=2 }"),
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
            (Parameter("name", Choice(OPTIMIZERS, Role.OPTIMIZER), "the algorithm, one of Keras's", "adam"),),
            {
                "adam": (_learning_rate(0.001), *_BETAS, _DECAY),
                "adamw": (_learning_rate(0.001), *_BETAS, _DECAY._replace(default=0.004)),
                "rmsprop": (
                    _learning_rate(0.001),
                    _MOMENTUM,
                    _option("rho", "share of the running mean that is kept", 0.9, Real(0.0, 1.0, below_high=True)),
                    _DECAY,
                ),
                "sgd": (
                    _learning_rate(0.01),
                    _MOMENTUM,
                    Parameter("nesterov", Flag(), "look ahead along the momentum", False, positional=False),
                    _DECAY,
                ),
                "adagrad": (_learning_rate(0.001), _DECAY),
                "nadam": (_learning_rate(0.001), *_BETAS, _DECAY),
                "lion": (
                    _learning_rate(0.001),
                    _BETAS[0],
                    _BETAS[1]._replace(default=0.99),
                    _DECAY,
                ),
            },
        ),
        Setting(
            "schedule",
            "How the learning rate changes while training.",
            "schedule cosine warmup=2",
            (
                Parameter(
                    "form",
                    Choice(
                        {
                            "cosine": "falls along half a cosine, to its end in the last epoch",
                            "step": "falls at once, every so many epochs",
                            "exponential": "falls a little in every step",
                            "plateau": "falls when a figure gets no better",
                        },
                        Role.SCHEDULE,
                    ),
                    "how it falls",
                ),
            ),
            {
                "cosine": (
                    Parameter(
                        "warmup", Whole(0, 100_000), "epochs in which it rises from 0 first", 0, positional=False
                    ),
                    _option("end", "what it falls to, as a share of the learning rate", 0.0),
                ),
                "step": (
                    Parameter("every", Whole(1, 100_000), "epochs between two falls", 10, positional=False),
                    _option("factor", "what it is multiplied by", 0.1),
                ),
                "exponential": (_option("factor", "what it is multiplied by in the course of an epoch", 0.95),),
                "plateau": (
                    Parameter("monitor", Choice(MONITORS, Role.METRIC), "the figure to watch", "val_loss"),
                    Parameter(
                        "patience", Whole(0, 100_000), "epochs without a better figure to wait for", 5, positional=False
                    ),
                    _option("factor", "what it is multiplied by", 0.1),
                ),
            },
            optional=True,
            neutral=(
                {"form": "cosine", "warmup": 0, "end": 1.0},
                {"form": "step", "factor": 1.0},
                {"form": "exponential", "factor": 1.0},
                {"form": "plateau", "factor": 1.0},
            ),
        ),
        Setting(
            "clip",
            "Bounds gradients, so that one odd batch cannot throw the weights far off.",
            "clip norm 1",
            (
                Parameter(
                    "what",
                    Choice(
                        {
                            "norm": "the norm of the gradient of each weight tensor",
                            "global_norm": "the norm of all gradients together",
                            "value": "each number of each gradient",
                        }
                    ),
                    "what is bounded",
                    "global_norm",
                ),
                Parameter("bound", Real(0.0, above_low=True), "its largest size", 1.0),
            ),
            optional=True,
        ),
        Setting(
            "average",
            "Judges and keeps a running mean of the weights instead of the last ones.",
            "average 0.99",
            (
                Parameter(
                    "momentum", Real(0.0, 1.0, below_high=True), "share of the mean that is kept in each step", 0.99
                ),
            ),
            optional=True,
            neutral=({"momentum": 0.0},),
        ),
        Setting(
            "loss",
            "What training makes small; it follows from the head unless given.",
            "loss categorical_crossentropy",
            (Parameter("name", Choice(LOSSES, Role.LOSS), "the function, one of Keras's", LOSS_BY_HEAD["softmax"]),),
        ),
        Setting(
            "metrics",
            "What is measured beside the loss, in every epoch and on the test images. The accuracy always is.",
            "metrics accuracy top5 f1",
            (
                Parameter(
                    "names",
                    Choice(METRICS, Role.METRIC),
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
                Parameter("monitor", Choice(MONITORS, Role.METRIC), "the figure to watch", "val_loss"),
                Parameter(
                    "patience", Whole(0, 100_000), "epochs without a better figure to wait for", 2, positional=False
                ),
            ),
            optional=True,
        ),
        Setting(
            "label_smoothing",
            "Takes a little certainty from the labels: the share is spread over all classes.",
            "label_smoothing 10%",
            (Parameter("share", Real(0.0, 1.0, below_high=True), "how much is taken", 0.1),),
            optional=True,
            neutral=({"share": 0.0},),
        ),
        Setting(
            "keep",
            "Which weights count at the end, where early stopping does not settle it: those of the best epoch.",
            "keep val_accuracy",
            (
                Parameter(
                    "monitor", Choice(MONITORS, Role.METRIC), "the figure by which an epoch is the best", "val_loss"
                ),
            ),
            optional=True,
        ),
        Setting(
            "time",
            "Ends training before an epoch that would not be over in time.",
            "time 30min",
            (Parameter("limit", Duration(), "how long training may take in all"),),
            optional=True,
        ),
        Setting(
            "precision",
            "The numbers that training computes with; weights are kept, tested and used in float32 all the same.",
            "precision mixed_bfloat16",
            (
                Parameter(
                    "numbers",
                    Choice(
                        {
                            "float32": "numbers of 32 bits",
                            "mixed_bfloat16": "layers compute with 16 bits, faster on processors and GPUs made for it; "
                            "weights and probabilities have 32",
                        }
                    ),
                    "the policy, one of Keras's",
                ),
            ),
            optional=True,
        ),
        Setting(
            "devices",
            "How many devices train together, each on its share of every batch.",
            "devices all",
            (
                Parameter(
                    "count",
                    Either(
                        (
                            Choice({"all": "all GPUs, or all processors that TensorFlow sees if there is none"}),
                            Whole(1, 64),
                        )
                    ),
                    "so many, or all",
                ),
            ),
            optional=True,
        ),
        Setting(
            "log",
            "For which other programs the figures of the run are written down.",
            "log tensorboard",
            (
                Parameter(
                    "programs",
                    Choice(
                        {
                            "tensorboard": "TensorBoard: event files in the run directory",
                            "mlflow": "MLflow: the store that MLFLOW_TRACKING_URI names, or mlruns beside the run",
                        }
                    ),
                    "names of programs",
                    many=True,
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
