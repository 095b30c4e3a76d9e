"""What a recipe names: a class of Keras with its arguments, or a kind of data.

The records themselves are :class:`archspec.records.objects.KerasObject`.
"""

from archspec.records import objects
from archspec.records.objects import Kinds
from archspec.records.record import ArgumentType, Record
from archspec.records.schemas import anything, list_of


class ObjectType(ArgumentType):
    """What a key takes whose value is an object, or a list of them; read by
    :func:`archspec.train.objects.read_objects.read_object`."""

    __slots__ = ("kinds", "many")

    def __init__(self, kinds: Kinds, example: str, many: bool = False) -> None:
        expects = f"a list such as [{example}]" if many else f"{kinds.word} such as {example}"
        super().__init__(list_of(anything()) if many else anything(), expects, nested=True)
        self.kinds = kinds
        self.many = many


def kinds(word: str, *types: type[Record], **aliases: type[Record]) -> Kinds:
    """The kinds of a word: also in lower-case letters, as ``keras.optimizers.get`` has them."""
    lower = {kind.__name__.lower(): kind for kind in types}
    return objects.kinds(word, *types, **{**lower, **aliases})
