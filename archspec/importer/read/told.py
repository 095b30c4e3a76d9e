"""Where a model file stands in what is told of it, and what is told once for many layers."""

from typing import NamedTuple

from archspec.diagnostics.place import Located, Path
from archspec.diagnostics.rules import Finding, apply_rules
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink, SourcePlace
from archspec.diagnostics.source import Source


class Where(NamedTuple):
    """A layer of a model."""

    path: str
    """Its path in the model: ``base/conv1``."""
    at: Path
    """Where its entry stands in the JSON."""

    def below(self, *steps: str | int) -> "Where":
        """The same layer, and what lies so far below its entry."""
        return Where(self.path, (*self.at, *steps))


class Told:
    """Takes what cannot be imported; the same reason is told once, with the layers that have it."""

    def __init__(self, source: Source, document: Located | None, sink: Sink) -> None:
        """``document`` has the lines and columns of the JSON, if the file is a text."""
        self.source = source
        self._document = document
        self._sink = sink
        self._first: dict[tuple[str, str], tuple[Place | SourcePlace, str]] = {}
        self._changed: list[Finding] = []
        self.errors = False
        """Whether anything was told that leaves the network without a spec."""

    @property
    def count(self) -> int:
        """How much has been said."""
        return self._sink.reports + len(self._changed)

    def refuse(
        self, code: str, where: Where, message: str, *, help: str = "", reason: str = ""
    ) -> Reported:
        """Tell that a layer cannot be imported.

        Args:
            code: AS702, AS703 or AS704.
            where: the layer.
            message: what is wrong, with its path.
            help: what to do.
            reason: equal for layers that have the same thing, which is told of the first one only.
        """
        self.errors = True
        place, first = self._first.setdefault((code, reason or message), (self._at(where), message))
        return self._sink.report(
            code, place, first, help=[help] if help else (), node=where.path or None
        )

    def note(self, where: Where, message: str, help: str, reason: str) -> None:
        """Keep that a layer was another one in the Keras of its file, for AS964."""
        first = self._first.setdefault(("AS964", reason), (self._at(where), message))
        self._changed.append(Finding(*first, help=[help], node=where.path))

    def apply_rules(self) -> None:
        """Tell what is worth knowing of a model that could be read."""
        if self._changed:
            from archspec.importer.read.lint import RULES

            apply_rules(RULES, self._changed, self._sink)

    def refuse_file(self, message: str, help: str = "") -> Reported:
        """Tell that the file is no model that can be imported."""
        self.errors = True
        self._sink.report("AS701", SourcePlace(self.source), message, help=[help] if help else ())
        return REPORTED

    def _at(self, where: Where) -> Place | SourcePlace:
        if self._document is None:
            return SourcePlace(self.source)
        return Place(self._document, where.at)
