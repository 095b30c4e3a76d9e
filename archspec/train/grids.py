"""Grids of pictures as PNG: samples, and the weights of each class."""

import io
from collections.abc import Sequence
from typing import Any


def picture_grid(pictures: Sequence[Any], labels: Sequence[str], columns: int = 5) -> bytes:
    """Pictures (height, width, channels) of uint8 with a line of text under each, as PNG."""
    from PIL import Image, ImageDraw

    height, width = pictures[0].shape[:2]
    scale = max(1, 96 // max(height, width))
    if max(height, width) > 160:
        shrink = 160 / max(height, width)
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    else:
        size = (width * scale, height * scale)
    cell = (max(size[0], 60) + 8, size[1] + 24)
    rows = -(-len(pictures) // columns)
    grid = Image.new("RGB", (cell[0] * min(columns, len(pictures)), cell[1] * rows), "white")
    draw = ImageDraw.Draw(grid)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = number % columns * cell[0] + 4, number // columns * cell[1] + 4
        flat = picture[..., 0] if picture.shape[-1] == 1 else picture
        resampling = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BILINEAR
        grid.paste(Image.fromarray(flat).convert("RGB").resize(size, resampling), (x, y))
        draw.text((x, y + size[1] + 2), _fitting(label, cell[0]), fill="black")
    out = io.BytesIO()
    grid.save(out, "PNG")
    return out.getvalue()


def _fitting(label: str, width: int) -> str:
    most = width // 6
    text = label if len(label) <= most else label[: most - 1] + "."
    return text.encode("ascii", "replace").decode()  # what Pillow's own font has


def weight_maps(kernel: Any, shape: tuple[int, ...]) -> list[Any]:
    """The weights (inputs, outputs) of each output as a picture: blue below zero, red above.

    ``shape`` is that of the examples, height, width, channels; over channels weights are averaged.
    """
    import numpy as np

    height, width, channels = shape
    found = []
    for column in range(kernel.shape[1]):
        weights = kernel[:, column].reshape(height, width, channels).mean(axis=2)
        weights = weights / (np.abs(weights).max() or 1.0)
        red = np.clip(1 + np.minimum(weights, 0), 0, 1)
        blue = np.clip(1 - np.maximum(weights, 0), 0, 1)
        green = 1 - np.abs(weights)
        found.append((255 * np.stack([red, green, blue], axis=-1)).astype("uint8"))
    return found
