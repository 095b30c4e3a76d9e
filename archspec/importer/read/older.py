"""Layers of Keras 1 and 2 as those of Keras 3: other names, and defaults that were others.

Sources: keras/layers/*.py and keras/legacy/interfaces.py of Keras 1.2.2, 2.0.0 and 2.3.1, and
tensorflow/python/keras/layers of TensorFlow 1.14 and 2.4. What the interfaces rename for the code
of users is what files of Keras 1 have.
"""

from collections.abc import Callable, Mapping
from typing import Any

KINDS: Mapping[str, str] = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "Deconv2D": "Conv2DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "UnifiedLSTM": "LSTM",
    "UnifiedGRU": "GRU",
    "LSTMV1": "LSTM",
    "LSTMV2": "LSTM",
    "GRUV1": "GRU",
    "GRUV2": "GRU",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "ConvLSTM2DV1": "ConvLSTM2D",
    "ThresholdedReLU": "ReLU",
}
"""Classes that have another name now."""

_KEYS: Mapping[str, str] = {
    "nb_filter": "filters",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "filter_length": "kernel_size",
    "atrous_rate": "dilation_rate",
    "pool_length": "pool_size",
    "stride": "strides",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "depthwise_init": "depthwise_initializer",
    "pointwise_init": "pointwise_initializer",
    "beta_init": "beta_initializer",
    "gamma_init": "gamma_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "U_constraint": "recurrent_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "p": "rate",
    "sigma": "stddev",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "dim_ordering": "data_format",
    "forget_bias_init": "unit_forget_bias",
    "causal": "use_causal_mask",
}
"""Arguments that have another name now, whatever the layer."""

