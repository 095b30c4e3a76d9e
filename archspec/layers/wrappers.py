"""Wrappers: layers around another layer, over time.

Source: keras/src/layers/rnn/bidirectional.py and time_distributed.py; Schuster and Paliwal,
"Bidirectional recurrent neural networks" (1997).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from archspec.layers.base import Layer, check_dims, checked_weights
from archspec.layers.calls import InTraining, check_inner_call, check_mask
from archspec.layers.network import Network
from archspec.layers.recurrent import Recurrent
from archspec.records.arguments import NestedLayer
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import ANY, autocast
from archspec.shapes.reach import ALL, UNSEEN, Along, Reach, either, same
from archspec.shapes.shape import Shape, ShapeError, Size, Weight, format_shape


@contextmanager
def _inside(layer: Layer, argument: str) -> Iterator[None]:
    """Say where an error is that a wrapped layer raises."""
    try:
        yield
    except ShapeError as error:
        raise ShapeError(
            f"in the {_called(layer)} of `{argument}`: {error.message}",
            argument=argument,
            arithmetic=error.arithmetic,
            help=error.help,
            code=error.code,
        ) from None


def _called(layer: Layer) -> str:
    return f"block `{layer.title}`" if isinstance(layer, Network) else type(layer).__name__


def _turned(reach: Reach, steps: Size) -> Reach:
    """What is seen of a sequence when the output is turned round."""
    time, *rest = reach.axes
    if time is None or time.axis is None:
        return reach
    if time.after:
        return Reach((same(0)._replace(after=True), *rest))
    if steps is None:
        return Reach((ALL, *rest))
    return Reach((Along(0, (range(steps - 1, steps),), -1, before=True), *rest))


def _prefixed(prefix: str, weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    return tuple(w._replace(name=f"{prefix}/{w.name}") for w in weights)


class Bidirectional(InTraining):
    """Two recurrent layers that read a sequence from its start and from its end.

    Keras's argument `weights`, which takes arrays, is left out.
    """

    reads = ANY
    family = "recurrent"
    inputs = (1, 5)
    role_names = Recurrent.role_names
    repeated_roles = Recurrent.repeated_roles

    layer: NestedLayer
    """The recurrent layer that reads forward, such as `{LSTM: {units: 64}}`; alone it needs no
    `layer:` before it."""
    merge_mode: Literal["sum", "mul", "concat", "ave"] | None = "concat"
    """How the two outputs become one; null leaves two outputs, the second called `backward`."""
    backward_layer: NestedLayer | None = None
    """The layer that reads backward, if it differs; it has `go_backwards: true`."""

    def check(self) -> None:
        for argument in ("layer", "backward_layer"):
            wrapped = getattr(self, argument)
            if wrapped is not None and not isinstance(wrapped, Recurrent):
                raise ArgumentError(
                    argument,
                    f"Bidirectional wraps a recurrent layer, not {type(wrapped).__name__}",
                    help="a layer that looks at each step alone belongs in a TimeDistributed",
                )
            if wrapped is not None:
                check_inner_call(self, wrapped, argument)
        forward: Recurrent = self.layer
        backward: Recurrent | None = self.backward_layer
        if backward is None:
            if forward.go_backwards:
                raise ArgumentError(
                    "layer",
                    "`layer` reads forward: it cannot have `go_backwards: true`",
                    help="without `backward_layer`, a copy of it reads backward",
                )
            return
        if forward.go_backwards == backward.go_backwards:
            raise ArgumentError(
                "backward_layer",
                "`layer` and `backward_layer` read in the same direction",
                help="one of them has `go_backwards: true`",
            )
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(forward, name) != getattr(backward, name):
                raise ArgumentError(
                    "backward_layer",
                    f"`{name}` must be the same in `layer` and `backward_layer`",
                )

    @property
    def _layers(self) -> tuple[Recurrent, Recurrent]:
        forward: Recurrent = self.layer
        return forward, self.backward_layer or forward.replace(go_backwards=True)

    def _inputs(self, inputs: tuple[Shape, ...]) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
        """Inputs of the two layers: the sequence, and one half each of the initial states."""
        sequence, *initial = self.tensors(inputs)
        if len(initial) % 2:
            raise ShapeError(
                "Bidirectional takes a sequence and, if any, the initial states of the forward"
                f" and of the backward layer, not {len(initial) + 1} inputs",
                code="AS303",
            )
        mask = self.input_of("mask", inputs)
        if mask is not None:
            check_mask("mask", mask, sequence[:1], broadcast=False)
        half = len(initial) // 2
        return (sequence, *initial[:half]), (sequence, *initial[half:])

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        forward, backward = self._layers
        of_forward, of_backward = self._inputs(inputs)
        with _inside(forward, "layer"):
            output, *states = forward.output_shapes(*of_forward)
        with _inside(backward, "backward_layer" if self.backward_layer else "layer"):
            others = backward.output_shapes(*of_backward)
        if others != (output, *states):
            raise ShapeError(
                "the forward and the backward layer must give the same shapes, not"
                f" {', '.join(format_shape(s) for s in (output, *states))}"
                f" and {', '.join(format_shape(s) for s in others)}",
                argument="backward_layer",
            )
        if self.merge_mode is None:
            return (output, output, *states, *states)
        if self.merge_mode == "concat":
            channels = output[-1]
            output = (*output[:-1], channels and 2 * channels)
        return (output, *states, *states)

    def output_names(self) -> tuple[str, ...]:
        forward, backward = self._layers
        outputs = ("",) if self.merge_mode else ("", "backward")
        return (
            *outputs,
            *(f"forward_{name}" for name in forward.output_names()[1:]),
            *(f"backward_{name}" for name in backward.output_names()[1:]),
        )

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        forward, backward = self._layers
        of_forward, of_backward = self._inputs(inputs)
        others = (UNSEEN,) * len(of_forward[1:])
        ahead = [(*(reach or ()), *others) for reach in forward.reaches(*of_forward)]
        back = [
            (first, *others, *rest)
            for first, *rest in [reach or () for reach in backward.reaches(*of_backward)]
        ]
        if forward.return_sequences:
            back[0] = (_turned(back[0][0], inputs[0][0]), *back[0][1:])
        firsts = [ahead[0], back[0]]
        if self.merge_mode is not None:
            firsts = [tuple([either(a, b) for a, b in zip(ahead[0], back[0], strict=True)])]
        found = (*firsts, *ahead[1:], *back[1:])
        if "mask" not in self.roles:
            return found
        return tuple([(*reaches, Reach(reaches[0].axes[:1])) for reaches in found])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        return self.reaches(*inputs)[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        forward, backward = self._layers
        of_forward, of_backward = self._inputs(inputs)
        with _inside(forward, "layer"):
            first = checked_weights(forward, forward.output_shapes(*of_forward), of_forward)
        with _inside(backward, "backward_layer" if self.backward_layer else "layer"):
            second = checked_weights(backward, backward.output_shapes(*of_backward), of_backward)
        return (*_prefixed("forward", first), *_prefixed("backward", second))

    def weight_dtype(self) -> str:
        """It has no weights but those of the layer, which says of what type they are."""
        return "float32"

    def output_dtype(self, *inputs: str) -> str:
        forward, backward = self._layers
        tensors, own = autocast(self.tensors(inputs), self.compute_dtype()), self.compute_dtype()
        backward.output_dtype(*tensors)
        return autocast((forward.output_dtype(*tensors),), own)[0]

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self.roles:
            return super().keras_call(inputs)
        forward: Recurrent = self.layer
        positional, named = forward.keras_call(inputs)
        return positional, {**named, **self.call_options()}

    def macs(self, *inputs: Shape) -> int:
        """Those of both layers."""
        return sum(layer.macs(inputs[0]) for layer in self._layers)

    def margins(self, *inputs: Shape) -> tuple[tuple[int, int], ...]:
        forward: Recurrent = self.layer
        return forward.margins(inputs[0])

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        forward: Recurrent = self.layer
        lines = forward.derivation(inputs[0])
        channels = forward.output_shape(inputs[0])[-1]
        if self.merge_mode != "concat" or channels is None:
            return lines
        return (*lines, f"2·{channels} = {2 * channels}")


def _of_steps(reach: Reach) -> Reach:
    """The same at each step."""
    return Reach((same(0), *[along and along.moved(1) for along in reach.axes]))


class TimeDistributed(InTraining):
    """Applies a layer, with the same weights, to each step of a sequence.

    The first axis is time: (steps, height, width, channels) for a Conv2D.
    """

    reads = ANY
    family = "recurrent"
    dims = (2, 99)
    takes_networks = True
    role_names = ("inputs", "mask")

    layer: NestedLayer
    """The layer, block or used network that each step goes through, such as `{Dense: {units: 10}}`;
    alone it needs no `layer:` before it."""

    def check(self) -> None:
        layer: Layer = self.layer
        # The further inputs of a recurrent layer are initial states, which it does without.
        if layer.inputs != (1, 1) and not isinstance(layer, Recurrent | Bidirectional):
            raise ArgumentError(
                "layer",
                f"TimeDistributed hands on one input, and {type(layer).__name__} takes several"
                if layer.inputs[1]
                else f"{type(layer).__name__} has no input that could be distributed",
            )
        outputs = len(layer.output_names())
        if outputs > 1:
            raise ArgumentError(
                "layer",
                f"TimeDistributed takes a layer with one output; this {type(layer).__name__}"
                f" has {outputs}",
            )
        check_inner_call(self, layer)
        own, inner = self.compute_dtype(), layer.compute_dtype()
        if own != inner:
            name = type(layer).__name__
            raise ArgumentError(
                "layer",
                f"TimeDistributed calculates with {own}, and its {name} with {inner}: Keras does not"
                " cast what stands between them",
                "write the same `dtype` for both",
            )

    def input_roles(self) -> tuple[str, ...]:
        layer: Layer = self.layer
        return self.role_names[: 1 + ("mask" in layer.input_roles())]

    def _step(self) -> Layer:
        """The layer as it reads a step, with a mask if there is one."""
        layer: Layer = self.layer
        return layer.with_roles((layer.input_roles()[0], "mask")) if len(self.roles) > 1 else layer

    def output_shape(self, *inputs: Shape) -> Shape:
        layer = self._step()
        check_dims(self, inputs)
        steps = inputs[0][0]
        for mask in inputs[1:]:
            check_mask("mask", mask, (steps, *mask[1:]), broadcast=False)
        read = tuple([shape[1:] for shape in inputs])
        with _inside(layer, "layer"):
            check_dims(layer, read)
            return (steps, *layer.output_shapes(*read)[0])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        inner = self._step().reach(*[shape[1:] for shape in inputs])
        if inner is None or inner[0].folded:
            return inner
        return tuple([part if part.unseen else _of_steps(part) for part in inner])

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        layer: Layer = self.layer
        step = (inputs[0][1:],)
        with _inside(layer, "layer"):
            return checked_weights(layer, layer.output_shapes(*step), step)

    def weight_dtype(self) -> str:
        """It has no weights but those of the layer, which says of what type they are."""
        return "float32"

    def output_dtype(self, *inputs: str) -> str:
        own = self.compute_dtype()
        return autocast((self._step().output_dtype(*autocast(inputs, own)),), own)[0]

    def macs(self, *inputs: Shape) -> int:
        """Those of the layer for every step; an unknown number of steps counts as 0."""
        layer: Layer = self.layer
        return (inputs[0][0] or 0) * layer.macs(inputs[0][1:])

    def margins(self, *inputs: Shape) -> tuple[tuple[int, int], ...]:
        layer: Layer = self.layer
        return layer.margins(inputs[0][1:])

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        layer: Layer = self.layer
        return layer.derivation(inputs[0][1:])
