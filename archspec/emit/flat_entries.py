"""What entries of a flat spec are made of: names without dots, wires, other arguments of a call."""

from collections.abc import Sequence
from typing import Any, Protocol

from archspec.layers import Layer
from archspec.spec.words import LONGEST_NAME


class Named(Protocol):
    """A node, of a graph or of a network in a wrapper."""

    @property
    def name(self) -> str: ...


def wires(layer: Layer, names: list[str]) -> Any:
    """What a `from` has for a layer that reads outputs of these names."""
    if layer.roles:
        return by_role(layer.roles, names)
    return names[0] if len(names) == 1 else names


def by_role(roles: Sequence[str], wires: Sequence[Any]) -> dict[str, Any]:
    """Wires as a `from` has them that says what each is to the layer."""
    found: dict[str, Any] = {}
    for role, wire in zip(roles, wires, strict=True):
        if role in found:
            before = found[role]
            found[role] = [*(before if isinstance(before, list) else [before]), wire]
        else:
            found[role] = wire
    return found


def called(owner: Layer, layer: Layer) -> dict[str, Any]:
    """The arguments of the call that are others than where the layer was used first."""
    before, now = owner.arguments(defaults=True), layer.arguments(defaults=True)
    return {n: now[n] for n in now if n in layer.call_arguments and now[n] != before[n]}


def flat_names(nodes: Sequence[Named]) -> list[str]:
    """A name for each node that has no dot and stands once; those without dots keep theirs."""
    taken = {n.name for n in nodes if "." not in n.name}
    names = []
    for node in nodes:
        name = node.name
        if "." in name:
            base = name = flat_name(name.replace(".", "_"), "_-")
            count = 1
            while name in taken:
                count += 1
                name = f"{base[: LONGEST_NAME - 8]}_{count}"
            taken.add(name)
        names.append(name)
    return names


def flat_name(text: str, signs: str) -> str:
    """A name for a text, such as that of a file or of a branch: others than letters, digits and signs are `_`."""
    name = text if text.isalnum() else "".join([c if _in_name(c, signs) else "_" for c in text])
    return f"_{name}"[:LONGEST_NAME] if not name or name[0] in "-{}" else name[:LONGEST_NAME]


def _in_name(char: str, signs: str) -> bool:
    return char.isalpha() or char.isdecimal() or char in signs
