"""What a spec leaves out of a layer's config: keys that have no effect on the graph, and why."""

from collections.abc import Mapping
from typing import Any

_ANY = object()

LEFT_OUT: Mapping[str, tuple[Any, str]] = {
    "name": (_ANY, "the layer's name, which is read from its entry"),
    "trainable": (_ANY, "read with the layer: it is said beside its arguments"),
    "autocast": (True, "what layers do if they are not told"),
    "batch_input_shape": (_ANY, "the shape of the input, which is read where the network begins"),
    "batch_shape": (_ANY, "the same"),
    "input_shape": (_ANY, "as `batch_input_shape`, of Keras 1"),
    "input_length": (_ANY, "the same, of Keras 1 and 2"),
    "input_dtype": (_ANY, "the type of the input, of Keras 1"),
    "build_config": (_ANY, "the shapes of the inputs, which follow from the network"),
    "build_input_shape": (_ANY, "the same"),
    "query_shape": (_ANY, "the same, of Keras 2"),
    "key_shape": (_ANY, "the same"),
    "value_shape": (_ANY, "the same"),
    "quantization_config": (_ANY, "how weights may be stored later, which no graph tells"),
    "implementation": (_ANY, "in which order a recurrent layer of Keras 1 and 2 multiplies"),
    "consume_less": (_ANY, "the same, of Keras 1"),
    "cache_enabled": (_ANY, "how Keras 1 kept results"),
    "synchronized": (False, "the default"),
    "renorm": (False, "the default; without it the next two have no effect"),
    "renorm_momentum": (0.99, "the default"),
    "ragged": (False, "rows of other lengths, which no input has then"),
    "sparse": (False, "values of an input are all there"),
    "optional": (False, "an input must be there"),
    "time_major": (False, "the first axis is time, which no layer has then"),
    "zero_output_for_mask": (False, "the default"),
    "groups": (1, "the default, which some layers of Keras 2 wrote without having it"),
    "rms_scaling": (False, "the default, of Keras before 3.10"),
    "unroll": (False, "the default, which ConvLSTM wrote without having it"),
    "data_format": ("channels_last", "the only one that there is in a spec"),
}
"""Key → the value for which it has no effect, or any; and why."""

_OF_ALL_CONVOLUTIONS = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
_WITHOUT_KERNEL = ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")
"""Convolutions whose kernels have other names: Keras 2 wrote for them what all have."""


def has_no_effect(kind: str, key: str, value: Any) -> bool:
    """Whether a key of a layer's config may be left out of a spec.

    A key that is not known may be left out if it is null, which is what Keras has for "nothing".
    """
    if value is None:
        return True
    if key in _OF_ALL_CONVOLUTIONS and kind in _WITHOUT_KERNEL:
        return True
    if key not in LEFT_OUT:
        return False
    without = LEFT_OUT[key][0]
    return without is _ANY or (type(value) is type(without) and value == without)
