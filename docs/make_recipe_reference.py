"""Makes docs/recipes.md from the records of recipes: ``python docs/make_recipe_reference.py``.

With ``--check`` nothing is written, and the exit status is 1 if the page is stale.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from archspec.records.record import Record, fields  # noqa: E402
from archspec.reference.documentation import field_docs, summary_of  # noqa: E402
from archspec.spec.check_values import show  # noqa: E402
from archspec.train.objects.data import DATA  # noqa: E402
from archspec.train.objects.losses import LOSSES  # noqa: E402
from archspec.train.objects.metrics import CALLBACKS, METRICS  # noqa: E402
from archspec.train.objects.objects import Kinds  # noqa: E402
from archspec.train.objects.optimizers import OPTIMIZERS, SCHEDULES  # noqa: E402
from archspec.train.recipe.keys import FineTuneKeys, Prepare, RecipeKeys  # noqa: E402

PAGE = DOCS / "recipes.md"
KEYS = {"Keys": RecipeKeys, "`prepare`": Prepare, "`fine_tune`": FineTuneKeys}
GROUPS = {
    "Data": DATA,
    "Losses": LOSSES,
    "Optimizers": OPTIMIZERS,
    "Schedules of the learning rate": SCHEDULES,
    "Metrics": METRICS,
    "Callbacks": CALLBACKS,
}
HEAD = """\
# Recipes: reference

All keys of a recipe, and all that they can name. Names, order and defaults of what is Keras's are
Keras's. [Training](training.md) says how recipes are used. Layers under `augment` are those of
`archspec layers`. This page is made from the source by `python docs/make_recipe_reference.py`.
"""


def page() -> str:
    """The page as it would be made now."""
    parts = [HEAD]
    for title, record in KEYS.items():
        parts.append(f"## {title}\n\n{_table(record, list(fields(record)))}")
    for title, kinds in GROUPS.items():
        parts.append(f"## {title}\n\n" + "\n\n".join(_group(kinds)))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _group(kinds: Kinds) -> Iterator[str]:
    types = list(kinds.types.values())
    common = [name for name in fields(types[0]) if all(_same(types[0], t, name) for t in types)]
    if common:
        yield f"All of them take:\n\n{_table(types[0], common)}"
    for name, kind in kinds.types.items():
        others = sorted({o for o, t in kinds.names.items() if t is kind and o != name}, key=_order)
        others = [o for o in others if o != name.lower() or len(others) == 1]
        words = f" Also `{'`, `'.join(others)}`." if others else ""
        yield f"### {name}\n\n{summary_of(kind)}.{words}"
        own = [n for n in fields(kind) if n not in common]
        if own:
            yield _table(kind, own)


def _order(name: str) -> tuple[int, str]:
    return len(name), name


def _same(one: type[Record], other: type[Record], name: str) -> bool:
    """Whether both have the argument, with the same default and the same words."""
    if name not in fields(other):
        return False
    docs = field_docs(one)[name] == field_docs(other)[name]
    return docs and fields(one)[name].default == fields(other)[name].default


def _table(record: type[Record], names: list[str]) -> str:
    docs, known = field_docs(record), fields(record)
    lines = ["| key | takes | default | meaning |", "|---|---|---|---|"]
    for name in names:
        field = known[name]
        default = "needed" if field.required else _shown(field.default)
        cells = (f"`{name}`", field.type.expects_for(record), default, docs[name])
        lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(lines)


def _shown(default: object) -> str:
    return "" if default is None else show(default)


def main() -> int:
    """Write the page, or say whether it is fresh."""
    made = page()
    fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == made
    if "--check" in sys.argv[1:]:
        return 0 if fresh else 1
    if not fresh:
        PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
