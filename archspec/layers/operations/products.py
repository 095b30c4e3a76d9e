"""Products of matrices, and sums of products by letters.

Source: keras/src/ops/numpy.py.
"""

import re
from typing import Annotated

from archspec.layers.operations.operation import Operation, check_ranks, together
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import text
from archspec.shapes.dtypes import NUMBERS, VALUES
from archspec.shapes.reach import ALL, Along, Reach, broadcast, same
from archspec.shapes.shape import Shape, ShapeError, Size, format_shape, product


class Matmul(Operation):
    """Products of matrices: (…, rows, n) and (…, n, columns) give (…, rows, columns)."""

    family = "merge"
    symbol = "×"
    inputs = (2, 2)
    role_names = ("x1", "x2")
    dims = (2, 62)
    reads = VALUES
    keeps = True

    def output_shape(self, *inputs: Shape) -> Shape:
        left, right = inputs
        check_ranks(self, inputs)
        if None not in (left[-1], right[-2]) and left[-1] != right[-2]:
            raise ShapeError(
                f"the rows of input 1 ({format_shape(left)}) have {left[-1]} values, and the"
                f" columns of input 2 ({format_shape(right)}) have {right[-2]}",
                code="AS402",
                help="a Transpose of one of them may be meant",
            )
        return (*together(self, (left[:-2], right[:-2])), left[-2], right[-1])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        left, right = inputs
        out = self.output_shape(*inputs)
        rows, columns = same(len(out) - 2), same(len(out) - 1)
        return (
            Reach((*broadcast(left[:-2], out[:-2]), rows, ALL)),
            Reach((*broadcast(right[:-2], out[:-2]), ALL, columns)),
        )

    def macs(self, *inputs: Shape) -> int:
        """The length of a row for every value of the output; an unknown size counts as 0."""
        inner = inputs[0][-1] or inputs[1][-2] or 0
        return product(s or 0 for s in self.output_shape(*inputs)) * inner

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        left, right = (format_shape(shape) for shape in inputs)
        return (f"{left} · {right} = {format_shape(self.output_shape(*inputs))}",)

    def type_after(self, dtype: str) -> str:
        return "int32" if dtype == "int8" else dtype


_PART = r"[a-z]*(?:\.\.\.[a-z]*)?"
_Subscripts = Annotated[
    str,
    ArgumentType(
        text(max_length=1000),
        "letters for the axes, the batch first, such as `bij,bjk->bik`",
        text=True,
    ),
]


