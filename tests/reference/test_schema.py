"""The JSON Schema: what `check` accepts it accepts, and much of what is wrong it finds."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic_core import core_schema as cs

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source, SourceError, read_source
from archspec.emit.blocks import blocks_data
from archspec.emit.flat import flat_data
from archspec.layers import layer_types
from archspec.parse import parse
from archspec.pipeline import read_spec, shape_document
from archspec.records.json_schema import convert, either, nullable
from archspec.records.record import fields
from archspec.reference.documentation import example_of
from archspec.reference.schema import json_schema
from archspec.spec.words import CONSTRUCTS, Apply, BlockKeys, Expectation, ItemKeys, SpecKeys
from archspec.spec.written import item
from tests.conftest import ROOT, Run
from tests.expand.test_expand import SPECS

SCHEMA = json_schema()
CALL_ARGUMENTS = frozenset().union(*(layer.call_arguments for layer in layer_types().values()))
VALIDATOR = Draft202012Validator(SCHEMA)
CASES = sorted(p for p in (ROOT / "tests" / "cases").iterdir() if p.suffix in (".yaml", ".json"))


def values(text: str) -> Any:
    found = parse(Source("<text>", text), Sink())
    assert found is not None, text
    return found.value


def problems(value: Any, validator: Any = VALIDATOR) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(value)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    json.dumps(SCHEMA, allow_nan=False)


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    used = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    arguments = {path for path in used if "/" in path}  # of `defaults`
    for path in arguments:
        found = SCHEMA["$defs"]
        for step in path.split("/"):
            found = found[int(step) if isinstance(found, list) else step]
    used -= arguments
    assert used <= SCHEMA["$defs"].keys()
    assert SCHEMA["$defs"].keys() - used == {"Input"} & SCHEMA["$defs"].keys()


def test_every_word_and_argument_is_there_with_its_description() -> None:
    (entry,) = [s for s in SCHEMA["$defs"]["item"]["anyOf"] if "properties" in s]
    layers = {name for name, layer in layer_types().items() if layer.inputs[1]}
    assert entry["properties"].keys() == layers | CONSTRUCTS.keys()
    records = {n: r for n, r in {**layer_types(), **CONSTRUCTS}.items() if n in entry["properties"]}
    for name, record in records.items():
        schema = SCHEMA["$defs"][name]
        schema = schema if "properties" in schema else schema["anyOf"][0]
        called = CALL_ARGUMENTS if record is Apply else frozenset()
        known = fields(record).keys() | fields(ItemKeys).keys() | called
        assert schema["properties"].keys() == known
        assert schema["additionalProperties"] is False
        assert schema.get("required", []) == [f.name for f in fields(record).values() if f.required]
        assert schema["description"]
        for argument in fields(record):
            assert schema["properties"][argument]["description"], f"{name}.{argument}"
    for record, schema in ((SpecKeys, SCHEMA), (BlockKeys, SCHEMA["$defs"]["block"])):
        assert schema["properties"].keys() == fields(record).keys()
    assert SCHEMA["$defs"]["expect"]["properties"].keys() == fields(Expectation).keys()


@pytest.mark.parametrize("path", SPECS, ids=lambda p: str(p.relative_to(ROOT / "specs")))
def test_shipped_specs_are_valid(path: Path) -> None:
    sink = Sink()
    document = parse(read_source(str(path)), sink)
    assert document is not None
    assert problems(document.value) == []
    shaped = shape_document(document, sink)
    if shaped is not None:
        assert problems(json.loads(json.dumps(flat_data(shaped)))) == []
        assert problems(json.loads(json.dumps(blocks_data(shaped)))) == []


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_what_check_accepts_is_valid(path: Path) -> None:
    """And what is wrong with the top of a spec, or with a word or an argument, is not."""
    sink = Sink()
    try:
        document = parse(read_source(str(path)), sink)
    except SourceError:
        return
    if document is None:
        return
    shape_document(document, sink)
    # A word in small letters may be a block; what stands in other files is not looked at.
    here = [d for d in sink.diagnostics if d.source.name == str(path)]
    codes = {d.code for d in here if "layer or block" not in d.message}
    if not sink.errors:
        assert problems(document.value) == []
    if codes & {"AS101", "AS105", "AS201", "AS202", "AS203", "AS206"}:
        assert problems(document.value) != [], codes


@pytest.mark.parametrize("name", sorted(n for n, c in layer_types().items() if c.inputs[1]))
def test_examples_of_layers_are_valid(name: str) -> None:
    example = example_of(layer_types()[name])
    assert example is not None
    spec = {"archspec": 1, "input": [8], "layers": [item(example.layer)]}
    assert problems(json.loads(json.dumps(spec))) == []


HEAD = "archspec: 1\ninput: [32, 32, 3]\nlayers:\n"


@pytest.mark.parametrize(
    "text",
    [
        "  - Flatten\n  - Flatten:\n  - Dense: 3\n  - Dense: n\n  - Activation: relu\n  - my_block\n",
        "  - Dense: {units: 2*n, activation: $act, use_bias: n > 3, name: x, from: [a, b.c]}\n",
        "  - Conv2D: {filters: 8, kernel_size: [3, n], strides: s, when: false, trainable: t}\n",
        "  - ZeroPadding2D: {padding: [[0, 1], 2]}\n  - Reshape: {target_shape: [-1, n]}\n",
        "  - Dropout: 0.5\n  - Dropout: {rate: 1}\n  - BatchNormalization: {axis: -1}\n",
        "  - Dense: {units: 3, kernel_initializer: {HeNormal: {seed: 1}}, bias_initializer: ones}\n",
        "  - Dense: {units: 3, kernel_regularizer: $how, bias_regularizer: {L2: {l2: 0.1}}}\n",
        "  - Bidirectional: {layer: {LSTM: {units: 3}}, merge_mode: null}\n",
        "  - Bidirectional: {LSTM: {units: 2*n, activation: $act}}\n  - TimeDistributed: {Dense: n}\n",
        "  - TimeDistributed: {my_block: {n: 3}}\n  - TimeDistributed: {layer: my_block}\n",
        "  - TimeDistributed: my_block\n  - TimeDistributed: {TimeDistributed: {my_block: 3}}\n",
        "  - TimeDistributed: Flatten\n  - TimeDistributed: {TimeDistributed: {Dense: 3}}\n",
        "  - LSTM: {units: 3, use_cudnn: auto}\n  - LSTM: {units: 3, use_cudnn: false}\n",
        "  - residual: [Flatten]\n  - residual: {layers: [], shortcut: null, merge: {Dot: -1}}\n",
        "  - parallel: {branches: {a: [], b: null, c: [Flatten]}, merge: null}\n",
        "  - repeat: {for: {n: [1, [2, 3]], m: column}, as: i, layers: []}\n",
        "  - apply: a.b\n  - apply: {layer: a, name: b}\n",
        "  - my_block: {anything: [1, x, {y: z}]}\n  - my_block: 3\n",
        "  - Flatten: {expect: [null, n, 3*n]}\n  - Flatten: {expect: {params: 3, source: x}}\n",
        "  - Flatten: {expect: {shape: n, macs: a*b, note: y, trainable_params: 0}}\n",
    ],
)
def test_ways_to_write_layers(text: str) -> None:
    assert problems(values(HEAD + text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "archspec: 1\nextends: other.yaml\nparams: {n: 1, l: [1, 2], t: text, b: true, z: null}\n",
        "archspec: 1\nblocks: {b: {params: {n: int}, inputs: [x, y], layers: [Flatten], title: t}}\n",
        "archspec: 1\ninputs: {a: [1], b: {shape: [n, null], dtype: int32}}\nlayers: [Add]\n",
        "archspec: 1\nuse: {b: x.yaml}\ninput: shape\nlayers: [b]\noutputs: [x, y]\nexpect: {params: 1}\n",
    ],
)
def test_ways_to_write_the_top(text: str) -> None:
    assert problems(values(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "[]\n",
        "archspec: 1\n",
        "archspec: 2\ninput: [1]\nlayers: [Flatten]\n",
        "input: [1]\nlayers: [Flatten]\n",
        "archspec: 1\nlayers: [Flatten]\n",
        "archspec: 1\ninput: [1]\nlayers: [Flatten]\nlayer: []\n",
        "archspec: 1\ninput: [0]\nlayers: [Flatten]\n",
        "archspec: 1\ninput: {shape: [1], type: x}\nlayers: [Flatten]\n",
        "archspec: 1\ninputs: {}\nlayers: [Flatten]\n",
        "archspec: 1\nblocks: {b: {}}\n",
        "archspec: 1\nblocks: {b: {layers: [], param: {}}}\n",
        "archspec: 1\ninput: [1]\nlayers: [Flatten]\nexpect: {parms: 3}\n",
        HEAD + "  - Conv2d: {filters: 3, kernel_size: 3}\n",
        HEAD + "  - Dens\n",
        HEAD + "  - Dense\n",
        HEAD + "  - Input: {shape: [3]}\n",
        HEAD + "  - {Flatten: null, Dense: 3}\n",
        HEAD + "  - {}\n",
        HEAD + "  - 3\n",
        HEAD + "  - Dense: {unit: 3}\n",
        HEAD + "  - Dense: {}\n",
        HEAD + "  - Dense: 0\n",
        HEAD + "  - Dense: {units: 0}\n",
        HEAD + "  - Dense: {units: 1.5}\n",
        HEAD + "  - Dense: {units: true}\n",
        HEAD + "  - Dense: {units: [3]}\n",
        HEAD + "  - Dense: {units: 3, activation: relo}\n",
        HEAD + "  - Dense: {units: 3, kernel_initializer: he_norml}\n",
        HEAD + "  - Dense: {units: 3, kernel_initializer: {HeNormal: {sed: 1}}}\n",
        HEAD + "  - Activation: relo\n",
        HEAD + "  - Conv2D: {filters: 3, kernel_size: [3, 3, 3]}\n",
        HEAD + "  - Conv2D: {filters: 3, kernel_size: 3, padding: sam}\n",
        HEAD + "  - Dropout: {rate: 2}\n",
        HEAD + "  - Bidirectional: {layer: {LSTN: {units: 3}}}\n",
        HEAD + "  - Bidirectional: {layer: {repeat: {times: 2, layers: []}}}\n",
        HEAD + "  - Bidirectional: {layer: LSTM}\n",
        HEAD + "  - Bidirectional: {LSTM: 3, merge_mode: sum}\n",
        HEAD + "  - Bidirectional: {LSTM: {unit: 3}}\n",
        HEAD + "  - TimeDistributed: {TimeDistributed: {Dens: 3}}\n",
        HEAD + "  - TimeDistributed: {layer: 3}\n",
        HEAD + "  - TimeDistributed: {my_block: 3, name: x}\n",
        HEAD + "  - Bidirectional: {my_block: 3}\n",
        HEAD + "  - repeat: {times: 2}\n",
        HEAD + "  - repeat: {time: 2, layers: []}\n",
        HEAD + "  - repeat: {times: 2, layers: [Dens: 2]}\n",
        HEAD + "  - residual: {layers: [], shortcut: [Dens]}\n",
        HEAD + "  - parallel: {branches: {a: [Dens]}}\n",
        HEAD + "  - parallel: {branches: []}\n",
        HEAD + "  - parallel: {branches: {a: []}, merge: {repeat: {layers: []}}}\n",
        HEAD + "  - Flatten: {expect: [0]}\n",
        HEAD + "  - Flatten: {from: []}\n",
        HEAD + "  - Flatten: {nam: x}\n",
    ],
)
def test_what_is_wrong_is_not_valid(text: str) -> None:
    value = values(text)
    assert problems(value) != []
    sink = Sink()
    document = parse(Source("<text>", text), sink)
    assert document is not None
    shape_document(document, sink)
    assert sink.errors, "check finds it too"


def test_the_schema_of_a_spec_knows_its_blocks() -> None:
    text = (
        "archspec: 1\ninput: [8]\nblocks:\n"
        "  unit: {params: {n: int, act: relu}, layers: [Dense: n, Activation: $act]}\n"
        "  Twin: {layers: [Dense: 3]}\n"
        "layers: [unit: {n: 3, name: x}, Twin, unit: 3, Twin: {name: y}]\n"
    )
    document = parse(Source("<text>", text), Sink())
    assert document is not None
    spec = read_spec(document, Sink())[0]
    assert spec is not None
    schema = json_schema(spec.blocks)
    Draft202012Validator.check_schema(schema)
    own = Draft202012Validator(schema)
    assert problems(document.value, own) == []
    for wrong in ("unit: {n: 3, m: 4}", "unit: {act: relu}", "unit", "Twin: {n: 3}", "Twinn"):
        value = values(text.replace("Twin, unit: 3", f"{wrong}, unit: 3"))
        assert problems(value, own) != [], wrong


def test_the_command(run: Run) -> None:
    assert json.loads(run("schema").out) == SCHEMA
    done = run("schema", str(ROOT / "specs" / "inception_v1.yaml"))
    assert "block.inception" in json.loads(done.out)["$defs"]
    assert run("schema", "nowhere.yaml").status == 2


# From core schemas


@pytest.mark.parametrize(
    ("core", "schema"),
    [
        (cs.int_schema(gt=0), {"type": ["integer", "string"], "exclusiveMinimum": 0}),
        (cs.int_schema(le=2**63 - 1), {"type": ["integer", "string"]}),
        (cs.float_schema(ge=0, lt=1), {"type": ["number", "string"], "minimum": 0, "exclusiveMaximum": 1}),
        (cs.bool_schema(), {"type": ["boolean", "string"]}),
        (cs.none_schema(), {"type": "null"}),
        (cs.any_schema(), {}),
        (cs.literal_schema([1]), {"enum": [1]}),
        (
            cs.tuple_schema([cs.int_schema()] * 2),
            {
                "type": ["array", "string"],
                "items": {"type": ["integer", "string"]},
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (
            cs.dict_schema(cs.str_schema(), cs.any_schema(), min_length=1),
            {"type": "object", "minProperties": 1},
        ),
    ],
)  # fmt: skip
def test_core_schemas(core: Any, schema: dict[str, Any]) -> None:
    assert convert(core, formulas=True) == schema


def test_core_schemas_of_text() -> None:
    choice = convert(cs.literal_schema(["a", "b"]), formulas=False)
    assert choice == {"anyOf": [{"enum": ["a", "b"]}, {"type": "string", "pattern": r"\$"}]}
    assert nullable(choice)["anyOf"][-1] == {"type": "null"}
    with pytest.raises(TypeError, match="datetime"):
        convert(cs.datetime_schema(), formulas=False)


def test_alternatives_are_one_schema_where_they_can_be() -> None:
    number, numbers = {"type": "integer", "minimum": 1}, {"type": "array", "minItems": 2}
    assert either([number, numbers]) == {"type": ["integer", "array"], "minimum": 1, "minItems": 2}
    assert either([number, {"type": "integer", "minimum": 5}]) == {
        "anyOf": [number, {"type": "integer", "minimum": 5}]
    }
    assert either([number, {}]) == {}
