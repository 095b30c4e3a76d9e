"""What became of the weights of a model when others were loaded into it."""

from typing import NamedTuple

from archspec.diagnostics.characters import visible

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
    def without(self) -> list[str]:
        """Layers that took no weights."""
        return [*(d.name for d in self.different), *self.new]

    @property
    def complete(self) -> bool:
        """Whether every layer with weights took some."""
        return not self.new and not self.different

    def __str__(self) -> str:
        total = len(self.loaded) + len(self.renamed) + len(self.different) + len(self.new)
        lines = [f"{len(self.loaded) + len(self.renamed)} of {total} layers took weights"]
        lines += _some("renamed", [f"{name} ← {other}" for name, other in self.renamed])
        told = [
            f"{name}: {_shapes(ours)}, not {_shapes(theirs)}"
            for name, ours, theirs in self.different
        ]
        lines += _some("shape", told, [d.name for d in self.different])
        lines += _some("new", self.new, self.new) + _some("unused", self.unused)
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<WeightsReport: {str(self).splitlines()[0]}>"


_MOST = 8


def _some(word: str, told: list[str], names: list[str] | None = None) -> list[str]:
    """A line for each of the first, and one for the rest, with their names if these are given."""
    lines = [f"  {word:8} {visible(text)}" for text in told[:_MOST]]
    if len(told) > _MOST:
        rest = f": {', '.join(map(visible, names[_MOST:]))}" if names else ""
        lines.append(f"  {word:8} and {len(told) - _MOST} more{rest}")
    return lines


def _shapes(shapes: Shapes) -> str:
    return ", ".join("×".join(map(str, shape)) or "scalar" for shape in shapes) or "none"
