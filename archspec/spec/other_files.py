"""The files that a spec refers to, by ``extends`` and ``use``: validated once, and kept."""

import os
from collections.abc import Callable, Mapping
from copy import copy
from typing import NamedTuple

from archspec.diagnostics.fixes import Fix, remove, renamed, replace
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.formulas.templates import Template
from archspec.layers import registered
from archspec.parse.document import Document
from archspec.records.cache import BoundedCache
from archspec.spec.check_values import show
from archspec.spec.parameters import ELSEWHERE, check_type, name_fix
from archspec.spec.read_lets import waiting
from archspec.spec.types import Block, Given, Spec

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

    def block(
        self,
        name: str,
        file: str,
        place: Place,
        values: Mapping[str, Template] | None = None,
        values_place: Place | None = None,
    ) -> Block | Reported:
        """A block of another file, or its whole network as a block.

        ``values`` are those that the parameters of the file get for it.
        """
        other = self.spec(file, place)
        if other is REPORTED:
            return REPORTED
        at = values_place or place
        if not self._knows(other, values or {}, at):
            return REPORTED
        if name in other.blocks:
            return _seen_from_outside(other.blocks[name], other, values or {}, at)
        if not other.body.items:
            listed = ", ".join(f"`{n}`" for n in other.blocks)
            near = near_words(name, other.blocks, elsewhere=False).words or tuple(other.blocks)
            help: list[str | Fix] = [f"it has {listed or 'none'}"]
            if len(near) == 1:
                help = [name_fix(did_you_mean(near[0]), place.key(), name, near[0])]
            elif alike := [n for n in other.blocks if n.split("_")[0] == name.split("_")[0]]:
                help += [name_fix(did_you_mean(n), place.key(), name, n) for n in alike[:2]]
            elif isinstance(place.path[-1], str):
                from archspec.spec.meant_forms import unknown_words

                top = place.document.at(())
                words = dict.fromkeys(unknown_words(top.get("layers"), top.get("blocks")))
                used = top.get("use") if isinstance(top.get("use"), dict) else {}
                called = [n for n in words if n in other.blocks and n not in used]
                if len(called) == 1:
                    help.append(replace(f"`{called[0]}` is called here", place.key(), called[0]))
            help = [] if self.sink.withholds(other.body.place) else help
            self.missed |= other.blocks.keys()
            return self.sink.report("AS108", place, f"`{file}` has no block `{name}`", help=help)
        if values:
            message = f"`{file}` is a network: its parameters are those of the block"
            help = [f"they get values where it is called: `{name}: {{{next(iter(values))}: …}}`"]
            return self.sink.report("AS102", at.key(), message, help=help)
        params = {p.name: p._replace(default=other.values[p.name]) for p in other.params.values()}
        block = Block(name, params, place)
        block.body, block.whole, block.title = other.body, other, other.title
        block.inputs = tuple(i.name for i in other.inputs)
        return block

    def _knows(self, other: Spec, values: Mapping[str, Template], place: Place) -> bool:
        """Whether a file has parameters of these names, and may have these values for them."""
        sound = True
        for name, template in values.items():
            at = place.at(name)
            if name not in other.params:
                listed = ", ".join(f"`{n}`" for n in other.params)
                near = near_words(name, other.params, elsewhere=False)
                help: list[str | Fix] = [renamed(at.key(), n, near.certain) for n in near.words]
                help = help or [f"it has {listed or 'none'}"]
                message = f"`{other.name}` has no parameter `{name}`"
                if self.sink.withholds(other.body.place):
                    message, help = f"the file has no parameter `{name}`", [ELSEWHERE]
                self.sink.report("AS110", at.key(), message, help=help)
                sound = False
            elif not template.names:
                param = other.params[name]
                sound = check_type(param, template.value, at, self.sink) and sound
        return sound


def _seen_from_outside(
    block: Block, other: Spec, values: Mapping[str, Template], place: Place
) -> Block:
    """A block with what the names of its file stand for, if it or what it calls uses any."""
    if not other.body.module.outer:
        return block
    params = tuple((n, values.get(n, Template(other.values[n])), place.at(n)) for n in other.params)
    late = waiting(other.body.lets)
    lets = tuple((n, t) for n, t in other.body.lets if n not in late)
    found = copy(block)
    found.given = Given(params, lets, other.params)
    return found


def absolute(path: str) -> str:
    """The absolute path, by which files are told apart; the path itself in a removed folder."""
    try:
        return os.path.abspath(path)
    except OSError:
        return path
