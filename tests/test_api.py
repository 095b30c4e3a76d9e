"""The Python interface."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import archspec
from archspec.infer.infer import ShapedGraph
from tests.conftest import ROOT

ALEXNET = ROOT / "specs" / "alexnet.yaml"


def test_load() -> None:
    network = archspec.load(ALEXNET)
    assert isinstance(network, ShapedGraph)
    assert isinstance(network, archspec.Network)
    assert network.name == "alexnet"
    assert network.title == "AlexNet, one tower (Krizhevsky et al., 2012)"
    assert network.params == network.trainable_params == 62_378_344
    assert network.macs == 1_135_256_096
    assert [n.name for n in network.nodes][:3] == ["input", "conv1", "pool1"]
    assert network.nodes[1].output_shape == (55, 55, 96)
    assert repr(network) == "<Network alexnet: 15 layers, 62,378,344 parameters>"
    assert archspec.load(str(ALEXNET)).params == network.params


def test_load_with_other_values() -> None:
    assert archspec.load(ALEXNET, classes=10).nodes[-1].output_shape == (10,)
    found = archspec.load(ROOT / "specs/families/resnet.yaml", depths=[1, 1, 1, 1], classes=5)
    assert found.nodes[-1].output_shape == (5,)


def test_text_stays_text() -> None:
    text = "archspec: 1\nparams: {a: relu}\ninput: [4]\nlayers: [Activation: $a, Dense: 2]\n"
    assert archspec.loads(text, a="tanh").nodes[1].layer.arguments() == {"activation": "tanh"}
    with pytest.raises(archspec.SpecError) as caught:
        archspec.loads(text, a="7")
    assert '"7"' in str(caught.value), "not the number"


def test_all_errors_at_once(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("archspec: 1\ninput: [4]\nlayers:\n  - Dens: 3\n  - Dense: {unit: 3}\n")
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(path)
    assert [d.code for d in caught.value.diagnostics] == ["AS201", "AS202"]
    text = str(caught.value)
    assert "error[AS201]" in text
    assert "help: did you mean `Dense`?" in text
    assert f"{path}:5:" in text


@pytest.mark.parametrize("values", [{"clases": 10}, {"classes": "ten"}])
def test_wrong_values(values: dict[str, object]) -> None:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(ALEXNET, **values)
    assert [d.severity for d in caught.value.diagnostics] == ["error"]


def test_what_is_no_network(tmp_path: Path) -> None:
    with pytest.raises(archspec.SpecError, match="no such file"):
        archspec.load(tmp_path / "nowhere.yaml")
    with pytest.raises(archspec.SpecError, match="library of blocks"):
        archspec.load(ROOT / "specs/blocks/conv_bn.yaml")


def test_check(tmp_path: Path) -> None:
    assert archspec.check(ALEXNET) == []
    path = tmp_path / "net.yaml"
    path.write_text("archspec: 1\nparams: {n: 1}\ninput: [4]\nlayers: [Dense: 3]\n")
    found = archspec.check(path)
    assert [(d.code, d.severity) for d in found] == [("AS903", "warning")]
    assert isinstance(found[0], archspec.Diagnostic)
    assert found[0].span is not None
    assert found[0].span[:2] == (2, 10)
    assert [d.code for d in archspec.check(tmp_path / "nowhere.yaml")] == ["AS001"]
    assert archspec.load(path).params == 15, "a warning does not stop it"


def test_summary() -> None:
    network = archspec.load(ROOT / "specs/resnet50.yaml")
    assert "bottleneck ×3" in network.summary()
    assert "unit1" not in network.summary()
    assert "unit1" in network.summary(depth=2)


class _Table(HTMLParser):
    """Reads a table; every tag must be closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1].append(data)


def test_the_table_for_notebooks() -> None:
    reader = _Table()
    reader.feed(archspec.load(ROOT / "specs/resnet50.yaml")._repr_html_())
    assert reader.open == []
    assert any("25,610,152" in row for row in reader.rows)
    assert ["parameters: 102.4 MB"] in reader.rows
    assert any("bottleneck ×3" in row for row in reader.rows)


def test_the_table_for_notebooks_escapes_everything() -> None:
    network = archspec.loads(
        "archspec: 1\ntitle: '<script>alert(1)</script> & \"x\"'\ninput: [4]\nlayers: [Dense: 2]\n"
    )
    html = network._repr_html_()
    reader = _Table()
    reader.feed(html)
    assert "script" not in reader.tags
    assert '<script>alert(1)</script> & "x"' in "".join(reader.text)


def test_the_table_for_notebooks_ends() -> None:
    layers = "\n".join("  - Dense: 2" for _ in range(500))
    html = archspec.loads(f"archspec: 1\ninput: [4]\nlayers:\n{layers}\n")._repr_html_()
    assert html.count("<tr>") < 100
    assert "441 more" in html


def test_names() -> None:
    assert set(archspec.__all__) <= set(dir(archspec))
    for name in archspec.__all__:
        assert getattr(archspec, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        archspec.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_types_are_those_of_the_interface() -> None:
    """The stub names just what the module has, for type checkers."""
    stub = (ROOT / "archspec" / "__init__.pyi").read_text(encoding="utf-8")
    named = {line.split()[-1] for line in stub.split("\n") if line.startswith("from ")}
    assert named == set(archspec.__all__)
    assert (ROOT / "archspec" / "py.typed").exists()


def test_importing_costs_next_to_nothing() -> None:
    code = (
        "import sys; before = set(sys.modules); import archspec; print(set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "{'archspec'}"
