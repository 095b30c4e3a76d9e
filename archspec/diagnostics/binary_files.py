"""What a binary file is, told by its bytes: somebody named the model in place of the spec."""

_IMPORT = "`archspec import FILE -o net.yaml` makes a spec of a model"
_WEIGHTS = "a recipe begins with the weights of such a file by `weights: FILE`"
_NOTHING = "nothing here reads it: name the spec, a text in YAML or JSON"

_MAGIC: tuple[tuple[bytes, int, str, tuple[str, ...]], ...] = (
    (b"\x89HDF\r\n\x1a\n", 0, "an HDF5 file, as Keras saves weights and models in (.h5)", ()),
    (b"\x93NUMPY", 0, "an array of NumPy (.npy)", (_NOTHING,)),
    (b"TFL3", 4, "a model of TensorFlow Lite (.tflite)", (_NOTHING,)),
    (b"\x89PNG", 0, "a picture (PNG)", ()),
    (b"\xff\xd8\xff", 0, "a picture (JPEG)", ()),
    (b"GIF8", 0, "a picture (GIF)", ()),
    (b"%PDF", 0, "a document (PDF)", ()),
    (b"\x1f\x8b", 0, "a file packed with gzip", ("unpack it first",)),
    (b"BZh", 0, "a file packed with bzip2", ("unpack it first",)),
    (b"\xfd7zXZ", 0, "a file packed with xz", ("unpack it first",)),
    (b"GGUF", 0, "a model in GGUF", (_NOTHING,)),
    (b"\x7fELF", 0, "a program", ()),
    (b"SQLite format 3", 0, "a database (SQLite)", ()),
)
_IN_ZIP: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"model.weights.h5", "a Keras model (.keras)", (_IMPORT, _WEIGHTS)),
    (b"data.pkl", "a model or weights of PyTorch (.pt)", (_NOTHING,)),
    (b".npy", "arrays of NumPy (.npz)", (_NOTHING,)),
    (b"[Content_Types].xml", "an office document", ()),
)


def name_binary(data: bytes) -> tuple[str, str]:
    """What a file is, with its article, and what can be done with it; both empty if not known.

    ``data`` may be its beginning only.
    """
    for magic, at, name, help in _MAGIC:
        if data.startswith(magic, at):
            help = (_IMPORT, _WEIGHTS) if name.startswith("an HDF5") else help
            return name, "; ".join(help)
    if data.startswith(b"PK\x03\x04"):
        for part, name, help in _IN_ZIP:
            if part in data:
                return name, "; ".join(help)
        return "an archive (ZIP)", ""
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "a pickle of Python, as PyTorch saves models in (.pth)", _NOTHING
    head = data[:4096]
    if data[:1] == b"\x08" and (b"onnx" in head or b"pytorch" in head or b"tf2onnx" in head):
        return "a model in ONNX", _NOTHING
    if b"saved_model" in head or b"PartitionedCall" in head or b"NoOp" in head:
        return "a model of TensorFlow (SavedModel)", _NOTHING
    if len(data) > 9 and data[8:9] == b"{" and b'"dtype"' in head:
        return "weights in safetensors", _NOTHING
    return "", ""
