"""How a shape came about, in one line."""

from archspec.expand.graph import Graph
from archspec.expand.walks import main_path
from archspec.layers.measure import Facts
from archspec.shapes.shape import Shape, format_shape

_MOST_STEPS = 9


def path_text(graph: Graph, facts: list[Facts], index: int, to_end: bool = False) -> str:
    """``input 224×224×3 → conv1 112×112×64 → …``: the main path to a node, where the shape changes.

    ``facts`` are those of the node and of all before it. With ``to_end`` the last step is the node
    itself, though it may not change the shape.
    """
    steps: list[str] = []
    last: Shape | None = None
    for at in main_path(graph, index):
        shape = facts[at].outputs[0] if facts[at].outputs else None
        if shape is not None and shape != last:
            steps.append(f"{graph.nodes[at].name} {format_shape(shape)}")
        last = shape
    name = graph.nodes[index].name
    if to_end and steps and not steps[-1].startswith(name + " "):
        steps.append(name)
    if len(steps) > _MOST_STEPS:
        steps = [*steps[:3], "…", *steps[-5:]]
    return " → ".join(steps)
