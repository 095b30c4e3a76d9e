"""One picture of a file that somebody else made: opened without trust, turned upright, in bytes."""

from typing import Any, BinaryIO, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from archspec.files.reading import open_regular, reason

Image.init()
FORMATS = tuple(
    name
    for name in ("JPEG", "MPO", "PNG", "GIF", "BMP", "DIB", "PPM", "TIFF", "WEBP", "AVIF")
    if name in Image.OPEN
)
"""What is read, whatever the name of the file; Pillow knows others for which it runs programs."""
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")
_FEW_PIXELS = 16_000_000
"""So many may be in a file of any size."""
_PIXELS_A_BYTE = 500
_MOST_WORK = 2 * 10**9
"""Pixels times passes of a progressive JPEG: more than a second."""


class PictureError(Exception):
    """A picture that cannot be read; the text is the reason, in lower case, without the path."""


class Opened(NamedTuple):
    """A picture, and what had to be done with it."""

    image: Any
    """As Pillow has it, upright, in the mode that the channels ask for."""
    on_white: bool = False
    """Whether it was transparent somewhere, and lies on white now."""


def open_picture(path: str, channels: int) -> Opened:
    """A picture upright, with that many channels: grey, RGB or RGBA.

    Transparent ones lie on white, unless four channels are asked for.

    Raises:
        PictureError: it cannot be read. Decoders of damaged files raise anything; all of it ends here.
    """
    try:
        with open_regular(path) as file, Image.open(file, formats=FORMATS) as image:
            _check_work(image, file)
            image.load()
            return _converted(ImageOps.exif_transpose(image), channels)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError("this is no picture of a known kind") from None
    except Exception as error:
        raise PictureError(_told(error)) from None


def picture_array(image: Any) -> Any:
    """Values (height, width, channels) as uint8."""
    import numpy as np

    array = np.asarray(image, dtype="uint8")
    return array[..., None] if array.ndim == 2 else array


def _told(error: Exception) -> str:
    """Why, in a line: what the system says, or the first line of what Pillow says."""
    if isinstance(error, OSError) and error.strerror:
        return reason(error)
    text = str(error).partition("\n")[0][:200]
    return text[:1].lower() + text[1:] if text else f"its decoder fails ({type(error).__name__})"


def _check_work(image: Any, file: BinaryIO) -> None:
    """Whether a picture would take far more memory or time than its file lets expect."""
    place = file.tell()
    size = file.seek(0, 2)
    pixels = image.width * image.height
    if pixels > max(_FEW_PIXELS, _PIXELS_A_BYTE * size):
        raise PictureError(f"{size:,} bytes would become {pixels:,} pixels")
    if image.format in ("JPEG", "MPO"):
        file.seek(0)
        passes = sum(part.count(b"\xff\xda") for part in iter(lambda: file.read(2**20), b""))
        if passes > 1 and pixels * passes > _MOST_WORK:
            raise PictureError(f"its {pixels:,} pixels are drawn in {passes:,} passes")
    file.seek(place)


def _converted(image: Any, channels: int) -> Opened:
    mode = _MODES[channels]
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep(image, channels)
    if image.mode == "La":  # the only mode that has a way to no other but one
        image = image.convert("LA")
    if not _may_be_transparent(image):
        return Opened(image.convert(mode))
    whole = image.convert("RGBA")
    if channels == 4:
        return Opened(whole)
    if whole.getchannel("A").getextrema()[0] == 255:
        return Opened(whole.convert("RGB").convert(mode))
    ground = Image.new("RGBA", whole.size, (255, 255, 255, 255))
    return Opened(Image.alpha_composite(ground, whole).convert(mode), on_white=True)


def _may_be_transparent(image: Any) -> bool:
    palette = getattr(image.palette, "mode", "") if image.mode == "P" else ""
    return image.mode in _WITH_ALPHA or "transparency" in image.info or palette == "RGBA"


def _from_deep(image: Any, channels: int) -> Opened:
    """A grey picture of whole numbers of 16 bits, or of floats from 0 to 1."""
    import numpy as np

    values = np.asarray(image)
    low, high = float(values.min()), float(values.max())
    floats = image.mode == "F"
    most = 1 if floats else 65535
    if not (low >= 0 and high <= most):  # nan is neither
        kind = "floats" if floats else "whole numbers"
        told = f"pictures of {kind} are read from 0 to {most}"
        raise PictureError(f"its values go from {low:g} to {high:g}: {told}")
    grey = (values * 255.0 + 0.5 if floats else values // 257).astype("uint8")
    key = image.info.get("transparency")
    clear = values == key if isinstance(key, int) else np.zeros(values.shape, bool)
    if channels == 4:
        whole = Image.fromarray(grey).convert("RGBA")
        whole.putalpha(Image.fromarray(np.where(clear, 0, 255).astype("uint8")))
        return Opened(whole)
    found = Image.fromarray(np.where(clear, 255, grey).astype("uint8"))
    return Opened(found.convert(_MODES[channels]), bool(clear.any()))
