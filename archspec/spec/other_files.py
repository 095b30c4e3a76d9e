"""The files that a spec refers to, by ``extends`` and ``use``: validated once, and kept."""

import os
from collections.abc import Callable
from typing import NamedTuple

from archspec.diagnostics.fixes import Fix, remove
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.layers import registered
from archspec.parse.document import Document
from archspec.records.cache import BoundedCache
from archspec.spec.check_values import show
from archspec.spec.parameters import name_fix
from archspec.spec.types import Block, Spec

Open = Callable[[str, Place | None], Document | None]
"""Opens another file for ``extends`` and ``use``; reports at the place and returns None if it cannot."""

MAX_FILES = 30
"""Longest chain of files of which each refers to the next one."""


class _Known(NamedTuple):
    """A sound spec that other files use, and all that it was made of."""

    spec: Spec
    files: tuple[tuple[str, Document], ...]
    """The files that it refers to, directly or not, as they were."""
    layers: int
    """How many layers of one's own had been registered."""


_LIBRARY: BoundedCache[Document, _Known] = BoundedCache(500)
"""Files that others extend or use are validated once, as long as they do not change."""


def forget_library() -> None:
    """Validate files that others refer to anew."""
    _LIBRARY.clear()


class OtherFiles:
    """Opens files and has them validated; those that several specs use are read once."""

    def __init__(
        self, sink: Sink, open: Open, validate: Callable[[Document], Spec | Reported]
    ) -> None:
        self.sink = sink
        self._open = open
        self._validate = validate
        self.specs: dict[str, Spec | Reported] = {}
        """By absolute path, also the one that was given."""
        self.stack: list[str] = []
        """The files that are being read, each referred to by the one before it."""
        self._opened: list[tuple[str, Document]] = []
        self.missed: set[str] = set()
        """Names of blocks of files of which another was asked for: they may be meant by it."""

    def spec(self, file: str, place: Place) -> Spec | Reported:
        """The spec of a file that is referred to at a place."""
        if "\0" in file:
            return self.sink.report("AS108", place, f"{show(file)} cannot be the name of a file")
        path = os.path.join(os.path.dirname(place.document.source.name), file)
        real = absolute(path)
        if real in self.stack:
            names = [os.path.basename(n) for n in [*self.stack[self.stack.index(real) :], real]]
            message = "these files refer to each other: " + " → ".join(names)
            help: list[str | Fix] = []
            own = place.document.at(("layers",))
            if real == self.stack[-1] and place.path == ("extends",) and isinstance(own, list):
                help = [remove("leave it out: it has layers of its own", place)]
            return self.sink.report("AS109", place, message, help=help)
        if real in self.specs:
            return self.specs[real]
        if len(self.stack) >= MAX_FILES:
            message = f"more than {MAX_FILES} files refer to the next one"
            return self.sink.report("AS108", place, message, help=["refer to the last one of them"])
        document = self._open(path, place)
        if document is None:
            return REPORTED
        self._opened.append((path, document))
        known = _LIBRARY.get(document)
        if known is not None and known.layers == registered() and self._unchanged(known, place):
            self._opened += known.files
            self.specs[real] = known.spec
            return known.spec
        start, told = len(self._opened), self.sink.reports
        spec = self._validate(document)
        if self.sink.found_fault(document.source.name):
            spec = self.specs[real] = REPORTED  # none of its names may be told
        if spec is not REPORTED and self.sink.reports == told:
            _LIBRARY[document] = _Known(spec, tuple(self._opened[start:]), registered())
        return spec

    def _unchanged(self, known: _Known, place: Place) -> bool:
        """Whether the files that a spec refers to are still the same documents."""
        return all(self._open(path, place) is document for path, document in known.files)

    def block(self, name: str, file: str, place: Place) -> Block | Reported:
        """A block of another file, or its whole network as a block."""
        other = self.spec(file, place)
        if other is REPORTED:
            return REPORTED
        if name in other.blocks:
            return other.blocks[name]
        if not other.body.items:
            listed = ", ".join(f"`{n}`" for n in other.blocks)
            near = near_words(name, other.blocks, elsewhere=False).words or tuple(other.blocks)
            help: list[str | Fix] = [f"it has {listed or 'none'}"]
            if len(near) == 1:
                help = [name_fix(did_you_mean(near[0]), place.key(), name, near[0])]
            help = [] if self.sink.withholds(other.body.place) else help
            self.missed |= other.blocks.keys()
            return self.sink.report("AS108", place, f"`{file}` has no block `{name}`", help=help)
        params = {p.name: p._replace(default=other.values[p.name]) for p in other.params.values()}
        block = Block(name, params, place)
        block.body, block.whole, block.title = other.body, other, other.title
        block.inputs = tuple(i.name for i in other.inputs)
        return block


def absolute(path: str) -> str:
    """The absolute path, by which files are told apart; the path itself in a removed folder."""
    try:
        return os.path.abspath(path)
    except OSError:
        return path
