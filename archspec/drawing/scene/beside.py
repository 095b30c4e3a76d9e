"""Several scenes as one: beside each other in rows, under a title."""

from archspec.drawing.scene.scene import Group, Label, Scene, moved
from archspec.drawing.style.text_width import text_width, wrap

_TITLE = 18.0


def beside(scenes: list[Scene], name: str, title: str, width: float) -> Scene:
    """The scenes in rows no wider than ``width`` points, or than the widest of them."""
    rows: list[list[Scene]] = [[]]
    most = max([width, *(s.width for s in scenes)])
    for scene in scenes:
        if rows[-1] and sum(s.width for s in rows[-1]) + scene.width > most:
            rows.append([])
        rows[-1].append(scene)
    wide = max(sum(s.width for s in row) for row in rows)
    # Bold is wider than what the lines are broken by.
    lines = wrap(title, _TITLE, (max(wide, 300.0) - 20) * 0.92, 2)
    wide = max([wide, *(text_width(said, _TITLE, bold=True) + 20 for said in lines)])
    labels = [
        Label(wide / 2, 34 + 24 * k, said, _TITLE, "ink", True) for k, said in enumerate(lines)
    ]
    groups = [Group("head", "", tuple(labels))]
    y, number = 24.0 + 24 * len(lines), 0
    for row in rows:
        x = (wide - sum(s.width for s in row)) / 2
        for scene in row:
            groups += [_placed(group, f"b{number}", x, y) for group in scene.groups]
            x += scene.width
            number += 1
        y += max(s.height for s in row)
    description = " ".join([f"{title}.", *(s.description for s in scenes)])
    return Scene(name, title, description, wide, y, tuple(groups))


def _placed(group: Group, key: str, x: float, y: float) -> Group:
    return group._replace(
        key=key + group.key if group.key else "",
        ends=(key + group.ends[0], key + group.ends[1]) if group.ends[0] else group.ends,
        shapes=tuple([moved(shape, x, y) for shape in group.shapes]),
    )
