"""Makes docs/gallery.md and its pictures: ``python docs/make_gallery.py``.

With ``--check`` nothing is written, and the exit status is 1 if a picture or the page is stale.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))

from archspec.diagnostics.sink import Sink  # noqa: E402
from archspec.drawing.options import Options  # noqa: E402
from archspec.drawing.render import picture, render  # noqa: E402
from archspec.infer.infer import ShapedGraph  # noqa: E402
from archspec.pipeline import shape_file  # noqa: E402

FOLDERS = {
    "": "Networks",
    "papers": "Networks of the last ten years",
    "article": "The programs of a course",
    "showcase": "What the language can say",
    "imported": "Imported from keras.applications",
}
VOLUMES = (
    "lenet5",
    "alexnet",
    "vgg16",
    "resnet50",
    "inception_v1",
    "showcase/unet",
    "showcase/two_inputs_two_outputs",
)
"""Networks that are shown as volumes as well."""
IMPORTED = {
    "resnet50_v2": "ResNet50V2",
    "efficientnet_b1": "EfficientNetB1",
    "convnext_tiny": "ConvNeXtTiny",
}
"""Specs in docs/imported, as `archspec import keras:NAME` wrote them."""
EXTRA = {
    "resnet50-stages": ("resnet50", Options(detail="stages")),
    "inception_v1-opened": ("inception_v1", Options(expand=("3a",))),
    "alexnet-right": ("alexnet", Options(direction="LR")),
    "lenet5-C1": ("lenet5", Options(layer="C1")),
}
"""Further pictures: name → network and options."""


class Shown(NamedTuple):
    """A picture of the gallery."""

    name: str
    spec: str
    options: Options

    @property
    def file(self) -> Path:
        """The picture's file."""
        return DOCS / "gallery" / f"{self.name.replace('/', '-')}.svg"


def shown() -> Iterator[Shown]:
    """All pictures, in the order of the page."""
    for folder in FOLDERS:
        place = DOCS if folder == "imported" else ROOT / "specs"
        for path in sorted((place / folder).glob("*.yaml")):
            name = f"{folder}/{path.stem}".lstrip("/")
            yield Shown(name, name, _fixed(Options()))
            if name in VOLUMES:
                yield Shown(f"{name}-volumes", name, _fixed(Options(view="volumes")))
            for extra, (of, options) in EXTRA.items():
                if of == name:
                    yield Shown(extra, name, _fixed(options))


def _fixed(options: Options) -> Options:
    """Options with which every machine draws the same bytes."""
    dot = "bundled" if options.view == "graph" else None
    return options._replace(theme="auto", dot=dot)


def page() -> str:
    """The text of docs/gallery.md."""
    lines = [
        "# Gallery",
        "",
        "Every network that ships, and three that were imported, as `archspec render SPEC -o FILE.svg`",
        "draws it. The pictures follow the page: dark where it is dark. Small squares on a line are what is fused into it, in the",
        "colours of the legend: normalization, activation, dropout.",
        "`python docs/make_gallery.py` makes this page.",
    ]
    folder = None
    for item in shown():
        own = item.name.rpartition("/")[0]
        if own != folder:
            folder = own
            lines += ["", f"## {FOLDERS[own]}"]
        if item.name == item.spec:
            title = _text(shaped_of(item.spec).title or item.name)
            link = f"[specs/{item.spec}.yaml](../specs/{item.spec}.yaml)"
            if own == "imported":
                title = IMPORTED[_path(item.spec).stem]
                link = f"`archspec import keras:{title}` wrote [{item.spec}.yaml]({item.spec}.yaml)"
            lines += ["", f"### {title}", "", link]
        else:
            lines += ["", f"`{_command(item)}`"]
        lines += ["", f"![{item.name}](gallery/{item.file.name})"]
    return "\n".join(lines) + "\n"


def _command(item: Shown) -> str:
    options = item.options
    said = [f"archspec render specs/{item.spec}.yaml -o {item.file.name}"]
    default = Options()
    said += [f"--view {options.view}"] if options.view != default.view else []
    said += [f"--detail {options.detail}"] if options.detail != default.detail else []
    said += [f"--expand {name}" for name in options.expand]
    said += [f"--layer {options.layer}"] if options.layer else []
    said += [f"--direction {options.direction}"] if options.direction != default.direction else []
    return " ".join(said)


def _text(title: str) -> str:
    return title.replace("<", "&lt;").replace("*", "\\*")


def _path(name: str) -> Path:
    folder = DOCS if name.startswith("imported/") else ROOT / "specs"
    return folder / f"{name}.yaml"


def shaped_of(name: str) -> ShapedGraph:
    """The network of a picture."""
    sink = Sink()
    found = shape_file(str(_path(name)), sink)
    assert found is not None, sink.diagnostics
    return found


def files() -> Iterator[tuple[Path, bytes]]:
    """Every file of the gallery with what has to be in it."""
    for item in shown():
        yield item.file, render(picture(shaped_of(item.spec), item.options), "svg")
    yield DOCS / "gallery.md", page().encode()


def stale() -> list[Path]:
    """The files that are not what would be drawn now, and those that belong to nothing."""
    wanted = dict(files())
    found = [p for p, data in wanted.items() if not p.exists() or p.read_bytes() != data]
    return found + [p for p in sorted((DOCS / "gallery").glob("*")) if p not in wanted]


def write() -> None:
    """Write the gallery."""
    (DOCS / "gallery").mkdir(exist_ok=True)
    wanted = dict(files())
    for path, data in wanted.items():
        path.write_bytes(data)
    for path in sorted((DOCS / "gallery").glob("*")):
        if path not in wanted:
            path.unlink()
    print(f"wrote {len(wanted)} files")


def main() -> int:
    """Write, or check with ``--check``."""
    if sys.argv[1:] != ["--check"]:
        write()
        return 0
    found = stale()
    for path in found:
        print(f"{path.relative_to(ROOT)} is stale: python docs/make_gallery.py")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
