"""Editors: the schema as yaml-language-server uses it, over standard input and output.

The server is looked for in ``node_modules/.bin`` of the checkout and on the path; where it is not
installed (``npm install yaml-language-server``), the tests are skipped. ``YAML_LANGUAGE_SERVER``
names one that lies elsewhere.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec.reference.schema import json_schema
from archspec.train.recipe.schema import recipe_schema
from tests.conftest import ROOT
from tests.expand.test_expand import SPECS

MODELINE = "# yaml-language-server: $schema=archspec.schema.json\n"
HEAD = MODELINE + "archspec: 1\ninput: [32, 32, 3]\nlayers:\n"
RECIPE_MODELINE = "# yaml-language-server: $schema=archspec-recipe.schema.json\n"
RECIPE = RECIPE_MODELINE + "archspec: 1\nspec: net.yaml\ndata: mnist\nepochs: 3\n"
SOUND = RECIPE + "loss: categorical_crossentropy\n"
PLACES = [str(ROOT / "node_modules" / ".bin"), os.environ.get("PATH", "")]


def server() -> str | None:
    if shutil.which("node") is None:
        return None
    name = os.environ.get("YAML_LANGUAGE_SERVER", "yaml-language-server")
    return shutil.which(name, path=os.pathsep.join(PLACES))


pytestmark = pytest.mark.skipif(
    server() is None,
    reason="needs node and yaml-language-server (npm install yaml-language-server)",
)


class Editor:
    """What an editor says to the server, and what it gets to know."""

    def __init__(self, folder: Path) -> None:
        command = server()
        assert command is not None
        self.folder = folder
        self.count = 0
        self.opened = 0
        self.problems: dict[str, list[dict[str, Any]]] = {}
        self.process = subprocess.Popen(
            [command, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "capabilities": {
                    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}
                },
            },
        )
        self.tell("initialized", {})
        store = {"enable": False}  # no questions to a catalogue on the net
        settings = {"validate": True, "hover": True, "completion": True, "schemaStore": store}
        self.tell("workspace/didChangeConfiguration", {"settings": {"yaml": settings}})

    def send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        self.count += 1
        number = self.count
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def receive(self) -> dict[str, Any]:
        """The next message; questions of the server are answered on the way."""
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if "id" in message and "method" in message:
            asked = message["params"] or {}
            empty = [None for _ in asked.get("items", [])] if isinstance(asked, dict) else None
            self.send({"id": message["id"], "result": empty})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.problems[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    def open(self, text: str) -> str:
        self.opened += 1
        path = self.folder / f"net{self.opened}.yaml"
        path.write_text(text, encoding="utf-8")
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return path.as_uri()

    def diagnose(self, text: str) -> list[dict[str, Any]]:
        """What the server finds wrong in a text."""
        uri = self.open(text)
        while uri not in self.problems:
            self.receive()
        return self.problems[uri]

    def at(self, method: str, text: str) -> Any:
        """Ask at the place of ``|`` in the text."""
        before, _, after = text.partition("|")
        uri = self.open(before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        return self.ask(
            f"textDocument/{method}",
            {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}},
        )

    def completions(self, text: str) -> dict[str, dict[str, Any]]:
        return {item["label"]: item for item in self.at("completion", text)["items"]}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    for name, schema in (("archspec", json_schema()), ("archspec-recipe", recipe_schema())):
        (folder / f"{name}.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    editor = Editor(folder)
    yield editor
    editor.process.kill()
    editor.process.wait()


def test_an_item_completes_to_layers_and_constructs(editor: Editor) -> None:
    found = editor.completions(HEAD + "  - |\n")
    assert {"Conv2D", "Dense", "Flatten", "LSTM", "repeat", "parallel", "residual"} <= found.keys()
    assert "2D convolution" in found["Conv2D"]["documentation"]


def test_the_beginning_of_a_word_is_enough(editor: Editor) -> None:
    found = editor.completions(HEAD + "  - Conv|\n")
    assert {"Conv1D", "Conv2D", "Conv3D"} <= found.keys()


@pytest.mark.parametrize(
    "text", ["  - Conv2D: {k|}\n", "  - Conv2D: {filters: 8, k|}\n", "  - Conv2D:\n      |\n"]
)
def test_arguments_complete(editor: Editor, text: str) -> None:
    # Between bare braces, `{|}`, the server offers nothing, whatever the schema: type a letter.
    found = editor.completions(HEAD + text)
    assert {"kernel_size", "strides", "padding", "name", "from", "expect"} <= found.keys()
    assert ("filters" in found) == ("filters" not in text)
    assert "Dense" not in found
    if "{" in text:  # in braces only the word; under a layer in lines of its own its value too
        assert found["kernel_size"]["textEdit"]["newText"] == "kernel_size"


def test_values_complete(editor: Editor) -> None:
    text = "  - Conv2D: {filters: 8, kernel_size: 3, padding: |}\n"
    assert {"valid", "same"} <= editor.completions(HEAD + text).keys()


def test_the_top_completes(editor: Editor) -> None:
    found = editor.completions(MODELINE + "archspec: 1\n|\n")
    assert {"input", "layers", "params", "blocks", "expect"} <= found.keys()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("  - Con|v2D: {filters: 8, kernel_size: 3}\n", "2D convolution over"),
        ("  - Conv2D: {filters: 8, kernel_|size: 3}\n", "Size of the window"),
        ("  - Dense: {units: 8, fro|m: input}\n", "reads"),
        ("  - rep|eat: {times: 2, layers: [Flatten]}\n", "The same layers again"),
    ],
)
def test_hover_explains(editor: Editor, text: str, says: str) -> None:
    found = editor.at("hover", HEAD + text)
    assert found is not None
    assert says in json.dumps(found["contents"])


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("  - Conv2D: {filters: 8, kernel_size: 3, stride: 2}\n", "stride"),
        ("  - Conv2D: {filters: 8}\n", "Conv2D"),
        ("  - Conv2D: {filters: 8, kernel_size: 3, padding: half}\n", "half"),
        ("  - Danse: {units: 8}\n", "Danse"),
        ("  - Dense: {units: 0}\n", "0"),
        ("  - Flatten\nlayer: 1\n", "layer"),
    ],
)
def test_mistakes_are_marked_where_they_are(editor: Editor, text: str, at: str) -> None:
    found = editor.diagnose(HEAD + text)
    assert len(found) == 1, found
    start, end = found[0]["range"]["start"], found[0]["range"]["end"]
    assert start["line"] == end["line"]
    line = (HEAD + text).split("\n")[start["line"]]
    assert line[start["character"] : end["character"]] == at


def test_shipped_specs_have_no_problems(editor: Editor) -> None:
    found = {
        str(path.relative_to(ROOT)): [p["message"] for p in problems]
        for path in SPECS
        if (problems := editor.diagnose(MODELINE + path.read_text(encoding="utf-8")))
    }
    assert found == {}


# Recipes


def test_a_recipe_completes(editor: Editor) -> None:
    assert {"loss", "optimizer", "augment", "prepare"} <= editor.completions(RECIPE + "|\n").keys()
    losses = editor.completions(RECIPE + "loss: c|\n")
    assert {"categorical_crossentropy", "CategoricalCrossentropy"} <= losses.keys()
    assert {"Adam", "Adagrad"} <= editor.completions(SOUND + "optimizer: {A|}\n").keys()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("optimizer: {Adam: {l|}}\n", {"learning_rate", "beta_1", "clipnorm"}),
        ("optimizer: {Adam: {learning_rate: {C|}}}\n", {"CosineDecay"}),
        ("metrics:\n  - |\n", {"accuracy", "AUC", "mse"}),
        ("callbacks:\n  - |\n", {"EarlyStopping", "ReduceLROnPlateau"}),
        ("callbacks:\n  - EarlyStopping: {p|}\n", {"patience", "restore_best_weights"}),
        ("augment:\n  - |\n", {"RandomFlip", "RandomRotation"}),
        ("augment:\n  - RandomFlip: {m|}\n", {"mode"}),
        ("prepare: {r|}\n", {"rescale", "flatten"}),
        ("prepare: {preprocess: |}\n", {"inception_v3", "resnet"}),
        ("show:\n  - |\n", {"samples", "confusion_matrix"}),
        ("fine_tune: {f|}\n", {"from", "epochs"}),
    ],
)
def test_what_a_recipe_names_completes(editor: Editor, text: str, words: set[str]) -> None:
    assert words <= editor.completions(SOUND + text).keys()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("optimizer: {Ad|am: {}}\n", "Adaptive moments"),
        ("optimizer: {SGD: {mom|entum: 0.9}}\n", "Share of the last step"),
        ("pre|pare: {flatten: true}\n", "done to each picture"),
        ("callbacks: [{EarlyStopping: {pat|ience: 3}}]\n", "Epochs without one"),
    ],
)
def test_hover_explains_recipes(editor: Editor, text: str, says: str) -> None:
    found = editor.at("hover", SOUND + text)
    assert found is not None
    assert says in json.dumps(found["contents"])


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("optimiser: Adam\n", "optimiser"),
        ("optimizer: {Adam: {lr: 0.1}}\n", "lr"),
        ("batch_size: 0\n", "0"),
        ("augment: [{RandomFlip: {mode: up}}]\n", "up"),
        ("prepare: {rescal: 2}\n", "rescal"),
    ],
)
def test_mistakes_in_recipes_are_marked(editor: Editor, text: str, at: str) -> None:
    found = editor.diagnose(SOUND + text)
    assert found
    lines = (SOUND + text).split("\n")
    marked = [
        lines[p["range"]["start"]["line"]][
            p["range"]["start"]["character"] : p["range"]["end"]["character"]
        ]
        for p in found
    ]
    assert at in marked, found


def test_shipped_recipes_have_no_problems(editor: Editor) -> None:
    for path in sorted((ROOT / "recipes").glob("*.yaml")):
        assert editor.diagnose(RECIPE_MODELINE + path.read_text(encoding="utf-8")) == [], path
