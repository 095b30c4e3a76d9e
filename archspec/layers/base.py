"""What a layer is: arguments, and three functions of its input shapes."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self, TypeVar

from archspec.layers.settings import check_settings, check_types
from archspec.records.arguments import one_of
from archspec.records.record import ArgumentError, Record, fields, snake_case
from archspec.shapes.dtypes import DTYPES, POLICIES, WORDS, DtypeError, autocast, common
from archspec.shapes.reach import Reach, pointwise, windowed
from archspec.shapes.shape import Shape, ShapeError, Weight, Window, format_shape

T = TypeVar("T")

Policy = Annotated[
    str, one_of(POLICIES, "a floating-point type or a policy: `float16`, `mixed_float16` …")
]


class Layer(Record):
    """A layer type with its arguments.

    A subclass declares its arguments as fields with Keras's names, order and defaults, each with
    a docstring under it, and defines ``output_shape``; ``weights`` and ``macs`` if it has any.
    A layer knows only integers: no file, no graph, no backend. Its methods get one shape for each
    input, without the batch, and raise :class:`~archspec.shapes.shape.ShapeError` for shapes they
    cannot take. The number of parameters is the sum of the products of the shapes of ``weights``.
    """

    abstract: ClassVar[bool] = True
    """Whether this class is only a base of layers."""
    family: ClassVar[str] = "other"
    """Colour family in pictures: io, conv, norm, activation, pool, dense, merge, reshape, dropout, attention, recurrent, embedding, other."""
    symbol: ClassVar[str] = ""
    """What stands for it where there is little room: ``+``, ``BN``; its name, if empty."""
    inputs: ClassVar[tuple[int, int]] = (1, 1)
    """Least and most number of inputs."""
    dims: ClassVar[tuple[int, int] | None] = None
    """Least and most number of dimensions of each input without the batch, if the layer cares."""
    rank: ClassVar[int] = 0
    """Number of spatial axes, for windows."""
    reads: ClassVar[frozenset[str]] = frozenset()
    """Kinds of values that its inputs may have: float, int, bool, string; empty if not known."""
    lacks: ClassVar[frozenset[str]] = frozenset()
    """Types that it does not take although it takes others of their kind."""
    keeps: ClassVar[bool] = False
    """Whether its outputs have the type of its inputs; if not, they are float32."""
    floats_matter: ClassVar[bool] = False
    """Whether it may refuse floats, or make something else of them."""
    operation: ClassVar[bool] = False
    """Whether it is an operation of keras.ops, and no layer of Keras's."""
    constants: ClassVar[frozenset[str]] = frozenset()
    """Fields that stand beside the tensors, or instead of one, where an operation is called."""
    takes_networks: ClassVar[bool] = False
    """Whether it is a wrapper whose layer may be a block."""
    keras_class: ClassVar[str] = ""
    """Dotted path of the Keras class, if it is not the one of this name in keras.layers."""
    gives_way: ClassVar[bool] = False
    """Whether a block or a plugin's layer of this name takes its place: archspec 1.0 had none of it."""
    call_arguments: ClassVar[frozenset[str]] = frozenset()
    """Fields that Keras takes where the layer is called, not where it is made. Those of bases count."""
    role_names: ClassVar[tuple[str, ...]] = ()
    """Keras's names of the inputs in the order of its call, where there are several."""
    needed_roles: ClassVar[tuple[str, ...]] = ()
    """Those that must be there; the first one, if empty."""
    repeated_roles: ClassVar[frozenset[str]] = frozenset()
    """Those of which there may be several inputs."""
    roles: ClassVar[tuple[str, ...]] = ()
    """The names of the inputs that this layer reads; empty if they are told by their order."""

    shares_fields = True

    dtype: Policy | None = None
    """What it calculates with and keeps its weights in, float32 if left out. Of a policy such as
    `mixed_float16` the weights are float32 all the same."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)  # here too, for what a subclass takes is not known here

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.abstract = cls.__dict__.get("abstract", False)
        own = [base.__dict__.get("call_arguments", ()) for base in cls.__mro__]
        cls.call_arguments = frozenset().union(*own)

    def input_roles(self) -> tuple[str, ...]:
        """``role_names``, for a layer with which they depend on the arguments."""
        return self.role_names

    def with_roles(self, roles: tuple[str, ...]) -> Self:
        """The same layer, reading inputs of these roles; equal roles give the same object.

        Args:
            roles: a name for each input, in the order of ``input_roles``; none if their order
                tells what they are.

        Raises:
            ArgumentError: there is no such role, one is missing, or comes too often.
        """
        plain: Self = self.__dict__.get("_plain", self)
        if not roles:
            return plain
        known: dict[tuple[str, ...], Self] = plain.__dict__.setdefault("_by_roles", {})
        if roles not in known:
            plain.check_roles(roles)
            found = known[roles] = plain.replace()
            found.__dict__.update(roles=roles, inputs=(len(roles), len(roles)), _plain=plain)
        return known[roles]

    def check_roles(self, roles: tuple[str, ...]) -> None:
        """Raise ArgumentError if it does not take inputs of these roles."""
        name, known = type(self).__name__, self.input_roles()
        shown = ", ".join(f"`{role}`" for role in known)
        for role in roles:
            if role not in known:
                help = f"its inputs are {shown}" if known else "its inputs have no names"
                raise ArgumentError("from", f"{name} has no input `{role}`", help)
        for role in self.needed_roles or known[:1]:
            if role not in roles:
                raise ArgumentError("from", f"{name} needs its `{role}`", f"its inputs are {shown}")
        for role in sorted({*roles} - self.repeated_roles):
            if roles.count(role) > 1:
                raise ArgumentError("from", f"{name} takes one `{role}`, not {roles.count(role)}")
        if sorted(roles, key=known.index) != list(roles):
            raise ValueError(f"roles in another order than {known}: {roles}")

    def tensors(self, inputs: tuple[T, ...]) -> tuple[T, ...]:
        """The inputs that are no masks."""
        if not self.roles:
            return inputs
        pairs = zip(self.roles, inputs, strict=True)
        return tuple([value for role, value in pairs if not role.endswith("mask")])

    def input_of(self, role: str, inputs: tuple[T, ...]) -> T | None:
        """The input of a role; None if there is none."""
        return inputs[self.roles.index(role)] if role in self.roles else None

    def called(self, **arguments: Any) -> Self:
        """The same layer, called with other arguments; equal ones give the same object.

        Raises:
            ArgumentError: what is given is no argument of the call.
            ValidationError: it has a wrong value.
        """
        name = type(self).__name__
        for argument in arguments:
            if argument not in self.call_arguments:
                own = ", ".join(f"`{n}`" for n in fields(type(self)) if n in self.call_arguments)
                message = f"{name} takes no `{argument}` where it is called"
                raise ArgumentError(argument, message, f"it takes {own}" if own else "")
        known: dict[str, Self] = self.__dict__.setdefault("_called", {})
        key = repr(sorted(arguments.items()))
        if key not in known:
            found = self.replace(**arguments)
            if found.output_names() != self.output_names():
                message = f"Keras wants as many outputs of each call of the same {name}"
                raise ArgumentError(next(iter(arguments)), message, "the first call gives them too")
            known[key] = found
        return known[key]

    def replace(self, **changes: Any) -> Self:
        """A copy with other arguments, checked again; its inputs have the same roles."""
        return super().replace(**changes).with_roles(self.roles)

    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape of the (first) output."""
        raise NotImplementedError

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """Shapes of all outputs; a layer with one output defines ``output_shape`` instead."""
        return (self.output_shape(*inputs),)

    def output_names(self) -> tuple[str, ...]:
        """Names of the outputs; the first is the layer itself and has the empty name."""
        return ("",)

    def first_output(self) -> str:
        """A name by which the first output may be read too; empty if it has none."""
        return ""

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The weights in the order in which Keras creates them."""
        return ()

    def macs(self, *inputs: Shape) -> int:
        """Multiply–accumulate operations for one example; 0 for what only moves or compares."""
        return 0

    def kinds_read(self) -> frozenset[str]:
        """``reads``, for a layer with which it depends on the arguments."""
        return self.reads

    def dtypes_lacking(self) -> frozenset[str]:
        """``lacks``, for a layer with which it depends on the arguments."""
        return self.lacks

    def compute_dtype(self) -> str:
        """Type of the numbers that it calculates with: floats that it reads become it."""
        policy = self.dtype if self.dtype in POLICIES else "float32"
        return policy.removeprefix("mixed_")

    def weight_dtype(self) -> str:
        """Type of its weights' values."""
        policy = self.dtype if self.dtype in POLICIES else "float32"
        return "float32" if policy.startswith("mixed_") else policy

    def output_dtype(self, *inputs: str) -> str:
        """Type of the outputs' values from those of the inputs, by Keras's names.

        Raises:
            DtypeError: it cannot take them.
        """
        self.check_dtypes(*inputs)
        tensors = self.tensors(inputs)
        if self.keeps and tensors:
            return common(autocast(tensors, self.compute_dtype()))
        return self.compute_dtype()

    def check_dtypes(self, *inputs: str) -> None:
        """Raise DtypeError if it cannot take values of these types."""
        kinds, lacking = self.kinds_read(), self.dtypes_lacking()
        tensors = self.tensors(inputs)
        if len(tensors) < len(inputs) and "string" in {*inputs} - {*tensors}:
            raise DtypeError(f"the mask of {type(self).__name__} has truth values, not text")
        for dtype in tensors:
            if kinds and DTYPES[dtype] not in kinds:
                raise _refuse(self, kinds, dtype)
            if dtype in lacking:
                name = type(self).__name__
                raise DtypeError(f"{name} does not take {dtype}", "int32 goes, or floats")

    def windows(self) -> tuple[Window, ...] | None:
        """The window along each spatial axis, for layers that have one."""
        return None

    def margins(self, *inputs: Shape) -> tuple[tuple[int, int], ...]:
        """What `padding` puts before and after each spatial axis; less than 0 if it cuts off.

        Empty if it does neither, or if that depends on a size that is not known.
        """
        found = [w.margins(s) for w, s in zip(self.windows() or (), inputs[0], strict=False)]
        return tuple([pair for pair in found if pair]) if all(found) else ()

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        """What a position of the (first) output sees of each input, for receptive fields.

        None if it is not known, as for a layer that says nothing and has no windows.
        """
        windows = self.windows()
        return (windowed(windows, inputs[0]),) if windows else None

    def reaches(self, *inputs: Shape) -> tuple[tuple[Reach, ...] | None, ...]:
        """The same for each output, where they differ."""
        return (self.reach(*inputs),) * len(self.output_names())

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        """The hand calculation of the output shape, a line each."""
        return ()

    def label(self) -> str:
        """What a picture calls it; the words of its name, if empty."""
        return ""

    @classmethod
    def constructor_fields(cls) -> tuple[str, ...]:
        """The fields that Keras takes where it makes the layer, in its order."""
        called = cls.call_arguments | cls.constants
        return tuple([name for name in fields(cls) if name not in called])

    @classmethod
    def keras_type(cls) -> Any:
        """The Keras class, which takes the same arguments.

        Imports Keras, so only what builds a model calls it.
        """
        from importlib import import_module

        path = cls.keras_class or f"keras.layers.{cls.__name__}"
        module, _, name = path.rpartition(".")
        found = getattr(import_module(module), name, None)
        if found is None:
            raise ValueError(f"there is no {path}: {cls.__name__} needs a `keras_type`")
        return found

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments, by position and by name, with which the Keras layer is called.

        One input stands alone and several are a list, or have the names of their roles; a layer
        that is called otherwise says so. The inputs may be anything: tensors for a model, names
        for its source.
        """
        if not self.roles:
            return (inputs[0] if len(inputs) == 1 else list(inputs),), self.call_options()
        named: dict[str, Any] = {}
        for role, value in zip(self.roles[1:], inputs[1:], strict=True):
            if role in self.repeated_roles:
                named.setdefault(role, []).append(value)
            else:
                named[role] = value
        return (inputs[0],), {**named, **self.call_options()}

    def call_options(self) -> dict[str, Any]:
        """The arguments of its call that differ from their defaults."""
        if not self.call_arguments:
            return {}
        return {n: v for n, v in self.arguments().items() if n in self.call_arguments}

    @classmethod
    def auto_name(cls) -> str:
        """The name that Keras would give: ``max_pooling2d``."""
        return snake_case(cls.__name__)


def _refuse(layer: Layer, kinds: frozenset[str], dtype: str) -> DtypeError:
    *others, last = (word for kind, word in WORDS.items() if kind in kinds)
    wanted = f"{', '.join(others)} or {last}" if others else last
    help = {
        "int": "`Rescaling: 1` before it makes floating-point numbers of them, an Embedding vectors",
        "bool": "`Rescaling: 1` before it makes numbers of them",
        "string": "words become numbers before they come into a network",
    }.get(DTYPES[dtype], "")
    name = type(layer).__name__
    return DtypeError(f"{name} takes {wanted}, not {WORDS[DTYPES[dtype]]} ({dtype})", help)


class Elementwise(Layer):
    """A layer whose output has the shape of its input.

    Each value depends on the one at its own place, or ``reach`` says on what else.
    """

    abstract = True

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        return (pointwise(inputs[0]),)


MOST_SOFTMAX = 5
"""Most axes, with the batch, of what TensorFlow takes the softmax of along one axis."""


def check_softmax(layer: Layer, axes: int) -> None:
    """Raise ShapeError if there are too many axes, with the batch, for a softmax."""
    if axes > MOST_SOFTMAX:
        raise ShapeError(
            f"{type(layer).__name__} takes a softmax of {axes} axes with the batch, and TensorFlow's"
            f" takes at most {MOST_SOFTMAX}",
            code="AS403",
            help="a Reshape before it makes one axis of several",
        )


def checked_weights(
    layer: Layer, outputs: tuple[Shape, ...], inputs: tuple[Shape, ...]
) -> tuple[Weight, ...]:
    """The weights of a layer, its initializers, regularizers and constraints looked at too.

    Raises:
        ShapeError: it cannot have them.
    """
    weights = layer.weights(*inputs)
    dtype = layer.weight_dtype()
    if dtype != "float32":
        weights = tuple([w if w.dtype else w._replace(dtype=dtype) for w in weights])
    check_settings(layer, outputs, weights)
    if layer.dtype is not None:
        check_types(layer, layer.weight_dtype(), layer.compute_dtype())
    return weights


def check_dims(layer: Layer, inputs: tuple[Shape, ...]) -> None:
    """Raise ShapeError if an input has a number of dimensions that the layer does not take."""
    if layer.dims is None:
        return
    least, most = layer.dims
    for shape in layer.tensors(inputs):
        if not least <= len(shape) <= most:
            name = type(layer).__name__
            upper = f"{least} or more" if most > 9 else f"{least} to {most}"
            wanted = f"{least}" if least == most else upper
            help = ""
            if len(shape) == most + 1 and shape[0] is None:
                help = "shapes have no batch: leave the first size out of the input"
            raise ShapeError(
                f"{name} takes inputs of {wanted} dimensions, not {len(shape)} ({format_shape(shape)})",
                code="AS403",
                help=help,
            )
