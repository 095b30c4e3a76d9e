"""Normalisation.

Source: keras/src/layers/normalization/; for LocalResponseNormalization, which Keras lacks,
tf.nn.local_response_normalization.
"""

from typing import Annotated, Any

from archspec.layers.base import Elementwise
from archspec.layers.calls import InTraining, Masked
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import Axes, Fraction, NaturalInt, NonNegativeFloat
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import number, optional_keys
from archspec.shapes.axes import axis_index, axis_indices
from archspec.shapes.dtypes import FLOATS, VALUES
from archspec.shapes.reach import ALL, UNSEEN, Reach, grouped, pointwise, slid
from archspec.shapes.shape import Shape, ShapeError, Weight, Window, format_shape, known

_Clipping = Annotated[
    dict[str, Any],
    ArgumentType(
        optional_keys({key: number() for key in ("rmax", "rmin", "dmax")}),
        "a map with any of rmax, rmin and dmax, such as {rmax: 3, rmin: 0.33, dmax: 5}",
    ),
]


class _Normalization(Elementwise):
    abstract = True
    reads = VALUES
    family = "norm"


def _sizes(axes: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Sizes of the normalised axes, in the order in which Keras sorts the numbers."""
    axis_indices(axes, shape)
    indices = [axis_index(axis, shape) for axis in sorted(axes)]
    return tuple(known(shape[n], f"the size of axis {n + 1}", "axis") for n in indices)


def _scale_and_offset(size: tuple[int, ...], scale: bool, center: bool) -> tuple[Weight, ...]:
    gamma = (Weight("gamma", size),) if scale else ()
    return (*gamma, Weight("beta", size)) if center else gamma


class BatchNormalization(_Normalization, InTraining, Masked):
    """Normalises each channel over the batch (Ioffe and Szegedy, 2015).

    A `mask` has the sizes of the input without the last; what it leaves out does not count for
    mean and variance while training.
    """

    symbol = "BN"

    axis: int = -1
    """The axis of the channels, counted with the batch as 0."""
    momentum: Fraction = 0.99
    """Share of the old moving mean and variance that stays after each batch."""
    epsilon: NonNegativeFloat = 0.001
    """Added to the variance."""
    center: bool = True
    """Whether there is an offset, beta."""
    scale: bool = True
    """Whether there is a factor, gamma."""
    beta_initializer: Initializer = "zeros"
    """Initial values of beta."""
    gamma_initializer: Initializer = "ones"
    """Initial values of gamma."""
    moving_mean_initializer: Initializer = "zeros"
    """Initial values of the moving mean."""
    moving_variance_initializer: Initializer = "ones"
    """Initial values of the moving variance."""
    beta_regularizer: Regularizer | None = None
    """Penalty on beta."""
    gamma_regularizer: Regularizer | None = None
    """Penalty on gamma."""
    beta_constraint: Constraint | None = None
    """Constraint on beta."""
    gamma_constraint: Constraint | None = None
    """Constraint on gamma."""
    renorm: bool = False
    """Whether training uses moving statistics too: batch renormalisation (Ioffe, 2017)."""
    renorm_clipping: _Clipping | None = None
    """Limits of the renormalisation's corrections: `rmax`, `rmin`, `dmax`."""
    renorm_momentum: Fraction = 0.99
    """Momentum of the renormalisation's moving mean and standard deviation."""
    synchronized: bool = False
    """Whether replicas share the statistics of a batch."""

    def check(self) -> None:
        limits = self.renorm_clipping or {}
        low, high = limits.get("rmin"), limits.get("rmax")
        if low is not None and high is not None and high < low:
            raise ArgumentError("renorm_clipping", f"rmax ({high:g}) is below rmin ({low:g})")
        if limits.get("dmax", 0) < 0:
            raise ArgumentError("renorm_clipping", f"dmax ({limits['dmax']:g}) is below 0")

    def mask_shapes(self, shape: Shape) -> tuple[Shape, bool]:
        return shape[:-1], True

    def output_shape(self, *inputs: Shape) -> Shape:
        self.check_masked(inputs)
        if "mask" in self.roles and self.axis != -1 and _sizes((self.axis,), inputs[0]) == (1,):
            message = "with a `mask`, Keras normalises a single channel on axis -1 only"
            raise ShapeError(message, argument="axis")
        return inputs[0]

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0]), *(UNSEEN,) * (len(inputs) - 1))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        size = _sizes((self.axis,), inputs[0])
        moving = ["moving_mean", "moving_variance"]
        if self.renorm:
            moving += ["moving_stddev", "renorm_mean", "renorm_stddev"]
        return (
            *_scale_and_offset(size, self.scale, self.center),
            *(Weight(name, size, False) for name in moving),
        )


