"""The networks of keras.applications, by name: known without Keras, so that a recipe can be checked."""

import ast
import os
from importlib.util import find_spec

from archspec.diagnostics.spelling import did_you_mean, nearest

KERAS = "keras:"
"""How the name of a network of keras.applications begins where a file could stand."""
APPLICATIONS = (
    *("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge"),
    *("DenseNet121", "DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1"),
    *("EfficientNetB2", "EfficientNetB3", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6"),
    *("EfficientNetB7", "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2"),
    *("EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S"),
    *("InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Large"),
    *("MobileNetV3Small", "NASNetLarge", "NASNetMobile", "ResNet101", "ResNet101V2"),
    *("ResNet152", "ResNet152V2", "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception"),
)
"""Those of Keras 3.15 (keras/applications/__init__.py)."""


def misspelt_application(call: str) -> str | None:
    """What to say of ``ResNet5O`` or of ``ResNet5O(…)``; None if there is such a network.

    A Keras that is installed may have more of them: its list is read, it is not imported.
    """
    name = call.partition("(")[0].strip()
    if name in APPLICATIONS or name in _installed():
        return None
    near = nearest(name, list(APPLICATIONS))
    return did_you_mean(f"keras:{near}") if near else f"there are {', '.join(APPLICATIONS)}"


def _installed() -> set[str]:
    try:
        package = find_spec("keras")
        folders = list(package.submodule_search_locations or ()) if package else []
        path = os.path.join(folders[0], "applications", "__init__.py")
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (ImportError, OSError, IndexError, ValueError, SyntaxError):
        return set()
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    names = {name.asname or name.name for node in imports for name in node.names}
    return {name for name in names if name[:1].isupper()}  # the others are modules
