"""Pictures of others: every way to be transparent or deep is read rightly, or refused with a reason."""

import io
import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from archspec.train.data.decode import open_picture
from archspec.train.data.folders import folder_parts
from archspec.train.data.pictures import Pictures, read_pictures
from archspec.train.objects.data import ImageFolder
from tests.forked import ForkServer
from tests.training_data import make_folder, make_picture, write_recipe


def read(path: Path, channels: int = 1) -> Any:
    """A picture as it is read, in its own size: (height, width, channels)."""
    with Image.open(path) as image:
        width, height = image.size
    found = pictures(path, (height, width, channels))
    assert found.bad == []
    return found.array[0]


def pictures(path: Path, shape: tuple[int, ...]) -> Pictures:
    good = path.parent / "good.png"
    Image.new("L", (4, 4)).save(good)
    return read_pictures([str(path), str(good)], shape, 2**26, str(path.parent), True)


def why_bad(path: Path, shape: tuple[int, ...] = (4, 4, 1)) -> str:
    """Why a picture is left out; that it is the only one."""
    (bad,) = pictures(path, shape).bad
    assert bad.path == str(path)
    return bad.reason


# Black ink on a ground that is transparent, but black where it is not looked at.
INK = np.zeros((6, 8), bool)
INK[2:4, 1:7] = True


def transparent(kind: str) -> Any:
    alpha = Image.fromarray(np.where(INK, 255, 0).astype("uint8"))
    black = Image.new("L", alpha.size)
    if kind in ("RGBA", "LA"):
        image = Image.merge(kind, (*[black] * (len(kind) - 1), alpha))
    elif kind == "PA":
        image = Image.merge("LA", (black, alpha)).convert("PA")
    else:
        image = Image.fromarray(np.where(INK, 0, 3).astype("uint8"))
        if kind == "P":
            image = image.convert("P")
            image.putpalette([0] * 768)
        elif kind == "RGB":
            image = image.convert("RGB")
        elif kind == "I;16":
            image = Image.fromarray(np.where(INK, 0, 300).astype("uint16"))
    return image


KEYS = {"P": 3, "L": 3, "RGB": (3, 3, 3), "I;16": 300}


@pytest.mark.parametrize("kind", ["RGBA", "LA", "P", "L", "RGB", "I;16"])
def test_transparent_pictures_lie_on_white(kind: str, tmp_path: Path) -> None:
    more = {"transparency": KEYS[kind]} if kind in KEYS else {}
    transparent(kind).save(tmp_path / "a.png", **more)
    for channels in (1, 3):
        found = read(tmp_path / "a.png", channels)
        assert (found[INK] == 0).all(), kind
        assert (found[~INK] == 255).all(), kind
    whole = read(tmp_path / "a.png", 4)
    assert (whole[..., 3] == np.where(INK, 255, 0)).all()
    assert pictures(tmp_path / "a.png", (6, 8, 3)).on_white == 1
    assert pictures(tmp_path / "a.png", (6, 8, 4)).on_white == 0


def test_half_transparent_and_opaque(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 128)).save(tmp_path / "half.png")
    assert (read(tmp_path / "half.png", 3) == 127).all()
    Image.new("RGBA", (4, 4), (10, 20, 30, 255)).save(tmp_path / "opaque.png")
    assert read(tmp_path / "opaque.png", 3)[0, 0].tolist() == [10, 20, 30]
    assert pictures(tmp_path / "opaque.png", (4, 4, 3)).on_white == 0  # none of it is seen


def test_pictures_of_floats(tmp_path: Path) -> None:
    steps = np.arange(256, dtype="float32").reshape(16, 16)
    Image.fromarray(steps / 255).save(tmp_path / "a.tif")
    assert (read(tmp_path / "a.tif")[..., 0] == steps).all()
    for values, word in (
        (steps, "0 to 255"),
        (steps / 255 - 0.5, "-0.5 to 0.5"),
        (steps * np.nan, "nan"),
    ):
        Image.fromarray(values.astype("float32")).save(tmp_path / "a.tif")
        assert word in why_bad(tmp_path / "a.tif")


def test_pictures_of_many_bits(tmp_path: Path) -> None:
    steps = np.arange(256).reshape(16, 16)
    for kind in ("uint16", "int32", ">u2"):
        Image.fromarray((steps * 257).astype(kind)).save(tmp_path / "a.tif")
        assert (read(tmp_path / "a.tif")[..., 0] == steps).all(), kind
    for values, word in ((steps - 1, "-1 to 254"), (steps * 300, "0 to 76500")):
        Image.fromarray(values.astype("int32")).save(tmp_path / "a.tif")
        assert word in why_bad(tmp_path / "a.tif")


