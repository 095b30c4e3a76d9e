"""Files of Keras models and weights, opened and looked through before Keras sees them.

``.keras`` is a zip archive of a config and an HDF5 file of weights, ``.weights.h5`` such an HDF5
file alone, and ``.h5`` of Keras 2 an HDF5 file of another layout, which may hold a config. What a
file is, its content says. Sizes are compared with that of the file before anything of that size is
read; of an archive only the parts with known names are.
"""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Any, BinaryIO, NamedTuple

from archspec.diagnostics.characters import visible
from archspec.files.archives import MOST_BYTES, MOST_GROWTH, Archive, ArchiveError, archive_of
from archspec.files.reading import open_regular, reason
from archspec.weights.stored.error import ModelError
from archspec.weights.stored.hdf5 import SIGNATURE, Array, Group, Hdf5File
from archspec.weights.stored.hdf5_messages import Hdf5Error

MOST_CONFIG = 1 << 24
"""Most bytes of a config: thousands of layers."""
_MOST_VALUES = 1_500_000
"""Most values of a config, and half as many lists and maps, which take far more memory than text."""
_CONFIG, _METADATA = "config.json", "metadata.json"
_WEIGHTS, _ASSETS = "model.weights.h5", "assets/"
_ZIP = b"PK\x03\x04"
_IN_MEMORY = 1 << 26


class Config(NamedTuple):
    """The class of a model, and what it is made of."""

    kind: str
    config: dict[str, Any]
    whole: dict[str, Any]
    """As it stands in the file."""


