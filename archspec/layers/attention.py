"""Attention: each position of a query takes a weighted mean of the values of another sequence.

Inputs that are a list are query, value and key, in this order, which is not that of papers.

The layers here have no projections; those in several heads are in multi_head_attention.py.

Source: keras/src/layers/attention/; Luong et al., "Effective approaches to attention-based neural
machine translation" (2015); Bahdanau et al., "Neural machine translation by jointly learning to
align and translate" (2015).
"""

from collections.abc import Sequence
from typing import Any, Literal

from archspec.layers.base import T, check_dims, check_softmax
from archspec.layers.calls import InTraining, check_mask
from archspec.records.arguments import Fraction, Seed
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import DTYPES, FLOATS, VALUES, DtypeError, common
from archspec.shapes.reach import ALL, UNSEEN, Along, Reach, broadcast, pointwise, same
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape, known, product


def check_equal(what: str, left: tuple[str, Shape], right: tuple[str, Shape]) -> None:
    """Raise ShapeError if two lists of sizes differ where both are known."""
    (left_name, a), (right_name, b) = left, right
    if len(a) != len(b) or any(None not in (p, q) and p != q for p, q in zip(a, b, strict=True)):
        raise ShapeError(
            f"{left_name} and {right_name} must have the same {what},"
            f" not {format_shape(a)} and {format_shape(b)}"
        )


def total(sizes: Shape) -> int:
    """Product of sizes, where one that is not known counts as 0."""
    return product(size or 0 for size in sizes)


class Attending(InTraining):
    """What all layers of attention share: roles of inputs, and arguments of the call."""

    abstract = True
    family = "attention"
    reads = VALUES
    call_arguments = frozenset({"return_attention_scores", "use_causal_mask"})

    return_attention_scores: bool = False
    """Whether there is a second output, `NAME.attention_scores`: the weights of the mean."""
    use_causal_mask: bool = False
    """Whether a position attends only to itself and those before it, as a decoder does."""

    def parts(self, inputs: tuple[T, ...]) -> dict[str, T]:
        """The inputs by role; those of a list are query, value and key."""
        names = self.roles or ("query", "value", "key")
        return dict(zip(names, inputs, strict=False))

    def three(self, inputs: tuple[T, ...]) -> tuple[T, T, T]:
        """Query, value and key: value is the query, and key the value, where they are not given."""
        found = self.parts(inputs)
        query = found["query"]
        value = found.get("value", query)
        return query, value, found.get("key", value)

    def check_roles(self, roles: tuple[str, ...]) -> None:
        super().check_roles(roles)
        if "key" in roles and "value" not in roles:
            name = type(self).__name__
            message = f"{name} has a `key` without a `value`"
            raise ArgumentError("from", message, "a `value` without a `key` is the key too")

    def output_names(self) -> tuple[str, ...]:
        return ("", "attention_scores") if self.return_attention_scores else ("",)

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        output = self.output_shape(*inputs)
        if not self.return_attention_scores:
            return (output,)
        return output, self.scores_shape(*inputs)

    def scores_shape(self, *inputs: Shape) -> Shape:
        """Shape of the weights of the mean."""
        raise NotImplementedError

    def seen(self, window: int | None = None) -> Along | None:
        """What a position of the query sees along the keys, if not all: the axis has its own number."""
        if not self.use_causal_mask and window is None:
            return None
        near = range(1 - window if window else 0, 1 if self.use_causal_mask else window or 1)
        return Along(0, (near,), before=window is None)


