"""What became of the weights of a model when others were loaded into it."""

from typing import NamedTuple

from archspec.characters import visible

Shapes = tuple[tuple[int, ...], ...]


class Difference(NamedTuple):
    """A layer whose weights were not loaded because their shapes differ."""

    name: str
    ours: Shapes
    theirs: Shapes


class WeightsReport:
    """Layers of the model by what became of their weights; their text is a table."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        """Layers that took the weights of the layer of the same name."""
        self.renamed: list[tuple[str, str]] = []
        """Layers that took those of a layer of another name, and that name."""
        self.different: list[Difference] = []
        """Layers that kept theirs, because those of the same name have other shapes."""
        self.new: list[str] = []
        """Layers that kept theirs, because nothing corresponds to them."""
        self.unused: list[str] = []
        """Layers of the source whose weights were not used."""

    @property
    def complete(self) -> bool:
        """Whether every layer with weights took some."""
        return not self.new and not self.different

    def __str__(self) -> str:
        total = len(self.loaded) + len(self.renamed) + len(self.different) + len(self.new)
        lines = [f"{len(self.loaded) + len(self.renamed)} of {total} layers took weights"]
        lines += [f"  renamed  {name} ← {other}" for name, other in self.renamed[:_MOST]]
        lines += _rest("renamed", len(self.renamed))
        for name, ours, theirs in self.different[:_MOST]:
            lines.append(f"  shape    {name}: {_shapes(ours)}, not {_shapes(theirs)}")
        lines += _rest("shape", len(self.different))
        lines += [f"  new      {name}" for name in self.new[:_MOST]] + _rest("new", len(self.new))
        lines += [f"  unused   {name}" for name in self.unused[:_MOST]]
        lines += _rest("unused", len(self.unused))
        return "\n".join(map(visible, lines))  # names of layers come from files of others

    def __repr__(self) -> str:
        return f"<WeightsReport: {str(self).splitlines()[0]}>"


_MOST = 8


def _rest(word: str, count: int) -> list[str]:
    return [f"  {word:8} and {count - _MOST} more"] if count > _MOST else []


def _shapes(shapes: Shapes) -> str:
    return ", ".join("×".join(map(str, shape)) or "scalar" for shape in shapes) or "none"