class ModelFile:
    """An open file of a model or of weights."""

    def __init__(self, path: "str | os.PathLike[str]", weights: bool = True) -> None:
        """Open a file and read its tree.

        Args:
            path: the file.
            weights: whether its weights are wanted; without them only the config is read.

        Raises:
            ModelError: it cannot be read, or is no such file.
        """
        self.path = os.fspath(path)
        self.config: Config | None = None
        self.keras_version = ""
        """The version of Keras that wrote it, if it is told."""
        self._wants_weights = weights
        self.assets: dict[str, bytes] = {}
        self._open: list[IO[bytes]] = []
        try:
            self._read(self._file())
        except ModelError:
            self.close()
            raise
        except (Hdf5Error, ArchiveError) as error:
            self.close()
            raise self.refused(visible(str(error))) from error
        except Exception as error:  # an archive that is damaged ends in whatever a part of it does
            self.close()
            raise self.refused(f"it is damaged ({visible(reason(error))})") from error

    def __enter__(self) -> "ModelFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        while self._open:
            self._open.pop().close()

    def refused(self, why: str) -> ModelError:
        """The error that this file cannot be read."""
        return ModelError(f"`{visible(self.path)}` cannot be read: {why}")

    @property
    def root(self) -> Group:
        """All groups and arrays."""
        return self.hdf5.root

    @property
    def weights(self) -> Group:
        """The group of the layers."""
        found = self.root.group("model_weights")
        return found if found is not None and self.is_legacy else self.root

    @property
    def is_legacy(self) -> bool:
        """Whether the weights lie as Keras 2 laid them."""
        group = self.root.group("model_weights") or self.root
        return "layer_names" in group.attributes or "layer_names0" in group.attributes

    def read(self, array: Array) -> Any:
        """The values of an array.

        Raises:
            ModelError: they are not all there.
        """
        try:
            return self.hdf5.read(array)
        except Hdf5Error as error:
            raise self.refused(str(error)) from error
        except (ValueError, OverflowError, MemoryError) as error:
            raise self.refused(visible(str(error)) or type(error).__name__) from error

    def _file(self) -> BinaryIO:
        try:
            file = open_regular(self.path)
        except FileNotFoundError:
            raise ModelError(f"there is no file `{visible(self.path)}`") from None
        except IsADirectoryError:
            inside = os.path.join(self.path, "model.keras")
            help = f"; the model in it is `{visible(inside)}`" if os.path.isfile(inside) else ""
            raise self.refused(f"this is a folder{help}") from None
        except (OSError, ValueError) as error:
            raise self.refused(visible(reason(error))) from None
        self._open.append(file)
        return file

    def _read(self, file: BinaryIO) -> None:
        start = file.read(8)
        self._stored = _stored(file)
        if start.startswith(_ZIP):
            weights = self._archive(file)
            if weights is None:
                return
        elif start == SIGNATURE:
            weights = file
        else:
            what = "it is neither a `.keras` file nor HDF5" if start else "it is empty"
            raise self.refused(what)
        self.hdf5 = Hdf5File(weights, self._wants_weights)
        self._check_size(sum(array.bytes for _, array in self.root.arrays()), "weights")
        self.keras_version = self.keras_version or str(
            self.root.attributes.get("keras_version", "")
        )
        text = self.root.attributes.get("model_config")
        if self.config is None and isinstance(text, str):
            self.config = self._config(text.encode())

    def _archive(self, file: BinaryIO) -> BinaryIO | None:
        """Read the config of an archive; gives the weights, if they are wanted."""
        with archive_of(file, self._stored) as archive:
            for name in (_CONFIG, _WEIGHTS) if self._wants_weights else (_CONFIG,):
                if name not in archive.members:
                    raise ArchiveError(f"it is no Keras model: the archive has no {name}")
            text = archive.read(_CONFIG, MOST_CONFIG)
            if not self._wants_weights:
                self.config = self._config(text)
                self.keras_version = self._written_by(archive)
                return None
            for name, info in archive.members.items():
                if not name.startswith(_ASSETS) or name[-1] == "/":
                    continue
                parts = name.split("/")
                if {"", ".", ".."} & {*parts} or "\\" in name or ":" in name:
                    raise ArchiveError("a name in the archive leads out of it")
                self.assets[name] = archive.read(name, info.file_size)
            weights = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
            self._open.append(weights)
            with archive.open(_WEIGHTS) as member:
                shutil.copyfileobj(member, weights, 1 << 20)
        self.config = self._config(text)
        return weights  # type: ignore[return-value]

    def _written_by(self, archive: Archive) -> str:
        """The version of Keras that an archive names."""
        if _METADATA not in archive.members:
            return ""
        try:
            found = json.loads(archive.read(_METADATA, 1 << 16))
        except (ValueError, RecursionError):
            return ""
        return str(found.get("keras_version", "")) if isinstance(found, dict) else ""

    def _config(self, text: bytes) -> Config:
        if len(text) > MOST_CONFIG:
            raise self.refused(f"its config has more than {MOST_CONFIG:,} bytes")
        if too_many_values(text):
            raise self.refused("its config has more values than that of any model")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.refused("its config is no JSON") from error
        kind, config = (
            (found.get("class_name"), found.get("config")) if isinstance(found, dict) else (0, 0)
        )
        if kind == "Sequential" and isinstance(config, list):  # before Keras 2.2.3
            config = {"name": "sequential", "layers": config}
        if not isinstance(kind, str) or not isinstance(config, dict):
            raise self.refused("its config is none of a model")
        return Config(kind, config, found)

    def _check_size(self, declared: int, what: str) -> None:
        if declared > max(MOST_BYTES, MOST_GROWTH * self._stored):
            told = f"{declared:,} bytes of {what}, and has {self._stored:,} itself"
            raise self.refused(f"it says that it holds {told}")


def too_many_values(text: bytes) -> bool:
    """Whether a JSON would come to more values than the config of a model has."""
    collections = text.count(b"{") + text.count(b"[")
    return text.count(b",") > _MOST_VALUES or collections > _MOST_VALUES // 2


def texts(group: Group, name: str) -> list[str]:
    """The attribute of a group that is a list of texts; Keras 2 divides long ones."""
    return list(_texts(group, name))


def _texts(group: Group, name: str) -> Iterator[str]:
    keys = [name]
    if name not in group.attributes:
        keys = []
        while f"{name}{len(keys)}" in group.attributes:
            keys.append(f"{name}{len(keys)}")
    for key in keys:
        value = group.attributes[key]
        if isinstance(value, list):
            yield from (text for text in value if isinstance(text, str))


def _stored(file: BinaryIO) -> int:
    """Bytes that a file takes on the disk; one with holes takes less than its size."""
    status = os.fstat(file.fileno())
    blocks = getattr(status, "st_blocks", 0) * 512
    return (
        min(status.st_size, blocks) if blocks and stat.S_ISREG(status.st_mode) else status.st_size
    )
