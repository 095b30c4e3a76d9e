"""Attention in several heads, with projections of query, key and value.

Keras's class GroupedQueryAttention has here the name under which keras.layers exports it.

Source: keras/src/layers/attention/; Vaswani et al., "Attention is all you need" (2017); Ainslie et
al., "GQA" (2023); Qiu et al., "Gated attention for large language models" (2025).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from archspec.layers.attention import Attending, check_equal, total
from archspec.layers.base import Layer, check_dims, check_softmax
from archspec.layers.calls import check_mask
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import Axes, Fraction, PositiveInt, ProjectionShape, Seed
from archspec.records.record import ArgumentError
from archspec.shapes.reach import ALL, UNSEEN, Reach, pointwise, same
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape, known


class _Heads(Layer):
    abstract = True

    num_heads: PositiveInt
    """Number of heads."""
    key_dim: PositiveInt
    """Features of query and key in each head."""
    value_dim: PositiveInt | None = None
    """Features of the value in each head; `key_dim` if left out."""


class _Groups(Layer):
    abstract = True

    head_dim: PositiveInt
    """Features of each head."""
    num_query_heads: PositiveInt
    """Number of heads of the query."""
    num_key_value_heads: PositiveInt
    """Number of heads of key and value; each serves an equal share of the query's heads."""


class _Basics(Layer):
    abstract = True

    dropout: Fraction = 0.0
    """Share of the scores that is dropped while training."""
    use_bias: bool = True
    """Whether the projections add a bias."""


class _Layout(Layer):
    abstract = True

    output_shape_: ProjectionShape | None = None
    """Sizes that take the place of the query's last axis; its own size if left out."""
    attention_axes: Axes | None = None
    """Axes that are attended over, the batch being axis 0; all but it and the features if left out."""


class _Widths(NamedTuple):
    """Number of heads, and features of each head."""

    heads: int
    key_heads: int
    key_dim: int
    value_dim: int


