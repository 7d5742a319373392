"""One layer out of a Keras config as a layer of the language, by the records of the layer kinds.

The way back of `compiler.lowering`. Nothing in a config is executed or looked up in Keras: what no record knows is
named and left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from spec_lang.forms import Form, Parameter, Required
from spec_lang.keras_values import Config, as_json, dtype_name, initializer_word, limit, penalties, shown
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind
from spec_lang.layers.reshaping import AXES
from spec_lang.program import PlainValue
from spec_lang.program_json import of_kind

Special: TypeAlias = tuple[str, dict[str, PlainValue]]
"""The keyword and the arguments of a layer."""


class NotExpressibleError(Exception):
    """A layer that the language does not have, with the reason as its text."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A layer of the language; `lost` says what the Keras layer has beyond it."""

    form: Form
    arguments: Mapping[str, PlainValue]
    lost: tuple[str, ...] = ()


def class_of(layer: Mapping[Any, Any]) -> str:
    """The class of a layer; that of somebody's own, which may be called as one of Keras's, with where it comes from."""
    registered, module = layer.get("registered_name"), layer.get("module")
    if isinstance(registered, str) and ">" in registered:
        return registered
    name = str(layer.get("class_name"))
    return name if module is None or str(module).partition(".")[0] in _KERAS else f"{module}.{name}"


_KERAS: Final = ("keras", "tf_keras", "tensorflow", "builtins")


def translate_layer(class_name: str, config: Config, rank: int = 3) -> Translated:
    """The layer that a class of Keras with a config is, for inputs of so many axes, the batch axis not counted.

    Raises NotExpressibleError for one that there is not.
    """
    reader = Reader(config, rank)
    kind = _BY_CLASS.get(class_name)
    if special := _SPECIAL.get(class_name):
        keyword, arguments = special(reader)
    elif kind:
        keyword, arguments = kind.keyword, reader.declared(kind)
    else:
        raise NotExpressibleError(_REASONS.get(class_name, "not a layer of the language"))
    return Translated(LAYERS[keyword], arguments, reader.lost_with_rest())


@dataclass(slots=True)
class Reader:
    """Takes values out of a config, and tells at the end what was left."""

    config: Config
    rank: int = 3
    taken: set[str] = field(default_factory=lambda: {"name", "seed", "batch_shape", "batch_input_shape"})
    lost: list[str] = field(default_factory=list)

    def take(self, key: str) -> Any:
        self.taken.add(key)
        return self.config.get(key)

    def declared(self, kind: LayerKind) -> dict[str, PlainValue]:
        """The arguments of a kind that is one class of Keras."""
        weights = self.weights(kind) if kind.kernels else {}
        others = [each for each in kind.parameters if each.name not in _OF_WEIGHTS]
        return {**self.parameters(others), **weights}

    def parameters(self, parameters: list[Parameter]) -> dict[str, PlainValue]:
        """Those that are given; one that cannot be expressed is lost, or the whole layer where it has no default."""
        arguments: dict[str, PlainValue] = {}
        for parameter in parameters:
            given = self.take(parameter.keras_name)
            if given is None and not isinstance(parameter.default, Required):
                continue
            try:
                arguments[parameter.name] = of_kind(parameter.kind, as_json(parameter.kind, given), "")
            except ValueError as error:
                if isinstance(parameter.default, Required):
                    raise NotExpressibleError(f"{parameter.keras_name} = {shown(given)}") from error
                self.lost.append(f"{parameter.keras_name} = {shown(given)}")
        return arguments

    def weights(self, kind: LayerKind) -> dict[str, PlainValue]:
        """How the weights begin and what is held against their size: one word for all of the layer's kernels."""
        words: dict[str, PlainValue] = {}
        for weight in (*kind.kernels, "bias"):
            word = initializer_word(given := self.take(f"{weight}_initializer"))
            name = "bias_init" if weight == "bias" else "init"
            if given is not None and (word is None or words.setdefault(name, word) != word):
                self.lost.append(f"{weight}_initializer = {shown(given)}")
        for weight, axes in kind.kernels.items():
            for suffix, read in (("regularizer", penalties), ("constraint", limit)):
                given = self.take(f"{weight}_{suffix}")
                read_words = read(given, axes)
                if read_words is None or any(words.setdefault(name, each) != each for name, each in read_words.items()):
                    self.lost.append(f"{weight}_{suffix} = {shown(given)}")
        return words

    def lost_with_rest(self) -> tuple[str, ...]:
        """What was not expressible, and every value that nobody asked for, unless it changes nothing."""
        rest = [
            f"{key} = {shown(value)}"
            for key, value in self.config.items()
            if key not in self.taken and not self.changes_nothing(key, value)
        ]
        return (*self.lost, *rest)

    def changes_nothing(self, key: str, value: object) -> bool:
        """Whether a value that no parameter stands for is the one that every layer of the language has."""
        if key == "dtype":
            return dtype_name(value) == "float32"
        if key.endswith("_initializer"):
            return initializer_word(value) == _USUAL_STATISTICS.get(key)
        if key == "axis":
            return value in (-1, [-1], self.rank, [self.rank])
        # What newer versions of Keras add is off unless asked for.
        return value in _NEUTRAL.get(key, (None, False))


