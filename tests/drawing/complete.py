"""Whether a picture shows all of a network: what is drawn, against the graph.

Nothing of what drew the picture is asked: boxes, wires and texts are read from the file.
"""

import re
from collections import Counter
from itertools import combinations

from archspec.drawing.content import words
from archspec.infer.hierarchy import counts, total
from archspec.infer.infer import ShapedGraph
from tests.svg_picture import Area, Drawn, Point

_PARAMS = re.compile(r"([\d.]+(?: [KMGT])?) params")
_OF_SOME = re.compile(r"…|(first|last|\d[\d,]*( to \d[\d,]*)?)( two| three| [\d,]+)?: ")
"""How lines begin that tell of some of the layers in a box."""
_SOME_DEAD = ", some dead"
"""What a pill says of which some layers are dead."""
_TOUCHES = 5.0
"""How far from a box's outline its wires may end, in points; a line ends below the head of its arrow."""


def findings(shaped: ShapedGraph, parts: list[Drawn], view: str = "graph") -> list[str]:
    """What of a network is not on its picture, or otherwise than it is; a sentence each."""
    boxes = {p.key: p for p in parts if p.kind == "box"}
    box_of = {k: p for p in boxes.values() for k in p.layers}
    return [
        *_layers(shaped, boxes, [p for p in parts if p.kind == "note"]),
        *_params(shaped, boxes),
        *_wires(shaped, parts, boxes, box_of, view),
        *_dead(shaped, boxes),
    ]


def _layers(shaped: ShapedGraph, boxes: dict[str, Drawn], notes: list[Drawn]) -> list[str]:
    found = []
    times = Counter(k for p in boxes.values() for k in p.layers)
    dead = Counter(k for p in notes for k in p.layers)
    for node in shaped.nodes:
        often = times[node.index] + (0 if node.live else dead[node.index])
        if often != 1:
            found.append(f"{node.name} is in {often} boxes")
    found += [
        f"box {k} shows a layer {n} that is none"
        for k, p in boxes.items()
        for n in p.layers
        if not 0 <= n < len(shaped.nodes)
    ]
    for key, part in boxes.items():
        if part.area is None:
            found.append(f"box {key} has no outline")
    return found


def _params(shaped: ShapedGraph, boxes: dict[str, Drawn]) -> list[str]:
    found = []
    each = counts(shaped)
    for key, part in boxes.items():
        own = total([shaped.nodes[k] for k in part.layers if k < len(each)], each).params
        texts = [text for text, _ in part.texts if not _OF_SOME.match(text)]
        said = [m for text in texts for m in _PARAMS.findall(text)]
        wanted = [words.count(own)] if own else []
        if said != wanted:
            found.append(f"box {key} says {said} parameters, its layers have {own:,}")
    return found


def _wires(
    shaped: ShapedGraph,
    parts: list[Drawn],
    boxes: dict[str, Drawn],
    box_of: dict[int, Drawn],
    view: str,
) -> list[str]:
    found = []
    again = [p for p in parts if p.kind == "cluster" and p.times > 1]
    drawn = Counter(p.ends for p in parts if p.kind == "wire")
    needed: set[tuple[str, str]] = set()
    for node in shaped.nodes:
        for source, _ in node.node.inputs:
            a, b = box_of.get(source), box_of.get(node.index)
            if a is None or b is None or a is b:
                continue
            needed.add((a.key, b.key))
            if not drawn[a.key, b.key] and not _same_round(a, b, again):
                name = shaped.nodes[source].name
                found.append(f"no wire from {name} in {a.key} to {node.name} in {b.key}")
    for part in parts:
        if part.kind != "wire":
            continue
        ends = part.ends
        if ends[0] not in boxes or ends[1] not in boxes:
            found.append(f"a wire from {ends[0]} to {ends[1]}, where no box is")
            continue
        if boxes[ends[1]].layers and ends not in needed:
            found.append(f"a wire from {ends[0]} to {ends[1]} that the network does not have")
        if view == "graph":
            found += _ends(part, boxes[ends[0]].area, boxes[ends[1]].area)
    for source, _ in shaped.graph.outputs if view == "graph" else ():
        own = box_of.get(source)
        targets = [e[1] for e in drawn if own is not None and e[0] == own.key and e[1] in boxes]
        outs = [key for key in targets if not boxes[key].layers]
        if not outs:
            found.append(f"the output of {shaped.nodes[source].name} leads nowhere")
    return found


