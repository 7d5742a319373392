"""A layer as Keras or PyTorch calls it, as a statement: `Conv2D(32, (3, 3), activation="relu")` is `conv 32 3x3 relu`.

The call is parsed as Python and never executed. What cannot be said in a statement is not guessed at.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from spec_lang.keras_layers import NotExpressibleError, translate_layer
from spec_lang.layers import LAYERS
from spec_lang.layers.activations import ACTIVATION_LAYER, ACTIVATIONS
from spec_lang.suggestions import suggest
from spec_lang.synonyms import Role, meanings_of, plain
from spec_lang.unparse import statement

LONGEST: Final = 300
"""Characters; no layer takes more, and Python's parser nests as deeply as the text does."""


class PythonLayer(NamedTuple):
    """What a call in Python says."""

    text: str
    exact: bool = True
    """Whether the text says all that the call does."""


class _NoConstantError(ValueError):
    """An argument that is no constant."""


class _Call(NamedTuple):
    name: str
    of_torch: bool
    args: Sequence[Any]
    kwargs: Mapping[str, Any]


def layer_of(text: str) -> PythonLayer | None:
    """The layer that a line of Python makes, as a statement; None where it makes none that is known."""
    text = text.strip().rstrip(",;").rstrip()
    if not text or len(text) > LONGEST:
        return None
    try:
        call = _call(_expression(ast.parse(text).body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if call is None:
        return None
    try:
        return _torch(call) if call.of_torch else _keras(call)
    except (TypeError, ValueError, NotExpressibleError):
        return None


def is_layer(word: str) -> bool:
    """Whether a word begins a statement that is a layer."""
    return word in LAYERS


def _expression(body: list[ast.stmt]) -> ast.expr | None:
    match body:
        case [ast.Expr(value)] | [ast.Assign(value=value)]:
            return value
    return None


def _call(node: ast.expr | None) -> _Call | None:
    match node:
        case ast.Call(func=ast.Attribute(attr="add"), args=[ast.Call() as inner], keywords=[]):
            return _call(inner)
        case ast.Call(func=ast.Call() as inner):  # Dense(10)(x)
            return _call(inner)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            module = ""
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args, keywords=keywords):
            module = ast.unparse(owner)
        case _:
            return None
    of_torch = module.split(".")[0] in ("nn", "torch", "F") and "keras" not in module
    of_torch = of_torch or (not module and name in _TORCH and name not in _OF_BOTH)
    return _Call(
        name, of_torch, [_value(each) for each in args], {each.arg or "**": _value(each.value) for each in keywords}
    )


def _value(node: ast.expr) -> Any:
    """A constant, as a Keras config holds it; a call of an initializer or a penalty likewise."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None as value):
            return value
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return [_value(each) for each in items]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _value(operand)
            if isinstance(number, (int, float)):
                return -number
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            first, second = _value(left), _value(right)
            if isinstance(first, (int, float)) and isinstance(second, (int, float)) and second:
                return first / second
        case ast.Name(id=name) | ast.Attribute(attr=name):
            if name in ACTIVATIONS:
                return name
        case ast.Call(func=(ast.Name(id=name) | ast.Attribute(attr=name)), args=args, keywords=keywords):
            return _object(
                name, [_value(each) for each in args], {str(each.arg): _value(each.value) for each in keywords}
            )
    raise _NoConstantError


def _object(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    if plain(name) in ("l1", "l2", "l1l2"):
        weights = ["l1", "l2"] if plain(name) == "l1l2" else [plain(name)]
        given = {**dict(zip(weights, args, strict=False)), **kwargs}
        return {
            "class_name": {"l1": "L1", "l2": "L2", "l1l2": "L1L2"}[plain(name)],
            "config": given or {weights[0]: 0.01},
        }
    if not args and not kwargs and any(each.role is Role.INITIALIZER and each.words for each in meanings_of(name)):
        return name
    raise _NoConstantError


_POSITIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "Activation": ("activation",),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "Conv2D": ("filters", "kernel_size", "strides", "padding"),
    "Conv2DTranspose": ("filters", "kernel_size", "strides", "padding"),
    "Cropping2D": ("cropping",),
    "Dense": ("units", "activation", "use_bias"),
    "DepthwiseConv2D": ("kernel_size", "strides", "padding"),
    "Dropout": ("rate",),
    "ELU": ("alpha",),
    "GaussianNoise": ("stddev",),
    "GroupNormalization": ("groups",),
    "Input": ("shape",),
    "LeakyReLU": ("negative_slope",),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "Rescaling": ("scale", "offset"),
    "Reshape": ("target_shape",),
    "SeparableConv2D": ("filters", "kernel_size", "strides", "padding"),
    "SpatialDropout2D": ("rate",),
    "UpSampling2D": ("size",),
    "ZeroPadding2D": ("padding",),
}
"""The arguments of Keras's layers that are given without their names, in order."""
_USUAL: Final[Mapping[str, Mapping[str, Any]]] = {
    "MaxPooling2D": {"pool_size": 2},
    "AveragePooling2D": {"pool_size": 2},
    "UpSampling2D": {"size": 2},
    "ZeroPadding2D": {"padding": [[1, 1], [1, 1]]},
    "LeakyReLU": {"negative_slope": 0.3},
    "GroupNormalization": {"groups": 32},
}
"""Keras's defaults of what has none, or another one, here."""
_WITHOUT_MEANING: Final = ("name", "input_shape", "batch_input_shape", "input_dim")
_PARTS: Final = ("input_shape", "batch_input_shape", "input_dim")


def _keras(call: _Call) -> PythonLayer | None:
    word = suggest(call.name, list(LAYERS), Role.LAYER).word
    is_activation = [each for each in meanings_of(call.name) if each.role is Role.ACTIVATION and each.words]
    if is_activation and not word:
        class_name = {"leaky_relu": "LeakyReLU", "relu": "ReLU", "elu": "ELU", "softmax": "Softmax"}.get(
            is_activation[0].words[0], ""
        )
        if not class_name:
            return None if call.args or call.kwargs else PythonLayer(f"activation {is_activation[0].words[0]}")
    elif word in LAYERS and LAYERS[word].keras and plain(call.name) not in _NO_CLASS:
        class_name = LAYERS[word].keras
    else:
        return None
    kind = LAYERS.get(word, ACTIVATION_LAYER)
    names = _POSITIONAL.get(class_name, ())
    if len(call.args) > len(names) or "**" in call.kwargs:
        return None
    by_name = {each.name: each.keras_name for each in kind.parameters}
    config = {
        **_USUAL.get(class_name, {}),
        **dict(zip(names, call.args, strict=False)),
        **{_keras_name(name, by_name): value for name, value in call.kwargs.items()},
    }
    exact = not any(name in config for name in _PARTS)
    for name in _WITHOUT_MEANING:
        config.pop(name, None)
    if class_name == "Input":
        shape = config.get("shape")
        whole = isinstance(shape, list) and all(type(each) is int and each > 0 for each in shape)
        return PythonLayer(f"input {'x'.join(map(str, shape or []))}", exact) if whole else None
    if class_name in ("ZeroPadding2D", "Cropping2D"):
        key = names[0]
        config[key] = _sides(config.get(key))
    if isinstance(config.get("padding"), str):
        config["padding"] = config["padding"].lower()
    if isinstance(given := config.get("activation"), str):
        config["activation"] = suggest(given, list(ACTIVATIONS), Role.ACTIVATION).word or given
    layer = translate_layer(class_name, config)
    if class_name == "Rescaling":  # of images that come in from 0 to 255 there, and from 0 to 1 here
        return None
    return None if layer.lost else PythonLayer(statement(layer.form, layer.arguments), exact)


def _keras_name(name: str, by_name: Mapping[str, str]) -> str:
    if name in by_name:
        return by_name[name]
    return {"nb_filter": "filters", "alpha": "negative_slope"}.get(name, name) if "alpha" not in by_name else name


def _sides(given: Any) -> Any:
    match given:
        case int(all_sides):
            return [[all_sides, all_sides], [all_sides, all_sides]]
        case [int(vertical), int(horizontal)]:
            return [[vertical, vertical], [horizontal, horizontal]]
    return given


_NO_CLASS: Final = ("linear", "innerproduct", "fc", "connected")
"""Names that other programs have for a layer, with other arguments."""


def _conv(
    in_channels: int,
    out_channels: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
    bias: bool = True,
) -> str | None:
    del in_channels  # they are known
    kernel, step, spread = _two(kernel_size), _two(stride), _two(dilation)
    if padding == "same":
        around, word = (0, 0), " same"
    elif padding == "valid":
        around, word = (0, 0), ""
    else:
        around, word = _two(padding), ""
        half = tuple(each * (size - 1) for each, size in zip(spread, kernel, strict=True))
        if any(around) and step == (1, 1) and (2 * around[0], 2 * around[1]) == half:
            around, word = (0, 0), " same"
    options = [f"stride={_short(step)}"] if step != (1, 1) else []
    options += [f"dilation={_short(spread)}"] if spread != (1, 1) else []
    options += [f"groups={int(groups)}"] if groups != 1 else []
    options += [] if bias else ["bias=off"]
    before = f"zeropad {_short(around)}; " if any(around) else ""
    return " ".join([f"{before}conv {int(out_channels)} {kernel[0]}x{kernel[1]}{word}", *options])


def _pooling(word: str) -> Callable[..., str | None]:
    def pool(kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False) -> str | None:
        if padding != 0:
            return None
        window, step = _two(kernel_size), _two(kernel_size if stride is None else stride)
        options = ["ceil"] if ceil_mode else []
        options += [f"stride={_short(step)}"] if step != window else []
        return " ".join([f"{word} {window[0]}x{window[1]}", *options])

    return pool


def _linear(in_features: int, out_features: int, bias: bool = True) -> str:
    del in_features
    return f"dense {int(out_features)}" + ("" if bias else " bias=off")


def _lazy_linear(out_features: int, bias: bool = True) -> str:
    return _linear(0, out_features, bias)


def _batchnorm(num_features: int = 0, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> str | None:
    del num_features
    if not affine or not 0 < momentum < 1:
        return None
    return f"batchnorm momentum={round(1 - momentum, 10):g} epsilon={eps:.10f}".rstrip("0")


def _dropout(p: float = 0.5, inplace: bool = False) -> str:
    del inplace
    return f"dropout {float(p):g}"


def _spatial_dropout(p: float = 0.5, inplace: bool = False) -> str:
    return f"spatial{_dropout(p, inplace)}"


def _adaptive(word: str) -> Callable[..., str | None]:
    return lambda output_size: word if output_size in (1, [1, 1]) else None


def _activation(word: str) -> Callable[..., str]:
    def layer(inplace: bool = False, dim: int = 1) -> str:
        del inplace, dim
        return f"activation {word}"

    return layer


def _leaky_relu(negative_slope: float = 0.01, inplace: bool = False) -> str:
    del inplace
    return f"activation leaky_relu slope={float(negative_slope):g}"


def _flatten(start_dim: int = 1, end_dim: int = -1) -> str | None:
    return "flatten" if (start_dim, end_dim) == (1, -1) else None


def _zeropad(padding: int) -> str:
    return f"zeropad {int(padding)}"


_TORCH: Final[Mapping[str, Callable[..., str | None]]] = {
    "Conv2d": _conv,
    "Linear": _linear,
    "LazyLinear": _lazy_linear,
    "MaxPool2d": _pooling("pool"),
    "AvgPool2d": _pooling("avgpool"),
    "AdaptiveAvgPool2d": _adaptive("globalavgpool"),
    "AdaptiveMaxPool2d": _adaptive("globalpool"),
    "BatchNorm2d": _batchnorm,
    "Dropout": _dropout,
    "Dropout2d": _spatial_dropout,
    "Flatten": _flatten,
    "ZeroPad2d": _zeropad,
    "ReLU": _activation("relu"),
    "ReLU6": _activation("relu6"),
    "LeakyReLU": _leaky_relu,
    "Sigmoid": _activation("sigmoid"),
    "Tanh": _activation("tanh"),
    "Softmax": _activation("softmax"),
    "GELU": _activation("gelu"),
    "SiLU": _activation("silu"),
    "Mish": _activation("mish"),
    "Hardswish": _activation("hard_silu"),
    "Hardsigmoid": _activation("hard_sigmoid"),
}
_OF_BOTH: Final = ("Dropout", "Flatten", "ReLU", "LeakyReLU", "Softmax")
"""What Keras calls so too; without a module, Keras's are meant."""


def _torch(call: _Call) -> PythonLayer | None:
    layer = _TORCH.get(call.name)
    text = layer(*call.args, **call.kwargs) if layer else None
    return PythonLayer(text) if text else None


def _two(given: Any) -> tuple[int, int]:
    match given:
        case int(both) if not isinstance(given, bool):
            return both, both
        case [int(height), int(width)]:
            return height, width
    raise ValueError


def _short(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"