# What takes memory, waits, or runs programs


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_bombs(tmp_path: Path) -> None:
    row = b"\0" * 6001
    (tmp_path / "a.png").write_bytes(png(6000, 6000, zlib.compress(row * 6000, 9)))
    assert "36,000,000 pixels" in why_bad(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes(png(60000, 60000, b""))
    assert "pixels" in why_bad(tmp_path / "a.png")
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\0" * 4 + b"\xff\x3f\0" * 2
    (tmp_path / "a.png").write_bytes(
        b"RIFF" + struct.pack("<I", len(canvas) + 4) + b"WEBP" + canvas
    )
    assert why_bad(tmp_path / "a.png")
    scans = io.BytesIO()
    Image.new("L", (3000, 3000)).save(scans, "JPEG", progressive=True)
    data = scans.getvalue()
    place = data.index(b"\xff\xda")
    (tmp_path / "a.png").write_bytes(data[:place] + data[place:-2] * 200)
    assert "passes" in why_bad(tmp_path / "a.png")


def test_no_program_is_run(tmp_path: Path) -> None:
    """Pillow would give PostScript to Ghostscript, whatever the name of the file."""
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n%%EndComments\n4 4 moveto\n%%EOF\n"
    (tmp_path / "a.png").write_bytes(script)
    assert "no picture of a known kind" in why_bad(tmp_path / "a.png")


def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert "not a regular file" in why_bad(tmp_path / "a.png")
    (tmp_path / "b.png").symlink_to("/dev/zero")
    assert "not a regular file" in why_bad(tmp_path / "b.png")
    assert "nul" in why_bad(Path(f"{tmp_path}/a\0b.png")).lower()


# Folders


def strange_folder(root: Path) -> Path:
    """Three classes of three pictures, one of them linked, and much beside them."""
    make_folder(root / "data", 3, 3, 0, parts=False)
    first = root / "data" / "class0"
    make_picture(root / "elsewhere" / "more.jpg", 0, 9)
    (first / "linked").symlink_to(root / "elsewhere")
    (first / "again").symlink_to(first)
    (first / "linked twice").symlink_to(root / "elsewhere")
    (first / "round.jpg").symlink_to(first / "round.jpg")
    (first / "gone.jpg").symlink_to(root / "gone.jpg")
    os.mkfifo(first / "pipe.jpg")
    os.mkfifo(root / "data" / "pipe")
    (first / "device.jpg").symlink_to("/dev/zero")
    (first / ".hidden.jpg").write_bytes(b"")
    (first / ".thumbs").mkdir()
    return root / "data"


def test_nothing_in_a_folder_is_dropped_in_silence(tmp_path: Path) -> None:
    (part,) = folder_parts(ImageFolder(path=str(strange_folder(tmp_path)), held_out=0.3))
    assert [len(files) for files in part.classes.values()] == [4, 3, 3]
    reasons = {os.path.basename(other.path): other.reason for other in part.others}
    words = {
        "again": "the same folder",
        "linked twice": "the same folder",
        "round.jpg": "leads nowhere",
        "gone.jpg": "leads nowhere",
        "pipe.jpg": "neither a file",
        "pipe": "neither a file",
        "device.jpg": "neither a file",
        ".hidden.jpg": "hidden",
        ".thumbs": "hidden",
    }
    assert sorted(reasons) == sorted(words)
    for name, word in words.items():
        assert word in reasons[name]


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be read")
def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 2, 2, 0, parts=False)
    (tmp_path / "data" / "class0" / "closed").mkdir(mode=0)
    with pytest.raises(Exception, match="permission"):
        folder_parts(ImageFolder(path=str(tmp_path / "data"), held_out=0.3))


def test_a_strange_folder_is_trained(tmp_path: Path, forks: ForkServer) -> None:
    """As a process: it ends, and says what it took, what it left and what it did."""
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(strange_folder(tmp_path) / "class1" / "clear.png")
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: {units: 3, activation: softmax}]\n"
    )
    recipe = write_recipe(
        tmp_path / "recipe.yaml",
        data={"image_folder": {"path": "data", "held_out": 0.3}},
        epochs=1,
        callbacks=[{"EarlyStopping": {"patience": 9}}],
        show=["samples", "confusion_matrix"],
    )
    odd = os.fsencode(tmp_path / "data") + b"/caf\xe9\x1b[31m\n::error::x"
    os.rename(tmp_path / "data" / "class2", odd)
    status, said = forks.run("train", str(recipe), "-o", str(tmp_path / "run"), cwd=tmp_path)
    assert status == 0, said
    assert "9 files left out" in said
    assert "\x1b" not in said
    assert "not drawn" not in said
    assert "1 transparent and laid on white" in said
    assert "AS905" in said
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert len(facts["skipped"]) == 9
    assert facts["laid_on_white"] == 1
    assert sum(facts["examples"][part] for part in ("train", "test")) == 11
    for path in (tmp_path / "run").glob("*.*"):
        if path.suffix in (".svg", ".csv", ".json", ".yaml"):
            assert "\x1b" not in path.read_text("utf-8"), path
    svg = (tmp_path / "run" / "curves.svg").read_text()
    assert ">test<" in svg
    assert "validation" not in svg


def test_predict_reads_as_training_does(tmp_path: Path) -> None:
    transparent("RGBA").save(tmp_path / "a.png")
    found = open_picture(str(tmp_path / "a.png"), 1)
    assert found.on_white
    assert np.asarray(found.image)[0, 0] == 255