_KEYS_OF: Mapping[str, Mapping[str, str]] = {
    "Dense": {"output_dim": "units"},
    "SimpleRNN": {"output_dim": "units"},
    "GRU": {"output_dim": "units"},
    "LSTM": {"output_dim": "units"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "PReLU": {"init": "alpha_initializer"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "UpSampling1D": {"length": "size"},
    "CategoryEncoding": {"max_tokens": "num_tokens"},
}
"""The same, of some layers."""

_WORDS: Mapping[str, Mapping[Any, Any]] = {
    "data_format": {"tf": "channels_last", "th": "channels_first", "default": None},
    "unit_forget_bias": {"one": True, "ones": True, "zero": False, "zeros": False},
    "output_mode": {"binary": "multi_hot"},
}
"""Values that have another name now."""

_NOTHING: Mapping[tuple[str, str], Any] = {
    ("BatchNormalization", "mode"): 0,
    ("Embedding", "dropout"): 0.0,
    ("Conv2D", "depth_multiplier"): 1,
    ("Masking", "input_dim"): None,
}
"""Arguments that are gone, with the value by which a layer does what it does now."""

OLD_HARD_SIGMOID = (
    "clips 0.2·x + 0.5, and that of Keras 3 clips x/6 + 0.5: they differ by up to 1/12"
)


def older_kind(kind: str) -> str:
    """The name that a class of Keras 1 or 2 has now."""
    return KINDS.get(kind, kind)


def modern(kind: str, config: dict[str, Any], version: int) -> dict[str, Any]:
    """The config of a layer with the names of today.

    Args:
        kind: its class, as the file has it.
        config: its config.
        version: the first number of the version of Keras that wrote it.
    """
    now = older_kind(kind)
    own = _KEYS_OF.get(now, {})
    found: dict[str, Any] = {}
    for key, value in config.items():
        if (now, key) in _NOTHING and value == _NOTHING[now, key]:
            continue
        name = own.get(key) or (_KEYS.get(key, key) if key not in own else key)
        if name in found and value is None:
            continue
        if name in _WORDS and isinstance(value, str):
            value = _WORDS[name].get(value, value)
        found[name] = value
    rule = _RULES.get(kind) or _RULES.get(now)
    if version < 3 and rule is not None:
        rule(found)
    if version < 2:
        _kernel(found)
        if now.startswith("Separable") and "kernel_initializer" in found:
            initializer = found.pop("kernel_initializer")  # of both kernels
            found |= dict.fromkeys(("depthwise_initializer", "pointwise_initializer"), initializer)
    return found


def _kernel(config: dict[str, Any]) -> None:
    """One size of a kernel of several: `nb_row`, `nb_col`, or `kernel_dim1` to `kernel_dim3`."""
    for names in (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")):
        if all(name in config for name in names):
            config["kernel_size"] = [config.pop(name) for name in names]


def _recurrent(config: dict[str, Any]) -> None:
    for key in ("input_dim",):  # of Keras 1: the size of what comes in
        config.pop(key, None)


def _gru(config: dict[str, Any]) -> None:
    _recurrent(config)
    # Keras had no other way before 2.1, and wrote nothing (keras/layers/recurrent.py of 2.0.9).
    config.setdefault("reset_after", False)


def _cudnn_lstm(config: dict[str, Any]) -> None:
    # What cuDNN calculates with (keras/layers/cudnn_recurrent.py of 2.3.1).
    config |= {"activation": "tanh", "recurrent_activation": "sigmoid"}


def _cudnn_gru(config: dict[str, Any]) -> None:
    config |= {"activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": True}


def _threshold(config: dict[str, Any]) -> None:
    if "theta" in config:
        config["threshold"] = config.pop("theta")


def _input_size(config: dict[str, Any]) -> None:
    config.pop("input_dim", None)  # the size of what comes in


def _padding(config: dict[str, Any]) -> None:
    """The borders of Keras 1: two numbers, four as [top, bottom, left, right], or a map."""
    padding = config.get("padding")
    if isinstance(padding, dict):
        sides = ("top_pad", "bottom_pad", "left_pad", "right_pad")
        if {*padding} <= {*sides}:
            top, bottom, left, right = (padding.get(side, 0) for side in sides)
            config["padding"] = [[top, bottom], [left, right]]
        elif {*padding} <= {"left_pad", "right_pad"}:
            config["padding"] = [padding.get("left_pad", 0), padding.get("right_pad", 0)]
    elif isinstance(padding, list) and len(padding) == 4:
        config["padding"] = [padding[:2], padding[2:]]


def _transposed(config: dict[str, Any]) -> None:
    config.pop("output_shape", None)  # the reader compares it with what comes out now


def _synchronized(config: dict[str, Any]) -> None:
    config["synchronized"] = True


_RULES: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "Dense": _input_size,
    "Conv1D": _input_size,
    "Masking": _input_size,
    "ReLU": _threshold,
    "ThresholdedReLU": _threshold,
    "LSTM": _recurrent,
    "SimpleRNN": _recurrent,
    "GRU": _gru,
    "CuDNNLSTM": _cudnn_lstm,
    "CuDNNGRU": _cudnn_gru,
    "Deconvolution2D": _transposed,
    "Deconvolution3D": _transposed,
    "Deconv2D": _transposed,
    "ZeroPadding2D": _padding,
    "SyncBatchNormalization": _synchronized,
}
"""What else was other, by the class that the file names, or its name of today."""

MERGES: Mapping[str, str] = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "min": "Minimum",
    "concat": "Concatenate",
    "dot": "Dot",
}
"""The modes of `Merge` (keras/engine/topology.py of Keras 1.2.2) as layers."""


def merge(config: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The layer that a `Merge` is, and its arguments; None if none does the same."""
    mode = config.get("mode")
    if not isinstance(mode, str) or mode not in MERGES:
        return None
    if mode == "concat":
        return "Concatenate", {"axis": config.get("concat_axis", -1)}
    if mode == "dot":
        axes = config.get("dot_axes", -1)
        if isinstance(axes, list):
            axes = [a[0] if isinstance(a, list) and len(a) == 1 else a for a in axes]
        return "Dot", {"axes": axes}
    return MERGES[mode], {}


def is_code(config: dict[str, Any]) -> bool:
    """Whether a `Merge` does what a function of somebody's own does."""
    return config.get("mode_type") in ("lambda", "function") or not isinstance(
        config.get("mode"), str
    )
