"""The config of a Keras model."""

from typing import Any

from archspec.emit.formats import Format


def _save(model: Any, path: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(model.to_json(indent=1) + "\n")


FORMAT = Format(".json", "Keras config", _save, weights=False, config=True)
