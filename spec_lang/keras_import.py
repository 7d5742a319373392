"""From the config of a Keras model, a chain of layers and residuals, to the text of a spec.

The config is plain data, such as `config.json` in a `.keras` file holds: no Keras is needed to read it, and nothing in
it is executed. What the language cannot express stands in the text as a comment, at its place, and in a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from spec_lang.explain_form import choice_words
from spec_lang.keras_augment import augment_setting, varies_images, why_not
from spec_lang.keras_graph import Item, Lacking, NotAChainError, Residual, chain_of, end_of, input_shape
from spec_lang.keras_layers import NotExpressibleError, Reader, class_of, translate_layer
from spec_lang.keras_values import Config, shown, snake_case
from spec_lang.layers import LAYERS
from spec_lang.program import Shape
from spec_lang.sections import LOSSES, TRAIN
from spec_lang.unparse import block, statement

DEEPEST: Final = 60
"""Models within models, as layers within layers in the language itself."""


class NotImportableError(ValueError):
    """A config that is not that of a model which a spec can say, with the reason as its text."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the language cannot express."""

    layer: str
    """The name of the Keras layer; empty for what belongs to the whole model."""
    class_name: str
    what: str

    def __str__(self) -> str:
        return f"{shown(self.layer)} ({shown(self.class_name)}): {self.what}" if self.layer else self.what


@dataclass(frozen=True, slots=True)
class Imported:
    """A spec, and what it lacks of the model."""

    text: str
    losses: tuple[Loss, ...]
    notes: tuple[str, ...] = ()
    """What is written in another way than in Keras, and comes to the same."""


def import_keras(config: object) -> Imported:
    """The spec of a model; it names no data set, as a Keras model does not. Raises NotImportableError for others."""
    match config:
        case {"class_name": "Sequential" | "Functional" | "Model", "config": {"layers": list()}}:
            assert isinstance(config, Mapping)
        case {"class_name": str(name), "config": _}:
            raise NotImportableError(f"the model is of the class {shown(name)}, whose layers are in Python code alone")
        case _:
            raise NotImportableError("it describes no Keras model")
    importer = _Importer(_head_of_logits(config))
    try:
        model = block("model", list(importer.model(config)))
        augment = block("augment", list(importer.augment.values()))
        text = [*augment, "", *model] if importer.augment else model
        if training := list(importer.training(config.get("compile_config"))):
            text = [*text, "", *block("train", training)]
    except RecursionError:
        raise NotImportableError("its config is nested too deeply") from None
    except NotAChainError as error:
        raise NotImportableError(str(error)) from error
    return Imported("".join(f"{line}\n" for line in text), tuple(importer.losses), tuple(importer.notes))