class LayerNormalization(_Normalization):
    """Normalises each example over its channels, or other axes (Ba et al., 2016)."""

    symbol = "LN"

    axis: Axes = (-1,)
    """Axis, or axes, that are normalised over, counted with the batch as 0."""
    epsilon: NonNegativeFloat = 0.001
    """Added to the variance."""
    center: bool = True
    """Whether there is an offset, beta."""
    scale: bool = True
    """Whether there is a factor, gamma."""
    beta_initializer: Initializer = "zeros"
    """Initial values of beta."""
    gamma_initializer: Initializer = "ones"
    """Initial values of gamma."""
    beta_regularizer: Regularizer | None = None
    """Penalty on beta."""
    gamma_regularizer: Regularizer | None = None
    """Penalty on gamma."""
    beta_constraint: Constraint | None = None
    """Constraint on beta."""
    gamma_constraint: Constraint | None = None
    """Constraint on gamma."""

    def output_shape(self, *inputs: Shape) -> Shape:
        axis_indices(self.axis, inputs[0], batch=not self.scale and not self.center)
        return inputs[0]

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0], axis_indices(self.axis, inputs[0], batch=True)),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        if not self.scale and not self.center:
            return ()
        return _scale_and_offset(_sizes(self.axis, inputs[0]), self.scale, self.center)


class GroupNormalization(_Normalization):
    """Normalises each example over groups of its channels (Wu and He, 2018)."""

    symbol = "GN"

    groups: int = 32
    """Number of groups; -1 for a group of each channel, which is instance normalisation."""
    axis: int = -1
    """The axis of the channels, counted with the batch as 0."""
    epsilon: NonNegativeFloat = 0.001
    """Added to the variance."""
    center: bool = True
    """Whether there is an offset, beta."""
    scale: bool = True
    """Whether there is a factor, gamma."""
    beta_initializer: Initializer = "zeros"
    """Initial values of beta."""
    gamma_initializer: Initializer = "ones"
    """Initial values of gamma."""
    beta_regularizer: Regularizer | None = None
    """Penalty on beta."""
    gamma_regularizer: Regularizer | None = None
    """Penalty on gamma."""
    beta_constraint: Constraint | None = None
    """Constraint on beta."""
    gamma_constraint: Constraint | None = None
    """Constraint on gamma."""

    def check(self) -> None:
        if self.groups < 1 and self.groups != -1:
            raise ArgumentError(
                "groups", f"`groups` is a whole number above 0, or -1, not {self.groups}"
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        (channels,) = _sizes((self.axis,), inputs[0])
        groups = channels if self.groups == -1 else self.groups
        if channels % groups:
            raise ShapeError(
                f"{channels} channels cannot be split into {groups} groups",
                argument="groups",
                arithmetic=f"{channels}/{groups} = {channels // groups}, rest {channels % groups}",
                help="`groups` must divide the number of channels",
            )
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return _scale_and_offset(_sizes((self.axis,), inputs[0]), self.scale, self.center)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        (channels,) = _sizes((self.axis,), inputs[0])
        own, count = axis_index(self.axis, inputs[0]), len(inputs[0])
        axes = pointwise(inputs[0], [n for n in range(count) if n != own]).axes
        size = 1 if self.groups == -1 else channels // self.groups
        group = ALL if self.groups == 1 else grouped(own, size)
        return (Reach((*axes[:own], group, *axes[own + 1 :])),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        (channels,) = _sizes((self.axis,), inputs[0])
        groups = channels if self.groups == -1 else self.groups
        return (f"{channels} channels / {groups} groups = {channels // groups} in each",)


class RMSNormalization(_Normalization):
    """Divides each example by the root of its mean square (Zhang and Sennrich, 2019)."""

    keeps = True
    axis: Axes = (-1,)
    """The last axis, or the last axes, over which each example is normalised."""
    epsilon: NonNegativeFloat = 1e-6
    """Added to the mean square."""

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        axis_indices(self.axis, shape)
        indices = [axis_index(axis, shape) for axis in sorted(self.axis)]
        if indices != list(range(len(shape) - len(indices), len(shape))):
            raise ShapeError(
                "Keras multiplies by the scale along the last axes only, so it must be these that"
                f" are normalised over, not {list(self.axis)} of {format_shape(shape)}",
                argument="axis",
                help="a Permute brings another axis to the end",
            )
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("scale", _sizes(self.axis, inputs[0])),)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0], axis_indices(self.axis, inputs[0])),)


class UnitNormalization(_Normalization):
    """Makes each vector 1 long, as measured by the root of its sum of squares."""

    reads = FLOATS
    axis: Axes = (-1,)
    """Axis, or axes, of the vectors, counted with the batch as 0."""

    def output_shape(self, *inputs: Shape) -> Shape:
        axis_indices(self.axis, inputs[0], batch=True)
        return inputs[0]

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0], axis_indices(self.axis, inputs[0], batch=True)),)


class LocalResponseNormalization(_Normalization):
    """Divides each value by a sum of squares over the channels next to its own.

    ``x / (bias + alpha · Σ x²)**beta``, the sum over ``depth_radius`` channels on either side
    (Krizhevsky et al., 2012, who take 2, 2, 1e-4 and 0.75). Keras has no such layer: names and
    defaults are those of ``tf.nn.local_response_normalization``.
    """

    reads = FLOATS
    symbol = "LRN"

    dims = (3, 3)
    keras_class = "archspec.emit.keras.extra.LocalResponseNormalization"

    depth_radius: NaturalInt = 5
    """Number of channels on either side in the sum; the paper's n is 2·depth_radius + 1."""
    bias: float = 1.0
    """Added to the sum; the paper's k."""
    alpha: float = 1.0
    """Factor of the sum."""
    beta: float = 0.5
    """Exponent of the divisor."""

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        channels = slid(2, Window(2 * self.depth_radius + 1, padding="same"), None)
        return (Reach((*pointwise(inputs[0][:2]).axes, channels)),)
