"""What a picture says of itself, so that one can find out whether it is still true."""

import re
from hashlib import sha256
from html import escape
from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.infer.infer import ShapedGraph

_LONGEST = 200
"""Most characters of a name or a title in metadata."""
_FOUND = re.compile(rb"archspec-picture[\"=: ]+([0-9a-f]{16})")


class Stamp(NamedTuple):
    """The spec that a picture shows, and the picture."""

    name: str
    title: str
    spec: str
    """Hash of the network: its layers, their arguments and wires."""
    picture: str
    """Hash of everything that is seen on the picture."""

    def line(self) -> str:
        """In a line of text, for a comment."""
        return f"archspec-picture: {self.picture} archspec-spec: {self.spec} {_plain(self.name)}"

    def properties(self) -> dict[str, str]:
        """As properties of a page."""
        return {
            "archspec-picture": self.picture,
            "archspec-spec": self.spec,
            "archspec": _plain(self.name),
        }

    def svg(self) -> str:
        """As the metadata of an SVG."""
        name = escape(_plain(self.name), quote=True)
        return (
            f'<metadata><archspec xmlns="https://archspec-nn" name="{name}"'
            f' archspec-spec="{self.spec}" archspec-picture="{self.picture}"/></metadata>'
        )


def stamp_of(shaped: ShapedGraph, picture: str) -> Stamp:
    """The stamp of a picture; ``picture`` is text that is another one when anything is seen otherwise."""
    return Stamp(
        shaped.name, _plain(shaped.title or shaped.name), spec_hash(shaped), _hash(picture)
    )


def spec_hash(shaped: ShapedGraph) -> str:
    """Sixteen hexadecimal digits that differ for networks that differ."""
    graph = shaped.graph
    lines = [f"{shaped.name}\n{shaped.title}\n{graph.outputs}"]
    layers: dict[int, str] = {}
    for node in graph.nodes:
        layer = layers.get(id(node.layer))
        if layer is None:
            layer = layers[id(node.layer)] = repr(node.layer)
        lines.append(f"{node.name}|{layer}|{node.inputs}|{node.shares}|{node.trainable}")
    return _hash("\n".join(lines))


def picture_hash(data: bytes) -> str | None:
    """The hash that a picture carries; None if it carries none."""
    found = _FOUND.search(data)
    return found[1].decode() if found else None


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(text: str) -> str:
    return drawn(text)[:_LONGEST]