class _Importer:
    def __init__(self, head: Config | None) -> None:
        self.losses: list[Loss] = []
        self.notes: list[str] = []
        self.augment: dict[str, str] = {}
        """The settings that layers which vary images became, by keyword."""
        self.head = head
        """The config of a last layer whose activation is part of the loss."""
        self.at_start = True
        """Whether what comes next meets the values of the images themselves."""
        self.of_images = True
        """Whether what comes next meets images, perhaps scaled or cut."""

    def lose(self, name: object, class_name: object, what: str) -> str:
        """Note a loss; gives the comment that stands for it."""
        self.losses.append(Loss(str(name or ""), str(class_name), what))
        return f"# {self.losses[-1]}"

    def note(self, text: str) -> str:
        """Note a change that changes nothing; gives the comment that says so."""
        self.notes.append(text)
        return f"# {text}"

    def model(self, config: Config) -> Iterator[str]:
        shape = _model_input(config)
        if shape is None:
            yield self.lose("", "", "the shape of the input is not known")
        else:
            yield statement(LAYERS["input"], {"shape": shape})
        if config["class_name"] == "Sequential":
            yield from self.layers(config["config"]["layers"], 0)
        else:
            yield from self.layers(chain_of(config["config"]), 0)

    def layers(self, layers: Sequence[object | Item], depth: int) -> Iterator[str]:
        if depth > DEEPEST:
            raise NotImportableError(f"more than {DEEPEST} models stand within each other")
        for layer in layers:
            match layer:
                case {"class_name": "InputLayer"}:
                    continue
                case {"class_name": "Sequential", "config": {"layers": list(inside)}}:
                    yield from self.layers(inside, depth + 1)
                case {"class_name": "Functional", "config": Mapping() as config}:
                    yield from self.functional(config, depth)
                case Residual():
                    self.of_images = self.at_start = False
                    head = statement(LAYERS["residual"], {"activation": layer.activation})
                    yield from block(head, list(self.layers(layer.body, depth + 1)))
                case Lacking():
                    self.of_images = self.at_start = False
                    yield self.lose(layer.name, layer.class_name, layer.what)
                case {"class_name": str(name), "config": Mapping() as config, **rest}:
                    class_name = class_of({"class_name": name, **rest})
                    yield from self.layer(class_name, config, _rank(rest))
                    for key, value in _call(rest).items():
                        yield self.lose(config.get("name"), class_name, f"it is called with {key} = {shown(value)}")
                case _:
                    yield self.lose("", "", f"{shown(layer)} is no layer")

    def functional(self, config: Config, depth: int) -> Iterator[str]:
        """A model as a part of another."""
        try:
            chain = chain_of(config)
        except NotAChainError as error:
            self.of_images = self.at_start = False
            yield self.lose(config.get("name") or "model", "Functional", str(error))
        else:
            yield from self.layers(chain, depth + 1)

    def layer(self, class_name: str, config: Config, rank: int) -> Iterator[str]:
        name = config.get("name") or class_name
        if varies_images(class_name):
            yield from self.variation(name, class_name, config)
            return
        self.of_images = self.of_images and class_name in _KEEPS_IMAGES
        first, self.at_start = self.at_start, False
        # A model that was compiled from a spec is fed what `data` gives, and called its layers as the compiler does.
        compiled = str(name).startswith("rescale_")
        if first and class_name == "Rescaling" and not compiled and (factor := _of_raw_images(config)):
            offset = config.get("offset", 0)
            if abs(factor - 1) < _NEARLY and offset == 0:
                yield self.note(f"{shown(name)} (Rescaling) is left out: 'data' scales images to 0..1 by itself")
                return
            config = {**config, "scale": factor}
            yield self.note(f"{shown(name)} (Rescaling) is written for images from 0 to 1, which 'data' gives")
        if config is self.head:
            word = "sigmoid" if config.get("units") == 1 else "softmax"
            config = {**config, "activation": word}
            yield self.note(f"{word} is part of the loss in Keras (from_logits=True), and of the last layer here")
        try:
            layer = translate_layer(class_name, config, rank)
        except NotExpressibleError as error:
            yield self.lose(name, class_name, str(error))
            return
        yield statement(layer.form, layer.arguments)
        for what in layer.lost:
            yield self.lose(name, class_name, what)

    def variation(self, name: object, class_name: str, config: Config) -> Iterator[str]:
        """A layer that varies images, as a setting of `augment`, once for each."""
        setting = augment_setting(class_name, config)
        if not self.of_images:
            yield self.lose(name, class_name, "it varies what other layers leave, where `augment` varies images")
        elif setting is None:
            yield self.lose(name, class_name, why_not(class_name))
        elif (keyword := setting.partition(" ")[0]) in self.augment:
            yield self.lose(name, class_name, f"`augment` has one setting {keyword}, and there is one already")
        else:
            self.augment[keyword] = setting
            self.notes.append(f"{shown(name)} ({class_name}) is in the section augment: {setting}")

    def training(self, config: object) -> Iterator[str]:
        """Optimizer and loss, where the model was compiled."""
        if not isinstance(config, Mapping):
            return
        if config.get("optimizer"):
            yield from self.optimizer(config["optimizer"])
        if config.get("loss"):
            yield from self.loss(config["loss"])
        metrics = config.get("metrics")
        words = []
        for metric in metrics if isinstance(metrics, list) else ():
            word = metric_word(metric)
            if word is None:
                yield self.lose("", "", f"the metric {shown(metric)}")
            elif word != "accuracy" and word not in words:
                words.append(word)
        if words:
            yield f"metrics {' '.join(words)}"

    def loss(self, given: object) -> Iterator[str]:
        settings: Config = {}
        match given:
            case str(name):
                pass
            case {"class_name": str(name), "config": Mapping() as config}:
                settings = {key: value for key, value in config.items() if value not in _USUAL_LOSS.get(key, (None,))}
            case _:
                name = ""
        if (word := snake_case(name)) in LOSSES:
            yield f"loss {word}"
            for key, value in settings.items():
                if key == "label_smoothing" and isinstance(value, float) and 0 < value < 1:
                    yield f"label_smoothing {value:.12g}"
                elif key != "name" and not (key == "from_logits" and self.head):
                    yield self.lose("", "", f"{key} = {shown(value)} of the loss {name}")
        else:
            yield self.lose("", "", f"the loss {shown(given)}")

    def optimizer(self, given: object) -> Iterator[str]:
        settings: dict[str, Any] = {}
        match given:
            case str(name):
                pass
            case {"class_name": str(name), "config": Mapping() as config}:
                settings = {key: value for key, value in config.items() if value != _USUAL.get(key)}
            case _:
                name = ""
        optimizer, word = TRAIN.by_keyword["optimizer"], name.lower()
        if word not in optimizer.variants:
            yield self.lose("", "", f"the optimizer {shown(given)}")
            return
        yield from self.of_gradients(settings)
        reader = Reader(settings)
        arguments = reader.parameters(list(optimizer.variants[word]))
        yield statement(optimizer, {"name": word, **arguments}, always=("name",))
        for what in reader.lost_with_rest():
            yield self.lose("", "", f"{what} of the optimizer {name}")

    def of_gradients(self, settings: dict[str, Any]) -> Iterator[str]:
        """What Keras's optimizers do beside moving the weights, as settings of their own; taken out of `settings`."""
        for key, what in _CLIPS.items():
            bound = settings.pop(key, None)
            if isinstance(bound, (int, float)) and 0 < bound < _LARGEST_BOUND:
                yield f"clip {what} {bound:.12g}"
            elif bound is not None:
                yield self.lose("", "", f"{key} = {shown(bound)}")
        momentum = settings.pop("ema_momentum", _USUAL["ema_momentum"])
        if settings.pop("use_ema", False) is True and isinstance(momentum, float) and 0 <= momentum < 1:
            yield f"average {momentum:.12g}"