_BY_CLASS: Final = {kind.keras: kind for kind in LAYERS.values() if kind.keras and kind.keyword != "input"}
_OF_WEIGHTS: Final = ("init", "bias_init", "l1", "l2", "maxnorm")
_REASONS: Final = {"Lambda": "it holds Python code, which is not executed"}
_NEUTRAL: Final[Mapping[str, tuple[object, ...]]] = {
    "trainable": (True,),
    "data_format": (None, "channels_last"),
    "dilation_rate": (1, [1, 1]),
    "renorm_momentum": (0.99,),
}
_USUAL_STATISTICS: Final = {
    "beta_initializer": "zeros",
    "gamma_initializer": "ones",
    "moving_mean_initializer": "zeros",
    "moving_variance_initializer": "ones",
    "alpha_initializer": "zeros",
}


def _activation(reader: Reader) -> Special:
    (word,) = LAYERS["activation"].parameters
    return "activation", reader.parameters([word])


def _activation_class(word: str) -> Callable[[Reader], Special]:
    """The layer class that Keras has for one activation."""

    def read(reader: Reader) -> Special:
        parameters = list(LAYERS["activation"].variants.get(word, ()))
        return "activation", {"activation": word, **reader.parameters(parameters)}

    return read


def _parametric_activation(reader: Reader) -> Special:
    word, parameters = reader.take("activation"), reader.take("parameters")
    if word not in ("glu", *LAYERS["activation"].variants) or not isinstance(parameters, Mapping):
        raise NotExpressibleError(f"activation = {shown(word)}")
    keyword, arguments = _activation_class(str(word))(inner := Reader(parameters))
    reader.lost += inner.lost_with_rest()
    return keyword, arguments


def _prelu(reader: Reader) -> Special:
    axes, all_axes = reader.take("shared_axes") or [], list(range(1, reader.rank + 1))
    shared = {"value": [], "channel": all_axes[:-1], "layer": all_axes}
    per = next((word for word, each in shared.items() if axes == each), None)
    if per is None:
        raise NotExpressibleError(f"shared_axes = {shown(axes)}")
    match reader.config.get("alpha_initializer"):
        case {"class_name": "Constant", "config": {"value": value}}:
            reader.taken.add("alpha_initializer")
            _, slope = LAYERS["prelu"].parameters
            return "prelu", {"per": per, **Reader({"slope": value}).parameters([slope])}
    return "prelu", {"per": per}


def _permute(reader: Reader) -> Special:
    dims = reader.take("dims")
    if not isinstance(dims, (list, tuple)) or sorted(map(str, dims)) != ["1", "2", "3"]:
        raise NotExpressibleError(f"dims = {shown(dims)}")
    return "permute", {"axes": tuple(AXES[int(axis) - 1] for axis in dims)}


def _ceil_pooling(reader: Reader) -> Special:
    keyword = {"max": "pool", "average": "avgpool"}.get(str(reader.take("reduction")))
    if keyword is None:
        raise NotExpressibleError("reduction is neither max nor average")
    parameters = [each for each in LAYERS[keyword].parameters if each.name != "padding"]
    return keyword, {**reader.parameters(parameters), "padding": "ceil"}


def _local_response_norm(reader: Reader) -> Special:
    return "lrn", reader.parameters(list(LAYERS["lrn"].parameters))


_SPECIAL: Final[Mapping[str, Callable[[Reader], Special]]] = {
    "Activation": _activation,
    "ReLU": _activation_class("relu"),
    "LeakyReLU": _activation_class("leaky_relu"),
    "ELU": _activation_class("elu"),
    "Softmax": _activation_class("softmax"),
    "PReLU": _prelu,
    "Permute": _permute,
    "dotcnn>CeilPooling2D": _ceil_pooling,
    "dotcnn>LocalResponseNormalization": _local_response_norm,
    "dotcnn>ParametricActivation": _parametric_activation,
}
"""The classes that are not one layer kind with the arguments of its record."""
