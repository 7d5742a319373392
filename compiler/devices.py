"""Training on several devices at once: each takes its share of every batch, and all keep the same weights.

Built on `tf.distribute.MirroredStrategy`. A share may be empty, as in the last batch of an epoch, so sums are divided
by the size of the whole batch: the gradients that the devices add up are then those of the batch's mean loss.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from compiler.backend import keras, tf
from compiler.pipeline import Tensor


class Share(NamedTuple):
    """What one of several devices takes of a batch."""

    number: Tensor
    """Of the device, from 0, int32."""
    devices: int
    size: Tensor
    """Images of the whole batch, int64."""

    def of(self, values: Tensor) -> Tensor:
        """The device's part of (n, …)."""
        number = tf.cast(self.number, tf.int64)
        return values[self.size * number // self.devices : self.size * (number + 1) // self.devices]

    def mean(self, losses: Tensor) -> Tensor:
        """The device's part of the mean over the whole batch."""
        return tf.reduce_sum(losses) / tf.cast(self.size, losses.dtype)

    def parts(self, losses: list[Tensor]) -> list[Tensor]:
        """Of penalties on weights, which every device computes whole."""
        return [loss / self.devices for loss in losses]

    def draw(self, step: Tensor) -> Tensor:
        """A number of its own for each device and step, int64."""
        return step * self.devices + tf.cast(self.number, tf.int64)


class Devices:
    """Several devices that train one model."""

    def __init__(self, count: int) -> None:
        """The first `count` of those that there are."""
        self.count = count
        self._strategy = tf.distribute.MirroredStrategy([device.name for device in device_list()[:count]])

    def scope(self) -> Any:
        """Inside, what is built has a copy on each device."""
        return self._strategy.scope()

    def prepare(self, model: keras.Model) -> None:
        """Have batch normalization see the whole batch, as on one device."""
        for layer in model._flatten_layers():  # noqa: SLF001 - Keras has no public way into nested models
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True

    def divided(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """A step on a batch as one that gives each device its share, and adds up what they return."""

        def on_all(images: Tensor, labels: Tensor, ids: Tensor, epoch: Tensor, _share: None = None) -> Any:
            def on_one() -> Any:
                context = tf.distribute.get_replica_context()
                share = Share(context.replica_id_in_sync_group, self.count, tf.size(labels, tf.int64))
                return step(images, labels, ids, epoch, share)

            parts = self._strategy.run(on_one)
            return tf.nest.map_structure(lambda part: self._strategy.reduce("SUM", part, axis=None), parts)

        return on_all


def devices_for(count: int | None) -> Devices | None:
    """So many devices, all that there are for None; None where that comes to one. Raises ValueError for too many."""
    there = len(device_list())
    if count is not None and count > there:
        raise ValueError(f"{count} devices are asked for, and there {'is' if there == 1 else 'are'} {there}")
    wanted = there if count is None else count
    return Devices(wanted) if wanted > 1 else None


def device_list() -> list[Any]:
    """What TensorFlow can train on: the GPUs, or the processors where there is none."""
    return list(tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU"))