def metric_word(given: object) -> str | None:
    """The word for a metric of Keras; None for one that a spec does not have."""
    match given:
        case str(name):
            config: Config = {}
        case {"class_name": str(name), "config": Mapping() as config}:
            pass
        case _:
            return None
    word = name.replace("_", "").lower()  # a class, or a function
    if word == "acc" or word in _ACCURACIES:
        return "accuracy"
    if word.endswith("topkcategoricalaccuracy"):
        word = f"top{config.get('k', 5)}"
    word = word.replace("f1score", "f1")
    return word if word in choice_words(TRAIN.by_keyword["metrics"].parameters[0].kind) else None


_ACCURACIES: Final = frozenset(f"{kind}accuracy" for kind in ("", "binary", "categorical", "sparsecategorical"))
_CLIPS: Final = {"clipnorm": "norm", "global_clipnorm": "global_norm", "clipvalue": "value"}
_LARGEST_BOUND: Final = 1e6
_NEARLY: Final = 0.01
_ACTIVATION_OF_LOSS: Final = {
    "SparseCategoricalCrossentropy": "softmax",
    "CategoricalCrossentropy": "softmax",
    "BinaryCrossentropy": "sigmoid",
}


def _head_of_logits(config: Config) -> Config | None:
    """The config of the last layer, where it is a linear dense one and the loss holds its activation."""
    match config.get("compile_config"):
        case {"loss": {"class_name": str(loss), "config": {"from_logits": True}}} if loss in _ACTIVATION_OF_LOSS:
            word = _ACTIVATION_OF_LOSS[loss]
        case _:
            return None
    last: object = config
    for _ in range(DEEPEST):
        match last:
            case {"class_name": "Sequential", "config": {"layers": [*_, inside]}}:
                last = inside
            case {"class_name": "Functional" | "Model", "config": Mapping() as inside}:
                last = end_of(inside, "output")
            case {"class_name": "Dense", "config": Mapping() as head} if (head.get("units") == 1) == (
                word == "sigmoid"
            ):
                return head if head.get("activation") in (None, "linear") else None
            case _:
                return None
    return None


def _of_raw_images(config: Config) -> float | None:
    """The scale for images from 0 to 1 of a layer that takes them from 0 to 255; None for any other layer."""
    scale = config.get("scale")
    if not isinstance(scale, (int, float)) or not 0.95 <= scale * 255 <= 2.1:
        return None
    return round(scale * 255, 6)


_USUAL: Final = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "rho": 0.9, "ema_momentum": 0.99}
"""Settings of optimizers that have no place in a spec, with Keras's defaults."""


def _rank(layer: Mapping[Any, Any]) -> int:
    """How many axes the input of a layer had when it was built; three, as an image has, where that is not told."""
    match layer.get("build_config"):
        case {"input_shape": [_, *axes]}:
            return len(axes)
    return 3


def _model_input(config: Config) -> Shape | None:
    """The shape of one image, from the first layer or from what the model was built with."""
    inside = config["config"]
    layers = inside["layers"] if config["class_name"] == "Sequential" else [end_of(inside, "input")]
    first = layers[0].get("config") if layers and isinstance(layers[0], Mapping) else None
    built = {"batch_shape": inside.get("build_input_shape")}
    return (input_shape(first) if isinstance(first, Mapping) else None) or input_shape(built)


def _call(layer: Mapping[Any, Any]) -> Config:
    """What a layer of a functional model is told where it is called, the model's own inputs left out.

    Of `training` a model has its own, and gives it to every layer.
    """
    match layer.get("inbound_nodes"):
        case [{"kwargs": Mapping() as settings}]:
            told = {key: value for key, value in settings.items() if isinstance(value, (bool, int, float, str))}
            return {key: value for key, value in told.items() if key != "training"}
    return {}


_KEEPS_IMAGES: Final = frozenset({"Rescaling", "Resizing", "CenterCrop", "Normalization"})
_USUAL_LOSS: Final[Mapping[str, tuple[object, ...]]] = {
    "reduction": ("sum_over_batch_size",),
    "from_logits": (False,),
    "label_smoothing": (0, 0.0),
    "axis": (-1,),
    "dtype": (None, "float32"),
}