class _Attention(Attending):
    """Attention without projections: inputs are query, value and, if it differs, key."""

    abstract = True
    inputs = (2, 3)
    role_names = ("query", "value", "key", "query_mask", "value_mask")
    needed_roles = ("query", "value")
    dims = (2, 99)

    def check_scores(self, query: str, key: str) -> None:
        """Raise DtypeError if no scores can be made of a query and a key of these types."""
        kinds = {DTYPES[query], DTYPES[key]}
        if "bool" in kinds or (query != key and kinds != FLOATS):
            raise DtypeError(
                f"{type(self).__name__} adds query and key: both must be floating-point numbers, or"
                f" whole numbers of the same type, not {query} and {key}"
            )

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        query, _, key = self.three(inputs)
        self.check_scores(query, key)
        return dtype

    def output_shape(self, *inputs: Shape) -> Shape:
        check_dims(self, inputs)
        check_softmax(self, len(inputs[0]) + 1)
        query, value, key = self.three(inputs)
        for name, shape in (("value", value), ("key", key)):
            # Keras repeats a size of 1 there, but not that of the query, which the output takes.
            outer = tuple(
                q if size == 1 else size for q, size in zip(query, shape[:-2], strict=False)
            )
            check_equal("axes before the last two", ("query", query[:-2]), (name, outer))
        check_equal("features", ("query", query[-1:]), ("key", key[-1:]))
        check_equal("length", ("value", value[-2:-1]), ("key", key[-2:-1]))
        # A query of 1 is repeated too if the unknown size turns out larger, whatever Keras says.
        outer = tuple(
            None if 1 in sizes and None in sizes else sizes[0]
            for sizes in zip(query[:-2], value[:-2], key[:-2], strict=True)
        )
        self._check_masks(inputs)
        return (*outer, query[-2], value[-1])

    def _check_masks(self, inputs: tuple[Shape, ...]) -> None:
        query, value, _ = self.three(inputs)
        mask = self.input_of("query_mask", inputs)
        if mask is not None:
            check_mask("query_mask", mask, query[:-1])
        mask = self.input_of("value_mask", inputs)
        if mask is not None:
            if len(query) > 2:
                raise ShapeError(
                    f"a `value_mask` is for sequences, (positions, features), not for"
                    f" {format_shape(value)}",
                    argument="from",
                )
            check_mask("value_mask", mask, value[:1])

    def scores_shape(self, *inputs: Shape) -> Shape:
        _, _, key = self.three(inputs)
        return (*self.output_shape(*inputs)[:-1], key[-2])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        query, value, key = self.three(inputs)
        last, place = len(query) - 1, len(query) - 2
        seen = self.seen()
        positions = ALL if seen is None else seen.moved(place)
        # The values are keys too, if no others are given.
        outer, own = broadcast(value[:-2], query[:-2]), "key" in self.parts(inputs)
        found = {
            "query": pointwise(query, [last]),
            "value": Reach((*outer, positions, same(last) if own else ALL)),
            "key": Reach((*broadcast(key[:-2], query[:-2]), positions, ALL)),
            "value_mask": Reach((positions,)),
        }
        mask = self.input_of("query_mask", inputs)
        if mask is not None:
            found["query_mask"] = Reach(broadcast(mask, query[:-1]))
        return tuple([found[role] for role in self.parts(inputs)])

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        first = self.reach(*inputs)
        if not self.return_attention_scores:
            return (first,)
        parts = self.parts(inputs)
        found = dict(zip(parts, first, strict=True))
        if "key" in parts:
            found["value"] = UNSEEN
        if "query_mask" in parts:  # it blanks the output only
            found["query_mask"] = UNSEEN
        return first, tuple(found.values())

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        parts = self.parts(tuple(inputs))
        masks = [parts.pop("query_mask", None), parts.pop("value_mask", None)]
        named = {} if masks == [None, None] else {"mask": masks}
        return ([*parts.values()],), {**named, **self.call_options()}


class Attention(_Attention):
    """Dot-product attention: a weight is the product of a query and a key (Luong et al., 2015).

    `from: [a, b, c]` reads query, value and key, in Keras's order; of two, the value is the key
    too. `from: {query: a, value: b, value_mask: m}` says it by name.
    """

    use_scale: bool = False
    """Whether there is a weight that scales the scores."""
    score_mode: Literal["dot", "concat"] = "dot"
    """`dot`: scores are products of query and key; `concat`: sums of tanh(query + key)."""
    dropout: Fraction = 0.0
    """Share of the scores that is dropped while training."""
    seed: Seed | None = None
    """Seed of the dropout."""

    def check_scores(self, query: str, key: str) -> None:
        if self.score_mode == "concat":
            super().check_scores(query, key)
        elif not self.use_scale and DTYPES[common((query, key))] not in FLOATS:
            raise DtypeError(
                "Attention takes a softmax of the products of query and key: one of them must be"
                f" floating-point numbers, not {query} and {key}",
                "`use_scale: true` makes them so",
            )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        scale = (Weight("scale", ()),) if self.use_scale else ()
        return (*scale, Weight("concat_score_weight", ())) if self.score_mode == "concat" else scale

    def macs(self, *inputs: Shape) -> int:
        """Products of query and key, if `score_mode` is `dot`, and of scores and values.

        Unknown sizes count as 0.
        """
        query, value, _ = self.three(inputs)
        per_score = (value[-1] or 0) + (total(query[-1:]) if self.score_mode == "dot" else 0)
        return total(query[:-1]) * total(value[-2:-1]) * per_score


class AdditiveAttention(_Attention):
    """Additive attention: a weight is a sum of tanh(query + key) (Bahdanau et al., 2015).

    `from: [a, b, c]` reads query, value and key, in Keras's order; of two, the value is the key
    too. `from: {query: a, value: b, value_mask: m}` says it by name.
    """

    use_scale: bool = True
    """Whether the terms of the sum have weights, one for each feature."""
    dropout: Fraction = 0.0
    """Share of the scores that is dropped while training."""

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = super().output_shape(*inputs)
        self.weights(*inputs)
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        if not self.use_scale:
            return ()
        return (Weight("scale", (known(inputs[0][-1], "the number of features of the query"),)),)

    def macs(self, *inputs: Shape) -> int:
        """The weighted sums of `use_scale`, and products of scores and values.

        Unknown sizes count as 0.
        """
        query, value, _ = self.three(inputs)
        per_score = (value[-1] or 0) + (total(query[-1:]) if self.use_scale else 0)
        return total(query[:-1]) * total(value[-2:-1]) * per_score
