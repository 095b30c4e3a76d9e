"""Data of the right layout for recipes: small pictures that tests make."""

from pathlib import Path
from typing import Any

from tests.conftest import ROOT

MNIST = ROOT / "tests" / "data" / "mnist_small.npz"
RECIPES = ROOT / "recipes"


def make_picture(path: Path, kind: int, number: int, size: int = 40) -> None:
    """A picture that tells its kind: the colour channel that is bright."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng([kind, number])
    values = random.integers(0, 90, (size, size + number % 3, 3), dtype="uint8")
    values[..., kind % 3] += np.uint8(120 + 40 * (kind // 3 % 3 == 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path, quality=90)


def make_folder(
    root: Path, classes: int, train: int = 3, test: int = 2, parts: bool = True
) -> Path:
    """A folder for each class, in train/ and test/ or all together."""
    for kind in range(classes):
        name = f"class{kind}"
        for number in range(train + test):
            part = ("train" if number < train else "test") if parts else ""
            make_picture(root / part / name / f"{number}.jpg", kind, number)
    return root


def make_table(root: Path, rows: int = 12) -> Path:
    """A CSV table of pictures and scores, and the folder with the pictures."""
    lines = ["id,score"]
    for number in range(rows):
        make_picture(root / "pictures" / f"food{number}.jpg", number % 3, number)
        lines.append(f"food{number},{1 + number % 3 + 0.25 * (number % 2)}")
    (root / "scores.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root / "scores.csv"


def write_recipe(path: Path, **changes: Any) -> Path:
    """A recipe for the small MNIST and a one-layer network, with other or no (None) keys."""
    import yaml

    spec = path.with_name("net.yaml")
    if not spec.exists():
        spec.write_text(
            "archspec: 1\ninput: [28, 28, 1]\nlayers:\n  - Flatten\n"
            "  - Dense: {name: hidden, units: 12, activation: relu}\n  - Dropout: 0.2\n"
            "  - Dense: {name: top, units: 10, activation: softmax}\n",
            encoding="utf-8",
        )
    values = {
        "archspec": 1,
        "spec": "net.yaml",
        "data": {"mnist": {"path": str(MNIST)}},
        "prepare": {"rescale": "1/255"},
        "loss": "categorical_crossentropy",
        "optimizer": {"Adam": {"learning_rate": 0.005}},
        "metrics": ["accuracy"],
        "epochs": 4,
        "batch_size": 100,
        **changes,
    }
    kept = {k: v for k, v in values.items() if v is not None}
    path.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")
    return path
