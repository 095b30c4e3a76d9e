"""The outline of a text: its keys, parameters, blocks and layers, and how far each reaches."""

from typing import Any, NamedTuple

from archspec.diagnostics.place import Path, Span
from archspec.live.answer import Answer
from archspec.live.blocks import known_blocks, mapping
from archspec.live.places import extent
from archspec.live.shapes import shapes_by_line
from archspec.live.standing import Entries, Entry, Keys, Named, state_at, top_of
from archspec.parse.document import Document


class Symbol(NamedTuple):
    """Something in a text that has a name."""

    name: str
    kind: str
    """``key``, ``parameter``, ``input``, ``block``, ``layer``, ``construct``, ``branch``."""
    detail: str
    """What comes out of a layer; the word of an entry that has a name."""
    whole: Span
    """All of it."""
    word: Span
    """Its name."""
    children: "tuple[Symbol, ...]"


_KINDS = {"params": "parameter", "let": "parameter", "inputs": "input", "blocks": "block"}
_CONSTRUCTS = ("repeat", "parallel", "residual", "dense_block", "apply")


def outline(answer: Answer) -> tuple[Symbol, ...]:
    """The symbols at the top of a text, in its order, with those that are in them."""
    document = answer.document
    if document is None or not answer.is_ours:
        return ()
    return _Reader(answer, document).below((), mapping(document.value))


class _Reader:
    def __init__(self, answer: Answer, document: Document) -> None:
        self.document = document
        self.lines = answer.lines
        self.blocks = known_blocks(answer)
        self.top = top_of(answer.recipe)
        self.labels = {line: each.label for line, each in shapes_by_line(answer).items()}

    def below(self, path: Path, value: Any) -> tuple[Symbol, ...]:
        state = state_at(self.document.value, path, self.top, self.blocks)
        if isinstance(state, Entries) and isinstance(value, list):
            found = [self.entry((*path, n), inner) for n, inner in enumerate(value)]
            return tuple(each for each in found if each is not None)
        if isinstance(state, Named):
            kind = "branch" if state.what == "branches" else _KINDS.get(state.what, "key")
            return tuple(self.key((*path, name), kind) for name in mapping(value))
        if isinstance(state, Keys) and (not path or path[0] == "blocks"):
            return tuple(self.key((*path, name), "key") for name in mapping(value))
        return ()

    def key(self, path: Path, kind: str) -> Symbol:
        value = self.document.at(path)
        children = self.below(path, value)
        if isinstance(value, list) and kind == "block":  # layers alone
            children = ()
        word = self.document.span(path, "key")
        return Symbol(str(path[-1]), kind, "", self.reach(path, word), word, children)

    def entry(self, path: Path, value: Any) -> Symbol | None:
        if isinstance(value, str):
            span = self.document.span(path)
            return Symbol(value, self.kind(value), self.labels.get(span.line, ""), span, span, ())
        word = next(iter(mapping(value)), None)
        if word is None:
            return None
        inner = value[word]
        given = mapping(inner).get("name")
        name = f"{given} ({word})" if isinstance(given, str) else word
        span = self.document.span((*path, word), "key")
        children: tuple[Symbol, ...] = ()
        for key, under in mapping(inner).items():
            if not isinstance(under, dict | list):
                continue
            state = state_at(self.document.value, (*path, word, key), self.top, self.blocks)
            if isinstance(state, Entries | Named) and not isinstance(state, Entry):
                children += self.below((*path, word, key), under)
        if isinstance(inner, list):
            children = tuple(
                each
                for n, under in enumerate(inner)
                if (each := self.entry((*path, word, n), under)) is not None
            )
        detail = self.labels.get(span.line, "")
        return Symbol(name, self.kind(word), detail, self.reach(path, span), span, children)

    def kind(self, word: str) -> str:
        if word in self.blocks:
            return "block"
        return "construct" if word in _CONSTRUCTS else "layer"

    def reach(self, path: Path, word: Span) -> Span:
        """All of what is at a path; never less than its word."""
        whole = extent(self.document, path, self.lines)
        start = min(whole[:2], word[:2])
        end = max(whole[2:], word[2:])
        return Span(*start, *end)