def _same_round(a: Drawn, b: Drawn, again: list[Drawn]) -> bool:
    """Whether two boxes stand in a block that is drawn once and comes several times."""
    return any(
        p.area is not None and a.area and b.area and p.area.holds(a.area) and p.area.holds(b.area)
        for p in again
    )


def _ends(part: Drawn, source: Area | None, target: Area | None) -> list[str]:
    if source is None or target is None or not part.ways:
        return [f"wire {part.ends} is not drawn"]
    way = part.ways[0]
    found = []
    if source.border(way[0]) > _TOUCHES:
        found.append(f"wire {part.ends} begins {source.border(way[0]):.1f} pt away from its box")
    if target.border(way[-1]) > _TOUCHES:
        found.append(f"wire {part.ends} ends {target.border(way[-1]):.1f} pt away from its box")
    return found


def _dead(shaped: ShapedGraph, boxes: dict[str, Drawn]) -> list[str]:
    found = []
    for key, part in boxes.items():
        live = [shaped.nodes[k].live for k in part.layers if k < len(shaped.nodes)]
        if not live:
            continue
        if part.faded != (not any(live)):
            found.append(f"box {key}: faded {part.faded}, but {sum(live)} of {len(live)} lead on")
        told = any(text.endswith(_SOME_DEAD) for text, _ in part.texts)
        if not all(live) and not part.dashed and not told:
            found.append(f"box {key} has dead layers and does not show them")
    return found


def collisions(parts: list[Drawn], view: str = "graph") -> list[str]:
    """Texts and boxes that lie over each other, texts out of their cards, labels on wires.

    The texts of volumes stand beside their boxes.
    """
    found = []
    boxes = [p for p in parts if p.kind == "box" and p.area]
    for a, b in combinations(boxes, 2):
        if a.area and b.area and a.area.meets(b.area):
            found.append(f"{a.key} over {b.key}")
    for part in boxes if view == "graph" else ():
        for said, area in part.texts:
            if part.area and not part.area.holds(area):
                found.append(f"{part.key}: `{said}` out of its card")
    texts = [(p, said, area) for p in parts for said, area in p.texts]
    for k, (one, said, area) in enumerate(texts):
        for other, more, there in texts[k + 1 :]:
            if area.meets(there):
                found.append(f"`{said}` of {one.key} over `{more}` of {other.key}")
    for part in parts:
        if part.kind != "wire":
            continue
        for said, area in part.texts:
            found += [
                f"label `{said}` over {b.key}" for b in boxes if b.area and b.area.meets(area, 1)
            ]
            found += [
                f"label `{said}` on wire {w.ends}"
                for w in parts
                if w.kind == "wire" and any(_crosses(way, area) for way in w.ways)
            ]
    if view == "graph":
        found += [said for part in parts for said in _at_pills(part, {b.key: b for b in boxes})]
    for part in parts:
        if part.kind == "wire" and part.ways:
            for box in boxes:
                inside = [p for p in part.ways[0] if box.area and _within(p, box.area, 3.5)]
                if inside and box.key not in part.ends:
                    found.append(f"wire {part.ends} through {box.key}")
    return found


def _at_pills(part: Drawn, boxes: dict[str, Drawn]) -> list[str]:
    """Lines of a card that go over a pill, and wires without an arrow that no line goes on from."""
    if part.kind == "wire":
        if part.area is not None or not part.ways or part.ends[1] not in boxes:
            return []
        x, y = part.ways[0][-1]
        starts = [way[0] for way in boxes[part.ends[1]].ways]
        if any(abs(u - x) < 1 and abs(v - y) < 1 for u, v in starts):
            return []
        return [f"wire {part.ends} ends where no line goes on"]
    if part.kind != "box":
        return []
    return [
        f"a line of {part.key} goes over a pill"
        for way in part.ways
        for pill in part.pills
        if any(_within(p, pill, 3.0) for p in way)
        and not (pill.holds(Area(*way[0], *way[0])) and pill.holds(Area(*way[-1], *way[-1])))
    ]


def _crosses(way: list[Point], area: Area) -> bool:
    return any(_within(p, area, 0.5) for p in way)


def _within(point: Point, area: Area, depth: float) -> bool:
    x, y = point
    return area.left + depth < x < area.right - depth and area.top + depth < y < area.bottom - depth
