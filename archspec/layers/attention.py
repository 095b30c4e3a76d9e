"""Attention: each position of a query takes a weighted mean of the values of another sequence.

The layers here have no projections; those in several heads are in multi_head_attention.py.

Source: keras/src/layers/attention/; Luong et al., "Effective approaches to attention-based neural
machine translation" (2015); Bahdanau et al., "Neural machine translation by jointly learning to
align and translate" (2015).
"""

from typing import Literal

from archspec.layers.base import Layer, check_dims, check_softmax
from archspec.records.arguments import Fraction, Seed
from archspec.shapes.dtypes import DTYPES, FLOATS, VALUES, DtypeError, common
from archspec.shapes.reach import ALL, Reach, broadcast, pointwise, same
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape, known, product


def roles(inputs: tuple[Shape, ...]) -> tuple[Shape, Shape, Shape]:
    """The three roles: value is the query, and key is the value, where they are not given."""
    query = inputs[0]
    value = inputs[1] if len(inputs) > 1 else query
    return query, value, inputs[2] if len(inputs) > 2 else value


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


class _Attention(Layer):
    """Attention without projections: inputs are query, value and, if it differs, key."""

    reads = VALUES
    abstract = True
    family = "attention"
    inputs = (2, 3)
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
        self.check_scores(inputs[0], inputs[-1])
        return dtype

    def output_shape(self, *inputs: Shape) -> Shape:
        check_dims(self, inputs)
        check_softmax(self, len(inputs[0]) + 1)
        query, value, key = roles(inputs)
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
        return (*outer, query[-2], value[-1])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        query, value = inputs[:2]
        last = len(query) - 1
        outer = broadcast(value[:-2], query[:-2])
        # The values are keys too, if no others are given.
        values = Reach((*outer, ALL, same(last) if len(inputs) > 2 else ALL))
        keys = [Reach((*broadcast(key[:-2], query[:-2]), ALL, ALL)) for key in inputs[2:]]
        return (pointwise(query, [last]), values, *keys)


class Attention(_Attention):
    """Dot-product attention: a weight is the product of a query and a key (Luong et al., 2015)."""

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
        query, value, _ = roles(inputs)
        per_score = (value[-1] or 0) + (total(query[-1:]) if self.score_mode == "dot" else 0)
        return total(query[:-1]) * total(value[-2:-1]) * per_score


class AdditiveAttention(_Attention):
    """Additive attention: a weight is a sum of tanh(query + key) (Bahdanau et al., 2015)."""

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
        query, value, _ = roles(inputs)
        per_score = (value[-1] or 0) + (total(query[-1:]) if self.use_scale else 0)
        return total(query[:-1]) * total(value[-2:-1]) * per_score
