"""From one layer of a program to the call of Keras that makes it, by the record of its kind.

An argument that has its default is left out: the defaults of the language are those of Keras.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from compiler.calls import Argument, Call
from compiler.randomness import layer_seed
from compiler.residual import Residual, projection_call
from spec_lang.forms import Parameter, SameAs
from spec_lang.kinds import Sides
from spec_lang.layers import LAYERS
from spec_lang.layers.kind import LayerKind, pair
from spec_lang.layers.reshaping import axis_order
from spec_lang.layers.windows import keras_padding
from spec_lang.program import Arguments, Layer, PlainValue

Place: TypeAlias = tuple[int, ...]

_OWN: Final = "compiler.own_layers"
_FIXED_INITIALIZERS: Final = ("zeros", "ones", "identity")
"""Those that draw nothing; all others get a seed."""


def lower(layer: Layer, place: int | Place, seed: int) -> Call | Residual:
    """The call for the layer at `place` in its program, counted from 1; `seed` is the program's.

    The place of a layer inside a residual is that of the residual and its own inside of it.

    Each random part of the layer has a seed of its own. Left alone, Keras draws seeds from Python's global generator:
    the weights would depend on what ran before.
    """
    place = place if isinstance(place, tuple) else (place,)
    kind, name = LAYERS[layer.kind], f"{layer.kind}_{'_'.join(map(str, place))}"
    if layer.body or kind.join:
        body = tuple(lower(each, (*place, inner), seed) for inner, each in enumerate(layer.body, start=1))
        initializer = {"kernel_initializer": _initializer("glorot_uniform", place, seed, 0)}
        projection = projection_call(layer, f"{name}_projection", initializer)
        return Residual(name, layer.input_shape, body, projection, str(layer.arguments["activation"]))
    call = _SPECIAL.get(layer.kind, _as_declared)(layer)
    arguments = {**call.arguments, **_initializers(kind, layer.arguments, place, seed)}
    if kind.random:
        arguments["seed"] = layer_seed(seed, place, 0)
    return Call(call.function, {**arguments, "name": name})


def _as_declared(layer: Layer) -> Call:
    """The class and the arguments that the record names."""
    kind = LAYERS[layer.kind]
    arguments: dict[str, Argument] = {**_renamed(kind.parameters, layer.arguments)}
    for weight, axes in kind.kernels.items():
        arguments.update(_penalties(weight, axes, layer.arguments))
    return Call(f"keras.layers.{kind.keras}", arguments)


def _renamed(parameters: tuple[Parameter, ...], given: Arguments) -> dict[str, PlainValue]:
    """The arguments that differ from their defaults, by their names in Keras; those for weights are left to others."""
    arguments: dict[str, PlainValue] = {}
    for parameter in parameters:
        value, default = given[parameter.name], parameter.default
        if value == (given[default.parameter] if isinstance(default, SameAs) else default):
            continue
        if parameter.name not in ("init", "bias_init", "l1", "l2", "maxnorm"):
            arguments[parameter.keras_name] = _sides(value) if isinstance(parameter.kind, Sides) else value
    return arguments


def _sides(value: PlainValue) -> PlainValue:
    """Keras takes ((top, bottom), (left, right))."""
    assert isinstance(value, tuple)
    return value[:2], value[2:]


def _penalties(weight: str, axes: tuple[int, ...], given: Arguments) -> Mapping[str, Argument]:
    penalties: dict[str, Argument] = {}
    match {name: given[name] for name in ("l1", "l2") if given[name]}:
        case {"l1": l1, "l2": l2}:
            penalties[f"{weight}_regularizer"] = Call("keras.regularizers.L1L2", {"l1": l1, "l2": l2})
        case {"l1": l1}:
            penalties[f"{weight}_regularizer"] = Call("keras.regularizers.L1", {"l1": l1})
        case {"l2": l2}:
            penalties[f"{weight}_regularizer"] = Call("keras.regularizers.L2", {"l2": l2})
    if given["maxnorm"] != "off":
        arguments = {"max_value": given["maxnorm"], "axis": axes}
        penalties[f"{weight}_constraint"] = Call("keras.constraints.MaxNorm", arguments)
    return penalties


def _initializers(kind: LayerKind, given: Arguments, place: Place, seed: int) -> Mapping[str, Argument]:
    """How each weight begins; the number of a weight in its layer is part of its seed."""
    words = {weight: str(given["init"]) for weight in kind.kernels}
    if given.get("bias_init", "zeros") != "zeros":
        words["bias"] = str(given["bias_init"])
    return {
        f"{weight}_initializer": word if word in _FIXED_INITIALIZERS else _initializer(word, place, seed, part)
        for part, (weight, word) in enumerate(words.items())
    }


def _initializer(word: str, place: Place, seed: int, part: int) -> Call:
    return Call(f"keras.initializers.{_class_name(word)}", {"seed": layer_seed(seed, place, part)})


def _class_name(word: str) -> str:
    """he_normal is the class HeNormal."""
    return "".join(part.capitalize() for part in word.split("_"))


def _pool(layer: Layer) -> Call:
    """Ceiling rounding is a padding of Keras where that has the same windows, as for all the common sizes."""
    given = layer.arguments
    if given["padding"] != "ceil":
        return _as_declared(layer)
    padding = keras_padding(layer.input_shape, pair(given, "window"), pair(given, "stride"))
    if padding:
        return _as_declared(layer._replace(arguments={**given, "padding": padding}))
    reduction = "max" if layer.kind == "pool" else "average"
    arguments = {"pool_size": given["window"], "strides": given["stride"], "reduction": reduction}
    return Call(f"{_OWN}.CeilPooling2D", arguments)


def _activation(layer: Layer) -> Call:
    """A word is `Activation`; with parameters it is the layer that Keras has for it, if any."""
    kind, word = LAYERS[layer.kind], str(layer.arguments["activation"])
    variant = kind.variants.get(word, ())
    parameters = _renamed(variant, layer.arguments)
    if word in ("glu", "threshold"):
        # These two are no words of Keras: one halves the channels, the other has no defaults.
        parameters = {each.keras_name: layer.arguments[each.name] for each in variant}
    elif not parameters:
        return _as_declared(layer)
    if word in _ACTIVATION_CLASSES:
        return Call(f"keras.layers.{_ACTIVATION_CLASSES[word]}", parameters)
    return Call(f"{_OWN}.ParametricActivation", {"activation": word, "parameters": parameters})


_ACTIVATION_CLASSES: Final = {"relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU"}


def _prelu(layer: Layer) -> Call:
    axes = tuple(range(1, len(layer.input_shape) + 1))
    shared = {"value": (), "channel": axes[:-1], "layer": axes}[str(layer.arguments["per"])]
    arguments: dict[str, Argument] = {"shared_axes": shared} if shared else {}
    if slope := layer.arguments["slope"]:
        arguments["alpha_initializer"] = Call("keras.initializers.Constant", {"value": slope})
    return Call("keras.layers.PReLU", arguments)


def _permute(layer: Layer) -> Call:
    return Call("keras.layers.Permute", {"dims": tuple(axis + 1 for axis in axis_order(layer.arguments))})


def _local_response_norm(layer: Layer) -> Call:
    return Call(f"{_OWN}.LocalResponseNormalization", _renamed(LAYERS[layer.kind].parameters, layer.arguments))


_SPECIAL: Final[Mapping[str, Callable[[Layer], Call]]] = {
    "pool": _pool,
    "avgpool": _pool,
    "activation": _activation,
    "prelu": _prelu,
    "permute": _permute,
    "lrn": _local_response_norm,
}
"""The kinds that are not one class with the arguments of the record."""
