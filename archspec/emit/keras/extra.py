"""Keras layers that Keras lacks, for every backend.

Import this module before a saved model that has one of them is loaded.

Source: Krizhevsky et al., "ImageNet classification with deep convolutional neural networks"
(2012), section 3.3; names and defaults of ``tf.nn.local_response_normalization``. LayerScale is that
of keras/src/applications/convnext.py, PositionEmbedding that of KerasHub, each with the same weights.
"""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="archspec")
class LocalResponseNormalization(keras.layers.Layer):  # type: ignore[misc]
    """``x / (bias + alpha · Σ x²)**beta``, the sum over the channels next to each one.

    Args:
        depth_radius: number of channels on either side in the sum.
        bias: added to the sum.
        alpha: factor of the sum.
        beta: exponent of the divisor.
    """

    def __init__(
        self,
        depth_radius: int = 5,
        bias: float = 1.0,
        alpha: float = 1.0,
        beta: float = 0.5,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.depth_radius = depth_radius
        self.bias = bias
        self.alpha = alpha
        self.beta = beta
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        channels = inputs.shape[-1]
        reach = min(self.depth_radius, channels - 1)
        margins = [(0, 0)] * (len(inputs.shape) - 1) + [(reach, reach)]
        squares = ops.pad(ops.square(inputs), margins)
        total = squares[..., :channels]
        for shift in range(1, 2 * reach + 1):
            total = total + squares[..., shift : shift + channels]
        return inputs / ops.power(self.bias + self.alpha * total, self.beta)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        own = ("depth_radius", "bias", "alpha", "beta")
        config: dict[str, Any] = super().get_config()
        return {**config, **{name: getattr(self, name) for name in own}}


@keras.saving.register_keras_serializable(package="archspec")
class LayerScale(keras.layers.Layer):  # type: ignore[misc]
    """``x · gamma``, a trained factor for each channel.

    Args:
        init_values: initial value of all factors.
        projection_dim: number of channels; that of the input if None.
    """

    def __init__(
        self, init_values: float = 1e-6, projection_dim: int | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.init_values = init_values
        self.projection_dim = projection_dim
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        self.projection_dim = self.projection_dim or input_shape[-1]
        if self.projection_dim != input_shape[-1]:
            raise ValueError(f"{self.projection_dim} factors for {input_shape[-1]} channels")
        self.gamma = self.add_weight(
            shape=(self.projection_dim,),
            initializer=keras.initializers.Constant(self.init_values),
            name="gamma",
        )

    def call(self, inputs: Any) -> Any:
        return ops.multiply(inputs, self.gamma)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        own = {"init_values": self.init_values, "projection_dim": self.projection_dim}
        return {**config, **own}


@keras.saving.register_keras_serializable(package="archspec")
class PositionEmbedding(keras.layers.Layer):  # type: ignore[misc]
    """A trained vector for each position of (..., positions, features), whatever the input holds.

    Args:
        sequence_length: number of positions at most.
        initializer: initial values of the vectors.
    """

    def __init__(
        self, sequence_length: int, initializer: Any = "glorot_uniform", **options: Any
    ) -> None:
        super().__init__(**options)
        self.sequence_length = sequence_length
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape: Any) -> None:
        self.embeddings = self.add_weight(
            shape=(self.sequence_length, input_shape[-1]),
            initializer=self.initializer,
            name="embeddings",
        )

    def call(self, inputs: Any, start_index: int = 0) -> Any:
        shape = ops.shape(inputs)
        table = ops.convert_to_tensor(self.embeddings)
        found = ops.slice(table, (start_index, 0), (shape[-2], shape[-1]))
        return ops.broadcast_to(found, shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        initializer = keras.initializers.serialize(self.initializer)
        return {**config, "sequence_length": self.sequence_length, "initializer": initializer}


@keras.saving.register_keras_serializable(package="archspec")
class Weight(keras.layers.Layer):  # type: ignore[misc]
    """One weight, the same for each example of a batch.

    Args:
        shape: its shape, which the output has after the batch.
        initializer: its initial values.
        regularizer: penalty on it.
        constraint: constraint on it.
    """

    def __init__(
        self,
        shape: Any,
        initializer: Any = "glorot_uniform",
        regularizer: Any = None,
        constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.initializer = keras.initializers.get(initializer)
        self.regularizer = keras.regularizers.get(regularizer)
        self.constraint = keras.constraints.get(constraint)

    def build(self, input_shape: Any) -> None:
        self.weight = self.add_weight(
            shape=self.shape,
            initializer=self.initializer,
            regularizer=self.regularizer,
            constraint=self.constraint,
            name="weight",
        )

    def call(self, inputs: Any) -> Any:
        return ops.broadcast_to(self.weight, (ops.shape(inputs)[0], *self.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], *self.shape)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return {
            **config,
            "shape": self.shape,
            "initializer": keras.initializers.serialize(self.initializer),
            "regularizer": keras.regularizers.serialize(self.regularizer),
            "constraint": keras.constraints.serialize(self.constraint),
        }
