"""The answer to a text: what is wrong with it and how it is mended, and the network that it is."""

from collections.abc import Callable, Iterable
from functools import cached_property, wraps
from typing import Any, NamedTuple, TypeVar

from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source, SourceError, decode_source, with_newlines
from archspec.infer.infer import ShapedGraph
from archspec.parse import Document, parse
from archspec.pipeline import no_collection, report_unreadable, shape_as_it_is
from archspec.train.recipe.kind import is_for_us, is_recipe

Read = Callable[[str], bytes | None]
"""Gives the bytes of a file by its path; None if there is none."""


class Facts(NamedTuple):
    """The numbers of a whole network."""

    layers: int
    params: int
    trainable_params: int
    macs: int
    macs_known: bool
    """Whether the operations do not depend on a size that is not known."""


class Answer:
    """All that is known of a text."""

    def __init__(
        self,
        name: str,
        text: str,
        read: Read,
        selection: Selection,
        roots: Iterable[str] | None,
        may_look: Callable[[str], bool] | None = None,
    ) -> None:
        self.name = name
        """The path of the file, from which those that it refers to are looked for."""
        self.read = read
        self.text = with_newlines(text)
        self.worked_out: dict[str, Any] = {}
        """What was worked out once it was asked for (:func:`once`)."""
        self.sink = Sink(roots, selection)
        self.sink.read = lambda path: _source(path, read)
        if may_look is not None:
            self.sink.may_look = may_look
        self.document: Document | None = None
        self.shaped: ShapedGraph | None = None
        """The network, or that of the recipe; None for blocks alone, and while there are errors.

        A network that is only other than expected is one all the same.
        """
        self.recipe = False
        self.is_ours = False
        """Whether the text is meant to be a spec or a recipe."""
        self.read_recipe: Any = None
        """The recipe; None while there are errors, and for a spec."""
        with no_collection():  # an answer leaves no circles behind
            self._work_out()

    def _work_out(self) -> None:
        data = self.text.encode("utf-8", "replace")
        try:
            self.document = parse(decode_source(self.name, data), self.sink)
        except SourceError as error:
            report_unreadable(error, self.sink)
        value = None if self.document is None else self.document.value
        self.recipe = is_recipe(value)
        self.is_ours = is_for_us(self.document, data)
        if self.document is not None and self.is_ours:
            self.shaped = self._examine(self.document, self.sink)
        if self.is_ours and any(d.fixes for d in self.sink.found):
            from archspec.mend.behind import try_found

            try_found(self.sink, self.name, self._examine)

    def _examine(self, document: Document, sink: Sink) -> ShapedGraph | None:
        if not is_recipe(document.value):
            return shape_as_it_is(document, sink)
        from archspec.train.check.read import read_recipe

        recipe = read_recipe(document, sink, needed=False)
        if document is self.document:
            self.read_recipe = recipe
        return recipe and recipe.shaped

    def recheck(self) -> Any:
        """What finds all that is wrong with this text when it is changed."""
        from archspec.mend.trying import rechecks

        return rechecks(self.sink, self._examine)

    @property
    def broken(self) -> bool:
        """Whether there are errors for which there is no network."""
        return self.sink.errors and self.shaped is None

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """All that is wrong, with tried fixes, in this file and in those that it refers to.

        Nothing for a text that is no spec and no recipe.
        """
        return self.sink.diagnostics if self.is_ours else []

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @cached_property
    def facts(self) -> Facts | None:
        """The totals of the network; None if there is none."""
        shaped = self.shaped
        if shaped is None:
            return None
        count = len(shaped.nodes)
        return Facts(count, shaped.params, shaped.trainable_params, shaped.macs, shaped.macs_known)

    def open(self, path: str) -> Document | None:
        """The document of another file, or of this one; None if there is none that can be read."""
        if path == self.name:
            return self.document
        if path not in self._others:
            try:
                self._others[path] = parse(_source(path, self.read), Sink())
            except SourceError:
                self._others[path] = None
        return self._others[path]

    @cached_property
    def _others(self) -> dict[str, Document | None]:
        return {}


Found = TypeVar("Found")


def once(work: Callable[[Answer], Found]) -> Callable[[Answer], Found]:
    """Works something out once for each answer, and forgets it with the answer."""
    key = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def found(answer: Answer) -> Found:
        known = answer.worked_out
        if key not in known:
            with no_collection():
                known[key] = work(answer)
        result: Found = known[key]
        return result

    return found


def answer(
    name: str,
    text: str,
    read: Read,
    *,
    selection: Selection | None = None,
    roots: Iterable[str] | None = None,
    may_look: Callable[[str], bool] | None = None,
) -> Answer:
    """What can be said of the text of a spec or a recipe.

    Args:
        name: the path of the file.
        text: what is in it, or will be.
        read: gives the bytes of the other files; the data of a recipe are looked at where they lie.
        selection: which warnings and notes are wanted; all warnings if left out.
        roots: folders whose files may be quoted; all if left out.
        may_look: whether it may be found out what lies at a path; all may, if left out.
    """
    return Answer(name, text, read, selection or Selection(), roots, may_look)


def _source(path: str, read: Read) -> Source:
    """The text of another file.

    Raises:
        SourceError: there is none, or it is not text.
    """
    data = read(path)
    if data is None:
        raise SourceError("AS001", path, "cannot read this file: no such file or directory")
    return decode_source(path, data)
