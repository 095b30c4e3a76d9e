"""Whether a layer has a bias, told where it is not what the network does elsewhere."""

from collections import Counter

from archspec.infer.infer import ShapedGraph, ShapedNode


class Biases:
    """What layers of a network do as a rule: those of a family that are normalized next, and the others."""

    def __init__(self, shaped: ShapedGraph, readers: list[list[int]]) -> None:
        self.shaped = shaped
        self.readers = readers
        votes: dict[tuple[str, bool], Counter[bool]] = {}
        for node in shaped.nodes:
            has = node.layer.arguments(defaults=True).get("use_bias")
            if isinstance(has, bool):
                votes.setdefault(self._kind(node), Counter())[has] += 1
        self.rule = {kind: max((True, False), key=lambda b: of[b]) for kind, of in votes.items()}

    def text(self, node: ShapedNode) -> str:
        """`` no bias`` or `` with bias``; empty if it does as the others."""
        has = node.layer.arguments(defaults=True).get("use_bias")
        if not isinstance(has, bool) or has is self.rule[self._kind(node)]:
            return ""
        return " with bias" if has else " no bias"

    def _kind(self, node: ShapedNode) -> tuple[str, bool]:
        following = [self.shaped.nodes[r].layer for r in self.readers[node.index] if r >= 0]
        normalized = bool(following) and type(following[0]).__name__.endswith("Normalization")
        return node.layer.family, normalized
