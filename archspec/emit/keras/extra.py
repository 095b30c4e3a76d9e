"""Keras layers that Keras lacks, for every backend.

Import this module before a saved model that has one of them is loaded.

Source: Krizhevsky et al., "ImageNet classification with deep convolutional neural networks"
(2012), section 3.3; names and defaults of ``tf.nn.local_response_normalization``.
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