class Einsum(Operation):
    """Sums of products, by a letter for each axis: `bij,bjk->bik` are products of matrices.

    The batch is the first letter of each input and of the output, or stands in the `...`.
    """

    family = "merge"
    symbol = "Σ"
    inputs = (1, 999)
    dims = (0, 26)
    reads = NUMBERS
    keeps = True

    subscripts: _Subscripts
    """The letters of each input, `->`, those of the output; letters that are not there are summed."""

    def check(self) -> None:
        if not re.fullmatch(rf"{_PART}(,{_PART})*->{_PART}", self.subscripts):
            raise ArgumentError(
                "subscripts",
                "small letters for the axes of each input with commas between them, `->`, and those"
                " of the output",
            )
        *parts, output = self._parts()
        letters = set("".join(parts)) - {"."}
        unknown = [c for c in output if c != "." and c not in letters]
        if unknown:
            raise ArgumentError("subscripts", f"no input has the axis `{unknown[0]}` of the output")
        for part in (*parts, output):
            twice = next((c for c in part if c != "." and part.count(c) > 1), None)
            if twice:
                raise ArgumentError("subscripts", f"the axis `{twice}` stands twice in `{part}`")
        batch = {part[:1] for part in (*parts, output)}
        if len(batch) > 1 or "" in batch:
            raise ArgumentError(
                "subscripts", "the batch stands first in each input and in the output"
            )

    def _parts(self) -> list[str]:
        return re.split(r",|->", self.subscripts)

    def _letters(self, inputs: tuple[Shape, ...]) -> list[list[str]]:
        """For each input, and the output, what each axis is called, without the batch.

        What stands in the `...` is called by its number from the right.
        """
        *parts, output = self._parts()
        if len(parts) != len(inputs):
            raise ShapeError(
                f"`{self.subscripts}` has letters for {len(parts)} inputs, but it reads"
                f" {len(inputs)}",
                code="AS303",
                argument="from",
            )
        found = []
        hidden = 0
        for number, (part, shape) in enumerate(zip(parts, inputs, strict=True), 1):
            own = len(part) - 3 if "..." in part else len(part)
            more = len(shape) + 1 - own
            if more < 0 or (more and "..." not in part) or (part[0] == "." and not more):
                raise ShapeError(
                    f"`{part}` is for {own} axes with the batch, but input {number}"
                    f" ({format_shape(shape)}) has {len(shape) + 1}",
                    code="AS403",
                    argument="subscripts",
                )
            if "..." in part and part[0] == "." and hidden not in (0, more):
                raise ShapeError(
                    f"the `...` of input {number} ({format_shape(shape)}) stands for {more} axes"
                    f" with the batch, and that of an input before it for {hidden}",
                    code="AS402",
                    argument="subscripts",
                )
            hidden = max(hidden, more if "..." in part else 0)
            found.append(_named(part, more))
        return [*(names[1:] for names in found), _named(output, hidden)[1:]]

    def _sizes(self, inputs: tuple[Shape, ...], letters: list[list[str]]) -> dict[str, Size]:
        """The size of each axis by its name."""
        sizes: dict[str, Size] = {}
        for number, (names, shape) in enumerate(zip(letters, inputs, strict=False), 1):
            for name, size in zip(names, shape, strict=True):
                known = sizes.get(name)
                spread = name.isdigit() and 1 in (known, size)
                if known is None or size is None or (spread and known == 1):
                    sizes[name] = known if size is None else size
                elif known != size and not spread:
                    told = "an axis of the `...`" if name.isdigit() else f"the axis `{name}`"
                    raise ShapeError(
                        f"{told} has the size {size} in input {number} ({format_shape(shape)}), and"
                        f" {known} in one before it",
                        code="AS402",
                        argument="subscripts",
                    )
        return sizes

    def output_shape(self, *inputs: Shape) -> Shape:
        letters = self._letters(inputs)
        sizes = self._sizes(inputs, letters)
        return tuple([sizes[name] for name in letters[-1]])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        *read, output = self._letters(inputs)
        out = self.output_shape(*inputs)
        return tuple(
            [
                Reach(
                    tuple([_seen(n, size, output, out) for n, size in zip(names, s, strict=True)])
                )
                for names, s in zip(read, inputs, strict=True)
            ]
        )

    def macs(self, *inputs: Shape) -> int:
        """For several inputs the product of the sizes of all axes; an unknown one counts as 0."""
        sizes = self._sizes(inputs, self._letters(inputs))
        return product(s or 0 for s in sizes.values()) * (len(inputs) - 1)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        sizes = self._sizes(inputs, self._letters(inputs))
        told = [f"{n} {'?' if s is None else s}" for n, s in sizes.items() if not n.isdigit()]
        named = f"{self.subscripts} with {', '.join(told)}" if told else self.subscripts
        return (f"{named} = {format_shape(self.output_shape(*inputs))}",)

    def type_after(self, dtype: str) -> str:
        return "int32" if dtype == "int8" else dtype


def _named(part: str, hidden: int) -> list[str]:
    """The names of the axes of one part, those of the `...` by their numbers from the right."""
    before, dots, after = part.partition("...")
    more = [str(n) for n in range(hidden, 0, -1)] if dots else []
    return [*before, *more, *after]


def _seen(name: str, size: Size, output: list[str], out: Shape) -> Along:
    if name not in output:
        return ALL
    at = output.index(name)
    return ALL if size == 1 != out[at] else same(at)
