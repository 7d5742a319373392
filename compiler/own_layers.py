"""The layers that Keras does not have. Each class stands on its own, so that it can be copied into a script.

They are registered: once this module is imported, `keras.saving.load_model` knows them. `cnn compile` puts them into
its scripts as they stand here, so their lines fit into the 88 columns that are usual there.
"""

from typing import Any

from compiler.backend import keras


@keras.saving.register_keras_serializable(package="dotcnn")
class LocalResponseNormalization(keras.layers.Layer):  # type: ignore[misc]
    """Each value divided by (k + alpha * mean of the squares of `size` neighbouring channels)^beta.

    Zeros stand in for the neighbours beyond the first and the last channel. As in Caffe, alpha weighs the mean;
    Krizhevsky et al. 2012, section 3.3, weigh the sum. Takes and gives (batch, height, width, channels); `size` is odd.
    """

    def __init__(
        self,
        size: int = 5,
        alpha: float = 0.0001,
        beta: float = 0.75,
        k: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def call(self, inputs: Any) -> Any:
        channels = inputs.shape[-1]
        reach = min(self.size // 2, channels - 1)
        borders = [(0, 0), (0, 0), (0, 0), (reach, reach)]
        squares = keras.ops.pad(keras.ops.square(inputs), borders)
        total = sum(squares[..., i : i + channels] for i in range(2 * reach + 1))
        scale = self.k + self.alpha / self.size * total
        return inputs * keras.ops.power(scale, -self.beta)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "alpha": self.alpha,
            "beta": self.beta,
            "k": self.k,
        }


@keras.saving.register_keras_serializable(package="dotcnn")
class CeilPooling2D(keras.layers.Layer):  # type: ignore[misc]
    """Pooling that leaves out no pixel: the last windows reach out of the image at the bottom and at the right.

    Only pixels inside count. As in Caffe, sizes are ceil((n - k) / s) + 1, save that a window must begin inside the
    image. `reduction` is "max" or "average".
    """

    def __init__(
        self,
        pool_size: tuple[int, int],
        strides: tuple[int, int],
        reduction: str = "max",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size, self.strides = tuple(pool_size), tuple(strides)
        self.reduction = reduction

    def call(self, inputs: Any) -> Any:
        def pool(images: Any, outside: float) -> Any:
            padded = keras.ops.pad(images, borders, constant_values=outside)
            return function(padded, self.pool_size, self.strides, padding="valid")

        is_max = self.reduction == "max"
        function = keras.ops.max_pool if is_max else keras.ops.average_pool
        height, width = inputs.shape[1:3]
        bottom, right = self._missing(height, 0), self._missing(width, 1)
        borders = [(0, 0), (0, bottom), (0, right), (0, 0)]
        if is_max:
            return pool(inputs, float("-inf"))
        inside = keras.ops.ones((1, height, width, 1), dtype=inputs.dtype)
        return pool(inputs, 0.0) / pool(inside, 0.0)

    def _missing(self, size: int, axis: int) -> int:
        """How many pixels the last window reaches out of an image of this size."""
        window, stride = self.pool_size[axis], self.strides[axis]
        last = min(-((window - size) // stride), (size - 1) // stride)
        return max(last * stride + window - size, 0)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "reduction": self.reduction,
        }


@keras.saving.register_keras_serializable(package="dotcnn")
class ParametricActivation(keras.layers.Layer):  # type: ignore[misc]
    """An activation function of Keras with arguments of its own, where Keras has no layer for it."""

    def __init__(
        self,
        activation: str,
        parameters: dict[str, float | bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.activation, self.parameters = activation, dict(parameters)

    def call(self, inputs: Any) -> Any:
        return keras.activations.get(self.activation)(inputs, **self.parameters)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "activation": self.activation,
            "parameters": dict(self.parameters),
        }
