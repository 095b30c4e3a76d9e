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
    "batch_size": (_ANY, "the size of the batch is no matter of the network"),
    "input_shape": (_ANY, "as `batch_input_shape`, of Keras 1"),
    "input_length": (_ANY, "the same, of Keras 1 and 2"),
    "input_dtype": (_ANY, "the type of the input, of Keras 1"),
    "input_spec": (_ANY, "what a layer of Keras asks of its input, which follows from it"),
    "build_config": (_ANY, "the shapes of the inputs, which follow from the network"),
    "build_input_shape": (_ANY, "the same"),
    "query_shape": (_ANY, "the same, of Keras 2"),
    "key_shape": (_ANY, "the same"),
    "value_shape": (_ANY, "the same"),
    "quantization_config": (_ANY, "how weights may be stored later, which no graph tells"),
    "implementation": (_ANY, "in which order a recurrent layer of Keras 1 and 2 multiplies"),
    "consume_less": (_ANY, "the same, of Keras 1"),
    "cache_enabled": (_ANY, "how Keras 1 kept results"),
    "use_cudnn": ("auto", "which program calculates it"),
    "fused": (_ANY, "which program calculates it, of Keras 2"),
    "synchronized": (False, "the default"),
    "renorm": (False, "the default; without it the next two have no effect"),
    "renorm_momentum": (0.99, "the default"),
    "ragged": (False, "rows of other lengths, which no input has then"),
    "sparse": (False, "values of an input are all there"),
    "optional": (False, "an input must be there"),
    "time_major": (False, "the first axis is time, which no layer has then"),
    "zero_output_for_mask": (False, "the default"),
    "num_constants": (0, "no further inputs of a recurrent layer"),
    "groups": (1, "the default, which some layers of Keras 2 wrote without having it"),
    "rms_scaling": (False, "the default, of Keras before 3.10"),
    "truncate_gradient": (-1, "the default, of Keras 1: gradients run over all steps"),
    "unroll": (False, "the default, which ConvLSTM wrote without having it"),
    "registered_name": (_ANY, "the name of the class once more"),
    "module": (_ANY, "the place of the class, which is looked at with it"),
    "data_format": ("channels_last", "the only one that there is in a spec"),
    "count_weights": (False, "none"),
    "auto_vectorize": (_ANY, "how pictures of a batch are gone through"),
    "force_generator": (_ANY, "where random numbers come from, of Keras 2"),
    "rng_type": (_ANY, "the same"),
}
"""Key → the value for which it has no effect, or any; and why."""

_OF: Mapping[str, tuple[tuple[str, ...], str]] = {
    "kernel_initializer": (
        ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
        "these have none: Keras 2 wrote what all convolutions have",
    ),
    "kernel_regularizer": (
        ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
        "the same",
    ),
    "kernel_constraint": (
        ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
        "the same",
    ),
}
"""Key → the layers for which it has no effect, and why."""


def has_no_effect(kind: str, key: str, value: Any) -> bool:
    """Whether a key of a layer's config may be left out of a spec.

    A key that is not known may be left out if it is null, which is what Keras has for "nothing".
    """
    if value is None:
        return True
    if key in _OF and kind in _OF[key][0]:
        return True
    if key not in LEFT_OUT:
        return False
    without = LEFT_OUT[key][0]
    return without is _ANY or (type(value) is type(without) and value == without)