class _Projected(Attending, _Basics):
    """Attention between projections of query, key and value, in several heads.

    One input is self-attention: query, value and key are the same. Two are query and value.
    Keras's call names a `query_mask` too, and overwrites it by what Masking or Embedding say.
    """

    abstract = True
    inputs = (1, 3)
    role_names = ("query", "value", "key", "value_mask", "key_mask", "attention_mask")

    sliding_window: PositiveInt | None = None
    """A position attends only to positions nearer than this; to all if left out."""
    flash_attention: bool | None = None
    """Whether to calculate with flash attention; Keras's own setting if left out."""
    kernel_initializer: Initializer = "glorot_uniform"
    """Initial values of the kernels."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the biases."""
    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernels."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the biases."""
    activity_regularizer: Regularizer | None = None
    """Penalty on the outputs of the projections."""
    kernel_constraint: Constraint | None = None
    """Constraint on the kernels."""
    bias_constraint: Constraint | None = None
    """Constraint on the biases."""
    use_gate: bool = False
    """Whether a sigmoid of a projection of the query scales the heads (Qiu et al., 2025)."""
    seed: Seed | None = None
    """Seed of the dropout."""

    def check(self) -> None:
        if self.flash_attention and self.dropout > 0:
            raise ArgumentError("flash_attention", "flash attention does not do `dropout`")
        if self.flash_attention and self.return_attention_scores:
            message = "flash attention has no scores that `return_attention_scores` could give"
            raise ArgumentError("flash_attention", message)

    def widths(self) -> _Widths:
        """Number of heads, and features of each head."""
        raise NotImplementedError

    def outputs(self, query: Shape) -> tuple[int, ...]:
        """Sizes that take the place of the query's last axis."""
        return (known(query[-1], "the number of features of the query"),)

    def attended(self, query: Shape) -> tuple[int, ...]:
        """The axes that are attended over, the first after the batch being 0."""
        return tuple(range(len(query) - 1))

    def output_shape(self, *inputs: Shape) -> Shape:
        check_dims(self, inputs)
        query, value, key = self.three(inputs)
        if value[:-1] != key[:-1]:
            raise ShapeError(
                "value and key must have the same sizes before the features,"
                f" not {format_shape(value)} and {format_shape(key)}"
            )
        attended = self.attended(query)
        for argument in ("sliding_window", "use_causal_mask"):
            if getattr(self, argument) and attended != (0,):
                which = "a sliding window" if argument == "sliding_window" else "a causal mask"
                raise ShapeError(
                    f"{which} is along the first axis only, and this layer attends over"
                    f" {'axis' if len(attended) == 1 else 'axes'}"
                    f" {', '.join(str(axis + 1) for axis in attended)} of {format_shape(query)}",
                    argument=argument,
                )
        if len(query) != len(value):
            raise ShapeError(
                "query and value must have the same number of dimensions,"
                f" not {format_shape(query)} and {format_shape(value)}",
                code="AS403",
            )
        kept = [axis for axis in range(len(query) - 1) if axis not in attended]
        check_equal(
            "sizes along axes that are not attended over",
            ("query", tuple(query[axis] for axis in kept)),
            ("value", tuple(value[axis] for axis in kept)),
        )
        if len(attended) == 1:
            check_softmax(self, len(query) + 2)  # heads, and positions of the key
        self.weights(*inputs)
        self._check_masks(inputs)
        return (*query[:-1], *self.outputs(query))

    def _layout(self, query: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Axes of the query that are not attended over, and those that are."""
        attended = self.attended(query)
        return tuple([n for n in range(len(query) - 1) if n not in attended]), attended

    def _scores(self, inputs: tuple[Shape, ...]) -> Shape:
        """Axes that are not attended over, heads, positions of the query, positions of the key."""
        query, value, _ = self.three(inputs)
        kept, attended = self._layout(query)
        sizes = [tuple([shape[axis] for axis in attended]) for shape in (query, value)]
        return (*[query[axis] for axis in kept], self.widths().heads, *sizes[0], *sizes[1])

    def _check_masks(self, inputs: tuple[Shape, ...]) -> None:
        query, value, _ = self.three(inputs)
        _, attended = self._layout(query)
        parts = self.parts(inputs)
        for role in ("value_mask", "key_mask"):
            if role in parts:
                if len(attended) > 1:
                    raise ShapeError(
                        f"a `{role}` is along one axis, and this layer attends over"
                        f" {len(attended)}: an `attention_mask` tells all of them",
                        argument="from",
                    )
                check_mask(role, parts[role], (value[attended[0]],))
        mask = parts.get("attention_mask")
        if mask is None:
            return
        scores, own = self._scores(inputs), 2 * len(attended)
        most = own if {"value_mask", "key_mask"} & parts.keys() else len(scores)
        front = scores[: max(min(len(mask), most) - own, 0)]
        check_mask("attention_mask", mask, (*front, *scores[-own:]))

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        query, value, _ = self.three(inputs)
        kept, attended = self._layout(query)
        last = len(query) - 1
        values = pointwise(value, (*attended, last))
        seen = self.seen(self.sliding_window)
        if seen is not None:
            values = Reach((seen, *values.axes[1:]))
        parts = self.parts(inputs)
        found = {"value": values, "key": values}
        found["query"] = pointwise(query, (last,)) if "value" in parts else values
        found |= {role: Reach((seen or ALL,)) for role in ("value_mask", "key_mask")}
        mask = parts.get("attention_mask")
        if mask is not None:
            places = [same(axis) for axis in attended]
            axes = [*[same(axis) for axis in kept], ALL][: len(mask) - 2 * len(attended)]
            axes += [*places, *[ALL if seen is None else seen for _ in attended]]
            sizes = zip(mask, axes, strict=True)
            found["attention_mask"] = Reach(tuple([ALL if n == 1 else a for n, a in sizes]))
        return tuple([found[role] for role in parts])

    def scores_shape(self, *inputs: Shape) -> Shape:
        return self._scores(inputs)

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        first = self.reach(*inputs)
        if not self.return_attention_scores:
            return (first,)
        query = self.three(inputs)[0]
        if self.roles or len(self._layout(query)[0]) > 0 or len(query) > 2:
            return first, None
        # (heads, positions of the query, positions of the key): of the keys, all are weighed.
        seen = self.seen(self.sliding_window)
        keys = Reach((ALL if seen is None else seen.moved(1), ALL))
        own = Reach((same(1), ALL))
        if len(inputs) == 1:
            return first, (keys,)  # which are those of the query too
        return first, (own, UNSEEN if len(inputs) > 2 else keys, keys)[: len(inputs)]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        query, value, key = self.three(inputs)
        heads, key_heads, key_dim, value_dim = self.widths()
        found = [
            *self._projection("query", query, heads, key_dim),
            *self._projection("key", key, key_heads, key_dim),
            *(self._projection("gate", query, heads, value_dim) if self.use_gate else ()),
            *self._projection("value", value, key_heads, value_dim),
        ]
        outputs = self.outputs(query)
        found.append(Weight("attention_output/kernel", (heads, value_dim, *outputs)))
        if self.use_bias:
            found.append(Weight("attention_output/bias", outputs))
        return tuple(found)

    def _projection(self, name: str, shape: Shape, heads: int, dim: int) -> tuple[Weight, ...]:
        whose = "query" if name == "gate" else name
        features = known(shape[-1], f"the number of features of the {whose}")
        kernel = Weight(f"{name}/kernel", (features, heads, dim))
        return (kernel, Weight(f"{name}/bias", (heads, dim))) if self.use_bias else (kernel,)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        parts = self.parts(tuple(inputs))
        query = parts.pop("query")
        positional = [query, parts.pop("value", query)]
        if "key" in parts:
            positional.append(parts.pop("key"))
        return tuple(positional), {**parts, **self.call_options()}

    def macs(self, *inputs: Shape) -> int:
        """The projections, products of query and key, and products of scores and values.

        A sliding window does not lower the count: the scores outside are calculated too. Unknown
        sizes count as 0.
        """
        query, value, _ = self.three(inputs)
        heads, _, key_dim, value_dim = self.widths()
        positions, others = total(query[:-1]), total(value[:-1])
        projections = sum(
            weight.count * (others if weight.name in ("key/kernel", "value/kernel") else positions)
            for weight in self.weights(*inputs)
            if weight.name.endswith("/kernel")
        )
        scores = positions * total(tuple(value[axis] for axis in self.attended(query))) * heads
        return projections + scores * (key_dim + value_dim)


class MultiHeadAttention(_Projected, _Layout, _Basics, _Heads):
    """Attention in several heads, each with projections of its own (Vaswani et al., 2017).

    One input attends to itself. `from: [a, b, c]` reads query, value and key, in Keras's order; of
    two, the value is the key too. `from: {query: a, value: b, attention_mask: m}` says it by name.
    """

    dims = (2, 99)

    def scores_shape(self, *inputs: Shape) -> Shape:
        scores = super().scores_shape(*inputs)
        if len(scores) != 3 or scores[1] != scores[2]:
            raise ShapeError(
                f"the scores have the shape {format_shape(scores)}, and Keras takes them for those"
                " of a sequence that attends to itself: what reads them would be built wrongly",
                argument="return_attention_scores",
                help="GroupQueryAttention with as many heads of key and value gives them",
            )
        return scores

    def widths(self) -> _Widths:
        return _Widths(self.num_heads, self.num_heads, self.key_dim, self.value_dim or self.key_dim)

    def outputs(self, query: Shape) -> tuple[int, ...]:
        return self.output_shape_ or super().outputs(query)

    def attended(self, query: Shape) -> tuple[int, ...]:
        if self.attention_axes is None:
            return super().attended(query)
        last = len(query) - 1
        axes = tuple(a - 1 if a >= 0 else a + len(query) for a in self.attention_axes)
        if len(set(axes)) < len(axes) or not all(0 <= axis < last for axis in axes):
            which = "axis 1" if last == 1 else f"different axes from 1 to {last}"
            raise ShapeError(
                f"attention over {format_shape(query)} goes along {which},"
                f" not {', '.join(str(a) for a in self.attention_axes)}",
                argument="attention_axes",
                help="axis 0 is the batch, and the last one holds the features",
            )
        return axes


class GroupQueryAttention(_Projected, _Basics, _Groups):
    """Attention in which heads of the query share keys and values (Ainslie et al., 2023).

    One input attends to itself. `from: [a, b, c]` reads query, value and key, in Keras's order; of
    two, the value is the key too. `from: {query: a, value: b, attention_mask: m}` says it by name.
    """

    dims = (2, 2)

    def check(self) -> None:
        super().check()
        if self.num_query_heads % self.num_key_value_heads:
            raise ArgumentError(
                "num_key_value_heads",
                f"`num_query_heads` ({self.num_query_heads}) must be a multiple of"
                f" `num_key_value_heads` ({self.num_key_value_heads})",
            )

    def widths(self) -> _Widths:
        return _Widths(self.num_query_heads, self.num_key_value_heads, self.head_dim, self.head_dim)

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = super().output_shape(*inputs)
        query, value, _ = self.three(inputs)
        check_equal("features", ("query", query[-1:]), ("value", value[-1:]))
        return shape

    @classmethod
    def auto_name(cls) -> str:
        return "grouped_query_attention"
